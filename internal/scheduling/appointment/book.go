package appointment

import (
	"context"
	"errors"
	"slices"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// booking is what the one write path needs to know, whoever asks.
type booking struct {
	serviceID  id.ID[service.Service]
	locationID *id.ID[location.Location]  // nil: where the resource is, or the only place that offers the service
	among      []id.ID[resource.Resource] // where not nil, one of these must be taken
	resources  []id.ID[resource.Resource] // those that were chosen; nil: any
	start      string
	end        string // "": start plus the service's duration
	party      int
	combined   availability.Combination
	agreed     availability.Combined // where it goes on from something
	hold       string                // the token of a hold on this start, "" for none
	keptIn     *id.ID[group.Session] // of a hold: the session in which it keeps seats
	notes      *string
	override   Override
	draft      *Draft // where another part of the program books
	resourceAt string // what the caller's input calls a chosen resource
	byPublic   bool   // customers and the public book public services, on the grid
	// customer is asked last: nobody becomes a customer by a booking that fails.
	customer func() (id.ID[customer.Customer], error)
	known    func() (id.ID[customer.Customer], bool, error) // who it will be, where that is known before
}

// Create books for staff, at any minute that the rules allow.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Appointment, error) {
	b, err := s.byStaff(ctx, tx, n)
	if err != nil {
		return Appointment{}, err
	}
	return s.book(ctx, tx, b)
}

// byStaff is what staff want booked: those without appointments.all with themselves.
func (s *Service) byStaff(ctx context.Context, tx *pg.TenantTx, n New) (booking, error) {
	if err := s.CheckCustomer(ctx, tx, n.CustomerID); err != nil {
		return booking{}, err
	}
	return s.ofTheirs(ctx, tx, n.booking())
}

// ofTheirs keeps staff without appointments.all to themselves.
func (s *Service) ofTheirs(ctx context.Context, tx *pg.TenantTx, b booking) (booking, error) {
	if !tx.Actor.Can(role.AppointmentsAll) {
		own, err := ownOnly(ctx, tx, b.resources)
		if err != nil {
			return booking{}, err
		}
		b.among = own
	}
	return b, nil
}

// booking is what the write path needs to know of it.
func (n New) booking() booking {
	return booking{
		serviceID: n.ServiceID, locationID: n.LocationID, resources: wanted(n.ResourceIDs), start: n.Start, end: n.End, party: n.PartySize, combined: n.Combination,
		hold: n.HoldToken, notes: n.Notes, override: n.Override, resourceAt: "body.resource_ids[%d]",
		customer: func() (id.ID[customer.Customer], error) { return n.CustomerID, nil },
		known:    func() (id.ID[customer.Customer], bool, error) { return n.CustomerID, true, nil },
	}
}

// wanted treats an empty list as no wish.
func wanted(ids []id.ID[resource.Resource]) []id.ID[resource.Resource] {
	if len(ids) == 0 {
		return nil
	}
	return ids
}

// amongOwn narrows a question to the actor's own calendar. Whoever has none is told first what is wrong with the question.
func (s *Service) amongOwn(ctx context.Context, tx *pg.TenantTx, ask *availability.Ask) error {
	own, err := ownOnly(ctx, tx, ask.Resources)
	if errors.Is(err, errNotOwnCalendar) {
		if _, wrong := s.Availability.Plan(ctx, tx, *ask); wrong != nil {
			return wrong
		}
	}
	ask.Among = own
	return err
}

// ownOnly returns the resources that the actor is, and refuses a wish for others alone.
func ownOnly(ctx context.Context, tx *pg.TenantTx, wish []id.ID[resource.Resource]) ([]id.ID[resource.Resource], error) {
	own, err := availability.OwnResources(ctx, tx)
	if err != nil {
		return nil, err
	}
	mine := func(w id.ID[resource.Resource]) bool { return slices.Contains(own, w) }
	if len(own) == 0 || wish != nil && !slices.ContainsFunc(wish, mine) {
		return nil, errNotOwnCalendar
	}
	return own, nil
}

// book is the one write path: plan, lock, load, check, write, announce.
func (s *Service) book(ctx context.Context, tx *pg.TenantTx, b booking) (Appointment, error) {
	h, err := held(ctx, tx, b)
	if err != nil {
		return Appointment{}, err
	}
	if h != nil {
		if err := b.takeOver(h); err != nil {
			return Appointment{}, err
		}
	}
	plan, err := s.Availability.Plan(ctx, tx, availability.Ask{
		ServiceID: b.serviceID, LocationID: b.locationID, Resources: b.resources, Among: b.among, PartySize: b.party,
		PublicOnly: b.byPublic && h == nil, At: "body", ResourceAt: b.resourceAt, Combination: b.combined, Agreed: b.agreed,
	})
	if err != nil {
		return Appointment{}, err
	}
	start, end, err := span(plan, b.start, b.end)
	if err != nil {
		return Appointment{}, err
	}
	plan.Lengthen(end.Sub(start))
	if err := s.lockPlans(ctx, tx, nil, plan); err != nil {
		return Appointment{}, err
	}
	if h != nil {
		if err := h.redeem(ctx, tx, plan, start); err != nil {
			return Appointment{}, err
		}
	}
	if err := prefer(ctx, tx, plan, b); err != nil {
		return Appointment{}, err
	}
	if b.draft != nil {
		b.draft.shape(plan, start)
	}
	return s.write(ctx, tx, plan, b, start, end)
}

