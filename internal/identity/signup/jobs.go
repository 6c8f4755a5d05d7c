package signup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/invitation"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Letter is the job that mails the link which proves the owner's address.
type Letter struct {
	SignupID  id.ID[Signup] `json:"signup_id"`
	RequestID uuid.UUID     `json:"request_id"`
}

// Kind names the job in the queue.
func (Letter) Kind() string { return "signup.letter" }

// InsertOpts are those of every letter.
func (Letter) InsertOpts() river.InsertOpts { return letter.Options() }

// LetterWorker does Letter jobs.
type LetterWorker struct {
	river.WorkerDefaults[Letter]
	Service *Service
}

// Work mails the link, or nothing where too many were asked for.
func (w *LetterWorker) Work(ctx context.Context, j *river.Job[Letter]) error {
	var row stored
	var token string
	err := w.Service.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		if row, err = byID(ctx, tx, j.Args.SignupID); err != nil || row.State != waiting {
			return err
		}
		subject := row.ID.UUID()
		l := letter.Link{Email: row.Email, Purpose: letter.SignUp, SubjectID: &subject, RequestID: j.Args.RequestID, IP: row.IP}
		token, err = l.Make(ctx, tx)
		return err
	})
	if errors.Is(err, pg.ErrNoRow) || err == nil && token == "" {
		return nil
	}
	if err != nil {
		return err
	}
	from := w.Service.letters.Apex()
	host, _ := w.Service.letters.AddressOf(row.Slug)
	return w.Service.letters.Send(ctx, from, row.Email, letter.Text{Subject: "Confirm your e-mail address", Paragraphs: []string{
		"Hello " + row.OwnerName + ",", "with this link you choose a password, and " + row.BusinessName + " is made at " + host + ". It is good for 24 hours, and once:",
		from.Link("/signup/confirm", token), "If you did not ask for it, there is nothing to do.",
	}})
}

// Job is the job that makes a business.
type Job struct {
	SignupID id.ID[Signup] `json:"signup_id"`
}

// Kind names the job in the queue.
func (Job) Kind() string { return "signup.make" }

// tries is how often it is tried to make a business.
const tries = 3

// InsertOpts leave room to clear up after a last try that was cut off with its process.
func (Job) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: tries + 3} }

// Worker does Job jobs.
type Worker struct {
	river.WorkerDefaults[Job]
	Service *Service
}

// Work makes the business whole, or leaves nothing of it behind.
func (w *Worker) Work(ctx context.Context, j *river.Job[Job]) error {
	s := w.Service
	row, err := s.open(ctx, j.Args.SignupID)
	if err != nil || row.State != making {
		return err
	}
	if j.Attempt > tries {
		return s.fail(ctx, row, failedProblem)
	}
	return s.made(ctx, row, j.Attempt)
}

// open reads a sign-up; the zero one if there is none.
func (s *Service) open(ctx context.Context, which id.ID[Signup]) (row stored, err error) {
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		row, err = hold(ctx, tx, which)
		return err
	})
	if errors.Is(err, pg.ErrNoRow) {
		return stored{}, nil
	}
	return row, err
}

const (
	failedProblem = "The business could not be made. Nothing of it was kept; please sign up again in a while, or tell us."
	takenProblem  = "The address was taken by another business in the meantime. Please sign up again with another one."
)

func (s *Service) made(ctx context.Context, row stored, attempt int) error {
	if attempt > 1 { // until it is ready, whatever has its id is what an earlier try left
		if err := s.Maker.Drop(ctx, row.TenantID); err != nil {
			return fmt.Errorf("removing what an earlier try left of %s: %w", row.Slug, err)
		}
	}
	err := s.make(ctx, row)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errTaken):
		return s.fail(context.WithoutCancel(ctx), row, takenProblem)
	case attempt < tries:
		return fmt.Errorf("making the business %s: %w", row.Slug, err)
	}
	slog.ErrorContext(ctx, "a business could not be made", "slug", row.Slug, "err", err)
	return s.fail(context.WithoutCancel(ctx), row, failedProblem)
}

func (s *Service) make(ctx context.Context, row stored) error {
	b := Business{
		TenantID: row.TenantID, Slug: row.Slug, Name: row.BusinessName, TimeZone: row.TimeZone, Currency: row.Currency, OwnerName: row.OwnerName, IsDemo: row.IsDemo,
	}
	err := s.Maker.Make(ctx, b, func(ctx context.Context, n Step) error {
		return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error { return reach(ctx, tx, row.ID, n) })
	})
	if err != nil {
		return err
	}
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		if err := end(ctx, tx, row.ID, ready, done, nil); err != nil {
			return err
		}
		if row.RequestedBy != nil {
			return s.invite(ctx, tx, row)
		}
		return s.join(ctx, tx, row)
	})
}

// join makes the account of an owner who signed up.
func (s *Service) join(ctx context.Context, tx *pg.PlatformTx, row stored) error {
	if row.PasswordHash == nil {
		return errors.New("a sign-up without a password")
	}
	u, err := account.Join(ctx, tx, account.Joining{TenantID: &row.TenantID, Name: row.OwnerName, Email: row.Email, Role: role.TenantOwner, Hash: *row.PasswordHash})
	if err != nil {
		return err
	}
	return s.created(ctx, tx, row, audit.Person{ID: u.ID.UUID(), Email: u.Email, Role: string(u.Role)})
}

func (s *Service) created(ctx context.Context, tx *pg.PlatformTx, row stored, by audit.Person) error {
	return s.audit.Append(ctx, tx, audit.Entry{
		Action: "TENANT_CREATED", Result: audit.Allowed, TenantID: &row.TenantID, TenantSlug: row.Slug, Mode: string(pg.Live),
		Actor: by, Details: map[string]any{"signup_id": row.ID.String()},
	})
}

// invite invites the owner of a business that somebody of the platform asked for.
func (s *Service) invite(ctx context.Context, tx *pg.PlatformTx, row stored) error {
	by, err := requesterOf(ctx, tx, *row.RequestedBy)
	if err != nil {
		return err
	}
	if err := s.created(ctx, tx, row, audit.Person{ID: row.RequestedBy.UUID(), Email: by.Email, Role: string(by.Role)}); err != nil {
		return err
	}
	_, err = s.invitations.Offer(ctx, tx, invitation.Offer{
		TenantID: &row.TenantID, TenantSlug: row.Slug, Email: row.Email, Role: role.TenantOwner, IsTemporary: row.IsDemo,
		By: invitation.By{ID: *row.RequestedBy, Name: by.Name, Email: by.Email, Role: by.Role},
	})
	return err
}

// fail drops everything and says why. A business whose last commit succeeded without our hearing of it is whole, and stays.
func (s *Service) fail(ctx context.Context, row stored, problem string) error {
	row, err := s.open(ctx, row.ID)
	if err != nil || row.State != making {
		return err
	}
	if err := s.Maker.Drop(ctx, row.TenantID); err != nil {
		return fmt.Errorf("removing what was left of %s: %w", row.Slug, err)
	}
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error { return end(ctx, tx, row.ID, failed, 0, &problem) })
}
