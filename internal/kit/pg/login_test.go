package pg_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// throwaway makes a login and connects as it. Roles belong to the cluster: its name is nobody else's, and it is dropped.
func throwaway(t *testing.T, attributes string, member bool) *pgxpool.Pool {
	t.Helper()
	name, super := pgtest.Slug(), pgtest.Super(t)
	do := func(ctx context.Context, sql string) {
		// Both granting and dropping write the one row of the database; PostgreSQL refuses whom that meets halfway.
		if _, err := super.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('grants on the database')); `+sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	do(t.Context(), `CREATE ROLE `+name+` LOGIN `+attributes)
	t.Cleanup(func() { do(context.WithoutCancel(t.Context()), `DROP OWNED BY `+name+`; DROP ROLE `+name) })
	do(t.Context(), `DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO `+name+`', current_database()); END $$`)
	if member {
		do(t.Context(), `GRANT ss_identity TO `+name)
	}
	c := pgtest.App(t).Config()
	c.ConnConfig.User, c.MaxConns = name, 1
	return open(t, c)
}

func TestALoginThatCouldReachTenantsIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attributes string
		member     bool
		safe       bool
	}{
		"member, inheriting nothing":   {"NOINHERIT", true, true},
		"member that inherits":         {"INHERIT", true, false},
		"inherits, but member of none": {"INHERIT", false, true},
		"bypasses row security":        {"NOINHERIT BYPASSRLS", true, false},
		"makes roles":                  {"NOINHERIT CREATEROLE", true, false},
		"superuser":                    {"NOINHERIT SUPERUSER", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := pg.CheckLogin(t.Context(), throwaway(t, c.attributes, c.member)); (err == nil) != c.safe {
				t.Errorf("%s: safe is %t, got %v", c.attributes, c.safe, err)
			}
		})
	}
}

func TestTheServingLoginIsSafeAndTheOwnerIsNot(t *testing.T) {
	t.Parallel()
	if err := pg.CheckLogin(t.Context(), pgtest.App(t)); err != nil {
		t.Errorf("the serving login: %v", err)
	}
	for name, pool := range map[string]*pgxpool.Pool{"owner": pgtest.Owner(t), "superuser": pgtest.Super(t)} {
		if pg.CheckLogin(t.Context(), pool) == nil {
			t.Errorf("the %s was accepted to serve", name)
		}
	}
}

func TestServingConnectionsMayStartFromTheOwner(t *testing.T) {
	t.Parallel()
	owner := pgtest.Owner(t).Config().ConnConfig
	url := `host=` + owner.Host + ` dbname=` + owner.Database + ` user=` + owner.User
	pool, err := pg.OpenApp(t.Context(), "", url, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := pg.CheckLogin(t.Context(), pool); err != nil {
		t.Errorf("as the role of its first message: %v", err)
	}
	wantBareLogin(t, pool)
}

func TestAnUnreadableAddressIsNotRepeated(t *testing.T) {
	t.Parallel()
	_, err := pg.OpenOwner(t.Context(), "postgres://me:hunter2@[bad")
	if err == nil || containsAny(err.Error(), "hunter2", "[bad") {
		t.Errorf("want an error without the password, got %v", err)
	}
}

func TestServingConnectionsCompileNoStatements(t *testing.T) {
	t.Parallel()
	var jit string
	if err := pgtest.App(t).QueryRow(t.Context(), `SELECT current_setting('jit')`).Scan(&jit); err != nil || jit != "off" {
		t.Errorf("jit is %q, %v", jit, err)
	}
}
