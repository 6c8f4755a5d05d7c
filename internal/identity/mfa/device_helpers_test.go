package mfa_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/mfa/mfatest"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
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
	d := &device{key: mfatest.Key(), origin: "http://" + salon + ":8000", rpID: salon}
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
		q.id, q.options, err = b.mfa.ProvePasskey(ctx, tx, host, u, false)
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
