package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

type note struct {
	Text string `json:"text" maxLength:"2000000"`
}

type noteIn struct{ Body note }

// echo is an operation that answers with what it was sent.
func (e *edge) echo(called *int) {
	api.Tenant(e.server, api.Op{ID: "echo", Do: "POST /api/v1/notes", Summary: "Echo", Needs: write, Status: http.StatusCreated},
		func(_ context.Context, _ *pg.TenantTx, in *noteIn) (note, error) { *called++; return in.Body, nil })
}

func TestAnOperationThatIsNotDeclaredWholePanicsAtStart(t *testing.T) {
	t.Parallel()
	for name, op := range map[string]api.Op{
		"no permission": {ID: "x", Do: "GET /api/v1/x", Summary: "X"}, "no method": {ID: "x", Do: "/api/v1/x", Summary: "X", Needs: authz.Public}, "nothing": {},
	} {
		for scope, register := range map[string]func(*api.Server){
			"tenant": func(s *api.Server) {
				api.Tenant(s, op, func(context.Context, *pg.TenantTx, *struct{}) (note, error) { return note{}, nil })
			},
			"platform": func(s *api.Server) {
				api.Platform(s, op, func(context.Context, *pg.PlatformTx, *struct{}) (api.None, error) { return api.None{}, nil })
			},
			"plain": func(s *api.Server) {
				api.Plain(s, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
			},
		} {
			if !panics(func() { register(newEdgeWithoutTenant()) }) {
				t.Errorf("a %s operation with %s was accepted", scope, name)
			}
		}
	}
	if !panics(func() {
		api.Plain(newEdgeWithoutTenant(), api.Op{ID: "x", Do: "GET /api/v1/x", Needs: authz.Public}, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	}) {
		t.Error("a plain operation on no host was accepted")
	}
}

func newEdgeWithoutTenant() *api.Server { return api.New(nil, []byte("key"), api.Guard{}) }

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

func TestPermissionIsAskedBeforeTheBodyIsRead(t *testing.T) {
	t.Parallel()
	e, called := newEdge(t), 0
	e.echo(&called)
	for _, body := range []string{"", "{", `{"text": 1}`, `{"text": "` + strings.Repeat("x", 2<<20) + `"}`} {
		e.do(http.MethodPost, "/notes", body).want(t, http.StatusUnauthorized, "unauthenticated")
		e.do(http.MethodPost, "/notes", body, "Authorization", "reader").want(t, http.StatusForbidden, "role_forbidden")
	}
	e.do(http.MethodPost, "/notes", "x", "Content-Type", "text/plain").want(t, http.StatusUnauthorized, "unauthenticated")
	if called != 0 {
		t.Error("the handler was called")
	}
}

func TestBodiesThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	e, called := newEdge(t), 0
	e.echo(&called)
	full := `{"text": "` + strings.Repeat("x", 1<<20-len(`{"text": ""}`)) + `"}`
	for _, c := range []struct {
		body, path string
		status     int
		code       string
		location   string
	}{
		{`{`, "/notes", 400, "malformed_json", ""},
		{`nonsense`, "/notes", 400, "malformed_json", ""},
		{`{"text": "a"} {"text": "b"}`, "/notes", 400, "malformed_json", ""},
		{"{\"text\": \"\xff\"", "/notes", 400, "malformed_json", ""},
		{full + " ", "/notes", 413, "too_large", ""},
		{`{}`, "/notes", 422, "validation_failed", "body.text"},
		{`{"text": "a", "other": 1}`, "/notes", 422, "validation_failed", "body.other"},
		{`{"text": 1}`, "/notes", 422, "validation_failed", "body.text"},
		{`{"text": null}`, "/notes", 422, "validation_failed", "body.text"},
		{`{"text": "a"}`, "/notes?other=1", 422, "validation_failed", "query.other"},
		{`[]`, "/notes", 422, "validation_failed", "body"},
	} {
		a := e.do(http.MethodPost, c.path, c.body, "Authorization", "writer").want(t, c.status, c.code)
		if c.location != "" && (len(a.Errors) == 0 || a.Errors[0].Location != c.location) || strings.Contains(a.Body.String(), "nonsense") {
			t.Errorf("%.40s: want a message about %s, got %s", c.body, c.location, a.Body)
		}
	}
	if called != 0 {
		t.Error("the handler was called")
	}
	if a := e.do(http.MethodPost, "/notes", full, "Authorization", "writer"); a.ResponseRecorder.Code != http.StatusCreated {
		t.Errorf("a body of exactly 1 MiB answers %d", a.ResponseRecorder.Code)
	}
}

func TestAGetCannotWrite(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	api.Tenant(e.server, api.Op{ID: "sly", Do: "GET /api/v1/sly", Summary: "Write", Needs: authz.Public}, func(ctx context.Context, tx *pg.TenantTx, _ *struct{}) (note, error) {
		_, err := tx.Raw().Exec(ctx, `DELETE FROM customers`)
		return note{}, err
	})
	e.do(http.MethodGet, "/sly", "").want(t, http.StatusInternalServerError, "internal")
}

func TestAFailedOperationLeavesNothing(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	mark := uuid.NewString()
	e.insert(errors.New(mark))
	e.do(http.MethodPost, "/mails", `{"text": "a"}`, "Idempotency-Key", "k").want(t, http.StatusInternalServerError, "internal")
	if n := e.mails(); n != 0 {
		t.Errorf("%d rows", n)
	}
	if n := logged.count(mark); n != 1 {
		t.Errorf("%d lines in the log, want one", n)
	}
}

func TestAnUnknownRouteIsMissing(t *testing.T) {
	t.Parallel()
	e, called := newEdge(t), 0
	e.echo(&called)
	e.do(http.MethodGet, "/nowhere", "").want(t, http.StatusNotFound, "not_found")
	a := e.do(http.MethodGet, "/notes", "").want(t, http.StatusMethodNotAllowed, "method_not_allowed")
	if got := a.Header().Values("Allow"); len(got) != 1 || got[0] != http.MethodPost {
		t.Errorf("Allow is %v", got)
	}
}
