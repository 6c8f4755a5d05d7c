package console

import (
	"context"

	"github.com/riverqueue/river"
)

// EndDemos is the job that suspends demos whose time is over.
type EndDemos struct{}

// Kind names the job in the queue.
func (EndDemos) Kind() string { return "console.end_demos" }

// EndDemosWorker does EndDemos jobs.
type EndDemosWorker struct {
	river.WorkerDefaults[EndDemos]
	Service *Service
}

// Work suspends them. It finds none that are done already, so it may run again.
func (w *EndDemosWorker) Work(ctx context.Context, _ *river.Job[EndDemos]) error {
	return w.Service.EndDemos(ctx)
}
