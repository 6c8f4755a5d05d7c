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
	scope, err := j.Args.Tenant()
	if err != nil {
		return river.JobCancel(err)
	}
	place, err := w.Letters.Place(ctx, &j.Args.TenantID)
	if err != nil {
		return err
	}
	var m Mail
	err = w.Service.DB.InTenant(ctx, scope, func(tx *pg.TenantTx) error {
		var err error
		link := ""
		if j.Args.SeriesID == nil && tx.Tenant.Mode == pg.Live {
			link = place.Link("/book/manage", w.Appointments.Token(tx, j.Args.AppointmentID))
		}
		m, err = w.Service.prepare(ctx, tx, j.Args, link)
		return err
	})
	if errors.Is(err, pg.ErrNoRow) { // a customer without an address
		return nil
	}
	if err != nil || m.Status != queued {
		return err
	}
	from, err := w.Tenants.Name(ctx, j.Args.TenantID)
	if err != nil {
		return err
	}
	status, sendErr := sent, w.Service.Sender.Send(ctx, mail.Message{ID: m.ID.UUID(), To: m.To, FromName: from, Subject: m.Subject, Text: m.Text})
	if sendErr != nil {
		if j.Attempt < j.MaxAttempts {
			return fmt.Errorf("sending mail %s: %w", m.ID, sendErr)
		}
		status = failed
	}
	err = w.Service.DB.InTenant(ctx, scope, func(tx *pg.TenantTx) error { return setStatus(ctx, tx, m.ID, status) })
	return errors.Join(sendErr, err)
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
	m := compose(b, starts, args.Requested, link)
	m.Status = stored
	if s.Sender != nil && tx.Tenant.Mode == pg.Live { // nothing leaves a sandbox
		m.Status = queued
	}
	key := "booking_confirmation/" + args.AppointmentID.String()
	if args.Requested {
		key = "booking_request/" + args.AppointmentID.String()
	}
	if err := insertOnce(ctx, tx, key, m); err != nil {
		return Mail{}, err
	}
	return byKey(ctx, tx, key)
}

func setStatus(ctx context.Context, tx *pg.TenantTx, key id.ID[Mail], status string) error {
	_, err := pg.Exec(ctx, tx, `UPDATE mails SET status = @status, sent_at = CASE WHEN @status = 'SENT' THEN @now::timestamptz END WHERE id = @id`,
		pg.Args{"id": key, "status": status, "now": tx.Now()})
	return err
}
