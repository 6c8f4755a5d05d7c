package tenant

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// ForChange finds a tenant that is not deleted, or fault.ErrNotFound, and keeps it from other changes until the transaction ends.
func ForChange(ctx context.Context, tx *pg.PlatformTx, key id.ID[Tenant]) (Tenant, error) {
	return pg.Found(pg.One[Tenant](ctx, tx, `SELECT `+columns+` FROM public.tenants WHERE id = @id AND status <> 'DELETED' FOR NO KEY UPDATE`, pg.Args{"id": key}))
}

// Save stores what changes of a tenant: name, tier, status with its reason, when a demo ends, and whom it asks for a second factor.
func (s *Service) Save(ctx context.Context, tx *pg.PlatformTx, t Tenant) (Tenant, error) {
	saved, err := pg.Found(pg.One[Tenant](ctx, tx, `
		UPDATE public.tenants SET name = @name, tier = @tier, status = @status, status_reason = @reason, expires_at = @expires_at, staff_need_mfa = @staff_mfa,
			updated_at = @now, version = version + 1
		WHERE id = @id RETURNING `+columns, pg.Args{
		"id": t.ID, "name": t.Name, "tier": t.Tier, "status": t.Status, "reason": t.StatusReason, "expires_at": t.ExpiresAt, "staff_mfa": t.StaffNeedMFA, "now": tx.Now(),
	}))
	tx.AfterCommit(func() { s.Forget(t.ID) })
	return saved, err
}

// Forget makes the next request of the tenant's hosts look it up again.
func (s *Service) Forget(key id.ID[Tenant]) { s.hosts.forget(key) }

// Ended finds a demo whose time is over and which is still active, and keeps it from other changes; pg.ErrNoRow where there is none.
func Ended(ctx context.Context, tx *pg.PlatformTx) (Tenant, error) {
	return pg.One[Tenant](ctx, tx, `
		SELECT `+columns+` FROM public.tenants WHERE is_demo AND status = 'ACTIVE' AND expires_at <= @now
		ORDER BY expires_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`, pg.Args{"now": tx.Now()})
}

// NoteSignIn counts that somebody signed in, on a tenant's host or, with nil, on the platform's.
func NoteSignIn(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.sign_ins AS s (day, tenant_id, count) VALUES (@day, @tenant_id, 1)
		ON CONFLICT ON CONSTRAINT sign_ins_day DO UPDATE SET count = s.count + 1`,
		pg.Args{"day": tx.Now().UTC().Truncate(24 * time.Hour), "tenant_id": tenantID})
	return err
}
