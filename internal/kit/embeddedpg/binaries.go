package embeddedpg

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// minMajor is the oldest PostgreSQL that the product is tested with.
const minMajor = 15

// binaries is a directory with initdb and postgres.
type binaries struct {
	dir     string
	major   int
	version string // such as "18.4"
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// findBinaries takes the first of SS_POSTGRES_BIN, the npm package and the
// system's that fits; with a cluster (major > 0) only its own major does.
func findBinaries(ctx context.Context, o Options, major int, cluster string) (binaries, error) {
	if o.BinDir != "" {
		b, err := inspect(ctx, o.BinDir)
		if err != nil {
			return binaries{}, fmt.Errorf("SS_POSTGRES_BIN=%s: %w", o.BinDir, err)
		}
		if b.fits(major) {
			return b, nil
		}
		if major == 0 {
			return binaries{}, fmt.Errorf("SS_POSTGRES_BIN=%s is PostgreSQL %s; %d or newer is needed", o.BinDir, b.version, minMajor)
		}
	}
	native, err := npmPackage(o.NPMDir)
	if err != nil {
		o.Say(err.Error()) // the system's may do
	}
	var seen []string
	for dir := range candidates(ctx, native) {
		b, err := inspect(ctx, dir)
		if err != nil {
			continue
		}
		if b.fits(major) {
			return b, nil
		}
		seen = append(seen, fmt.Sprintf("%s in %s", b.version, b.dir))
	}
	if major > 0 {
		return binaries{}, fmt.Errorf("%s was made by PostgreSQL %d, which is not installed (found: %s); your data is untouched: install PostgreSQL %d, set SS_POSTGRES_BIN to its bin directory, or choose another SS_DATA_DIR",
			cluster, major, orNone(seen), major)
	}
	return binaries{}, fmt.Errorf("%w (%d or newer; found: %s)", ErrNoBinaries, minMajor, orNone(seen))
}

func (b binaries) fits(major int) bool {
	if major > 0 {
		return b.major == major
	}
	return b.major >= minMajor
}

func orNone(list []string) string {
	return cmp.Or(strings.Join(list, ", "), "none")
}

// candidates yields directories that may hold the binaries, best first.
func candidates(ctx context.Context, native string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if native != "" && !yield(filepath.Join(native, "bin")) {
			return
		}
		if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
			if !yield(strings.TrimSpace(string(out))) {
				return
			}
		}
		for _, pattern := range []string{
			"/usr/lib/postgresql/*/bin",                                        // Debian, Ubuntu
			"/usr/pgsql-*/bin",                                                 // PostgreSQL's own packages for Red Hat
			"/opt/homebrew/opt/postgresql@*/bin",                               // Homebrew on Apple silicon
			"/usr/local/opt/postgresql@*/bin",                                  // Homebrew on Intel
			"/Applications/Postgres.app/Contents/Versions/*/bin",               // Postgres.app
			"/usr/lib/postgresql/bin", "/usr/libexec/postgresql*", "/usr/bin/", // Arch, Alpine, Fedora
		} {
			for _, dir := range newestFirst(pattern) {
				if !yield(dir) {
					return
				}
			}
		}
	}
}

// newestFirst expands the pattern and sorts by the number in the path.
func newestFirst(pattern string) []string {
	found, _ := filepath.Glob(pattern) // the patterns are constants
	number := regexp.MustCompile(`\d+`)
	key := func(path string) int {
		n, _ := strconv.Atoi(number.FindString(path))
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return key(b) - key(a) })
	return found
}

// inspect asks the binaries for their version.
func inspect(ctx context.Context, dir string) (binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return binaries{}, fmt.Errorf("not a directory with initdb and postgres: %w", err)
	}
	out, err := account{}.command(ctx, "/", filepath.Join(dir, "postgres"), "--version").CombinedOutput()
	if err != nil {
		return binaries{}, fmt.Errorf("postgres --version: %w: %s", err, strings.TrimSpace(string(out)))
	}
	// "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "... 19beta1"
	match := regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`).FindSubmatch(out)
	if match == nil {
		return binaries{}, fmt.Errorf("postgres --version said %q", out)
	}
	major, err := strconv.Atoi(string(match[2]))
	if err != nil {
		return binaries{}, err
	}
	return binaries{dir: dir, major: major, version: string(match[1])}, nil
}
