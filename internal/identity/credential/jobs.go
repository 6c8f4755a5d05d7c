package credential

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// ResetLetter is the job that mails a link for a new password, to an address as it was typed.
type ResetLetter struct {
	TenantID  *uuid.UUID `json:"tenant_id,omitempty"`
	Email     string     `json:"email"`
	RequestID uuid.UUID  `json:"request_id"`
	IP        string     `json:"ip_address"`
}

// Kind names the job in the queue.
func (ResetLetter) Kind() string { return "credential.reset" }

// InsertOpts are those of every letter.
func (ResetLetter) InsertOpts() river.InsertOpts { return letter.Options() }

// EmailLetter is the job that mails a link to an address that a user wants to have.
type EmailLetter struct {
	TenantID  *uuid.UUID          `json:"tenant_id,omitempty"`
	UserID    id.ID[account.User] `json:"user_id"`
	Email     string              `json:"email"`
	RequestID uuid.UUID           `json:"request_id"`
	IP        string              `json:"ip_address"`
}

// Kind names the job in the queue.
func (EmailLetter) Kind() string { return "credential.email" }

// InsertOpts are those of every letter.
func (EmailLetter) InsertOpts() river.InsertOpts { return letter.Options() }

// UndoLetter is the job that mails the old address a link that puts it back.
type UndoLetter struct {
	TenantID  *uuid.UUID          `json:"tenant_id,omitempty"`
	UserID    id.ID[account.User] `json:"user_id"`
	Email     string              `json:"email"` // the old one
	NewEmail  string              `json:"new_email"`
	RequestID uuid.UUID           `json:"request_id"`
	IP        string              `json:"ip_address"`
}

// Kind names the job in the queue.
func (UndoLetter) Kind() string { return "credential.email_undo" }

// InsertOpts are those of every letter. This one is worth more patience: it may be all that an owner has left.
func (UndoLetter) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 12} }

// ResetWorker does ResetLetter jobs.
type ResetWorker struct {
	river.WorkerDefaults[ResetLetter]
	Service *Service
}

// Work mails the link, or does nothing where the address has no account.
func (w *ResetWorker) Work(ctx context.Context, j *river.Job[ResetLetter]) error {
	a := j.Args
	return w.Service.send(ctx, a.TenantID, func(tx pg.PlaceTx) (letter.Link, string, error) {
		user, err := account.HolderBy(ctx, tx, a.TenantID, a.Email)
		return letter.Link{TenantID: a.TenantID, UserID: &user.ID, Email: a.Email, Purpose: letter.Reset, RequestID: a.RequestID, IP: a.IP}, user.Name, err
	}, func(from letter.Place, name, token string) letter.Text {
		return letter.Text{Subject: "Choose a new password", Paragraphs: []string{
			"Hello " + name + ",", "with this link you choose a new password. It is good for 30 minutes, and once:", from.Link("/reset", token),
			"If you did not ask for it, there is nothing to do: your password stays as it is.",
		}}
	})
}

// EmailWorker does EmailLetter jobs.
type EmailWorker struct {
	river.WorkerDefaults[EmailLetter]
	Service *Service
}

// Work mails the link, or does nothing where the address is taken: only whoever reads mail there may learn that.
func (w *EmailWorker) Work(ctx context.Context, j *river.Job[EmailLetter]) error {
	a := j.Args
	return w.Service.send(ctx, a.TenantID, func(tx pg.PlaceTx) (letter.Link, string, error) {
		user, err := account.HolderOf(ctx, tx, a.TenantID, a.UserID)
		if err != nil {
			return letter.Link{}, "", err
		}
		taken, err := account.Has(ctx, tx, a.TenantID, a.Email)
		if err == nil && taken {
			err = pg.ErrNoRow
		}
		return letter.Link{TenantID: a.TenantID, UserID: &a.UserID, Email: a.Email, Purpose: letter.EmailChange, RequestID: a.RequestID, IP: a.IP}, user.Name, err
	}, func(from letter.Place, name, token string) letter.Text {
		return letter.Text{Subject: "Confirm your new e-mail address", Paragraphs: []string{
			"Hello " + name + ",", "with this link this becomes the address that you sign in with. It is good for 30 minutes, and once:", from.Link("/email", token),
			"If you did not ask for it, there is nothing to do.",
		}}
	})
}

// UndoWorker does UndoLetter jobs.
type UndoWorker struct {
	river.WorkerDefaults[UndoLetter]
	Service *Service
}

// Work mails the link.
func (w *UndoWorker) Work(ctx context.Context, j *river.Job[UndoLetter]) error {
	a := j.Args
	return w.Service.send(ctx, a.TenantID, func(tx pg.PlaceTx) (letter.Link, string, error) {
		user, err := account.HolderOf(ctx, tx, a.TenantID, a.UserID)
		return letter.Link{TenantID: a.TenantID, UserID: &a.UserID, Email: a.Email, Purpose: letter.EmailUndo, RequestID: a.RequestID, IP: a.IP}, user.Name, err
	}, func(from letter.Place, name, token string) letter.Text {
		return letter.Text{Subject: "Your e-mail address was changed", Paragraphs: []string{
			"Hello " + name + ",", "your account's e-mail address was changed from this one to " + a.NewEmail + ", and your sessions were ended.",
			"If this was not you, put it back with this link. It is good for 72 hours:", from.Link("/email-undo", token),
		}}
	})
}

// send makes a link and mails it. The link is stored before the mail goes out; what can't be sent is made anew by the next try.
func (s *Service) send(ctx context.Context, tenantID *uuid.UUID, find func(pg.PlaceTx) (l letter.Link, name string, err error),
	write func(from letter.Place, name, token string) letter.Text,
) error {
	from, err := s.letters.Place(ctx, tenantID)
	if err != nil {
		return ignoreNoRow(err)
	}
	var to, name, token string
	err = s.db.InPlace(ctx, tenantID, func(tx pg.PlaceTx) error {
		l, called, err := find(tx)
		if err != nil {
			return err
		}
		to, name = l.Email, called
		token, err = l.Make(ctx, tx)
		return err
	})
	if err != nil || token == "" {
		return ignoreNoRow(err)
	}
	return s.letters.Send(ctx, from, to, write(from, name, token))
}

func ignoreNoRow(err error) error {
	if errors.Is(err, pg.ErrNoRow) {
		return nil
	}
	return err
}
