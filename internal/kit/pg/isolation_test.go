package pg_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

func TestAForgottenScopeIsAnErrorNeverRows(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	for sql, state := range map[string]string{
		`SELECT name FROM locations`:                                             noTable,
		`INSERT INTO mails (id) VALUES (gen_random_uuid())`:                      noTable,
		`SELECT name FROM ` + lease.Live.Schema + `.locations`:                   denied,
		`SELECT name FROM ` + lease.Sandbox.Schema + `.locations`:                denied,
		`SELECT email FROM public.users`:                                         denied,
		`SELECT id_hash FROM public.login_sessions`:                              denied,
		`SELECT slug FROM public.tenants`:                                        denied,
		`UPDATE public.tenant_schemas SET version = 0`:                           denied,
		`CREATE TABLE public.mine (id int)`:                                      denied,
		`CREATE TEMP TABLE mine (id int)`:                                        denied,
		`SELECT set_config('ss.tenant_id', '` + lease.ID.String() + `', false);`: "", // harmless by itself
	} {
		_, err := alone(t).Exec(t.Context(), sql)
		if stateOf(err) != state || (err != nil) != (state != "") {
			t.Errorf("%s: want SQLSTATE %q, got %v", sql, state, err)
		}
	}
}

func TestTheLoginReadsOnlyTheRegistryOfVersions(t *testing.T) {
	t.Parallel()
	readable := superTexts(t, `SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'v', 'm', 'p') AND n.nspname NOT IN ('river', 'pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
			AND (has_any_column_privilege('smoothschedule', c.oid, 'SELECT') OR has_any_column_privilege('smoothschedule', c.oid, 'INSERT, UPDATE')
				OR has_table_privilege('smoothschedule', c.oid, 'DELETE, TRUNCATE')) ORDER BY 1`)
	if want := []string{"public.schema_migrations", "public.tenant_schemas"}; !slices.Equal(readable, want) {
		t.Errorf("the serving login has rights of its own on %v, want %v alone", readable, want)
	}
}

func TestATenantRoleReachesNoOtherSchema(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	for _, scope := range []struct{ in, from pg.Tenant }{
		{a.Live, b.Live}, {a.Live, b.Sandbox}, {a.Live, a.Sandbox}, {a.Sandbox, a.Live}, {a.Sandbox, b.Live},
	} {
		for _, sql := range []string{"SELECT count(*) FROM %s.customers", "INSERT INTO %s.mails (id) VALUES (gen_random_uuid())", "DELETE FROM %s.customers"} {
			err := exec(t, scope.in, fmt.Sprintf(sql, scope.from.Schema))
			if stateOf(err) != denied {
				t.Errorf("%s as %s: want SQLSTATE %s, got %v", sql, scope.in.Schema, denied, err)
			}
		}
	}
}

