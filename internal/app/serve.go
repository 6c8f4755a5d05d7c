package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"smoothschedule/internal/kit/config"
)

// Serve runs the program until ctx ends, then lets requests and jobs finish.
func Serve(ctx context.Context, cfg config.Config, out io.Writer) (err error) {
	began := time.Now()
	say := func(line string) { fmt.Fprintln(out, line) }
	slog.SetDefault(NewLogger(cfg, os.Stderr))
	for _, warning := range cfg.Ignored {
		say(warning.Error())
	}
	// Take the port first: a second server must not touch the first one's data.
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", cfg.ListenAddr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w; stop what uses the port, or choose another with SS_LISTEN_ADDR", cfg.ListenAddr, err)
	}
	defer listener.Close()
	say("Starting the database …")
	sys, err := Open(ctx, cfg, Opening{Migrate: !cfg.IsProduction(), Say: say})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sys.Close(context.WithoutCancel(ctx))) }()
	if err := sys.prepare(ctx, cfg); err != nil {
		return err
	}
	slog.InfoContext(ctx, "starting", "config", cfg)
	// Jobs have a context of their own: they stop after the last request, not with the first signal.
	if err := sys.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	demo, err := sys.accounts.DemoUsers(ctx)
	if err != nil {
		return err
	}
	writeBanner(out, cfg, demo > 0, time.Since(began))
	return sys.run(ctx, listener, cfg, say)
}

// prepare makes the demo data of a new development database, and keeps demo data out of production.
func (s *System) prepare(ctx context.Context, cfg config.Config) error {
	if !cfg.IsProduction() {
		missing, err := s.demoMissing(ctx)
		if err != nil || !missing {
			return err
		}
		return s.Demo(ctx)
	}
	n, err := s.accounts.DemoUsers(ctx)
	if err != nil {
		return err
	}
	if n > 0 {
		return errors.New("this database holds demo users, whose password everybody knows: production must not serve it. Use a database of its own")
	}
	return nil
}

const (
	drainTime = 5 * time.Second  // for balancers to notice
	stopTime  = 25 * time.Second // for requests and jobs to finish
)

func (s *System) run(ctx context.Context, listener net.Listener, cfg config.Config, say func(string)) error {
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	say("\nStopping …")
	s.Drain()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime+stopTime)
	defer cancel()
	if cfg.IsProduction() {
		select {
		case <-time.After(drainTime):
		case <-ctx.Done():
		}
	}
	return errors.Join(server.Shutdown(ctx), s.Stop(ctx))
}

// writeBanner tells where to go, and as whom.
func writeBanner(out io.Writer, cfg config.Config, demo bool, took time.Duration) {
	origin := func(sub string) string { return cfg.Origin(cfg.Host(sub)) }
	fmt.Fprintf(out, "\n  SmoothSchedule is ready (%.1f s). Stop it with Ctrl-C.\n\n", took.Seconds())
	fmt.Fprintf(out, "  Introduction       %s\n", origin(""))
	fmt.Fprintf(out, "  Platform console   %s\n", origin("platform"))
	if !demo {
		fmt.Fprintf(out, "\n  Add a business:    smoothschedule tenant create --help\n\n")
		return
	}
	fmt.Fprintf(out, "  Book as a customer %s\n", origin(DemoSlug))
	fmt.Fprintf(out, "  Staff sign in      %s/login\n\n", origin(DemoSlug))
	fmt.Fprintf(out, "  Demo logins, all with the password %s\n", DemoPassword)
	fmt.Fprintf(out, "    on %-22s owner@demo.test  manager@demo.test  staff@demo.test  customer@demo.test\n", cfg.Host(DemoSlug))
	fmt.Fprintf(out, "    on %-22s superuser@platform.test  manager@platform.test  sales@platform.test  support@platform.test\n\n", cfg.Host("platform"))
}
