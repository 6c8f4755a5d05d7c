package embeddedpg_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/kit/embeddedpg"
)

// options use a fresh directory and the binaries that the repository's
// `make postgres` installed, or else the system's.
func options(t *testing.T) embeddedpg.Options {
	t.Helper()
	dir := t.TempDir()
	// Root runs the server as another user, who must be able to pass.
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	return embeddedpg.Options{
		DataDir: filepath.Join(dir, "data"),
		BinDir:  os.Getenv("SS_POSTGRES_BIN"),
		NPMDir:  repositoryNPMDir(),
	}
}

func throwaway(t *testing.T) embeddedpg.Options {
	t.Helper()
	o := options(t)
	o.Throwaway = true
	return o
}

func repositoryNPMDir() string { return filepath.Join("..", "..", "..", ".cache", "postgres") }

func start(t *testing.T, o embeddedpg.Options) *embeddedpg.Server {
	t.Helper()
	return started(t)(embeddedpg.Start(within(t), o))
}

// started fails the test on an error and stops the server at its end.
func started(t *testing.T) func(*embeddedpg.Server, error) *embeddedpg.Server {
	t.Helper()
	return func(s *embeddedpg.Server, err error) *embeddedpg.Server {
		t.Helper()
		if err != nil {
			t.Fatalf("Start: %v", err)
		}
		t.Cleanup(func() { stop(t, s) })
		return s
	}
}

func startFails(t *testing.T, o embeddedpg.Options, want string) {
	t.Helper()
	s, err := embeddedpg.Start(within(t), o)
	if err == nil {
		stop(t, s)
		t.Fatal("Start succeeded")
	}
	if !strings.Contains(err.Error(), want) {
		t.Fatalf("the error %q does not say %q", err, want)
	}
}

func stop(t *testing.T, s *embeddedpg.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Errorf("Stop: %v", err)
	}
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func connect(t *testing.T, s *embeddedpg.Server, user, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(user, database))
	if err != nil {
		t.Fatalf("connecting as %s: %v", user, err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func exec(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	ctx := within(t)
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		}
	}
}

func pretendCluster(t *testing.T, dir, major string) string {
	t.Helper()
	file := filepath.Join(dir, "postgres", "PG_VERSION")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(major+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func mustExist(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("gone: %v", err)
	}
}
