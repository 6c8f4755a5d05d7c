package mfa

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/pg"
)

func state(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) (State, error) {
	return pg.One[State](ctx, tx, `
		SELECT EXISTS (SELECT FROM public.totp_factors WHERE user_id = @user_id AND confirmed_at IS NOT NULL) AS totp,
		       (SELECT count(*) FROM public.passkeys WHERE user_id = @user_id) AS passkeys,
		       (SELECT count(*) FROM public.recovery_codes WHERE user_id = @user_id AND used_at IS NULL) AS recovery_codes_left`,
		pg.Args{"user_id": userID})
}

func deleteAll(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, `
		WITH t AS (DELETE FROM public.totp_factors WHERE user_id = @user_id),
		     r AS (DELETE FROM public.recovery_codes WHERE user_id = @user_id),
		     a AS (DELETE FROM public.factor_attempts WHERE user_id = @user_id),
		     p AS (DELETE FROM public.passkeys WHERE user_id = @user_id),
		     c AS (DELETE FROM public.webauthn_challenges WHERE user_id = @user_id)
		DELETE FROM public.remembered_devices WHERE user_id = @user_id`, pg.Args{"user_id": userID})
	return err
}

// attempts are a user's wrong codes of the last hour.
type attempts struct {
	WrongAt     []time.Time `db:"wrong_at"`
	LockedUntil *time.Time  `db:"locked_until"`
}

// lockAttempts makes whoever works on the same user's factors wait until this transaction ends.
func lockAttempts(ctx context.Context, tx pg.PlaceTx, u User) (attempts, error) {
	return pg.One[attempts](ctx, tx, `
		INSERT INTO public.factor_attempts AS a (user_id, tenant_id, wrong_at) VALUES (@user_id, @tenant_id, '{}')
		ON CONFLICT (user_id) DO UPDATE SET wrong_at = a.wrong_at
		RETURNING wrong_at, locked_until`, pg.Args{"user_id": u.ID, "tenant_id": u.TenantID})
}

func saveAttempts(ctx context.Context, tx pg.PlaceTx, u User, wrongAt []time.Time, lockedUntil *time.Time) error {
	_, err := pg.Exec(ctx, tx, `UPDATE public.factor_attempts SET wrong_at = @wrong_at, locked_until = @locked_until WHERE user_id = @user_id`,
		pg.Args{"user_id": u.ID, "wrong_at": wrongAt, "locked_until": lockedUntil})
	return err
}

// factor is a user's authenticator app.
type factor struct {
	SecretSealed []byte     `db:"secret_sealed"`
	ConfirmedAt  *time.Time `db:"confirmed_at"`
}

func totpOf(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) (factor, error) {
	return pg.One[factor](ctx, tx, `SELECT secret_sealed, confirmed_at FROM public.totp_factors WHERE user_id = @user_id`, pg.Args{"user_id": userID})
}

// putTOTP stores a secret in the place of one that was never confirmed.
func putTOTP(ctx context.Context, tx pg.PlaceTx, u User, sealed []byte) error {
	rows, err := pg.Exec(ctx, tx, `
		INSERT INTO public.totp_factors AS f (user_id, tenant_id, secret_sealed, last_step, created_at)
		VALUES (@user_id, @tenant_id, @sealed, 0, @now)
		ON CONFLICT (user_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, created_at = excluded.created_at
		WHERE f.confirmed_at IS NULL`, pg.Args{"user_id": u.ID, "tenant_id": u.TenantID, "sealed": sealed, "now": tx.Now()})
	if err == nil && rows == 0 {
		return ErrEnrolled
	}
	return err
}

// confirmTOTP makes the secret count, unless another one took its place meanwhile. The code it was confirmed with is used up.
func confirmTOTP(ctx context.Context, tx pg.PlaceTx, u User, sealed []byte, step int64) error {
	rows, err := pg.Exec(ctx, tx, `
		UPDATE public.totp_factors SET confirmed_at = @now, last_step = @step
		WHERE user_id = @user_id AND confirmed_at IS NULL AND secret_sealed = @sealed`,
		pg.Args{"user_id": u.ID, "sealed": sealed, "step": step, "now": tx.Now()})
	if err == nil && rows == 0 {
		return errNotBegun
	}
	return err
}

// takeStep uses a code up, and reports whether it was still good.
func takeStep(ctx context.Context, tx pg.PlaceTx, u User, step int64) (bool, error) {
	rows, err := pg.Exec(ctx, tx, `
		UPDATE public.totp_factors SET last_step = @step
		WHERE user_id = @user_id AND confirmed_at IS NOT NULL AND last_step < @step`, pg.Args{"user_id": u.ID, "step": step})
	return rows == 1, err
}

func deleteTOTP(ctx context.Context, tx pg.PlaceTx, u User) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM public.totp_factors WHERE user_id = @user_id`, pg.Args{"user_id": u.ID})
	return err
}

func insertCodes(ctx context.Context, tx pg.PlaceTx, u User, hashes [][]byte) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.recovery_codes (user_id, tenant_id, code_hash) SELECT @user_id, @tenant_id, unnest(@hashes::bytea[])`,
		pg.Args{"user_id": u.ID, "tenant_id": u.TenantID, "hashes": hashes})
	return err
}

func deleteCodes(ctx context.Context, tx pg.PlaceTx, u User) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM public.recovery_codes WHERE user_id = @user_id`, pg.Args{"user_id": u.ID})
	return err
}

// useCode uses a recovery code up, and reports whether it was still good.
func useCode(ctx context.Context, tx pg.PlaceTx, u User, hash []byte) (bool, error) {
	rows, err := pg.Exec(ctx, tx, `
		UPDATE public.recovery_codes SET used_at = @now WHERE user_id = @user_id AND code_hash = @hash AND used_at IS NULL`,
		pg.Args{"user_id": u.ID, "hash": hash, "now": tx.Now()})
	return rows == 1, err
}

func insertDevice(ctx context.Context, tx pg.PlaceTx, u User, hash []byte) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.remembered_devices (token_hash, user_id, tenant_id, expires_at, created_at)
		VALUES (@hash, @user_id, @tenant_id, @expires_at, @now)`,
		pg.Args{"hash": hash, "user_id": u.ID, "tenant_id": u.TenantID, "expires_at": tx.Now().Add(DeviceTime), "now": tx.Now()})
	return err
}

func deviceKnown(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID, hash []byte) (bool, error) {
	got, err := pg.One[struct {
		Known bool `db:"known"`
	}](ctx, tx, `SELECT EXISTS (SELECT FROM public.remembered_devices WHERE token_hash = @hash AND user_id = @user_id AND expires_at > @now) AS known`,
		pg.Args{"hash": hash, "user_id": userID, "now": tx.Now()})
	return got.Known, err
}

func deleteOldDevices(ctx context.Context, tx pg.PlaceTx, u User) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM public.remembered_devices WHERE user_id = @user_id AND expires_at <= @now`,
		pg.Args{"user_id": u.ID, "now": tx.Now()})
	return err
}

func deleteDevices(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM public.remembered_devices WHERE user_id = @user_id`, pg.Args{"user_id": userID})
	return err
}
