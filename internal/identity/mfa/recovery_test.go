package mfa_test

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

func (b *bench) use(u mfa.User, code string) error {
	b.t.Helper()
	return b.mfa.UseRecoveryCode(b.t.Context(), b.db, u, code)
}

func (b *bench) newCodes(u mfa.User) []string {
	b.t.Helper()
	return must(b, u, func(ctx context.Context, tx pg.PlaceTx) ([]string, error) { return b.mfa.NewRecoveryCodes(ctx, tx, u) })
}

func TestARecoveryCodeWorksOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other := b.user(), b.user()
	_, codes := b.setUp(u)
	b.setUp(other)
	wantIs(t, b.use(other, codes[0]), mfa.ErrCode)
	if err := b.use(u, codes[0]); err != nil {
		t.Fatal(err)
	}
	wantIs(t, b.use(u, codes[0]), mfa.ErrCode)
	if got := b.state(u); got.RecoveryCodesLeft != 9 {
		t.Errorf("%d codes left", got.RecoveryCodesLeft)
	}
}

func TestARecoveryCodeWorksOnceOfSixteenAtTheSameTime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	_, codes := b.setUp(u)
	if good := atOnce(t, 16, mfa.ErrCode, func() error { return b.use(u, codes[3]) }); good != 1 {
		t.Errorf("accepted %d times", good)
	}
}

func TestARecoveryCodeIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	_, codes := b.setUp(u)
	for i, write := range []func(string) string{
		strings.ToUpper,
		func(c string) string { return strings.ReplaceAll(c, "-", "") },
		func(c string) string { return " " + strings.Join(strings.Split(c, ""), " ") + " " },
		func(c string) string { return strings.NewReplacer("0", "O", "1", "l").Replace(c) },
		func(c string) string { return strings.NewReplacer("0", "o", "1", "I").Replace(c) },
	} {
		if err := b.use(u, write(codes[i])); err != nil {
			t.Errorf("%s, written %q: %v", codes[i], write(codes[i]), err)
		}
	}
}

func TestRecoveryCodesAreTenDifferentOnesOfTenCharacters(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	codes := b.newCodes(b.user())
	for _, c := range codes {
		if !regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$`).MatchString(c) {
			t.Errorf("%q", c)
		}
	}
	slices.Sort(codes)
	if n := len(slices.Compact(codes)); n != 10 {
		t.Errorf("%d different codes", n)
	}
}

func TestNewRecoveryCodesReplaceTheOldOnes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	_, old := b.setUp(u)
	fresh := b.newCodes(u)
	wantIs(t, b.use(u, old[0]), mfa.ErrCode)
	if err := b.use(u, fresh[0]); err != nil {
		t.Error(err)
	}
	// Two at once leave one set.
	atOnce(t, 2, nil, func() error {
		return b.db.InPlace(t.Context(), u.TenantID, func(tx pg.PlaceTx) error {
			_, err := b.mfa.NewRecoveryCodes(t.Context(), tx, u)
			return err
		})
	})
	if got := b.state(u); got.RecoveryCodesLeft != 10 {
		t.Errorf("%d codes left", got.RecoveryCodesLeft)
	}
}

func TestRecoveryCodesAreNotStored(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	_, codes := b.setUp(u)
	var kept []byte
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT string_agg(code_hash, '') FROM public.recovery_codes WHERE user_id = $1`, u.ID).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 320 || bytes.Contains(kept, []byte(codes[0])) || bytes.Contains(kept, []byte(strings.ReplaceAll(codes[0], "-", ""))) {
		t.Error("the database holds codes instead of hashes")
	}
	wantIs(t, service("another secret of the program's").UseRecoveryCode(t.Context(), b.db, u, codes[0]), mfa.ErrCode) // the hash has a key
}

func TestRecoveryCodesAloneAreNoSecondFactor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	b.newCodes(u)
	if got := b.state(u); got.Enrolled() || len(got.Methods()) != 0 {
		t.Errorf("state %+v, methods %v", got, got.Methods())
	}
}

func (b *bench) remember(u mfa.User) string {
	b.t.Helper()
	return must(b, u, func(ctx context.Context, tx pg.PlaceTx) (string, error) { return b.mfa.Remember(ctx, tx, u) })
}

func (b *bench) remembered(u mfa.User, token string) bool {
	b.t.Helper()
	return must(b, u, func(ctx context.Context, tx pg.PlaceTx) (bool, error) { return b.mfa.Remembered(ctx, tx, u.ID, token) })
}

func TestADeviceIsRememberedForThirtyDays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other := b.user(), b.user()
	token := b.remember(u)
	b.remember(other)
	if len(token) != 43 {
		t.Errorf("a token of %d characters", len(token))
	}
	if b.remembered(other, token) || b.remembered(u, "") || b.remembered(u, token+"x") {
		t.Error("remembered by the wrong token or for the wrong user")
	}
	b.wait(30*24*time.Hour - time.Second)
	if !b.remembered(u, token) {
		t.Error("forgotten before thirty days")
	}
	b.wait(time.Second)
	if b.remembered(u, token) {
		t.Error("remembered after thirty days")
	}
}

func TestForgettingTheDevicesOfOneUserLeavesTheOthers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other := b.user(), b.user()
	token, second, others := b.remember(u), b.remember(u), b.remember(other)
	b.do(u, func(ctx context.Context, tx pg.PlaceTx) error { return b.mfa.ForgetDevices(ctx, tx, u.ID) })
	if b.remembered(u, token) || b.remembered(u, second) || !b.remembered(other, others) {
		t.Error("the wrong devices are remembered")
	}
}

func TestDevicesOfThePlatformsPeopleAreNeverRemembered(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.agent()
	if token := b.remember(u); token != "" || b.remembered(u, token) {
		t.Errorf("remembered by %q", token)
	}
}

func TestATokenIsNotStored(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u := b.user()
	token := b.remember(u)
	var row string
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT d::text || encode(token_hash, 'escape') FROM public.remembered_devices d WHERE user_id = $1`, u.ID).Scan(&row); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(row, token) {
		t.Error("the database holds the token")
	}
}

func TestAResetLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, other := b.user(), b.user()
	secret, codes := b.setUp(u)
	_, others := b.setUp(other)
	device := newDevice()
	b.enrollPasskey(u, device)
	token := b.remember(u)
	for range 20 {
		_ = b.check(u, b.wrong(secret))
	}
	b.do(u, func(ctx context.Context, tx pg.PlaceTx) error { return b.mfa.Reset(ctx, tx, u.ID) })
	if got := b.state(u); got != (mfa.State{}) || b.remembered(u, token) {
		t.Errorf("a reset left %+v", got)
	}
	wantIs(t, b.use(u, codes[0]), mfa.ErrCode)
	if fresh, _ := b.setUp(u); fresh == secret {
		t.Error("the old secret came back")
	}
	if err := b.use(other, others[0]); err != nil {
		t.Errorf("another user lost their codes: %v", err)
	}
}
