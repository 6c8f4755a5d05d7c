package appointment

import (
	"context"
	"errors"
	"slices"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// NewSession is what staff give to plan a session. What is left out is the service's.
type NewSession struct {
	ServiceID   id.ID[service.Service]     `json:"service_id"`
	Start       string                     `json:"start" maxLength:"40" doc:"An instant with offset; without one the location's wall clock."`
	End         string                     `json:"end" required:"false" maxLength:"40" doc:"Start plus the service's duration by default."`
	LocationID  *id.ID[location.Location]  `json:"location_id" required:"false" nullable:"true" doc:"Needed when the service is offered at several locations and no resource is chosen."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"Those that must be among the resources; without any the service's strategies choose."`
	SessionPlan
	Override
}

// SessionPlan is how a session is, besides when and where.
type SessionPlan struct {
	Capacity *int    `json:"capacity,omitempty" minimum:"1" maximum:"1000" doc:"Seats in all."`
	Minimum  *int    `json:"minimum,omitempty" minimum:"0" maximum:"1000" doc:"Seats that must be taken."`
	Deadline *int    `json:"deadline_minutes,omitempty" minimum:"0" maximum:"100000" doc:"So long before the start."`
	TooFew   *string `json:"too_few,omitempty" enum:"warn,cancel" doc:"What happens then."`
	Open     *bool   `json:"open,omitempty" default:"true" doc:"Whether customers may take seats themselves."`
	Notes    *string `json:"notes,omitempty" maxLength:"2000"`
}

// on writes what was given over a session.
func (p SessionPlan) on(g group.Session) group.Session {
	set(&g.Capacity, p.Capacity)
	set(&g.Minimum, p.Minimum)
	set(&g.Deadline, p.Deadline)
	set(&g.TooFew, p.TooFew)
	set(&g.Open, p.Open)
	if p.Notes != nil {
		g.Notes = p.Notes
	}
	return g
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// sane refuses a session that could never have enough people.
func sane(g group.Session) error {
	if g.Minimum > g.Capacity {
		return fault.At("body.minimum", "There can't be more than there are seats.")
	}
	return nil
}

var errNoGroup = fault.At("body.service_id", "This service is not taken by groups. Give it seats first, or book an appointment.")

// PlanSession plans a session of a group, by the one write path.
func (s *Service) PlanSession(ctx context.Context, tx *pg.TenantTx, n NewSession) (group.Session, error) {
	ask := availability.Ask{ServiceID: n.ServiceID, LocationID: n.LocationID, Resources: wanted(n.ResourceIDs), At: "body", ResourceAt: "body.resource_ids[%d]"}
	if !tx.Actor.Can(role.AppointmentsAll) {
		if err := s.amongOwn(ctx, tx, &ask); err != nil {
			return group.Session{}, err
		}
	}
	plan, err := s.Availability.Plan(ctx, tx, ask)
	if err != nil {
		return group.Session{}, err
	}
	f := plan.Service
	if f.Group == nil {
		return group.Session{}, errNoGroup
	}
	start, end, err := span(plan, n.Start, n.End)
	if err != nil {
		return group.Session{}, err
	}
	plan.Lengthen(end.Sub(start))
	v := verdict{plan: plan, start: start, end: end, override: n.Override.Override}
	if err := s.decide(ctx, tx, &v, nil); err != nil {
		return group.Session{}, err
	}
	g := n.on(group.Session{
		ID: id.New[group.Session](), ServiceID: n.ServiceID, LocationID: plan.Location, Start: start, End: end, TimeZone: plan.ZoneName, ServiceName: f.Name,
		BufferBefore: f.BufferBeforeMinutes, BufferAfter: f.BufferAfterMinutes, Capacity: f.Group.Capacity, Minimum: f.Group.Minimum, Deadline: *f.Group.Deadline,
		TooFew: f.Group.TooFew, Open: true,
	})
	if err := sane(g); err != nil {
		return group.Session{}, err
	}
	if err := group.Insert(ctx, tx, g); err != nil {
		return group.Session{}, err
	}
	if err := allocate(ctx, tx, reservation{sessionID: &g.ID, all: v.allocations, shared: slices.Contains(v.overridden, availability.DoubleBooking), turns: plan.RoundRobin(v.allocations)}); err != nil {
		return group.Session{}, err
	}
	return group.ByID(ctx, tx, g.ID)
}

// decide locks, asks the engine and refuses what can't be, for what is no one customer's.
func (s *Service) decide(ctx context.Context, tx *pg.TenantTx, v *verdict, also []id.ID[resource.Resource]) error {
	if err := s.lockPlans(ctx, tx, also, v.plan); err != nil {
		return err
	}
	if err := s.judge(ctx, tx, v); err != nil {
		return err
	}
	return s.refusal(ctx, tx, v)
}

// sessionOf is one that the actor may see.
func sessionOf(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) (group.Session, error) {
	g, err := group.ByID(ctx, tx, key)
	if err != nil {
		return g, err
	}
	return g, mayUse(ctx, tx, g)
}

// Session is one that the actor holds, or has a seat in: whoever only sits there reads no notes of staff.
func (s *Service) Session(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) (group.Session, error) {
	g, err := sessionOf(ctx, tx, key)
	if !errors.Is(err, fault.ErrNotFound) {
		return g, err
	}
	_, err = pg.Found(pg.One[struct {
		ID id.ID[Appointment] `db:"id"`
	}](ctx, tx, `SELECT a.id FROM appointments a JOIN customers c ON c.id = a.customer_id WHERE a.session_id = @id AND c.user_id = @actor LIMIT 1`,
		pg.Args{"id": key, "actor": tx.Actor.UserID}))
	if err != nil {
		return group.Session{}, err
	}
	g, err = group.ByID(ctx, tx, key)
	g.Notes = nil
	return g, err
}

// lockSession keeps others from taking seats, and from moving and cancelling it. It comes after the locks of seats and resources,
// always: whoever moves a seat holds that, then the resources, then the session.
func lockSession(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) (group.Session, error) {
	g, err := group.Lock(ctx, tx, key)
	if err == nil && api.About(ctx, key.String()) {
		err = api.CheckVersion(ctx, g.Version)
	}
	if err == nil && g.Status != group.Scheduled {
		err = errCalledOff
	}
	return g, err
}

// mayUse is the row rule: without appointments.all a person sees the sessions that they hold.
func mayUse(ctx context.Context, tx *pg.TenantTx, g group.Session) error {
	if tx.Actor.Can(role.AppointmentsAll) {
		return nil
	}
	own, err := availability.OwnResources(ctx, tx)
	if err == nil && !heldBy(g, own) {
		err = fault.ErrNotFound
	}
	return err
}

// heldBy tells whether one of the resources holds the session.
func heldBy(g group.Session, own []id.ID[resource.Resource]) bool {
	return slices.ContainsFunc(g.ResourceIDs, func(r id.ID[resource.Resource]) bool { return slices.Contains(own, r) })
}

var errCalledOff = errState.With("This session is cancelled.")

// ChangeSession changes how a session is. There are never fewer seats than are taken.
func (s *Service) ChangeSession(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session], p SessionPlan) (group.Session, error) {
	g, err := sessionOf(ctx, tx, key)
	if err != nil {
		return g, err
	}
	if g, err = lockSession(ctx, tx, key); err != nil {
		return g, err
	}
	if p.Capacity != nil && *p.Capacity < g.Taken {
		return g, errState.With("%d seats of this session are taken. Give it at least as many, or cancel some first.", g.Taken)
	}
	if err := sane(p.on(g)); err != nil {
		return g, err
	}
	if err := group.Update(ctx, tx, p.on(g)); err != nil {
		return g, err
	}
	return group.ByID(ctx, tx, key)
}

// MoveSession moves a session and all its seats. Whoever sits in it may then call off at no cost.
func (s *Service) MoveSession(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session], m Move) (group.Session, error) {
	g, err := sessionOf(ctx, tx, key)
	if err != nil {
		return g, err
	}
	if _, err := lockSeats(ctx, tx, key); err != nil {
		return g, err
	}
	to := wanted(m.ResourceIDs)
	if to == nil {
		to = wanted(g.ResourceIDs)
	}
	if !tx.Actor.Can(role.AppointmentsAll) {
		if _, err := ownOnly(ctx, tx, to); err != nil {
			return g, err
		}
	}
	plan, err := s.Availability.Plan(ctx, tx, availability.Ask{ServiceID: g.ServiceID, Resources: to, Booked: true, At: "body", ResourceAt: "body.resource_ids[%d]"})
	if err != nil {
		return g, err
	}
	plan.Shape(g.End.Sub(g.Start), minutes(g.BufferBefore), minutes(g.BufferAfter))
	start, end, err := span(plan, m.Start, "")
	if err != nil {
		return g, err
	}
	v := verdict{plan: plan, start: start, end: end, except: availability.Except{SessionID: key.UUID()}, override: m.Override.Override}
	if err := s.decide(ctx, tx, &v, g.ResourceIDs); err != nil {
		return g, err
	}
	if start.Equal(g.Start) && sameResources(v.allocations, g.ResourceIDs) {
		return g, errUnchanged
	}
	return s.moveAll(ctx, tx, g, &v, m)
}

