package audit

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
)

// row is an entry in the database. Its columns repeat what the line says, for searching.
type row struct {
	ID           uuid.UUID  `db:"id"`
	Chain        string     `db:"chain"`
	Seq          int64      `db:"seq"`
	At           time.Time  `db:"at"`
	Action       string     `db:"action"`
	Result       string     `db:"result"`
	TenantID     *uuid.UUID `db:"tenant_id"`
	ActorID      *uuid.UUID `db:"actor_id"`
	ActorEmail   *string    `db:"actor_email"`
	ActorRole    *string    `db:"actor_role"`
	SubjectID    *uuid.UUID `db:"subject_id"`
	SubjectEmail *string    `db:"subject_email"`
	SubjectRole  *string    `db:"subject_role"`
	MasqueradeID *uuid.UUID `db:"masquerade_id"`
	IPAddress    string     `db:"ip_address"`
	Reason       *string    `db:"reason"`
	DenyCode     *string    `db:"deny_code"`
	RequestID    *string    `db:"request_id"`
	Line         string     `db:"line"`
	PrevHash     []byte     `db:"prev_hash"`
	Hash         []byte     `db:"hash"`
}

// values are a line's, by key.
type values map[string]any

// read takes a line apart.
func read(text string) (values, error) {
	v := values{}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	return v, nil
}

// parse makes the row that a line stands for. Appending and verifying share it, so that columns and line can't disagree.
func parse(text string) (row, error) {
	v, err := read(text)
	if err != nil {
		return row{}, err
	}
	actor, subject := names(v.text("action"))
	r := row{
		Action: v.text("action"), Result: v.text("result"), TenantID: idOf[tenantKind](v.text("tenant_id")),
		ActorID: idOf[userKind](v.text(actor + "id")), ActorEmail: v.optional(actor + "email"), ActorRole: v.optional(actor + "role"),
		SubjectID: idOf[userKind](v.text(subject + "id")), SubjectEmail: v.optional(subject + "email"), SubjectRole: v.optional(subject + "role"),
		MasqueradeID: idOf[masqueradeKind](v.text("masquerade_id")), IPAddress: v.text("ip_address"),
		Reason: v.optional("reason"), DenyCode: v.optional("deny_code"), RequestID: v.optional("request_id"), Line: text,
	}
	r.Chain = chainOf(r.Action, r.TenantID)
	if key := idOf[entryKind](v.text("id")); key != nil {
		r.ID = *key
	}
	if number, ok := v["seq"].(json.Number); ok {
		if r.Seq, err = number.Int64(); err != nil {
			return row{}, fmt.Errorf("seq: %w", err)
		}
	}
	if r.At, err = time.Parse(timeFormat, v.text("timestamp")); err != nil {
		return row{}, fmt.Errorf("timestamp: %w", err)
	}
	if r.PrevHash, err = hex.DecodeString(v.text("prev_hash")); err != nil {
		return row{}, fmt.Errorf("prev_hash: %w", err)
	}
	if r.Hash, err = hex.DecodeString(v.text("hash")); err != nil {
		return row{}, fmt.Errorf("hash: %w", err)
	}
	return r, nil
}

func (v values) text(key string) string {
	s, _ := v[key].(string)
	return s
}

func (v values) optional(key string) *string {
	s, ok := v[key].(string)
	if !ok {
		return nil
	}
	return &s
}

// idOf is nil for what is no id of the kind, such as one that somebody made up.
func idOf[K id.Kind](text string) *uuid.UUID {
	v, err := id.Parse[K](text)
	if err != nil {
		return nil
	}
	u := v.UUID()
	return &u
}

// column is one value of a row as text.
type column struct{ name, text string }

func (r row) columns() []column {
	return []column{
		{"id", r.ID.String()},
		{"chain", r.Chain},
		{"seq", strconv.FormatInt(r.Seq, 10)},
		{"at", r.At.UTC().Format(time.RFC3339Nano)},
		{"action", r.Action},
		{"result", r.Result},
		{"tenant_id", show(r.TenantID)},
		{"actor_id", show(r.ActorID)},
		{"actor_email", show(r.ActorEmail)},
		{"actor_role", show(r.ActorRole)},
		{"subject_id", show(r.SubjectID)},
		{"subject_email", show(r.SubjectEmail)},
		{"subject_role", show(r.SubjectRole)},
		{"masquerade_id", show(r.MasqueradeID)},
		{"ip_address", r.IPAddress},
		{"reason", show(r.Reason)},
		{"deny_code", show(r.DenyCode)},
		{"request_id", show(r.RequestID)},
		{"prev_hash", hex.EncodeToString(r.PrevHash)},
		{"hash", hex.EncodeToString(r.Hash)},
	}
}

func show[T any](v *T) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprintf("%q", fmt.Sprint(*v))
}
