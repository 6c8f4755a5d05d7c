package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
)

// render writes err as the answer to a request.
func render(t *testing.T, err error) (w *httptest.ResponseRecorder, p api.Problem) {
	t.Helper()
	w = httptest.NewRecorder()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { api.WriteProblem(w, r, err) })
	api.WithRequestID(handler).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if w.Header().Get("Content-Type") != "application/problem+json" || p.Status != w.Code || p.RequestID != w.Header().Get("X-Request-Id") || p.RequestID == "" {
		t.Errorf("%d %v %s is no problem with its request's id", w.Code, w.Header(), w.Body)
	}
	return w, p
}

func TestEachKindOfFaultHasItsStatus(t *testing.T) {
	t.Parallel()
	for kind, status := range map[fault.Kind]int{
		fault.Malformed: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409, fault.Invalid: 422, fault.TooMany: 429, fault.Unavailable: 503,
	} {
		f := &fault.Error{Kind: kind, Code: "a_code", Detail: "What to do.", Fields: []fault.Field{{Location: "body.x", Message: "Look here."}}, Alternatives: []fault.Alternative{{Start: "2027-03-01T09:00:00Z"}}}
		w, p := render(t, fmt.Errorf("wrapped with a secret: %w", f))
		if w.Code != status || p.Code != "a_code" || p.Detail != "What to do." || p.Title != http.StatusText(status) || p.Type != "/docs/errors#a_code" ||
			len(p.Errors) != 1 || p.Errors[0].Location != "body.x" || p.Errors[0].Message != "Look here." || len(p.Alternatives) != 1 || w.Header().Get("Retry-After") != "" {
			t.Errorf("kind %d: %d %s", kind, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("kind %d tells what it was wrapped in: %s", kind, w.Body)
		}
	}
}

func TestPlainErrorsAreOpaqueAndLoggedOnce(t *testing.T) {
	t.Parallel()
	for i, err := range []error{
		errors.New("a secret"), fmt.Errorf("reading a secret: %w", context.DeadlineExceeded), &fault.Error{Kind: 99, Code: "secret_code", Detail: "a secret"}, &fault.Error{Code: "secret_code"}, errors.Join(errors.New("a secret"), errors.New("b")),
	} {
		mark := fmt.Sprintf("plain error %d of %s", i, uuid.NewString())
		w, p := render(t, fmt.Errorf("%s: %w", mark, err))
		if w.Code != http.StatusInternalServerError || p.Code != "internal" || strings.Contains(w.Body.String(), "secret") || len(p.Errors) != 0 {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
		if n := logged.count(mark); n != 1 {
			t.Errorf("%v: %d lines in the log, want one", err, n)
		}
	}
}

func TestFaultsOfTheCallerAreNotLogged(t *testing.T) {
	t.Parallel()
	render(t, fmt.Errorf("not for the log: %w", fault.At("body.x", "Look here.")))
	if n := logged.count("not for the log"); n != 0 {
		t.Errorf("%d lines in the log", n)
	}
}

func TestRetryAfterIsAtLeastASecond(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{0: "", time.Millisecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", 15 * time.Minute: "900"} {
		w, _ := render(t, &fault.Error{Kind: fault.Unavailable, Code: "busy", RetryAfter: wait})
		if got := w.Header().Get("Retry-After"); got != want {
			t.Errorf("%s: Retry-After is %q, want %q", wait, got, want)
		}
	}
}

func TestEveryRequestHasAnIDOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	h := api.WithRequestID(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(api.RequestID(r.Context()))) }))
	for range 3 {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("X-Request-Id", "req_of_the_caller")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("X-Request-Id"); got != w.Body.String() || seen[got] || !strings.HasPrefix(got, "req_") || got == "req_of_the_caller" {
			t.Errorf("the id is %q outside and %q inside", got, w.Body)
		}
		seen[w.Body.String()] = true
	}
}
