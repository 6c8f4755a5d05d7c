// Package job adds work to the queue in the transaction that causes it, and opens the same scope when the work is done.
package job

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"smoothschedule/internal/kit/pg"
)

// Scope is embedded by the arguments of every job of a tenant. The database compares tenant_id with the
// transaction's own, so that no tenant can add a job for another.
type Scope struct {
	TenantID uuid.UUID `json:"tenant_id"`
	Schema   string    `json:"schema"`
	Mode     pg.Mode   `json:"mode"`
	UserID   uuid.UUID `json:"user_id,omitzero"`  // who caused it
	ActedBy  uuid.UUID `json:"acted_by,omitzero"` // who really did, where somebody acted as another
}

// Of is the scope of a transaction.
func Of(tx *pg.TenantTx) Scope {
	return Scope{tx.Tenant.ID, tx.Tenant.Schema, tx.Tenant.Mode, tx.Actor.UserID, tx.Actor.ActedBy}
}

// Tenant is the scope to open when the job runs.
func (s Scope) Tenant() (pg.Tenant, error) {
	tn, err := pg.NewTenant(s.TenantID, s.Schema)
	if err == nil && tn.Mode != s.Mode {
		err = fmt.Errorf("a job of mode %s for schema %s", s.Mode, s.Schema)
	}
	return tn, err
}

// Queue adds jobs.
type Queue struct{ client *river.Client[pgx.Tx] }

// NewQueue returns a Queue over River's client.
func NewQueue(client *river.Client[pgx.Tx]) *Queue { return &Queue{client} }

// Add inserts a job in the transaction: it exists if and only if the transaction commits.
func (q *Queue) Add(ctx context.Context, tx pg.Querier, args river.JobArgs) error {
	if _, err := q.client.InsertTx(ctx, tx.Raw(), args, nil); err != nil {
		return fmt.Errorf("adding job %s: %w", args.Kind(), err)
	}
	return nil
}
