package domain

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// row is a domain with its business.
type row struct {
	Domain
	TenantID     uuid.UUID  `db:"tenant_id"`
	TenantName   string     `db:"tenant_name"`
	TenantSlug   string     `db:"tenant_slug"`
	TenantIsDemo bool       `db:"tenant_is_demo"`
	FailingSince *time.Time `db:"failing_since"`
}

func (r row) tenantID() id.ID[tenant.Tenant] { return id.ID[tenant.Tenant](r.TenantID) }

// complete adds what is not stored.
func (s *Service) complete(r row) row {
	r.Tenant = Business{ID: r.tenantID(), Name: r.TenantName, Slug: r.TenantSlug}
	if r.IsCustomDomain {
		r.TXTName, r.CNAMETarget = challenge+r.Host, s.base
	}
	return r
}

// domains are those that businesses brought along and, without a row of their own, the host that each has from us:
// its id is the tenant's, in the form of a domain's.
const domains = `
	SELECT d.id, d.host, d.status, d.is_primary, d.is_custom_domain, d.verified_at, d.route53_zone_id, d.txt_value, d.checked_at, d.problem,
		d.tenant_id, d.tenant_name, d.tenant_slug, d.tenant_is_demo, d.failing_since
	FROM (
		SELECT c.id, c.host, c.status, c.is_primary, c.is_custom_domain, c.verified_at, c.route53_zone_id, c.txt_value, c.checked_at, c.problem,
			c.tenant_id, t.name AS tenant_name, t.slug AS tenant_slug, t.is_demo AS tenant_is_demo, c.failing_since
		FROM public.domains c JOIN public.tenants t ON t.id = c.tenant_id WHERE c.removed_at IS NULL AND t.status <> 'DELETED'
		UNION ALL
		SELECT t.id, t.slug || '.' || @base, 'VERIFIED', NOT EXISTS (SELECT FROM public.domains p WHERE p.tenant_id = t.id AND p.is_primary), false,
			t.created_at, NULL, '', NULL::timestamptz, NULL::text, t.id, t.name, t.slug, t.is_demo, NULL
		FROM public.tenants t WHERE t.status <> 'DELETED') d`

// Filter narrows a list of domains.
type Filter struct {
	TenantID id.ID[tenant.Tenant] `query:"tenant_id"`
	Status   Status               `query:"status" enum:"PENDING,VERIFIED,SUSPENDED"`
	Query    string               `query:"query" maxLength:"253" doc:"Part of a host, or of a business's name."`
}

func (s *Service) list(ctx context.Context, tx *pg.PlatformTx, f Filter, demoOnly bool, p api.Page) ([]Domain, error) {
	q := strings.TrimSpace(f.Query)
	rows, err := pg.All[row](ctx, tx, domains+`
		WHERE d.id > @after AND (@tenant_id::uuid IS NULL OR d.tenant_id = @tenant_id) AND (@status = '' OR d.status = @status)
			AND (@query = '' OR d.host ILIKE @pattern OR d.tenant_name ILIKE @pattern) AND (d.tenant_is_demo OR NOT @demo_only::boolean)
		ORDER BY d.id LIMIT @rows`, pg.Args{
		"base": s.base, "after": p.After(), "tenant_id": api.Optional(f.TenantID), "status": f.Status, "query": q,
		"pattern": "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%", "demo_only": demoOnly, "rows": p.Rows(),
	})
	all := make([]Domain, len(rows))
	for i, r := range rows {
		all[i] = s.complete(r).Domain
	}
	return all, err
}

func (s *Service) find(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain]) (row, error) {
	r, err := pg.Found(pg.One[row](ctx, tx, domains+` WHERE d.id = @id`, pg.Args{"base": s.base, "id": key}))
	return s.complete(r), err
}

// hold keeps a domain's row from other changes until the transaction ends.
func hold(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain]) error {
	_, err := pg.Exec(ctx, tx, `SELECT FROM public.domains WHERE id = @id FOR UPDATE`, pg.Args{"id": key})
	return err
}

func count(ctx context.Context, tx *pg.PlatformTx, tenantID id.ID[tenant.Tenant]) (int, error) {
	got, err := pg.One[struct {
		N int `db:"n"`
	}](ctx, tx, `SELECT count(*) AS n FROM public.domains WHERE tenant_id = @tenant_id AND removed_at IS NULL`, pg.Args{"tenant_id": tenantID})
	return got.N, err
}

