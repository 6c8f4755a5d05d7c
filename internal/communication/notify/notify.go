// Package notify tells customers by mail what happened to their appointments. It listens; it never takes part in a booking.
package notify

import (
	"context"
	"fmt"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
)

// Mail is a message to one person, kept for the business to see.
type Mail struct {
	ID        id.ID[Mail] `json:"id" db:"id"`
	To        string      `json:"to" db:"recipient"`
	Subject   string      `json:"subject" db:"subject"`
	Text      string      `json:"text" db:"body"`
	Status    string      `json:"status" db:"status" enum:"STORED,QUEUED,SENT,FAILED" doc:"STORED where no mail server is configured."`
	CreatedAt time.Time   `json:"created_at" db:"created_at"`
	SentAt    *time.Time  `json:"sent_at" db:"sent_at"`
}

// IDPrefix makes ids of mails look like eml_….
func (Mail) IDPrefix() string { return "eml" }

// The states of a mail.
const (
	stored = "STORED"
	queued = "QUEUED"
	sent   = "SENT"
	failed = "FAILED"
)

// Service is the domain.
type Service struct {
	DB     *pg.DB
	Queue  *job.Queue
	Sender mail.Sender // nil: mails are stored and shown, and nothing leaves
}

// Confirmation is the job that mails a customer about a new appointment.
type Confirmation struct {
	job.Scope
	AppointmentID id.ID[appointment.Appointment] `json:"appointment_id"`
}

// Kind names the job in the queue.
func (Confirmation) Kind() string { return "notify.booking_confirmation" }

// AppointmentCreated subscribes to appointment.Service.OnCreated.
func (s *Service) AppointmentCreated(ctx context.Context, tx *pg.TenantTx, e appointment.Created) error {
	return s.Queue.Add(ctx, tx, Confirmation{job.Of(tx), e.Appointment.ID})
}

// compose writes the confirmation. Times are the location's, with their zone.
func compose(b booked) Mail {
	zoned := b.Start
	if zone, err := time.LoadLocation(b.TimeZone); err == nil {
		zoned = b.Start.In(zone)
	}
	when := zoned.Format("Monday 2 January 2006, 15:04 MST")
	return Mail{
		ID: id.New[Mail](), To: b.Email,
		Subject: fmt.Sprintf("Your appointment on %s", zoned.Format("Mon 2 January, 15:04")),
		Text: fmt.Sprintf("Hello %s,\n\nyour appointment is booked.\n\n%s\n%s\nwith %s\n%s\n\nSee you then.\n",
			b.CustomerName, b.ServiceName, when, b.ResourceName, b.LocationName),
	}
}
