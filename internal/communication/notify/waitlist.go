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
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/waitlist"
)

// WaitlistNews is the job that mails somebody on the wait list about a time: that it is kept for them, or free for the first to book.
type WaitlistNews struct {
	job.Scope
	EntryID id.ID[waitlist.Entry] `json:"entry_id"`
	Start   time.Time             `json:"start"`
	Until   *time.Time            `json:"until,omitempty"` // of an offer
}

// Kind names the job in the queue.
func (WaitlistNews) Kind() string { return "notify.waitlist_news" }

// WaitlistOffered subscribes to waitlist.Service.OnOffered.
func (s *Service) WaitlistOffered(ctx context.Context, tx *pg.TenantTx, e waitlist.Made) error {
	return s.Queue.Add(ctx, tx, WaitlistNews{Scope: job.Of(tx), EntryID: e.Entry.ID, Start: *e.Entry.OfferedStart, Until: e.Entry.OfferedUntil})
}

// WaitlistFree subscribes to waitlist.Service.OnFree.
func (s *Service) WaitlistFree(ctx context.Context, tx *pg.TenantTx, e waitlist.Free) error {
	return s.Queue.Add(ctx, tx, WaitlistNews{Scope: job.Of(tx), EntryID: e.Entry.ID, Start: e.Start})
}

// WaitlistWorker does WaitlistNews jobs. It may run twice for one job, and still makes one mail.
type WaitlistWorker struct {
	river.WorkerDefaults[WaitlistNews]
	Service *Service
	Tenants *tenant.Service
}

// Work stores the mail and, where a mail server is configured, sends it.
func (w *WaitlistWorker) Work(ctx context.Context, j *river.Job[WaitlistNews]) error {
	d := delivery{scope: j.Args.Scope, last: j.Attempt >= j.MaxAttempts}
	return w.Service.deliver(ctx, w.Tenants, d, func(ctx context.Context, tx *pg.TenantTx) (Mail, error) {
		return w.Service.tellWaiting(ctx, tx, j.Args)
	})
}

// tellWaiting writes the mail once: about an offer once for each start, about a free time once for each date.
func (s *Service) tellWaiting(ctx context.Context, tx *pg.TenantTx, n WaitlistNews) (Mail, error) {
	w, err := waitingByID(ctx, tx, n.EntryID)
	if err != nil {
		return Mail{}, err
	}
	if n.Until != nil && !tx.Now().Before(*n.Until) { // too late to be true
		return Mail{}, pg.ErrNoRow
	}
	zone, err := location.LoadZone(w.TimeZone)
	if err != nil {
		return Mail{}, err
	}
	key := "waitlist_free/" + n.EntryID.String() + "/" + n.Start.In(zone).Format(time.DateOnly)
	if n.Until != nil {
		key = "waitlist_offer/" + n.EntryID.String() + "/" + n.Start.UTC().Format(time.RFC3339)
	}
	return s.once(ctx, tx, key, w.compose(n, zone))
}

func (w waiting) compose(n WaitlistNews, zone *time.Location) Mail {
	day := n.Start.In(zone).Format("Mon 2 January, 15:04")
	subject, news, end := "A free time on "+day, "a time that you wait for is free.", "The first to book it has it. You stay on the wait list until you have booked."
	if n.Until != nil {
		subject, news = "Kept for you: "+day, "a time that you wait for is free, and we keep it for you."
		end = "Take it before " + n.Until.In(zone).Format("15:04 MST") + ". After that we offer it to the next, and you stay on the wait list."
	}
	lines := []string{w.ServiceName, n.Start.In(zone).Format("Monday 2 January 2006, 15:04 MST"), w.LocationName}
	return Mail{
		ID: id.New[Mail](), To: w.Email, Subject: subject,
		Text: fmt.Sprintf("Hello %s,\n\n%s\n\n%s\n\n%s\n", w.CustomerName, news, strings.Join(lines, "\n"), end),
	}
}

// waiting is what the mail says about an entry of the wait list.
type waiting struct {
	Email        string `db:"email"`
	CustomerName string `db:"customer_name"`
	ServiceName  string `db:"service_name"`
	LocationName string `db:"location_name"`
	TimeZone     string `db:"time_zone"`
}

// waitingByID returns pg.ErrNoRow when the customer has no address, or waits no longer.
func waitingByID(ctx context.Context, tx *pg.TenantTx, key id.ID[waitlist.Entry]) (waiting, error) {
	return pg.One[waiting](ctx, tx, `
		SELECT c.email, c.name AS customer_name, s.name AS service_name, l.name AS location_name, l.time_zone
		FROM waitlist_entries e JOIN customers c ON c.id = e.customer_id JOIN services s ON s.id = e.service_id JOIN locations l ON l.id = e.location_id
		WHERE e.id = @id AND e.status IN ('WAITING', 'OFFERED') AND c.email IS NOT NULL`, pg.Args{"id": key})
}