func (s *Service) moveAll(ctx context.Context, tx *pg.TenantTx, g group.Session, v *verdict, m Move) (group.Session, error) {
	was, err := lockSession(ctx, tx, g.ID)
	if err != nil {
		return g, err
	}
	g = was
	g.Start, g.End = v.start, v.end
	if err := group.Update(ctx, tx, g); err != nil {
		return g, err
	}
	if _, err := pg.Exec(ctx, tx, `DELETE FROM allocations WHERE session_id = @id`, pg.Args{"id": g.ID}); err != nil {
		return g, err
	}
	if err := allocate(ctx, tx, reservation{sessionID: &g.ID, all: v.allocations, shared: slices.Contains(v.overridden, availability.DoubleBooking)}); err != nil {
		return g, err
	}
	seats, err := lockSeats(ctx, tx, g.ID)
	if err != nil {
		return g, err
	}
	for _, a := range seats {
		if err := moveWithSession(ctx, tx, a.ID, v.start, v.end); err != nil {
			return g, err
		}
		moved, err := s.recorded(ctx, tx, a, "rescheduled", m.OverrideReason)
		if err != nil {
			return g, err
		}
		if err := s.OnMoved.Fire(ctx, tx, Moved{moved}); err != nil {
			return g, err
		}
	}
	if err := s.OnReleased.Fire(ctx, tx, Released{was.LocationID, was.ServiceID, was.Start, was.End}); err != nil {
		return g, err
	}
	return group.ByID(ctx, tx, g.ID)
}

