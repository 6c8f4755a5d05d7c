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
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Reassignment says who takes over.
type Reassignment struct {
	To *id.ID[resource.Resource] `json:"to" required:"false" nullable:"true" doc:"Who takes over; without it anybody who is free."`
}

// Reassigned is what became of a resource's appointments and group sessions to come.
type Reassigned struct {
	Moved         []id.ID[Appointment]   `json:"moved" doc:"Those that others have now."`
	MovedSessions []id.ID[group.Session] `json:"moved_sessions" doc:"Group sessions that others have now, with all their seats."`
	Left          []fault.Clash          `json:"left" doc:"Those that nobody can take at their time, and why: appointments, then group sessions. They are as before."`
}

// mostReassigned bounds one call: so many appointments, and so many sessions.
const mostReassigned = 200

var errOthersCalendars = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "You can book your own calendar only. Ask somebody who sees all appointments."}

// Reassign gives the appointments and group sessions to come of a resource to others who are free then. Times stay. It takes from one
// calendar and gives to others, so that it is for who may book them all.
func (s *Service) Reassign(ctx context.Context, tx *pg.TenantTx, from id.ID[resource.Resource], r Reassignment) (Reassigned, error) {
	done := Reassigned{Moved: []id.ID[Appointment]{}, MovedSessions: []id.ID[group.Session]{}, Left: []fault.Clash{}}
	if !tx.Actor.Can(role.AppointmentsAll) {
		return done, errOthersCalendars
	}
	if err := checkResource(ctx, tx, from, r.To); err != nil {
		return done, err
	}
	all, err := lockFuture(ctx, tx, from)
	if err != nil {
		return done, err
	}
	sessions, err := futureSessions(ctx, tx, from)
	if err != nil {
		return done, err
	}
	questions := make([]engagement, 0, len(all)+len(sessions))
	for _, a := range all {
		questions = append(questions, a.engagement())
	}
	for _, g := range sessions {
		questions = append(questions, engagementOf(g))
	}
	plans, err := s.plansWithout(ctx, tx, questions, from, r.To)
	if err != nil {
		return done, err
	}
	for i, a := range all {
		no, err := s.handOver(ctx, tx, a, plans[i])
		if err != nil {
			return done, err
		}
		done.Moved, done.Left = noted(done.Moved, a.ID, done.Left, no)
	}
	for i, g := range sessions {
		no, err := s.handOverSession(ctx, tx, g, plans[len(all)+i])
		if err != nil {
			return done, err
		}
		done.MovedSessions, done.Left = noted(done.MovedSessions, g.ID, done.Left, no)
	}
	return done, nil
}

// noted is one more that was handed over, or left.
func noted[K id.Kind](moved []id.ID[K], key id.ID[K], left []fault.Clash, no *fault.Clash) ([]id.ID[K], []fault.Clash) {
	if no != nil {
		return moved, append(left, *no)
	}
	return append(moved, key), left
}

// engagement is what an appointment and a session have in common: when resources are taken, for what.
type engagement struct {
	serviceID     id.ID[service.Service]
	locationID    id.ID[location.Location]
	resources     []id.ID[resource.Resource]
	party         int
	start, end    time.Time
	before, after int
}

func (a Appointment) engagement() engagement {
	return engagement{a.ServiceID, a.LocationID, a.ResourceIDs, a.PartySize, a.Start, a.End, a.BufferBefore, a.BufferAfter}
}

// plansWithout are the questions who could take each without one resource; nil where nobody can. It locks all that they may take.
func (s *Service) plansWithout(ctx context.Context, tx *pg.TenantTx, all []engagement, from id.ID[resource.Resource], to *id.ID[resource.Resource]) ([]*availability.Plan, error) {
	plans := make([]*availability.Plan, len(all))
	for i, e := range all {
		plan, err := s.without(ctx, tx, e, from, to)
		if err != nil {
			return nil, err
		}
		plans[i] = plan
	}
	possible := slices.DeleteFunc(slices.Clone(plans), func(p *availability.Plan) bool { return p == nil })
	return plans, s.lockPlans(ctx, tx, []id.ID[resource.Resource]{from}, possible...)
}

