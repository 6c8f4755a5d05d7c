package invitation

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// stored is an invitation with what only the program needs.
type stored struct {
	ID          id.ID[Invitation]   `db:"id"`
	TenantID    *uuid.UUID          `db:"tenant_id"`
	Email       string              `db:"email"`
	Role        role.Role           `db:"role"`
	IsTemporary bool                `db:"is_temporary"`
	InvitedBy   id.ID[account.User] `db:"invited_by"`
	InviterName *string             `db:"inviter_name"` // nil where the platform invited, in a tenant's own transaction
	CreatedAt   time.Time           `db:"created_at"`
	ExpiresAt   time.Time           `db:"expires_at"`
	AcceptedAt  *time.Time          `db:"accepted_at"`
	RevokedAt   *time.Time          `db:"revoked_at"`
}

// The states of an invitation.
const (
	pending  = "PENDING"
	accepted = "ACCEPTED"
	expired  = "EXPIRED"
	revoked  = "REVOKED"
)

func (r stored) status(now time.Time) string {
	switch {
	case r.AcceptedAt != nil:
		return accepted
	case r.RevokedAt != nil:
		return revoked
	case !now.Before(r.ExpiresAt):
		return expired
	}
	return pending
}

func (r stored) view(now time.Time) Invitation {
	v := Invitation{
		ID: r.ID, Email: r.Email, Role: r.Role, Status: r.status(now), InvitedBy: Inviter{ID: r.InvitedBy, Name: letter.Product},
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt,
	}
	if r.InviterName != nil {
		v.InvitedBy.Name = *r.InviterName
	}
	return v
}

const (
	columns = `id, tenant_id, email, role, is_temporary, invited_by, created_at, expires_at, accepted_at, revoked_at,
		(SELECT u.name FROM public.users u WHERE u.id = invitations.invited_by) AS inviter_name`
	here = `tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND NOT is_sandbox`
)