// write checks under the lock, and writes.
func (s *Service) write(ctx context.Context, tx *pg.TenantTx, plan *availability.Plan, b booking, start, end time.Time) (Appointment, error) {
	v := verdict{plan: plan, start: start, end: end, grid: b.byPublic, keptIn: b.keptIn, override: b.override.Override}
	if err := s.ask(ctx, tx, &v); err != nil {
		return Appointment{}, err
	}
	buyer, err := b.customer()
	if err != nil {
		return Appointment{}, err
	}
	if err := s.judgeCustomer(ctx, tx, &v, buyer); err != nil {
		return Appointment{}, err
	}
	if err := s.refusal(ctx, tx, &v); err != nil {
		return Appointment{}, err
	}
	terms, err := s.Policies.For(ctx, tx, b.serviceID)
	if err != nil {
		return Appointment{}, err
	}
	r := record{key: id.New[Appointment](), plan: plan, customerID: buyer, start: v.start, end: v.end, notes: b.notes, terms: terms, overridden: v.overridden, why: b.override.OverrideReason, draft: b.draft}
	r.status(tx, b.byPublic)
	if plan.Service.Group != nil {
		seat, err := s.sit(ctx, tx, &v)
		if err != nil {
			return Appointment{}, err
		}
		r.sessionID = &seat
	}
	if err := insert(ctx, tx, r); err != nil {
		return Appointment{}, err
	}
	if r.sessionID == nil {
		if err := r.allocate(ctx, tx, &v); err != nil {
			return Appointment{}, err
		}
	}
	return s.announce(ctx, tx, r)
}

// ask puts the question that fits the service: for its resources, or for a seat of a group.
func (s *Service) ask(ctx context.Context, tx *pg.TenantTx, v *verdict) error {
	if v.plan.Service.Group != nil {
		return s.judgeSeat(ctx, tx, v)
	}
	return s.judge(ctx, tx, v)
}

// status decides whether it is booked at once, or is a request.
func (r *record) status(tx *pg.TenantTx, byPublic bool) {
	r.state = Confirmed
	if f := r.plan.Service; byPublic && f.Confirmation == "request" {
		until := earlier(tx.Now().Add(minutes(f.PendingMinutes)), r.start)
		r.state, r.pendingUntil = Pending, &until
	}
}

// earlier is the first of two instants: nobody can say yes to what has begun.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// allocate reserves what was chosen. A request reserves it until it expires, or, where the service says so, nothing.
func (r *record) allocate(ctx context.Context, tx *pg.TenantTx, v *verdict) error {
	f := r.plan.Service
	if r.state == Pending && f.UnassignedRequests {
		return nil
	}
	all := v.reservation()
	all.appointmentID, all.expires, all.inactive = &r.key, r.pendingUntil, r.state == Pending && !f.PendingBlocksSlot
	return allocate(ctx, tx, all)
}

// announce puts a new appointment on record and tells those who listen.
func (s *Service) announce(ctx context.Context, tx *pg.TenantTx, r record) (Appointment, error) {
	a, err := s.recorded(ctx, tx, Appointment{ID: r.key}, "created", r.why)
	if err != nil {
		return Appointment{}, err
	}
	if r.draft == nil || !r.draft.Quiet {
		if err := s.OnCreated.Fire(ctx, tx, Created{a}); err != nil {
			return Appointment{}, err
		}
	}
	return a, s.auditOverride(ctx, tx, a.ID.String(), r.overridden, r.why)
}

// prefer has whoever served the customer last tried first, where the service wants that.
func prefer(ctx context.Context, tx *pg.TenantTx, plan *availability.Plan, b booking) error {
	if !plan.Service.PreferLast || b.resources != nil {
		return nil
	}
	buyer, known, err := b.known()
	if err != nil || !known {
		return err
	}
	return preferLast(ctx, tx, plan, buyer)
}

func preferLast(ctx context.Context, tx *pg.TenantTx, plan *availability.Plan, who id.ID[customer.Customer]) error {
	last, err := lastServed(ctx, tx, who, plan.ServiceID)
	for _, r := range slices.Backward(last) {
		plan.Prefer(r)
	}
	return err
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// refusals says to people why a time can't be booked.
var refusals = map[calendar.Refusal]string{
	calendar.Past:       "This time has passed. Choose a later one.",
	calendar.Notice:     "This time is too soon to be booked. Choose a later one.",
	calendar.TooFar:     "This date is too far ahead to be booked yet. Choose an earlier one.",
	calendar.OutOfRange: "This service can't be booked on this date. Choose one of the dates offered.",
	calendar.Full:       "As many appointments as are allowed are booked then. Choose one of the times offered.",
	calendar.Closed:     "This time is outside of the opening hours. Choose one of the times offered.",
	calendar.Blocked:    "Nobody is available at this time. Choose one of the times offered.",
	calendar.Taken:      ErrSlotUnavailable.Detail, // also where it is free, for a customer who may not book it
	calendar.OffGrid:    "Appointments don't start at this time. Choose one of the times offered.",
	calendar.Unmet:      "Not all that is needed is free together at this time. Choose one of the times offered.",
	calendar.Inactive:   "Nobody is available at this time. Choose one of the times offered.",
}

// unavailable is the refusal of a start that the engine doesn't offer, with the nearest that it does.
func (s *Service) unavailable(ctx context.Context, tx *pg.TenantTx, plan *availability.Plan, start time.Time, refusal calendar.Refusal, except availability.Except) (*fault.Error, error) {
	instead, err := s.Availability.Nearest(ctx, tx, plan, start, except)
	if err != nil {
		return nil, err
	}
	return ErrSlotUnavailable.With("%s", refusals[refusal]).Instead(instead), nil
}
