package appointment

import (
	"context"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/resource"
)

// lockPlans makes bookings of the same resources follow one another, and those of services that are limited in number.
// It runs before anything about the calendar is read, so that each sees what the one before it wrote; then it frees what has expired.
func (s *Service) lockPlans(ctx context.Context, tx *pg.TenantTx, also []id.ID[resource.Resource], plans ...*availability.Plan) error {
	ids := append([]id.ID[resource.Resource]{}, also...)
	names := []string{}
	for _, p := range plans {
		ids = append(ids, p.Locked()...)
		if p.Service.Limits != (calendar.Limits{}) {
			names = append(names, p.ServiceID.String())
		}
	}
	for _, r := range ids {
		names = append(names, r.String())
	}
	if err := resource.LockNames(ctx, tx, names...); err != nil {
		return err
	}
	return expire(ctx, tx, ids)
}

// expire frees what holds and requests have kept too long: a predicate on the time can't stand in a constraint.
// An appointment that somebody is changing at this moment is left to them.
func expire(ctx context.Context, tx *pg.TenantTx, ids []id.ID[resource.Resource]) error {
	old, err := pg.All[expired](ctx, tx, `
		SELECT DISTINCT appointment_id, hold_id FROM allocations
		WHERE active AND expires_at <= @now AND resource_id = ANY(@ids::uuid[])`, pg.Args{"now": tx.Now(), "ids": ids})
	if err != nil || len(old) == 0 {
		return err
	}
	return expireThese(ctx, tx, old)
}
