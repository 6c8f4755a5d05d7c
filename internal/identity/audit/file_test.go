package audit_test

import (
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/audit"
)

func TestWithoutItsLineNoActOfAMasqueradeHappens(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, path string){
		"the disk is full": func(t *testing.T, path string) {
			t.Helper()
			if err := errors.Join(os.Remove(path), os.Symlink("/dev/full", path)); err != nil {
				t.Fatal(err)
			}
		},
		"the file is removed": func(t *testing.T, path string) {
			t.Helper()
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
		"a directory takes its place": func(t *testing.T, path string) {
			t.Helper()
			if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o750)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, dir := open(t)
			spoil(t, filepath.Join(dir, "logs", "masquerade.log"))
			e := started(uuid.New())
			err := try(t, l, e)
			if !errors.Is(err, audit.ErrUnavailable) {
				t.Errorf("error %v", err)
			}
			if rows := byActor(t, e.Actor.ID); len(rows) != 0 {
				t.Errorf("recorded: %+v", rows)
			}
			business, _ := own()
			record(t, l, granted(business, "ordinary work goes on"))
		})
	}
}

func TestOpenSaysWhichFileItCantOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "logs", "security.log")
	if err := os.MkdirAll(path, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Open(dir); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	if _, err := audit.Open("/dev/null"); err == nil || !strings.Contains(err.Error(), "/dev/null") {
		t.Errorf("error %v", err)
	}
}

func TestFilesAreForTheGroupToReadAndForNobodyElse(t *testing.T) {
	t.Parallel()
	_, dir := open(t)
	for _, name := range []string{"masquerade.log", "security.log"} {
		info, err := os.Stat(filepath.Join(dir, "logs", name))
		if err != nil || info.Mode().Perm()&^0o640 != 0 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

func TestARotatedFileMakesWayForANewOne(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	actor := uuid.New()
	record(t, l, started(actor))
	path := filepath.Join(dir, "logs", "masquerade.log")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	record(t, l, started(actor))
	rows := byActor(t, actor)
	if got := fileOf(t, dir, "masquerade.log.1"); got != rows[0].line+"\n" {
		t.Errorf("old file: %s", got)
	}
	if got := fileOf(t, dir, "masquerade.log"); got != rows[1].line+"\n" {
		t.Errorf("new file: %s", got)
	}
}

func TestALineThatWasCutOffSpoilsNoOther(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	actor := uuid.New()
	record(t, l, started(actor))
	whole1 := fileOf(t, dir, "masquerade.log")
	writeFile(t, dir, "masquerade.log", whole1+whole1[:100])
	record(t, openIn(t, dir), started(actor))
	if got, want := fileOf(t, dir, "masquerade.log"), whole1+whole1[:100]+"\n"+byActor(t, actor)[1].line+"\n"; got != want {
		t.Errorf("file\n%s\nwant\n%s", got, want)
	}
	alone(t)
	if told, err := verify(t, dir, nil); err != nil || !strings.Contains(told, "note: line 2 of") {
		t.Errorf("%v: %s", err, told)
	}
}

func TestARotatedFileIsVerifiedCompressedOrNot(t *testing.T) {
	t.Parallel()
	l, dir := open(t)
	actor := uuid.New()
	record(t, l, started(actor), started(actor))
	text := fileOf(t, dir, "masquerade.log")
	var packed strings.Builder
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(strings.ReplaceAll(text, "Ticket", "Tickst"))); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	alone(t)
	writeFile(t, dir, "masquerade.log.1", text)
	if told, err := verify(t, dir, nil); err != nil || !strings.Contains(told, "file masquerade.log.1: 2 lines\n") {
		t.Errorf("%v: %s", err, told)
	}
	writeFile(t, dir, "masquerade.log.2.gz", packed.String())
	if told, err := verify(t, dir, nil); !errors.Is(err, audit.ErrBroken) || !strings.Contains(told, "line 1 of masquerade.log.2.gz") {
		t.Errorf("%v: %s", err, told)
	}
}
