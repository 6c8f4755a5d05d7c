package credential

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// AskEmail sends a link to the address that somebody wants to have. Whether it is free is seen when the link is used.
func (s *Service) AskEmail(ctx context.Context, tx pg.PlaceTx, in session.Session, email string) error {
	email = account.NormalEmail(email)
	if bad := account.EmailProblems("body.email", email); bad != nil {
		return fault.Validation(bad...)
	}
	if email == in.Email {
		return fault.At("body.email", "This is the address you have now.")
	}
	if ok, err := s.sessions.MayAskForLetter(ctx, tx, in.Email); err != nil || !ok {
		return err
	}
	s.happened(ctx, tx, "EMAIL_CHANGE_ASKED", in.UserID, in.Email)
	return s.letters.Post(ctx, tx, EmailLetter{TenantID: in.TenantID, UserID: in.UserID, Email: email, RequestID: uuid.New(), IP: api.ClientIP(ctx)})
}

// ChangeEmail gives the user the address that the link went to, and sends the old one a link that undoes it.
func (s *Service) ChangeEmail(ctx context.Context, tx pg.PlaceTx, token string) error {
	link, user, err := useFor(ctx, tx, letter.EmailChange, token)
	if err != nil {
		return err
	}
	if err := s.move(ctx, tx, user, link.Email); err != nil {
		return err
	}
	undo := UndoLetter{TenantID: user.TenantID, UserID: user.ID, Email: user.Email, NewEmail: link.Email, RequestID: uuid.New(), IP: api.ClientIP(ctx)}
	if err := s.letters.Post(ctx, tx, undo); err != nil {
		return err
	}
	return s.record(ctx, tx, "EMAIL_CHANGED", user, map[string]any{"new_email": link.Email})
}

// UndoEmail puts the address back that the link went to.
func (s *Service) UndoEmail(ctx context.Context, tx pg.PlaceTx, token string) error {
	link, user, err := useFor(ctx, tx, letter.EmailUndo, token)
	if err != nil {
		return err
	}
	if err := s.move(ctx, tx, user, link.Email); err != nil {
		return err
	}
	if err := errors.Join(s.mfa.ForgetDevices(ctx, tx, user.ID.UUID()), letter.VoidLaterUndo(ctx, tx, link)); err != nil {
		return err
	}
	if err := s.letters.Tell(ctx, tx, user.TenantID, user.ID, letter.EmailRestored); err != nil {
		return err
	}
	return s.record(ctx, tx, "EMAIL_CHANGED", user, map[string]any{"new_email": link.Email, "undone": true})
}

func useFor(ctx context.Context, tx pg.PlaceTx, p letter.Purpose, token string) (letter.Link, account.Holder, error) {
	link, err := letter.UseLink(ctx, tx, here(ctx), p, token)
	if err != nil {
		return link, account.Holder{}, err
	}
	user, err := account.HolderOf(ctx, tx, link.TenantID, *link.UserID)
	if errors.Is(err, pg.ErrNoRow) {
		err = letter.ErrExpired
	}
	return link, user, err
}

// move gives the user another address. All sessions end, and so do the links that went to the old one but those that undo.
func (s *Service) move(ctx context.Context, tx pg.PlaceTx, user account.Holder, email string) error {
	if err := account.SetEmail(ctx, tx, user.ID, email); err != nil {
		return err
	}
	return errors.Join(s.sessions.EndAll(ctx, tx, user.ID, nil), letter.VoidLinks(ctx, tx, user.ID))
}
