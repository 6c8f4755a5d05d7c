package people

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const (
	columns = `u.id, u.tenant_id, u.name, u.email, u.role, u.switches, u.is_active, u.locked_at IS NOT NULL AS is_locked,
		u.password_locked_at IS NOT NULL AS is_locked_out, u.is_temporary, u.mfa_enrolled_at, u.last_login_at, u.created_at`

	ofTenant = `SELECT ` + columns + ` FROM public.users u WHERE u.tenant_id = @tenant_id AND NOT u.is_sandbox AND u.anonymised_at IS NULL`

	ofPlatform = `SELECT ` + columns + `, t.slug AS tenant_slug, t.name AS tenant_name, t.status AS tenant_status, t.is_demo AS tenant_is_demo
		FROM public.users u LEFT JOIN public.tenants t ON t.id = u.tenant_id
		WHERE NOT u.is_sandbox AND u.anonymised_at IS NULL AND t.status IS DISTINCT FROM 'DELETED'`
)

// platformRow is a user of any business, or of none.
type platformRow struct {
	row
	TenantSlug   *string `db:"tenant_slug"`
	TenantName   *string `db:"tenant_name"`
	TenantStatus *string `db:"tenant_status"`
	TenantIsDemo *bool   `db:"tenant_is_demo"`
}

func (r platformRow) person() person {
	p := person{row: r.row}
	if r.TenantID != nil {
		p.business = &tenant.Tenant{ID: id.ID[tenant.Tenant](*r.TenantID), Slug: *r.TenantSlug, Name: *r.TenantName, Status: *r.TenantStatus, IsDemo: *r.TenantIsDemo}
	}
	return p
}

// here is a row of the business whose host was asked.
func (r row) here(ctx context.Context) (person, error) {
	t, err := tenant.Of(ctx)
	return person{r, &t}, err
}

// find returns a user of the transaction's place, or pg.ErrNoRow.
func find(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User]) (person, error) {
	if tx, ok := tx.(*pg.PlatformTx); ok {
		r, err := pg.One[platformRow](ctx, tx, ofPlatform+` AND u.id = @id`, pg.Args{"id": key})
		if err != nil {
			return person{}, err
		}
		return r.person(), nil
	}
	r, err := pg.One[row](ctx, tx, ofTenant+` AND u.id = @id`, pg.Args{"tenant_id": api.HostFrom(ctx).Place(), "id": key})
	if err != nil {
		return person{}, err
	}
	return r.here(ctx)
}

// lock makes whoever changes people of the same business, or of the platform's staff, wait until this transaction ends:
// two who take the last owners away must not both see the other's.
func lock(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID) error {
	key := "superusers"
	if tenantID != nil {
		key = "owners/" + tenantID.String()
	}
	_, err := pg.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended(@key, 0))`, pg.Args{"key": key})
	return err
}

// hold keeps a user's row from other changes until the transaction ends.
func hold(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) error {
	_, err := pg.Exec(ctx, tx, `SELECT FROM public.users WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": user})
	return err
}

// standing is what of the caller may have changed since the request began.
type standing struct {
	Role     role.Role `db:"role"`
	IsActive bool      `db:"is_active"`
}

func standingOf(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) (standing, error) {
	return pg.One[standing](ctx, tx, `
		SELECT role, (is_active AND locked_at IS NULL AND anonymised_at IS NULL) AS is_active FROM public.users WHERE id = @id FOR SHARE`, pg.Args{"id": user})
}

// hasAnother reports whether somebody else of the user's role and place can sign in.
func hasAnother(ctx context.Context, tx pg.PlaceTx, p person) (bool, error) {
	got, err := pg.One[struct {
		Another bool `db:"another"`
	}](ctx, tx, `
		SELECT EXISTS (SELECT FROM public.users WHERE tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND role = @role AND id <> @id
			AND is_active AND locked_at IS NULL AND anonymised_at IS NULL AND NOT is_sandbox) AS another`,
		pg.Args{"tenant_id": p.TenantID, "role": p.Role, "id": p.ID})
	return got.Another, err
}

