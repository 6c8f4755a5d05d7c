package mfa_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

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
