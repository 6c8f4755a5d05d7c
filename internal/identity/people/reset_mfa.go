package people

import (
	"context"
	"errors"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// ResetMFA takes a user's second factors away. They sign in with the password alone, and have to set up others.
func (s *Service) ResetMFA(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User]) (User, error) {
	a, err := s.begin(ctx, tx, key)
	if err != nil {
		return User{}, err
	}
	if err := a.check(ctx, ResetMFA); err != nil {
		return User{}, err
	}
	err = errors.Join(
		s.mfa.Reset(ctx, tx, key.UUID()),
		account.NoteMFA(ctx, tx, key, false),
		s.sessions.EndAll(ctx, tx, key, nil),
		s.MFAWasReset(ctx, tx, a.user.account()),
	)
	if err != nil {
		return User{}, err
	}
	if err := a.lockShort(ctx); err != nil {
		return User{}, err
	}
	return a.done(ctx, "USER_MFA_RESET", "", nil)
}

// lockShort ends a password that only the second factor allowed, and mails the link for a new one.
func (a *act) lockShort(ctx context.Context) error {
	locked, err := account.LockShortPassword(ctx, a.tx, a.user.ID)
	if err != nil || !locked {
		return err
	}
	return a.PostReset(ctx, a.tx, a.user.account())
}
