package migrate_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pgtest"
	"smoothschedule/migrations"
)

func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{"0002_a.sql"}, {"0001_a.sql", "0003_b.sql"}, {"0001_a.sql", "0001_b.sql"}, {"a.sql"}} {
		all := fstest.MapFS{}
		for _, name := range names {
			all[name] = &fstest.MapFile{}
		}
		if _, err := migrate.NewWith(nil, all); err == nil || !strings.Contains(err.Error(), "want number 000") {
			t.Errorf("%v: want an error that says which number is due, got %v", names, err)
		}
	}
}

func TestADatabaseThatIsBehindIsNotServed(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	m := d.migrator(files(things))
	behind := func(when string, want bool) {
		t.Helper()
		if err := m.Check(t.Context(), d.owner); errors.Is(err, migrate.ErrBehind) != want || !want && err != nil {
			t.Errorf("%s: behind is %t, got %v", when, want, err)
		}
	}
	behind("an empty database", true)
	if err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	behind("after migrating", false)
	if err := m.Provision(t.Context(), d.tenant()); err != nil {
		t.Fatal(err)
	}
	behind("a new tenant", false)
	m = d.migrator(files(things, positive))
	behind("a tenant of the version before", true)
	if err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	behind("after migrating the tenant", false)
	d.exec(`UPDATE public.schema_migrations SET version = -version WHERE version = (SELECT max(version) FROM public.schema_migrations)`)
	behind("a shared schema of the version before", true)
	if !strings.Contains(migrate.ErrBehind.Error(), "smoothschedule migrate") {
		t.Errorf("%q doesn't name the remedy", migrate.ErrBehind)
	}
}

func TestTheServingLoginMayAskForTheVersion(t *testing.T) {
	t.Parallel()
	m, err := migrate.New(pgtest.Owner(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(t.Context(), pgtest.App(t)); err != nil {
		t.Error(err)
	}
}

func TestTwoMigratorsAtOnceDoTheWorkOnce(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	var g errgroup.Group
	for _, pool := range []*pgxpool.Pool{d.owner, d.pool(nil)} {
		m, err := migrate.New(pool)
		if err != nil {
			t.Fatal(err)
		}
		g.Go(func() error { return m.Up(t.Context()) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(migrations.Public(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.texts(`SELECT name FROM public.schema_migrations ORDER BY version`); !slices.Equal(got, names) {
		t.Errorf("applied %v, want %v", got, names)
	}
}

func TestMigratingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	d := migrated(t)
	before := d.texts(catalogOf, "public")
	if err := d.up(files()); err != nil {
		t.Fatal(err)
	}
	if after := d.texts(catalogOf, "public"); !slices.Equal(before, after) {
		t.Error("a second run changed the shared schema")
	}
}

// catalogOf describes everything in a schema: what two schemas of one shape must have in common.
const catalogOf = `
	WITH t AS (SELECT oid, relname, relkind, relacl, relrowsecurity, relreplident FROM pg_catalog.pg_class WHERE relnamespace = $1::text::regnamespace)
	SELECT replace(line, $1, '<schema>') FROM (
		SELECT format('relation %s %s acl=%s rls=%s identity=%s', relname, relkind, relacl, relrowsecurity, relreplident) AS line FROM t
		UNION ALL SELECT format('column %s.%s #%s %s null=%s default=%s generated=%s acl=%s', relname, attname, attnum, format_type(atttypid, atttypmod), NOT attnotnull,
			pg_get_expr(adbin, adrelid), attgenerated, attacl)
			FROM t JOIN pg_catalog.pg_attribute a ON attrelid = t.oid AND attnum > 0 AND NOT attisdropped LEFT JOIN pg_catalog.pg_attrdef d ON adrelid = t.oid AND adnum = attnum
		UNION ALL SELECT format('constraint %s.%s %s valid=%s', relname, conname, pg_get_constraintdef(k.oid), convalidated) FROM t JOIN pg_catalog.pg_constraint k ON conrelid = t.oid
		UNION ALL SELECT format('index %s valid=%s', pg_get_indexdef(indexrelid), indisvalid) FROM t JOIN pg_catalog.pg_index ON indrelid = t.oid
		UNION ALL SELECT format('policy %s.%s %s %s', tablename, policyname, roles, qual) FROM pg_catalog.pg_policies WHERE schemaname = $1
		UNION ALL SELECT format('function %s %s', proname, proacl) FROM pg_catalog.pg_proc WHERE pronamespace = $1::text::regnamespace AND $1 <> 'public'
		UNION ALL SELECT format('trigger %s.%s', relname, tgname) FROM t JOIN pg_catalog.pg_trigger ON tgrelid = t.oid AND NOT tgisinternal
		UNION ALL SELECT format('schema acl=%s', nspacl) FROM pg_catalog.pg_namespace WHERE oid = $1::text::regnamespace
		UNION ALL SELECT format('default %s acl=%s', defaclobjtype, defaclacl) FROM pg_catalog.pg_default_acl WHERE defaclnamespace = $1::text::regnamespace
	) x ORDER BY 1`

func TestAProvisionedSchemaEqualsOneMigratedStepByStep(t *testing.T) {
	t.Parallel()
	d := migrated(t)
	all := tenantFiles(t)
	stepped := d.tenant()
	if err := d.migrator(files()).Provision(t.Context(), stepped); err != nil {
		t.Fatal(err)
	}
	for n := range all {
		if err := d.up(files(all[:n+1]...)); err != nil {
			t.Fatal(err)
		}
		if got := d.state(); !slices.Equal(got, []string{fmt.Sprintf("1 READY %d", n+1)}) {
			t.Fatalf("after step %d: %v", n+1, got)
		}
	}
	provisioned := d.tenant()
	if err := d.migrator(files(all...)).Provision(t.Context(), provisioned); err != nil {
		t.Fatal(err)
	}
	a, b := d.texts(catalogOf, provisioned.Schema), d.texts(catalogOf, stepped.Schema)
	if len(a) < 100 {
		t.Fatalf("found %d things in the schema: the search itself is broken", len(a))
	}
	if !slices.Equal(a, b) {
		t.Errorf("provisioned, but not migrated: %q\nmigrated, but not provisioned: %q", without(a, b), without(b, a))
	}
}

// tenantFiles are the texts of this program's tenant migrations, in order.
func tenantFiles(t *testing.T) (all []string) {
	t.Helper()
	names, err := fs.Glob(migrations.Tenant(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(migrations.Tenant(), name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
