package session_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/pgtest"
)

const (
	platformHost = "platform.localhost"
	password     = "correct horse battery staple"
	// tooLong is refused before it is hashed: failures that cost nothing.
	tooLong = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
)

// logged is all that the program logs during these tests.
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

func (l *transcript) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestMain(m *testing.M) {
	slog.SetDefault(app.NewLogger(config.Config{Env: config.Production}, logged))
	os.Exit(m.Run())
}

var hasher = sync.OnceValue(account.NewHasher)

// person makes a user with a real password, of the test's tenant or of the platform.
func person(t *testing.T, e *apptest.Env, r role.Role) (email string) {
	t.Helper()
	h := hasher()
	tenantID := &e.Lease.ID
	if r.IsPlatform() {
		tenantID = nil
	}
	email = uuid.NewString() + "@people.test"
	if _, err := account.NewService(pgtest.DB(t), h).Create(t.Context(), account.New{TenantID: tenantID, Name: "A person", Email: email, Role: r, Password: password}); err != nil {
		t.Fatal(err)
	}
	return email
}

// home is the host that a role signs in on.
func home(e *apptest.Env, r role.Role) string {
	if r.IsPlatform() {
		return platformHost
	}
	return e.Host()
}

func credentials(email, password string) apptest.Map {
	return apptest.Map{"email": email, "password": password}
}

// signIn logs in with the right password and returns the session's cookie.
func signIn(t *testing.T, c *apptest.Client, email string) *http.Cookie {
	t.Helper()
	return cookieOf(t, c.POST("/auth/login", credentials(email, password)).Want(t, http.StatusOK))
}

// cookieOf is the session's cookie that an answer sets.
func cookieOf(t *testing.T, a apptest.Answer) *http.Cookie {
	t.Helper()
	for _, line := range a.Header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(c.Name, "ss_session") {
			return c
		}
	}
	t.Fatalf("no session's cookie in %v", a.Header.Values("Set-Cookie"))
	return nil
}

// with sends the session's cookie.
func with(c *apptest.Client, k *http.Cookie) *apptest.Client {
	return c.With("Cookie", k.Name+"="+k.Value)
}

// wantCleared checks that the answer takes the cookie away.
func wantCleared(t *testing.T, a apptest.Answer) {
	t.Helper()
	if k := cookieOf(t, a); k.Value != "" || k.MaxAge >= 0 || k.Path != "/" {
		t.Errorf("want the cookie cleared, got %s", k)
	}
}

// likeness is all of an answer but the request's id.
func likeness(a apptest.Answer) string {
	h := a.Header.Clone()
	h.Del("X-Request-Id")
	h.Del("Date")
	return fmt.Sprintf("%d %v %s", a.Status, h, strings.ReplaceAll(string(a.Body), a.Header.Get("X-Request-Id"), "<id>"))
}

var networks atomic.Int64

// behindProxy makes the program believe X-Forwarded-For, so that a test has networks of its own.
func behindProxy() apptest.Option {
	return apptest.Config(func(c *config.Config) {
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}
	})
}

// network is the first three numbers of addresses that no other test uses.
func network() string {
	n := networks.Add(1)
	return fmt.Sprintf("10.%d.%d", n>>8, n&255)
}

// elsewhere gives a client an address of its own, whose failures are nobody else's. The program is behindProxy.
func elsewhere(c *apptest.Client) *apptest.Client {
	return c.With("X-Forwarded-For", network()+".1")
}

// sql runs a statement behind everybody's back.
func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

// securityLog is the security log as it is.
func securityLog(t *testing.T, e *apptest.Env) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(e.DataDir, "logs", "security.log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// events are what happened by the security log, in order.
func events(t *testing.T, e *apptest.Env) (all []string) {
	t.Helper()
	for line := range strings.Lines(securityLog(t, e)) {
		var l struct {
			Event string `json:"event"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		all = append(all, l.Event)
	}
	return all
}
