package audit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"

	"github.com/gowebpki/jcs"

	"smoothschedule/internal/kit/pg"
)

// anchor is the end of a chain as it was once, signed with a key that the database doesn't hold: whoever rewrites
// a chain, or cuts its end off, can't rewrite its anchors.
type anchor struct {
	Timestamp string `json:"timestamp"`
	Chain     string `json:"chain"`
	Seq       int64  `json:"seq"`
	Hash      string `json:"hash"`
}

// Anchor adds the end of each chain to the file of anchors.
func (l *Log) Anchor(ctx context.Context, db *pg.DB, key []byte, at time.Time) error {
	var ends []top
	err := db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		ends, err = tops(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("listing the audit chains: %w", err)
	}
	f, err := openFile(filepath.Join(l.dir, anchorFile))
	if err != nil {
		return err
	}
	defer f.Close() // each line was written when it was added
	for _, e := range ends {
		text, err := sign(anchor{at.UTC().Format(timeFormat), e.Chain, e.Seq, hex.EncodeToString(e.Hash)}, key)
		if err != nil {
			return err
		}
		if err := f.append(text); err != nil {
			return err
		}
	}
	return nil
}

// sign writes an anchor's line, which ends with its signature.
func sign(a anchor, key []byte) (string, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return "", fmt.Errorf("writing an anchor: %w", err)
	}
	sum, err := macOf(text, key)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`%s,"mac":"%x"}`, text[:len(text)-1], sum), nil
}

// macOf is HMAC-SHA256 of the canonical form (RFC 8785).
func macOf(text, key []byte) ([]byte, error) {
	canonical, err := jcs.Transform(text)
	if err != nil {
		return nil, fmt.Errorf("canonical form: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(canonical)
	return mac.Sum(nil), nil
}

var signature = regexp.MustCompile(`,"mac":"([0-9a-f]{64})"}$`)

// checked reads an anchor's line if its signature is by key.
func checked(text string, key []byte) (a anchor, err error) {
	at := signature.FindStringSubmatchIndex(text)
	if at == nil {
		return a, errors.New("an anchor does not end with its signature")
	}
	unsigned := []byte(text[:at[0]] + "}")
	want, err := macOf(unsigned, key)
	if err != nil {
		return a, err
	}
	got, err := hex.DecodeString(text[at[2]:at[3]])
	if err != nil || !hmac.Equal(got, want) {
		return a, errors.New("an anchor's signature is wrong: it was changed, or signed with another key")
	}
	return a, json.Unmarshal(unsigned, &a)
}

// anchors compares a file of anchors with the chains. The error is a *BreakError at the first that no longer holds.
func (r *report) anchors(ctx context.Context, db *pg.DB, key []byte, name string) (int, error) {
	return r.eachBatch(name, func(batch []numbered) error {
		signed := make([]anchor, len(batch))
		spots := make([]spot, len(batch))
		for i, l := range batch {
			var err error
			if signed[i], err = checked(l.text, key); err != nil {
				return &BreakError{What: fmt.Sprintf("line %d of %s: %v", l.n, filepath.Base(name), err)}
			}
			spots[i] = spot{signed[i].Chain, signed[i].Seq}
		}
		rows, err := findAt(ctx, db, spots)
		if err != nil {
			return err
		}
		for _, a := range signed {
			if what := a.flaw(rows); what != "" {
				return &BreakError{a.Chain, a.Seq, what}
			}
		}
		return nil
	})
}

func (a anchor) flaw(rows map[spot]stored) string {
	found, ok := rows[spot{a.Chain, a.Seq}]
	switch {
	case !ok:
		return "the entry was there at " + a.Timestamp + " and is gone"
	case hex.EncodeToString(found.Hash) != a.Hash:
		return "the entry is another one than at " + a.Timestamp
	}
	return ""
}
