package appointment

import (
	"context"
	"slices"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/resource"
)

// Reassignment says who takes over.
type Reassignment struct {
	To *id.ID[resource.Resource] `json:"to" required:"false" nullable:"true" doc:"Who takes over; without it anybody who is free."`
}

// Reassigned is what became of a resource's appointments to come.
type Reassigned struct {
	Moved []id.ID[Appointment] `json:"moved" doc:"Those that others have now."`
	Left  []fault.Clash        `json:"left" doc:"Those that nobody can take at their time, and why. They are as before."`
}

// mostReassigned bounds one call.
const mostReassigned = 200

// Reassign gives the appointments to come of a resource to others who are free then. Times stay.
func (s *Service) Reassign(ctx context.Context, tx *pg.TenantTx, from id.ID[resource.Resource], r Reassignment) (Reassigned, error) {
	done := Reassigned{Moved: []id.ID[Appointment]{}, Left: []fault.Clash{}}
	if err := checkResource(ctx, tx, from, r.To); err != nil {
		return done, err
	}
	all, err := lockFuture(ctx, tx, from)
	if err != nil {
		return done, err
	}
	plans := make([]*availability.Plan, len(all))
	for i, a := range all {
		if plans[i], err = s.without(ctx, tx, a, from, r.To); err != nil {
			return done, err
		}
	}
	possible := slices.DeleteFunc(slices.Clone(plans), func(p *availability.Plan) bool { return p == nil })
	if err := s.lockPlans(ctx, tx, []id.ID[resource.Resource]{from}, possible...); err != nil {
		return done, err
	}
	for i, a := range all {
		no, err := s.handOver(ctx, tx, a, plans[i])
		switch {
		case err != nil:
			return done, err
		case no != nil:
			done.Left = append(done.Left, *no)
		default:
			done.Moved = append(done.Moved, a.ID)
		}
	}
	return done, nil
}

// without is the question of an appointment that keeps its time and all resources but one.
func (s *Service) without(ctx context.Context, tx *pg.TenantTx, a Appointment, from id.ID[resource.Resource], to *id.ID[resource.Resource]) (*availability.Plan, error) {
	keep := slices.DeleteFunc(slices.Clone(a.ResourceIDs), func(r id.ID[resource.Resource]) bool { return r == from })
	if to != nil && !slices.Contains(keep, *to) {
		keep = append(keep, *to)
	}
	ask := availability.Ask{ServiceID: a.ServiceID, LocationID: &a.LocationID, Resources: wanted(keep), Not: &from, PartySize: a.PartySize, Booked: true, At: "body", ResourceAt: "body.to"}
	plan, err := s.Availability.Plan(ctx, tx, ask)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid { // the other can't perform this service
		return nil, nil
	}
	if err == nil {
		plan.Shape(a.End.Sub(a.Start), minutes(a.BufferBefore), minutes(a.BufferAfter))
		plan.Lift([]availability.Rule{availability.Past, availability.MinimumNotice, availability.BookingWindow, availability.Season}, a.Start)
	}
	return plan, err
}

// handOver moves one appointment to others, or says why not.
func (s *Service) handOver(ctx context.Context, tx *pg.TenantTx, a Appointment, plan *availability.Plan) (*fault.Clash, error) {
	left := &fault.Clash{Rule: string(availability.Requirement), AppointmentID: a.ID.String(), Start: a.Start.Format(time.RFC3339), End: a.End.Format(time.RFC3339), Message: "Nobody else can take this appointment."}
	if plan == nil {
		return left, nil
	}
	v := verdict{plan: plan, start: a.Start, end: a.End, except: availability.Except{AppointmentID: a.ID.UUID()}}
	if err := s.judge(ctx, tx, &v); err != nil {
		return nil, err
	}
	if v.refusal != calendar.Offered {
		if len(v.reasons) > 0 {
			left.Rule, left.Message = string(v.reasons[0].Rule), v.reasons[0].Message
		}
		return left, nil
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
