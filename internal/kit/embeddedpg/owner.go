package embeddedpg

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// acquire takes the lock that makes us the one owner of the directory. The
// kernel drops it when we end, however we end; our children do not inherit it.
func acquire(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data directory: %w", err)
	}
	if err := flock(f); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(f, 20))
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: process %s has %s; stop it, or choose another SS_DATA_DIR",
				ErrInUse, strings.TrimSpace(string(holder)), filepath.Dir(path))
		}
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	// Only for the message above, so a failure to write it changes nothing.
	_ = f.Truncate(0)
	_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return f, nil
}

func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// pidFile is what a running postmaster writes to postmaster.pid.
type pidFile struct {
	pid     int
	cluster string
	sockets string
}

// readPIDFile reads the file of a cluster. Its lines: process id, data
// directory, start time, port, socket directory, and more.
func readPIDFile(cluster string) (pidFile, bool) {
	text, err := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
	if err != nil {
		return pidFile{}, false
	}
	lines := strings.Split(string(text), "\n")
	for len(lines) < 5 {
		lines = append(lines, "")
	}
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 1 {
		return pidFile{}, true // stale: alive answers false
	}
	return pidFile{
		pid:     pid,
		cluster: strings.TrimSpace(lines[1]),
		sockets: strings.TrimSpace(lines[4]),
	}, true
}

// alive tells whether the process is there and is the postmaster of this
// cluster: numbers are given out again, most of all in containers.
func (p pidFile) alive() bool {
	if p.pid <= 1 || errors.Is(syscall.Kill(p.pid, 0), syscall.ESRCH) {
		return false
	}
	if runtime.GOOS != "linux" {
		return true // connecting will tell
	}
	// A postmaster's working directory is its cluster. It cannot be read for a
	// process of another user or one that is a zombie: neither is ours.
	dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", p.pid))
	return err == nil && dir == p.cluster
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
