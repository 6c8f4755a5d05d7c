package account

import (
	"context"
	"errors"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Holder is a user with what their credentials are about. It never leaves the program.
type Holder struct {
	ID              id.ID[User] `db:"id"`
	TenantID        *uuid.UUID  `db:"tenant_id"`
	Name            string      `db:"name"`
	Email           string      `db:"email"`
	Role            role.Role   `db:"role"`
	PasswordHash    string      `db:"password_hash"`
	PasswordIsShort bool        `db:"password_is_short"`
	MFAEnrolledAt   *time.Time  `db:"mfa_enrolled_at"`
}

// holders selects those who may sign in.
const holders = `SELECT id, tenant_id, name, email, role, password_hash, password_is_short, mfa_enrolled_at FROM public.users
	WHERE tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND is_active AND locked_at IS NULL AND anonymised_at IS NULL AND `

// HolderOf finds a user who may sign in, or pg.ErrNoRow. The user's row is held until the transaction ends:
// two changes of one person's credentials happen one after the other.
func HolderOf(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID, user id.ID[User]) (Holder, error) {
	return pg.One[Holder](ctx, tx, holders+`id = @id FOR NO KEY UPDATE`, pg.Args{"tenant_id": tenantID, "id": user})
}

// HolderBy is HolderOf for an address in its normal form.
func HolderBy(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID, email string) (Holder, error) {
	return pg.One[Holder](ctx, tx, holders+`NOT is_sandbox AND email = @email FOR NO KEY UPDATE`, pg.Args{"tenant_id": tenantID, "email": email})
}

// Judge says what is wrong with a new password for somebody, and whether it is one that only a second factor allows.
func Judge(password string, about About) (short bool, problem string) {
	if problem := PasswordProblem(password, about); problem != "" {
		return false, problem
	}
	about.MFA = false
	return PasswordProblem(password, about) != "", ""
}

// SetPassword gives a user a new password, and ends the lock that failures brought.
func SetPassword(ctx context.Context, tx pg.PlaceTx, user id.ID[User], hash string, short bool) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE public.users SET password_hash = @hash, password_is_short = @short, password_changed_at = @now, password_locked_at = NULL,
			updated_at = @now, version = version + 1 WHERE id = @id`, pg.Args{"id": user, "hash": hash, "short": short, "now": tx.Now()}))
}

// LockShortPassword makes a password worth nothing until a reset if only a second factor allowed it, and says whether it was one.
func LockShortPassword(ctx context.Context, tx pg.PlaceTx, user id.ID[User]) (locked bool, err error) {
	n, err := pg.Exec(ctx, tx, `UPDATE public.users SET password_locked_at = @now WHERE id = @id AND password_is_short`, pg.Args{"id": user, "now": tx.Now()})
	return n == 1, err
}

// SetEmail gives a user another address, or says that it is taken.
func SetEmail(ctx context.Context, tx pg.PlaceTx, user id.ID[User], email string) error {
	n, err := pg.Exec(ctx, tx, `UPDATE public.users SET email = @email, updated_at = @now, version = version + 1 WHERE id = @id`,
		pg.Args{"id": user, "email": email, "now": tx.Now()})
	if pg.Violates(err, "users_email") {
		return ErrTaken
	}
	return pg.Changed(n, err)
}

// SetName gives a user another name.
func SetName(ctx context.Context, tx pg.PlaceTx, user id.ID[User], name string) error {
	return pg.Changed(pg.Exec(ctx, tx, `UPDATE public.users SET name = @name, updated_at = @now, version = version + 1 WHERE id = @id`,
		pg.Args{"id": user, "name": name, "now": tx.Now()}))
}

// Joining is somebody who becomes a user by an invitation or a sign-up: their password has been judged and hashed.
type Joining struct {
	TenantID    *uuid.UUID
	Name, Email string
	Role        role.Role
	Hash        string
	IsTemporary bool // of a demo
}

// Join makes a user, or says that the address is taken.
func Join(ctx context.Context, tx pg.PlaceTx, j Joining) (User, error) {
	u, err := pg.One[User](ctx, tx, `
		INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, password_changed_at, is_active, is_temporary, created_at, updated_at, version)
		VALUES (@id, @tenant_id, false, @email, @name, @role, @hash, @now, true, @is_temporary, @now, @now, 1)
		RETURNING `+columns, pg.Args{
		"id": id.New[User](), "tenant_id": j.TenantID, "email": j.Email, "name": j.Name, "role": j.Role, "hash": j.Hash,
		"is_temporary": j.IsTemporary, "now": tx.Now(),
	})
	if pg.Violates(err, "users_email") {
		return User{}, ErrTaken
	}
	return u, err
}

// Has reports whether an address in its normal form has an account in a place.
func Has(ctx context.Context, tx pg.PlaceTx, tenantID *uuid.UUID, email string) (bool, error) {
	_, err := pg.One[struct {
		ID id.ID[User] `db:"id"`
	}](ctx, tx, `SELECT id FROM public.users WHERE tenant_id IS NOT DISTINCT FROM @tenant_id::uuid AND NOT is_sandbox AND email = @email`,
		pg.Args{"tenant_id": tenantID, "email": email})
	if errors.Is(err, pg.ErrNoRow) {
		return false, nil
	}
	return err == nil, err
}

// EmailProblems says what is wrong with an address in its normal form that came in at location.
func EmailProblems(location, email string) []fault.Field {
	if addr, err := mail.ParseAddress(email); err != nil || addr.Address != email || len(email) > 254 {
		return []fault.Field{{Location: location, Message: "Give an e-mail address such as name@example.com."}}
	}
	return nil
}

// NameProblems says what is wrong with a person's name that came in at location.
func NameProblems(location, name string) []fault.Field {
	if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > 200 {
		return []fault.Field{{Location: location, Message: "Give a name of at most 200 characters."}}
	}
	return nil
}
