package embeddedpg

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ensureCluster makes the cluster when there is none. initdb works under
// another name and the result is renamed, so that a cluster either exists whole
// or not at all.
func (s *Server) ensureCluster(ctx context.Context) error {
	s.sweepHalfMade()
	if hasCluster(s.site.dir) {
		return s.writeAccess(s.site.cluster())
	}
	s.opts.Say(fmt.Sprintf("Preparing PostgreSQL %s in %s (the first time only)", s.site.bin.version, s.site.dir))
	tmp, err := os.MkdirTemp(s.site.dir, halfMade)
	if err != nil {
		return fmt.Errorf("making the cluster: %w", err)
	}
	defer os.RemoveAll(tmp) // gone already when all went well
	if err := s.site.acct.makeDir(tmp); err != nil {
		return err
	}
	if err := s.initdb(ctx, tmp); err != nil {
		return err
	}
	if err := s.writeAccess(tmp); err != nil {
		return err
	}
	return os.Rename(tmp, s.site.cluster())
}

// halfMade begins the names of clusters in the making.
const halfMade = "postgres.init-"

// sweepHalfMade removes what interrupted starts left. We hold the lock, so
// nobody else is at it; what cannot be removed only takes space.
func (s *Server) sweepHalfMade() {
	left, _ := filepath.Glob(s.site.path(halfMade + "*"))
	for _, dir := range left {
		_ = os.RemoveAll(dir)
	}
}

func (s *Server) initdb(ctx context.Context, dir string) error {
	args := []string{"-D", dir, "-U", Superuser, "--auth=peer", "--encoding=UTF8", "--no-instructions"}
	args = append(args, localeArgs(s.site.bin.major)...)
	if s.opts.Throwaway {
		args = append(args, "--no-sync")
	}
	cmd := s.site.acct.command(ctx, s.site.dir, s.site.bin.program("initdb"), args...)
	// The working directory need not be readable for the account, only the way
	// through it must be open.
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second // its own children notice a little later
	dieWithUs(cmd.SysProcAttr, syscall.SIGTERM)
	p, err := spawn(cmd)
	if err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	<-p.done
	if p.err == nil {
		return nil
	}
	if strings.Contains(out.String(), "could not look up effective user ID") {
		return fmt.Errorf("PostgreSQL needs a user with a name, and user id %d has none: add it to /etc/passwd, or set DATABASE_URL", s.site.acct.uid)
	}
	return fmt.Errorf("initdb: %w\n%s", p.err, strings.TrimSpace(out.String()))
}

// localeArgs sorts by code point everywhere, so that an index means the same on
// every machine, and still knows upper and lower case beyond ASCII. From 17 on
// PostgreSQL brings that itself; before, the system's C.UTF-8 does.
func localeArgs(major int) []string {
	if major >= 17 {
		return []string{"--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"}
	}
	if childrenOutliveUs { // macOS and the BSDs have no C.UTF-8 of old
		return []string{"--locale=C", "--lc-ctype=en_US.UTF-8"}
	}
	return []string{"--locale=C", "--lc-ctype=C.UTF-8"}
}

// writeAccess allows the socket alone, and there the user who starts the server
// and the account it runs as, as any of our three logins. It is written at each
// start, since the user may be another one next time.
func (s *Server) writeAccess(cluster string) error {
	names := map[string]bool{userName(os.Geteuid()): true, s.site.acct.name: true}
	var ident strings.Builder
	for name := range names {
		if name == "" {
			continue
		}
		for _, login := range []string{Superuser, Owner, App} {
			fmt.Fprintf(&ident, "smoothschedule %q %s\n", name, login)
		}
	}
	method := "peer map=smoothschedule"
	if s.opts.Throwaway {
		method = "trust" // tests make logins of their own; the socket's directory keeps others out
	}
	files := map[string]string{
		"pg_hba.conf":   "local all all " + method + "\n", //nolint:dupword // any database, any user
		"pg_ident.conf": ident.String(),
	}
	for name, text := range files {
		path := filepath.Join(cluster, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		if err := s.site.acct.own(path); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}

// ensureDatabase makes the login that owns the schema and the database, when
// they are not there. The rest is the migrations' work.
func ensureDatabase(ctx context.Context, conn *pgx.Conn) error {
	for _, step := range []struct{ exists, create string }{
		{`SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '` + Owner + `')`, `CREATE ROLE ` + Owner + ` LOGIN CREATEROLE`},
		{`SELECT EXISTS (SELECT FROM pg_database WHERE datname = '` + Database + `')`, `CREATE DATABASE ` + Database + ` OWNER ` + Owner},
	} {
		var exists bool
		if err := conn.QueryRow(ctx, step.exists).Scan(&exists); err != nil {
			return fmt.Errorf("looking for the database: %w", err)
		}
		if exists {
			continue
		}
		if _, err := conn.Exec(ctx, step.create); err != nil {
			return fmt.Errorf("%s: %w", step.create, err)
		}
	}
	return nil
}
