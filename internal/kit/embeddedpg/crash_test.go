package embeddedpg_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"smoothschedule/internal/kit/embeddedpg"
)

// The test binary runs itself as the program whose death is tested.
const (
	childVariable   = "EMBEDDEDPG_TEST_DIR"
	orphansVariable = "EMBEDDEDPG_TEST_ORPHANS"
)

// beChild starts a server, says so on standard output and waits to be killed.
func beChild(dir string) {
	o := embeddedpg.Options{DataDir: dir, BinDir: os.Getenv("SS_POSTGRES_BIN"), NPMDir: repositoryNPMDir()}
	orphans := os.Getenv(orphansVariable) != ""
	s, err := embeddedpg.StartOn(context.Background(), o, orphans, "/nonexistent")
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println("up", s.PID())
	select {}
}

// child starts the program; kill ends it the hard way and waits for its end.
func child(t *testing.T, dir string, orphans bool) (lines *bufio.Scanner, kill func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := osexec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	if orphans {
		cmd.Env = append(cmd.Env, orphansVariable+"=1")
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // says that it was killed
	}
	t.Cleanup(kill)
	return bufio.NewScanner(out), kill
}

func waitUp(t *testing.T, lines *bufio.Scanner) {
	t.Helper()
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "up ") {
		t.Fatalf("the child said %q", lines.Text())
	}
}

func TestKilledParentTakesServerAlong(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells children of their parent's death")
	}
	o := options(t)
	lines, kill := child(t, o.DataDir, false)
	waitUp(t, lines)
	if !embeddedpg.Alive(filepath.Join(o.DataDir, "postgres")) {
		t.Fatal("the server does not run")
	}
	kill()
	eventually(t, "the server stopped", func() bool {
		return !embeddedpg.Alive(filepath.Join(o.DataDir, "postgres"))
	})
	// It shut down in order, so this is a plain start.
	start(t, o)
}

func TestStartWhileTheKilledParentsServerStops(t *testing.T) {
	t.Parallel()
	o := options(t)
	lines, kill := child(t, o.DataDir, false)
	waitUp(t, lines)
	kill()
	start(t, o) // at once, with no wait in between
}

func TestKilledDuringInitdb(t *testing.T) {
	t.Parallel()
	o := options(t)
	_, kill := child(t, o.DataDir, false)
	eventually(t, "initdb began", func() bool {
		half, _ := filepath.Glob(filepath.Join(o.DataDir, "postgres.init-*", "base"))
		return len(half) > 0
	})
	kill()
	if _, err := os.Stat(filepath.Join(o.DataDir, "postgres")); !os.IsNotExist(err) {
		t.Fatalf("a cluster exists after a killed initdb: %v", err)
	}
	start(t, o)
}

func TestAdoptsOrphan(t *testing.T) {
	t.Parallel()
	o := options(t)
	lines, kill := child(t, o.DataDir, true)
	waitUp(t, lines)
	kill()
	if !embeddedpg.Alive(filepath.Join(o.DataDir, "postgres")) {
		t.Fatal("the server ended with its parent, so there is nothing to adopt")
	}
	pid := strings.TrimPrefix(lines.Text(), "up ")
	s := started(t)(embeddedpg.StartOn(within(t), o, true, "/nonexistent"))
	if strconv.Itoa(s.PID()) != pid {
		t.Errorf("process %d serves, want the orphan %s", s.PID(), pid)
	}
	connect(t, s, embeddedpg.Owner, embeddedpg.Database)
	stop(t, s)
	if embeddedpg.Alive(filepath.Join(o.DataDir, "postgres")) {
		t.Error("the adopted server runs on after Stop")
	}
}

// The number in a stale file may belong to a process that lives and is not ours.
func TestStalePIDFile(t *testing.T) {
	t.Parallel()
	for _, orphans := range []bool{false, true} {
		t.Run(fmt.Sprintf("orphans=%v", orphans), func(t *testing.T) {
			t.Parallel()
			o := options(t)
			stop(t, start(t, o))
			cluster := filepath.Join(o.DataDir, "postgres")
			text := fmt.Sprintf("%d\n%s\n0\n5432\n%s\n", os.Getpid(), cluster, filepath.Join(o.DataDir, "run"))
			if err := os.WriteFile(filepath.Join(cluster, "postmaster.pid"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			started(t)(embeddedpg.StartOn(within(t), o, orphans, "/nonexistent"))
		})
	}
}
