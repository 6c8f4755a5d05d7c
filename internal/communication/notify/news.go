package notify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/location"
)

// News is the job that mails a customer what became of an appointment without them.
type News struct {
	job.Scope
	AppointmentID id.ID[appointment.Appointment] `json:"appointment_id"`
	Version       int                            `json:"version"` // each makes one mail
	Action        string                         `json:"action"`
	Requested     bool                           `json:"requested,omitempty"`
}

// Kind names the job in the queue.
func (News) Kind() string { return "notify.appointment_news" }

// AppointmentNews subscribes to appointment.Service.OnNews.
func (s *Service) AppointmentNews(ctx context.Context, tx *pg.TenantTx, e appointment.News) error {
	return s.Queue.Add(ctx, tx, News{Scope: job.Of(tx), AppointmentID: e.AppointmentID, Version: e.Version, Action: e.Action, Requested: e.Requested})
}

// NewsWorker does News jobs. It may run twice for one job, and still makes one mail.
type NewsWorker struct {
	river.WorkerDefaults[News]
	Service *Service
	Tenants *tenant.Service
}

// Work stores the mail and, where a mail server is configured, sends it.
func (w *NewsWorker) Work(ctx context.Context, j *river.Job[News]) error {
	d := delivery{scope: j.Args.Scope, last: j.Attempt >= j.MaxAttempts}
	return w.Service.deliver(ctx, w.Tenants, d, func(ctx context.Context, tx *pg.TenantTx) (Mail, error) {
		b, err := bookedByID(ctx, tx, j.Args.AppointmentID)
		if err != nil {
			return Mail{}, err
		}
		return w.Service.once(ctx, tx, fmt.Sprintf("appointment_%s/%s/%d", j.Args.Action, j.Args.AppointmentID, j.Args.Version), j.Args.compose(b))
	})
}

// compose writes what there is to tell. What staff wrote about it stays with them. Times are the location's, with their zone.
func (n News) compose(b booked) Mail {
	zone, err := location.LoadZone(b.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	day, what := b.Start.In(zone).Format("Mon 2 January, 15:04"), "appointment"
	if n.Requested {
		what = "request"
	}
	var subject, news, end string
	switch n.Action {
	case "rescheduled":
		subject, news, end = "Your "+what+" is at another time: "+day, "your "+what+" was moved. It is now:", "If you can't come then, call us."
	case "declined":
		subject, news, end = "Your request for "+day, "we can't confirm your request:", "Nothing is booked. Please choose another time."
	case "expired":
		subject, news, end = "Your request for "+day, "your request was not confirmed in time:", "Nothing is booked. Please choose another time."
	default:
		subject, news, end = "Your appointment on "+day+" is cancelled", "your appointment will not take place:", "If you have a question, call us."
	}
	about := strings.Join([]string{b.ServiceName, b.Start.In(zone).Format("Monday 2 January 2006, 15:04 MST"), b.LocationName}, "\n")
	return Mail{ID: id.New[Mail](), To: b.Email, Subject: subject, Text: fmt.Sprintf("Hello %s,\n\n%s\n\n%s\n\n%s\n", b.CustomerName, news, about, end)}
}
