package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
)

// account is the operating system user that PostgreSQL runs as.
type account struct {
	name string
	uid  int
	gid  int
	cred *syscall.Credential // nil: the user of this process
}

// pickAccount answers ourselves, unless we are root, which PostgreSQL refuses to
// run as. Then it is the owner of an existing cluster, or "postgres", or "nobody".
func pickAccount(cluster string) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: userName(os.Geteuid()), uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if info, err := os.Stat(cluster); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return unprivileged(userName(int(st.Uid)), int(st.Uid), int(st.Gid)), nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil && uid != 0 {
			return unprivileged(name, uid, gid), nil
		}
	}
	return account{}, errors.New("PostgreSQL must not run as root, and there is neither a user `postgres` nor `nobody`: start as another user, or set DATABASE_URL")
}

func unprivileged(name string, uid, gid int) account {
	return account{
		name: name, uid: uid, gid: gid,
		cred: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, //nolint:gosec // ids of users fit
	}
}

// userName finds the login name as PostgreSQL will see it. Go reads /etc/passwd
// alone when built without cgo, so a directory service is asked through id(1).
func userName(uid int) string {
	id := strconv.Itoa(uid)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	out, err := exec.Command("id", "-un", id).Output() //nolint:noctx // answers at once
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// command prepares a program of PostgreSQL to run as the account, away from our
// working directory and with none of our environment: no secrets, no PG* settings.
func (a account) command(ctx context.Context, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	// A group of its own: Ctrl-C in the terminal reaches us, and we stop the
	// server after those who use it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.cred, Setpgid: true}
	return cmd
}

// can tells whether the account can run the program with dir as its working
// directory. Trying is the only answer that counts ACLs and mounts in.
func (a account) can(ctx context.Context, program, dir string) bool {
	return a.command(ctx, dir, program, "--version").Run() == nil
}

// makeDir makes dir, owned by the account and closed to everybody else.
func (a account) makeDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	// In a shared temporary directory somebody else may have been there first.
	st, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || (int(st.Uid) != a.uid && int(st.Uid) != os.Geteuid()) {
		return fmt.Errorf("%s belongs to somebody else: remove it, or choose another SS_DATA_DIR", dir)
	}
	if err := a.own(dir); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// own hands a file that we made to the account.
func (a account) own(path string) error {
	if a.cred == nil {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}
