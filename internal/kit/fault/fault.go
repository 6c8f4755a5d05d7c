// Package fault is the one error vocabulary of the domain packages.
//
// A domain returns a *Error for anything its caller can act on, and a plain wrapped
// error for anything only an operator can. Package api renders the first as an
// RFC 9457 problem and the second as an opaque 500 that is logged once.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure an Error is; package api maps each to a status.
type Kind int

// The kinds, with the HTTP status they become.
const (
	Malformed       Kind = iota + 1 // 400
	Unauthenticated                 // 401
	Forbidden                       // 403
	NotFound                        // 404
	Conflict                        // 409
	Invalid                         // 422
	TooMany                         // 429
	Unavailable                     // 503
	Gone                            // 410
	Precondition                    // 412
)

// Error is a failure the caller may see.
type Error struct {
	Kind         Kind
	Code         string // stable and machine-readable: "slot_unavailable"
	Detail       string // one sentence for a person: what happened and what to do
	Fields       []Field
	Alternatives []Alternative
	Conflicts    []Clash       // what is in the way
	Overridable  bool          // whether the caller may ask for it all the same
	RetryAfter   time.Duration // 0: no Retry-After header
}

// Field is one invalid input.
type Field struct {
	Location string // "body.start", "query.from"
	Message  string
}

// Clash is one thing in the way of what was asked for. (Conflict is the kind.)
type Clash struct {
	Rule          string `json:"rule" doc:"Which rule it breaks, machine-readable." example:"double_booking"`
	ResourceID    string `json:"resource_id,omitempty"`
	AppointmentID string `json:"appointment_id,omitempty" doc:"The appointment in the way, where the caller may see it."`
	SessionID     string `json:"session_id,omitempty" doc:"The group session in the way, where the caller may see it."`
	Start         string `json:"start,omitempty" format:"date-time" doc:"RFC 3339 with offset."`
	End           string `json:"end,omitempty" format:"date-time"`
	Message       string `json:"message" doc:"For a person."`
}

// Alternative is a time the caller may ask for instead.
type Alternative struct {
	Start       string   `json:"start" format:"date-time" doc:"RFC 3339 with offset."`
	End         string   `json:"end,omitempty" format:"date-time"`
	ResourceIDs []string `json:"resource_ids,omitempty"`
}

func (e *Error) Error() string { return e.Code + ": " + e.Detail }

// Is lets a sentinel match a copy of it that carries more detail.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// With returns a copy of e whose Detail is the formatted text.
func (e *Error) With(format string, args ...any) *Error {
	c := *e
	c.Detail = fmt.Sprintf(format, args...)
	return &c
}

// Instead returns a copy of e that offers the alternatives.
func (e *Error) Instead(alternatives []Alternative) *Error {
	c := *e
	c.Alternatives = alternatives
	return &c
}

// Conflicting returns a copy of e that lists what is in the way, and whether the caller may have it all the same.
func (e *Error) Conflicting(overridable bool, clashes ...Clash) *Error {
	c := *e
	c.Overridable, c.Conflicts = overridable, clashes
	return &c
}

// As returns the *Error in err's chain, or nil.
func As(err error) *Error {
	e, _ := errors.AsType[*Error](err)
	return e
}

// ErrNotFound is the answer for a missing object, another tenant's, and one the caller may not see.
var ErrNotFound = &Error{Kind: NotFound, Code: "not_found", Detail: "There is nothing here. It may have been removed, or the address may be wrong."}

// Validation is an Invalid error about one or more fields.
func Validation(fields ...Field) *Error {
	return &Error{Kind: Invalid, Code: "validation_failed", Detail: "Some fields need attention.", Fields: fields}
}

// At is a validation error about one field.
func At(location, format string, args ...any) *Error {
	return Validation(Field{Location: location, Message: fmt.Sprintf(format, args...)})
}

// Unknown says that the id at location names nothing the caller may use: missing, foreign and malformed ones answer alike.
func Unknown(location string) *Error { return At(location, "%s", UnknownMessage) }

// UnknownMessage is what Unknown says.
const UnknownMessage = "This names nothing here. Choose one from the list."
