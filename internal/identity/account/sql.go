package account

import (
	"context"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const columns = `id, tenant_id, name, email, role, created_at`

func insert(ctx context.Context, tx *pg.PlatformTx, n New, hash string) (User, error) {
	u, err := pg.One[User](ctx, tx, `
		INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, is_active, is_temporary, created_at, updated_at, version)
		VALUES (@id, @tenant_id, false, @email, @name, @role, @hash, true, @is_temporary, @now, @now, 1)
		RETURNING `+columns, pg.Args{
		"id": id.New[User](), "tenant_id": n.TenantID, "email": n.Email, "name": n.Name, "role": n.Role, "hash": hash, "is_temporary": n.IsTemporary, "now": tx.Now(),
	})
	if pg.Violates(err, "users_email") {
		return User{}, ErrTaken
	}
	return u, err
}

func byEmail(ctx context.Context, tx *pg.PlatformTx, tenantID *uuid.UUID, email string) (User, error) {
	return pg.One[User](ctx, tx, `
		SELECT `+columns+` FROM public.users
		WHERE tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND NOT is_sandbox AND email = @email`,
		pg.Args{"tenant_id": tenantID, "email": email})
}

func countDemo(ctx context.Context, tx *pg.PlatformTx) (int, error) {
	got, err := pg.One[struct {
		N int `db:"n"`
	}](ctx, tx, `SELECT count(*) AS n FROM public.users WHERE email LIKE '%@demo.test' OR email LIKE '%@platform.test'`, nil)
	return got.N, err
}

// Known reports whether user is of the transaction's tenant; row-level security hides all others. No user is fine.
func Known(ctx context.Context, tx *pg.TenantTx, user *id.ID[User]) (bool, error) {
	if user == nil {
		return true, nil
	}
	got, err := pg.One[struct {
		Known bool `db:"known"`
	}](ctx, tx, `SELECT EXISTS (SELECT FROM public.users WHERE id = @id) AS known`, pg.Args{"id": user})
	return got.Known, err
}

// NoteMFA notes that a user has a second factor, or none any more.
func NoteMFA(ctx context.Context, tx pg.PlaceTx, user id.ID[User], enrolled bool) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE public.users SET mfa_enrolled_at = CASE WHEN @enrolled::boolean THEN coalesce(mfa_enrolled_at, @now) END WHERE id = @id`,
		pg.Args{"id": user, "enrolled": enrolled, "now": tx.Now()})
	return err
}

// WithRole lists the active users of a role: of a tenant, or of the platform.
func WithRole(ctx context.Context, tx *pg.PlatformTx, tenantID *uuid.UUID, r role.Role) ([]User, error) {
	return pg.All[User](ctx, tx, `
		SELECT `+columns+` FROM public.users
		WHERE tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND role = @role AND is_active AND locked_at IS NULL AND NOT is_sandbox ORDER BY id LIMIT 100`,
		pg.Args{"tenant_id": tenantID, "role": r})
}
