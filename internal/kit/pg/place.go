package pg

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Tx is a transaction of any of the three scopes.
type Tx interface {
	Querier
	Now() time.Time
	AfterCommit(f func())
}

// PlaceTx is a transaction on the shared rows of one place: of a tenant (SharedTx) or of the platform (PlatformTx).
// The platform's sees the rows of all tenants, so a statement for both names its tenant too.
type PlaceTx interface {
	Tx
	place()
}

func (*SharedTx) place()   {}
func (*PlatformTx) place() {}

// InPlace runs f on one tenant's shared rows, or with nil on the platform's.
func (db *DB) InPlace(ctx context.Context, tenantID *uuid.UUID, f func(PlaceTx) error) error {
	if tenantID == nil {
		return db.InPlatform(ctx, func(tx *PlatformTx) error { return f(tx) })
	}
	return db.InShared(ctx, *tenantID, func(tx *SharedTx) error { return f(tx) })
}
