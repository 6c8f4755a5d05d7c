package appointment

import (
	"context"
	"slices"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// booking is what the one write path needs to know, whoever asks.
type booking struct {
	serviceID  id.ID[service.Service]
	locationID *id.ID[location.Location]  // nil: where the resource is, or the only place that offers the service
	among      []id.ID[resource.Resource] // where not nil, any means any of these
	resources  []id.ID[resource.Resource] // nil: any
	start      string
	end        string // "": start plus the service's duration
	resourceAt string // what the caller's input calls the chosen resource
	byPublic   bool   // customers and the public book public services, on the grid
	// customer is asked last: nobody becomes a customer by a booking that fails.
	customer func() (id.ID[customer.Customer], error)
}

// Create books for staff, at any minute that the rules allow.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Appointment, error) {
	if err := s.checkCustomer(ctx, tx, n.CustomerID); err != nil {
		return Appointment{}, err
	}
	b := booking{serviceID: n.ServiceID, locationID: n.LocationID, resources: wanted(n.ResourceIDs), start: n.Start, end: n.End, resourceAt: "body.resource_ids[0]"}
	b.customer = func() (id.ID[customer.Customer], error) { return n.CustomerID, nil }
	if !tx.Actor.Can(role.AppointmentsAll) {
		own, err := ownOnly(ctx, tx, b.resources)
		if err != nil {
			return Appointment{}, err
		}
		b.among = own
	}
	return s.book(ctx, tx, b)
}

// wanted treats an empty list as no wish.
func wanted(ids []id.ID[resource.Resource]) []id.ID[resource.Resource] {
	if len(ids) == 0 {
		return nil
	}
	return ids
}

// ownOnly returns the resources that the actor is, and refuses a wish for others.
func ownOnly(ctx context.Context, tx *pg.TenantTx, wish []id.ID[resource.Resource]) ([]id.ID[resource.Resource], error) {
	own, err := availability.OwnResources(ctx, tx)
	if err != nil {
		return nil, err
	}
	if len(own) == 0 || slices.ContainsFunc(wish, func(w id.ID[resource.Resource]) bool { return !slices.Contains(own, w) }) {
		return nil, errNotOwnCalendar
	}
	return own, nil
}

// book is the one write path: plan, lock, load, check, write, announce.
func (s *Service) book(ctx context.Context, tx *pg.TenantTx, b booking) (Appointment, error) {
	plan, err := s.Availability.Plan(ctx, tx, availability.Ask{ServiceID: b.serviceID, LocationID: b.locationID, Resources: b.resources, Among: b.among, PublicOnly: b.byPublic, At: "body", ResourceAt: b.resourceAt})
	if err != nil {
		return Appointment{}, err
	}
	start, end, err := span(plan, b.start, b.end)
	if err != nil {
		return Appointment{}, err
	}
	plan.Lengthen(end.Sub(start))
	if err := lockPlan(ctx, tx, plan, nil); err != nil {
		return Appointment{}, err
	}
	slot, err := s.check(ctx, tx, plan, start, end, b.byPublic, availability.Except{})
	if err != nil {
		return Appointment{}, err
	}
	buyer, err := b.customer()
	if err != nil {
		return Appointment{}, err
	}
	if err := checkOften(ctx, tx, plan.Service.CustomerLimits, often{b.serviceID, buyer, start, plan.Zone, availability.Except{}}, b.byPublic); err != nil {
		return Appointment{}, err
	}
	key := id.New[Appointment]()
	if err := insert(ctx, tx, key, record{plan: plan, serviceID: b.serviceID, customerID: buyer, start: start, end: end, reason: reason(b.resources)}); err != nil {
		return Appointment{}, err
	}
	if err := allocate(ctx, tx, key, slot.ResourceIDs[0], plan.Footprint(start, end)); err != nil {
		return Appointment{}, err
	}
	a, err := readBack(ctx, tx, key)
	if err != nil {
		return Appointment{}, err
	}
	return a, s.OnCreated.Fire(ctx, tx, Created{a})
}

