package appointment

import (
	"context"
	"errors"
	"slices"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/resource"
)

// futureSessions lists the sessions to come of a resource, under the locks of their seats.
func futureSessions(ctx context.Context, tx *pg.TenantTx, r id.ID[resource.Resource]) ([]group.Session, error) {
	all, err := group.ToCome(ctx, tx, r, mostReassigned)
	for _, g := range all {
		if _, err := lockSeats(ctx, tx, g.ID); err != nil {
			return nil, err
		}
	}
	return all, err
}

// engagementOf is of how many people come the least: the resources of a session are taken whoever sits in it.
func engagementOf(g group.Session) engagement {
	return engagement{g.ServiceID, g.LocationID, g.ResourceIDs, 1, g.Start, g.End, g.BufferBefore, g.BufferAfter}
}

// handOverSession gives a session with all its seats to others, or says why not.
func (s *Service) handOverSession(ctx context.Context, tx *pg.TenantTx, was group.Session, plan *availability.Plan) (*fault.Clash, error) {
	left := engagementOf(was).left("session")
	left.SessionID = was.ID.String()
	if plan == nil {
		return left, nil
	}
	g, err := lockSession(ctx, tx, was.ID)
	if errors.Is(err, errCalledOff) || errors.Is(err, fault.ErrNotFound) || err == nil && (!g.Start.Equal(was.Start) || !slices.Equal(g.ResourceIDs, was.ResourceIDs)) {
		left.Message = "It was changed just now. Please try again."
		return left, nil
	}
	if err != nil {
		return nil, err
	}
	v := verdict{plan: plan, start: g.Start, end: g.End, except: availability.Except{SessionID: g.ID.UUID()}}
	if no, err := s.hindered(ctx, tx, &v, left); err != nil || no != nil {
		return no, err
	}
	return nil, s.exchange(ctx, tx, g, &v)
}

// exchange writes who has a session now. Nobody who sits in it has to come at another time, so that nobody is written to.
func (s *Service) exchange(ctx context.Context, tx *pg.TenantTx, g group.Session, v *verdict) error {
	seats, err := lockSeats(ctx, tx, g.ID) // as they are before
	if err != nil {
		return err
	}
	if err := s.rehouse(ctx, tx, g, v); err != nil {
		return err
	}
	for _, a := range seats {
		if err := touch(ctx, tx, a.ID); err != nil {
			return err
		}
		if _, err := s.recorded(ctx, tx, a, "reassigned", ""); err != nil {
			return err
		}
	}
	return s.OnReleased.Fire(ctx, tx, Released{g.LocationID, g.ServiceID, g.Start, g.End})
}

// touch notes that something about an appointment has changed which isn't in its row.
func touch(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`, tx.Stamp(pg.Args{"id": key}))
	return err
}
