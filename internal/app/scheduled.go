package app

import (
	"context"
	"errors"

	"github.com/riverqueue/river"

	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/waitlist"
)

// expire is the job that ends holds, requests and offers whose time is over, and group sessions for which too few have come by their
// deadline, and completes the appointments that nobody has. Bookings don't wait for it: they free what stands in their way.
type expire struct{}

// Kind names the job in the queue.
func (expire) Kind() string { return "scheduling.expire" }

// topUp is the job that books more of the series that have no end.
type topUp struct{}

// Kind names the job in the queue.
func (topUp) Kind() string { return "scheduling.top_up" }

// checkClocks is the job that looks whether the rules of time zones have changed, and what that does to what is booked.
type checkClocks struct{}

// Kind names the job in the queue.
func (checkClocks) Kind() string { return "scheduling.check_clocks" }

func (a *App) addSchedulingWorkers(workers *river.Workers) {
	river.AddWorker(workers, &waitlist.MatchWorker{Service: a.waitlist})
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[expire]) error { return a.Expire(ctx) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[topUp]) error { return a.TopUp(ctx) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[checkClocks]) error { return a.everywhere(ctx, a.CheckClocksIn) }))
}

// Expire ends what is over in all businesses, as the job does from time to time.
func (a *App) Expire(ctx context.Context) error { return a.everywhere(ctx, a.ExpireIn) }

// ExpireIn ends it in one business, live or test.
func (a *App) ExpireIn(ctx context.Context, tn pg.Tenant) error {
	return errors.Join(a.all(ctx, tn, a.waitlist.Sweep), a.all(ctx, tn, a.appointments.Sweep), a.all(ctx, tn, a.appointments.EndTooFew),
		a.all(ctx, tn, a.appointments.CompleteOver))
}

// TopUp books more of the series that have no end, as the job does from time to time.
func (a *App) TopUp(ctx context.Context) error { return a.everywhere(ctx, a.TopUpIn) }

// TopUpIn does so in one business, live or test.
func (a *App) TopUpIn(ctx context.Context, tn pg.Tenant) error { return a.all(ctx, tn, a.series.TopUp) }

// CheckClocksIn looks through the calendar of one business, live or test, when the rules of time zones are others than the last time.
func (a *App) CheckClocksIn(ctx context.Context, tn pg.Tenant) error {
	return a.db.InTenant(ctx, tn, func(tx *pg.TenantTx) error { return a.clock.Check(ctx, tx, a.zoneData) })
}

// everywhere does something in all businesses, live and test. One that fails doesn't keep the others.
func (a *App) everywhere(ctx context.Context, do func(context.Context, pg.Tenant) error) error {
	schemas, err := a.tenants.Schemas(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, tn := range schemas {
		failed = errors.Join(failed, do(ctx, tn))
	}
	return failed
}

// all does something in a business, in one transaction after another, until there is no more of it.
func (a *App) all(ctx context.Context, tn pg.Tenant, do func(context.Context, *pg.TenantTx) (more bool, err error)) error {
	for more := true; more; {
		err := a.db.InTenant(ctx, tn, func(tx *pg.TenantTx) (err error) {
			more, err = do(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