// setRole gives a user another role. What was switched on was for the old one.
func setRole(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User], r role.Role) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE public.users SET role = @role, switches = '{}', updated_at = @now, version = version + 1 WHERE id = @id`,
		pg.Args{"id": user, "role": r, "now": tx.Now()}))
}

func setActive(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User], active bool) error {
	return pg.Changed(pg.Exec(ctx, tx, `UPDATE public.users SET is_active = @active, updated_at = @now, version = version + 1 WHERE id = @id`,
		pg.Args{"id": user, "active": active, "now": tx.Now()}))
}

func setSwitches(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User], on []authz.Permission) error {
	return pg.Changed(pg.Exec(ctx, tx, `UPDATE public.users SET switches = @switches, updated_at = @now, version = version + 1 WHERE id = @id`,
		pg.Args{"id": user, "switches": texts(on), "now": tx.Now()}))
}

func texts(all []authz.Permission) []string {
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = string(p)
	}
	return out
}

// narrow is what lists can be narrowed by. An address that the caller may not see is not found by either.
const narrow = `
	AND (u.id < @after OR @after = '00000000-0000-0000-0000-000000000000'::uuid)
	AND (@query = '' OR u.name ILIKE @pattern OR u.email ILIKE @pattern AND (u.tenant_id IS NOT NULL OR NOT @names_only::boolean))
	AND (@role = '' OR u.role = @role)
	AND (@status = '' OR @status = CASE WHEN NOT u.is_active THEN 'DEACTIVATED' WHEN u.locked_at IS NOT NULL OR u.password_locked_at IS NOT NULL THEN 'LOCKED' ELSE 'ACTIVE' END)
	ORDER BY u.id DESC LIMIT @rows`

func (f Filter) args(who session.Session, p api.Page) pg.Args {
	q := strings.TrimSpace(f.Query)
	return pg.Args{
		"after": p.After(), "rows": p.Rows(), "query": q, "pattern": "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%",
		"role": f.Role, "status": f.Status, "names_only": namesOnly(who),
	}
}

func listHere(ctx context.Context, tx pg.PlaceTx, who session.Session, f Filter, p api.Page) ([]person, error) {
	args := f.args(who, p)
	args["tenant_id"] = api.HostFrom(ctx).Place()
	rows, err := pg.All[row](ctx, tx, ofTenant+narrow, args)
	if err != nil {
		return nil, err
	}
	all := make([]person, len(rows))
	for i, r := range rows {
		if all[i], err = r.here(ctx); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// listAll lists people of all businesses and the platform's staff, as far as the caller may know of them.
func listAll(ctx context.Context, tx *pg.PlatformTx, who session.Session, f PlatformFilter, p api.Page) ([]person, error) {
	args := f.args(who, p)
	args["kind"], args["tenant"], args["caller"] = f.Kind, api.Optional(f.TenantID), who.UserID
	args["demo_only"] = !authz.From(ctx).Can(role.TenantsAll)
	rows, err := pg.All[platformRow](ctx, tx, ofPlatform+`
		AND (@kind = '' OR (u.tenant_id IS NULL) = (@kind = 'PLATFORM')) AND (@tenant::uuid IS NULL OR u.tenant_id = @tenant)
		AND (NOT @demo_only::boolean OR t.is_demo OR u.id = @caller) AND (NOT @names_only::boolean OR u.tenant_id IS NOT NULL OR u.is_active)`+narrow, args)
	if err != nil {
		return nil, err
	}
	all := make([]person, len(rows))
	for i, r := range rows {
		all[i] = r.person()
	}
	return all, nil
}

func colleagues(ctx context.Context, tx *pg.TenantTx) ([]Colleague, error) {
	return pg.All[Colleague](ctx, tx, `
		SELECT id, name FROM public.users WHERE role IN ('TENANT_OWNER', 'TENANT_MANAGER', 'TENANT_STAFF') AND is_active ORDER BY name, id`, nil)
}
