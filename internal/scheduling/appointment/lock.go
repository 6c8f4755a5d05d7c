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
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
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

// LockToMove keeps others from changing appointments and group sessions of a location, and from booking what they take, until the
// transaction ends: before it moves several. As in each move by itself rows come first, then resources, then customers.
func (s *Service) LockToMove(ctx context.Context, tx *pg.TenantTx, where id.ID[location.Location], all []id.ID[Appointment], sessions []id.ID[group.Session]) error {
	what, err := lockRows(ctx, tx, all, sessions)
	if err != nil {
		return err
	}
	var plans []*availability.Plan
	for _, one := range what {
		plan, err := s.Availability.Plan(ctx, tx, availability.Ask{ServiceID: one, LocationID: &where, Booked: true, At: "body", ResourceAt: "body.resource_ids[%d]"})
		if f := fault.As(err); f != nil && f.Kind == fault.Invalid { // nobody performs it any more
			continue
		}
		if err != nil {
			return err
		}
		plans = append(plans, plan)
	}
	taken, err := takenBy(ctx, tx, all, sessions)
	if err != nil {
		return err
	}
	if err := s.lockPlans(ctx, tx, taken, plans...); err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `
		SELECT FROM customers WHERE id IN (SELECT customer_id FROM appointments WHERE id = ANY(@ids::uuid[]) OR session_id = ANY(@sessions::uuid[]))
		ORDER BY id FOR NO KEY UPDATE`, pg.Args{"ids": all, "sessions": sessions})
	return err
}

// lockRows locks appointments, and the seats of sessions, and says of which services all of it is.
func lockRows(ctx context.Context, tx *pg.TenantTx, all []id.ID[Appointment], sessions []id.ID[group.Session]) ([]id.ID[service.Service], error) {
	args := pg.Args{"ids": all, "sessions": sessions}
	_, err := pg.Exec(ctx, tx, `SELECT FROM appointments WHERE id = ANY(@ids::uuid[]) OR session_id = ANY(@sessions::uuid[]) ORDER BY id FOR NO KEY UPDATE`, args)
	if err != nil {
		return nil, err
	}
	rows, err := pg.All[struct {
		ID id.ID[service.Service] `db:"service_id"`
	}](ctx, tx, `
		SELECT service_id FROM appointments WHERE id = ANY(@ids::uuid[]) UNION SELECT service_id FROM group_sessions WHERE id = ANY(@sessions::uuid[])`, args)
	what := make([]id.ID[service.Service], len(rows))
	for i, r := range rows {
		what[i] = r.ID
	}
	return what, err
}

// takenBy lists the resources that appointments and sessions have.
func takenBy(ctx context.Context, tx *pg.TenantTx, all []id.ID[Appointment], sessions []id.ID[group.Session]) ([]id.ID[resource.Resource], error) {
	rows, err := pg.All[struct {
		ID id.ID[resource.Resource] `db:"resource_id"`
	}](ctx, tx, `SELECT DISTINCT resource_id FROM allocations WHERE appointment_id = ANY(@ids::uuid[]) OR session_id = ANY(@sessions::uuid[])`,
		pg.Args{"ids": all, "sessions": sessions})
	taken := make([]id.ID[resource.Resource], len(rows))
	for i, r := range rows {
		taken[i] = r.ID
	}
	return taken, err
}
