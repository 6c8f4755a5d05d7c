package notify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/location"
)

// SessionNews is the job that mails whoever has a seat of a group session about it.
type SessionNews struct {
	job.Scope
	AppointmentID id.ID[appointment.Appointment] `json:"appointment_id"`
	What          what                           `json:"what"`
	Occasion      string                         `json:"occasion"` // each makes one mail to each person
	Subject       string                         `json:"subject,omitempty"`
	Text          string                         `json:"text,omitempty"` // of those who work there
}

type what string

const (
	sessionMoved   what = "session_moved"
	sessionOff     what = "session_cancelled"
	sessionMessage what = "session_message"
)

// Kind names the job in the queue.
func (SessionNews) Kind() string { return "notify.session_news" }

// SessionMoved subscribes to appointment.Service.OnMoved.
func (s *Service) SessionMoved(ctx context.Context, tx *pg.TenantTx, e appointment.Moved) error {
	return s.Queue.Add(ctx, tx, SessionNews{Scope: job.Of(tx), AppointmentID: e.Appointment.ID, What: sessionMoved, Occasion: fmt.Sprint(e.Appointment.Version)})
}

// SessionCalledOff subscribes to appointment.Service.OnCalledOff.
func (s *Service) SessionCalledOff(ctx context.Context, tx *pg.TenantTx, e appointment.CalledOff) error {
	return s.Queue.Add(ctx, tx, SessionNews{Scope: job.Of(tx), AppointmentID: e.Appointment.ID, What: sessionOff, Occasion: fmt.Sprint(e.Appointment.Version)})
}

// SessionWritten subscribes to appointment.Service.OnWritten: a mail to each of them, who don't learn of one another.
func (s *Service) SessionWritten(ctx context.Context, tx *pg.TenantTx, e appointment.Written) error {
	message := uuid.Must(uuid.NewV7()).String()
	for _, to := range e.To {
		news := SessionNews{Scope: job.Of(tx), AppointmentID: to, What: sessionMessage, Occasion: message, Subject: e.Message.Subject, Text: e.Message.Text}
		if err := s.Queue.Add(ctx, tx, news); err != nil {
			return err
		}
	}
	return nil
}

// SessionNewsWorker does SessionNews jobs. It may run twice for one job, and still makes one mail.
type SessionNewsWorker struct {
	river.WorkerDefaults[SessionNews]
	Service *Service
	Tenants *tenant.Service
}

// Work stores the mail and, where a mail server is configured, sends it.
func (w *SessionNewsWorker) Work(ctx context.Context, j *river.Job[SessionNews]) error {
	d := delivery{scope: j.Args.Scope, last: j.Attempt >= j.MaxAttempts}
	return w.Service.deliver(ctx, w.Tenants, d, func(ctx context.Context, tx *pg.TenantTx) (Mail, error) { return w.Service.news(ctx, tx, j.Args) })
}

// news writes the mail once, however often the job runs.
func (s *Service) news(ctx context.Context, tx *pg.TenantTx, args SessionNews) (Mail, error) {
	b, err := bookedByID(ctx, tx, args.AppointmentID)
	if err != nil {
		return Mail{}, err
	}
	return s.once(ctx, tx, fmt.Sprintf("%s/%s/%s", args.What, args.AppointmentID, args.Occasion), args.compose(b))
}

// compose writes what there is to tell. Times are the location's, with their zone.
func (n SessionNews) compose(b booked) Mail {
	zone, err := location.LoadZone(b.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	when := b.Start.In(zone).Format("Monday 2 January 2006, 15:04 MST")
	about := strings.Join([]string{b.ServiceName, when, b.LocationName}, "\n")
	var subject, text string
	switch n.What {
	case sessionMoved:
		subject = b.ServiceName + " is at another time: " + b.Start.In(zone).Format("Mon 2 January, 15:04")
		text = "this is at another time than you booked. It is now:\n\n" + about + "\n\nIf you can't come then, you can cancel at no cost."
	case sessionOff:
		subject = b.ServiceName + " on " + b.Start.In(zone).Format("Mon 2 January, 15:04") + " is cancelled"
		text = "this will not take place:\n\n" + about
		if b.Reason != "" {
			text += "\n\n" + b.Reason
		}
		text += "\n\nIt costs you nothing."
	case sessionMessage:
		subject, text = strings.Join(strings.Fields(n.Subject), " "), n.Text+"\n\nThis is about:\n\n"+about
	}
	return Mail{ID: id.New[Mail](), To: b.Email, Subject: subject, Text: fmt.Sprintf("Hello %s,\n\n%s\n", b.CustomerName, text)}
}
