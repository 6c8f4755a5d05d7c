package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Kind is what a host serves.
type Kind int

// The kinds of host. Each has routes of its own; another kind's are 404.
const (
	ApexHost Kind = iota + 1
	PlatformHost
	APIHost
	TenantHost
)

func (k Kind) String() string {
	return [...]string{ApexHost: "apex", PlatformHost: "platform", APIHost: "api", TenantHost: "tenant"}[k]
}

// Host is what the request's Host header stands for.
type Host struct {
	Name   string // as asked for, without port
	Kind   Kind
	Tenant pg.Tenant // of a TenantHost: whose data
	Info   any       // of a TenantHost: the registry's row, for the packages that know its type
}

// Place is the tenant whose shared rows the host stands for; nil for the platform's.
func (h Host) Place() *uuid.UUID {
	if h.Kind != TenantHost {
		return nil
	}
	return &h.Tenant.ID
}

type hostKey struct{}

// WithHost returns ctx carrying the request's host.
func WithHost(ctx context.Context, h Host) context.Context {
	return context.WithValue(ctx, hostKey{}, h)
}

// HostFrom returns the request's host.
func HostFrom(ctx context.Context) Host {
	h, _ := ctx.Value(hostKey{}).(Host)
	return h
}

// request is what the edge has learned about a call before its handler runs.
type request struct {
	idempotencyKey string
	target         string // method and path
	objectID       string // the id in the path, if any
	filter         string // the query without limit and cursor: a cursor is good for one filter
	conditional    bool   // If-Match counts
	ifMatch        string // the ETags that a change is meant for
	ifNoneMatch    string // those that the caller has
	hidden         bool   // whatever is refused here looks as if there were no such host
	progress       *progress
}

// progress is how far a call has come.
type progress struct {
	handled  bool // its handler ran
	recorded bool // it is on record
	compared bool // the object's version was compared with If-Match
}

func (r request) deletes() bool { return strings.HasPrefix(r.target, http.MethodDelete+" ") }

type requestKey struct{}

func requestFrom(ctx context.Context) request {
	r, ok := ctx.Value(requestKey{}).(request)
	if !ok {
		r.progress = &progress{}
	}
	return r
}

// ByID is embedded by the input of an operation on one object.
type ByID[K id.Kind] struct {
	ID id.ID[K] `path:"id"`
}

// Optional is nil for a parameter that was not given.
func Optional[T interface{ IsZero() bool }](v T) *T {
	if v.IsZero() {
		return nil
	}
	return &v
}
