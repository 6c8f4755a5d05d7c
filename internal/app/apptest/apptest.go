// Package apptest boots the real program on a leased tenant, for tests that come through HTTP.
package apptest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/pgtest"
)

// Env is a running program and the tenant that the test has for itself.
type Env struct {
	t       testing.TB
	App     *app.App
	Handler http.Handler
	Lease   pgtest.Lease
	now     atomic.Pointer[time.Time]
}

// Option changes how the program is started.
type Option func(*app.Parts)

// Config changes the configuration.
func Config(change func(*config.Config)) Option {
	return func(p *app.Parts) { change(&p.Config) }
}

// New starts the program. Its clock is the real one until At sets it.
func New(t testing.TB, options ...Option) *Env {
	t.Helper()
	e := &Env{t: t, Lease: pgtest.Tenant(t)}
	parts := app.Parts{
		Config: config.Config{Env: config.Development, BaseDomain: "localhost", ListenAddr: "127.0.0.1:8000", MailFrom: "SmoothSchedule <no-reply@localhost>", DataDir: t.TempDir()},
		Pool:   pgtest.App(t), Secret: []byte("a secret of the tests, long enough"), Now: e.Now,
	}
	for _, o := range options {
		o(&parts)
	}
	var err error
	if e.App, err = app.New(parts); err != nil {
		t.Fatalf("starting the program: %v", err)
	}
	t.Cleanup(func() { _ = e.App.Close() })
	e.Handler = e.App.Handler()
	return e
}

// Now is the program's clock.
func (e *Env) Now() time.Time {
	if at := e.now.Load(); at != nil {
		return *at
	}
	return time.Now()
}

// At stops the program's clock at an instant, written as RFC 3339.
func (e *Env) At(instant string) *Env {
	e.t.Helper()
	at, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		e.t.Fatal(err)
	}
	e.now.Store(&at)
	return e
}

// Host is the tenant's host.
func (e *Env) Host() string { return e.Lease.Slug + ".localhost" }

// Public is nobody in particular, on the tenant's host.
func (e *Env) Public() *Client { return &Client{env: e, host: e.Host()} }

// On is nobody in particular, on another host.
func (e *Env) On(host string) *Client { return &Client{env: e, host: host} }

// As makes a user of the role and signs them in: on the tenant's host, or on the platform's for the platform's roles.
func (e *Env) As(r role.Role) *Client {
	e.t.Helper()
	ctx := e.t.Context()
	c := &Client{env: e, host: e.Host(), UserID: uuid.Must(uuid.NewV7())}
	tenantID := &e.Lease.ID
	if r.IsPlatform() {
		tenantID, c.host = nil, "platform.localhost"
	}
	email := c.UserID.String() + "@people.test"
	_, err := pgtest.Super(e.t).Exec(ctx, `
		INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, is_active, created_at, updated_at, version)
		VALUES ($1, $2, false, $3, $4, $5, '', true, $6, $6, 1)`, c.UserID, tenantID, email, "A "+string(r), r, e.Now())
	if err != nil {
		e.t.Fatalf("making a user: %v", err)
	}
	c.cookie = e.signIn(ctx, c.UserID, tenantID)
	if tenantID == nil {
		e.t.Cleanup(func() { e.forget(c.UserID) })
	}
	return c
}

// signIn makes a session as a log-in does, without the cost of a password. It is as old as the database's clock,
// so that it holds whatever the program's clock says.
func (e *Env) signIn(ctx context.Context, user uuid.UUID, tenantID *uuid.UUID) *http.Cookie {
	e.t.Helper()
	raw := make([]byte, 32)
	_, _ = rand.Read(raw)
	token := base64.RawURLEncoding.EncodeToString(raw)
	hash := sha256.Sum256([]byte(token))
	_, err := pgtest.Super(e.t).Exec(ctx, `
		INSERT INTO public.login_sessions (id_hash, user_id, tenant_id, mode, auth_time, created_at, last_seen_at, expires_at, ip_address, user_agent)
		VALUES ($1, $2, $3, 'live', $4, $4, $4, '2999-01-01', '127.0.0.1', 'test')`, hash[:], user, tenantID, e.Now())
	if err != nil {
		e.t.Fatalf("signing in: %v", err)
	}
	return &http.Cookie{Name: "__Host-ss_session", Value: token, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// forget removes a platform user: those belong to no tenant, so no lease wipes them.
func (e *Env) forget(user uuid.UUID) {
	ctx := context.WithoutCancel(e.t.Context())
	_, err := pgtest.Super(e.t).Exec(ctx, `DELETE FROM public.login_sessions WHERE user_id = $1`, user)
	if err == nil {
		_, err = pgtest.Super(e.t).Exec(ctx, `DELETE FROM public.users WHERE id = $1`, user)
	}
	if err != nil {
		e.t.Errorf("removing a user: %v", err)
	}
}

// serve runs one request through the whole program.
func (e *Env) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	e.Handler.ServeHTTP(w, r)
	return w
}
