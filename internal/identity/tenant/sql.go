package tenant

import (
	"context"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const columns = `id, slug, schema, name, currency, tier, status, is_demo, sandbox_enabled, staff_need_mfa, status_reason, expires_at, created_at, updated_at, version`

const bySlugSQL = `SELECT ` + columns + ` FROM public.tenants WHERE slug = @slug AND status <> 'DELETED'
	AND (SELECT count(*) FROM public.tenant_schemas s WHERE s.tenant_id = tenants.id) = 2`

const byHostSQL = `SELECT ` + columns + ` FROM public.tenants
	WHERE id = (SELECT tenant_id FROM public.domains WHERE host = @host AND status = 'VERIFIED' AND removed_at IS NULL) AND status <> 'DELETED'
		AND (SELECT count(*) FROM public.tenant_schemas s WHERE s.tenant_id = tenants.id) = 2`

func insert(ctx context.Context, tx *pg.PlatformTx, t Tenant) (Tenant, error) {
	t, err := pg.One[Tenant](ctx, tx, `
		INSERT INTO public.tenants (id, slug, schema, name, currency, tier, status, is_demo, sandbox_enabled, expires_at, created_at, updated_at, version)
		VALUES (@id, @slug, @schema, @name, @currency, @tier, @status, @is_demo, @sandbox_enabled, @expires_at, @now, @now, 1)
		RETURNING `+columns, pg.Args{
		"id": t.ID, "slug": t.Slug, "schema": t.Schema, "name": t.Name, "currency": t.Currency, "tier": t.Tier,
		"status": t.Status, "is_demo": t.IsDemo, "sandbox_enabled": t.SandboxEnabled, "expires_at": t.ExpiresAt, "now": tx.Now(),
	})
	if pg.Violates(err, "tenants_slug_key") || pg.Violates(err, "tenants_schema_key") {
		return Tenant{}, ErrTaken
	}
	return t, err
}

func all(ctx context.Context, tx *pg.PlatformTx) ([]Tenant, error) {
	return pg.All[Tenant](ctx, tx, `SELECT `+columns+` FROM public.tenants ORDER BY id`, nil)
}

func active(ctx context.Context, tx *pg.PlatformTx) ([]Tenant, error) {
	return pg.All[Tenant](ctx, tx, `SELECT `+columns+` FROM public.tenants
		WHERE status = 'ACTIVE' AND (SELECT count(*) FROM public.tenant_schemas s WHERE s.tenant_id = tenants.id) = 2 ORDER BY id`, nil)
}

// ByID finds a tenant that is not deleted, or fault.ErrNotFound, and keeps it as it is until the transaction ends.
func ByID(ctx context.Context, tx *pg.PlatformTx, key id.ID[Tenant]) (Tenant, error) {
	return pg.Found(pg.One[Tenant](ctx, tx, `SELECT `+columns+` FROM public.tenants WHERE id = @id AND status <> 'DELETED' FOR SHARE`, pg.Args{"id": key}))
}
