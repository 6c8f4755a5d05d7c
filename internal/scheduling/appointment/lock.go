package appointment

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/resource"
)

// lockResources makes bookings of the same resources follow one another. It runs before anything about the
// calendar is read, so that each sees what the one before it wrote; the keys are sorted, so that no two wait for each other.
func lockResources(ctx context.Context, tx *pg.TenantTx, candidates []availability.Candidate, also []id.ID[resource.Resource]) error {
	keys := make([]int64, 0, len(candidates)+len(also))
	for _, c := range candidates {
		keys = append(keys, lockKey(tx.Tenant.Schema, c.ID))
	}
	for _, r := range also {
		keys = append(keys, lockKey(tx.Tenant.Schema, r))
	}
	slices.Sort(keys)
	_, err := pg.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(k) FROM unnest(@keys::bigint[]) AS k`, pg.Args{"keys": slices.Compact(keys)})
	return err
}

// lockKey holds the schema, because keys are the whole database's: one tenant must not slow another.
func lockKey(schema string, r id.ID[resource.Resource]) int64 {
	sum := sha256.Sum256([]byte(schema + "/" + r.String()))
	return int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // any 64 bits will do
}
