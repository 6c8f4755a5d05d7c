package apptest

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

// UUID is an id as the database has it.
func UUID(t testing.TB, text string) string {
	t.Helper()
	var key id.ID[anything]
	_, digits, _ := strings.Cut(text, "_")
	if err := key.UnmarshalText([]byte("x_" + digits)); err != nil {
		t.Fatal(err)
	}
	return key.UUID().String()
}

type anything struct{}

func (anything) IDPrefix() string { return "x" }

// Row reads the only row of a query on the tenant's live schema, as nobody in the program could.
func (e *Env) Row(t testing.TB, sql string, into ...any) {
	t.Helper()
	e.inSchema(t, func(tx pgx.Tx) error { return tx.QueryRow(t.Context(), sql).Scan(into...) })
}

// Exec changes the tenant's live schema behind the program's back.
func (e *Env) Exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	e.inSchema(t, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), sql, args...)
		return err
	})
}

func (e *Env) inSchema(t testing.TB, f func(pgx.Tx) error) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), pgtest.Super(t), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SET LOCAL search_path TO `+pgx.Identifier{e.Lease.Live.Schema}.Sanitize()+`, public`); err != nil {
			return err
		}
		return f(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}
