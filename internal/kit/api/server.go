// Package api is the HTTP edge: it declares operations, checks their permission before a body is read,
// opens their transaction, honours idempotency keys, pages lists and renders errors in one place.
package api

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// Prefix is where the API begins on every host.
const Prefix = "/api/v1"

const maxBody = 1 << 20

// Server is what domains register their operations on.
type Server struct {
	huma    huma.API
	db      *pg.DB
	mux     chi.Router
	guard   Guard
	cursors cursorKey
	answers keptAnswers
	shared  map[authz.Permission]bool // which permissions open an operation that may be called while acting as another
}

// New returns a Server without operations. key signs cursors and seals the answers that are kept.
func New(db *pg.DB, key []byte, guard Guard) *Server {
	if guard.Closed == nil {
		guard.Closed = func(context.Context) bool { return false }
	}
	mux := chi.NewMux()
	mux.Use(middleware.GetHead)
	mux.NotFound(notFound)
	mux.MethodNotAllowed(methodNotAllowed(mux, guard.Closed))
	cfg := huma.DefaultConfig("SmoothSchedule", "1")
	cfg.Info.Description = "Scheduling for businesses: locations, resources, services, customers and appointments."
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", "" // the document is part of the source, api/openapi.yaml
	cfg.CreateHooks = nil                                       // no $schema in bodies
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	return &Server{huma: humachi.New(mux, cfg), db: db, mux: mux, guard: guard, cursors: newCursorKey(key), answers: newKeptAnswers(key), shared: map[authz.Permission]bool{}}
}

//nolint:gochecknoinits // huma takes these as package variables: set once, before any server exists
func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return humaProblem(nil, status, msg, errs...)
	}
	huma.NewErrorWithContext = humaProblem
}

// Handler serves all operations.
func (s *Server) Handler() http.Handler { return s.mux }

// IsPersonal reports whether a permission is worth nothing to whoever acts as another: all of its operations are the person's own.
// One that opens no operation, and lifts a row rule instead, is not.
func (s *Server) IsPersonal(p authz.Permission) bool {
	shared, opens := s.shared[p]
	return opens && !shared
}

// OpenAPI returns the document of everything registered so far.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.huma.OpenAPI() }

func notFound(w http.ResponseWriter, r *http.Request) { WriteProblem(w, r, fault.ErrNotFound) }

func methodNotAllowed(mux chi.Router, closed func(context.Context) bool) http.HandlerFunc {
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	return func(w http.ResponseWriter, r *http.Request) {
		if closed(r.Context()) {
			notFound(w, r)
			return
		}
		for _, m := range methods {
			if mux.Match(chi.NewRouteContext(), m, r.URL.Path) {
				w.Header().Add("Allow", m)
			}
		}
		p := newProblem(r.Context(), http.StatusMethodNotAllowed, "method_not_allowed", "This address doesn't take "+r.Method+".")
		WriteProblem(w, r, p)
	}
}

// schemaName puts the package before a type's name, so that two domains may both have a New.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if outer, inner, ok := strings.Cut(strings.TrimSuffix(t.Name(), "]"), "["); ok && !strings.ContainsAny(inner, ",[") {
		return outer + named(path.Base(strings.TrimSuffix(inner, path.Ext(inner))), strings.TrimPrefix(path.Ext(inner), "."))
	}
	return named(path.Base(t.PkgPath()), huma.DefaultSchemaNamer(t, hint))
}

func named(pkg, name string) string {
	if pkg == "." || pkg == "api" || pkg == "fault" || strings.EqualFold(pkg, name) {
		return name
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:] + name
}
