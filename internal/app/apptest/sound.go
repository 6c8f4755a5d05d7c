package apptest

import (
	"context"
	_ "embed" // invariants.sql
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/pgtest"
)

//go:embed invariants.sql
var invariants string

// Sound checks that what the tenant has booked fits together, live and in the sandbox.
func Sound(t testing.TB, e *Env) {
	t.Helper()
	c, err := pgtest.Super(t).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	for _, schema := range []string{e.Lease.Live.Schema, e.Lease.Sandbox.Schema} {
		SoundIn(t, c.Conn(), schema, e.Now())
	}
}

// SoundIn is Sound for a schema of any database, at the program's clock.
func SoundIn(t testing.TB, db *pgx.Conn, schema string, now time.Time) {
	t.Helper()
	broken, err := Broken(t.Context(), db, schema, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		t.Errorf("%s: %s: %s", schema, b.Name, b.Detail)
	}
}

// Invariant is one that is broken, and by what.
type Invariant struct{ Name, Detail string }

// Broken lists what doesn't fit together.
func Broken(ctx context.Context, db *pgx.Conn, schema string, now time.Time) (all []Invariant, err error) {
	err = pgx.BeginTxFunc(ctx, db, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL search_path TO `+pgx.Identifier{schema}.Sanitize()+`, public`); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, invariants, now)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Invariant])
		return err
	})
	return all, err
}
