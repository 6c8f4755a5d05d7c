package appointment

import (
	"context"
	"time"

	"smoothschedule/internal/identity/role"
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
	if plan.Service.Group == nil {
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
	g := n.on(newSession(plan, start, end))
	if err := sane(g); err != nil {
		return group.Session{}, err
	}
	if err := group.Insert(ctx, tx, g); err != nil {
		return group.Session{}, err
	}
	r := v.reservation()
	r.sessionID = &g.ID
	if err := allocate(ctx, tx, r); err != nil {
		return group.Session{}, err
	}
	if err := s.auditOverride(ctx, tx, g.ID.String(), v.overridden, n.OverrideReason); err != nil {
		return group.Session{}, err
	}
	return s.opened(ctx, tx, g.ID, 0)
}

// opened tells that a session has more seats for customers than before, if it has.
func (s *Service) opened(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session], before int) (group.Session, error) {
	g, err := group.ByID(ctx, tx, key)
	if err != nil || forCustomers(g) <= before {
		return g, err
	}
	return g, s.OnReleased.Fire(ctx, tx, Released{g.LocationID, g.ServiceID, g.Start, g.End})
}

// forCustomers is how many seats customers may take themselves.
func forCustomers(g group.Session) int {
	if !g.Open {
		return 0
	}
	return g.Left()
}

// newSession is one as the service has it.
func newSession(plan *availability.Plan, start, end time.Time) group.Session {
	f := plan.Service
	zone, offset := clockOf(plan.Zone, start)
	return group.Session{
		ID: id.New[group.Session](), ServiceID: plan.ServiceID, LocationID: plan.Location, Start: start, End: end, TimeZone: zone, UTCOffset: offset, ServiceName: f.Name,
		BufferBefore: f.BufferBeforeMinutes, BufferAfter: f.BufferAfterMinutes, Capacity: f.Group.Capacity, Minimum: f.Group.Minimum, Deadline: *f.Group.Deadline,
		TooFew: f.Group.TooFew, Open: true,
	}
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
	if p.Capacity != nil && *p.Capacity < g.Taken+g.Held {
		return g, errState.With("%d seats of this session are taken or kept for a moment. Give it at least as many, or try again in a few minutes.", g.Taken+g.Held)
	}
	if err := sane(p.on(g)); err != nil {
		return g, err
	}
	if err := group.Update(ctx, tx, p.on(g)); err != nil {
		return g, err
	}
	return s.opened(ctx, tx, key, forCustomers(g))
}
