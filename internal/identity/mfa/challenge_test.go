package mfa_test

import (
	"testing"
	"time"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/mfa/mfatest"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

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
		forged := mfatest.Key()
		forged.ID = d.key.ID
		d.key = forged
	})
	q, forged := b.askEnroll(u, salon), newDevice()
	forged.origin = "http://evil.test"
	_, err := b.finishEnroll(u, salon, q, forged.create(t, q.options))
	wantAt(t, err, "body.credential")
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
