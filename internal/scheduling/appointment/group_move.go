package appointment

import (
	"context"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/group"
)

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
	if !v.start.Equal(was.Start) || v.plan.Location != was.LocationID {
		g.TimeZone, g.UTCOffset = clockOf(v.plan.Zone, v.start)
	}
	g.LocationID, g.Start, g.End = v.plan.Location, v.start, v.end
	if err := s.rehouse(ctx, tx, g, v); err != nil {
		return g, err
	}
	if err := s.auditOverride(ctx, tx, g.ID.String(), v.overridden, m.OverrideReason); err != nil {
		return g, err
	}
	seats, err := lockSeats(ctx, tx, g.ID)
	if err != nil {
		return g, err
	}
	for _, a := range seats {
		if err := moveWithSession(ctx, tx, a.ID, g); err != nil {
			return g, err
		}
		moved, err := s.recorded(ctx, tx, a, "rescheduled", m.OverrideReason)
		if err != nil {
			return g, err
		}
		if !m.wanted() {
			continue
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

// rehouse writes where a session is, and what it takes from then on. What is kept in it goes along.
func (s *Service) rehouse(ctx context.Context, tx *pg.TenantTx, g group.Session, v *verdict) error {
	if err := group.Update(ctx, tx, g); err != nil {
		return err
	}
	if _, err := pg.Exec(ctx, tx, `DELETE FROM allocations WHERE session_id = @id`, pg.Args{"id": g.ID}); err != nil {
		return err
	}
	r := v.reservation()
	r.sessionID = &g.ID
	if err := allocate(ctx, tx, r); err != nil {
		return err
	}
	_, err := pg.Exec(ctx, tx, `UPDATE holds SET starts_at = @start, ends_at = @end WHERE session_id = @id`, pg.Args{"id": g.ID, "start": g.Start, "end": g.End})
	if err != nil {
		return err
	}
	return s.settle(ctx, tx, &g.ID)
}

func moveWithSession(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], g group.Session) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET starts_at = @start, ends_at = @end, location_id = @location_id, time_zone = @zone, utc_offset_seconds = @offset, free_cancel = true,
			pending_until = CASE WHEN pending_until > @start THEN @start ELSE pending_until END,
			status = CASE WHEN status = 'CHECKED_IN' AND starts_at <> @start THEN 'CONFIRMED' ELSE status END,
			checked_in_at = CASE WHEN starts_at = @start THEN checked_in_at END, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{
		"id": key, "start": g.Start, "end": g.End, "location_id": g.LocationID, "zone": g.TimeZone, "offset": g.UTCOffset,
	}))
	return err
}
