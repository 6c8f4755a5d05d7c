package session

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const (
	sessionColumns = `s.id_hash, s.user_id, s.tenant_id, s.mode, s.last_seen_at, s.expires_at, u.name AS user_name, u.email, u.role`

	byTokenSQL = `SELECT ` + sessionColumns + ` FROM public.login_sessions s JOIN public.users u ON u.id = s.user_id
		WHERE s.id_hash = @id_hash AND u.is_active`

	// A tenant's session is worth nothing on the platform's host.
	byTokenOfPlatformSQL = byTokenSQL + ` AND s.tenant_id IS NULL`
)

// candidate is a user who may be signing in; the zero value is nobody.
type candidate struct {
	ID   id.ID[account.User] `db:"id"`
	Role role.Role           `db:"role"`
	Hash string              `db:"password_hash"`
}

func (s *Service) candidate(ctx context.Context, where *uuid.UUID, email string) (candidate, error) {
	var c candidate
	err := s.in(ctx, where, func(tx shared) error {
		var err error
		c, err = pg.One[candidate](ctx, tx, `
			SELECT id, role, password_hash FROM public.users
			WHERE tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND NOT is_sandbox AND email = @email AND is_active`,
			pg.Args{"tenant_id": where, "email": email})
		if errors.Is(err, pg.ErrNoRow) {
			return nil
		}
		return err
	})
	return c, err
}

type newSession struct {
	idHash    []byte
	user      candidate
	tenantID  *uuid.UUID
	mode      pg.Mode
	expiresAt time.Time
	ip        string
	userAgent string
}

func insert(ctx context.Context, tx shared, n newSession) (Session, error) {
	return pg.One[Session](ctx, tx, `
		WITH s AS (
			INSERT INTO public.login_sessions (id_hash, user_id, tenant_id, mode, auth_time, created_at, last_seen_at, expires_at, ip_address, user_agent)
			VALUES (@id_hash, @user_id, @tenant_id, @mode, @now, @now, @now, @expires_at, @ip, @user_agent)
			RETURNING id_hash, user_id, tenant_id, mode, last_seen_at, expires_at)
		SELECT `+sessionColumns+` FROM s JOIN public.users u ON u.id = s.user_id`, pg.Args{
		"id_hash": n.idHash, "user_id": n.user.ID, "tenant_id": n.tenantID, "mode": n.mode, "now": tx.Now(),
		"expires_at": n.expiresAt, "ip": n.ip, "user_agent": n.userAgent,
	})
}

// endOldest leaves room for one more session of the user.
func endOldest(ctx context.Context, tx shared, user id.ID[account.User]) error {
	_, err := pg.Exec(ctx, tx, `
		DELETE FROM public.login_sessions WHERE user_id = @user_id AND (expires_at <= @now OR id_hash IN (
			SELECT id_hash FROM public.login_sessions WHERE user_id = @user_id ORDER BY created_at DESC OFFSET @keep))`,
		pg.Args{"user_id": user, "now": tx.Now(), "keep": perUser - 1})
	return err
}

func seen(ctx context.Context, tx shared, idHash []byte) error {
	_, err := pg.Exec(ctx, tx, `UPDATE public.login_sessions SET last_seen_at = @now WHERE id_hash = @id_hash`,
		pg.Args{"id_hash": idHash, "now": tx.Now()})
	return err
}

func end(ctx context.Context, tx shared, idHash []byte) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM public.login_sessions WHERE id_hash = @id_hash`, pg.Args{"id_hash": idHash})
	return err
}
