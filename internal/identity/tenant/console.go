package tenant

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Listed is a business as the platform lists it.
type Listed struct {
	Tenant
	Users          int        `json:"users" db:"users"`
	LastActivityAt *time.Time `json:"last_activity_at" db:"last_activity_at" doc:"When one of its people was last seen."`
}

// Detail is a business with how much it uses.
type Detail struct {
	Listed
	Usage       Usage  `json:"usage" db:"-"`
	PrimaryHost string `json:"primary_host" db:"-"`
}

// Usage is how much a business uses.
type Usage struct {
	Users          int   `json:"users"`
	ActiveSessions int   `json:"active_sessions" db:"active_sessions" doc:"Those that were used within the last 7 days."`
	StorageBytes   int64 `json:"storage_bytes" db:"storage_bytes" doc:"Of live and test data together."`
}

// Filter narrows a list of businesses.
type Filter struct {
	Query  string `query:"query" maxLength:"200" doc:"Part of a name or a slug."`
	Tier   string `query:"tier" enum:"FREE,STARTER,PROFESSIONAL,ENTERPRISE"`
	Status string `query:"status" enum:"ACTIVE,SUSPENDED"`
	Demo   string `query:"demo" enum:"true,false"`
}

// recent is for how long a session counts as in use.
const recent = 7 * 24 * time.Hour

// Known is fault.ErrNotFound for a business that the actor may not know of: to sales, real ones don't exist.
func (t Tenant) Known(ctx context.Context) error {
	if t.IsDemo || authz.From(ctx).Can(role.TenantsAll) {
		return nil
	}
	return fault.ErrNotFound
}

func (s *Service) list(ctx context.Context, tx *pg.PlatformTx, in *struct {
	api.Page
	Filter
},
) (api.List[Listed], error) {
	rows, err := list(ctx, tx, in.Filter, !authz.From(ctx).Can(role.TenantsAll), in.Page)
	return api.Paged(rows, in.Page, func(t Listed) uuid.UUID { return t.ID.UUID() }), err
}

func (s *Service) get(ctx context.Context, tx *pg.PlatformTx, in *api.ByID[Tenant]) (Detail, error) {
	return s.Detail(ctx, tx, in.ID)
}

// Detail returns a business that the actor may know of, with how much it uses.
func (s *Service) Detail(ctx context.Context, tx *pg.PlatformTx, key id.ID[Tenant]) (d Detail, err error) {
	if d.Listed, err = pg.Found(listed(ctx, tx, key)); err != nil {
		return d, err
	}
	if err := d.Known(ctx); err != nil {
		return Detail{}, err
	}
	measured, err := measure(ctx, tx, d.Tenant)
	if err != nil {
		return d, err
	}
	d.Usage = Usage{Users: d.Users, ActiveSessions: measured.ActiveSessions, StorageBytes: measured.StorageBytes}
	d.PrimaryHost, err = primaryHost(ctx, tx, key, d.Slug+"."+s.hosts.base)
	return d, err
}

// listing is a business with what lists tell besides.
const listing = `SELECT ` + columns + `,
		(SELECT count(*) FROM public.users u WHERE u.tenant_id = tenants.id AND u.anonymised_at IS NULL AND NOT u.is_sandbox) AS users,
		greatest((SELECT max(u.last_login_at) FROM public.users u WHERE u.tenant_id = tenants.id),
			(SELECT max(l.last_seen_at) FROM public.login_sessions l WHERE l.tenant_id = tenants.id AND l.kind = 'full')) AS last_activity_at
	FROM public.tenants WHERE status <> 'DELETED'`

func list(ctx context.Context, tx *pg.PlatformTx, f Filter, demoOnly bool, p api.Page) ([]Listed, error) {
	q := strings.TrimSpace(f.Query)
	return pg.All[Listed](ctx, tx, listing+`
		AND id > @after AND (is_demo OR NOT @demo_only::boolean) AND (@query = '' OR name ILIKE @pattern OR slug ILIKE @pattern)
		AND (@tier = '' OR tier = @tier) AND (@status = '' OR status = @status) AND (@demo = '' OR is_demo = (@demo = 'true'))
		ORDER BY id LIMIT @rows`, pg.Args{
		"after": p.After(), "demo_only": demoOnly, "query": q, "pattern": "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%",
		"tier": f.Tier, "status": f.Status, "demo": f.Demo, "rows": p.Rows(),
	})
}

func listed(ctx context.Context, tx *pg.PlatformTx, key id.ID[Tenant]) (Listed, error) {
	return pg.One[Listed](ctx, tx, listing+` AND id = @id`, pg.Args{"id": key})
}

type measured struct {
	ActiveSessions int   `db:"active_sessions"`
	StorageBytes   int64 `db:"storage_bytes"`
}

// measure asks the catalogue for sizes, which takes no right to the tables themselves.
func measure(ctx context.Context, tx *pg.PlatformTx, t Tenant) (measured, error) {
	sandbox, err := t.Sandbox()
	if err != nil {
		return measured{}, err
	}
	return pg.One[measured](ctx, tx, `
		SELECT (SELECT count(*) FROM public.login_sessions
				WHERE tenant_id = @id AND kind = 'full' AND last_seen_at > @since AND expires_at > @now) AS active_sessions,
			(SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
				WHERE n.nspname IN (@live, @sandbox) AND c.relkind = 'r') AS storage_bytes`, pg.Args{
		"id": t.ID, "since": tx.Now().Add(-recent), "now": tx.Now(), "live": t.Schema, "sandbox": sandbox.Schema,
	})
}

// primaryHost is the host that mails and links name: the primary domain that was verified, or the tenant's own host.
func primaryHost(ctx context.Context, tx *pg.PlatformTx, key id.ID[Tenant], own string) (string, error) {
	got, err := pg.One[struct {
		Host string `db:"host"`
	}](ctx, tx, `SELECT coalesce((SELECT host FROM public.domains WHERE tenant_id = @id AND is_primary), @own) AS host`, pg.Args{"id": key, "own": own})
	return got.Host, err
}
