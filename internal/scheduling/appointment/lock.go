package appointment

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/resource"
)

// lockPlan makes bookings of the same resources follow one another, and those of a service that is limited in number.
// It runs before anything about the calendar is read, so that each sees what the one before it wrote.
func lockPlan(ctx context.Context, tx *pg.TenantTx, plan *availability.Plan, also []id.ID[resource.Resource]) error {
	names := make([]string, 0, len(plan.Resources)+len(also)+1)
	for _, c := range plan.Resources {
		names = append(names, c.ID.String())
	}
	for _, r := range also {
		names = append(names, r.String())
	}
	if plan.Service.Limits != (calendar.Limits{}) || plan.Service.CustomerLimits != (calendar.Limits{}) {
		names = append(names, plan.ServiceID.String())
	}
	return lock(ctx, tx, names...)
}

// lock sorts the keys, so that no two wait for each other.
func lock(ctx context.Context, tx *pg.TenantTx, names ...string) error {
	keys := make([]int64, len(names))
	for i, name := range names {
		keys[i] = lockKey(tx.Tenant.Schema, name)
	}
	slices.Sort(keys)
	_, err := pg.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(k) FROM unnest(@keys::bigint[]) AS k`, pg.Args{"keys": slices.Compact(keys)})
	return err
}

// lockKey holds the schema, because keys are the whole database's: one tenant must not slow another.
func lockKey(schema, name string) int64 {
	sum := sha256.Sum256([]byte(schema + "/" + name))
	return int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // any 64 bits will do
}
