package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// Op declares one operation.
type Op struct {
	ID      string
	Do      string // "POST /api/v1/appointments"
	Summary string
	Needs   authz.Permission // "" is refused at start: an open operation says authz.Public
	Status  int              // of success; 200 when unset
	Hosts   []Kind           // where it is served, if not where the function that registers it says

	Body any // documents a body that the handler reads itself, from RawBody: its zero value

	Also      State // states in which most operations are refused and this one is not
	OnlySelf  bool  // refused to whoever acts as another (spec identity 4a.6)
	Reauth    bool  // asks for a recent proof of who it is
	Sensitive bool  // a read that is recorded when somebody acts as another

	// Refused, where set, is told of a call by somebody signed in that was refused before its handler ran: the operation
	// puts each attempt on record itself. Without it, a change that somebody tries as another is recorded here.
	Refused func(ctx context.Context, status int, code string) error

	keyed       bool // honours an Idempotency-Key
	tagged      bool // answers with something that has an ETag
	conditional bool // honours If-Match
}

// State is a condition of the session or of its tenant.
type State int

// The states that close most operations.
const (
	PendingMFA      State = 1 << iota // the second factor is still to be proved
	Acting                            // another session acts as somebody in this one's name
	SuspendedTenant                   // the business is suspended
)

// None is the answer without a body.
type None struct{}

// Tenant registers an operation that runs in one transaction on the tenant of the request's host: read-only for GET.
// An Idempotency-Key is honoured on every POST, If-Match on every change of one object.
func Tenant[I, T any](s *Server, op Op, h func(context.Context, *pg.TenantTx, *I) (T, error)) {
	op.Hosts = []Kind{TenantHost}
	method, _, _ := strings.Cut(op.Do, " ")
	open := s.db.InTenant
	if method == http.MethodGet {
		open = s.db.InTenantRO
	}
	_, empty := any(*new(T)).(None) // without an answer to keep
	op.keyed, op.conditional = method == http.MethodPost && !empty, op.changesOne()
	op.tagged = tagOf(*new(T)) != ""
	register(s, op, func(ctx context.Context, in *I) (out T, replayed bool, err error) {
		err = open(ctx, HostFrom(ctx).Tenant, func(tx *pg.TenantTx) error {
			run := func() (T, error) { return h(ctx, tx, in) }
			var err error
			if key := requestFrom(ctx).idempotencyKey; key != "" && op.keyed {
				out, replayed, err = once(ctx, s.answers, tx, in, run)
			} else {
				out, err = run()
			}
			if err == nil {
				err = compared(ctx, replayed)
			}
			return s.recorded(ctx, tx, op, err)
		})
		return out, replayed, err
	})
}

// Platform registers an operation that runs in one transaction over all tenants' shared rows: of the platform's host,
// unless Hosts names others, where the rule itself must keep to what its caller may see.
func Platform[I, T any](s *Server, op Op, h func(context.Context, *pg.PlatformTx, *I) (T, error)) {
	if op.Hosts == nil {
		op.Hosts = []Kind{PlatformHost}
	}
	register(s, op, func(ctx context.Context, in *I) (out T, replayed bool, err error) {
		err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
			var err error
			out, err = h(ctx, tx, in)
			return s.recorded(ctx, tx, op, err)
		})
		return out, false, err
	})
}

// Place registers an operation that runs in one transaction on the shared rows of the request's place: the tenant of its host,
// or the platform. Hosts says on which of the two; both when unset.
func Place[I, T any](s *Server, op Op, h func(context.Context, pg.PlaceTx, *I) (T, error)) {
	if op.Hosts == nil {
		op.Hosts = []Kind{TenantHost, PlatformHost}
	}
	register(s, op, func(ctx context.Context, in *I) (out T, replayed bool, err error) {
		err = s.db.InPlace(ctx, HostFrom(ctx).Place(), func(tx pg.PlaceTx) error {
			var err error
			out, err = h(ctx, tx, in)
			return s.recorded(ctx, tx, op, err)
		})
		return out, false, err
	})
}

// Plain registers an operation that opens its own transactions and answers with its own headers.
func Plain[I, O any](s *Server, op Op, h func(context.Context, *I) (*O, error)) {
	huma.Register(s.huma, s.operation(op), func(ctx context.Context, in *I) (*O, error) {
		requestFrom(ctx).progress.handled = true
		out, err := h(ctx, in)
		if err != nil {
			return nil, problem(ctx, err)
		}
		return out, nil
	})
	s.documentBody(op)
	s.documentVersion(op)
}

func (s *Server) documentBody(op Op) {
	if op.Body == nil {
		return
	}
	doc := s.huma.OpenAPI()
	_, route, _ := strings.Cut(op.Do, " ")
	schema := doc.Components.Schemas.Schema(reflect.TypeOf(op.Body), true, "")
	doc.Paths[route].Post.RequestBody.Content["application/json"].Schema = schema
}

type answer[T any] struct {
	Replayed string `header:"Idempotent-Replayed" doc:"true when this is the stored answer of an earlier request with the same Idempotency-Key."`
	Body     T
}

type taggedAnswer[T any] struct {
	Replayed string `header:"Idempotent-Replayed" doc:"true when this is the stored answer of an earlier request with the same Idempotency-Key."`
	ETag     string `header:"ETag" doc:"The object's version, for If-Match and If-None-Match; of a list a hash of it."`
	Body     T
}

