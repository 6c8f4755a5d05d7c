package waitlist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/block"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Match is the job that asks who waits for a time that is free again. It may run twice, and beside another about the same time:
// whoever is not waiting any more is passed over, and what one has taken the engine offers no other.
type Match struct {
	job.Scope
	LocationID id.ID[location.Location] `json:"location_id"`
	ServiceID  *id.ID[service.Service]  `json:"service_id,omitempty"` // nil: any of the location's
	Start      time.Time                `json:"start"`
	End        time.Time                `json:"end"`
	Except     *id.ID[Entry]            `json:"except,omitempty"` // who has just had it
}

// Kind names the job in the queue.
func (Match) Kind() string { return "waitlist.match" }

// Released subscribes to appointment.Service.OnReleased.
func (s *Service) Released(ctx context.Context, tx *pg.TenantTx, e appointment.Released) error {
	return s.Queue.Add(ctx, tx, Match{Scope: job.Of(tx), LocationID: e.LocationID, Start: e.Start, End: e.End})
}

// Lifted subscribes to block.Service.OnLifted.
func (s *Service) Lifted(ctx context.Context, tx *pg.TenantTx, e block.Lifted) error {
	return s.Queue.Add(ctx, tx, Match{Scope: job.Of(tx), LocationID: e.LocationID, Start: e.Start, End: e.End})
}

// Opened subscribes to location.Service.OnOpened and resource.Service.OnOpened.
func (s *Service) Opened(ctx context.Context, tx *pg.TenantTx, e location.Opened) error {
	return s.Queue.Add(ctx, tx, Match{Scope: job.Of(tx), LocationID: e.LocationID, Start: e.Start, End: e.End})
}

// ServiceOpened subscribes to service.Services.OnOpened.
func (s *Service) ServiceOpened(ctx context.Context, tx *pg.TenantTx, e service.Opened) error {
	return s.Queue.Add(ctx, tx, Match{Scope: job.Of(tx), LocationID: e.LocationID, ServiceID: &e.ServiceID, Start: e.Start, End: e.End})
}

// MatchWorker does Match jobs.
type MatchWorker struct {
	river.WorkerDefaults[Match]
	Service *Service
}

// Timeout is more than others have: new hours may concern everybody who waits at a location.
func (w *MatchWorker) Timeout(*river.Job[Match]) time.Duration { return 4 * time.Minute }

// Work asks them one after the other. An error makes River try again later.
func (w *MatchWorker) Work(ctx context.Context, j *river.Job[Match]) error {
	scope, err := j.Args.Tenant()
	if err != nil {
		return river.JobCancel(err)
	}
	return w.Service.match(ctx, scope, j.Args)
}

const (
	offerTime = 30 * time.Minute // how long an offer is kept
	tries     = 3                // so many starts are tried for one entry: what can't be booked by the customer is the same with all
)

// match has each entry served in a transaction of its own, so that none holds the locks of another.
func (s *Service) match(ctx context.Context, scope pg.Tenant, m Match) error {
	var (
		all   []id.ID[Entry]
		dates [2]calendar.Date
	)
	err := s.DB.InTenant(ctx, scope, func(tx *pg.TenantTx) error {
		name, err := zoneOf(ctx, tx, m.LocationID)
		if err != nil {
			return err
		}
		zone, err := location.LoadZone(name)
		if err != nil {
			return err
		}
		dates = [2]calendar.Date{calendar.DateOf(m.Start, zone), calendar.DateOf(m.End.Add(-time.Nanosecond), zone)}
		all, err = waiting(ctx, tx, m, dates[0].String(), dates[1].String())
		return err
	})
	for _, key := range all {
		failed := s.DB.InTenant(ctx, scope, func(tx *pg.TenantTx) error { return s.serve(ctx, tx, key, m, dates) })
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("serving %s: %w", key, failed))
		}
	}
	return err
}

