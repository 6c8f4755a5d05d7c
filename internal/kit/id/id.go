// Package id makes the identifiers of domain rows: UUIDv7 in the database, TypeID text on the wire.
package id

import (
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// Kind is a row type. IDPrefix is a constant of 2 to 8 lower-case letters, and must not read its receiver.
type Kind interface{ IDPrefix() string }

// ID identifies one row of kind K: "res_01k9m7e6xhf8ktexm2q2ggx7zp".
// A customer's id can't be passed for a resource's.
type ID[K Kind] uuid.UUID

// ErrInvalid is the cause of every failed parse.
var ErrInvalid = errors.New("not an id of this kind")

// crockford is the alphabet of TypeID: Crockford's base32 in lower case.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding) //nolint:gochecknoglobals // immutable

// New returns a fresh id. Ids made later sort later.
func New[K Kind]() ID[K] { return ID[K](uuid.Must(uuid.NewV7())) }

// Parse reads the text form.
func Parse[K Kind](s string) (v ID[K], err error) { return v, v.UnmarshalText([]byte(s)) }

// IsZero reports whether v is unset.
func (v ID[K]) IsZero() bool { return v == ID[K]{} }

// UUID is the database's form of v.
func (v ID[K]) UUID() uuid.UUID { return uuid.UUID(v) }

func (v ID[K]) String() string { return string(v.wire()) }

// MarshalText writes the wire form.
func (v ID[K]) MarshalText() ([]byte, error) { return v.wire(), nil }

func (v ID[K]) wire() []byte {
	var k K
	p := k.IDPrefix()
	out := make([]byte, 0, len(p)+1+26) // one allocation: lists of slots hold thousands of ids
	out = append(append(out, p...), '_')
	digits := encode(v)
	return append(out, digits[:]...)
}

// UnmarshalText reads the wire form and refuses ids of another kind.
func (v *ID[K]) UnmarshalText(b []byte) error {
	rest, ok := strings.CutPrefix(string(b), prefix[K]())
	if !ok || len(rest) != 26 || rest[0] > '7' {
		return fmt.Errorf("%w: want %s and 26 characters", ErrInvalid, prefix[K]())
	}
	// 26 characters are 130 bits: six zero characters in front make them whole bytes.
	var buf [20]byte
	if _, err := crockford.Decode(buf[:], []byte("000000"+rest)); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	copy(v[:], buf[4:])
	if digits := encode(*v); string(digits[:]) != rest { // the decoder skips line breaks
		return ErrInvalid
	}
	return nil
}

// UUIDValue is the argument pgx sends. NULL is a nil *ID; a zero ID is a bug.
func (v ID[K]) UUIDValue() (pgtype.UUID, error) {
	if v.IsZero() {
		return pgtype.UUID{}, fmt.Errorf("unset %sid", prefix[K]())
	}
	return pgtype.UUID{Bytes: v, Valid: true}, nil
}

// ScanUUID reads a uuid column.
func (v *ID[K]) ScanUUID(u pgtype.UUID) error {
	if !u.Valid {
		return errors.New("cannot scan NULL into an id")
	}
	*v = u.Bytes
	return nil
}

// Schema is the id's place in the OpenAPI document.
func (ID[K]) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type:     huma.TypeString,
		Pattern:  "^" + prefix[K]() + "[0-7][0-9a-hjkmnp-tv-z]{25}$",
		Examples: []any{prefix[K]() + "01k9m7e6xhf8ktexm2q2ggx7zp"},
	}
}

func encode(u [16]byte) (digits [26]byte) {
	var buf [20]byte
	var text [32]byte
	copy(buf[4:], u[:])
	crockford.Encode(text[:], buf[:])
	copy(digits[:], text[6:])
	return digits
}

func prefix[K Kind]() string {
	var k K
	return k.IDPrefix() + "_"
}
