package session

import (
	"context"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// End ends one session: its id is dead from now on, and a session that acts in its name ends with it.
func (s *Service) End(ctx context.Context, tx pg.PlaceTx, one Session) error {
	return finish(ctx, tx, one.IDHash)
}

// EndAll ends every session of a user but the one that may stay (nil: none may).
// Sessions in which somebody acts as the user go on: they are ended by what they are checked against on each request.
func (s *Service) EndAll(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User], stay []byte) error {
	return endAll(ctx, tx, user, stay)
}

// EndOfTenant ends every session on a tenant's host, those who act there included.
func (s *Service) EndOfTenant(ctx context.Context, tx *pg.PlatformTx, tenantID uuid.UUID) error {
	return endOfTenant(ctx, tx, tenantID)
}

// Leave ends what a browser was signed in to until it signed in anew, with whoever acted in that one's name.
func (s *Service) Leave(ctx context.Context, from Client) error {
	if from.Session == "" {
		return nil
	}
	return s.LogOut(ctx, from.Session)
}

// LogOut ends the session of a token; a token without one is fine. Who acts as another ends both sessions, from whichever of them they
// sign out: package masquerade closes the record.
func (s *Service) LogOut(ctx context.Context, token string) error {
	where, err := place(ctx)
	if err != nil {
		return err
	}
	found, err := s.read(ctx, where, secret.Hash(token))
	if err != nil {
		return ignoreNoRow(err)
	}
	if found.Kind == Masquerade || found.IsParent {
		err := s.EndMasquerade(ctx, found, "logout")
		if err != nil || found.Kind == Masquerade {
			return err
		}
	}
	err = s.db.InPlace(ctx, where, func(tx pg.PlaceTx) error { return s.End(ctx, tx, found) })
	if err == nil {
		s.security(ctx, "LOGOUT", "allowed", found)
	}
	return err
}
