package pg_test

import (
	"testing"
)

// none fails for each row of a catalog query that looks for what must not exist.
func none(t *testing.T, rule, sql string) {
	t.Helper()
	for _, found := range superTexts(t, sql) {
		t.Errorf("%s: %s", rule, found)
	}
}

// sharedTables are the tables of public that hold rows of tenants, and the job queue's.
const sharedTables = `(SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, a.attnum FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
	WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
	UNION ALL SELECT oid, relname, relrowsecurity, relforcerowsecurity, NULL FROM pg_catalog.pg_class WHERE oid = 'river.river_job'::regclass) s`

func TestSharedTablesAreGuardedByRowSecurity(t *testing.T) {
	t.Parallel()
	if n := len(superTexts(t, `SELECT relname::text FROM `+sharedTables)); n < 4 {
		t.Fatalf("found %d tables: the search itself is broken", n)
	}
	none(t, "row security must be on and not forced", `SELECT relname::text FROM `+sharedTables+` WHERE NOT relrowsecurity OR relforcerowsecurity`)
	none(t, "each row policy reads an index that begins with tenant_id", `SELECT relname::text FROM `+sharedTables+`
		WHERE attnum IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = s.oid AND i.indkey[0] = attnum AND i.indpred IS NULL)`)
	none(t, "a role of tenants needs a policy by ss.tenant_id", `SELECT tablename || '.' || policyname FROM pg_catalog.pg_policies
		WHERE roles && '{ss_tenant,ss_identity}' AND (qual !~ 'ss\.tenant_id' OR with_check IS NOT NULL)`)
	none(t, "an unset setting must be an error", `SELECT tablename || '.' || policyname FROM pg_catalog.pg_policies WHERE qual ~ 'current_setting\([^)]*true'`)
	none(t, "who may touch shared rows without a policy sees nothing", `SELECT s.relname || ' ' || r FROM `+sharedTables+`, unnest(ARRAY['ss_tenant', 'ss_identity', 'ss_platform']) r
		WHERE has_any_column_privilege(r, s.oid, 'SELECT') AND NOT EXISTS (SELECT FROM pg_catalog.pg_policies p WHERE p.tablename = s.relname AND r = ANY(p.roles))`)
}

func TestNoRowSecurityIsBypassed(t *testing.T) {
	t.Parallel()
	none(t, "no role of the program is above row security", `SELECT rolname::text FROM pg_catalog.pg_roles
		WHERE rolname ~ '^(smoothschedule$|ss_|tenant_test_|sandbox_test_)' AND (rolsuper OR rolbypassrls)`)
	none(t, "the serving login owns nothing", `SELECT relname::text FROM pg_catalog.pg_class WHERE relowner <> 'ss_owner'::regrole AND relnamespace::regnamespace::text ~ '^(public|river|tenant_|sandbox_)'
		AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')`)
	none(t, "a tenant's role owns nothing and cannot log in", `SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname ~ '^(tenant|sandbox)_test_'
		AND (rolcanlogin OR EXISTS (SELECT FROM pg_catalog.pg_class WHERE relowner = pg_roles.oid))`)
	none(t, "nobody in particular has rights", `SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname ~ '^(public|river|tenant_|sandbox_)'
		AND EXISTS (SELECT FROM aclexplode(nspacl) WHERE grantee = 0)`)
}

// ours are the schemas of tenants.
const ours = `(SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname ~ '^(tenant|sandbox)_') n`

func TestTenantSchemasStayMovable(t *testing.T) {
	t.Parallel()
	if n := len(superTexts(t, `SELECT nspname::text FROM `+ours)); n < 16 {
		t.Fatalf("found %d schemas: the search itself is broken", n)
	}
	none(t, "no triggers", `SELECT n.nspname || '.' || g.tgname FROM `+ours+` JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
		JOIN pg_catalog.pg_trigger g ON g.tgrelid = c.oid WHERE NOT g.tgisinternal`)
	none(t, "no types of their own", `SELECT n.nspname || '.' || y.typname FROM `+ours+` JOIN pg_catalog.pg_type y ON y.typnamespace = n.oid
		LEFT JOIN pg_catalog.pg_class c ON c.oid = y.typrelid
		WHERE y.typtype NOT IN ('b', 'c') OR y.typtype = 'c' AND c.relkind NOT IN ('r', 'p') OR y.typtype = 'b' AND y.typelem = 0`)
	none(t, "tables and indexes alone", `SELECT n.nspname || '.' || c.relname FROM `+ours+` JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
		WHERE c.relkind NOT IN ('r', 'p', 'i', 'I')`)
	none(t, "no functions", `SELECT n.nspname || '.' || p.proname FROM `+ours+` JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid`)
	none(t, "no foreign keys to another schema", `SELECT n.nspname || '.' || k.conname FROM `+ours+` JOIN pg_catalog.pg_constraint k ON k.connamespace = n.oid
		JOIN pg_catalog.pg_class f ON f.oid = k.confrelid WHERE k.contype = 'f' AND f.relnamespace <> n.oid`)
	// A constant lets the release before write beside one that has the column.
	none(t, "ids and times are made in Go", `SELECT n.nspname || '.' || c.relname || '.' || a.attname FROM `+ours+` JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
		JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attgenerated = '' JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		WHERE pg_get_expr(d.adbin, d.adrelid) !~ '^(true|false|[0-9]+|''[^'']*''::[a-z]+(\[\])?)$'`)
}
