package mfa_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// device is a browser with an authenticator that holds one key.
type device struct {
	key    virtualwebauthn.Credential
	handle []byte // of the user the key was made for
	origin string // where the browser believes to be
	rpID   string
	touch  bool // the device does not verify its person
}

const salon = "salon.localhost"

func newDevice() *device {
	d := &device{key: virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2), origin: "http://" + salon + ":8000", rpID: salon}
	d.key.Counter = 1
	return d
}

func (d *device) parts() (virtualwebauthn.RelyingParty, virtualwebauthn.Authenticator) {
	a := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: d.handle, UserNotVerified: d.touch})
	return virtualwebauthn.RelyingParty{Name: "SmoothSchedule", ID: d.rpID, Origin: d.origin}, a
}

// create answers navigator.credentials.create.
func (d *device) create(t *testing.T, options any) json.RawMessage {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAttestationOptions(text(t, options))
	if err != nil {
		t.Fatal(err)
	}
	d.handle = []byte(parsed.UserID)
	rp, a := d.parts()
	return json.RawMessage(virtualwebauthn.CreateAttestationResponse(rp, a, d.key, *parsed))
}

// get answers navigator.credentials.get, and counts.
func (d *device) get(t *testing.T, options any) json.RawMessage {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAssertionOptions(text(t, options))
	if err != nil {
		t.Fatal(err)
	}
	d.key.Counter++
	rp, a := d.parts()
	return json.RawMessage(virtualwebauthn.CreateAssertionResponse(rp, a, d.key, *parsed))
}

func text(t *testing.T, options any) string {
	t.Helper()
	b, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// question is a challenge and what the browser gets of it.
type question struct {
	id      id.ID[mfa.Challenge]
	options any
}

func (b *bench) askEnroll(u mfa.User, host string) question {
	b.t.Helper()
	return must(b, u, func(ctx context.Context, tx pg.PlaceTx) (q question, err error) {
		q.id, q.options, err = b.mfa.EnrollPasskey(ctx, tx, host, u)
		return q, err
	})
}

func (b *bench) finishEnroll(u mfa.User, host string, q question, answer json.RawMessage) ([]string, error) {
	b.t.Helper()
	return in(b, u, func(ctx context.Context, tx pg.PlaceTx) ([]string, error) {
		return b.mfa.FinishEnrollPasskey(ctx, tx, host, u, q.id, " Laptop ", answer)
	})
}

func (b *bench) enrollPasskey(u mfa.User, d *device) (recoveryCodes []string) {
	b.t.Helper()
	q := b.askEnroll(u, d.rpID)
	codes, err := b.finishEnroll(u, d.rpID, q, d.create(b.t, q.options))
	if err != nil {
		b.t.Fatal(err)
	}
	return codes
}

func (b *bench) askProof(u mfa.User, host string) question {
	b.t.Helper()
	return must(b, u, func(ctx context.Context, tx pg.PlaceTx) (q question, err error) {
		q.id, q.options, err = b.mfa.ProvePasskey(ctx, tx, host, u)
		return q, err
	})
}

func (b *bench) finishProof(u mfa.User, host string, q question, answer json.RawMessage) error {
	b.t.Helper()
	_, err := in(b, u, func(ctx context.Context, tx pg.PlaceTx) (struct{}, error) {
		return struct{}{}, b.mfa.FinishProvePasskey(ctx, tx, host, u, q.id, answer)
	})
	return err
}

func (b *bench) askSignIn(where mfa.User, host string) question {
	b.t.Helper()
	return must(b, where, func(ctx context.Context, tx pg.PlaceTx) (q question, err error) {
		q.id, q.options, err = b.mfa.SignInOptions(ctx, tx, host, where.TenantID)
		return q, err
	})
}

func (b *bench) finishSignIn(where mfa.User, host string, q question, answer json.RawMessage) (uuid.UUID, error) {
	b.t.Helper()
	return in(b, where, func(ctx context.Context, tx pg.PlaceTx) (uuid.UUID, error) {
		return b.mfa.FinishSignIn(ctx, tx, host, where.TenantID, q.id, answer)
	})
}

func wantCode(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if f := fault.As(err); f == nil || f.Kind != kind || f.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}

func (b *bench) passkeys(u mfa.User) []mfa.Passkey {
	b.t.Helper()
	return must(b, u, func(ctx context.Context, tx pg.PlaceTx) ([]mfa.Passkey, error) { return b.mfa.Passkeys(ctx, tx, u.ID) })
}

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

func TestAChallengeIsGoodForOneAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	b.enrollPasskey(u, d)
	q := b.askProof(u, salon)
	first, second := d.get(t, q.options), d.get(t, q.options)
	if err := b.finishProof(u, salon, q, first); err != nil {
		t.Fatal(err)
	}
	wantIs(t, b.finishProof(u, salon, q, first), mfa.ErrCode)
	wantIs(t, b.finishProof(u, salon, q, second), mfa.ErrCode)
	q = b.askProof(u, salon)
	answer := d.get(t, q.options)
	if good := atOnce(t, 8, mfa.ErrCode, func() error {
		return b.db.InPlace(t.Context(), u.TenantID, func(tx pg.PlaceTx) error {
			return b.mfa.FinishProvePasskey(t.Context(), tx, salon, u, q.id, answer)
		})
	}); good != 1 {
		t.Errorf("accepted %d times", good)
	}
}

