package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/pgtest"
	"smoothschedule/internal/kit/zonedata"
)

// ask runs one request with any Host and path through the whole program.
func ask(t *testing.T, e *apptest.Env, method, host, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	r.Host = host
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	e.Handler.ServeHTTP(w, r)
	return w
}

// likeness is all of an answer but what differs between any two: the request's id.
func likeness(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	id := w.Header().Get("X-Request-Id")
	if id == "" {
		t.Error("an answer without X-Request-Id")
	}
	var headers strings.Builder
	if err := w.Header().WriteSubset(&headers, map[string]bool{"Date": true, "X-Request-Id": true}); err != nil { // sorted
		t.Fatal(err)
	}
	return fmt.Sprintf("%d\n%s\n%s", w.Code, headers.String(), strings.ReplaceAll(w.Body.String(), id, "<id>"))
}

// Of a suspended business /login and /api/v1/auth answer, for its owner; all else is the answer of an unknown host.
func TestUnknownAndSuspendedHostsAnswerAlike(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	suspend(t, e)
	for _, path := range []string{"/", "/app", "/forgot", "/api/v1/me", "/api/v1/masquerade/can", "/api/v1/public/business", "/api/v1/nowhere"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead} {
			unknown := likeness(t, ask(t, e, method, "nobody.localhost", path))
			if suspended := likeness(t, ask(t, e, method, e.Host(), path)); suspended != unknown || !strings.HasPrefix(unknown, "404") {
				t.Errorf("%s %s tells them apart:\nunknown %s\nsuspended %s", method, path, unknown, suspended)
			}
			if foreign := likeness(t, ask(t, e, method, "a."+e.Host(), path)); foreign != unknown {
				t.Errorf("%s %s tells a nested host apart: %s", method, path, foreign)
			}
		}
	}
}

// suspend suspends the test's tenant until its end.
func suspend(t *testing.T, e *apptest.Env) {
	t.Helper()
	set := func(status string) {
		if _, err := pgtest.Owner(t).Exec(context.WithoutCancel(t.Context()), `UPDATE public.tenants SET status = $2 WHERE id = $1`, e.Lease.ID, status); err != nil {
			t.Error(err)
		}
	}
	set("SUSPENDED")
	t.Cleanup(func() { set("ACTIVE") })
}

func TestABadHostIsABadRequest(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, host := range []string{"127.0.0.1:8000", "[::1]:8000", "me@localhost", "a b.localhost", "münchen.localhost", "a..localhost", strings.Repeat("a.", 130) + "localhost"} {
		for _, path := range []string{"/", "/api/v1/me"} {
			got := likeness(t, ask(t, e, http.MethodGet, host, path))
			if !strings.HasPrefix(got, "400") || !strings.Contains(got, `"code":"bad_host"`) || strings.Contains(got, host) {
				t.Errorf("%q %s: want 400 bad_host, got %s", host, path, got)
			}
		}
	}
}

func TestTwoHostHeadersAreABadRequest(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	server := httptest.NewServer(e.Handler)
	t.Cleanup(server.Close)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /api/v1/me HTTP/1.1\r\nHost: %s\r\nHost: evil.test\r\n\r\n", e.Host())
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("want 400, got %s", answer.Status)
	}
}

func TestForwardedHostsAndTenantHeadersMeanNothing(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	business := e.Public().GET("/public/business").Want(t, http.StatusOK).Body
	for _, header := range []string{"X-Forwarded-Host", "Forwarded", "X-Tenant-ID", "X-Host"} {
		got := e.Public().With(header, "test-0.localhost").GET("/public/business").Want(t, http.StatusOK)
		if string(got.Body) != string(business) {
			t.Errorf("%s changed the answer to %s", header, got.Body)
		}
		e.On("nobody.localhost").With(header, e.Host()).GET("/public/business").Want(t, http.StatusNotFound)
	}
}

func TestHealthAnswersForAnyHost(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, host := range []string{"", "127.0.0.1:8000", "nobody.localhost", e.Host(), "b@d host", "localhost"} {
		for _, path := range []string{"/api/health/", "/api/health/ready"} {
			if got := ask(t, e, http.MethodGet, host, path); got.Code != http.StatusOK || got.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s for %q: %d, Cache-Control %q", path, host, got.Code, got.Header().Get("Cache-Control"))
			} else if !strings.Contains(got.Body.String(), `"zone_data":"`+zonedata.Version()+`"`) {
				t.Errorf("which rules of time zones it goes by: %s", got.Body)
			}
		}
	}
}

func TestReadyIsRefusedWhileStoppingAndLivenessIsNot(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	e.App.Drain()
	wantHealth(t, e, http.StatusServiceUnavailable)
	e.Public().GET("/public/business").Want(t, http.StatusOK) // requests under way finish
}

func TestReadyIsRefusedWithoutADatabase(t *testing.T) {
	t.Parallel()
	wantHealth(t, apptest.New(t, func(p *app.Parts) { p.Pool = closed(t) }), http.StatusServiceUnavailable)
}

