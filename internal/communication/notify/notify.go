// Package notify tells customers by mail what happened to their appointments. It listens; it never takes part in a booking.
package notify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/series"
)

// Mail is a message to one person, kept for the business to see.
type Mail struct {
	ID        id.ID[Mail] `json:"id" db:"id"`
	To        string      `json:"to" db:"recipient"`
	Subject   string      `json:"subject" db:"subject"`
	Text      string      `json:"text" db:"body"`
	Status    string      `json:"status" db:"status" enum:"STORED,QUEUED,SENT,FAILED" doc:"STORED where no mail server is configured, and in a demo, whose mails reach its own people alone."`
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
	Requested     bool                           `json:"requested,omitempty"` // it is a request, not booked yet
	SeriesID      *id.ID[appointment.InSeries]   `json:"series_id,omitempty"` // all of the series, of which it is the first
}

// Kind names the job in the queue.
func (Confirmation) Kind() string { return "notify.booking_confirmation" }

// AppointmentCreated subscribes to appointment.Service.OnCreated.
func (s *Service) AppointmentCreated(ctx context.Context, tx *pg.TenantTx, e appointment.Created) error {
	return s.Queue.Add(ctx, tx, Confirmation{Scope: job.Of(tx), AppointmentID: e.Appointment.ID, Requested: e.Appointment.Status == appointment.Pending})
}

// AppointmentAccepted subscribes to appointment.Service.OnAccepted.
func (s *Service) AppointmentAccepted(ctx context.Context, tx *pg.TenantTx, e appointment.Accepted) error {
	return s.Queue.Add(ctx, tx, Confirmation{Scope: job.Of(tx), AppointmentID: e.Appointment.ID})
}

// SeriesCreated subscribes to series.Service.OnCreated: one mail tells all dates.
func (s *Service) SeriesCreated(ctx context.Context, tx *pg.TenantTx, e series.Created) error {
	return s.Queue.Add(ctx, tx, Confirmation{Scope: job.Of(tx), AppointmentID: e.Made.Appointments[0].ID, SeriesID: &e.Made.Series.ID})
}

// compose writes the confirmation of an appointment or of a whole series, or that a request has come in.
// Times are the location's, with their zone.
// The link, if any, opens it without a login.
func compose(b booked, starts []time.Time, requested bool, link string) Mail {
	zone, err := location.LoadZone(b.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	day := b.Start.In(zone).Format("Mon 2 January, 15:04")
	subject, news, end := "Your appointment on "+day, "your appointment is booked.", "See you then."
	switch {
	case requested:
		subject, news, end = "Your request for "+day, "your request has reached us.", "We will tell you when it is confirmed."
	case len(starts) > 1:
		subject, news, end = "Your appointments from "+day, fmt.Sprintf("your %d appointments are booked.", len(starts)), "See you then."
	}
	lines := []string{b.ServiceName}
	for _, at := range starts {
		lines = append(lines, at.In(zone).Format("Monday 2 January 2006, 15:04 MST"))
	}
	if b.ResourceName != "" {
		lines = append(lines, "with "+b.ResourceName)
	}
	lines = append(lines, b.LocationName)
	if link != "" {
		end = "To move or cancel it:\n" + link + "\n\n" + end
	}
	return Mail{
		ID: id.New[Mail](), To: b.Email, Subject: subject,
		Text: fmt.Sprintf("Hello %s,\n\n%s\n\n%s\n\n%s\n", b.CustomerName, news, strings.Join(lines, "\n"), end),
	}
}
