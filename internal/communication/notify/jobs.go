package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
)

// ConfirmationWorker does Confirmation jobs. It may run twice for one job, and still makes one mail.
type ConfirmationWorker struct {
	river.WorkerDefaults[Confirmation]
	Service      *Service
	Tenants      *tenant.Service
	Letters      *letter.Service      // knows the business's address
	Appointments *appointment.Service // makes the customer's link
}

// Work stores the mail and, where a mail server is configured, sends it. An error makes River try again later.
func (w *ConfirmationWorker) Work(ctx context.Context, j *river.Job[Confirmation]) error {
	d := delivery{scope: j.Args.Scope, last: j.Attempt >= j.MaxAttempts}
	place, err := w.Letters.Place(ctx, &j.Args.TenantID)
	if err != nil {
		return err
	}
	return w.Service.deliver(ctx, w.Tenants, d, func(ctx context.Context, tx *pg.TenantTx) (Mail, error) {
		link := ""
		if j.Args.SeriesID == nil && tx.Tenant.Mode == pg.Live {
			token, err := w.Appointments.Token(ctx, tx, j.Args.AppointmentID)
			if err != nil {
				return Mail{}, err
			}
			link = place.Link("/book/manage", token)
		}
		return w.Service.prepare(ctx, tx, j.Args, link)
	})
}

// delivery is one try of a job.
type delivery struct {
	scope job.Scope
	last  bool // there will be no other
}

// deliver stores a mail and, where a mail server is configured, sends it.
func (s *Service) deliver(ctx context.Context, tenants *tenant.Service, d delivery, prepare func(context.Context, *pg.TenantTx) (Mail, error)) error {
	scope, err := d.scope.Tenant()
	if err != nil {
		return river.JobCancel(err)
	}
	var m Mail
	err = s.DB.InTenant(ctx, scope, func(tx *pg.TenantTx) (err error) {
		m, err = prepare(ctx, tx)
		return err
	})
	if errors.Is(err, pg.ErrNoRow) { // a customer without an address
		return nil
	}
	if err != nil || m.Status != queued {
		return err
	}
	may, err := tenants.MayMail(ctx, d.scope.TenantID, m.To)
	if err != nil {
		return err
	}
	if !may {
		return s.DB.InTenant(ctx, scope, func(tx *pg.TenantTx) error { return setStatus(ctx, tx, m.ID, stored) })
	}
	from, err := tenants.Name(ctx, d.scope.TenantID)
	if err != nil {
		return err
	}
	status, sendErr := sent, s.Sender.Send(ctx, mail.Message{ID: m.ID.UUID(), To: m.To, FromName: from, Subject: m.Subject, Text: m.Text})
	if sendErr != nil {
		if !d.last {
			return fmt.Errorf("sending mail %s: %w", m.ID, sendErr)
		}
		status = failed
	}
	err = s.DB.InTenant(ctx, scope, func(tx *pg.TenantTx) error { return setStatus(ctx, tx, m.ID, status) })
	return errors.Join(sendErr, err)
}

// once stores a mail under a key, unless it is there already, and returns the one that is.
func (s *Service) once(ctx context.Context, tx *pg.TenantTx, key string, m Mail) (Mail, error) {
	m.Status = stored
	if s.Sender != nil && tx.Tenant.Mode == pg.Live { // nothing leaves a sandbox
		m.Status = queued
	}
	if err := insertOnce(ctx, tx, key, m); err != nil {
		return Mail{}, err
	}
	return byKey(ctx, tx, key)
}

// prepare writes the mail once, however often the job runs.
func (s *Service) prepare(ctx context.Context, tx *pg.TenantTx, args Confirmation, link string) (Mail, error) {
	b, err := bookedByID(ctx, tx, args.AppointmentID)
	if err != nil {
		return Mail{}, err
	}
	starts := []time.Time{b.Start}
	if args.SeriesID != nil {
		if starts, err = startsOf(ctx, tx, *args.SeriesID); err != nil {
			return Mail{}, err
		}
	}
	key := "booking_confirmation/" + args.AppointmentID.String()
	if args.Requested {
		key = "booking_request/" + args.AppointmentID.String()
	}
	return s.once(ctx, tx, key, compose(b, starts, args.Requested, link))
}

func setStatus(ctx context.Context, tx *pg.TenantTx, key id.ID[Mail], status string) error {
	_, err := pg.Exec(ctx, tx, `UPDATE mails SET status = @status, sent_at = CASE WHEN @status = 'SENT' THEN @now::timestamptz END WHERE id = @id`,
		pg.Args{"id": key, "status": status, "now": tx.Now()})
	return err
}
