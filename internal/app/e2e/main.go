// Command e2e runs the browser tests against the real program: it starts
// bin/smoothschedule on a free port with a data directory of its own, waits
// until it is ready, runs `npm --prefix web run e2e` with SS_E2E_PORT, and stops
// the server, which must end in good order. Run it from the root of the
// repository, after `make build`; further arguments go to the test runner.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	program   = "bin/smoothschedule"
	logFile   = ".cache/e2e-server.log"
	startTime = 90 * time.Second
	stopTime  = 30 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	dir, err := os.MkdirTemp("", "smoothschedule-e2e-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	// As root the embedded PostgreSQL runs as another user, who must pass here.
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // nothing secret in a throwaway directory
		return err
	}
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	s, err := startServer(ctx, dir, port)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, s.stop(ctx), s.complaints()); err != nil {
			fmt.Fprintln(os.Stderr, s.remarks())
		}
	}()
	if err := s.waitReady(ctx); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "npm", append([]string{"--prefix", "web", "run", "--silent", "e2e", "--"}, args...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "SS_E2E_PORT="+strconv.Itoa(port), "SS_E2E_MAIL="+filepath.Join(dir, "data", "mail"))
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the browser tests failed: %w", err)
	}
	return nil
}

// freePort asks the system for a port and gives it back; the server takes it a
// moment later.
func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(port)
}

// server is the program under test.
type server struct {
	cmd  *exec.Cmd
	port int
	log  string
	done chan error // receives how it ended
}

func startServer(ctx context.Context, dir string, port int) (*server, error) {
	s := &server{port: port, log: logFile, done: make(chan error, 1)}
	if err := os.MkdirAll(filepath.Dir(s.log), 0o755); err != nil { //nolint:gosec // a log of made-up data
		return nil, err
	}
	log, err := os.Create(s.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	// Not ended by the context: stop does it in order.
	s.cmd = exec.CommandContext(context.WithoutCancel(ctx), program, "serve")
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.Env = append(plainEnvironment(),
		"SS_LISTEN_ADDR=127.0.0.1:"+strconv.Itoa(port), "SS_DATA_DIR="+filepath.Join(dir, "data"))
	// Ctrl-C in the terminal reaches us alone; the browser goes first.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the server (run `make build` first): %w", err)
	}
	go func() { s.done <- s.cmd.Wait() }()
	return s, nil
}

// plainEnvironment is ours without settings of the product, so that the tests
// see its defaults whatever the developer has set.
func plainEnvironment() []string {
	var list []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if name == "SS_POSTGRES_BIN" || (name != "DATABASE_URL" && !strings.HasPrefix(name, "SS_")) {
			list = append(list, pair)
		}
	}
	return list
}

func (s *server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !s.ready(ctx) {
		select {
		case err := <-s.done:
			s.done <- err
			return fmt.Errorf("the server ended while starting: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("the server is not ready after %v: %w", startTime, context.Cause(ctx))
		case <-tick.C:
		}
	}
	return nil
}

func (s *server) ready(ctx context.Context) bool {
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/api/health/ready", nil)
	if err != nil {
		return false
	}
	// Names below localhost are the browser's to resolve, not Go's.
	req.Host = net.JoinHostPort("localhost", strconv.Itoa(s.port))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// stop asks the server to stop as Ctrl-C does, and insists that it does so well.
func (s *server) stop(ctx context.Context) error {
	_ = s.cmd.Process.Signal(os.Interrupt) // fails when it has ended, which done tells
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	select {
	case err := <-s.done:
		if err != nil {
			return fmt.Errorf("the server did not stop in good order: %w", err)
		}
		return nil
	case <-ctx.Done():
		_ = s.cmd.Process.Kill()
		return fmt.Errorf("the server did not stop within %v", stopTime)
	}
}

// complaints finds what must never be in the log, whatever the browser saw.
func (s *server) complaints() error {
	text, err := os.ReadFile(s.log)
	if err != nil {
		return err
	}
	for _, bad := range []string{"panic", "deadlock detected", "DATA RACE"} {
		if strings.Contains(string(text), bad) {
			return fmt.Errorf("the server's log says %q", bad)
		}
	}
	return nil
}

// remarks is what the server's log says besides the ordinary.
func (s *server) remarks() string {
	text, err := os.ReadFile(s.log)
	if err != nil {
		return err.Error()
	}
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(string(text)), "\n"), func(line string) bool {
		return strings.Contains(line, "level=INFO")
	})
	return "the server's log is " + s.log + "; its remarks:\n" + strings.Join(lines[max(0, len(lines)-40):], "\n")
}
