package session

import (
	"context"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// rename gives a session another id and leaves the rest. A session that acts in its name follows.
func rename(ctx context.Context, tx pg.PlaceTx, hash, newHash []byte) error {
	n, err := pg.Exec(ctx, tx, `UPDATE public.login_sessions SET id_hash = @new WHERE id_hash = @old`, pg.Args{"old": hash, "new": newHash})
	if err == nil && n == 0 {
		return ErrGone
	}
	return err
}

func insertChild(ctx context.Context, tx pg.PlaceTx, c Child, ip string) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.login_sessions (id, id_hash, kind, user_id, tenant_id, mode, auth_time, parent_hash, masquerade_id,
			created_at, last_seen_at, expires_at, host, ip_address, user_agent)
		VALUES (@id, @id_hash, 'masquerade', @user_id, @tenant_id, @mode, @auth_time, @parent, @masquerade_id, @now, @now, @expires_at, @host, @ip, @user_agent)`, pg.Args{
		"id": id.New[Session](), "id_hash": secret.Hash(c.Token), "user_id": c.UserID, "tenant_id": c.TenantID, "mode": c.Mode, "auth_time": c.AuthTime,
		"parent": c.ParentHash, "masquerade_id": c.MasqueradeID, "now": tx.Now(), "expires_at": c.ExpiresAt, "host": c.Host, "ip": ip, "user_agent": truncate(c.UserAgent, 256),
	})
	return err
}

// buryAs remembers which masquerade a session belonged to that ends with it.
func buryAs(ctx context.Context, tx pg.PlaceTx, hash []byte, masquerade uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.dead_sessions (id_hash, user_id, tenant_id, masquerade_id, died_at)
		SELECT id_hash, user_id, tenant_id, @masquerade_id, @now FROM public.login_sessions WHERE id_hash = @hash ON CONFLICT DO NOTHING`,
		pg.Args{"hash": hash, "masquerade_id": masquerade, "now": tx.Now()})
	return err
}
