package pg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"smoothschedule/internal/kit/fault"
)

// SQLSTATEs that this package acts on.
const (
	uniqueViolation      = "23505"
	foreignKeyViolation  = "23503"
	exclusionViolation   = "23P01"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014"
	badCharacter         = "22021" // NUL, or bytes that are no UTF-8
)

// ErrBusy is the answer when the database has no time for a request now; trying again is the remedy.
var ErrBusy = &fault.Error{
	Kind: fault.Unavailable, Code: "busy", RetryAfter: time.Second,
	Detail: "Many people are booking at this moment. Please try again in a few seconds.",
}

func because(answer *fault.Error, err error) error { return fmt.Errorf("%w (%w)", answer, err) }

var errDown = &fault.Error{
	Kind: fault.Unavailable, Code: "service_unavailable", RetryAfter: 5 * time.Second,
	Detail: "The service can't be reached at this moment. Please try again in a few seconds.",
}

var errText = &fault.Error{Kind: fault.Invalid, Code: "validation_failed", Detail: "A text holds a character that can't be stored, such as NUL. Remove it."}

// Violates reports whether err is a violation of the named constraint or unique index.
func Violates(err error, constraint string) bool {
	e := pgError(err)
	if e == nil || e.ConstraintName != constraint {
		return false
	}
	return e.Code == uniqueViolation || e.Code == foreignKeyViolation || e.Code == exclusionViolation
}

func pgError(err error) *pgconn.PgError {
	e, _ := errors.AsType[*pgconn.PgError](err)
	return e
}

func retryable(err error) bool {
	e := pgError(err)
	return e != nil && (e.Code == serializationFailure || e.Code == deadlockDetected)
}

// unavailable turns "not now" into an answer with a Retry-After, and text that no database takes into a refusal; other errors pass.
func unavailable(err error) error {
	if err == nil {
		return nil
	}
	if e := pgError(err); e != nil {
		switch {
		case e.Code == lockNotAvailable, e.Code == queryCanceled:
			return because(ErrBusy, err)
		case e.Code[:2] == "57", e.Code[:2] == "53": // operator intervention, insufficient resources
			return because(errDown, err)
		case e.Code == badCharacter:
			return because(errText, err)
		}
		return err
	}
	if lost(err) && !errors.Is(err, context.Canceled) {
		return because(errDown, err)
	}
	return err
}

// lost reports whether the connection to the database failed, at its start or under way.
func lost(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.Timeout(err) || errors.Is(err, io.ErrUnexpectedEOF)
}
