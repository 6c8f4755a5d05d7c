package migrate

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/pg"
)

// Provision makes a tenant's schema and its role in one round trip: rights first, then all migrations as one baseline.
// The schema is recorded in the registry in the same transaction. A schema that exists already is an error.
func (m *Migrator) Provision(ctx context.Context, tn pg.Tenant) error {
	if _, err := m.owner.Exec(ctx, m.provisioning(tn)); err != nil {
		return fmt.Errorf("making schema %s: %w", tn.Schema, err)
	}
	return nil
}

func (m *Migrator) provisioning(tn pg.Tenant) string {
	var b strings.Builder
	// Default privileges before the tables: they cover these and those of later migrations.
	fmt.Fprintf(&b, `BEGIN;
DO $$ BEGIN CREATE ROLE %[1]s NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT ss_tenant TO %[1]s;
GRANT %[1]s TO smoothschedule;
CREATE SCHEMA %[1]s;
GRANT USAGE ON SCHEMA %[1]s TO %[1]s;
ALTER DEFAULT PRIVILEGES IN SCHEMA %[1]s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %[1]s;
SET LOCAL search_path TO %[1]s;
`, pgx.Identifier{tn.Schema}.Sanitize())
	for _, s := range m.tenant {
		b.WriteString(s.sql)
		b.WriteString(";\n")
	}
	fmt.Fprintf(&b, `INSERT INTO public.tenant_schemas (schema, tenant_id, mode, version, state, updated_at) VALUES ('%s', '%s', '%s', %d, 'READY', now());
COMMIT`, tn.Schema, tn.ID, tn.Mode, len(m.tenant))
	return b.String()
}

// Drop removes a schema and its role: what a half-made tenant leaves behind.
func (m *Migrator) Drop(ctx context.Context, tn pg.Tenant) error {
	name := pgx.Identifier{tn.Schema}.Sanitize()
	_, err := m.owner.Exec(ctx, fmt.Sprintf(`BEGIN; DROP SCHEMA IF EXISTS %[1]s CASCADE; DELETE FROM public.tenant_schemas WHERE schema = '%[2]s'; COMMIT`, name, tn.Schema))
	if err != nil {
		return fmt.Errorf("dropping schema %s: %w", tn.Schema, err)
	}
	return nil
}

// Forget removes a tenant that has no schemas left, with its users, from what tenants share.
func (m *Migrator) Forget(ctx context.Context, tenantID uuid.UUID) error {
	for _, sql := range []string{`DELETE FROM public.login_sessions WHERE tenant_id = $1`, `DELETE FROM public.users WHERE tenant_id = $1`, `DELETE FROM public.tenants WHERE id = $1`} {
		if _, err := m.owner.Exec(ctx, sql, tenantID); err != nil {
			return fmt.Errorf("removing tenant %s: %w", tenantID, err)
		}
	}
	return nil
}
