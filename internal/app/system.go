package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/embeddedpg"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
)

// System is the program with its database: what a command works on.
type System struct {
	*App
	Migrator *migrate.Migrator
	say      func(string)
	owner    *pgxpool.Pool
	pool     *pgxpool.Pool
	stop     func(context.Context) error // of the embedded server, if it is ours
}

// conns is how many requests can use the database at once: more would wait for the same cores.
const conns = 16

// Opening says how a command works on the database.
type Opening struct {
	Migrate bool         // bring it to this program's version; else one that is behind is refused
	Beside  bool         // work beside a program that is serving: on the embedded server that it runs
	Say     func(string) // receives progress, one line at a time
}

// Open connects to the database, starting the embedded one when none is configured.
func Open(ctx context.Context, cfg config.Config, o Opening) (_ *System, err error) {
	s := &System{say: o.Say, stop: func(context.Context) error { return nil }}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close(context.WithoutCancel(ctx)))
		}
	}()
	ownerURL, appURL, err := s.database(ctx, cfg, o.Beside)
	if err != nil {
		return s, err
	}
	if s.owner, err = pg.OpenOwner(ctx, ownerURL); err != nil {
		return s, err
	}
	if s.Migrator, err = migrate.New(s.owner); err != nil {
		return s, err
	}
	if err := s.bringUp(ctx, o.Migrate); err != nil {
		return s, err
	}
	if s.pool, err = pg.OpenApp(ctx, appURL, ownerURL, conns); err != nil {
		return s, err
	}
	if err := pg.CheckLogin(ctx, s.pool); err != nil {
		return s, err
	}
	secret, err := cfg.SecretKey(cfg.DataDir)
	if err != nil {
		return s, err
	}
	s.App, err = New(Parts{Config: cfg, Pool: s.pool, Migrator: s.Migrator, Secret: secret, Now: time.Now})
	return s, err
}

func (s *System) bringUp(ctx context.Context, migrating bool) error {
	err := s.Migrator.Check(ctx, s.owner)
	if err == nil || !errors.Is(err, migrate.ErrBehind) {
		return err
	}
	if !migrating {
		return err
	}
	s.say("Bringing the database up to date …")
	return s.Migrator.Up(ctx)
}

// database returns the owner's and the serving login's addresses.
func (s *System) database(ctx context.Context, cfg config.Config, beside bool) (owner, app string, err error) {
	if cfg.DatabaseURL != "" {
		if cfg.AppDatabaseURL == "" {
			s.say("SS_APP_DATABASE_URL is not set: serving connections start from DATABASE_URL and become the login smoothschedule.")
		}
		return cfg.DatabaseURL, cfg.AppDatabaseURL, nil
	}
	if url, running := embeddedpg.Running(cfg.DataDir); running && beside {
		return url(embeddedpg.Owner, embeddedpg.Database), url(embeddedpg.App, embeddedpg.Database), nil
	}
	server, err := embeddedpg.Start(ctx, embeddedpg.Options{DataDir: cfg.DataDir, BinDir: cfg.PostgresBin, NPMDir: embeddedpg.DefaultNPMDir(), Say: s.say})
	if err != nil {
		return "", "", err
	}
	s.stop = server.Stop
	return server.URL(embeddedpg.Owner, embeddedpg.Database), server.URL(embeddedpg.App, embeddedpg.Database), nil
}

// Close lets go of the database and stops the embedded server if it is ours.
func (s *System) Close(ctx context.Context) error {
	var logs error
	if s.App != nil {
		logs = s.App.Close()
	}
	if s.pool != nil {
		s.pool.Close()
	}
	if s.owner != nil {
		s.owner.Close()
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := s.stop(ctx); err != nil {
		return fmt.Errorf("stopping PostgreSQL: %w", err)
	}
	return logs
}
