package mfa_test

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

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
