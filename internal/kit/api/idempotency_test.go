package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// insert registers an operation that writes one row and answers with its id, or with fail.
func (e *edge) insert(fail error) {
	api.Tenant(e.server, api.Op{ID: "insert", Do: "POST /api/v1/mails", Summary: "Insert", Needs: authz.Public, Status: http.StatusCreated},
		func(ctx context.Context, tx *pg.TenantTx, _ *noteIn) (note, error) {
			key := uuid.NewString()
			_, err := tx.Raw().Exec(ctx, `INSERT INTO mails (id, dedupe_key, recipient, subject, body, status, created_at) VALUES ($1::text::uuid, $1, '', '', '', 'STORED', $2)`, key, tx.Now())
			if err == nil {
				err = fail
			}
			return note{key}, err
		})
}

func (e *edge) mails() (n int) {
	e.t.Helper()
	if err := pgtest.Super(e.t).QueryRow(e.t.Context(), `SELECT count(*) FROM `+e.lease.Live.Schema+`.mails`).Scan(&n); err != nil {
		e.t.Fatal(err)
	}
	return n
}

func TestARepeatedKeyHasTheFirstAnswer(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.insert(nil)
	first := e.do(http.MethodPost, "/mails", `{"text": "a"}`, "Idempotency-Key", "k").want(t, http.StatusCreated, "")
	second := e.do(http.MethodPost, "/mails", ` { "text" : "a" } `, "Idempotency-Key", "k").want(t, http.StatusCreated, "")
	if first.Body.String() != second.Body.String() || e.mails() != 1 || first.Header().Get("Idempotent-Replayed") != "" || second.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("%s (%q) and %s (%q), %d rows", first.Body, first.Header().Get("Idempotent-Replayed"), second.Body, second.Header().Get("Idempotent-Replayed"), e.mails())
	}
	e.do(http.MethodPost, "/mails", `{"text": "b"}`, "Idempotency-Key", "k").want(t, http.StatusUnprocessableEntity, "idempotency_key_reused")
	e.do(http.MethodPost, "/mails", `{"text": "a"}`, "Idempotency-Key", "other").want(t, http.StatusCreated, "")
	e.do(http.MethodPost, "/mails", `{"text": "a"}`).want(t, http.StatusCreated, "")
	e.on(e.lease.Sandbox, http.MethodPost, "/mails", `{"text": "b"}`, "Idempotency-Key", "k").want(t, http.StatusCreated, "")
	if n := e.mails(); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
}

// Spec sandbox_api 4f.6: stored bodies contain no secrets.
func TestAnswersAreKeptSealed(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.insert(nil)
	a := e.do(http.MethodPost, "/mails", `{"text": "a"}`, "Idempotency-Key", "k").want(t, http.StatusCreated, "")
	var n note
	if err := json.Unmarshal(a.Body.Bytes(), &n); err != nil {
		t.Fatal(err)
	}
	var rows, plain int
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE position($1 IN k::text) > 0) FROM `+e.lease.Live.Schema+`.idempotency_keys k`, n.Text).Scan(&rows, &plain)
	if err != nil || rows != 1 || plain != 0 {
		t.Errorf("%d rows, %d with the answer in plain (%v)", rows, plain, err)
	}
}

// TestAnswersOfTheReleaseBeforeAreGood which kept them as they were.
func TestAnswersOfTheReleaseBeforeAreGood(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.insert(nil)
	first := e.do(http.MethodPost, "/mails", `{"text": "a"}`, "Idempotency-Key", "k").want(t, http.StatusCreated, "")
	if _, err := pgtest.Super(t).Exec(t.Context(), `UPDATE `+e.lease.Live.Schema+`.idempotency_keys SET answer = $1`, first.Body.String()); err != nil {
		t.Fatal(err)
	}
	if again := e.do(http.MethodPost, "/mails", `{"text": "a"}`, "Idempotency-Key", "k").want(t, http.StatusCreated, ""); again.Body.String() != first.Body.String() {
		t.Errorf("%s, then %s", first.Body, again.Body)
	}
}

func TestAKeyIsForgottenAfterADay(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.insert(nil)
	for i, step := range []struct {
		after time.Duration
		rows  int
	}{{0, 1}, {24*time.Hour - time.Second, 1}, {24 * time.Hour, 2}} {
		e.now = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC).Add(step.after)
		e.do(http.MethodPost, "/mails", `{"text": "a"}`, "Idempotency-Key", "k").want(t, http.StatusCreated, "")
		if n := e.mails(); n != step.rows {
			t.Errorf("request %d, %s later: %d rows, want %d", i+1, step.after, n, step.rows)
		}
	}
}

func TestAKeyWhoseRequestRunsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	api.Tenant(e.server, api.Op{ID: "slow", Do: "POST /api/v1/slow", Summary: "Slow", Needs: authz.Public}, func(context.Context, *pg.TenantTx, *noteIn) (note, error) {
		close(entered)
		<-leave
		return note{"done"}, nil
	})
	done := make(chan answer)
	go func() { done <- e.do(http.MethodPost, "/slow", `{"text": "a"}`, "Idempotency-Key", "k") }()
	<-entered
	a := e.do(http.MethodPost, "/slow", `{"text": "a"}`, "Idempotency-Key", "k").want(t, http.StatusConflict, "idempotency_in_flight")
	if a.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", a.Header().Get("Retry-After"))
	}
	close(leave)
	(<-done).want(t, http.StatusOK, "")
	e.do(http.MethodPost, "/slow", `{"text": "a"}`, "Idempotency-Key", "k").want(t, http.StatusOK, "") // the handler would panic if called again
}

func TestKeysThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.insert(nil)
	for _, key := range []string{strings.Repeat("k", 256), "a\tb", "ä", "a\x7f"} {
		a := e.do(http.MethodPost, "/mails", `{"text": "a"}`, "Idempotency-Key", key)
		if c := a.ResponseRecorder.Code; c != http.StatusBadRequest && c != http.StatusUnprocessableEntity {
			t.Errorf("%q: want it refused, got %d", key, c)
		}
	}
	if n := e.mails(); n != 0 {
		t.Errorf("%d rows", n)
	}
}
