package mfa

import (
	"context"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

func passkeysOf(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) ([]Passkey, error) {
	return pg.All[Passkey](ctx, tx, `SELECT id, name, created_at, last_used_at FROM public.passkeys WHERE user_id = @user_id ORDER BY id`,
		pg.Args{"user_id": userID})
}

func deletePasskey(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID, which id.ID[Passkey]) error {
	return pg.Changed(pg.Exec(ctx, tx, `DELETE FROM public.passkeys WHERE id = @id AND user_id = @user_id`, pg.Args{"id": which, "user_id": userID}))
}

func insertPasskey(ctx context.Context, tx pg.PlaceTx, u User, rpID, name string, made *webauthn.Credential) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.passkeys (id, user_id, tenant_id, rp_id, name, credential_id, credential, created_at)
		VALUES (@id, @user_id, @tenant_id, @rp_id, @name, @credential_id, @credential, @now)`, pg.Args{
		"id": id.New[Passkey](), "user_id": u.ID, "tenant_id": u.TenantID, "rp_id": rpID, "name": name,
		"credential_id": made.ID, "credential": made, "now": tx.Now(),
	})
	if pg.Violates(err, "passkeys_credential") {
		return errTaken
	}
	return err
}

// keysOf are the user's keys for a host, held until the transaction ends: two answers of one key are compared with its counter one by one.
func keysOf(ctx context.Context, tx pg.PlaceTx, u User, rpID string) ([]storedKey, error) {
	return pg.All[storedKey](ctx, tx, `
		SELECT user_id, credential FROM public.passkeys WHERE user_id = @user_id AND rp_id = @rp_id ORDER BY id FOR UPDATE`,
		pg.Args{"user_id": u.ID, "rp_id": rpID})
}

// passkeyBy is the key of an id that an authenticator gave, held as by keysOf.
func passkeyBy(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID, rpID string, credentialID []byte) (storedKey, error) {
	return pg.One[storedKey](ctx, tx, `
		SELECT user_id, credential FROM public.passkeys
		WHERE credential_id = @credential_id AND rp_id = @rp_id AND tenant_id IS NOT DISTINCT FROM @tenant_id::uuid FOR UPDATE`,
		pg.Args{"credential_id": credentialID, "rp_id": rpID, "tenant_id": tenantID})
}

func usePasskey(ctx context.Context, tx pg.PlaceTx, used *webauthn.Credential) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE public.passkeys SET credential = @credential, last_used_at = @now WHERE credential_id = @credential_id`,
		pg.Args{"credential_id": used.ID, "credential": used, "now": tx.Now()}))
}

func insertChallenge(ctx context.Context, tx pg.PlaceTx, which id.ID[Challenge], c newChallenge) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.webauthn_challenges (id, tenant_id, user_id, host, purpose, data, expires_at)
		VALUES (@id, @tenant_id, @user_id, @host, @purpose, @data, @expires_at)`, pg.Args{
		"id": which, "tenant_id": c.tenantID, "user_id": c.userID, "host": c.host, "purpose": c.purpose, "data": c.data,
		"expires_at": tx.Now().Add(challengeTime),
	})
	return err
}

// takeChallenge deletes the challenge, so that of two answers sent at once one finds it. An old one stays for deleteOldChallenges.
func takeChallenge(ctx context.Context, tx pg.PlaceTx, which id.ID[Challenge], c newChallenge) (webauthn.SessionData, error) {
	got, err := pg.One[struct {
		Data webauthn.SessionData `db:"data"`
	}](ctx, tx, `
		DELETE FROM public.webauthn_challenges
		WHERE id = @id AND host = @host AND purpose = @purpose AND expires_at > @now
		  AND tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND user_id IS NOT DISTINCT FROM @user_id::uuid
		RETURNING data`, pg.Args{"id": which, "tenant_id": c.tenantID, "user_id": c.userID, "host": c.host, "purpose": c.purpose, "now": tx.Now()})
	return got.Data, err
}

// deleteOldChallenges clears away some of what nobody answered. Rows that another transaction holds are left to it.
func deleteOldChallenges(ctx context.Context, tx pg.PlaceTx) error {
	_, err := pg.Exec(ctx, tx, `
		DELETE FROM public.webauthn_challenges WHERE id IN (
			SELECT id FROM public.webauthn_challenges WHERE expires_at <= @now ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED)`,
		pg.Args{"now": tx.Now()})
	return err
}
