package apptest

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/pgtest"
)

// Content is a fingerprint of what the tenant has stored: for each table how many rows, and which.
type Content map[string]string

// Content reads all tables of the tenant, live and sandbox, its users and its jobs.
func (e *Env) Content(t testing.TB) Content {
	t.Helper()
	db, ctx := pgtest.Super(t), t.Context()
	rows, err := db.Query(ctx, `SELECT relnamespace::regnamespace || '.' || relname FROM pg_catalog.pg_class
		WHERE relnamespace IN ($1::text::regnamespace, $2::text::regnamespace) AND relkind = 'r' ORDER BY 1`, e.Lease.Live.Schema, e.Lease.Sandbox.Schema)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, name := range tables {
		all = append(all, digest(name, "true"))
	}
	all = append(all, digest("public.users", fmt.Sprintf("tenant_id = '%s'", e.Lease.ID)), digest("river.river_job", fmt.Sprintf("args->>'tenant_id' = '%s'", e.Lease.ID)))
	rows, err = db.Query(ctx, strings.Join(all, " UNION ALL "))
	if err != nil {
		t.Fatal(err)
	}
	content := Content{}
	var name, sum string
	_, err = pgx.ForEachRow(rows, []any{&name, &sum}, func() error { content[name] = sum; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func digest(table, where string) string {
	return fmt.Sprintf(`SELECT '%[1]s', count(*) || ' rows ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM %[1]s t WHERE %[2]s`, table, where)
}

// WritesNothing runs f, which must leave the tenant's data as they are.
func (e *Env) WritesNothing(t testing.TB, f func()) {
	t.Helper()
	before := e.Content(t)
	f()
	after := e.Content(t)
	if maps.Equal(before, after) {
		return
	}
	for name, was := range before {
		if after[name] != was {
			t.Errorf("%s was written: %s, then %s", name, was, after[name])
		}
	}
}

var pairing sync.Mutex //nolint:gochecknoglobals // tests that lease two tenants must not wait for each other's second

// Two starts the program twice, each for a tenant of its own.
func Two(t testing.TB, options ...Option) (own, other *Env) {
	t.Helper()
	pairing.Lock()
	defer pairing.Unlock()
	return New(t, options...), New(t, options...)
}
