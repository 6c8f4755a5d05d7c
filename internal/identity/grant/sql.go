package grant

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const grantSQL = `
	SELECT g.id, g.tenant_id, t.name AS tenant_name, g.target_user_id, g.action, g.reason, g.created_at, g.starts_at, g.expires_at,
		g.revoked_at, g.revoke_reason, g.last_used_at, g.use_count,
		CASE WHEN g.revoked_at IS NOT NULL THEN 'REVOKED' WHEN @now < g.starts_at THEN 'SCHEDULED' WHEN @now >= g.expires_at THEN 'EXPIRED' ELSE 'ACTIVE' END AS status,
		a.id AS grantor_id, a.name AS grantor_name, a.email AS grantor_email, a.role AS grantor_role,
		b.id AS grantee_id, b.name AS grantee_name, b.email AS grantee_email, b.role AS grantee_role,
		c.id AS revoker_id, c.name AS revoker_name, c.email AS revoker_email, c.role AS revoker_role
	FROM public.permission_grants g JOIN public.users a ON a.id = g.grantor_id JOIN public.users b ON b.id = g.grantee_id
		LEFT JOIN public.tenants t ON t.id = g.tenant_id LEFT JOIN public.users c ON c.id = g.revoked_by`

// row is a grant with those whom it concerns.
type row struct {
	Grant
	GrantorID    id.ID[account.User]  `db:"grantor_id"`
	GrantorName  string               `db:"grantor_name"`
	GrantorEmail string               `db:"grantor_email"`
	GrantorRole  role.Role            `db:"grantor_role"`
	GranteeID    id.ID[account.User]  `db:"grantee_id"`
	GranteeName  string               `db:"grantee_name"`
	GranteeEmail string               `db:"grantee_email"`
	GranteeRole  role.Role            `db:"grantee_role"`
	RevokerID    *id.ID[account.User] `db:"revoker_id"`
	RevokerName  *string              `db:"revoker_name"`
	RevokerEmail *string              `db:"revoker_email"`
	RevokerRole  *role.Role           `db:"revoker_role"`
}

func (r row) grant() Grant {
	g := r.Grant
	g.Grantor = Person{r.GrantorID, r.GrantorName, r.GrantorEmail, r.GrantorRole}
	g.Grantee = Person{r.GranteeID, r.GranteeName, r.GranteeEmail, r.GranteeRole}
	if r.RevokerID != nil {
		g.RevokedBy = &Person{*r.RevokerID, *r.RevokerName, *r.RevokerEmail, *r.RevokerRole}
	}
	return g
}

func byID(ctx context.Context, tx *pg.PlatformTx, key id.ID[Grant]) (Grant, error) {
	r, err := pg.One[row](ctx, tx, grantSQL+` WHERE g.id = @id`, pg.Args{"id": key, "now": tx.Now()})
	return r.grant(), err
}

func locked(ctx context.Context, tx *pg.PlatformTx, key id.ID[Grant]) (Grant, error) {
	r, err := pg.One[row](ctx, tx, grantSQL+` WHERE g.id = @id FOR NO KEY UPDATE OF g`, pg.Args{"id": key, "now": tx.Now()})
	return r.grant(), err
}

// partyOf finds a user and keeps the row as it is until the transaction ends.
func partyOf(ctx context.Context, tx *pg.PlatformTx, user id.ID[account.User]) (party, error) {
	return pg.One[party](ctx, tx, `
		SELECT id, tenant_id, email, role, (is_active AND locked_at IS NULL AND anonymised_at IS NULL) AS is_active
		FROM public.users WHERE id = @id AND NOT is_sandbox FOR SHARE`, pg.Args{"id": user})
}

// counts returns how many grants are active with the grantee, and how many the grantor gave since. It locks both: two grants at once must not pass a limit together.
func counts(ctx context.Context, tx *pg.PlatformTx, grantee, grantor id.ID[account.User], since time.Time) (active, given int, err error) {
	if _, err := pg.Exec(ctx, tx, `
		SELECT pg_advisory_xact_lock(k) FROM (SELECT hashtextextended('grants/' || u, 0) AS k FROM unnest(ARRAY[@grantee::uuid, @grantor::uuid]) AS u ORDER BY 1) AS locks`,
		pg.Args{"grantee": grantee, "grantor": grantor}); err != nil {
		return 0, 0, err
	}
	got, err := pg.One[struct {
		Active int `db:"active"`
		Given  int `db:"given"`
	}](ctx, tx, `
		SELECT (SELECT count(*) FROM public.permission_grants WHERE grantee_id = @grantee AND revoked_at IS NULL AND expires_at > @now) AS active,
			(SELECT count(*) FROM public.permission_grants WHERE grantor_id = @grantor AND created_at > @since) AS given`,
		pg.Args{"grantee": grantee, "grantor": grantor, "since": since, "now": tx.Now()})
	return got.Active, got.Given, err
}

