package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// file is a log that lines are added to. Whoever rotates it renames it to a name that begins with its own and a dot;
// the next line then starts a new file.
type file struct {
	path string
	mu   sync.Mutex
	f    *os.File
	torn bool // the last line is not whole: the next one starts behind a line feed
}

const appending = os.O_APPEND | os.O_RDWR

func openFile(path string) (*file, error) {
	l := &file{path: path}
	return l, l.open(appending | os.O_CREATE)
}

// open takes the file at the path instead of the one before. The error names the path.
func (l *file) open(flags int) error {
	f, err := os.OpenFile(l.path, flags, 0o640) //nolint:gosec // the group of whoever collects logs may read them
	if err != nil {
		return fmt.Errorf("opening a log: %w", err)
	}
	if l.f != nil {
		_ = l.f.Close() // every line was written when it was added
	}
	l.f, l.torn = f, endsTorn(f)
	return nil
}

// endsTorn reports whether the last line was cut off, as by a crash or a full disk.
func endsTorn(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// append adds a line with one write.
func (l *file) append(text string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.follow(); err != nil {
		return err
	}
	whole := text + "\n"
	if l.torn {
		whole = "\n" + whole
	}
	n, err := l.f.WriteString(whole)
	if err != nil {
		l.torn = l.torn || n > 0
		return fmt.Errorf("writing a log: %w", err)
	}
	l.torn = false
	return nil
}

// follow makes sure that the open file is the one at the path. One that was rotated makes way for a new one; one that was removed is an error.
func (l *file) follow() error {
	open, err := l.f.Stat()
	if err != nil {
		return fmt.Errorf("writing a log: %w", err)
	}
	there, err := os.Stat(l.path)
	switch {
	case err == nil && os.SameFile(open, there):
		return nil
	case err == nil:
		return l.open(appending)
	case errors.Is(err, fs.ErrNotExist) && l.rotated(open):
		return l.open(appending | os.O_CREATE)
	default:
		return fmt.Errorf("writing a log: %w", err)
	}
}

func (l *file) rotated(open os.FileInfo) bool {
	names, _ := filepath.Glob(l.path + ".*") // fails for a malformed pattern alone
	return slices.ContainsFunc(names, func(name string) bool {
		info, err := os.Stat(name)
		return err == nil && os.SameFile(open, info)
	})
}

func (l *file) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.f.Close()
}
