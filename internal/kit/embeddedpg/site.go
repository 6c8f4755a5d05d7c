package embeddedpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	// port only names the socket file; nothing listens on TCP.
	port       = "5432"
	socketFile = ".s.PGSQL." + port
	// maxSocketPath is the smallest limit of the systems we run on (macOS).
	maxSocketPath = 103
)

// site is where a server lives: who runs it, with which binaries, in which
// directory.
type site struct {
	acct account
	bin  binaries
	dir  string
}

func (s site) path(name string) string { return filepath.Join(s.dir, name) }
func (s site) cluster() string         { return s.path("postgres") }

// settle decides on the site. An existing cluster decides everything else: its
// owner runs it, and only binaries of its major version will do.
func settle(ctx context.Context, o Options, m machine) (site, error) {
	wanted, err := wantedDir(o.DataDir)
	if err != nil {
		return site{}, err
	}
	spare := filepath.Join(m.spare, fingerprint(wanted))
	s := site{dir: wanted}
	moved := os.Geteuid() == 0 && !hasCluster(wanted) && hasCluster(spare)
	if moved {
		s.dir = spare
	}
	if o.Throwaway && hasCluster(s.dir) {
		return site{}, fmt.Errorf("%s already holds a cluster: a throwaway server must not touch it", s.dir)
	}
	if s.acct, err = pickAccount(s.cluster()); err != nil {
		return site{}, err
	}
	major, err := clusterMajor(s.cluster())
	if err != nil {
		return site{}, err
	}
	if s.bin, err = findBinaries(ctx, o, major, s.cluster()); err != nil {
		return site{}, err
	}
	if s.acct.cred == nil {
		return s, nil
	}
	return s.withinReach(ctx, o, m, spare, moved)
}

// withinReach serves root alone: the unprivileged account may be unable to read
// the binaries or to enter the directory (below /root, say). What is out of its
// reach gets a place under /var/lib, and we say so in one line.
func (s site) withinReach(ctx context.Context, o Options, m machine, spare string, moved bool) (site, error) {
	var notes []string
	if !s.acct.can(ctx, s.bin.program("postgres"), "/") {
		copied, err := s.bin.copyTo(ctx, m.spare)
		if err != nil {
			return site{}, fmt.Errorf("the user %s cannot run %s, and a copy failed: %w", s.acct.name, s.bin.dir, err)
		}
		s.bin = copied
		notes = append(notes, "its programs are in "+copied.dir)
		if !s.acct.can(ctx, s.bin.program("postgres"), "/") {
			return site{}, fmt.Errorf("the user %s cannot run %s: start as another user, or set DATABASE_URL", s.acct.name, s.bin.dir)
		}
	}
	switch {
	case moved:
		notes = append(notes, "its data is in "+spare)
	case s.acct.can(ctx, s.bin.program("postgres"), s.dir):
	case hasCluster(s.dir):
		// A new, empty cluster elsewhere would look like lost data.
		return site{}, fmt.Errorf("the user %s, who owns %s, can no longer reach it: allow that user to enter its parent directories", s.acct.name, s.cluster())
	default:
		if err := os.MkdirAll(spare, 0o711); err != nil {
			return site{}, fmt.Errorf("the user %s cannot reach %s: choose another SS_DATA_DIR or set DATABASE_URL: %w", s.acct.name, s.dir, err)
		}
		s.dir = spare
		notes = append(notes, "its data is in "+spare)
	}
	if len(notes) > 0 {
		o.Say(fmt.Sprintf("PostgreSQL runs as the user %s, who cannot reach everything it needs: %s", s.acct.name, strings.Join(notes, ", ")))
	}
	return s, nil
}

// socketDir makes the directory of the socket, beside the cluster or, when that
// path is too long for a socket address, in the temporary directory.
func (s site) socketDir() (string, error) {
	dir := s.path("run")
	if len(filepath.Join(dir, socketFile)) > maxSocketPath {
		dir = filepath.Join(os.TempDir(), "smoothschedule-"+fingerprint(s.dir))
		if len(filepath.Join(dir, socketFile)) > maxSocketPath {
			dir = filepath.Join("/tmp", filepath.Base(dir))
		}
	}
	if err := s.acct.makeDir(dir); err != nil {
		return "", fmt.Errorf("making the socket directory: %w", err)
	}
	return dir, nil
}

// wantedDir makes the data directory and resolves links, so that one directory
// has one name. Root leaves the way through it open for the account.
func wantedDir(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("embeddedpg: Options.DataDir is empty")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if err := os.MkdirAll(abs, mode); err != nil {
		return "", fmt.Errorf("making the data directory: %w", err)
	}
	return filepath.EvalSymlinks(abs)
}

// fingerprint tells directories apart in a short name.
func fingerprint(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:6])
}

func hasCluster(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "postgres", "PG_VERSION"))
	return err == nil
}

// clusterMajor is 0 when there is no cluster yet.
func clusterMajor(cluster string) (int, error) {
	text, err := os.ReadFile(filepath.Join(cluster, "PG_VERSION"))
	switch {
	case errors.Is(err, os.ErrPermission):
		return 0, fmt.Errorf("%s belongs to another user: start as the user who made it, or choose another SS_DATA_DIR", cluster)
	case errors.Is(err, os.ErrNotExist):
		if _, err := os.Lstat(cluster); err == nil {
			return 0, fmt.Errorf("%s exists but is no PostgreSQL cluster: move it away, or choose another SS_DATA_DIR", cluster)
		}
		return 0, nil
	case err != nil:
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION is unreadable: %w", cluster, err)
	}
	return major, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
