package mfa_test

import (
	"bytes"
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

func TestAnAppCountsOnceACodeHasComeBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	first := b.enroll(u)
	e := b.enroll(u) // an abandoned set-up is begun anew
	if b.state(u).Enrolled() {
		t.Fatal("enrolled before a code has come back")
	}
	wantIs(t, b.check(u, b.code(e.Secret, 0)), mfa.ErrCode)
	_, err := b.confirm(u, b.code(first.Secret, 0))
	wantIs(t, err, mfa.ErrCode)
	codes, err := b.confirm(u, b.code(e.Secret, 0))
	if err != nil || len(codes) != 10 {
		t.Fatalf("got %d recovery codes and %v", len(codes), err)
	}
	got := b.state(u)
	if !got.Enrolled() || !slices.Equal(got.Methods(), []string{"totp", "recovery_code"}) || got.RecoveryCodesLeft != 10 {
		t.Fatalf("state %+v, methods %v", got, got.Methods())
	}
	_, err = in(b, u, func(ctx context.Context, tx pg.PlaceTx) (mfa.Enrollment, error) { return b.mfa.Enroll(ctx, tx, u) })
	wantIs(t, err, mfa.ErrEnrolled)
	_, err = b.confirm(u, b.code(e.Secret, 1))
	wantIs(t, err, mfa.ErrEnrolled)
	wantIs(t, b.check(u, b.code(e.Secret, 0)), mfa.ErrCode) // used up by Confirm
}

func TestConfirmWithoutASetUpIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.confirm(b.user(), "123456")
	if f := fault.As(err); f == nil || f.Code != "state_conflict" {
		t.Fatalf("got %v", err)
	}
}

func TestACodeIsGoodOneStepEarlyOrLate(t *testing.T) {
	t.Parallel()
	for steps, good := range map[int]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		t.Run(fmt.Sprint(steps), func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			u := b.user()
			secret, _ := b.setUp(u)
			b.wait(10 * time.Minute)
			if err := b.check(u, b.code(secret, steps)); (err == nil) != good {
				t.Errorf("a code of step %d: %v", steps, err)
			}
		})
	}
}

func TestACodeWorksOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	secret, _ := b.setUp(u)
	code := b.code(secret, 0)
	earlier := b.code(secret, -1)
	if err := b.check(u, code[:3]+" "+code[3:]); err != nil {
		t.Fatal(err)
	}
	wantIs(t, b.check(u, code), mfa.ErrCode)
	wantIs(t, b.check(u, earlier), mfa.ErrCode) // an older one than the last accepted is as good as used
	if err := b.check(u, b.code(secret, 1)); err != nil {
		t.Fatal(err)
	}
}

func TestACodeWorksOnceOfSixteenAtTheSameTime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	secret, _ := b.setUp(u)
	code := b.code(secret, 0)
	if good := atOnce(t, 16, mfa.ErrCode, func() error { return b.check(u, code) }); good != 1 {
		t.Errorf("accepted %d times", good)
	}
}

func TestTwentyWrongCodesInAnHourLockForAnHour(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other := b.user(), b.user()
	secret, recovery := b.setUp(u)
	otherSecret, _ := b.setUp(other)
	for i := range 19 {
		err := b.check(u, b.wrong(secret))
		wantIs(t, err, mfa.ErrCode)
		if errors.Is(err, mfa.ErrNowLocked) {
			t.Fatalf("locked by wrong code %d", i+1)
		}
		b.wait(3 * time.Minute)
	}
	err := b.mfa.UseRecoveryCode(t.Context(), b.db, u, "00000-00000") // counts to the same lock
	wantIs(t, err, mfa.ErrLocked)
	wantIs(t, err, mfa.ErrNowLocked)
	err = b.check(u, b.code(secret, 0))
	wantIs(t, err, mfa.ErrLocked)
	if errors.Is(err, mfa.ErrNowLocked) {
		t.Error("its owner is told twice")
	}
	wantIs(t, b.mfa.UseRecoveryCode(t.Context(), b.db, u, recovery[0]), mfa.ErrLocked)
	if err := b.check(other, b.code(otherSecret, 0)); err != nil {
		t.Errorf("another user is locked too: %v", err)
	}
	b.wait(20 * time.Minute)
	err = b.check(u, b.code(secret, 0))
	if f := fault.As(err); f == nil || f.Kind != fault.TooMany || f.Code != "factor_locked" || f.RetryAfter != 40*time.Minute {
		t.Errorf("got %+v", f)
	}
	b.wait(40 * time.Minute)
	if err := b.check(u, b.code(secret, 0)); err != nil {
		t.Errorf("still locked after an hour: %v", err)
	}
}