func wantHealth(t *testing.T, e *apptest.Env, ready int) {
	t.Helper()
	if got := ask(t, e, http.MethodGet, e.Host(), "/api/health/"); got.Code != http.StatusOK {
		t.Errorf("liveness: %d", got.Code)
	}
	if got := ask(t, e, http.MethodGet, e.Host(), "/api/health/ready"); got.Code != ready {
		t.Errorf("readiness: %d, want %d", got.Code, ready)
	}
}

// closed is a pool that gives no connection.
func closed(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.NewWithConfig(t.Context(), pgtest.App(t).Config())
	if err != nil {
		t.Fatal(err)
	}
	pool.Close()
	return pool
}

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, c := range [][2]string{
		{e.Host(), "/"},
		{e.Host(), "/login"},
		{e.Host(), "/nowhere"},
		{e.Host(), "/api/v1/me"},
		{e.Host(), "/api/v1/public/business"},
		{e.Host(), "/api/v1/nowhere"},
		{"nobody.localhost", "/"},
		{"127.0.0.1", "/"},
		{"localhost", "/"},
		{platformHost, "/"},
		{apiHost, "/"},
		{e.Host(), "/api/health/"},
	} {
		got := ask(t, e, http.MethodGet, c[0], c[1])
		referrer := "strict-origin-when-cross-origin"
		if c[1] == "/login" { // and the other pages that links with secrets lead to
			referrer = "no-referrer"
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": referrer, "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "", "Access-Control-Allow-Origin": "",
		} {
			if got.Header().Get(name) != want {
				t.Errorf("%v: %s is %q, want %q", c, name, got.Header().Get(name), want)
			}
		}
		policy := got.Header().Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%v: the content policy %q lacks %s", c, policy, part)
			}
		}
		if strings.Contains(policy, "script-src") || got.Header().Get("Permissions-Policy") == "" {
			t.Errorf("%v: content policy %q, permissions policy %q", c, policy, got.Header().Get("Permissions-Policy"))
		}
		if strings.HasPrefix(c[1], "/api/") && got.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v may be cached: %q", c, got.Header().Get("Cache-Control"))
		}
	}
}

// Spec identity 4d.2: a page that a link with a secret leads to tells nobody where it is.
func TestPagesOfSecretLinksAreNoReferrer(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for host, paths := range map[string][]string{
		e.Host():     {"/reset", "/invite", "/email", "/email-undo", "/handoff", "/book/manage"},
		platformHost: {"/reset", "/invite"},
		"localhost":  {"/signup/confirm"},
	} {
		for _, path := range paths {
			if got := ask(t, e, http.MethodGet, host, path).Header().Get("Referrer-Policy"); got != "no-referrer" {
				t.Errorf("%s%s: Referrer-Policy is %q", host, path, got)
			}
		}
	}
}

func TestProductionDemandsTLS(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, apptest.Config(func(c *config.Config) { c.Env = config.Production }))
	if got := e.Public().GET("/me").Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
}

func TestWhatAnotherSiteMakesABrowserSendIsRefused(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, c := range []struct {
		method, site, origin string
		refused              bool
	}{
		{"POST", "cross-site", "", true},
		{"POST", "same-site", "", true},
		{"PATCH", "same-site", "http://test-9.localhost", true},
		{"DELETE", "cross-site", "https://evil.test", true},
		{"POST", "", "https://evil.test", true},
		{"POST", "", "http://a.localhost", true},
		{"POST", "", "null", true},
		{"POST", "", "http://" + e.Host() + ":81", true},
		{"POST", "same-origin", "", false},
		{"POST", "none", "", false},
		{"POST", "", "", false},
		{"POST", "", "http://" + e.Host(), false},
		{"GET", "cross-site", "https://evil.test", false},
	} {
		for _, path := range []string{"/api/v1/auth/login", "/api/v1/public/appointments"} {
			headers := []string{}
			if c.site != "" {
				headers = append(headers, "Sec-Fetch-Site", c.site)
			}
			if c.origin != "" {
				headers = append(headers, "Origin", c.origin)
			}
			got := likeness(t, ask(t, e, c.method, e.Host(), path, headers...))
			if refused := strings.HasPrefix(got, "403") && strings.Contains(got, `"code":"bad_origin"`); refused != c.refused {
				t.Errorf("%+v %s: %s", c, path, got)
			}
		}
	}
}

func TestAPanicIsA500AndTheConnectionStays(t *testing.T) {
	t.Parallel()
	var armed atomic.Bool
	e := apptest.New(t, func(p *app.Parts) {
		p.Now = func() time.Time {
			if armed.Load() {
				panic("a secret of the program")
			}
			return time.Now()
		}
	})
	server := httptest.NewServer(e.Handler)
	t.Cleanup(server.Close)
	reused := false
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused }})
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/api/v1/public/business", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = e.Host()
	for _, want := range []int{http.StatusOK, http.StatusInternalServerError, http.StatusOK} {
		armed.Store(want != http.StatusOK)
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != want {
			t.Errorf("want %d, got %s %s, %v", want, answer.Status, body, err)
		}
		if want != http.StatusOK && (!strings.Contains(string(body), `"code":"internal"`) || strings.Contains(string(body), "secret")) {
			t.Errorf("the panic answers %s", body)
		}
	}
	if !reused {
		t.Error("the connection was closed")
	}
}
