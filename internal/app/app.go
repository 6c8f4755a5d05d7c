// Package app is the composition root: the one place where every part of the program meets. Read it first.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"smoothschedule/internal/communication/notify"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/zonedata"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/clock"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/resourcegroup"
	"smoothschedule/internal/scheduling/series"
	"smoothschedule/internal/scheduling/service"
	"smoothschedule/internal/scheduling/setting"
	"smoothschedule/internal/scheduling/waitlist"
)

// App is the whole program, ready to serve.
type App struct {
	cfg      config.Config
	db       *pg.DB
	server   *api.Server
	jobs     *river.Client[pgx.Tx]
	draining atomic.Bool
	zoneData string // the version of the rules of time zones

	tenants      *tenant.Service
	accounts     *account.Service
	identity     *identity
	locations    *location.Service
	resources    *resource.Service
	services     *service.Services
	customers    *customer.Service
	appointments *appointment.Service
	series       *series.Service
	clock        *clock.Service
	waitlist     *waitlist.Service
}

// Parts are what the program is made from. Now is the clock of everything that happens.
type Parts struct {
	Config   config.Config
	Pool     *pgxpool.Pool     // of the restricted login
	Migrator *migrate.Migrator // makes the schemas of new businesses; nil where none are made
	Secret   []byte
	Now      func() time.Time
}

// New wires the program.
func New(p Parts) (*App, error) {
	db := pg.New(p.Pool, p.Now)
	hasher := account.NewHasher()
	sender, err := newSender(p.Config)
	if err != nil {
		return nil, err
	}
	notices := &notify.Service{DB: db}
	if p.Config.SMTPURL != "" {
		notices.Sender = sender
	}
	a := &App{
		cfg: p.Config, db: db, zoneData: zonedata.Version(),
		tenants:   tenant.NewService(db, p.Config.BaseDomain),
		accounts:  account.NewService(db, hasher),
		locations: &location.Service{}, resources: &resource.Service{}, services: &service.Services{}, customers: &customer.Service{},
	}
	if a.identity, err = newIdentity(p, db, hasher, sender, a.tenants); err != nil {
		return nil, err
	}
	workers := river.NewWorkers()
	a.identity.addWorkers(workers)
	if a.jobs, err = newJobs(p.Pool, workers); err != nil {
		return nil, err
	}
	if p.Migrator != nil {
		a.identity.signups.Maker = a.maker(p.Migrator)
	}
	notices.Queue = job.NewQueue(a.jobs)
	a.identity.letters.Queue = notices.Queue
	rest := a.wireScheduling(p.Secret, workers, notices)

	a.server = api.New(db, p.Secret, a.identity.sessions.Guard())
	a.identity.sessions.IsPersonal = a.server.IsPersonal
	for _, domain := range append(append(a.identity.domains(), a.tenants, a.locations, a.resources, &resourcegroup.Service{}, a.services, &setting.Service{}, a.customers, notices), rest...) {
		domain.Register(a.server)
	}
	return a, nil
}

// domain is a part of the program with operations of its own.
type domain interface{ Register(srv *api.Server) }

// newSender hands mails to the mail server, or where there is none to a directory, for a developer to read.
func newSender(cfg config.Config) (mail.Sender, error) {
	if cfg.SMTPURL != "" {
		return mail.NewSMTP(cfg.SMTPURL, cfg.MailFrom)
	}
	return mail.NewDirectory(filepath.Join(cfg.DataDir, "mail"), cfg.MailFrom)
}

// newJobs returns the queue's client. It works jobs only once it is started.
func newJobs(pool *pgxpool.Pool, workers *river.Workers) (*river.Client[pgx.Tx], error) {
	cfg := &river.Config{
		Schema:               migrate.RiverSchema,
		Workers:              workers,
		JobTimeout:           time.Minute,
		RescueStuckJobsAfter: 5 * time.Minute,
		ReindexerIndexNames:  []string{}, // reindexing takes ownership, which the serving login has not
		Logger:               slog.New(warnings{slog.Default().Handler()}),
	}
	if pool != nil { // there is none where the program is wired for its document alone
		cfg.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}}
		cfg.PeriodicJobs = periodic()
	}
	client, err := river.NewClient(riverpgxv5.New(pool), cfg)
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return client, nil
}

// Start begins to work jobs.
func (a *App) Start(ctx context.Context) error {
	if err := a.jobs.Start(ctx); err != nil {
		return fmt.Errorf("starting jobs: %w", err)
	}
	return nil
}

// Stop lets running jobs finish.
func (a *App) Stop(ctx context.Context) error { return a.jobs.Stop(ctx) }

// Close lets go of the files that the program holds.
func (a *App) Close() error {
	if a.identity.log == nil {
		return nil
	}
	return a.identity.log.Close()
}

// Drain makes the readiness check fail, so that no new requests are sent here.
func (a *App) Drain() { a.draining.Store(true) }

// Server is the API, for its document and for tests of all operations.
func (a *App) Server() *api.Server { return a.server }

// Handler serves the API, the pages and the health checks.
func (a *App) Handler() http.Handler { return a.handler() }
