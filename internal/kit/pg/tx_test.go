package pg_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// wantBareLogin checks that nothing of a transaction's scope is left on the pool's connection.
func wantBareLogin(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	var got string
	err := pool.QueryRow(t.Context(), `SELECT format('%s path=%s tenant=%s mode=%s %s %s', current_user, current_setting('search_path'),
		current_setting('ss.tenant_id', true), current_setting('ss.mode', true), current_setting('lock_timeout'), current_setting('statement_timeout'))`).Scan(&got)
	if err != nil {
		t.Fatal(err)
	}
	if want := `smoothschedule path= tenant= mode= 0 0`; strings.ReplaceAll(got, `""`, ``) != want {
		t.Errorf("the connection kept a scope: %s, want %s", got, want)
	}
}

func TestAConnectionGoesBackToTheBareLogin(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	pool := alone(t)
	db := pg.New(pool, pgtest.DB(t).Now)
	stop := errors.New("stop")
	for name, run := range map[string]func(error) error{
		"InTenant": func(err error) error {
			return db.InTenant(t.Context(), lease.Live, func(*pg.TenantTx) error { return err })
		},
		"InTenantRO": func(err error) error {
			return db.InTenantRO(t.Context(), lease.Live, func(*pg.TenantTx) error { return err })
		},
		"InShared": func(err error) error {
			return db.InShared(t.Context(), lease.ID, func(*pg.SharedTx) error { return err })
		},
		"InPlatform": func(err error) error { return db.InPlatform(t.Context(), func(*pg.PlatformTx) error { return err }) },
	} {
		if err := run(nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantBareLogin(t, pool) // after a commit
		if err := run(stop); !errors.Is(err, stop) {
			t.Fatalf("%s hid its function's error: %v", name, err)
		}
		wantBareLogin(t, pool) // after a rollback
	}
}

func TestAScopeSurvivesASavepoint(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	err := pgtest.DB(t).InTenant(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
		inner, err := tx.Raw().Begin(t.Context())
		if err != nil {
			return err
		}
		if _, err := inner.Exec(t.Context(), `SELECT 1/0`); err == nil {
			t.Error("a division by zero went well")
		}
		if err := inner.Rollback(t.Context()); err != nil {
			return err
		}
		if got := texts(t, tx.Raw(), `SELECT current_user::text || ' ' || current_schema()`); got[0] != lease.Live.Schema+" "+lease.Live.Schema {
			t.Errorf("after a savepoint the scope is %v", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAReadOnlyTransactionRefusesWrites(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	write := func(swallow bool) error {
		return pgtest.DB(t).InTenantRO(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
			_, err := tx.Raw().Exec(t.Context(), `DELETE FROM customers`)
			wantState(t, err, readOnly)
			if swallow {
				return nil
			}
			return err
		})
	}
	wantState(t, write(false), readOnly)
	if write(true) == nil {
		t.Error("a swallowed failure was committed")
	}
}

func TestAfterCommitRunsOnceAndNeverAfterARollback(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	stop := errors.New("stop")
	for name, c := range map[string]struct {
		fails []error // of each try
		want  int
	}{
		"commit":   {[]error{nil}, 1},
		"rollback": {[]error{stop}, 0},
		"retry":    {[]error{errors.New("40001"), nil}, 1},
	} {
		try, ran := 0, 0
		err := pgtest.DB(t).InTenant(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
			tx.AfterCommit(func() { ran++ })
			if ran > 0 {
				t.Errorf("%s: ran before the commit", name)
			}
			fail := c.fails[try]
			try++
			if fail != nil && fail.Error() == "40001" {
				return raise(t, tx, "40001")
			}
			return fail
		})
		if ran != c.want || try != len(c.fails) {
			t.Errorf("%s: ran %d times in %d tries, want %d in %d (%v)", name, ran, try, c.want, len(c.fails), err)
		}
	}
}

// raise has PostgreSQL fail with a SQLSTATE.
func raise(t *testing.T, tx *pg.TenantTx, state string) error {
	t.Helper()
	_, err := tx.Raw().Exec(t.Context(), `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '`+state+`'; END $$`)
	return err
}

func TestWhatCannotBeDoneNowIsTriedAgainThenBusy(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	for state, want := range map[string]struct {
		tries int
		code  string
	}{
		"40001": {4, "busy"}, "40P01": {4, "busy"}, // worth another try
		"55P03": {1, "busy"}, "57014": {1, "busy"}, // waited long enough
		"57P01": {1, "service_unavailable"}, "53300": {1, "service_unavailable"},
		"22012": {1, ""}, "23505": {1, ""}, // nobody can act on these
	} {
		tries := 0
		err := pgtest.DB(t).InTenant(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
			tries++
			return raise(t, tx, state)
		})
		code := ""
		if f := fault.As(err); f != nil {
			code = f.Code
			if f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
				t.Errorf("%s: want a 503 with Retry-After, got %+v", state, f)
			}
		}
		if tries != want.tries || code != want.code || stateOf(err) != state {
			t.Errorf("%s: %d tries and code %q, want %d and %q: %v", state, tries, code, want.tries, want.code, err)
		}
	}
}

func TestADeadlockIsTriedAgainAndBothSucceed(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	db := pgtest.DB(t)
	var (
		tries   atomic.Int32
		both    sync.WaitGroup // both hold their first lock
		done    sync.WaitGroup
		results [2]error
	)
	both.Add(2)
	lock := func(tx *pg.TenantTx, key string) error {
		_, err := tx.Raw().Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, lease.Slug+key)
		return err
	}
	for i, keys := range [2][2]string{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			first := true
			results[i] = db.InTenant(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
				tries.Add(1)
				if err := lock(tx, keys[0]); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait()
				}
				return lock(tx, keys[1])
			})
		})
	}
	done.Wait()
	if err := errors.Join(results[:]...); err != nil || tries.Load() != 3 {
		t.Errorf("%d tries, %v: want three, the third by the one that PostgreSQL chose", tries.Load(), err)
	}
}

func TestALockThatIsNotGivenIsBusy(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	db := pgtest.DB(t)
	err := db.InTenant(t.Context(), lease.Live, func(holder *pg.TenantTx) error {
		if _, err := holder.Raw().Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended($1, 1))`, lease.Slug); err != nil {
			return err
		}
		return db.InTenant(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
			_, err := tx.Raw().Exec(t.Context(), `SET LOCAL lock_timeout = '20ms'; SELECT pg_advisory_xact_lock(hashtextextended('`+lease.Slug+`', 1))`)
			return err
		})
	})
	if f := fault.As(err); f == nil || f.Kind != fault.Unavailable || f.Code != "busy" {
		t.Errorf("want 503 busy, got %v", err)
	}
}

func TestACancelledRequestIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	err := pgtest.DB(t).InTenant(ctx, lease.Live, func(tx *pg.TenantTx) error {
		tries++
		defer cancel()
		return raise(t, tx, "40001")
	})
	if !errors.Is(err, context.Canceled) || tries != 1 {
		t.Errorf("%d tries, %v: want one, and to hear that the caller is gone", tries, err)
	}
}

func TestATransactionHasOneTime(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	at := time.Date(2027, 3, 1, 9, 0, 0, 123456789, time.FixedZone("", 3600))
	err := pg.New(pgtest.App(t), func() time.Time { return at }).InTenantRO(t.Context(), lease.Live, func(tx *pg.TenantTx) error {
		if want := at.UTC().Truncate(time.Microsecond); tx.Now() != want {
			t.Errorf("now is %s, want %s: what PostgreSQL can store", tx.Now(), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
