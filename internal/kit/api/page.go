package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/fault"
)

// Page is embedded by the input of a list. Lists are in the order of their ids, which is that of creation.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"200" doc:"next_cursor of the page before."`
	after  uuid.UUID
}

// After is the id to continue behind; the zero id sorts before all others.
func (p Page) After() uuid.UUID { return p.after }

// Rows is how many rows to read: one more than asked for tells whether there is a next page.
func (p Page) Rows() int { return p.Limit + 1 }

func (p *Page) page() *Page { return p }

// List is the body of every list.
type List[T any] struct {
	Data       []T     `json:"data"`
	NextCursor *string `json:"next_cursor" nullable:"true" doc:"For the next page; null at the end."`
	last       uuid.UUID
}

// Whole is a list without pages.
func Whole[T any](rows []T) List[T] { return List[T]{Data: rows} }

// Paged is one page of rows, which were read with p.Rows().
func Paged[T any](rows []T, p Page, id func(T) uuid.UUID) List[T] {
	if len(rows) <= p.Limit {
		return Whole(rows)
	}
	rows = rows[:p.Limit]
	return List[T]{Data: rows, last: id(rows[len(rows)-1])}
}

func (l *List[T]) seal(sign func(uuid.UUID) string) {
	if l.last != uuid.Nil {
		cursor := sign(l.last)
		l.NextCursor = &cursor
	}
}

var errCursor = &fault.Error{Kind: fault.Malformed, Code: "invalid_cursor", Detail: "This cursor is not one of this list's. Start again without a cursor."}

// openPage checks the cursor of a list's input.
func (s *Server) openPage(ctx context.Context, in any) error {
	p, ok := in.(interface{ page() *Page })
	if !ok || p.page().Cursor == "" {
		return nil
	}
	after, ok := s.cursors.open(p.page().Cursor, cursorScope(ctx))
	if !ok {
		return errCursor
	}
	p.page().after = after
	return nil
}

func (s *Server) sealPage(ctx context.Context, out any) {
	if l, ok := out.(interface{ seal(func(uuid.UUID) string) }); ok {
		l.seal(func(last uuid.UUID) string { return s.cursors.sign(last, cursorScope(ctx)) })
	}
}

// cursorScope is where a cursor is valid: one tenant's data, in one mode, under one filter.
func cursorScope(ctx context.Context) string {
	return HostFrom(ctx).Tenant.Schema + " " + requestFrom(ctx).filter
}

// cursorKey signs cursors: a caller can't make one up, nor take one to another list.
type cursorKey []byte

func newCursorKey(secret []byte) cursorKey {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("cursor"))
	return mac.Sum(nil)
}

func (k cursorKey) mac(last uuid.UUID, scope string) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write(last[:])
	mac.Write([]byte(scope))
	return mac.Sum(nil)[:16]
}

func (k cursorKey) sign(last uuid.UUID, scope string) string {
	return base64.RawURLEncoding.EncodeToString(append(last[:], k.mac(last, scope)...))
}

func (k cursorKey) open(cursor, scope string) (last uuid.UUID, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) != 32 {
		return uuid.Nil, false
	}
	last = uuid.UUID(b[:16])
	return last, hmac.Equal(b[16:], k.mac(last, scope))
}

// Archived is embedded by the input of a list that hides archived objects.
type Archived struct {
	Archived bool `query:"archived" doc:"Show archived ones too."`
}
