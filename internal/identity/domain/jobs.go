package domain

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/kit/pg"
)

// Recheck is the job that checks hosts again, each once a day. It runs more often, so that a long list is done in parts.
type Recheck struct{}

// Kind names the job in the queue.
func (Recheck) Kind() string { return "domain.recheck" }

// RecheckWorker does Recheck jobs.
type RecheckWorker struct {
	river.WorkerDefaults[Recheck]
	Service *Service
}

// Work checks what was not checked for almost a day, so it may run again.
func (w *RecheckWorker) Work(ctx context.Context, _ *river.Job[Recheck]) error {
	return w.Service.Recheck(ctx)
}

// SuspendedLetter is the job that tells the owners of a business that one of its hosts leads nowhere any more.
type SuspendedLetter struct {
	TenantID uuid.UUID `json:"tenant_id"`
	Host     string    `json:"host"`
}

// Kind names the job in the queue.
func (SuspendedLetter) Kind() string { return "domain.suspended" }

// InsertOpts are those of every letter.
func (SuspendedLetter) InsertOpts() river.InsertOpts { return letter.Options() }

// SuspendedWorker does SuspendedLetter jobs.
type SuspendedWorker struct {
	river.WorkerDefaults[SuspendedLetter]
	Service *Service
}

// Work mails all owners who can sign in. An error makes River try again later.
func (w *SuspendedWorker) Work(ctx context.Context, j *river.Job[SuspendedLetter]) error {
	s, a := w.Service, j.Args
	from, err := s.letters.Place(ctx, &a.TenantID)
	if errors.Is(err, pg.ErrNoRow) {
		return nil // the business is gone
	}
	if err != nil {
		return err
	}
	var to []owner
	err = s.db.InPlace(ctx, &a.TenantID, func(tx pg.PlaceTx) error {
		to, err = owners(ctx, tx, a.TenantID)
		return err
	})
	for _, o := range to {
		err = errors.Join(err, s.letters.Send(ctx, from, o.Email, letter.Text{Subject: "Your domain " + a.Host + " was suspended", Paragraphs: []string{
			"Hello " + o.Name + ",",
			"for three days " + a.Host + " has not led to us, or its TXT record has been missing. It shows nothing now; your business is still at " + from.Host + ".",
			"See what is missing under Domains: " + from.Origin + "/app/domains",
			"After thirty days the domain is removed from your business.",
		}}))
	}
	return err
}