// oneAtATime makes the invitations of one place wait for each other, so that each is counted by the next.
func oneAtATime(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended('public.invitations ' || coalesce(@tenant_id::uuid::text, ''), 0))`, pg.Args{"tenant_id": where})
	return err
}

type counts struct {
	Pending int `db:"pending"`
	Same    int `db:"same"` // to the address
	Mails   int `db:"mails"`
}

func countOf(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID, email string) (counts, error) {
	return pg.One[counts](ctx, tx, `
		SELECT count(*) FILTER (WHERE is_open) AS pending, count(*) FILTER (WHERE is_open AND email = @email) AS same, coalesce(sum(mails), 0)::int AS mails
		FROM (SELECT email, accepted_at IS NULL AND revoked_at IS NULL AND expires_at > @now AS is_open,
				(SELECT count(*) FROM unnest(mailed_at) at WHERE at > @since) AS mails
			FROM public.invitations WHERE `+here+`) i`,
		pg.Args{"tenant_id": where, "email": email, "now": tx.Now(), "since": tx.Now().Add(-time.Hour)})
}

func insert(ctx context.Context, tx pg.PlaceTx, o Offer) (stored, error) {
	return pg.One[stored](ctx, tx, `
		INSERT INTO public.invitations (id, tenant_id, is_sandbox, email, role, is_temporary, invited_by, mailed_at, created_at, expires_at)
		VALUES (@id, @tenant_id, false, @email, @role, @is_temporary, @by, ARRAY[@now::timestamptz], @now, @expires_at)
		RETURNING `+columns, pg.Args{
		"id": id.New[Invitation](), "tenant_id": o.TenantID, "email": o.Email, "role": o.Role, "is_temporary": o.IsTemporary,
		"by": o.By.ID, "now": tx.Now(), "expires_at": tx.Now().Add(lifetime),
	})
}

// byID holds the row until the transaction ends.
func byID(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID, which id.ID[Invitation]) (stored, error) {
	return pg.One[stored](ctx, tx, `SELECT `+columns+` FROM public.invitations WHERE id = @id AND `+here+` FOR NO KEY UPDATE`,
		pg.Args{"id": which, "tenant_id": where})
}

func renew(ctx context.Context, tx pg.PlaceTx, which id.ID[Invitation], by id.ID[account.User]) (stored, error) {
	return pg.One[stored](ctx, tx, `
		UPDATE public.invitations SET token_hash = NULL, invited_by = @by, expires_at = @expires_at,
			mailed_at = ARRAY(SELECT at FROM unnest(mailed_at) at WHERE at > @since) || @now::timestamptz
		WHERE id = @id RETURNING `+columns,
		pg.Args{"id": which, "by": by, "now": tx.Now(), "since": tx.Now().Add(-time.Hour), "expires_at": tx.Now().Add(lifetime)})
}

func revoke(ctx context.Context, tx pg.PlaceTx, which id.ID[Invitation]) (stored, error) {
	return pg.One[stored](ctx, tx, `UPDATE public.invitations SET token_hash = NULL, revoked_at = @now WHERE id = @id RETURNING `+columns,
		pg.Args{"id": which, "now": tx.Now()})
}

func accept(ctx context.Context, tx pg.PlaceTx, which id.ID[Invitation]) error {
	_, err := pg.Exec(ctx, tx, `UPDATE public.invitations SET token_hash = NULL, accepted_at = @now WHERE id = @id`, pg.Args{"id": which, "now": tx.Now()})
	return err
}

func list(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID, status string, p api.Page) ([]stored, error) {
	return pg.All[stored](ctx, tx, `
		SELECT `+columns+` FROM public.invitations
		WHERE `+here+` AND id > @after AND (@status = '' OR @status = CASE
			WHEN accepted_at IS NOT NULL THEN 'ACCEPTED' WHEN revoked_at IS NOT NULL THEN 'REVOKED' WHEN expires_at <= @now THEN 'EXPIRED' ELSE 'PENDING' END)
		ORDER BY id LIMIT @rows`, pg.Args{"tenant_id": where, "after": p.After(), "status": status, "now": tx.Now(), "rows": p.Rows()})
}

// offered is an invitation with all that decides whether it still stands.
type offered struct {
	stored
	TenantName         *string   `db:"tenant_name"`
	TenantStatus       *string   `db:"tenant_status"`
	InviterName        string    `db:"by_name"`
	InviterRole        role.Role `db:"by_role"`
	InviterIsActive    bool      `db:"by_is_active"`
	InviterIsElsewhere bool      `db:"by_is_elsewhere"` // of the platform, inviting into a tenant
}

// byToken finds an invitation by its mail's token; the invitation, its inviter and its tenant are held until the transaction ends.
// A second acceptance waits here and then finds nothing.
func byToken(ctx context.Context, tx *pg.PlatformTx, where *uuid.UUID, token string) (offered, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM public.tenants WHERE id = @tenant_id::uuid FOR SHARE`, pg.Args{"tenant_id": where}); err != nil {
		return offered{}, err
	}
	return pg.One[offered](ctx, tx, `
		SELECT i.id, i.tenant_id, i.email, i.role, i.is_temporary, i.invited_by, i.created_at, i.expires_at, i.accepted_at, i.revoked_at, u.name AS inviter_name,
			(SELECT t.name FROM public.tenants t WHERE t.id = i.tenant_id) AS tenant_name, (SELECT t.status FROM public.tenants t WHERE t.id = i.tenant_id) AS tenant_status,
			u.name AS by_name, u.role AS by_role, u.is_active AND u.locked_at IS NULL AND u.anonymised_at IS NULL AS by_is_active,
			u.tenant_id IS DISTINCT FROM i.tenant_id AS by_is_elsewhere
		FROM public.invitations i JOIN public.users u ON u.id = i.invited_by
		WHERE i.token_hash = @hash AND i.tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND NOT i.is_sandbox
		FOR NO KEY UPDATE OF i FOR SHARE OF u`, pg.Args{"hash": secret.Hash(token), "tenant_id": where})
}

func setToken(ctx context.Context, tx pg.PlaceTx, which id.ID[Invitation], hash []byte) error {
	_, err := pg.Exec(ctx, tx, `UPDATE public.invitations SET token_hash = @hash WHERE id = @id`, pg.Args{"id": which, "hash": hash})
	return err
}
