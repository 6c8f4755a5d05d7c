package resource

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"smoothschedule/internal/kit/pg"
)

// LockNames makes whatever is booked with resources, or changes how they can be, follow one another. It is taken before anything about
// their calendars is read, so that each sees what the one before it wrote. It takes ids of several kinds, as text: a service that is
// limited in number is locked with its resources.
// One call sorts the keys, so that no two wait for each other; two calls in one transaction can.
func LockNames(ctx context.Context, tx *pg.TenantTx, names ...string) error {
	keys := make([]int64, len(names))
	for i, name := range names {
		keys[i] = LockKey(tx.Tenant.Schema, name)
	}
	slices.Sort(keys)
	_, err := pg.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(k) FROM unnest(@keys::bigint[]) AS k`, pg.Args{"keys": slices.Compact(keys)})
	return err
}

// LockKey holds the schema, because keys are the whole database's: one tenant must not slow another.
func LockKey(schema, name string) int64 {
	sum := sha256.Sum256([]byte(schema + "/" + name))
	return int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // any 64 bits will do
}
