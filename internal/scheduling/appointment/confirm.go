package appointment

import (
	"context"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/resource"
)

// Confirmation says who takes a request.
type Confirmation struct {
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"Who takes it; without any those that it was asked for, or whoever is free."`
	Override
}

// Confirm accepts a request. Whether its time is still free is asked anew.
func (s *Service) Confirm(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], c Confirmation) (Appointment, error) {
	was, err := s.lock(ctx, tx, key)
	if err != nil {
		return Appointment{}, err
	}
	if was.Status != Pending {
		return Appointment{}, was.refuse("confirmed")
	}
	who := wanted(c.ResourceIDs)
	if who == nil {
		who = wanted(was.ResourceIDs)
	}
	if !tx.Actor.Can(role.AppointmentsAll) {
		if _, err := ownOnly(ctx, tx, who); err != nil {
			return Appointment{}, err
		}
	}
	m := movement{start: was.Start.Format(time.RFC3339Nano), resources: who, override: c.Override, action: "confirmed", resourceAt: "body.resource_ids[%d]"}
	plan, start, end, err := s.planMove(ctx, tx, was, m)
	if err != nil {
		return Appointment{}, err
	}
	if err := s.lockPlans(ctx, tx, was.ResourceIDs, plan); err != nil {
		return Appointment{}, err
	}
	// What the customer had to keep when they asked (notice, window) has been kept.
	plan.Lift([]availability.Rule{availability.MinimumNotice, availability.BookingWindow, availability.Season}, start)
	v := verdict{plan: plan, start: start, end: end, except: availability.Except{AppointmentID: key.UUID()}, override: c.Override.Override}
	if was.SessionID == nil { // a seat is kept since it was asked for
		if err := s.judge(ctx, tx, &v); err != nil {
			return Appointment{}, err
		}
	}
	if err := s.refusal(ctx, tx, &v); err != nil {
		return Appointment{}, err
	}
	return s.accept(ctx, tx, was, &v, m)
}

// accept writes a confirmed request, and tells those who listen.
func (s *Service) accept(ctx context.Context, tx *pg.TenantTx, was Appointment, v *verdict, m movement) (Appointment, error) {
	if err := setStatus(ctx, tx, was.ID, Confirmed, ""); err != nil {
		return Appointment{}, err
	}
	if err := unallocate(ctx, tx, was.ID); err != nil {
		return Appointment{}, err
	}
	r := v.reservation()
	r.appointmentID = &was.ID
	if err := allocate(ctx, tx, r); err != nil {
		return Appointment{}, err
	}
	if len(v.overridden) > 0 {
		if err := setOverridden(ctx, tx, was.ID, v.overridden, m.override.OverrideReason); err != nil {
			return Appointment{}, err
		}
	}
	a, err := s.recorded(ctx, tx, was, m.action, m.override.OverrideReason)
	if err != nil {
		return Appointment{}, err
	}
	if err := s.OnAccepted.Fire(ctx, tx, Accepted{a}); err != nil {
		return Appointment{}, err
	}
	return a, s.auditOverride(ctx, tx, a.ID.String(), v.overridden, m.override.OverrideReason)
}
