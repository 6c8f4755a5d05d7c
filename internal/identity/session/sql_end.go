package session

import (
	"context"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Sessions end by finishSQL, which of them and finishRestSQL: with those that act in their name. The ids are known to be dead from
// then on, but for those whose time was over anyway; of a masquerade's sessions it is known which one it was.
const (
	finishSQL = `
		WITH chosen AS (SELECT id_hash FROM public.login_sessions WHERE `

	finishRestSQL = `), gone AS (
			SELECT id_hash, user_id, tenant_id, masquerade_id, expires_at FROM public.login_sessions
			WHERE id_hash IN (SELECT id_hash FROM chosen) OR parent_hash IN (SELECT id_hash FROM chosen)
		), buried AS (
			INSERT INTO public.dead_sessions (id_hash, user_id, tenant_id, masquerade_id, died_at)
			SELECT id_hash, user_id, tenant_id, masquerade_id, @now FROM gone WHERE expires_at > @now OR masquerade_id IS NOT NULL ON CONFLICT DO NOTHING
		)
		DELETE FROM public.login_sessions WHERE id_hash IN (SELECT id_hash FROM gone)`
)

// endOldest leaves room for one more session of the user. The user's row is locked: log-ins at once must not pass the limit together.
func endOldest(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) error {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM public.users WHERE id = @user_id FOR NO KEY UPDATE`, pg.Args{"user_id": user}); err != nil {
		return err
	}
	_, err := pg.Exec(ctx, tx, finishSQL+`user_id = @user_id AND kind <> 'masquerade' AND (expires_at <= @now OR id_hash IN (
			SELECT id_hash FROM public.login_sessions WHERE user_id = @user_id AND kind <> 'masquerade' ORDER BY created_at DESC OFFSET @keep))`+finishRestSQL,
		pg.Args{"user_id": user, "now": tx.Now(), "keep": perUser - 1})
	return err
}

// bury remembers that an id was good once, while the session goes on by another.
func bury(ctx context.Context, tx pg.PlaceTx, hash []byte) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.dead_sessions (id_hash, user_id, tenant_id, died_at)
		SELECT id_hash, user_id, tenant_id, @now FROM public.login_sessions WHERE id_hash = @hash ON CONFLICT DO NOTHING`,
		pg.Args{"hash": hash, "now": tx.Now()})
	return err
}

func finish(ctx context.Context, tx pg.PlaceTx, hash []byte) error {
	_, err := pg.Exec(ctx, tx, finishSQL+`id_hash = @hash`+finishRestSQL, pg.Args{"hash": hash, "now": tx.Now()})
	return err
}

func endAll(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User], stay []byte) error {
	_, err := pg.Exec(ctx, tx, finishSQL+`user_id = @user_id AND kind <> 'masquerade' AND id_hash IS DISTINCT FROM @stay::bytea`+finishRestSQL,
		pg.Args{"user_id": user, "stay": stay, "now": tx.Now()})
	return err
}

func endOfTenant(ctx context.Context, tx *pg.PlatformTx, tenantID uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, finishSQL+`tenant_id = @tenant_id`+finishRestSQL, pg.Args{"tenant_id": tenantID, "now": tx.Now()})
	return err
}

// EndOfHost ends the sessions whose cookies are on a host that a tenant gives up.
func EndOfHost(ctx context.Context, tx *pg.PlatformTx, tenantID uuid.UUID, host string) error {
	_, err := pg.Exec(ctx, tx, finishSQL+`tenant_id = @tenant_id AND host = @host`+finishRestSQL,
		pg.Args{"tenant_id": tenantID, "host": host, "now": tx.Now()})
	return err
}

// keepDead is longer than any session lasts.
const keepDead = 60 * day

// pruneDead forgets a few dead ids of the place: the table stays small without a job of its own.
func pruneDead(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, `
		DELETE FROM public.dead_sessions WHERE id_hash IN (
			SELECT id_hash FROM public.dead_sessions WHERE tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND died_at <= @old ORDER BY died_at LIMIT 10)`,
		pg.Args{"tenant_id": where, "old": tx.Now().Add(-keepDead)})
	return err
}
