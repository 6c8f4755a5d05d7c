package migrate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
)

const (
	things   = `CREATE TABLE things (id uuid PRIMARY KEY, amount integer NOT NULL);`
	positive = `ALTER TABLE things ADD COLUMN note text; ALTER TABLE things ADD CONSTRAINT things_positive CHECK (amount > 0);`
)

func TestTwoHundredTenantsMigrateAndOneThatFailsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	if err := d.up(files(things)); err != nil {
		t.Fatal(err)
	}
	tenants := provision(t, d, 200)
	bad := tenants[100]
	d.exec(`INSERT INTO ` + bad.Schema + `.things VALUES (gen_random_uuid(), -1)`)

	err := d.up(files(things, positive))
	if err == nil || !strings.Contains(err.Error(), bad.Schema) || strings.Count(err.Error(), "schema tenant_") != 1 {
		t.Errorf("want an error that names %s alone, got %v", bad.Schema, err)
	}
	if got := d.state(); !slices.Equal(got, []string{"199 READY 2", "1 FAILED 1"}) {
		t.Errorf("the registry says %v", got)
	}
	if got := d.texts(`SELECT error FROM public.tenant_schemas WHERE schema = $1`, bad.Schema); !strings.Contains(got[0], "things_positive") {
		t.Errorf("the reason is recorded as %v", got)
	}
	if n := len(d.texts(`SELECT attname::text FROM pg_catalog.pg_attribute WHERE attname = 'note' AND attrelid = $1::regclass`, bad.Schema+".things")); n != 0 {
		t.Error("half of a failed migration stayed")
	}
	if d.trace.most < 2 || d.trace.most > 4 {
		t.Errorf("%d tenants were migrated at once, want up to four", d.trace.most)
	}
	if err := d.migrator(files(things, positive)).Check(t.Context(), d.owner); err != nil {
		t.Errorf("a failed tenant keeps the others from being served: %v", err)
	}
	againAfterMending(t, d, bad)
}

func againAfterMending(t *testing.T, d *database, bad pg.Tenant) {
	t.Helper()
	d.trace.migrated = nil
	d.exec(`DELETE FROM ` + bad.Schema + `.things`)
	if err := d.up(files(things, positive)); err != nil {
		t.Errorf("after mending: %v", err)
	}
	if got := d.state(); !slices.Equal(got, []string{"200 READY 2"}) {
		t.Errorf("after mending the registry says %v", got)
	}
	if got := d.texts(`SELECT schema FROM public.tenant_schemas WHERE error IS NOT NULL`); len(got) != 0 {
		t.Errorf("after mending errors are left: %v", got)
	}
	if len(d.trace.migrated) != 1 || !strings.Contains(d.trace.migrated[0], bad.Schema) {
		t.Errorf("after mending %d schemas were migrated, want the one that was behind", len(d.trace.migrated))
	}
}

// provision makes the schemas of n tenants with one small table.
func provision(t *testing.T, d *database, n int) []pg.Tenant {
	t.Helper()
	m := d.migrator(files(things))
	all := make([]pg.Tenant, n)
	var g errgroup.Group
	g.SetLimit(4)
	for i := range all {
		all[i] = d.tenant()
		g.Go(func() error { return m.Provision(t.Context(), all[i]) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestProvisioningIsOneMessage(t *testing.T) {
	t.Parallel()
	d := migrated(t)
	m, err := migrate.New(d.owner)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		tn := d.tenant()
		messages, prepares := d.trace.messages.Load(), d.trace.prepares.Load()
		if err := m.Provision(t.Context(), tn); err != nil {
			t.Fatal(err)
		}
		if got := d.trace.messages.Load() - messages; got != 1 || d.trace.prepares.Load() != prepares {
			t.Errorf("%d messages for one schema, want one", got)
		}
	}
}

func TestAFailedProvisioningLeavesNothing(t *testing.T) {
	t.Parallel()
	d := migrated(t)
	tn := d.tenant()
	if d.migrator(files(things, `CREATE TABLE more (id int); SELECT 1/0`)).Provision(t.Context(), tn) == nil {
		t.Fatal("a broken migration went well")
	}
	if left := d.texts(`SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname = $1 UNION ALL SELECT schema FROM public.tenant_schemas WHERE schema = $1`, tn.Schema); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := d.migrator(files(things)).Provision(t.Context(), tn); err != nil {
		t.Errorf("a second attempt: %v", err)
	}
}

func TestASchemaIsNeverProvisionedTwice(t *testing.T) {
	t.Parallel()
	d := migrated(t)
	tn, m := d.tenant(), d.migrator(files(things))
	if err := m.Provision(t.Context(), tn); err != nil {
		t.Fatal(err)
	}
	d.exec(`INSERT INTO ` + tn.Schema + `.things VALUES (gen_random_uuid(), 1)`)
	if m.Provision(t.Context(), tn) == nil {
		t.Error("an existing schema was provisioned again")
	}
	if n := len(d.texts(`SELECT id::text FROM ` + tn.Schema + `.things`)); n != 1 {
		t.Errorf("%d rows after the second attempt, want the one that was there", n)
	}
}

func TestDroppingATenantTakesItsSchemaAndItsEntry(t *testing.T) {
	t.Parallel()
	d := migrated(t)
	tn, m := d.tenant(), d.migrator(files(things))
	if err := errors.Join(m.Provision(t.Context(), tn), m.Drop(t.Context(), tn), m.Drop(t.Context(), tn), m.Forget(t.Context(), tn.ID)); err != nil {
		t.Fatal(err)
	}
	if left := d.texts(`SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname = $1 UNION ALL SELECT schema FROM public.tenant_schemas
		UNION ALL SELECT slug FROM public.tenants`, tn.Schema); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// migrated is a database of the test's own with the shared schema.
func migrated(t *testing.T) *database {
	t.Helper()
	d := newDatabase(t)
	if err := d.up(files()); err != nil {
		t.Fatal(err)
	}
	return d
}
