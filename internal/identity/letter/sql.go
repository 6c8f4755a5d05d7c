package letter

import (
	"context"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

type business struct {
	Name    string  `db:"name"`
	Slug    string  `db:"slug"`
	Primary *string `db:"primary_host"` // a host of its own that was verified
}

func businessOf(ctx context.Context, db *pg.DB, tenantID uuid.UUID) (business, error) {
	return pg.OnePlatform[business](ctx, db, `
		SELECT name, slug, (SELECT host FROM public.domains WHERE tenant_id = tenants.id AND is_primary) AS primary_host
		FROM public.tenants WHERE id = @id AND status <> 'DELETED'`, pg.Args{"id": tenantID})
}

// addressee is whom a letter goes to.
type addressee struct {
	Name  string `db:"name"`
	Email string `db:"email"`
}

func addresseeOf(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID, user id.ID[account.User]) (addressee, error) {
	return pg.One[addressee](ctx, tx, `SELECT name, email FROM public.users WHERE id = @id AND tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND anonymised_at IS NULL`,
		pg.Args{"id": user, "tenant_id": tenantID})
}

// oneAtATime makes requests about one address wait for each other, so that each sees what the one before did.
func oneAtATime(ctx context.Context, tx pg.PlaceTx, l Link) error {
	_, err := pg.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended('public.account_links ' || coalesce(@tenant_id::uuid::text, '') || ' ' || @email::text, 0))`,
		pg.Args{"tenant_id": l.TenantID, "email": l.Email})
	return err
}

// countAsked is how many requests about the address there were in an hour. Repetitions of this one don't count.
func countAsked(ctx context.Context, tx pg.PlaceTx, l Link) (int, error) {
	got, err := pg.One[struct {
		Asked int `db:"asked"`
	}](ctx, tx, `
		SELECT count(DISTINCT request_id) AS asked FROM public.account_links
		WHERE email = @email AND purpose = @purpose AND tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND created_at > @since AND request_id <> @request_id`,
		pg.Args{"email": l.Email, "purpose": l.Purpose, "tenant_id": l.TenantID, "since": tx.Now().Add(-hour), "request_id": l.RequestID})
	return got.Asked, err
}

// voidOlder makes the newest link the only one. An undo link stays good beside one for another address.
func voidOlder(ctx context.Context, tx pg.PlaceTx, l Link) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE public.account_links SET used_at = @now
		WHERE used_at IS NULL AND purpose = @purpose AND tenant_id IS NOT DISTINCT FROM @tenant_id::uuid
			AND (user_id = @user_id::uuid OR user_id IS NULL AND email = @email) AND (purpose <> 'email_undo' OR email = @email)`,
		pg.Args{"now": tx.Now(), "purpose": l.Purpose, "tenant_id": l.TenantID, "user_id": l.UserID, "email": l.Email})
	return err
}

func insertLink(ctx context.Context, tx pg.PlaceTx, l Link, hash []byte) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO public.account_links (token_hash, tenant_id, user_id, email, purpose, subject_id, request_id, ip_address, created_at, expires_at)
		VALUES (@hash, @tenant_id, @user_id, @email, @purpose, @subject_id, @request_id, @ip, @now, @expires_at)`, pg.Args{
		"hash": hash, "tenant_id": l.TenantID, "user_id": l.UserID, "email": l.Email, "purpose": l.Purpose, "subject_id": l.SubjectID,
		"request_id": l.RequestID, "ip": l.IP, "now": tx.Now(), "expires_at": tx.Now().Add(lifetimes[l.Purpose]),
	})
	return err
}

const (
	linkColumns = `tenant_id, user_id, email, purpose, subject_id, request_id, ip_address, created_at`
	openLink    = `token_hash = @hash AND purpose = @purpose AND tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND used_at IS NULL AND expires_at > @now`
)

func findLink(ctx context.Context, tx pg.PlaceTx, hash []byte, where *uuid.UUID, p Purpose) (Link, error) {
	return pg.One[Link](ctx, tx, `SELECT `+linkColumns+` FROM public.account_links WHERE `+openLink,
		pg.Args{"hash": hash, "purpose": p, "tenant_id": where, "now": tx.Now()})
}

func useLink(ctx context.Context, tx pg.PlaceTx, hash []byte, where *uuid.UUID, p Purpose) (Link, error) {
	return pg.One[Link](ctx, tx, `UPDATE public.account_links SET used_at = @now WHERE `+openLink+` RETURNING `+linkColumns,
		pg.Args{"hash": hash, "purpose": p, "tenant_id": where, "now": tx.Now()})
}

func voidAll(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) error {
	_, err := pg.Exec(ctx, tx, `UPDATE public.account_links SET used_at = @now WHERE used_at IS NULL AND user_id = @user_id AND purpose IN ('reset', 'email')`,
		pg.Args{"now": tx.Now(), "user_id": user})
	return err
}

func voidUndo(ctx context.Context, tx pg.PlaceTx, used Link) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE public.account_links SET used_at = @now WHERE used_at IS NULL AND user_id = @user_id AND purpose = 'email_undo' AND created_at > @after`,
		pg.Args{"now": tx.Now(), "user_id": used.UserID, "after": used.CreatedAt})
	return err
}

// prune drops a few that are of no use any more: the table stays small without a job of its own.
func prune(ctx context.Context, tx pg.PlaceTx) error {
	_, err := pg.Exec(ctx, tx, `
		DELETE FROM public.account_links WHERE token_hash IN (
			SELECT token_hash FROM public.account_links WHERE created_at <= @old ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)`,
		pg.Args{"old": tx.Now().Add(-keepLinks)})
	return err
}
