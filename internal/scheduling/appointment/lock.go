package appointment

import (
	"context"
	"slices"
	"time"

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
	for _, p := range plans {
		if err := checkLive(ctx, tx, p); err != nil {
			return err
		}
	}
	return s.expire(ctx, tx, ids)
}

// checkLive refuses to book by a plan that somebody has changed between its reading and its lock: a resource was archived, or has
// another capacity. Whose turn it is, it reads anew: with whoever had the lock before it may have gone to another.
func checkLive(ctx context.Context, tx *pg.TenantTx, p *availability.Plan) error {
	locked := p.Locked()
	rows, err := pg.All[struct {
		ID           id.ID[resource.Resource] `db:"id"`
		Capacity     int                      `db:"capacity"`
		LastAssigned *time.Time               `db:"last_assigned_at"`
	}](ctx, tx, `SELECT id, capacity, last_assigned_at FROM resources WHERE id = ANY(@ids::uuid[]) AND archived_at IS NULL`, pg.Args{"ids": locked})
	if err != nil {
		return err
	}
	live := make(map[id.ID[resource.Resource]]int, len(rows))
	for _, r := range rows {
		live[r.ID] = r.Capacity
		p.Assigned(r.ID, r.LastAssigned)
	}
	for _, c := range p.Resources {
		if slices.Contains(locked, c.ID) && live[c.ID] != c.Capacity {
			return ErrSlotUnavailable.With("What can be booked was changed just now. Please try again.")
		}
	}
	return nil
}

// expire frees what holds and requests have kept too long: a predicate on the time can't stand in a constraint.
// An appointment that somebody is changing at this moment is left to them.
func (s *Service) expire(ctx context.Context, tx *pg.TenantTx, ids []id.ID[resource.Resource]) error {
	old, err := pg.All[expired](ctx, tx, `
		SELECT DISTINCT appointment_id, hold_id, session_id FROM allocations
		WHERE active AND expires_at <= @now AND resource_id = ANY(@ids::uuid[])`, pg.Args{"now": tx.Now(), "ids": ids})
	if err != nil || len(old) == 0 {
		return err
	}
	return s.expireThese(ctx, tx, old)
}