func insert(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain], tenantID id.ID[tenant.Tenant], host, value string) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.domains (id, tenant_id, host, status, txt_value, created_at) VALUES (@id, @tenant_id, @host, 'PENDING', @value, @now)`,
		pg.Args{"id": key, "tenant_id": tenantID, "host": host, "value": value, "now": tx.Now()})
	if pg.Violates(err, "domains_asked") {
		return errAsked
	}
	return err
}

// setPrimary makes one of the tenant's domains the primary one; the id of its own host makes that of none of them.
func setPrimary(ctx context.Context, tx *pg.PlatformTx, tenantID id.ID[tenant.Tenant], key id.ID[Domain]) error {
	if _, err := pg.Exec(ctx, tx, `UPDATE public.domains SET is_primary = false WHERE tenant_id = @tenant_id AND is_primary AND id <> @id`,
		pg.Args{"tenant_id": tenantID, "id": key}); err != nil {
		return err
	}
	_, err := pg.Exec(ctx, tx, `UPDATE public.domains SET is_primary = true WHERE tenant_id = @tenant_id AND id = @id AND removed_at IS NULL`,
		pg.Args{"tenant_id": tenantID, "id": key})
	return err
}

func remove(ctx context.Context, tx *pg.PlatformTx, d row) error {
	err := pg.Changed(pg.Exec(ctx, tx, `UPDATE public.domains SET removed_at = @now, is_primary = false WHERE id = @id AND removed_at IS NULL`,
		pg.Args{"id": d.ID, "now": tx.Now()}))
	if err != nil {
		return err
	}
	return session.EndOfHost(ctx, tx, d.TenantID, d.Host)
}

// passed notes a check without a problem: the host is the tenant's, unless another has it.
func passed(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain]) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE public.domains SET status = 'VERIFIED', verified_at = CASE WHEN status = 'VERIFIED' THEN verified_at ELSE @now END,
			checked_at = @now, problem = NULL, failing_since = NULL WHERE id = @id`, pg.Args{"id": key, "now": tx.Now()})
	if pg.Violates(err, "domains_verified") {
		return errTaken
	}
	return err
}

// failed notes a check with a problem. One that learned nothing does not count against the host.
func failed(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain], problem string, known bool) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE public.domains SET checked_at = @now, problem = @problem,
			failing_since = CASE WHEN @known::boolean AND status <> 'PENDING' THEN coalesce(failing_since, @now) ELSE failing_since END
		WHERE id = @id`, pg.Args{"id": key, "now": tx.Now(), "problem": problem, "known": known})
	return err
}

func suspend(ctx context.Context, tx *pg.PlatformTx, d row) error {
	if _, err := pg.Exec(ctx, tx, `UPDATE public.domains SET status = 'SUSPENDED', is_primary = false WHERE id = @id`, pg.Args{"id": d.ID}); err != nil {
		return err
	}
	return session.EndOfHost(ctx, tx, d.TenantID, d.Host)
}

// isTaken reports whether another business has the host, or had it until a few days ago.
func isTaken(ctx context.Context, tx *pg.PlatformTx, d row) (bool, error) {
	got, err := pg.One[struct {
		Taken bool `db:"taken"`
	}](ctx, tx, `
		SELECT EXISTS (SELECT FROM public.domains WHERE host = @host AND tenant_id <> @tenant_id
			AND (status = 'VERIFIED' AND removed_at IS NULL OR verified_at IS NOT NULL AND removed_at > @since)) AS taken`,
		pg.Args{"host": d.Host, "tenant_id": d.TenantID, "since": tx.Now().Add(-freeAgain)})
	return got.Taken, err
}

// due lists the domains that are to be checked again, those longest unchecked first.
func due(ctx context.Context, tx *pg.PlatformTx, before time.Time) ([]id.ID[Domain], error) {
	rows, err := pg.All[struct {
		ID id.ID[Domain] `db:"id"`
	}](ctx, tx, `
		SELECT id FROM public.domains WHERE removed_at IS NULL AND status <> 'PENDING' AND checked_at < @before ORDER BY checked_at LIMIT 10000`,
		pg.Args{"before": before})
	keys := make([]id.ID[Domain], len(rows))
	for i, r := range rows {
		keys[i] = r.ID
	}
	return keys, err
}

// owner is who is told about a domain.
type owner struct {
	Name  string `db:"name"`
	Email string `db:"email"`
}

func owners(ctx context.Context, tx pg.PlaceTx, tenantID uuid.UUID) ([]owner, error) {
	return pg.All[owner](ctx, tx, `
		SELECT name, email FROM public.users WHERE tenant_id = @tenant_id AND role = 'TENANT_OWNER' AND NOT is_sandbox
			AND is_active AND locked_at IS NULL AND anonymised_at IS NULL ORDER BY id`, pg.Args{"tenant_id": tenantID})
}
