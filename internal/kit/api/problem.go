package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
)

// Problem is the body of every error, an RFC 9457 problem.
type Problem struct { //nolint:errname // RFC 9457's word
	Type         string              `json:"type" doc:"Where the code is explained."`
	Title        string              `json:"title"`
	Status       int                 `json:"status"`
	Code         string              `json:"code" doc:"Stable, machine-readable."`
	Detail       string              `json:"detail" doc:"What happened and what to do, for a person."`
	Errors       []ProblemField      `json:"errors,omitempty" doc:"Each field that needs attention."`
	Alternatives []fault.Alternative `json:"alternatives,omitempty" doc:"With slot_unavailable the nearest free times, with a local time that doesn't exist or exists twice the possible instants."`
	Conflicts    []fault.Clash       `json:"conflicts,omitempty" doc:"What is in the way."`
	Overridable  bool                `json:"overridable,omitempty" doc:"true where you may have it in spite of the conflicts: say so in a second request."`
	RequestID    string              `json:"request_id"`

	retryAfter int // seconds
}

// ProblemField is one invalid input.
type ProblemField struct {
	Location string `json:"location" example:"body.start"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus makes a Problem the error huma writes.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders adds Retry-After where waiting helps.
func (p *Problem) GetHeaders() http.Header {
	if p.retryAfter == 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(p.retryAfter)}}
}

var statuses = map[fault.Kind]int{
	fault.Malformed:       http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Gone:            http.StatusGone,
	fault.Precondition:    http.StatusPreconditionFailed,
}

func newProblem(ctx context.Context, status int, code, detail string) *Problem {
	return &Problem{
		Type: "/docs/errors#" + code, Title: http.StatusText(status), Status: status,
		Code: code, Detail: detail, RequestID: RequestID(ctx),
	}
}

// problem renders err. What isn't a fault is logged here, once, and tells the caller nothing.
func problem(ctx context.Context, err error) *Problem {
	if ready, ok := errors.AsType[*Problem](err); ok {
		return ready
	}
	e := fault.As(err)
	if e == nil || statuses[e.Kind] == 0 {
		if errors.Is(err, context.Canceled) {
			slog.InfoContext(ctx, "the caller went away", "err", err)
		} else {
			slog.ErrorContext(ctx, "request failed", "err", err)
		}
		return newProblem(ctx, http.StatusInternalServerError, "internal", "Something went wrong on our side. Please try again; if it stays, tell us the request id.")
	}
	if requestFrom(ctx).hidden && e.Kind != fault.Unavailable {
		e = fault.ErrNotFound
	}
	if e.Kind == fault.Unavailable {
		slog.WarnContext(ctx, "request refused for now", "err", err)
	}
	p := newProblem(ctx, statuses[e.Kind], e.Code, e.Detail)
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, ProblemField(f))
	}
	p.Alternatives, p.Conflicts, p.Overridable = e.Alternatives, e.Conflicts, e.Overridable
	if e.RetryAfter > 0 {
		p.retryAfter = int((e.RetryAfter + time.Second - 1) / time.Second) // rounded up: not a moment too early
	}
	return p
}

// WriteProblem renders err outside of an operation: in middleware, for unknown routes.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problem(r.Context(), err)
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller is gone if this fails
}

// humaProblem renders the errors that huma finds before a handler runs. It never repeats the caller's values.
func humaProblem(hctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
	ctx := context.Background()
	if hctx != nil {
		ctx = hctx.Context()
	}
	if status >= http.StatusInternalServerError {
		return problem(ctx, errors.Join(append(errs, errors.New(msg))...))
	}
	fields, inPath := problemFields(errs)
	if inPath || requestFrom(ctx).hidden {
		// A malformed id names nothing, and so does a missing or a foreign one: they answer alike.
		return problem(ctx, fault.ErrNotFound)
	}
	code, detail := humaCode(status, msg)
	if status == http.StatusBadRequest && len(fields) > 0 {
		fields = nil // the parser's own words: they repeat what was sent
	}
	p := newProblem(ctx, status, code, detail)
	p.Errors = fields
	return p
}

func problemFields(errs []error) (fields []ProblemField, inPath bool) {
	for _, err := range errs {
		var d *huma.ErrorDetail
		switch {
		case errors.As(err, &d):
			if strings.HasPrefix(d.Location, "path.") {
				return nil, true
			}
			fields = append(fields, ProblemField{Location: location(d), Message: humanMessage(d.Message)})
		case err != nil:
			fields = append(fields, ProblemField{Location: "body", Message: "can't be read"})
		}
	}
	return fields, false
}

// location completes huma's: for a missing or an unexpected property it names only the object around it.
func location(d *huma.ErrorDetail) string {
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		return d.Location + "." + strings.TrimSuffix(name, " to be present")
	}
	return d.Location
}

// idPattern recognises huma's message about a malformed id by the pattern of package id.
var idPattern = regexp.MustCompile(`\^[a-z]+_\[0-7\]`)

func humanMessage(m string) string {
	switch {
	case strings.HasPrefix(m, "expected required property"):
		return "This field is required."
	case m == "unexpected property":
		return "There is no such field. Remove it or check its spelling."
	case strings.HasPrefix(m, "required ") && strings.HasSuffix(m, "parameter is missing"):
		return "This parameter is required."
	case m == "unknown query parameter":
		return "There is no such parameter. Remove it or check its spelling."
	case idPattern.MatchString(m), strings.HasPrefix(m, "invalid value: "+id.ErrInvalid.Error()):
		return fault.UnknownMessage
	case strings.HasPrefix(m, "expected string to match pattern"):
		return "This is not written as it should be. See the description of the field."
	}
	return m
}

func humaCode(status int, msg string) (code, detail string) {
	switch status {
	case http.StatusBadRequest:
		return "malformed_json", "The body is not valid JSON. Send one JSON object in UTF-8."
	case http.StatusRequestEntityTooLarge:
		return "too_large", "The body is larger than 1 MiB. Send less at once."
	case http.StatusUnsupportedMediaType:
		return "unsupported_media_type", "Send the body as application/json."
	case http.StatusNotAcceptable:
		return "not_acceptable", "Only application/json is served here."
	case http.StatusRequestTimeout:
		return "request_timeout", "The body did not arrive in time. Please try again."
	case http.StatusUnprocessableEntity:
		return "validation_failed", "Some fields need attention."
	}
	return "invalid_parameter", msg
}
