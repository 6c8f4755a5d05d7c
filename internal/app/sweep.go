package app

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/credential"
	"smoothschedule/internal/identity/invitation"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/signup"
	"smoothschedule/internal/platform/console"
)

// sweep is the job that closes what ran out: masquerades and grants.
type sweep struct{}

// Kind names the job in the queue.
func (sweep) Kind() string { return "identity.sweep" }

// anchor is the job that notes the heads of the audit chains outside of the database.
type anchor struct{}

// Kind names the job in the queue.
func (anchor) Kind() string { return "audit.anchor" }

const (
	sweepEvery  = 20 * time.Second // what ran out is on record within a minute
	anchorEvery = time.Hour
	demosEvery  = time.Hour
)

func (i *identity) sweep(ctx context.Context) error {
	return errors.Join(i.masquerades.Sweep(ctx), i.grants.Sweep(ctx))
}

// Sweep closes what ran out, as the job does from time to time.
func (a *App) Sweep(ctx context.Context) error { return a.identity.sweep(ctx) }

// VerifyAudit checks the record of what people did, and says what it found.
func (a *App) VerifyAudit(ctx context.Context, out io.Writer) error {
	return audit.Verify(ctx, a.db, a.cfg.DataDir, a.identity.auditKey, out)
}

func (i *identity) anchor(ctx context.Context) error {
	return i.log.Anchor(ctx, i.db, i.auditKey, i.db.Now())
}

// addWorkers registers those who do the identity part's jobs.
func (i *identity) addWorkers(workers *river.Workers) {
	river.AddWorker(workers, &letter.NoticeWorker{Letters: i.letters})
	river.AddWorker(workers, &credential.ResetWorker{Service: i.credentials})
	river.AddWorker(workers, &credential.EmailWorker{Service: i.credentials})
	river.AddWorker(workers, &credential.UndoWorker{Service: i.credentials})
	river.AddWorker(workers, &invitation.Worker{Service: i.invitations})
	river.AddWorker(workers, &signup.LetterWorker{Service: i.signups})
	river.AddWorker(workers, &signup.Worker{Service: i.signups})
	river.AddWorker(workers, &console.EndDemosWorker{Service: i.console})
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[sweep]) error { return i.sweep(ctx) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[anchor]) error { return i.anchor(ctx) }))
}

// periodic is what is done from time to time. One process of many does it.
func periodic() []*river.PeriodicJob {
	once := &river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true}}
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(sweepEvery), func() (river.JobArgs, *river.InsertOpts) { return sweep{}, once }, &river.PeriodicJobOpts{RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(anchorEvery), func() (river.JobArgs, *river.InsertOpts) { return anchor{}, once }, &river.PeriodicJobOpts{RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(demosEvery), func() (river.JobArgs, *river.InsertOpts) { return console.EndDemos{}, once }, &river.PeriodicJobOpts{RunOnStart: true}),
	}
}
