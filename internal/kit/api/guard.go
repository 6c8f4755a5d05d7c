package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"smoothschedule/internal/kit/authz"
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
	// Closed reports whether the request's host is shut, but for the operations that say otherwise. Without it none is.
	Closed func(ctx context.Context) bool
	// Record puts a call on record, in its transaction or, where tx is nil, in one of its own.
	Record func(ctx context.Context, tx pg.Tx, call Call) error
}

// Call is an operation that was tried.
type Call struct {
	Summary       string // of the operation, for a person
	Method, Route string
	ObjectID      string // as in the path; "" without one
	Status        int
	Read          bool
}

// Call is what the record says about the operation being tried with a status.
func (op Op) Call(ctx context.Context, status int) Call {
	method, route, _ := strings.Cut(op.Do, " ")
	return Call{Summary: op.Summary, Method: method, Route: route, ObjectID: requestFrom(ctx).objectID, Status: status, Read: method == http.MethodGet}
}

// Reads reports whether the operation changes nothing.
func (op Op) Reads() bool { return strings.HasPrefix(op.Do, http.MethodGet+" ") }

// recorded puts what succeeded on record in its own transaction: both happen, or neither.
func (s *Server) recorded(ctx context.Context, tx pg.Tx, op Op, err error) error {
	if err != nil {
		return err
	}
	requestFrom(ctx).progress.recorded = true
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
	if err := s.recordChange(ctx, op, p.Status); err != nil {
		return problem(ctx, err)
	}
	return p
}

// recordChange puts on record, in a transaction of its own, that somebody tried to change something as another.
func (s *Server) recordChange(ctx context.Context, op Op, status int) error {
	if op.Reads() || authz.From(ctx).ActedBy == [16]byte{} {
		return nil
	}
	requestFrom(ctx).progress.recorded = true
	return s.guard.Record(ctx, nil, op.Call(ctx, status))
}

// refuse puts on record what the edge itself refuses, and returns what to answer. known says that somebody signed in asks.
func (s *Server) refuse(ctx context.Context, op Op, known bool, err error) error {
	p := problem(ctx, err)
	var unrecorded error
	switch {
	case op.Refused != nil && known:
		unrecorded = op.Refused(ctx, p.Status, p.Code)
	case op.Refused == nil && !op.OnlySelf: // what nobody may do as another is on record as that
		unrecorded = s.recordChange(ctx, op, p.Status)
	}
	if unrecorded != nil {
		return problem(ctx, unrecorded)
	}
	return p
}

// settle puts on record what was refused between the edge and the handler, such as a body that is not as described,
// and what a handler with transactions of its own did. The answer is on its way by now, so a failure to do so can only be logged.
func (s *Server) settle(ctx context.Context, op Op, status int) {
	was := requestFrom(ctx).progress
	var err error
	switch {
	case op.Refused != nil && !was.handled:
		code, _ := humaCode(status, "")
		err = op.Refused(ctx, status, code)
	case op.Refused == nil && !was.recorded:
		err = s.recordChange(ctx, op, status)
	}
	if err != nil {
		slog.ErrorContext(ctx, "a call in a masquerade is not on record", "operation", op.ID, "err", err)
	}
}

// hidden reports whether refusals must not show that there is a host: that of a closed business, but for signing in.
func (s *Server) hidden(ctx context.Context, op Op) bool {
	_, route, _ := strings.Cut(op.Do, " ")
	return op.Needs == authz.Public && s.guard.Closed(ctx) && !strings.HasPrefix(route, Prefix+"/auth/")
}