func TestTheSameQueryAnswersForItsOwnTenantOnly(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	scopes := []pg.Tenant{a.Live, a.Sandbox, b.Live, b.Sandbox}
	for _, tn := range scopes {
		err := exec(t, tn, `INSERT INTO customers (id, name, created_at, updated_at, version) VALUES ($1, $2, now(), now(), 1)`, uuid.New(), tn.Schema)
		if err != nil {
			t.Fatal(err)
		}
	}
	db := pg.New(alone(t), pgtest.DB(t).Now) // one connection, one prepared statement, four meanings
	for range 2 {
		for _, tn := range scopes {
			err := db.InTenantRO(t.Context(), tn, func(tx *pg.TenantTx) error {
				if got := texts(t, tx.Raw(), `SELECT name FROM customers`); !slices.Equal(got, []string{tn.Schema}) {
					t.Errorf("in %s: %v", tn.Schema, got)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestATenantSeesItsOwnUsersAndNoCredentials(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	addUser(t, &a.ID, "a@people.test", "TENANT_OWNER", false)
	addUser(t, &a.ID, "a-sandbox@people.test", "CUSTOMER", true)
	addUser(t, &b.ID, "b@people.test", "TENANT_OWNER", false)
	addUser(t, nil, pgtest.Slug()+"@platform.example", "SUPERUSER", false)
	for tn, want := range map[pg.Tenant]string{a.Live: "a@people.test", a.Sandbox: "a-sandbox@people.test", b.Live: "b@people.test"} {
		err := pgtest.DB(t).InTenantRO(t.Context(), tn, func(tx *pg.TenantTx) error {
			if got := texts(t, tx.Raw(), `SELECT email FROM public.users`); !slices.Equal(got, []string{want}) {
				t.Errorf("%s sees %v, want %s alone", tn.Schema, got, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	wantState(t, exec(t, a.Live, `SELECT password_hash FROM public.users`), denied)
	wantState(t, exec(t, a.Live, `SELECT 1 FROM public.users WHERE password_hash = 'a secret'`), denied)
	wantState(t, exec(t, a.Live, `UPDATE public.users SET role = 'TENANT_OWNER'`), denied)
}

func TestWhatATenantRoleMayNotDo(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	for _, sql := range []string{
		`CREATE TABLE mine (id int)`, `CREATE TEMP TABLE mine (id int)`, `CREATE VIEW mine AS SELECT 1`, `CREATE SCHEMA mine`, `CREATE ROLE mine`,
		`CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`, `CREATE INDEX ON locations (name)`,
		`TRUNCATE locations`, `ALTER TABLE locations ADD COLUMN x int`, `DROP TABLE locations`, `ALTER TABLE public.users DISABLE ROW LEVEL SECURITY`,
		`SELECT name FROM river.river_queue`, `UPDATE river.river_job SET state = 'cancelled'`, `DELETE FROM river.river_job`, `SELECT 1 FROM river.river_leader`,
		`SELECT id_hash FROM public.login_sessions`, `SELECT bucket FROM public.login_failures`, `SELECT slug FROM public.tenants`,
		`SELECT schema FROM public.tenant_schemas`, `SELECT version FROM public.schema_migrations`,
		`INSERT INTO public.users (id) VALUES (gen_random_uuid())`, `DELETE FROM public.users`,
		`SELECT pg_read_file('PG_VERSION')`, `COPY locations TO PROGRAM 'cat'`, `SELECT lo_import('/etc/passwd')`,
		`SET LOCAL session_replication_role = replica`, `SET LOCAL SESSION AUTHORIZATION ss_owner`, `SELECT * FROM pg_catalog.pg_authid`,
	} {
		if err := exec(t, lease.Live, sql); stateOf(err) != denied {
			t.Errorf("%s as a tenant: want SQLSTATE %s, got %v", sql, denied, err)
		}
	}
}

func TestTheSignInScopeSeesOneTenantOnly(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	addUser(t, &a.ID, "a@people.test", "CUSTOMER", false)
	addUser(t, &b.ID, "b@people.test", "CUSTOMER", false)
	db := pgtest.DB(t)
	err := db.InShared(t.Context(), a.ID, func(tx *pg.SharedTx) error {
		if got := texts(t, tx.Raw(), `SELECT email || ' ' || password_hash FROM public.users`); !slices.Equal(got, []string{"a@people.test a secret"}) {
			t.Errorf("sees %v, want its own user with credentials", got)
		}
		n, err := pg.Exec(t.Context(), tx, `UPDATE public.users SET name = 'Changed' WHERE tenant_id = @other`, pg.Args{"other": b.ID})
		if err != nil || n != 0 {
			t.Errorf("changed %d rows of another tenant, %v", n, err)
		}
		_, err = pg.Exec(t.Context(), tx, `UPDATE public.users SET tenant_id = @other`, pg.Args{"other": b.ID})
		return err
	})
	wantState(t, err, denied)
	for _, sql := range []string{`SELECT slug FROM public.tenants`, `SELECT 1 FROM ` + a.Live.Schema + `.customers`} {
		wantState(t, db.InShared(t.Context(), a.ID, func(tx *pg.SharedTx) error {
			_, err := tx.Raw().Exec(t.Context(), sql)
			return err
		}), denied)
	}
}

type email struct {
	Email string `db:"email"`
}

func TestOneSharedSeesOneTenantAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	addUser(t, &a.ID, "a@people.test", "CUSTOMER", false)
	addUser(t, &b.ID, "b@people.test", "CUSTOMER", false)
	pool := alone(t)
	db := pg.New(pool, pgtest.DB(t).Now)
	const all = `SELECT email FROM public.users`
	for _, want := range []struct {
		of    uuid.UUID
		email string
	}{{a.ID, "a@people.test"}, {b.ID, "b@people.test"}, {a.ID, "a@people.test"}} {
		if got, err := pg.OneShared[email](t.Context(), db, want.of, all, nil); err != nil || got.Email != want.email {
			t.Errorf("got %v, %v, want %s", got, err, want.email)
		}
		wantBareLogin(t, pool)
	}
	if _, err := pg.OneShared[email](t.Context(), db, uuid.New(), all, nil); !errors.Is(err, pg.ErrNoRow) {
		t.Errorf("a tenant without users: want ErrNoRow, got %v", err)
	}
	_, err := pg.OneShared[email](t.Context(), db, a.ID, `SELECT slug AS email FROM public.tenants`, nil)
	wantState(t, err, denied)
	wantBareLogin(t, pool)
}

func TestAnUnsetTenantIsAnErrorNotEmptiness(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	pool := alone(t)
	read := func(role string) error {
		return pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), `SET LOCAL ROLE `+role+`; SELECT email FROM public.users`)
			return err
		})
	}
	roles := []string{"ss_identity", lease.Live.Schema}
	for _, role := range roles { // a fresh connection knows no such setting
		wantState(t, read(role), unknownSetting)
	}
	if err := pg.New(pool, pgtest.DB(t).Now).InShared(t.Context(), lease.ID, func(*pg.SharedTx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for _, role := range roles { // on a used one it is empty
		wantState(t, read(role), notAnID)
	}
}
