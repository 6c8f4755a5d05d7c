package api

import (
	"context"
	"net/http"
	"strings"

	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// Guard is what the edge asks about every call: who it is, and what must be put on record.
type Guard struct {
	// Authenticate finds who asks and returns the request's context with the actor in it, or an error that says why not:
	// because nobody is signed in, or because of the state they are in. A public operation is asked for too and has no actor.
	// It may clear a cookie that is of no use. The context is good even with an error.
	Authenticate func(w http.ResponseWriter, r *http.Request, op Op) (context.Context, error)
	// Denied is told that the actor lacks the operation's permission.
	Denied func(ctx context.Context, op Op)
	// Record puts a call on record, in its transaction or, where tx is nil, in one of its own.
	Record func(ctx context.Context, tx pg.Tx, call Call) error
}

// Call is an operation that was tried.
type Call struct {
	Method, Route string
	ObjectID      string // as in the path; "" without one
	Status        int
	Read          bool
}

// Call is what the record says about the operation being tried with a status.
func (op Op) Call(ctx context.Context, status int) Call {
	method, route, _ := strings.Cut(op.Do, " ")
	return Call{Method: method, Route: route, ObjectID: requestFrom(ctx).objectID, Status: status, Read: method == http.MethodGet}
}

// Reads reports whether the operation changes nothing.
func (op Op) Reads() bool { return strings.HasPrefix(op.Do, http.MethodGet+" ") }

// recorded puts what succeeded on record in its own transaction: both happen, or neither.
func (s *Server) recorded(ctx context.Context, tx pg.Tx, op Op, err error) error {
	if err != nil {
		return err
	}
	return s.guard.Record(ctx, tx, op.Call(ctx, max(op.Status, http.StatusOK)))
}

// recordRead puts a sensitive read on record before anything is read: the read's own transaction can't write.
func (s *Server) recordRead(ctx context.Context, op Op) error {
	if !op.Sensitive || authz.From(ctx).ActedBy == [16]byte{} {
		return nil
	}
	call := op.Call(ctx, http.StatusOK)
	call.Read = false
	return s.guard.Record(ctx, nil, call)
}

// failed puts a refused change on record, in a transaction of its own because the call's has been undone, and renders the error.
func (s *Server) failed(ctx context.Context, op Op, err error) error {
	p := problem(ctx, err)
	if call := op.Call(ctx, p.Status); !call.Read && authz.From(ctx).ActedBy != [16]byte{} && fault.As(err) != nil {
		if err := s.guard.Record(ctx, nil, call); err != nil {
			return problem(ctx, err)
		}
	}
	return p
}