func register[I, T any](s *Server, op Op, run func(context.Context, *I) (T, bool, error)) {
	if _, empty := any(*new(T)).(None); empty {
		Plain(s, op, func(ctx context.Context, in *I) (*struct{}, error) {
			_, _, err := run(ctx, in)
			if err != nil {
				return nil, s.failed(ctx, op, err)
			}
			return &struct{}{}, nil
		})
		return
	}
	if op.tagged {
		respond(s, op, run, func(out T, replayed string) *taggedAnswer[T] {
			return &taggedAnswer[T]{Replayed: replayed, ETag: tagOf(out), Body: out}
		})
		return
	}
	respond(s, op, run, func(out T, replayed string) *answer[T] { return &answer[T]{Replayed: replayed, Body: out} })
}

// respond registers an operation whose answers are made by wrap.
func respond[I, T, O any](s *Server, op Op, run func(context.Context, *I) (T, bool, error), wrap func(out T, replayed string) *O) {
	huma.Register(s.huma, s.operation(op), func(ctx context.Context, in *I) (*O, error) {
		requestFrom(ctx).progress.handled = true
		if err := s.openPage(ctx, in); err != nil {
			return nil, problem(ctx, err)
		}
		if err := s.recordRead(ctx, op); err != nil {
			return nil, problem(ctx, err)
		}
		out, replayed, err := run(ctx, in)
		if err != nil {
			return nil, s.failed(ctx, op, err)
		}
		if op.tagged && op.Reads() && names(requestFrom(ctx).ifNoneMatch, tagOf(out), true) {
			return nil, notModified{tagOf(out)}
		}
		s.sealPage(ctx, &out)
		text := ""
		if replayed {
			text = "true"
		}
		return wrap(out, text), nil
	})
	s.documentVersion(op)
}

func (s *Server) operation(op Op) huma.Operation {
	method, route, ok := strings.Cut(op.Do, " ")
	switch {
	case !ok:
		panic("api: " + op.ID + ": " + op.Do + " is not METHOD /path")
	case op.Needs == "":
		panic("api: " + op.ID + " declares no permission")
	case len(op.Hosts) == 0:
		panic("api: " + op.ID + " is on no host")
	}
	s.shared[op.Needs] = s.shared[op.Needs] || !op.OnlySelf
	o := huma.Operation{
		OperationID: op.ID, Method: method, Path: route, Summary: op.Summary, DefaultStatus: op.Status,
		Tags:                         []string{strings.Split(strings.TrimPrefix(route, Prefix+"/"), "/")[0]},
		Extensions:                   map[string]any{"x-permission": op.Needs, "x-hosts": hostNames(op.Hosts)},
		Middlewares:                  huma.Middlewares{s.admit(op)},
		RejectUnknownQueryParameters: true,
		SkipValidateBody:             op.Body != nil,
		MaxBodyBytes:                 maxBody + 1, // huma refuses a body that fills its limit
	}
	if op.keyed {
		o.Parameters = []*huma.Param{{
			Name: idempotencyHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MinLength: new(1), MaxLength: new(255)},
			Description: "Any text of your own. A repeated request with the same key is answered with the first one's result, for 24 hours.",
		}}
	}
	return o
}

func hostNames(kinds []Kind) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return names
}

// admit decides whether the request may reach its handler, before a byte of its body is read.
func (s *Server) admit(op Op) func(huma.Context, func(huma.Context)) {
	return func(hctx huma.Context, next func(huma.Context)) {
		r, w := humachi.Unwrap(hctx)
		ctx := r.Context()
		if !slices.Contains(op.Hosts, HostFrom(ctx).Kind) {
			WriteProblem(w, r, fault.ErrNotFound)
			return
		}
		first := request{objectID: chi.URLParam(r, "id"), progress: &progress{}, hidden: s.hidden(ctx, op), conditional: op.conditional}
		r = r.WithContext(context.WithValue(ctx, requestKey{}, first))
		ctx, err := s.guard.Authenticate(w, r, op)
		known := err == nil
		if err == nil {
			err = s.allowed(ctx, op)
		}
		r = r.WithContext(ctx)
		req := first
		if err == nil {
			req, err = describe(r, first)
		}
		if err != nil {
			WriteProblem(w, r, s.refuse(ctx, op, known, err))
			return
		}
		ctx = context.WithValue(ctx, requestKey{}, req)
		next(huma.WithContext(hctx, ctx))
		s.settle(ctx, op, hctx.Status())
	}
}

func (s *Server) allowed(ctx context.Context, op Op) error {
	if authz.From(ctx).MayTry(op.Needs) {
		return nil
	}
	s.guard.Denied(ctx, op)
	return errForbidden
}

var errForbidden = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "Your role doesn't allow this. Ask the owner of the business if you need it."}

// describe reads what the edge must know from the headers and the query.
func describe(r *http.Request, first request) (request, error) {
	if err := checkMediaType(r); err != nil {
		return first, err
	}
	key := r.Header.Get(idempotencyHeader)
	if err := checkIdempotencyKey(key); err != nil {
		return first, err
	}
	q := r.URL.Query()
	q.Del("limit")
	q.Del("cursor")
	first.ifMatch, first.ifNoneMatch = strings.Join(r.Header.Values("If-Match"), ","), strings.Join(r.Header.Values("If-None-Match"), ",")
	first.idempotencyKey, first.target, first.filter = key, r.Method+" "+r.URL.Path, r.URL.Path+"?"+q.Encode()
	return first, nil
}