// CancelSession calls a session off with all its seats, at nobody's cost.
func (s *Service) CancelSession(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session], reason string) (group.Session, error) {
	g, err := sessionOf(ctx, tx, key)
	if err != nil {
		return g, err
	}
	return s.endSession(ctx, tx, g, calling{by: byStaff, reason: reason}, nil)
}

// endSession cancels it with all its seats, unless it shall not, once it is locked.
func (s *Service) endSession(ctx context.Context, tx *pg.TenantTx, g group.Session, c calling, unless func(group.Session) bool) (group.Session, error) {
	if _, err := lockSeats(ctx, tx, g.ID); err != nil {
		return g, err
	}
	g, err := lockSession(ctx, tx, g.ID)
	if err != nil || unless != nil && unless(g) {
		return g, err
	}
	seats, err := lockSeats(ctx, tx, g.ID) // those that were taken just before
	if err != nil {
		return g, err
	}
	if err := s.callOff(ctx, tx, g, c.reason); err != nil { // before its seats are: the last one would take it along without a reason
		return g, err
	}
	for _, a := range seats {
		c.fee.Currency = a.Price.Currency
		off, err := s.cancel(ctx, tx, a, c)
		if err != nil {
			return g, err
		}
		if err := s.OnCalledOff.Fire(ctx, tx, CalledOff{off}); err != nil {
			return g, err
		}
	}
	return group.ByID(ctx, tx, g.ID)
}

