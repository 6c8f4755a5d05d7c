package pg_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// PostgreSQL's words for what it refuses.
const (
	denied         = "42501"
	noTable        = "42P01"
	readOnly       = "25006"
	unknownSetting = "42704"
	notAnID        = "22P02"
)

// stateOf is the SQLSTATE in err, "" when it has none.
func stateOf(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

func wantState(t *testing.T, err error, state string) {
	t.Helper()
	if stateOf(err) != state {
		t.Fatalf("want SQLSTATE %s, got %v", state, err)
	}
}

// exec runs one statement in the tenant's scope.
func exec(t *testing.T, tn pg.Tenant, sql string, args ...any) error {
	t.Helper()
	return pgtest.DB(t).InTenant(t.Context(), tn, func(tx *pg.TenantTx) error {
		_, err := tx.Raw().Exec(t.Context(), sql, args...)
		return err
	})
}

// alone is a pool of one connection as the serving login: whatever one transaction leaves behind, the next one meets.
func alone(t *testing.T) *pgxpool.Pool {
	t.Helper()
	c := pgtest.App(t).Config()
	c.MaxConns, c.MinConns = 1, 0
	return open(t, c)
}

func open(t *testing.T, c *pgxpool.Config) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.NewWithConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// addUser makes a user behind everybody's back.
func addUser(t *testing.T, tenantID *uuid.UUID, email, role string, sandbox bool) {
	t.Helper()
	key := uuid.Must(uuid.NewV7())
	_, err := pgtest.Super(t).Exec(t.Context(), `
		INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, is_active, created_at, updated_at, version)
		VALUES ($1, $2, $3, $4, 'Somebody', $5, 'a secret', true, now(), now(), 1)`, key, tenantID, sandbox, email, role)
	if err != nil {
		t.Fatal(err)
	}
	if tenantID == nil { // no lease wipes these
		t.Cleanup(func() {
			if _, err := pgtest.Super(t).Exec(context.WithoutCancel(t.Context()), `DELETE FROM public.users WHERE id = $1`, key); err != nil {
				t.Error(err)
			}
		})
	}
}

// texts reads one column of text.
func texts(t *testing.T, tx pgx.Tx, sql string) []string {
	t.Helper()
	rows, err := tx.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// superTexts is texts as the superuser, outside of a transaction.
func superTexts(t *testing.T, sql string) []string {
	t.Helper()
	rows, err := pgtest.Super(t).Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func containsAny(s string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(s, p) })
}
