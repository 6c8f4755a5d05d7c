package credential

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// AskReset sends a link for a new password to an address, if it has an account here. All that depends on whether it has one
// happens in the job, so that neither the answer nor its time tells.
func (s *Service) AskReset(ctx context.Context, tx pg.PlaceTx, email string) error {
	email = account.NormalEmail(email)
	if ok, err := s.sessions.MayAskForLetter(ctx, tx, email); err != nil || !ok {
		return err
	}
	s.happened(ctx, tx, "PASSWORD_RESET_ASKED", id.ID[account.User]{}, email)
	return s.letters.Post(ctx, tx, ResetLetter{TenantID: here(ctx), Email: email, RequestID: uuid.New(), IP: api.ClientIP(ctx)})
}

// PostReset sends a user the link, and no more, because somebody else asked for it.
func (s *Service) PostReset(ctx context.Context, tx pg.PlaceTx, user account.User) error {
	return s.letters.Post(ctx, tx, ResetLetter{TenantID: user.TenantID, Email: user.Email, RequestID: uuid.New()})
}

// Reset sets a new password for who holds the link. It signs nobody in, and leaves the second factor alone.
func (s *Service) Reset(ctx context.Context, token, password string) error {
	var user account.Holder
	err := s.db.InPlace(ctx, here(ctx), func(tx pg.PlaceTx) error {
		link, err := letter.FindLink(ctx, tx, here(ctx), letter.Reset, token)
		if err == nil {
			user, err = holderOf(ctx, tx, link)
		}
		return err
	})
	if err != nil {
		return err
	}
	short, err := judge(ctx, "body.password", password, "", user)
	if err != nil {
		return err
	}
	hash, err := s.another(ctx, password, user)
	if err != nil {
		return err
	}
	return s.db.InPlace(ctx, here(ctx), func(tx pg.PlaceTx) error {
		link, err := letter.UseLink(ctx, tx, here(ctx), letter.Reset, token)
		if err != nil {
			return err
		}
		user, err := holderOf(ctx, tx, link)
		if err != nil {
			return err
		}
		if err := s.setPassword(ctx, tx, user, hash, short, nil); err != nil {
			return err
		}
		if err := s.sessions.Forgive(ctx, tx, user.Email); err != nil {
			return err
		}
		if err := s.letters.Tell(ctx, tx, user.TenantID, user.ID, letter.PasswordReset); err != nil {
			return err
		}
		return s.record(ctx, tx, "PASSWORD_RESET", user, nil)
	})
}

// holderOf is the user of a reset link: still there, and at the address that it went to.
func holderOf(ctx context.Context, tx pg.PlaceTx, link letter.Link) (account.Holder, error) {
	user, err := account.HolderOf(ctx, tx, link.TenantID, *link.UserID)
	if errors.Is(err, pg.ErrNoRow) || err == nil && user.Email != link.Email {
		return user, letter.ErrExpired
	}
	return user, err
}

// another hashes a password that must not be the present one.
func (s *Service) another(ctx context.Context, password string, user account.Holder) (hash string, err error) {
	same, err := s.hasher.Matches(ctx, password, user.PasswordHash)
	if err != nil {
		return "", err
	}
	if same {
		return "", fault.At("body.password", "This is the password you have now; choose another one.")
	}
	return s.hasher.Hash(ctx, password)
}