func TestAChallengeIsBoundToHostUserAndPurpose(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other, d, others := b.user(), b.user(), newDevice(), newDevice()
	b.enrollPasskey(u, d)
	b.enrollPasskey(other, others)
	q := b.askProof(u, salon)
	wantIs(t, b.finishProof(other, salon, q, others.get(t, q.options)), mfa.ErrCode)
	wantIs(t, b.finishProof(u, "other.localhost", q, d.get(t, q.options)), mfa.ErrCode)
	_, err := b.finishSignIn(u, salon, q, d.get(t, q.options))
	wantCode(t, err, fault.Unauthenticated, "invalid_credentials")
	_, err = b.finishEnroll(u, salon, q, newDevice().create(t, b.askEnroll(u, salon).options))
	wantAt(t, err, "body.challenge_id")
	wantIs(t, b.finishProof(u, salon, b.askSignIn(u, salon), d.get(t, q.options)), mfa.ErrCode)
	if err := b.finishProof(u, salon, q, d.get(t, q.options)); err != nil {
		t.Errorf("refusals used the challenge up: %v", err)
	}
}

func TestAChallengeExpires(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	b.enrollPasskey(u, d)
	q := b.askProof(u, salon)
	b.wait(5*time.Minute - time.Second)
	late := b.askProof(u, salon)
	if err := b.finishProof(u, salon, q, d.get(t, q.options)); err != nil {
		t.Errorf("expired before five minutes: %v", err)
	}
	b.wait(5 * time.Minute)
	wantIs(t, b.finishProof(u, salon, late, d.get(t, late.options)), mfa.ErrCode)
}

func TestAnAnswerOfAnotherPageIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	b.enrollPasskey(u, d)
	refuse := func(what string, change func(*device)) {
		t.Helper()
		forged := *d
		change(&forged)
		q := b.askProof(u, salon)
		if err := b.finishProof(u, salon, q, forged.get(t, q.options)); err == nil {
			t.Errorf("accepted from %s", what)
		}
	}
	refuse("another origin", func(d *device) { d.origin = "http://salon.localhost.evil.test" })
	refuse("another port", func(d *device) { d.origin = "http://" + salon + ":9000" })
	refuse("another relying party", func(d *device) { d.rpID = "localhost" })
	refuse("another key", func(d *device) {
		forged := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		forged.ID = d.key.ID
		d.key = forged
	})
	q, forged := b.askEnroll(u, salon), newDevice()
	forged.origin = "http://evil.test"
	_, err := b.finishEnroll(u, salon, q, forged.create(t, q.options))
	wantAt(t, err, "body.credential")
}

func TestAPasskeyWorksOnItsHostAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, d := b.user(), newDevice()
	b.enrollPasskey(u, d)
	_, err := in(b, u, func(ctx context.Context, tx pg.PlaceTx) (q question, err error) {
		q.id, q.options, err = b.mfa.ProvePasskey(ctx, tx, "book.salon.example", u)
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

func TestAChallengeOfOneHostIsNoneOfAnother(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// Two names for one relying party and one origin: nothing but the challenge's own host tells them apart.
	b.mfa = mfa.New([]byte("a secret of the tests, long enough"), "SmoothSchedule", func(string) string { return "http://" + salon + ":8000" })
	const withPort = salon + ":8000"
	u, d := b.user(), newDevice()
	b.enrollPasskey(u, d)
	q := b.askProof(u, withPort)
	wantIs(t, b.finishProof(u, salon, q, d.get(t, q.options)), mfa.ErrCode)
	if err := b.finishProof(u, withPort, q, d.get(t, q.options)); err != nil {
		t.Error(err)
	}
	q = b.askSignIn(u, withPort)
	_, err := b.finishSignIn(u, salon, q, d.get(t, q.options))
	wantCode(t, err, fault.Unauthenticated, "invalid_credentials")
	if _, err := b.finishSignIn(u, withPort, q, d.get(t, q.options)); err != nil {
		t.Error(err)
	}
}