// CheckInAll notes that everybody of a session has arrived.
func (s *Service) CheckInAll(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) ([]Appointment, error) {
	if _, err := sessionOf(ctx, tx, key); err != nil {
		return nil, err
	}
	seats, err := lockSeats(ctx, tx, key)
	for i, a := range seats {
		if a.Status != Confirmed {
			continue
		}
		if seats[i], err = s.take(ctx, tx, a.ID, checkIn(), "", nil); err != nil {
			return nil, err
		}
	}
	return seats, err
}

// Message is what staff write to everybody of a session.
type Message struct {
	Subject string `json:"subject" minLength:"1" maxLength:"200"`
	Text    string `json:"text" minLength:"1" maxLength:"5000"`
}

// Written is announced for everybody of a session whom staff write to.
type Written struct {
	SessionID id.ID[group.Session]
	To        []id.ID[Appointment]
	Message   Message
}

// MessageAll writes to everybody who still sits in a session, and says to how many.
func (s *Service) MessageAll(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session], m Message) (int, error) {
	if _, err := sessionOf(ctx, tx, key); err != nil {
		return 0, err
	}
	seats, err := lockSeats(ctx, tx, key)
	if err != nil {
		return 0, err
	}
	w := Written{SessionID: key, Message: m}
	for _, a := range seats {
		w.To = append(w.To, a.ID)
	}
	return len(seats), s.OnWritten.Fire(ctx, tx, w)
}

// Roster lists who sits in a session, of those whom the actor may see.
func (s *Service) Roster(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) ([]Appointment, error) {
	if _, err := s.Session(ctx, tx, key); err != nil {
		return nil, err
	}
	all, err := pg.All[Appointment](ctx, tx, selectSQL+`a.session_id = @id AND `+visible+` ORDER BY c.name, a.id`,
		pg.Args{"id": key, "all": tx.Actor.Can(role.AppointmentsAll), "actor": tx.Actor.UserID})
	for i := range all {
		all[i] = all[i].local()
	}
	return all, err
}

// EndTooFew cancels the sessions for which too few have come by their deadline, and says whether there may be more.
func (s *Service) EndTooFew(ctx context.Context, tx *pg.TenantTx) (more bool, err error) {
	all, err := group.Failing(ctx, tx)
	if err != nil {
		return false, err
	}
	for _, g := range all {
		enough := func(g group.Session) bool { return g.Taken >= g.Minimum }
		_, err := s.endSession(ctx, tx, g, calling{by: bySystem, reason: "Too few people have come together."}, enough)
		if err != nil && !errors.Is(err, errCalledOff) {
			return false, err
		}
	}
	return len(all) > 0, nil
}

// lockSeats lists the seats of a session that are still taken, under their locks.
func lockSeats(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) ([]Appointment, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM appointments WHERE session_id = @id ORDER BY id FOR NO KEY UPDATE`, pg.Args{"id": key}); err != nil {
		return nil, err
	}
	all, err := roster(ctx, tx, key)
	return slices.DeleteFunc(all, func(a Appointment) bool { return !a.Status.open() }), err
}

func roster(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) ([]Appointment, error) {
	all, err := pg.All[Appointment](ctx, tx, selectSQL+`a.session_id = @id ORDER BY c.name, a.id`, pg.Args{"id": key})
	for i := range all {
		all[i] = all[i].local()
	}
	return all, err
}

func moveWithSession(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], start, end time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET starts_at = @start, ends_at = @end, free_cancel = true, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "start": start, "end": end}))
	return err
}
