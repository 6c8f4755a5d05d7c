package appointment

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// InSeries is the kind of the ids of series, whose package is above this one.
type InSeries struct{}

// IDPrefix makes ids of series look like ser_….
func (InSeries) IDPrefix() string { return "ser" }

// Draft is an appointment that another part of the program books by the one write path: one of a series, one from the wait list.
type Draft struct {
	New

	Agreed     availability.Combined // with the customer before: it is booked whatever the service offers since
	SeriesID   *uuid.UUID
	SeriesDate *calendar.Date
	Clock      *time.Location             // whose time was agreed on; nil is the location's
	Prefer     []id.ID[resource.Resource] // tried before all others, where they may be taken
	Beyond     bool                       // how far ahead customers may book doesn't bind it
	Quiet      bool                       // whoever drafts it tells the customer
	System     bool                       // nobody in particular books it: a job
	Public     bool                       // by the rules of customers
	Listed     bool                       // its customer is on the wait list: whoever sees that may book for them
	HoldID     *uuid.UUID                 // the hold on this start, made by HoldFor
}

func (d *Draft) shape(plan *availability.Plan, start time.Time) {
	for _, r := range slices.Backward(d.Prefer) { // the last one said counts: the first resource that may be the first requirement's
		plan.Prefer(r)
	}
	if d.Beyond {
		plan.Lift([]availability.Rule{availability.BookingWindow}, start)
	}
}

// Place books a draft as staff do, or as customers.
func (s *Service) Place(ctx context.Context, tx *pg.TenantTx, d Draft) (Appointment, error) {
	b := d.booking()
	if !d.System && !d.Listed {
		if err := s.CheckCustomer(ctx, tx, d.CustomerID); err != nil {
			return Appointment{}, err
		}
	}
	if !d.System {
		var err error
		if b, err = s.ofTheirs(ctx, tx, b); err != nil {
			return Appointment{}, err
		}
	}
	b.draft, b.byPublic, b.agreed = &d, d.Public, d.Agreed
	return s.book(ctx, tx, b)
}

// LockFor makes bookings of all that a service may take at a location follow this transaction: before it books several.
func (s *Service) LockFor(ctx context.Context, tx *pg.TenantTx, what id.ID[service.Service], where id.ID[location.Location]) error {
	plan, err := s.Availability.Plan(ctx, tx, availability.Ask{ServiceID: what, LocationID: &where, Booked: true, At: "body", ResourceAt: "body.resource_ids[%d]"})
	if err != nil {
		return err
	}
	return s.lockPlans(ctx, tx, nil, plan)
}