// without is the question of what keeps its time and all resources but one.
func (s *Service) without(ctx context.Context, tx *pg.TenantTx, e engagement, from id.ID[resource.Resource], to *id.ID[resource.Resource]) (*availability.Plan, error) {
	keep := slices.DeleteFunc(slices.Clone(e.resources), func(r id.ID[resource.Resource]) bool { return r == from })
	if to != nil && !slices.Contains(keep, *to) {
		keep = append(keep, *to)
	}
	ask := availability.Ask{ServiceID: e.serviceID, LocationID: &e.locationID, Resources: wanted(keep), Not: &from, PartySize: e.party, Booked: true, At: "body", ResourceAt: "body.to"}
	plan, err := s.Availability.Plan(ctx, tx, ask)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid { // the other can't perform this service
		return nil, nil
	}
	if err == nil {
		plan.Shape(e.end.Sub(e.start), minutes(e.before), minutes(e.after))
		plan.Lift([]availability.Rule{availability.Past, availability.MinimumNotice, availability.BookingWindow, availability.Season}, e.start)
	}
	return plan, err
}

// left is what to say where nobody can take it; what the engine says is added by hindered.
func (e engagement) left(what string) *fault.Clash {
	return &fault.Clash{Rule: string(availability.Requirement), Start: e.start.Format(time.RFC3339), End: e.end.Format(time.RFC3339), Message: "Nobody else can take this " + what + "."}
}

// hindered asks whether others are free then, and adds to what is left what stands in the way; nil for nothing.
func (s *Service) hindered(ctx context.Context, tx *pg.TenantTx, v *verdict, left *fault.Clash) (*fault.Clash, error) {
	if err := s.judge(ctx, tx, v); err != nil || v.refusal == calendar.Offered {
		return nil, err
	}
	if len(v.reasons) > 0 {
		left.Rule, left.Message = string(v.reasons[0].Rule), v.reasons[0].Message
	}
	return left, nil
}

// handOver moves one appointment to others, or says why not.
func (s *Service) handOver(ctx context.Context, tx *pg.TenantTx, a Appointment, plan *availability.Plan) (*fault.Clash, error) {
	left := a.engagement().left("appointment")
	left.AppointmentID = a.ID.String()
	if plan == nil {
		return left, nil
	}
	v := verdict{plan: plan, start: a.Start, end: a.End, except: availability.Except{AppointmentID: a.ID.UUID()}}
	if no, err := s.hindered(ctx, tx, &v, left); err != nil || no != nil {
		return no, err
	}
	_, err := s.relocate(ctx, tx, a, &v, movement{action: "reassigned"})
	return nil, err
}

// lockFuture lists the open appointments to come of a resource, which nobody else can change until the transaction ends.
func lockFuture(ctx context.Context, tx *pg.TenantTx, r id.ID[resource.Resource]) ([]Appointment, error) {
	rows, err := pg.All[struct {
		ID id.ID[Appointment] `db:"id"`
	}](ctx, tx, `
		SELECT a.id FROM appointments a
		WHERE a.status IN ('PENDING', 'CONFIRMED') AND a.starts_at > @now
		  AND EXISTS (SELECT FROM allocations al WHERE al.appointment_id = a.id AND al.resource_id = @resource_id AND NOT al.linked)
		ORDER BY a.starts_at, a.id LIMIT @rows FOR NO KEY UPDATE`, pg.Args{"now": tx.Now(), "resource_id": r, "rows": mostReassigned})
	all := make([]Appointment, len(rows))
	for i, row := range rows {
		if all[i], err = readBack(ctx, tx, row.ID); err != nil {
			return nil, err
		}
	}
	return all, err
}

// checkResource refuses resources that are not there, and one that would take over from itself.
func checkResource(ctx context.Context, tx *pg.TenantTx, from id.ID[resource.Resource], to *id.ID[resource.Resource]) error {
	if to != nil && *to == from {
		return fault.At("body.to", "Choose another resource.")
	}
	found, err := pg.One[struct {
		From bool `db:"from_known"`
		To   bool `db:"to_known"`
	}](ctx, tx, `
		SELECT EXISTS (SELECT FROM resources WHERE id = @from) AS from_known,
			@to::uuid IS NULL OR EXISTS (SELECT FROM resources WHERE id = @to AND archived_at IS NULL) AS to_known`, pg.Args{"from": from, "to": to})
	switch {
	case err != nil:
		return err
	case !found.From:
		return fault.ErrNotFound
	case !found.To:
		return fault.Unknown("body.to")
	}
	return nil
}