func insert(ctx context.Context, tx *pg.PlatformTx, key id.ID[Grant], grantor id.ID[account.User], n New, about id.ID[tenant.Tenant]) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.permission_grants (id, tenant_id, grantor_id, grantee_id, target_user_id, action, reason, created_at, starts_at, expires_at)
		VALUES (@id, @tenant_id, @grantor_id, @grantee_id, @target_user_id, @action, @reason, @now, @now, @expires_at)`, pg.Args{
		"id": key, "tenant_id": about, "grantor_id": grantor, "grantee_id": n.GranteeID, "target_user_id": n.TargetUserID, "action": n.Action,
		"reason": n.Reason, "now": tx.Now(), "expires_at": tx.Now().Add(time.Duration(n.DurationMinutes) * time.Minute),
	})
	return err
}

func end(ctx context.Context, tx *pg.PlatformTx, key id.ID[Grant], by *id.ID[account.User], why string) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE public.permission_grants SET revoked_at = @now, revoked_by = @by, revoke_reason = nullif(@why, '') WHERE id = @id`,
		pg.Args{"id": key, "by": by, "why": why, "now": tx.Now()})
	return err
}

func endOfUser(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User], by *uuid.UUID, why string) ([]brief, error) {
	return pg.All[brief](ctx, tx, `
		UPDATE public.permission_grants SET revoked_at = @now, revoked_by = @by, revoke_reason = @why
		WHERE (grantee_id = @user_id OR grantor_id = @user_id) AND revoked_at IS NULL AND expires_at > @now
		RETURNING id, tenant_id, action, reason, grantee_id`, pg.Args{"user_id": user, "by": by, "why": why, "now": tx.Now()})
}

func endOfTenant(ctx context.Context, tx *pg.PlatformTx, tenantID uuid.UUID, by *uuid.UUID, why string) ([]brief, error) {
	return pg.All[brief](ctx, tx, `
		UPDATE public.permission_grants SET revoked_at = @now, revoked_by = @by, revoke_reason = @why
		WHERE tenant_id = @tenant_id AND revoked_at IS NULL AND expires_at > @now
		RETURNING id, tenant_id, action, reason, grantee_id`, pg.Args{"tenant_id": tenantID, "by": by, "why": why, "now": tx.Now()})
}

func use(ctx context.Context, tx pg.Tx, key uuid.UUID) (brief, error) {
	return pg.One[brief](ctx, tx, `
		UPDATE public.permission_grants SET use_count = use_count + 1, last_used_at = @now WHERE id = @id
		RETURNING id, tenant_id, action, reason, grantee_id`, pg.Args{"id": key, "now": tx.Now()})
}

func expire(ctx context.Context, tx *pg.PlatformTx) ([]brief, error) {
	return pg.All[brief](ctx, tx, `
		UPDATE public.permission_grants SET expired_at = @now WHERE id IN (
			SELECT id FROM public.permission_grants WHERE revoked_at IS NULL AND expired_at IS NULL AND expires_at <= @now
			ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED)
		RETURNING id, tenant_id, action, reason, grantee_id`, pg.Args{"now": tx.Now()})
}

// visible is which grants a person sees: all, those of their business, or their own.
const visible = ` WHERE (@all::boolean OR g.tenant_id = @own_tenant OR g.grantor_id = @user_id OR g.grantee_id = @user_id)
	AND (@grantee::uuid IS NULL OR g.grantee_id = @grantee) AND (@grantor::uuid IS NULL OR g.grantor_id = @grantor)
	AND (@tenant::uuid IS NULL OR g.tenant_id = @tenant) AND (@action = '' OR g.action = @action)
	AND (@status = '' OR @status = CASE WHEN g.revoked_at IS NOT NULL THEN 'REVOKED' WHEN @now < g.starts_at THEN 'SCHEDULED' WHEN @now >= g.expires_at THEN 'EXPIRED' ELSE 'ACTIVE' END)`

func (f Filter) args(who session.Session, now time.Time) pg.Args {
	args := pg.Args{
		"all": who.Role == role.Superuser || who.Role == role.PlatformManager, "own_tenant": nil, "user_id": who.UserID, "now": now,
		"grantee": api.Optional(f.GranteeID), "grantor": api.Optional(f.GrantorID), "tenant": api.Optional(f.TenantID), "action": f.Action, "status": f.Status,
	}
	if who.Role == role.TenantOwner {
		args["own_tenant"] = who.TenantID
	}
	return args
}

func list(ctx context.Context, tx *pg.PlatformTx, who session.Session, f Filter, p api.Page) ([]Grant, error) {
	args := f.args(who, tx.Now())
	args["after"], args["rows"] = p.After(), p.Rows()
	rows, err := pg.All[row](ctx, tx, grantSQL+visible+`
		AND (g.id < @after OR @after = '00000000-0000-0000-0000-000000000000'::uuid) ORDER BY g.id DESC LIMIT @rows`, args)
	all := make([]Grant, len(rows))
	for i, r := range rows {
		all[i] = r.grant()
	}
	return all, err
}

// matching lists the ids of at most 500 grants that are not over and fit the filter.
func matching(ctx context.Context, tx *pg.PlatformTx, who session.Session, f Filter) ([]id.ID[Grant], error) {
	rows, err := pg.All[struct {
		ID id.ID[Grant] `db:"id"`
	}](ctx, tx, `SELECT g.id FROM public.permission_grants g`+visible+` AND g.revoked_at IS NULL AND g.expires_at > @now ORDER BY g.id LIMIT 500`, f.args(who, tx.Now()))
	keys := make([]id.ID[Grant], len(rows))
	for i, r := range rows {
		keys[i] = r.ID
	}
	return keys, err
}
