package mfa_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

func TestAPasskeyIsSetUpAndProves(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, u := range map[string]mfa.User{"of a tenant": b.user(), "of the platform": b.agent()} {
		d := newDevice()
		if codes := b.enrollPasskey(u, d); len(codes) != 10 {
			t.Fatalf("%s: %d recovery codes", name, len(codes))
		}
		got := b.state(u)
		if !got.Enrolled() || got.TOTP || strings.Join(got.Methods(), " ") != "passkey recovery_code" {
			t.Errorf("%s: %+v, %v", name, got, got.Methods())
		}
		b.wait(time.Minute)
		q := b.askProof(u, salon)
		if err := b.finishProof(u, salon, q, d.get(t, q.options)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all := b.passkeys(u)
		if len(all) != 1 || all[0].Name != "Laptop" || all[0].LastUsedAt == nil || !all[0].LastUsedAt.Equal(*b.now.Load()) || !strings.HasPrefix(all[0].ID.String(), "psk_") {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

func TestATouchProvesButDoesNotSignIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	d.touch = true
	b.enrollPasskey(u, d)
	q := b.askProof(u, salon)
	if err := b.finishProof(u, salon, q, d.get(t, q.options)); err != nil {
		t.Errorf("a touch proves nothing: %v", err)
	}
	q = b.askSignIn(u, salon)
	_, err := b.finishSignIn(u, salon, q, d.get(t, q.options))
	wantCode(t, err, fault.Unauthenticated, "invalid_credentials")
}

func TestAPasskeySignsItsUserIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, u := range map[string]mfa.User{"of a tenant": b.user(), "of the platform": b.agent()} {
		d := newDevice()
		b.enrollPasskey(u, d)
		q := b.askSignIn(u, salon)
		if strings.Contains(text(t, q.options), "allowCredentials") || !strings.Contains(text(t, q.options), `"userVerification":"required"`) {
			t.Errorf("%s: options %s", name, text(t, q.options))
		}
		who, err := b.finishSignIn(u, salon, q, d.get(t, q.options))
		if err != nil || who != u.ID {
			t.Errorf("%s: signed in %s (%v), want %s", name, who, err, u.ID)
		}
	}
}

func TestASignInNamesTheUserOfTheKey(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, victim, d := b.user(), b.user(), newDevice()
	b.enrollPasskey(u, d)
	for name, handle := range map[string][]byte{"another's": victim.ID[:], "none": nil} {
		d.handle = handle
		q := b.askSignIn(u, salon)
		_, err := b.finishSignIn(u, salon, q, d.get(t, q.options))
		if err == nil {
			t.Errorf("signed in with the handle of %s", name)
		}
		wantCode(t, err, fault.Unauthenticated, "invalid_credentials")
	}
}

func TestAPasskeyOfAnotherTenantIsUnknown(t *testing.T) {
	t.Parallel()
	b, elsewhere := newBench(t), pgtest.Tenant(t)
	u, d, agent := b.user(), newDevice(), b.agent()
	b.enrollPasskey(u, d)
	for name, there := range map[string]mfa.User{"another tenant": {TenantID: &elsewhere.ID}, "the platform": {}} {
		q := b.askSignIn(there, salon) // even if the hosts were one
		_, err := b.finishSignIn(there, salon, q, d.get(t, q.options))
		if err == nil {
			t.Errorf("signed in at %s", name)
		}
		wantCode(t, err, fault.Unauthenticated, "invalid_credentials")
	}
	stranger := u
	stranger.TenantID = &elsewhere.ID
	if all := b.passkeys(stranger); len(all) != 0 {
		t.Errorf("another tenant sees %+v", all)
	}
	d = newDevice()
	b.enrollPasskey(agent, d)
	q := b.askSignIn(u, salon)
	_, err := b.finishSignIn(u, salon, q, d.get(t, q.options))
	wantCode(t, err, fault.Unauthenticated, "invalid_credentials")
}

func TestAPasskeyWorksOnItsHostAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	b.enrollPasskey(u, d)
	_, err := in(b, u, func(ctx context.Context, tx pg.PlaceTx) (q question, err error) {
		q.id, q.options, err = b.mfa.ProvePasskey(ctx, tx, "book.salon.example", u, false)
		return q, err
	})
	wantCode(t, err, fault.NotFound, "not_found")
}

func TestACopiedKeyIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	b.enrollPasskey(u, d)
	clone := *d
	for range 2 {
		q := b.askProof(u, salon)
		if err := b.finishProof(u, salon, q, d.get(t, q.options)); err != nil {
			t.Fatal(err)
		}
	}
	q := b.askProof(u, salon)
	wantIs(t, b.finishProof(u, salon, q, clone.get(t, q.options)), mfa.ErrCode)
	q = b.askSignIn(u, salon)
	_, err := b.finishSignIn(u, salon, q, clone.get(t, q.options))
	wantCode(t, err, fault.Unauthenticated, "invalid_credentials")
}

func TestAPasskeyIsSetUpOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other, d := b.user(), b.user(), newDevice()
	b.enrollPasskey(u, d)
	q := b.askEnroll(u, salon)
	if options := text(t, q.options); !strings.Contains(options, "excludeCredentials") || !strings.Contains(options, `"residentKey":"required"`) || !strings.Contains(options, `"userVerification":"preferred"`) {
		t.Errorf("options %s", options)
	}
	_, err := b.finishEnroll(u, salon, q, d.create(t, q.options))
	wantCode(t, err, fault.Conflict, "already_exists")
	q = b.askEnroll(other, salon)
	_, err = b.finishEnroll(other, salon, q, d.create(t, q.options))
	wantCode(t, err, fault.Conflict, "already_exists")
	if codes := b.enrollPasskey(u, newDevice()); codes != nil {
		t.Error("new recovery codes although there were some")
	}
}

func TestMalformedCredentialsAreRefusedWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	b.enrollPasskey(u, d)
	for _, bad := range []string{``, `null`, `[]`, `"marker"`, `{"id":"marker"}`, `{"id":"bWFya2Vy","rawId":"bWFya2Vy","type":"public-key","response":{"marker":1}}`, `{"marker":` + strings.Repeat("[", 5000)} {
		q, p, s := b.askEnroll(u, salon), b.askProof(u, salon), b.askSignIn(u, salon)
		_, enrollErr := b.finishEnroll(u, salon, q, json.RawMessage(bad))
		_, signInErr := b.finishSignIn(u, salon, s, json.RawMessage(bad))
		for _, err := range []error{enrollErr, signInErr, b.finishProof(u, salon, p, json.RawMessage(bad))} {
			wantAt(t, err, "body.credential")
			if f := fault.As(err); strings.Contains(f.Detail+f.Fields[0].Message, "marker") {
				t.Errorf("the refusal repeats the input: %+v", f)
			}
		}
	}
}

func TestANameIsAskedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	q := b.askEnroll(u, salon)
	answer := d.create(t, q.options)
	for _, name := range []string{"", " ", strings.Repeat("ä", 101)} {
		_, err := in(b, u, func(ctx context.Context, tx pg.PlaceTx) ([]string, error) {
			return b.mfa.FinishEnrollPasskey(ctx, tx, salon, u, q.id, name, answer)
		})
		wantAt(t, err, "body.name")
	}
}

func TestPasskeysAreRemovedByTheirOwner(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other, d := b.user(), b.user(), newDevice()
	b.enrollPasskey(u, d)
	which := b.passkeys(u)[0].ID
	remove := func(by mfa.User) error {
		_, err := in(b, by, func(ctx context.Context, tx pg.PlaceTx) (struct{}, error) {
			return struct{}{}, b.mfa.RemovePasskey(ctx, tx, by.ID, which)
		})
		return err
	}
	wantIs(t, remove(other), fault.ErrNotFound)
	q := b.askProof(u, salon)
	if err := remove(u); err != nil {
		t.Fatal(err)
	}
	wantIs(t, b.finishProof(u, salon, q, d.get(t, q.options)), mfa.ErrCode)
	wantIs(t, remove(u), fault.ErrNotFound)
	if all := b.passkeys(u); all == nil || len(all) != 0 || b.state(u).Enrolled() {
		t.Errorf("left: %+v", all)
	}
}
