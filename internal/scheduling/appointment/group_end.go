package appointment

import (
	"context"
	"errors"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/group"
)

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
