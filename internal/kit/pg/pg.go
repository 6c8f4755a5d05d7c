// Package pg is the only way to the database.
//
// A query needs a transaction, and a transaction is of one of three scopes: one tenant's
// schema, one tenant's rows in the shared schema, or the platform. DB has no query method,
// so code that forgot to name its tenant does not compile, and PostgreSQL refuses the rest:
// each scope runs as a role of its own.
package pg

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/kit/authz"
)

// DB opens transactions.
type DB struct {
	pool *pgxpool.Pool
	now  func() time.Time
}

// New returns a DB over the restricted login's pool. now is the clock of every transaction.
func New(pool *pgxpool.Pool, now func() time.Time) *DB { return &DB{pool: pool, now: now} }

type tx struct {
	raw         pgx.Tx
	now         time.Time
	afterCommit []func()
}

// Now is the transaction's time: every row it writes carries the same one.
func (t *tx) Now() time.Time { return t.now }

// Raw is for libraries that take a pgx.Tx (River). Domain code doesn't call it.
func (t *tx) Raw() pgx.Tx { return t.raw }

// AfterCommit runs f once the transaction has committed, and never if it rolls back.
func (t *tx) AfterCommit(f func()) { t.afterCommit = append(t.afterCommit, f) }

// TenantTx is who (Actor), where (Tenant) and when (Now): a transaction whose unqualified names are one tenant's tables.
type TenantTx struct {
	*tx
	Tenant Tenant
	Actor  authz.Actor
}

// Stamp adds to the arguments of a change when it is made (@now), by whom (@changed_by) and who really did where somebody
// acted as another (@acted_by). Nobody in particular, such as the public or a job, is NULL.
func (t *TenantTx) Stamp(args Args) Args {
	args["now"], args["changed_by"], args["acted_by"] = t.now, orNull(t.Actor.UserID), orNull(t.Actor.ActedBy)
	return args
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// SharedTx sees one tenant's rows in schema public, credentials included: sign-in and sessions.
type SharedTx struct{ *tx }

// PlatformTx sees the rows of all tenants in schema public: the platform's own work.
type PlatformTx struct{ *tx }

// InTenant runs f in a read-write transaction on the tenant's schema.
// f runs again after a deadlock or a serialization failure, so it must not keep results of an earlier try.
func (db *DB) InTenant(ctx context.Context, tn Tenant, f func(*TenantTx) error) error {
	return db.inTenant(ctx, tn, tn.rw, f)
}

// InTenantRO is InTenant for reads; a write in it is an error.
func (db *DB) InTenantRO(ctx context.Context, tn Tenant, f func(*TenantTx) error) error {
	return db.inTenant(ctx, tn, tn.ro, f)
}

func (db *DB) inTenant(ctx context.Context, tn Tenant, begin string, f func(*TenantTx) error) error {
	if begin == "" {
		return errors.New("pg: a tenant that NewTenant did not make")
	}
	actor := authz.From(ctx)
	return db.run(ctx, begin, func(t *tx) error { return f(&TenantTx{tx: t, Tenant: tn, Actor: actor}) })
}

// InShared runs f on one tenant's shared rows.
func (db *DB) InShared(ctx context.Context, tenantID uuid.UUID, f func(*SharedTx) error) error {
	begin := "BEGIN" + opening("ss_identity", "public", tenantID.String(), Live)
	return db.run(ctx, begin, func(t *tx) error { return f(&SharedTx{t}) })
}

// InPlatform runs f on the shared rows of all tenants. ss.tenant_id stays empty: a policy that reads it fails instead of matching.
func (db *DB) InPlatform(ctx context.Context, f func(*PlatformTx) error) error {
	return db.run(ctx, "BEGIN"+opening("ss_platform", "public", "", Live), func(t *tx) error { return f(&PlatformTx{t}) })
}

// Try runs f in a part of the transaction that is undone alone where f fails, as if it had not run. Locks that it took are let go.
func Try(ctx context.Context, tx *TenantTx, f func(*TenantTx) error) error {
	hooks, outer := len(tx.afterCommit), tx.raw
	err := pgx.BeginFunc(ctx, outer, func(raw pgx.Tx) error {
		tx.raw = raw
		defer func() { tx.raw = outer }()
		return f(tx)
	})
	if err != nil {
		tx.afterCommit = tx.afterCommit[:hooks]
	}
	return err
}

var errRehearsed = errors.New("rehearsed")

// Rehearse runs f in a part of the transaction that is undone whatever comes of it: a preview is the write itself.
func Rehearse(ctx context.Context, tx *TenantTx, f func(*TenantTx) error) error {
	err := Try(ctx, tx, func(tx *TenantTx) error {
		if err := f(tx); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.pool.Ping(ctx) }

const tries = 4

func (db *DB) run(ctx context.Context, begin string, f func(*tx) error) error {
	var err error
	for try := range tries {
		if try > 0 {
			if err := pause(ctx, try); err != nil {
				return err
			}
		}
		if err = db.once(ctx, begin, f); !retryable(err) {
			return unavailable(err)
		}
	}
	return because(ErrBusy, err)
}

func (db *DB) once(ctx context.Context, begin string, f func(*tx) error) error {
	t := &tx{now: db.now().UTC().Truncate(time.Microsecond)}
	err := pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{BeginQuery: begin}, func(raw pgx.Tx) error {
		t.raw = raw
		return f(t)
	})
	if err != nil {
		return err
	}
	for _, f := range t.afterCommit {
		f()
	}
	return nil
}

// pause waits 10 to 80 ms, so that two transactions that met don't meet again.
func pause(ctx context.Context, try int) error {
	timer := time.NewTimer(time.Duration(10+rand.IntN(25*try)) * time.Millisecond) //nolint:gosec // chance, no secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting to retry: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}

// Now is the clock of this database's transactions, for what happens outside of one.
func (db *DB) Now() time.Time { return db.now() }
