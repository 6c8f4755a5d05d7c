// Package pgtest leases empty tenants on a real PostgreSQL.
//
// A template database, keyed by the migrations, holds the shared schema and eight tenants. Each test binary
// clones it once, each test leases one of the tenants, and what the test wrote is deleted when it ends.
package pgtest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/kit/pg"
)

// URLVariable names the superuser's address of the server to test on; withpg sets it.
const URLVariable = "SS_TEST_DATABASE_URL"

// Lease is a tenant that one test has for itself.
type Lease struct {
	ID      uuid.UUID
	Slug    string
	Live    pg.Tenant
	Sandbox pg.Tenant
}

// Tenant leases an empty tenant until the test ends.
func Tenant(t testing.TB) Lease {
	t.Helper()
	e := shared(t)
	l := <-e.free
	t.Cleanup(func() {
		if err := e.wipe(context.WithoutCancel(t.Context()), l); err != nil {
			t.Errorf("emptying tenant %s: %v", l.Slug, err)
		}
		e.free <- l
	})
	return l
}

// App is the pool of the restricted login, as it serves.
func App(t testing.TB) *pgxpool.Pool { t.Helper(); return shared(t).app }

// Owner is the pool of the database's owner.
func Owner(t testing.TB) *pgxpool.Pool { t.Helper(); return shared(t).owner }

// Super is a superuser's pool, to look behind everybody's back.
func Super(t testing.TB) *pgxpool.Pool { t.Helper(); return shared(t).super }

// DB opens transactions on the test's database.
func DB(t testing.TB) *pg.DB { t.Helper(); return pg.New(App(t), time.Now) }

var slugs atomic.Int64 //nolint:gochecknoglobals // counts for the whole process

// Slug names a tenant that a test provisions itself. Roles belong to the whole cluster, so it is unique across processes.
func Slug() string { return fmt.Sprintf("p%dx%d", os.Getpid(), slugs.Add(1)) }

// wipe deletes all rows of the tenant. Roles and order of the tables don't matter: a superuser does it without checking references.
func (e *env) wipe(ctx context.Context, l Lease) error {
	var b strings.Builder
	b.WriteString("BEGIN; SET LOCAL session_replication_role = replica;\n")
	for _, schema := range []string{l.Live.Schema, l.Sandbox.Schema} {
		for _, table := range e.tables {
			fmt.Fprintf(&b, "DELETE FROM %s.%s;\n", schema, table)
		}
	}
	for _, table := range e.shared {
		fmt.Fprintf(&b, "DELETE FROM public.%s WHERE tenant_id = '%s';\n", table, l.ID)
	}
	// A test may have suspended it, or renamed it.
	fmt.Fprintf(&b, "UPDATE public.tenants SET status = 'ACTIVE', status_reason = NULL, is_demo = false, expires_at = NULL, name = 'Business ' || slug WHERE id = '%s';\n", l.ID)
	fmt.Fprintf(&b, "DELETE FROM river.river_job WHERE args->>'tenant_id' = '%s';\nCOMMIT", l.ID)
	_, err := e.super.Exec(ctx, b.String())
	return err
}
