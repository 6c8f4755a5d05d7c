package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gowebpki/jcs"

	"smoothschedule/internal/kit/id"
)

// The kinds of ids on a line. The packages that own them come above this one.
type (
	entryKind      struct{}
	userKind       struct{}
	tenantKind     struct{}
	masqueradeKind struct{}
)

func (entryKind) IDPrefix() string      { return "aud" }
func (userKind) IDPrefix() string       { return "usr" }
func (tenantKind) IDPrefix() string     { return "ten" }
func (masqueradeKind) IDPrefix() string { return "mq" }

// place is what a line says besides its entry: where it stands and what asked for it.
type place struct {
	id      uuid.UUID
	at      time.Time
	seq     int64
	prev    []byte
	ip      string
	request string
}

// The most characters that are kept of what a caller may make as long as they like.
const (
	maxRequested = 64
	maxAgent     = 256
	maxDetail    = 256
	maxReason    = 500
)

// compose writes the line of e. Its keys stand in a fixed order; a value that is unknown is null.
func compose(e Entry, p place) (string, error) {
	actor, subject := names(e.Action)
	var l line
	l.add("timestamp", p.at.UTC().Format(timeFormat))
	l.add("action", e.Action)
	l.add(actor+"email", orNull(e.Actor.Email))
	l.add(subject+"email", orNull(subjectOf(e).Email))
	l.add("ip_address", p.ip)
	l.add("session_key", sessionKey(e.SessionHash))
	l.add("seq", p.seq)
	l.add("masquerade_id", idOrNull[masqueradeKind](e.MasqueradeID))
	l.add("result", e.Result)
	l.add("deny_code", orNull(e.DenyCode))
	l.add("reason", orNull(cut(e.Reason, maxReason)))
	l.add(actor+"id", idOrNull[userKind](e.Actor.ID))
	l.add(actor+"role", orNull(e.Actor.Role))
	l.add(subject+"id", subjectID(e))
	l.add(subject+"role", orNull(subjectOf(e).Role))
	l.add("tenant", orNull(e.TenantSlug))
	l.add("mode", orNull(e.Mode))
	l.add("user_agent", orNull(cut(e.UserAgent, maxAgent)))
	l.add("request_id", orNull(p.request))
	l.add("id", id.ID[entryKind](p.id).String())
	l.add("tenant_id", tenantID(e))
	l.addDetails(e.Details)
	l.add("prev_hash", hex.EncodeToString(p.prev))
	return l.seal(p.prev)
}

const timeFormat = "2006-01-02T15:04:05Z"

// names are the prefixes of the keys about the two people.
func names(action string) (actor, subject string) {
	if strings.HasPrefix(action, hijack) {
		return "hijacker_", "hijacked_"
	}
	return "actor_", "subject_"
}

func subjectOf(e Entry) Person {
	if e.Subject == nil {
		return Person{}
	}
	return *e.Subject
}

// subjectID is the subject's id or, where nobody was found, what was asked for.
func subjectID(e Entry) any {
	if e.Subject != nil {
		return idOrNull[userKind](e.Subject.ID)
	}
	return orNull(cut(e.RequestedID, maxRequested))
}

func tenantID(e Entry) any {
	if e.TenantID == nil {
		return nil
	}
	return id.ID[tenantKind](*e.TenantID).String()
}

// sessionKey tells sessions apart without naming one.
func sessionKey(hash []byte) any {
	if len(hash) < 3 {
		return nil
	}
	return hex.EncodeToString(hash[:3]) + "..."
}

func idOrNull[K id.Kind](v uuid.UUID) any {
	if v == uuid.Nil {
		return nil
	}
	return id.ID[K](v).String()
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func cut(s string, characters int) string {
	if runes := []rune(s); len(runes) > characters {
		return string(runes[:characters])
	}
	return s
}

// clean makes text that PostgreSQL takes: valid UTF-8 without NUL.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// line is one JSON object under construction, whose keys keep the order they came in.
type line struct {
	text bytes.Buffer
	err  error
}

func (l *line) add(key string, value any) {
	if s, ok := value.(string); ok {
		value = clean(s)
	}
	separator := byte(',')
	if l.text.Len() == 0 {
		separator = '{'
	}
	l.text.WriteByte(separator)
	l.encode(key)
	l.text.WriteByte(':')
	l.encode(value)
}

func (l *line) encode(v any) {
	enc := json.NewEncoder(&l.text)
	enc.SetEscapeHTML(false) // this is no HTML, and it is read by people
	if err := enc.Encode(v); err != nil && l.err == nil {
		l.err = fmt.Errorf("writing an audit line: %w", err)
	}
	l.text.Truncate(len(bytes.TrimSuffix(l.text.Bytes(), []byte("\n"))))
}

// first are the details that lead, in this order; others follow by name.
var first = []string{"method", "route", "object_id", "status"}

var detailKey = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (l *line) addDetails(details map[string]any) {
	rest := slices.DeleteFunc(slices.Sorted(maps.Keys(details)), func(k string) bool { return slices.Contains(first, k) })
	for _, key := range slices.Concat(first, rest) {
		value, ok := details[key]
		if !ok {
			continue
		}
		if !detailKey.MatchString(key) || reserved[key] {
			l.err = fmt.Errorf("%q can't be a detail of an audit line", key)
			return
		}
		if s, ok := value.(string); ok {
			value = cut(s, maxDetail)
		}
		l.add(key, value)
	}
}

// reserved are the keys that no detail may have.
var reserved = map[string]bool{
	"timestamp": true, "action": true, "ip_address": true, "session_key": true, "seq": true, "masquerade_id": true, "result": true,
	"deny_code": true, "reason": true, "tenant": true, "mode": true, "user_agent": true, "request_id": true, "id": true, "tenant_id": true,
	"hijacker_email": true, "hijacker_id": true, "hijacker_role": true, "hijacked_email": true, "hijacked_id": true, "hijacked_role": true,
	"actor_email": true, "actor_id": true, "actor_role": true, "subject_email": true, "subject_id": true, "subject_role": true,
	"prev_hash": true, "hash": true,
}

// seal ends the line with the hash of everything before it.
func (l *line) seal(prev []byte) (string, error) {
	if l.err != nil {
		return "", l.err
	}
	sum, err := hashOf(l.text.String(), prev)
	if err != nil {
		return "", err
	}
	l.add("hash", hex.EncodeToString(sum))
	l.text.WriteByte('}')
	return l.text.String(), l.err
}

// hashOf is SHA-256 of the hash before and the canonical form (RFC 8785) of the line, given without its hash and its last brace.
func hashOf(unsealed string, prev []byte) ([]byte, error) {
	canonical, err := jcs.Transform([]byte(unsealed + "}"))
	if err != nil {
		return nil, fmt.Errorf("canonical form: %w", err)
	}
	sum := sha256.Sum256(slices.Concat(prev, canonical))
	return sum[:], nil
}
