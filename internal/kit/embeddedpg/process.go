package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// pollEvery is how often a starting or stopping server is looked at.
	pollEvery = 10 * time.Millisecond
	// sayEvery is how often a slow start (a recovery after a crash) is reported.
	sayEvery = 5 * time.Second
	// cannotConnectNow is PostgreSQL's code for "starting up" and "shutting down".
	cannotConnectNow = "57P03"
	// maxLog is the size at which the log of earlier runs is put aside.
	maxLog = 8 << 20
)

// process is a running program: a child of ours, or an adopted postmaster.
type process struct {
	pid  int
	done chan struct{} // closed when it has ended
	err  error         // how it ended, to be read after done
}

// spawn starts the command on a thread that lives as long as the child does:
// the parent-death signal is sent when the forking thread ends, and the Go
// runtime ends threads as it likes unless they are locked.
func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this function
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	return p, <-started
}

// watch follows a postmaster that is no child of ours.
func watch(pf pidFile) *process {
	p := &process{pid: pf.pid, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		tick := time.NewTicker(pollEvery)
		defer tick.Stop()
		for pf.alive() {
			<-tick.C
		}
	}()
	return p
}

func (p *process) signal(sig syscall.Signal) {
	select {
	case <-p.done: // its number may be somebody else's by now
	default:
		_ = syscall.Kill(p.pid, sig)
	}
}

// wait answers false when the context ended first.
func (p *process) wait(ctx context.Context) bool {
	select {
	case <-p.done:
		return true
	case <-ctx.Done():
		return false
	}
}

// takeOver deals with a postmaster that an earlier, killed owner left running.
// Where children die with us it is on its way out, or somebody started it by
// hand: it is stopped, so that the new one is ours in every way. Elsewhere it is
// healthy and is adopted.
func (s *Server) takeOver(ctx context.Context, m machine) error {
	pf, ok := readPIDFile(s.site.cluster())
	if !ok {
		return nil
	}
	if !pf.alive() || (m.orphans && !s.answers(ctx, pf)) {
		// PostgreSQL itself refuses to start when the number in a stale file has
		// been given to another process of the same user.
		return removeIfThere(s.site.path("postgres/postmaster.pid"))
	}
	if m.orphans {
		s.proc, s.adopted, s.sockets = watch(pf), true, pf.sockets
		return nil
	}
	s.opts.Say(fmt.Sprintf("Waiting for an earlier PostgreSQL (process %d) to stop", pf.pid))
	old := watch(pf)
	old.signal(syscall.SIGINT)
	if !old.wait(ctx) {
		return fmt.Errorf("PostgreSQL (process %d) of an earlier run does not stop: %w", pf.pid, context.Cause(ctx))
	}
	return nil
}

// answers tells whether the postmaster of the file serves this very cluster; a
// process number alone proves nothing.
func (s *Server) answers(ctx context.Context, pf pidFile) bool {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		conn, err := pgx.Connect(ctx, socketURL(pf.sockets, Superuser, "postgres"))
		if err == nil {
			var dir string
			err = conn.QueryRow(ctx, `SHOW data_directory`).Scan(&dir)
			return errors.Join(err, conn.Close(ctx)) == nil && dir == pf.cluster
		}
		var refusal *pgconn.PgError
		if !errors.As(err, &refusal) || refusal.Code != cannotConnectNow {
			return false
		}
		<-tick.C // starting or stopping: it will be one or the other soon
	}
	return false
}

// launch starts the postmaster.
func (s *Server) launch(ctx context.Context, m machine) error {
	log, err := openLog(s.site.path("postgres.log"))
	if err != nil {
		return err
	}
	defer log.Close() // the child has its own
	// The server outlives the context of its start.
	cmd := s.site.acct.command(context.WithoutCancel(ctx), s.site.dir, s.site.bin.program("postgres"), s.arguments()...)
	cmd.Stdout, cmd.Stderr = log, log
	if !m.orphans {
		dieWithUs(cmd.SysProcAttr, syscall.SIGINT) // a fast, orderly shutdown
	}
	s.proc, err = spawn(cmd)
	if err != nil {
		s.proc = nil
		return fmt.Errorf("starting PostgreSQL: %w", err)
	}
	return nil
}

// arguments are the settings that are ours to make; postgresql.conf is left to
// whoever wants to tune the rest.
func (s *Server) arguments() []string {
	settings := []string{
		"listen_addresses=", // the socket alone
		"port=" + port,
		"unix_socket_directories=" + `"` + s.sockets + `"`,
		"unix_socket_permissions=0700",
		"max_connections=100",
		"shared_buffers=128MB",
		// A dump or a removal touches every table of many tenants at once.
		"max_locks_per_transaction=512",
		"logging_collector=off",
		"log_timezone=UTC",
		"timezone=UTC",
		"log_line_prefix=%m [%p] %u ",
		"cluster_name=smoothschedule",
	}
	if s.opts.Throwaway {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := append(make([]string, 0, 2+2*len(settings)), "-D", s.site.cluster())
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// connect waits until the server answers. Recovery after a crash can take long,
// so only the context limits it.
func (s *Server) connect(ctx context.Context) (*pgx.Conn, error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	slow := time.NewTicker(sayEvery)
	defer slow.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL(Superuser, "postgres"))
		if err == nil {
			return conn, nil
		}
		select {
		case <-s.proc.done:
			return nil, fmt.Errorf("PostgreSQL did not start: %w\n%s", errors.Join(s.proc.err, err), s.logTail())
		case <-ctx.Done():
			return nil, fmt.Errorf("PostgreSQL did not answer in time: %w", err)
		case <-slow.C:
			s.opts.Say("Still waiting for PostgreSQL (it may be recovering from a crash); its log is " + s.site.path("postgres.log"))
		case <-tick.C:
		}
	}
}

// openLog appends to the log and puts an overgrown one aside.
func openLog(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
}

// logTail is the last lines of the log, for an error message.
func (s *Server) logTail() string {
	text, err := os.ReadFile(s.site.path("postgres.log"))
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}
