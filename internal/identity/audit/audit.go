// Package audit keeps the record of what people did with their powers: rows in hash chains, a line in a file for
// each act of a masquerade, and a log of what concerns the security of accounts.
package audit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// The results of what somebody tried.
const (
	Allowed = "allowed"
	Denied  = "denied"
)

// The actions of a masquerade. They share one chain and are the ones that a file holds too.
const (
	HijackStart      = "HIJACK_START"
	HijackDenied     = "HIJACK_DENIED"
	HijackEnd        = "HIJACK_END"
	HijackExpired    = "HIJACK_EXPIRED"
	HijackTerminated = "HIJACK_TERMINATED"
	HijackAction     = "HIJACK_ACTION"
	HijackBlocked    = "HIJACK_BLOCKED"
)

// ErrUnavailable refuses what must not happen without a line in the file.
var ErrUnavailable = &fault.Error{
	Kind: fault.Unavailable, Code: "audit_unavailable", RetryAfter: 5 * time.Second,
	Detail: "This can't be recorded at this moment, and so it can't be done. Please try again in a few seconds, or tell whoever runs this server.",
}

// Person is who did something, or to whom it was done. A zero ID is unknown.
type Person struct {
	ID    uuid.UUID
	Email string
	Role  string
}

// Entry is one thing that somebody did or tried to do.
type Entry struct {
	Action       string
	Result       string     // Allowed or Denied
	TenantID     *uuid.UUID // whom it concerns: nil only in a platform's transaction, since a tenant's may write of itself alone
	TenantSlug   string
	Mode         string // "live" or "test"
	Actor        Person
	Subject      *Person
	RequestedID  string // of a subject that is unknown: what was asked for
	MasqueradeID uuid.UUID
	SessionHash  []byte // SHA-256 of the session's id; its first 6 digits are recorded
	Reason       string
	DenyCode     string
	UserAgent    string
	Details      map[string]any // more keys of the line, such as method, route, object_id and status
}

// Tx is the transaction of what is recorded: a pg.TenantTx, SharedTx or PlatformTx.
type Tx interface {
	pg.Querier
	Now() time.Time
}

// Log writes the record.
type Log struct {
	masquerade *file
	security   *file
	dir        string
}

// Open makes dir/logs and opens the files in it.
func Open(dir string) (*Log, error) {
	dir = filepath.Join(dir, "logs")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("making the directory of the logs: %w", err)
	}
	masquerade, err := openFile(filepath.Join(dir, masqueradeFile))
	if err != nil {
		return nil, err
	}
	security, err := openFile(filepath.Join(dir, securityFile))
	if err != nil {
		_ = masquerade.Close() // the first error is the one to tell
		return nil, err
	}
	return &Log{masquerade: masquerade, security: security, dir: dir}, nil
}

// The files below dir/logs.
const (
	masqueradeFile = "masquerade.log"
	securityFile   = "security.log"
	anchorFile     = "audit_anchor.log"
)

// Close closes the files.
func (l *Log) Close() error {
	err := l.masquerade.Close()
	if err2 := l.security.Close(); err == nil {
		err = err2
	}
	return err
}

// Append records e in tx, at the end of its chain, which stays locked until tx ends: make it the last thing that tx does.
// An act of a masquerade is written to the file as well, after its row and before the caller commits.
func (l *Log) Append(ctx context.Context, tx Tx, e Entry) error {
	chain := chainOf(e.Action, e.TenantID)
	last, err := head(ctx, tx, chain)
	if err != nil {
		return fmt.Errorf("end of the audit chain %s: %w", chain, err)
	}
	text, err := compose(e, place{
		id: id.New[entryKind]().UUID(), at: tx.Now(), seq: last.Seq + 1, prev: last.Hash,
		ip: api.ClientIP(ctx), request: api.RequestID(ctx),
	})
	if err != nil {
		return err
	}
	row, err := parse(text)
	if err != nil {
		return err
	}
	if err := insert(ctx, tx, row); err != nil {
		return fmt.Errorf("recording %s: %w", e.Action, err)
	}
	if chain != masqueradeChain {
		return nil
	}
	if err := l.masquerade.append(text); err != nil {
		return fmt.Errorf("%w (%w)", ErrUnavailable, err)
	}
	return nil
}

// The chains that are not one tenant's.
const (
	masqueradeChain = "masquerade"
	platformChain   = "platform"
	hijack          = "HIJACK_"
)

// chainOf names the chain of an entry.
func chainOf(action string, tenantID *uuid.UUID) string {
	switch {
	case strings.HasPrefix(action, hijack):
		return masqueradeChain
	case tenantID != nil:
		return "tenant:" + tenantID.String()
	default:
		return platformChain
	}
}
