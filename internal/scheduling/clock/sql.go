package clock

import (
	"context"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
)

func placeByID(ctx context.Context, tx *pg.TenantTx, key id.ID[location.Location]) (place, error) {
	return pg.Found(pg.One[place](ctx, tx, `SELECT id, name, time_zone FROM locations WHERE id = @id`, pg.Args{"id": key}))
}

// places lists all, archived ones too: what is booked there stays booked.
func places(ctx context.Context, tx *pg.TenantTx) ([]place, error) {
	return pg.All[place](ctx, tx, `SELECT id, name, time_zone FROM locations ORDER BY name, id`, nil)
}

// toCome lists what can still be moved. Seats move with their session; one that only a hold had made is gone when that ends.
func toCome(ctx context.Context, tx *pg.TenantTx, where id.ID[location.Location]) ([]booked, error) {
	return pg.All[booked](ctx, tx, `
		SELECT a.id AS appointment_id, NULL::uuid AS session_id, a.service_name, a.starts_at, a.ends_at, a.time_zone, a.utc_offset_seconds FROM appointments a
		WHERE a.location_id = @location_id AND a.session_id IS NULL AND a.starts_at > @now AND (a.status = 'CONFIRMED' OR a.status = 'PENDING' AND a.pending_until > @now)
		UNION ALL
		SELECT NULL, g.id, g.service_name, g.starts_at, g.ends_at, g.time_zone, g.utc_offset_seconds FROM group_sessions g
		WHERE g.location_id = @location_id AND g.status = 'SCHEDULED' AND g.starts_at > @now
		  AND EXISTS (SELECT FROM allocations l WHERE l.session_id = g.id AND (l.expires_at IS NULL OR l.expires_at > @now))
		ORDER BY starts_at, appointment_id, session_id`, pg.Args{"location_id": where, "now": tx.Now()})
}

// checked notes by which rules the calendar is being looked through, and says whether those are others than before. Of two who ask at
// once the second waits for the first, and is told that they are not.
func checked(ctx context.Context, tx *pg.TenantTx, rules string) (others bool, err error) {
	n, err := pg.Exec(ctx, tx, `
		INSERT INTO clock_checks AS c (singleton, rules, checked_at) VALUES (true, @rules, @now)
		ON CONFLICT (singleton) DO UPDATE SET rules = @rules, checked_at = @now WHERE c.rules <> @rules`, pg.Args{"rules": rules, "now": tx.Now()})
	return n > 0, err
}

// withRole lists the active users of the business who have one of the roles.
func withRole(ctx context.Context, tx *pg.TenantTx, roles []role.Role) ([]id.ID[account.User], error) {
	rows, err := pg.All[struct {
		ID id.ID[account.User] `db:"id"`
	}](ctx, tx, `SELECT id FROM public.users WHERE tenant_id = @tenant_id AND role = ANY(@roles) AND is_active AND NOT is_sandbox ORDER BY id LIMIT 100`,
		pg.Args{"tenant_id": tx.Tenant.ID, "roles": roles})
	ids := make([]id.ID[account.User], len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}
