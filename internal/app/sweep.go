package app

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/credential"
	hosts "smoothschedule/internal/identity/domain"
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
	expireEvery = time.Minute
	topUpEvery  = 6 * time.Hour
	clocksEvery = 24 * time.Hour
	anchorEvery = time.Hour
	demosEvery  = time.Hour
	hostsEvery  = 10 * time.Minute // those that were not checked for almost a day
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
	river.AddWorker(workers, &hosts.RecheckWorker{Service: i.hosts})
	river.AddWorker(workers, &hosts.SuspendedWorker{Service: i.hosts})
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[sweep]) error { return i.sweep(ctx) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[anchor]) error { return i.anchor(ctx) }))
}

// periodic is what is done from time to time, and once at the start. One process of many does it.
func periodic() (all []*river.PeriodicJob) {
	// Not twice in one moment. One that a crash left at work does not keep the next from coming.
	once := &river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByPeriod: sweepEvery}}
	for args, every := range map[river.JobArgs]time.Duration{
		sweep{}: sweepEvery, expire{}: expireEvery, topUp{}: topUpEvery, checkClocks{}: clocksEvery, anchor{}: anchorEvery, console.EndDemos{}: demosEvery, hosts.Recheck{}: hostsEvery,
	} {
		job := func() (river.JobArgs, *river.InsertOpts) { return args, once }
		all = append(all, river.NewPeriodicJob(river.PeriodicInterval(every), job, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	return all
}
