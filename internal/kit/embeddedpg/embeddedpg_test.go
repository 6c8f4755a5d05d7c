package embeddedpg_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/embeddedpg"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		beChild(dir)
	}
	os.Exit(m.Run())
}

func TestStartStopStart(t *testing.T) {
	t.Parallel()
	o := options(t)
	s := start(t, o)
	if s.Dir() != o.DataDir {
		t.Fatalf("the cluster is in %s, want %s", s.Dir(), o.DataDir)
	}
	owner := connect(t, s, embeddedpg.Owner, embeddedpg.Database)
	exec(t, owner, `CREATE TABLE kept (n int)`)
	exec(t, owner, `INSERT INTO kept VALUES (42)`)
	if got := query[string](t, owner, `SHOW server_version`); !strings.HasPrefix(got, s.Version()) {
		t.Errorf("Version() = %q, the server says %q", s.Version(), got)
	}
	if got := query[string](t, owner, `SELECT lower('ÉCOLE')`); got != "école" {
		t.Errorf("lower('ÉCOLE') = %q", got)
	}
	if !query[bool](t, owner, `SELECT rolcreaterole AND rolinherit AND NOT rolsuper FROM pg_roles WHERE rolname = current_user`) {
		t.Error("ss_owner must have CREATEROLE and INHERIT, and be no superuser")
	}
	for name, want := range map[string]string{
		"listen_addresses": "", "max_locks_per_transaction": "512", "max_connections": "100", "fsync": "on",
	} {
		if got := query[string](t, owner, `SELECT current_setting($1)`, name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	url, running := embeddedpg.Running(o.DataDir)
	if !running || url(embeddedpg.Owner, embeddedpg.Database) != s.URL(embeddedpg.Owner, embeddedpg.Database) {
		t.Error("Running does not find the server")
	}
	stop(t, s)
	if _, running := embeddedpg.Running(o.DataDir); running {
		t.Fatal("the server runs on after Stop")
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Errorf("a second Stop: %v", err)
	}

	began := time.Now()
	s = start(t, o)
	t.Logf("warm start: %v", time.Since(began).Round(time.Millisecond))
	if got := query[int](t, connect(t, s, embeddedpg.Owner, embeddedpg.Database), `SELECT n FROM kept`); got != 42 {
		t.Errorf("after the restart n = %d", got)
	}
}

func TestOnlyOursMayConnect(t *testing.T) {
	t.Parallel()
	s := start(t, options(t))
	super := connect(t, s, embeddedpg.Superuser, "postgres")
	exec(t, super, `CREATE ROLE stranger LOGIN SUPERUSER`)
	conn, err := pgx.Connect(t.Context(), s.URL("stranger", "postgres"))
	if err == nil {
		_ = conn.Close(t.Context())
		t.Error("a login outside the map was let in")
	}
	exec(t, super, `CREATE ROLE smoothschedule LOGIN`)
	connect(t, s, embeddedpg.App, embeddedpg.Database)

	sockets := query[string](t, super, `SHOW unix_socket_directories`)
	info, err := os.Stat(strings.Trim(sockets, `"`))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the socket directory is %v, want 0700", info.Mode().Perm())
	}
	if n := query[int](t, super, `SELECT count(*) FROM pg_hba_file_rules WHERE type <> 'local'`); n != 0 {
		t.Errorf("%d rules of pg_hba.conf allow TCP", n)
	}
}

func TestThrowaway(t *testing.T) {
	t.Parallel()
	o := throwaway(t)
	s := start(t, o)
	if got := query[string](t, connect(t, s, embeddedpg.Superuser, "postgres"), `SHOW fsync`); got != "off" {
		t.Errorf("fsync = %s", got)
	}
	exec(t, connect(t, s, embeddedpg.Superuser, "postgres"), `CREATE ROLE stranger LOGIN`)
	connect(t, s, "stranger", "postgres")
	stop(t, s)
	if _, err := os.Stat(o.DataDir); !os.IsNotExist(err) {
		t.Errorf("the directory is still there: %v", err)
	}
}

func TestThrowawayRefusesExistingCluster(t *testing.T) {
	t.Parallel()
	o := options(t)
	file := pretendCluster(t, o.DataDir, "18")
	o.Throwaway = true
	startFails(t, o, "already holds a cluster")
	mustExist(t, file)
}

func TestOneOwner(t *testing.T) {
	t.Parallel()
	o := throwaway(t)
	start(t, o)
	o.Throwaway = false
	if _, err := embeddedpg.Start(within(t), o); !errors.Is(err, embeddedpg.ErrInUse) {
		t.Errorf("the second start: %v", err)
	}
}

func TestHalfMadeClusterIsHarmless(t *testing.T) {
	t.Parallel()
	o := throwaway(t)
	half := filepath.Join(o.DataDir, "postgres.init-123")
	if err := os.MkdirAll(filepath.Join(half, "base"), 0o755); err != nil {
		t.Fatal(err)
	}
	start(t, o)
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Errorf("the half-made cluster is still there: %v", err)
	}
}

func TestForeignClusterIsLeftAlone(t *testing.T) {
	t.Parallel()
	o := options(t)
	file := pretendCluster(t, o.DataDir, "9")
	startFails(t, o, "your data is untouched")
	mustExist(t, file)

	o = options(t)
	stray := filepath.Join(o.DataDir, "postgres", "photo.jpg")
	if err := os.MkdirAll(filepath.Dir(stray), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stray, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	startFails(t, o, "is no PostgreSQL cluster")
	mustExist(t, stray)
}

func TestAwkwardPaths(t *testing.T) {
	t.Parallel()
	o := throwaway(t)
	o.DataDir = filepath.Join(o.DataDir, "it's, a \u00e9 dir", strings.Repeat("long", 30))
	// Root makes it so that the account can pass.
	start(t, o)
}

func TestCancelledStartLeavesNothing(t *testing.T) {
	t.Parallel()
	o := options(t)
	ctx, cancel := context.WithCancel(t.Context())
	o.Say = func(string) { cancel() } // the first line comes just before initdb
	if s, err := embeddedpg.Start(ctx, o); err == nil {
		stop(t, s)
		t.Fatal("Start succeeded under a cancelled context")
	}
	left, err := filepath.Glob(filepath.Join(o.DataDir, "postgres*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range left {
		if filepath.Base(path) != "postgres.lock" {
			t.Errorf("left behind: %s", path)
		}
	}
}
