package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"

	"smoothschedule/internal/kit/pg"
)

// ErrBroken says that the record is not what was written.
var ErrBroken = errors.New("the audit record is broken")

// BreakError is the first place at which a chain, a file or an anchor is not what was written.
type BreakError struct {
	Chain string // "" where even that can't be read
	Seq   int64
	What  string
}

func (b *BreakError) Error() string {
	if b.Chain == "" {
		return b.What
	}
	return fmt.Sprintf("chain %s, seq %d: %s", b.Chain, b.Seq, b.What)
}

// Unwrap makes a BreakError an ErrBroken.
func (b *BreakError) Unwrap() error { return ErrBroken }

// Verify checks the whole record: every chain of the database, the lines of the files in dir/logs against their rows, and, given
// the key of the anchors, those. It tells out how long each chain is and what is broken, and returns ErrBroken if anything is.
// What a crash may leave, a line without a row, is a note.
func Verify(ctx context.Context, db *pg.DB, dir string, key []byte, out io.Writer) error {
	r := &report{out: out}
	var chains []top
	err := db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		chains, err = tops(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("listing the audit chains: %w", err)
	}
	for _, c := range chains {
		n, err := VerifyChain(ctx, db, c.Chain)
		if err := r.section(err, "chain %s: %d entries", c.Chain, n); err != nil {
			return err
		}
	}
	logs := filepath.Join(dir, "logs")
	if err := r.files(filepath.Join(logs, masqueradeFile), func(name string) (int, error) { return r.lines(ctx, db, name) }); err != nil {
		return err
	}
	if key != nil {
		if err := r.files(filepath.Join(logs, anchorFile), func(name string) (int, error) { return r.anchors(ctx, db, key, name) }); err != nil {
			return err
		}
	}
	if r.broken {
		return ErrBroken
	}
	return nil
}

// report is what the caller is told.
type report struct {
	out    io.Writer
	broken bool
}

// section reports one chain or file: whole, or broken where err says. Other errors are returned.
func (r *report) section(err error, format string, args ...any) error {
	if errors.Is(err, ErrBroken) {
		r.broken = true
		return r.say("BROKEN: %v", err)
	}
	if err != nil {
		return err
	}
	return r.say(format, args...)
}

func (r *report) say(format string, args ...any) error {
	_, err := fmt.Fprintf(r.out, format+"\n", args...)
	return err
}

// VerifyChain walks one chain of the database and returns how many of its entries are sound. The error is a *BreakError at the first that is not.
func VerifyChain(ctx context.Context, db *pg.DB, chain string) (entries int64, err error) {
	last := make([]byte, 32)
	for {
		var page []row
		err := db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
			var err error
			page, err = pageOf(ctx, tx, chain, entries)
			return err
		})
		if err != nil || len(page) == 0 {
			return entries, err
		}
		for _, r := range page {
			if what := flaw(r, entries+1, last); what != "" {
				return entries, &BreakError{chain, entries + 1, what}
			}
			entries, last = r.Seq, r.Hash
		}
	}
}

// flaw says what is wrong with a row that should follow the entry with the hash last; "" if nothing is.
func flaw(r row, seq int64, last []byte) string {
	if r.Seq != seq {
		return fmt.Sprintf("the entry is missing; the next one there is %d", r.Seq)
	}
	if !bytes.Equal(r.PrevHash, last) {
		return "prev_hash is not the hash of the entry before"
	}
	if err := checkSeal(r.Line, r.PrevHash); err != nil {
		return err.Error()
	}
	said, err := parse(r.Line)
	if err != nil {
		return fmt.Sprintf("the line can't be read: %v", err)
	}
	is := r.columns()
	for i, want := range said.columns() {
		if is[i] != want {
			return fmt.Sprintf("column %s is %s, its line says %s", want.name, is[i].text, want.text)
		}
	}
	return ""
}

var ending = regexp.MustCompile(`,"hash":"([0-9a-f]{64})"}$`)

// checkSeal reports whether the hash that a line ends with is its own.
func checkSeal(text string, prev []byte) error {
	at := ending.FindStringSubmatchIndex(text)
	if at == nil {
		return errors.New("the line does not end with its hash")
	}
	sum, err := hashOf(text[:at[0]], prev)
	if err != nil {
		return fmt.Errorf("the line can't be read: %w", err)
	}
	if hex.EncodeToString(sum) != text[at[2]:at[3]] {
		return errors.New("the line is not the one that its hash was made of")
	}
	return nil
}