func TestWrongCodesOlderThanAnHourDoNotCount(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	secret, _ := b.setUp(u)
	for range 60 { // 19 within any hour
		wantIs(t, b.check(u, b.wrong(secret)), mfa.ErrCode)
		b.wait(time.Hour/19 + time.Second)
	}
}

func TestGuessesSentAtOnceAreCountedOneByOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	secret, _ := b.setUp(u)
	guess := b.wrong(secret)
	for range 19 {
		wantIs(t, b.check(u, guess), mfa.ErrCode)
	}
	var told int
	results := make(chan error, 8)
	for range 8 {
		go func() { results <- b.check(u, guess) }()
	}
	for range 8 {
		err := <-results
		wantIs(t, err, mfa.ErrLocked)
		if errors.Is(err, mfa.ErrNowLocked) {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times that the factor is locked now", told)
	}
}

func TestSettingUpAnewForgivesNoWrongCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	secret, _ := b.setUp(u)
	for range 19 {
		wantIs(t, b.check(u, b.wrong(secret)), mfa.ErrCode)
	}
	b.do(u, func(ctx context.Context, tx pg.PlaceTx) error { return b.mfa.RemoveTOTP(ctx, tx, u) })
	if b.state(u).Enrolled() {
		t.Fatal("enrolled without an app")
	}
	secret, codes := b.setUp(u)
	if codes != nil {
		t.Error("new recovery codes although there were some")
	}
	wantIs(t, b.check(u, b.wrong(secret)), mfa.ErrLocked)
}

// sealed is what the database holds of the user's secret.
func (b *bench) sealed(u mfa.User) (secret []byte) {
	b.t.Helper()
	if err := pgtest.Super(b.t).QueryRow(b.t.Context(), `SELECT secret_sealed FROM public.totp_factors WHERE user_id = $1`, u.ID).Scan(&secret); err != nil {
		b.t.Fatal(err)
	}
	return secret
}

func TestASecretIsSealedForItsUser(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other := b.user(), b.user()
	secret, _ := b.setUp(u)
	b.setUp(other)
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	if sealed := b.sealed(u); bytes.Contains(sealed, raw) || bytes.Contains(sealed, []byte(secret)) {
		t.Error("the database holds the secret in the clear")
	}
	if err := service("another secret of the program's").Check(t.Context(), b.db, u, b.code(secret, 0)); err == nil || fault.As(err) != nil {
		t.Errorf("opened by another key: %v", err)
	}
	if _, err := pgtest.Super(t).Exec(t.Context(), `UPDATE public.totp_factors SET secret_sealed = $2 WHERE user_id = $1`, other.ID, b.sealed(u)); err != nil {
		t.Fatal(err)
	}
	if err := b.check(other, b.code(secret, 0)); err == nil || fault.As(err) != nil {
		t.Errorf("opened for another user: %v", err)
	}
}

func TestFactorsOfAnotherTenantAreInvisible(t *testing.T) {
	t.Parallel()
	b, elsewhere := newBench(t), pgtest.Tenant(t)
	u := b.user()
	secret, codes := b.setUp(u)
	stranger := u
	stranger.TenantID = &elsewhere.ID
	if got := b.state(stranger); got != (mfa.State{}) {
		t.Errorf("another tenant sees %+v", got)
	}
	if err := b.check(stranger, b.code(secret, 0)); err == nil {
		t.Error("a code was accepted in another tenant")
	}
	if err := b.mfa.UseRecoveryCode(t.Context(), b.db, stranger, codes[0]); err == nil {
		t.Error("a recovery code was accepted in another tenant")
	}
	b.do(stranger, func(ctx context.Context, tx pg.PlaceTx) error { return b.mfa.Reset(ctx, tx, u.ID) })
	if got := b.state(u); !got.TOTP || got.RecoveryCodesLeft != 10 {
		t.Errorf("another tenant's reset left %+v", got)
	}
}

func TestThePlatformsPeopleHaveFactorsToo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.agent()
	secret, codes := b.setUp(u)
	if err := b.check(u, b.code(secret, 0)); err != nil {
		t.Error(err)
	}
	if err := b.mfa.UseRecoveryCode(t.Context(), b.db, u, codes[0]); err != nil {
		t.Error(err)
	}
}

func TestAnUnknownUserHasNoFactors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := mfa.User{ID: uuid.Must(uuid.NewV7()), TenantID: &b.lease.ID}
	if got := b.state(u); got.Enrolled() || got.Methods() == nil || len(got.Methods()) != 0 {
		t.Errorf("state %+v, methods %v", got, got.Methods())
	}
}
