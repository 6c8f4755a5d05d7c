// Package apptest boots the real program on a leased tenant, for tests that come through HTTP.
package apptest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pgtest"
)

// Env is a running program and the tenant that the test has for itself.
type Env struct {
	t       testing.TB
	App     *app.App
	Handler http.Handler
	Lease   pgtest.Lease
	DataDir string
	now     atomic.Pointer[time.Time]
	address string // where its callers come from
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
	e := &Env{t: t, Lease: pgtest.Tenant(t), DataDir: t.TempDir(), address: anywhere()}
	parts := app.Parts{
		Config: config.Config{Env: config.Development, BaseDomain: "localhost", ListenAddr: "127.0.0.1:8000", MailFrom: "SmoothSchedule <no-reply@localhost>", DataDir: e.DataDir, DNSResolver: "127.0.0.1:1"}, // no real DNS is asked
		Pool:   pgtest.App(t), Secret: []byte("a secret of the tests, long enough"), Now: e.Now,
	}
	var err error
	if parts.Migrator, err = migrate.New(pgtest.Owner(t)); err != nil {
		t.Fatal(err)
	}
	for _, o := range options {
		o(&parts)
	}
	if e.App, err = app.New(parts); err != nil {
		t.Fatalf("starting the program: %v", err)
	}
	t.Cleanup(func() { _ = e.App.Close() })
	e.Handler = e.App.Handler()
	return e
}

// anywhere is an address in a network that no other test has: what callers may do is counted in the database, which tests share.
func anywhere() string {
	address := [16]byte{0: 0xfd}
	_, _ = rand.Read(address[1:])
	return netip.AddrPortFrom(netip.AddrFrom16(address), 1234).String()
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

// Expire ends what is over in the test's business, as the job does in all of them: the others have clocks of their own.
func (e *Env) Expire() {
	e.t.Helper()
	if err := e.App.ExpireIn(e.t.Context(), e.Lease.Live); err != nil {
		e.t.Error(err)
	}
}

// TopUp books more of the series without end in the test's business.
func (e *Env) TopUp() {
	e.t.Helper()
	if err := e.App.TopUpIn(e.t.Context(), e.Lease.Live); err != nil {
		e.t.Error(err)
	}
}

// CheckClocks looks through the calendar of the test's business by the rules of time zones.
func (e *Env) CheckClocks() {
	e.t.Helper()
	if err := e.App.CheckClocksIn(e.t.Context(), e.Lease.Live); err != nil {
		e.t.Error(err)
	}
}

// Host is the tenant's host.
func (e *Env) Host() string { return e.Lease.Slug + ".localhost" }

// Public is nobody in particular, on the tenant's host.
func (e *Env) Public() *Client { return &Client{env: e, host: e.Host()} }

// On is nobody in particular, on another host.
func (e *Env) On(host string) *Client { return &Client{env: e, host: host} }

// Trait makes a user special.
type Trait func(*user)

type user struct {
	temporary, inactive, locked, sandbox, pending bool
	authAge                                       time.Duration
	switches                                      []string
}

// Temporary is a user made for a demo.
func Temporary(u *user) { u.temporary = true }

// Inactive is one who was deactivated; the session that As makes for them is worth nothing.
func Inactive(u *user) { u.inactive = true }

// Locked is one whom an administrator locked.
func Locked(u *user) { u.locked = true }

// Sandbox is a user of test data.
func Sandbox(u *user) { u.sandbox = true }

// Pending has a session that still waits for the second factor.
func Pending(u *user) { u.pending = true }

// SignedInAgo has a session that began some time ago.
func SignedInAgo(age time.Duration) Trait { return func(u *user) { u.authAge = age } }

// Switched has permissions that the owner switched on.
func Switched(permissions ...string) Trait {
	return func(u *user) { u.switches = permissions }
}

// As makes a user of the role and signs them in: on the tenant's host, or on the platform's for the platform's roles.
func (e *Env) As(r role.Role, traits ...Trait) *Client {
	e.t.Helper()
	u := user{switches: []string{}}
	for _, trait := range traits {
		trait(&u)
	}
	ctx := e.t.Context()
	c := &Client{env: e, host: e.Host(), UserID: uuid.Must(uuid.NewV7()), Role: r}
	tenantID := &e.Lease.ID
	if r.IsPlatform() {
		tenantID, c.host = nil, "platform.localhost"
	}
	c.Email = c.UserID.String() + "@people.test"
	_, err := pgtest.Super(e.t).Exec(ctx, `
		INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, is_active, created_at, updated_at, version, is_temporary, locked_at, switches)
		VALUES ($1, $2, $7, $3, $4, $5, '', NOT $8, $6, $6, 1, $9, CASE WHEN $10::boolean THEN $6::timestamptz END, $11)`,
		c.UserID, tenantID, c.Email, "A "+string(r), r, e.Now(), u.sandbox, u.inactive, u.temporary, u.locked, u.switches)
	if err != nil {
		e.t.Fatalf("making a user: %v", err)
	}
	c.cookie = e.signIn(ctx, c.UserID, tenantID, u)
	if tenantID == nil {
		e.t.Cleanup(func() { e.forget(c.UserID) })
	}
	return c
}

// signIn makes a session as a log-in does, without the cost of a password. It is as old as the database's clock,
// so that it holds whatever the program's clock says.
func (e *Env) signIn(ctx context.Context, userID uuid.UUID, tenantID *uuid.UUID, u user) *http.Cookie {
	e.t.Helper()
	raw := make([]byte, 32)
	_, _ = rand.Read(raw)
	token := base64.RawURLEncoding.EncodeToString(raw)
	hash := sha256.Sum256([]byte(token))
	_, err := pgtest.Super(e.t).Exec(ctx, `
		INSERT INTO public.login_sessions (id_hash, user_id, tenant_id, mode, kind, auth_time, created_at, last_seen_at, expires_at, ip_address, user_agent)
		VALUES ($1, $2, $3, 'live', $6, $5, $5, $4, '2999-01-01', '127.0.0.1', 'test')`, hash[:], userID, tenantID, e.Now(), e.Now().Add(-u.authAge), kindOf(u))
	if err != nil {
		e.t.Fatalf("signing in: %v", err)
	}
	return &http.Cookie{Name: "__Host-ss_session", Value: token, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func kindOf(u user) string {
	if u.pending {
		return "mfa_pending"
	}
	return "full"
}

// forget removes a platform user and what hangs on them: those belong to no tenant, so no lease wipes them.
func (e *Env) forget(userID uuid.UUID) {
	_, err := pgtest.Super(e.t).Exec(context.WithoutCancel(e.t.Context()), `BEGIN; SET LOCAL session_replication_role = replica;
		DELETE FROM public.login_sessions WHERE user_id = '`+userID.String()+`';
		DELETE FROM public.masquerades WHERE actor_id = '`+userID.String()+`' OR subject_id = '`+userID.String()+`';
		DELETE FROM public.permission_grants WHERE grantor_id = '`+userID.String()+`' OR grantee_id = '`+userID.String()+`';
		DELETE FROM public.users WHERE id = '`+userID.String()+`'; COMMIT`)
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
