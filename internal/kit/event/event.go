// Package event lets a domain announce what happened without knowing who listens.
package event

import (
	"context"

	"smoothschedule/internal/kit/pg"
)

// Hook is one kind of event. The zero value is ready to use.
type Hook[T any] struct {
	subs []func(context.Context, *pg.TenantTx, T) error
}

// On adds a subscriber. All of them are added in package app, before serving.
// A subscriber inserts a job and does nothing else: one failed statement of its own would undo the caller's work.
func (h *Hook[T]) On(f func(context.Context, *pg.TenantTx, T) error) { h.subs = append(h.subs, f) }

// Fire calls the subscribers in the announcing transaction; the first error undoes it.
func (h *Hook[T]) Fire(ctx context.Context, tx *pg.TenantTx, e T) error {
	for _, f := range h.subs {
		if err := f(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}
