package resource

import (
	"context"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// resize lets bookings follow a new capacity. What is booked already must fit in. It runs under the lock of bookings.
func resize(ctx context.Context, tx *pg.TenantTx, was Resource, capacity int) error {
	if capacity < was.Capacity {
		if err := checkRoom(ctx, tx, was.ID, capacity); err != nil {
			return err
		}
	}
	switch {
	case was.Capacity == 1 && capacity > 1:
		return shareFuture(ctx, tx, was.ID)
	case was.Capacity > 1 && capacity == 1:
		return keepFuture(ctx, tx, was.ID)
	}
	return nil
}

// checkRoom refuses a capacity that is less than what is in use at some time to come.
func checkRoom(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], capacity int) error {
	over, err := beyond(ctx, tx, key, capacity)
	if err != nil || len(over) == 0 {
		return err
	}
	return errInTheWay.With("%s at the same time as others, for which a capacity of %d is too little. Move or cancel them first, or choose a larger capacity.", counted(over), capacity).
		Conflicting(false, clashes("capacity", key, over)...)
}

// beyond lists what is booked at the times to come when more than so much of the resource is in use: a sweep over the
// starts and ends, where the use is the sum of all changes so far.
func beyond(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], capacity int) ([]obstacle, error) {
	return pg.All[obstacle](ctx, tx, `
		WITH future AS MATERIALIZED (
			SELECT al.id, al.appointment_id, al.session_id, al.units, greatest(lower(al.busy_range), @now) AS from_at, upper(al.busy_range) AS to_at FROM allocations al
			WHERE al.active AND al.resource_id = @id AND upper(al.busy_range) > @now AND (al.expires_at IS NULL OR al.expires_at > @now)
		), in_use AS MATERIALIZED (
			SELECT at, sum(sum(units)) OVER (ORDER BY at) AS units
			FROM (SELECT from_at AS at, units FROM future UNION ALL SELECT to_at, -units FROM future) AS changes GROUP BY at
		)
		SELECT f.appointment_id, f.session_id, coalesce(a.starts_at, g.starts_at, f.from_at) AS starts_at, coalesce(a.ends_at, g.ends_at, f.to_at) AS ends_at,
			coalesce(a.time_zone, g.time_zone, 'UTC') AS time_zone, coalesce(a.service_name, g.service_name, '') AS service_name, `+seen+` AS seen
		FROM future f LEFT JOIN appointments a ON a.id = f.appointment_id LEFT JOIN group_sessions g ON g.id = f.session_id
		WHERE EXISTS (SELECT FROM in_use u WHERE u.units > @capacity::integer AND u.at >= f.from_at AND u.at < f.to_at)
		ORDER BY starts_at, f.id`, withSight(tx, pg.Args{"id": key, "capacity": capacity, "now": tx.Now()}))
}

// shareFuture lets others in beside what is booked.
func shareFuture(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) error {
	_, err := pg.Exec(ctx, tx, `UPDATE allocations SET exclusive = false WHERE resource_id = @id AND active AND exclusive AND upper(busy_range) > @now`,
		pg.Args{"id": key, "now": tx.Now()})
	return err
}

// keepFuture lets nobody in beside what is booked, but for what was booked in spite of others.
func keepFuture(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE allocations SET exclusive = true
		WHERE resource_id = @id AND active AND NOT exclusive AND upper(busy_range) > @now AND (expires_at IS NULL OR expires_at > @now)
			AND NOT EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id AND a.overbooked)`,
		pg.Args{"id": key, "now": tx.Now()})
	return err
}
