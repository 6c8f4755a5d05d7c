package appointment

import (
	"context"
	"slices"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/resource"
)

// Move is where an appointment goes.
type Move struct {
	Start       string                     `json:"start" maxLength:"40" doc:"An instant with offset; without one the location's wall clock."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"The resources to move to; without any the appointment stays with its own."`
	Notice
	Override
}

var errUnchanged = &fault.Error{
	Kind: fault.Invalid, Code: "unchanged", Detail: "The appointment is at this time with these resources already.",
	Fields: []fault.Field{{Location: "body.start", Message: "Choose another time or other resources: it is there already."}},
}

// movement is a way of moving an appointment: by staff, by its customer, to other resources.
type movement struct {
	start      string
	resources  []id.ID[resource.Resource] // nil: whoever is free
	override   Override
	prefer     []id.ID[resource.Resource] // tried before others where none are chosen
	byCustomer bool                       // on the grid, and counted
	action     string                     // as in the history
	resourceAt string                     // what the caller's input calls a chosen resource
}

// Reschedule moves an appointment to another time or other resources, for staff. Its length, price and buffers stay as agreed.
func (s *Service) Reschedule(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], m Move) (Appointment, error) {
	was, err := s.lock(ctx, tx, key)
	if err != nil {
		return Appointment{}, err
	}
	to := wanted(m.ResourceIDs)
	if to == nil {
		to = wanted(was.ResourceIDs)
	}
	if !tx.Actor.Can(role.AppointmentsAll) {
		if _, err := ownOnly(ctx, tx, to); err != nil {
			return Appointment{}, err
		}
	}
	a, err := s.move(ctx, tx, was, movement{start: m.Start, resources: to, override: m.Override, action: "rescheduled", resourceAt: "body.resource_ids[%d]"})
	if err != nil || !m.wanted() || a.Start.Equal(was.Start) && a.LocationID == was.LocationID { // they come as they would have
		return a, err
	}
	return a, s.tell(ctx, tx, a, "rescheduled")
}

// move checks and writes where an appointment goes, under its row's lock. Its old time is free for others in the same moment.
func (s *Service) move(ctx context.Context, tx *pg.TenantTx, was Appointment, m movement) (Appointment, error) {
	if !was.Status.open() {
		return Appointment{}, was.refuse("moved")
	}
	plan, start, end, err := s.planMove(ctx, tx, was, m)
	if err != nil {
		return Appointment{}, err
	}
	if was.SeriesID != nil && !m.byCustomer { // series reach further than customers may book
		plan.Lift([]availability.Rule{availability.BookingWindow}, start)
	}
	if err := s.lockPlans(ctx, tx, was.ResourceIDs, plan); err != nil {
		return Appointment{}, err
	}
	leaves, err := emptied(ctx, tx, was)
	if err != nil {
		return Appointment{}, err
	}
	v := verdict{plan: plan, start: start, end: end, grid: m.byCustomer, except: availability.Except{AppointmentID: was.ID.UUID(), SessionID: leaves}, override: m.override.Override}
	if err := s.ask(ctx, tx, &v); err != nil {
		return Appointment{}, err
	}
	if err := s.judgeCustomer(ctx, tx, &v, was.CustomerID); err != nil {
		return Appointment{}, err
	}
	if err := s.refusal(ctx, tx, &v); err != nil {
		return Appointment{}, err
	}
	if was.SessionID != nil {
		return s.moveSeat(ctx, tx, was, &v, m)
	}
	if start.Equal(was.Start) && (was.unassigned() || sameResources(v.allocations, was.ResourceIDs)) {
		return Appointment{}, errUnchanged
	}
	return s.relocate(ctx, tx, was, &v, m)
}

// planMove is the question of a movement, in the shape that was agreed at booking.
func (s *Service) planMove(ctx context.Context, tx *pg.TenantTx, was Appointment, m movement) (plan *availability.Plan, start, end time.Time, err error) {
	if was.SessionID != nil { // a seat may be in any session
		m.resources = nil
	}
	ask := availability.Ask{ServiceID: was.ServiceID, Resources: m.resources, PartySize: was.PartySize, Booked: true, At: "body", ResourceAt: m.resourceAt}
	if m.resources == nil {
		ask.LocationID = &was.LocationID
	}
	if plan, err = s.Availability.Plan(ctx, tx, ask); err != nil {
		return nil, start, end, err
	}
	plan.Shape(was.End.Sub(was.Start), minutes(was.BufferBefore), minutes(was.BufferAfter))
	for _, r := range slices.Backward(m.prefer) {
		plan.Prefer(r)
	}
	start, end, err = span(plan, m.start, "")
	return plan, start, end, err
}

// relocate writes what was decided.
func (s *Service) relocate(ctx context.Context, tx *pg.TenantTx, was Appointment, v *verdict, m movement) (Appointment, error) {
	r := v.reservation()
	r.appointmentID = &was.ID
	if was.Status == Pending {
		until := earlier(*was.PendingUntil, v.start)
		r.expires, r.inactive = &until, !v.plan.Service.PendingBlocksSlot
	}
	if err := relocate(ctx, tx, was, v, m); err != nil {
		return Appointment{}, err
	}
	if err := unallocate(ctx, tx, was.ID); err != nil {
		return Appointment{}, err
	}
	if !was.unassigned() { // a request that nobody is assigned to stays so
		if err := allocate(ctx, tx, r); err != nil {
			return Appointment{}, err
		}
	}
	return s.relocated(ctx, tx, was, v, m)
}

// unassigned tells whether it is a request that nobody is assigned to.
func (a Appointment) unassigned() bool { return a.Status == Pending && len(a.ResourceIDs) == 0 }

// relocated puts it on record, and offers what it leaves to others.
func (s *Service) relocated(ctx context.Context, tx *pg.TenantTx, was Appointment, v *verdict, m movement) (Appointment, error) {
	a, err := s.recorded(ctx, tx, was, m.action, m.override.OverrideReason)
	if err != nil {
		return Appointment{}, err
	}
	if err := s.released(ctx, tx, was); err != nil {
		return Appointment{}, err
	}
	return a, s.auditOverride(ctx, tx, a.ID.String(), v.overridden, m.override.OverrideReason)
}

// sameResources tells whether the allocations are of exactly these resources, those that come along aside.
func sameResources(all []availability.Allocation, ids []id.ID[resource.Resource]) bool {
	var chosen []id.ID[resource.Resource]
	for _, a := range all {
		if !a.Linked && !slices.Contains(chosen, a.ResourceID) {
			chosen = append(chosen, a.ResourceID)
		}
	}
	if len(chosen) != len(ids) {
		return false
	}
	for _, c := range chosen {
		if !slices.Contains(ids, c) {
			return false
		}
	}
	return true
}
