package app

import (
	"context"
	"errors"

	"github.com/riverqueue/river"

	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/waitlist"
)

// expire is the job that ends holds, requests and offers whose time is over, and group sessions for which too few have come by their
// deadline. Bookings don't wait for it: they free what stands in their way.
type expire struct{}

// Kind names the job in the queue.
func (expire) Kind() string { return "scheduling.expire" }

// topUp is the job that books more of the series that have no end.
type topUp struct{}

// Kind names the job in the queue.
func (topUp) Kind() string { return "scheduling.top_up" }

func (a *App) addSchedulingWorkers(workers *river.Workers) {
	river.AddWorker(workers, &waitlist.MatchWorker{Service: a.waitlist})
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[expire]) error { return a.Expire(ctx) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[topUp]) error { return a.TopUp(ctx) }))
}

// Expire ends what is over in all businesses, as the job does from time to time.
func (a *App) Expire(ctx context.Context) error {
	return errors.Join(a.everywhere(ctx, a.waitlist.Sweep), a.everywhere(ctx, a.appointments.Sweep), a.everywhere(ctx, a.appointments.EndTooFew))
}

// TopUp books more of the series that have no end, as the job does from time to time.
func (a *App) TopUp(ctx context.Context) error { return a.everywhere(ctx, a.series.TopUp) }

// everywhere does something in all businesses, live and test, until there is no more of it. One that fails doesn't keep the others.
func (a *App) everywhere(ctx context.Context, do func(context.Context, *pg.TenantTx) (more bool, err error)) error {
	schemas, err := a.tenants.Schemas(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, tn := range schemas {
		for more, err := true, error(nil); more && err == nil; failed = errors.Join(failed, err) {
			err = a.db.InTenant(ctx, tn, func(tx *pg.TenantTx) (err error) {
				more, err = do(ctx, tx)
				return err
			})
		}
	}
	return failed
}
