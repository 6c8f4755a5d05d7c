package invitation

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// Letter is the job that mails an invitation.
type Letter struct {
	TenantID     *uuid.UUID        `json:"tenant_id,omitempty"`
	InvitationID id.ID[Invitation] `json:"invitation_id"`
}

// Kind names the job in the queue.
func (Letter) Kind() string { return "invitation.letter" }

// InsertOpts are those of every letter.
func (Letter) InsertOpts() river.InsertOpts { return letter.Options() }

// Worker does Letter jobs.
type Worker struct {
	river.WorkerDefaults[Letter]
	Service *Service
}

// Work makes the invitation's token and mails it. The one of an earlier mail is worth nothing any more.
func (w *Worker) Work(ctx context.Context, j *river.Job[Letter]) error {
	s, a := w.Service, j.Args
	from, err := s.letters.Place(ctx, a.TenantID)
	if errors.Is(err, pg.ErrNoRow) { // the business is gone
		return nil
	}
	if err != nil {
		return err
	}
	token, hash := secret.New()
	var row stored
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error { // who invites may be of the platform
		var err error
		if row, err = byID(ctx, tx, a.TenantID, a.InvitationID); err != nil || row.status(tx.Now()) != pending {
			return err
		}
		return setToken(ctx, tx, row.ID, hash)
	})
	if errors.Is(err, pg.ErrNoRow) || err == nil && row.status(s.db.Now()) != pending {
		return nil
	}
	if err != nil {
		return err
	}
	return s.letters.Send(ctx, from, row.Email, text(from, row, token))
}

func text(from letter.Place, row stored, token string) letter.Text {
	inviter := letter.Product
	if row.InviterName != nil {
		inviter = *row.InviterName
	}
	return letter.Text{Subject: "You are invited to " + from.Name, Paragraphs: []string{
		"Hello,", inviter + " invites you to " + from.Name + " (" + from.Host + ").",
		"With this link you choose a password and join. It is good for 7 days, and once:", from.Link("/invite", token),
		"If you don't know what this is about, there is nothing to do.",
	}}
}
