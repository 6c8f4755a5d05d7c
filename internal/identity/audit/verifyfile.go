package audit

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"smoothschedule/internal/kit/pg"
)

// files checks the file at path and those it was rotated to.
func (r *report) files(path string, check func(name string) (int, error)) error {
	rotated, _ := filepath.Glob(path + ".*") // fails for a malformed pattern alone
	slices.Sort(rotated)
	for _, name := range append(rotated, path) {
		n, err := check(name)
		if errors.Is(err, fs.ErrNotExist) {
			err = r.say("note: there is no file %q", name)
		} else {
			err = r.section(err, "file %s: %d lines", filepath.Base(name), n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// atOnce is how many lines of a file are compared with the database together.
const atOnce = 500

// maxLine is longer than any line that is written.
const maxLine = 1 << 20

// numbered is a line of a file, the first of which is 1.
type numbered struct {
	n    int
	text string
}

// eachBatch calls f with the whole lines of a file, some at a time. Lines that a crash or a full disk cut off are notes.
func (r *report) eachBatch(name string, f func([]numbered) error) (lines int, err error) {
	in, err := openRotated(name)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	var batch []numbered
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, maxLine)
	for scan.Scan() {
		text := scan.Text()
		lines++
		if cutOff(text) {
			if err := r.say("note: line %d of %q was cut off while it was written", lines, name); err != nil {
				return lines, err
			}
			continue
		}
		if batch = append(batch, numbered{lines, text}); len(batch) == atOnce {
			if err := f(batch); err != nil {
				return lines, err
			}
			batch = batch[:0]
		}
	}
	if err := scan.Err(); err != nil {
		return lines, fmt.Errorf("reading %s: %w", name, err)
	}
	return lines, f(batch)
}

// openRotated opens a log, which may have been compressed since.
func openRotated(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if err != nil || !strings.HasSuffix(name, ".gz") {
		return f, err
	}
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		_ = f.Close() // read only
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{unpacked, f}, nil
}

// cutOff reports whether text is the beginning of a line and no more. Files may lack lines, so this hides nothing that removing it wouldn't.
func cutOff(text string) bool {
	_, err := read(text)
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// comparison is of one masquerade log with the rows.
type comparison struct {
	*report
	name   string
	last   int64           // of the lines that are their rows': they stand in the chain's order
	strays map[int64]stray // lines that are not, until a later line shows why
}

// stray is a line of a file that is not the one of its row.
type stray struct {
	said row
	line string // the row's
}

// lines compares the lines of a masquerade log with their rows. The error is a *BreakError at the first that was changed.
func (r *report) lines(ctx context.Context, db *pg.DB, name string) (n int, err error) {
	c := &comparison{report: r, name: filepath.Base(name), strays: map[int64]stray{}}
	n, err = r.eachBatch(name, func(batch []numbered) error {
		said, err := c.understand(batch)
		if err != nil {
			return err
		}
		rows, err := find(ctx, db, said)
		if err != nil {
			return err
		}
		for i, s := range said {
			if err := c.compare(batch[i].n, s, rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	return n, c.rest()
}

// understand reads lines that must be sound by themselves.
func (c *comparison) understand(batch []numbered) ([]row, error) {
	said := make([]row, len(batch))
	for i, l := range batch {
		var err error
		if said[i], err = parse(l.text); err != nil {
			return nil, c.flawed(l.n, 0, "it can't be read: "+err.Error())
		}
		if said[i].Chain != masqueradeChain {
			return nil, c.flawed(l.n, said[i].Seq, "it is no act of a masquerade")
		}
		if err := checkSeal(l.text, said[i].PrevHash); err != nil {
			return nil, c.flawed(l.n, said[i].Seq, err.Error())
		}
	}
	return said, nil
}

func (c *comparison) flawed(line int, seq int64, what string) error {
	return &BreakError{masqueradeChain, seq, fmt.Sprintf("line %d of %s: %s", line, c.name, what)}
}

// compare looks for the row of line n. A line without one was written by a transaction that did not commit; the next
// transaction, perhaps another node's, then took its place in the chain.
func (c *comparison) compare(n int, said row, rows map[spot]stored) error {
	found, ok := rows[spot{said.Chain, said.Seq}]
	switch {
	case said.Seq <= c.last:
		return c.flawed(n, said.Seq, "it does not belong behind the one before")
	case !ok:
		return c.noteStray(said)
	case found.Line != said.Line:
		c.strays[said.Seq] = stray{said, found.Line}
		return nil
	}
	c.last = said.Seq
	if s, ok := c.strays[said.Seq]; ok { // tried again with success
		delete(c.strays, said.Seq)
		return c.noteStray(s.said)
	}
	return nil
}

// rest judges the lines whose place in the chain another line has, which is not in this file.
func (c *comparison) rest() error {
	for _, seq := range slices.Sorted(maps.Keys(c.strays)) {
		s := c.strays[seq]
		if s.sameEvent() {
			return &BreakError{masqueradeChain, seq, "the line in " + c.name + " is not the row's"}
		}
		if err := c.noteStray(s.said); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) noteStray(said row) error {
	return r.say("note: the line of chain %s, seq %d, hash %x has no committed row: its transaction was given up", said.Chain, said.Seq, said.Hash)
}

// sameEvent reports whether the line tells of what its row tells of, otherwise. The lines of a transaction that was given up tell of something else.
func (s stray) sameEvent() bool {
	is, err := parse(s.line)
	return err != nil || show(is.RequestID) == show(s.said.RequestID) && is.Action == s.said.Action && show(is.MasqueradeID) == show(s.said.MasqueradeID)
}

// find reads the rows that lines tell of.
func find(ctx context.Context, db *pg.DB, said []row) (map[spot]stored, error) {
	spots := make([]spot, len(said))
	for i, s := range said {
		spots[i] = spot{s.Chain, s.Seq}
	}
	return findAt(ctx, db, spots)
}

func findAt(ctx context.Context, db *pg.DB, spots []spot) (map[spot]stored, error) {
	found := map[spot]stored{}
	err := db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		rows, err := rowsAt(ctx, tx, spots)
		for _, r := range rows {
			found[r.spot] = r
		}
		return err
	})
	return found, err
}
