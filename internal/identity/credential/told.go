package credential

import (
	"context"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

// These are what package session tells of, as its fields of the same names. The user gets a letter.

// FactorLocked tells the user that too many wrong codes came.
func (s *Service) FactorLocked(ctx context.Context, tx pg.PlaceTx, in session.Session) error {
	s.security(ctx, "MFA_LOCKED", audit.Denied, in.UserID, in.Email)
	return s.letters.Tell(ctx, tx, in.TenantID, in.UserID, letter.FactorLocked)
}

// CredentialChanged tells the user what was changed.
func (s *Service) CredentialChanged(ctx context.Context, tx pg.PlaceTx, in session.Session, what string) error {
	return s.letters.Tell(ctx, tx, in.TenantID, in.UserID, letter.What(what))
}

// NewDevice tells the user of a sign-in from a browser that was not seen before.
func (s *Service) NewDevice(ctx context.Context, tx pg.PlaceTx, in session.Session) error {
	browser, err := pg.One[struct {
		UserAgent string `db:"user_agent"`
	}](ctx, tx, `SELECT user_agent FROM public.login_sessions WHERE id_hash = @id_hash`, pg.Args{"id_hash": in.IDHash})
	if err != nil {
		return err
	}
	return s.letters.Post(ctx, tx, letter.Notice{
		TenantID: in.TenantID, UserID: in.UserID, What: letter.NewDevice, At: tx.Now(), IP: api.ClientIP(ctx), UserAgent: browser.UserAgent,
	})
}
