package pg_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

func TestSchemaNames(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]pg.Mode{
		"tenant_a": pg.Live, "tenant_demo": pg.Live, "tenant_a_1": pg.Live, "sandbox_demo": pg.Test,
		"tenant_a" + strings.Repeat("b", 48): pg.Live,
	} {
		tn, err := pg.NewTenant(uuid.New(), name)
		if err != nil || tn.Mode != mode || tn.Schema != name {
			t.Errorf("%q: want mode %s, got %+v, %v", name, mode, tn, err)
		}
	}
	for _, name := range []string{
		"", "public", "river", "tenant_", "sandbox_", "tenant", "tenant_1a", "tenant__a", "Tenant_a", "tenant_A", "tenant_ä",
		"tenant_a-b", "tenant_a b", `tenant_a"`, "tenant_a'", "tenant_a;drop", "tenant_a\n", "\ntenant_a", "tenant_a\x00", " tenant_a",
		"xtenant_a", "ss_identity", "pg_catalog", "tenant_a" + strings.Repeat("b", 49), "tenant_a,public", `tenant_a", "public`,
	} {
		if tn, err := pg.NewTenant(uuid.New(), name); err == nil || tn != (pg.Tenant{}) {
			t.Errorf("%q was accepted as the name of a tenant's schema", name)
		}
	}
}

// plain is what can stand in SQL as an identifier without quotes and without harm.
var plain = regexp.MustCompile(`\A(tenant|sandbox)_[a-z][a-z0-9_]*\z`)

func FuzzSchemaNamesAreHarmlessInSQL(f *testing.F) {
	for _, seed := range []string{"tenant_a", "sandbox_b_2", `tenant_a"; DROP TABLE x; --`, "tenant_a\n", "public", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if _, err := pg.NewTenant(uuid.Nil, name); err == nil && (!plain.MatchString(name) || len(name) > 63) {
			t.Fatalf("%q was accepted", name)
		}
	})
}

func TestOneForeignCharacterSpoilsASchemaName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`(tenant|sandbox)_[a-z][a-z0-9_]{0,40}`).Draw(t, "name")
		if _, err := pg.NewTenant(uuid.Nil, name); err != nil {
			t.Fatalf("%q was refused: %v", name, err)
		}
		bad := rapid.Rune().Filter(func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_", r) }).Draw(t, "bad")
		at := rapid.IntRange(0, len(name)).Draw(t, "at")
		if spoilt := name[:at] + string(bad) + name[at:]; !strings.Contains(spoilt, "\ufffd") {
			if _, err := pg.NewTenant(uuid.Nil, spoilt); err == nil {
				t.Fatalf("%q was accepted", spoilt)
			}
		}
	})
}

func TestATenantThatNewTenantDidNotMakeOpensNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	for _, tn := range []pg.Tenant{{}, {ID: uuid.New(), Schema: "tenant_test_0", Mode: pg.Live}} {
		called := false
		f := func(*pg.TenantTx) error { called = true; return nil }
		if db.InTenant(t.Context(), tn, f) == nil || db.InTenantRO(t.Context(), tn, f) == nil || called {
			t.Errorf("%+v opened a transaction", tn)
		}
	}
}

func TestATransactionKnowsItsTenantModeAndTime(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	for _, tn := range []pg.Tenant{lease.Live, lease.Sandbox} {
		err := pgtest.DB(t).InTenantRO(t.Context(), tn, func(tx *pg.TenantTx) error {
			got := texts(t, tx.Raw(), `SELECT unnest(ARRAY[current_user::text, current_schema()::text, current_setting('ss.tenant_id'), current_setting('ss.mode'),
				current_setting('lock_timeout'), current_setting('statement_timeout')])`)
			want := []string{tn.Schema, tn.Schema, lease.ID.String(), string(tn.Mode), "3s", "10s"}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("scope of %s: got %v, want %v", tn.Schema, got, want)
			}
			if tx.Tenant != tn || tx.Now().Location().String() != "UTC" || tx.Now().Nanosecond()%1000 != 0 {
				t.Errorf("tenant %+v at %s: want %+v in UTC and whole microseconds", tx.Tenant, tx.Now(), tn)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