// check asks the engine, under the lock, whether exactly [start, end) is free; a refusal carries the nearest free times.
func (s *Service) check(ctx context.Context, tx *pg.TenantTx, plan *availability.Plan, start, end time.Time, grid bool, except availability.Except) (availability.Slot, error) {
	day := calendar.DateOf(start, plan.Zone)
	if err := s.Availability.Fill(ctx, tx, plan, day, day, except); err != nil {
		return availability.Slot{}, err
	}
	slot, refusal := plan.Check(start, end, grid)
	if refusal == calendar.Offered {
		return slot, nil
	}
	instead, err := s.Availability.Nearest(ctx, tx, plan, start, except)
	if err != nil {
		return availability.Slot{}, err
	}
	return availability.Slot{}, ErrSlotUnavailable.With("%s", refusals[refusal]).Instead(instead)
}

// refusals says to people why a time can't be booked.
var refusals = map[calendar.Refusal]string{
	calendar.Past:       "This time has passed. Choose a later one.",
	calendar.Notice:     "This time is too soon to be booked. Choose a later one.",
	calendar.TooFar:     "This date is too far ahead to be booked yet. Choose an earlier one.",
	calendar.OutOfRange: "This service can't be booked on this date. Choose one of the dates offered.",
	calendar.Full:       "As many appointments as are allowed are booked then. Choose one of the times offered.",
	calendar.Closed:     "This time is outside of the opening hours. Choose one of the times offered.",
	calendar.Blocked:    "Nobody is available at this time. Choose one of the times offered.",
	calendar.Taken:      "This time was just taken. Choose one of the times offered.",
	calendar.OffGrid:    "Appointments don't start at this time. Choose one of the times offered.",
}

func reason(wish []id.ID[resource.Resource]) string {
	if len(wish) == 1 {
		return "chosen"
	}
	return "least_booked_day"
}

// Reschedule moves an appointment to another time or resource. Its length, price and buffers stay as agreed.
func (s *Service) Reschedule(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], m Move) (Appointment, error) {
	was, err := s.lockConfirmed(ctx, tx, key)
	if err != nil {
		return Appointment{}, err
	}
	to := wanted(m.ResourceIDs)
	if to == nil {
		to = was.ResourceIDs
	}
	if !tx.Actor.Can(role.AppointmentsAll) {
		if _, err := ownOnly(ctx, tx, to); err != nil {
			return Appointment{}, err
		}
	}
	plan, err := s.Availability.Plan(ctx, tx, availability.Ask{ServiceID: was.ServiceID, Resources: to, Booked: true, At: "body", ResourceAt: "body.resource_ids[0]"})
	if err != nil {
		return Appointment{}, err
	}
	plan.Shape(was.End.Sub(was.Start), minutes(was.BufferBefore), minutes(was.BufferAfter))
	start, end, err := span(plan, m.Start, "")
	if err != nil {
		return Appointment{}, err
	}
	if err := lockPlan(ctx, tx, plan, was.ResourceIDs); err != nil {
		return Appointment{}, err
	}
	slot, err := s.check(ctx, tx, plan, start, end, false, availability.Except{AppointmentID: key.UUID()})
	if err != nil {
		return Appointment{}, err
	}
	if err := checkOften(ctx, tx, plan.Service.CustomerLimits, often{was.ServiceID, was.CustomerID, start, plan.Zone, availability.Except{AppointmentID: key.UUID()}}, false); err != nil {
		return Appointment{}, err
	}
	if err := move(ctx, tx, key, plan, start, end); err != nil {
		return Appointment{}, err
	}
	if err := release(ctx, tx, key); err != nil {
		return Appointment{}, err
	}
	if err := allocate(ctx, tx, key, slot.ResourceIDs[0], plan.Footprint(start, end)); err != nil {
		return Appointment{}, err
	}
	return readBack(ctx, tx, key)
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
