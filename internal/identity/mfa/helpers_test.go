package mfa_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// bench is a tenant with a service whose clock the test sets.
type bench struct {
	t     *testing.T
	mfa   *mfa.Service
	db    *pg.DB
	lease pgtest.Lease
	now   atomic.Pointer[time.Time]
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, lease: pgtest.Tenant(t), mfa: service("a secret of the tests, long enough")}
	at := time.Date(2026, 3, 2, 9, 0, 10, 0, time.UTC)
	b.now.Store(&at)
	b.db = pg.New(pgtest.App(t), func() time.Time { return *b.now.Load() })
	return b
}

func service(secret string) *mfa.Service {
	return mfa.New([]byte(secret), "SmoothSchedule", func(host string) string { return "http://" + host + ":8000" })
}

// wait moves the clock.
func (b *bench) wait(d time.Duration) {
	at := b.now.Load().Add(d)
	b.now.Store(&at)
}

// user makes one of the tenant's people.
func (b *bench) user() mfa.User { return b.person(&b.lease.ID, "TENANT_OWNER") }

// agent makes one of the platform's people.
func (b *bench) agent() mfa.User { return b.person(nil, "SUPERUSER") }

func (b *bench) person(tenantID *uuid.UUID, role string) mfa.User {
	b.t.Helper()
	u := mfa.User{ID: uuid.Must(uuid.NewV7()), TenantID: tenantID, Name: "Ada Lane"}
	u.Email = u.ID.String() + "@people.test"
	_, err := pgtest.Super(b.t).Exec(b.t.Context(), `
		INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, is_active, created_at, updated_at, version)
		VALUES ($1, $2, false, $3, $4, $5, '', true, $6, $6, 1)`, u.ID, tenantID, u.Email, u.Name, role, *b.now.Load())
	if err != nil {
		b.t.Fatalf("making a user: %v", err)
	}
	b.t.Cleanup(func() { // with all that belongs to them
		if _, err := pgtest.Super(b.t).Exec(context.WithoutCancel(b.t.Context()), `DELETE FROM public.users WHERE id = $1`, u.ID); err != nil {
			b.t.Errorf("removing a user: %v", err)
		}
	})
	return u
}

// in runs f where the user belongs.
func in[T any](b *bench, u mfa.User, f func(context.Context, pg.PlaceTx) (T, error)) (T, error) {
	b.t.Helper()
	var got T
	err := b.db.InPlace(b.t.Context(), u.TenantID, func(tx pg.PlaceTx) error {
		var err error
		got, err = f(b.t.Context(), tx)
		return err
	})
	return got, err
}

// must is in for what has to work.
func must[T any](b *bench, u mfa.User, f func(context.Context, pg.PlaceTx) (T, error)) T {
	b.t.Helper()
	got, err := in(b, u, f)
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// do is must for what returns nothing.
func (b *bench) do(u mfa.User, f func(context.Context, pg.PlaceTx) error) {
	b.t.Helper()
	must(b, u, func(ctx context.Context, tx pg.PlaceTx) (struct{}, error) { return struct{}{}, f(ctx, tx) })
}

func (b *bench) enroll(u mfa.User) mfa.Enrollment {
	b.t.Helper()
	return must(b, u, func(ctx context.Context, tx pg.PlaceTx) (mfa.Enrollment, error) { return b.mfa.Enroll(ctx, tx, u) })
}

func (b *bench) confirm(u mfa.User, code string) ([]string, error) {
	b.t.Helper()
	return in(b, u, func(ctx context.Context, tx pg.PlaceTx) ([]string, error) { return b.mfa.Confirm(ctx, tx, u, code) })
}

func (b *bench) state(u mfa.User) mfa.State {
	b.t.Helper()
	return must(b, u, func(ctx context.Context, tx pg.PlaceTx) (mfa.State, error) { return b.mfa.State(ctx, tx, u.ID) })
}

// setUp gives the user an app and moves on to where the next code is a fresh one.
func (b *bench) setUp(u mfa.User) (secret string, recoveryCodes []string) {
	b.t.Helper()
	e := b.enroll(u)
	codes, err := b.confirm(u, b.code(e.Secret, 0))
	if err != nil {
		b.t.Fatalf("confirming: %v", err)
	}
	b.wait(time.Minute)
	return e.Secret, codes
}

// code is what an app with the secret shows, some steps from now.
func (b *bench) code(secret string, steps int) string {
	b.t.Helper()
	at := b.now.Load().Add(time.Duration(steps) * 30 * time.Second)
	code, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}

// wrong is a code that is none of the app's around now.
func (b *bench) wrong(secret string) string {
	b.t.Helper()
	for _, c := range []string{"000000", "111111", "222222", "333333"} {
		if c != b.code(secret, -1) && c != b.code(secret, 0) && c != b.code(secret, 1) {
			return c
		}
	}
	b.t.Fatal("four codes in three steps")
	return ""
}

func (b *bench) check(u mfa.User, code string) error {
	b.t.Helper()
	return b.mfa.Check(b.t.Context(), b.db, u, code)
}

func wantIs(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

// wantAt checks that the refusal is about one field.
func wantAt(t *testing.T, err error, location string) {
	t.Helper()
	if f := fault.As(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Location != location {
		t.Fatalf("got %v, want a refusal of %s", err, location)
	}
}

// atOnce calls f n times together and returns how often it succeeded; other errors than refusal fail the test.
func atOnce(t *testing.T, n int, refusal error, f func() error) (good int) {
	t.Helper()
	var (
		wg    sync.WaitGroup
		start = make(chan struct{})
		count atomic.Int64
	)
	for range n {
		wg.Go(func() {
			<-start
			switch err := f(); {
			case err == nil:
				count.Add(1)
			case !errors.Is(err, refusal):
				t.Errorf("got %v, want %v", err, refusal)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(count.Load())
}