// serve does for one who waits what their service wants.
func (s *Service) serve(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry], m Match, dates [2]calendar.Date) error {
	if err := lockRow(ctx, tx, key); err != nil {
		return err
	}
	e, err := readBack(ctx, tx, key)
	if err != nil || e.Status != Waiting || !e.ExpiresAt.After(tx.Now()) {
		return err
	}
	if done, err := bookedMeanwhile(ctx, tx, e); err != nil || done != nil {
		return orElse(err, func() error { return settle(ctx, tx, key, Booked, done) })
	}
	t, err := termsOf(ctx, tx, key)
	if err != nil || t.Strategy == service.WaitlistOff || t.Strategy != service.AutoEnrol && !t.Mailed {
		return err // nobody would hear of an offer without an address
	}
	free, err := s.options(ctx, tx, e, m, dates)
	if err != nil {
		return err
	}
	switch t.Strategy {
	case service.NotifyAll:
		return s.tell(ctx, tx, e, free)
	case service.OfferNext:
		return s.offer(ctx, tx, e, free)
	default:
		return s.enrol(ctx, tx, e, free, tx.Now().Add(time.Duration(t.Until)*time.Minute))
	}
}

func orElse(err error, then func() error) error {
	if err != nil {
		return err
	}
	return then()
}

// offer keeps a start for the entry, by the rules of customers.
func (s *Service) offer(ctx context.Context, tx *pg.TenantTx, e Entry, free []option) error {
	free = slices.DeleteFunc(free, func(o option) bool {
		return slices.ContainsFunc(e.Offers, func(had time.Time) bool { return had.Equal(o.start) })
	})
	var h appointment.Hold
	found, err := first(ctx, tx, free, func(tx *pg.TenantTx, o option) (err error) {
		h, err = s.Appointments.HoldFor(ctx, tx, appointment.NewHold{
			ServiceID: e.ServiceID, Start: o.start.Format(time.RFC3339Nano), LocationID: &e.LocationID, ResourceID: o.resource, PartySize: e.PartySize, Combination: e.combination(),
		}, e.CustomerID, offerTime)
		return err
	})
	if err != nil || found == nil {
		return err
	}
	if err := setOffered(ctx, tx, e.ID, h); err != nil {
		return err
	}
	if e, err = readBack(ctx, tx, e.ID); err != nil {
		return err
	}
	return s.OnOffered.Fire(ctx, tx, Made{e})
}

// enrol gives the entry a seat, unless it begins too soon.
func (s *Service) enrol(ctx context.Context, tx *pg.TenantTx, e Entry, free []option, until time.Time) error {
	free = slices.DeleteFunc(free, func(o option) bool { return o.start.Before(until) })
	var a appointment.Appointment
	found, err := first(ctx, tx, free, func(tx *pg.TenantTx, o option) (err error) {
		a, err = s.Appointments.Place(ctx, tx, e.draft(o))
		return err
	})
	if err != nil || found == nil {
		return err
	}
	return settle(ctx, tx, e.ID, Booked, &a.ID)
}

// draft books an option by the rules of customers.
func (e Entry) draft(o option) appointment.Draft {
	d := appointment.Draft{New: e.appointment(o.start.Format(time.RFC3339Nano), nil), System: true, Public: true}
	if o.resource != nil {
		d.ResourceIDs = []id.ID[resource.Resource]{*o.resource}
	}
	return d
}

// errUndo ends a rehearsal.
var errUndo = errors.New("only tried")

// tell says of each date that there is a free time which the customer could book: it is booked, and that is undone.
func (s *Service) tell(ctx context.Context, tx *pg.TenantTx, e Entry, free []option) error {
	for len(free) > 0 {
		date := free[0].date
		var found *option
		same := slices.DeleteFunc(slices.Clone(free), func(o option) bool { return o.date != date })
		_, err := first(ctx, tx, same, func(tx *pg.TenantTx, o option) error {
			d := e.draft(o)
			d.Quiet = true
			if _, err := s.Appointments.Place(ctx, tx, d); err != nil {
				return err
			}
			found = &o
			return errUndo
		})
		if err != nil && !errors.Is(err, errUndo) {
			return err
		}
		if found != nil {
			if err := s.OnFree.Fire(ctx, tx, Free{e, found.start}); err != nil {
				return err
			}
		}
		free = slices.DeleteFunc(free, func(o option) bool { return o.date == date })
	}
	return nil
}
