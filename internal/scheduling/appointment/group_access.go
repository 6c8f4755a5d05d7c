package appointment

import (
	"context"
	"errors"
	"slices"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/resource"
)

// sessionOf is one that the actor may see.
func sessionOf(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) (group.Session, error) {
	g, err := group.ByID(ctx, tx, key)
	if err != nil {
		return g, err
	}
	return g, mayUse(ctx, tx, g)
}

// Session is one that the actor holds, or has a seat in: whoever only sits there reads nothing that staff wrote.
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
	return forSeat(g), err
}

// forSeat is a session as those who only sit in it see it.
func forSeat(g group.Session) group.Session {
	g.Notes, g.CancelReason = nil, nil
	return g
}

// Sessions are those that the actor holds, or has a seat in that is not called off, as Session shows them.
func (s *Service) Sessions(ctx context.Context, tx *pg.TenantTx, f group.Filter) ([]group.Session, error) {
	if tx.Actor.Can(role.AppointmentsAll) {
		return group.List(ctx, tx, f)
	}
	f.User = &tx.Actor.UserID
	all, err := group.List(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	own, err := availability.OwnResources(ctx, tx)
	for i := range all {
		if !heldBy(all[i], own) {
			all[i] = forSeat(all[i])
		}
	}
	return all, err
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
