package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// logged is all that is logged during these tests.
var logged = &transcript{}

type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *transcript) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// count is how many lines hold the text.
func (l *transcript) count(text string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(logged, nil)))
	os.Exit(m.Run())
}

const write authz.Permission = "things.write"

// edge is a server of a test's own operations, on the host of a leased tenant.
type edge struct {
	t      *testing.T
	server *api.Server
	lease  pgtest.Lease
	now    time.Time
}

func newEdge(t *testing.T) *edge {
	t.Helper()
	e := &edge{t: t, lease: pgtest.Tenant(t), now: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)}
	db := pg.New(pgtest.App(t), func() time.Time { return e.now })
	e.server = api.New(db, []byte("a key of the tests"), api.Guard{
		Authenticate: authenticate,
		Denied:       func(context.Context, api.Op) {},
		Record:       func(context.Context, pg.Tx, api.Call) error { return nil },
	})
	return e
}

func authenticate(_ http.ResponseWriter, r *http.Request, op api.Op) (context.Context, error) {
	switch {
	case op.Needs == authz.Public:
		return r.Context(), nil
	case r.Header.Get("Authorization") == "writer":
		return authz.NewContext(r.Context(), authz.NewActor(uuid.New(), write)), nil
	case r.Header.Get("Authorization") == "reader":
		return authz.NewContext(r.Context(), authz.NewActor(uuid.New())), nil
	}
	return r.Context(), &fault.Error{Kind: fault.Unauthenticated, Code: "unauthenticated", Detail: "Sign in."}
}

// answer is a response with its body, and as a problem where it is one.
type answer struct {
	*httptest.ResponseRecorder
	api.Problem
}

// do calls an operation on the tenant's live data; headers are pairs.
func (e *edge) do(method, path, body string, headers ...string) answer {
	e.t.Helper()
	return e.on(e.lease.Live, method, path, body, headers...)
}

func (e *edge) on(tn pg.Tenant, method, path, body string, headers ...string) answer {
	e.t.Helper()
	r := httptest.NewRequestWithContext(e.t.Context(), method, "/api/v1"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r = r.WithContext(api.WithHost(r.Context(), api.Host{Kind: api.TenantHost, Tenant: tn}))
	api.WithRequestID(e.server.Handler()).ServeHTTP(w, r)
	a := answer{ResponseRecorder: w}
	if w.Code >= 400 {
		if err := json.Unmarshal(w.Body.Bytes(), &a.Problem); err != nil {
			e.t.Fatalf("%v in %s", err, w.Body)
		}
	}
	return a
}

// want checks the status, and of an error also its code.
func (a answer) want(t *testing.T, status int, code string) answer {
	t.Helper()
	if a.ResponseRecorder.Code != status || a.Problem.Code != code {
		t.Errorf("want %d %s, got %d %s", status, code, a.ResponseRecorder.Code, a.Body)
	}
	return a
}
