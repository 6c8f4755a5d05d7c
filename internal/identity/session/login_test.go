package session_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/pgtest"
)

// me is the wire form of session.Me.
type me struct {
	User struct {
		ID    string    `json:"id"`
		Name  string    `json:"name"`
		Email string    `json:"email"`
		Role  role.Role `json:"role"`
	} `json:"user"`
	Permissions []authz.Permission `json:"permissions"`
	Tenant      *struct {
		Slug     string `json:"slug"`
		Currency string `json:"currency"`
	} `json:"tenant"`
	Mode       string `json:"mode"`
	Masquerade any    `json:"masquerade"`
}

func TestSignInMeAndSignOut(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, r := range []role.Role{role.TenantOwner, role.Customer, role.PlatformSupport} {
		email := person(t, e, r)
		c := e.On(home(e, r))
		answer := c.POST("/auth/login", credentials("  "+strings.ToUpper(email)+" ", password)).Want(t, http.StatusOK) // addresses have one normal form
		cookie := cookieOf(t, answer)
		again := with(c, cookie).GET("/me").Want(t, http.StatusOK)
		signedIn := apptest.Into[struct {
			Status string          `json:"status"`
			Me     json.RawMessage `json:"me"`
		}](t, answer, http.StatusOK)
		if signedIn.Status != "SIGNED_IN" || string(signedIn.Me) != strings.TrimSpace(string(again.Body)) {
			t.Errorf("%s: log-in answers %s, me %s", r, answer.Body, again.Body)
		}
		got := apptest.Into[me](t, again, http.StatusOK)
		permissions := slices.Sorted(slices.Values(r.Permissions()))
		if got.User.Email != email || got.User.Role != r || got.User.Name != "A person" || !strings.HasPrefix(got.User.ID, "usr_") ||
			got.Mode != "live" || got.Masquerade != nil || !slices.Equal(got.Permissions, permissions) {
			t.Errorf("%s: %+v", r, got)
		}
		if r.IsPlatform() != (got.Tenant == nil) || got.Tenant != nil && (got.Tenant.Slug != e.Lease.Slug || got.Tenant.Currency != "EUR") {
			t.Errorf("%s: the tenant is %+v", r, got.Tenant)
		}
		out := with(c, cookie).POST("/auth/logout", nil).Want(t, http.StatusNoContent)
		wantCleared(t, out)
		if out.Header.Get("Clear-Site-Data") != `"cache", "storage"` {
			t.Errorf("%s: Clear-Site-Data is %q", r, out.Header.Get("Clear-Site-Data"))
		}
		with(c, cookie).GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
		with(c, cookie).POST("/auth/logout", nil).Want(t, http.StatusNoContent) // as often as one likes
	}
}

func TestEveryFailedSignInLooksTheSame(t *testing.T) {
	t.Parallel()
	e, other := apptest.New(t, behindProxy()), apptest.New(t)
	here := elsewhere(e.Public())
	known, inactive, sandbox, deleted := person(t, e, role.TenantOwner), person(t, e, role.TenantStaff), person(t, e, role.Customer), uuid.NewString()+"@people.test"
	sql(t, `UPDATE public.users SET is_active = false WHERE email = $1`, inactive)
	sql(t, `UPDATE public.users SET is_sandbox = true WHERE email = $1`, sandbox)
	superuser, foreign := person(t, e, role.Superuser), person(t, other, role.TenantOwner)
	want := likeness(here.POST("/auth/login", credentials(deleted, password)))
	if !strings.HasPrefix(want, "401") || !strings.Contains(want, `"code":"invalid_credentials"`) || strings.Contains(want, "Set-Cookie") {
		t.Fatalf("an unknown address answers %s", want)
	}
	for name, a := range map[string]apptest.Answer{
		"wrong password":           here.POST("/auth/login", credentials(known, password+"!")),
		"password of another case": here.POST("/auth/login", credentials(known, strings.ToUpper(password))),
		"empty password":           here.POST("/auth/login", credentials(known, "")),
		"a password too long":      here.POST("/auth/login", credentials(known, tooLong)),
		"inactive":                 here.POST("/auth/login", credentials(inactive, password)),
		"of the sandbox":           here.POST("/auth/login", credentials(sandbox, password)),
		"another tenant's":         here.POST("/auth/login", credentials(foreign, password)),
		"of the platform":          here.POST("/auth/login", credentials(superuser, password)),
		"tenant's on the platform": here.At(platformHost).POST("/auth/login", credentials(known, password)),
		"no address at all":        here.POST("/auth/login", credentials("nonsense", password)),
	} {
		if got := likeness(a); got != want {
			t.Errorf("%s answers %s, unknown %s", name, got, want)
		}
	}
}

// Not parallel: it measures what the whole process allocates. One Argon2id takes 19 MiB.
func TestUnknownAndWrongCostOneHashEach(t *testing.T) {
	e := apptest.New(t, behindProxy())
	here := elsewhere(e.Public())
	known := person(t, e, role.TenantOwner)
	cost := func(email, password string) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		here.POST("/auth/login", credentials(email, password)).Want(t, http.StatusUnauthorized)
		runtime.ReadMemStats(&after)
		return (after.TotalAlloc - before.TotalAlloc) >> 20
	}
	for name, mib := range map[string]uint64{"unknown": cost("nobody@people.test", password), "wrong": cost(known, password+"!")} {
		if mib < 19 || mib >= 2*19 {
			t.Errorf("%s: %d MiB, want those of one hash", name, mib)
		}
	}
	if mib := cost(known, tooLong); mib >= 19 {
		t.Errorf("a password too long was hashed: %d MiB", mib)
	}
}

func TestTheSessionCookieIsHostOnly(t *testing.T) {
	t.Parallel()
	for name, insecure := range map[string]bool{"__Host-ss_session": false, "ss_session": true} {
		e := apptest.New(t, apptest.Config(func(c *config.Config) { c.InsecureDev = insecure }))
		answer := e.Public().POST("/auth/login", credentials(person(t, e, role.TenantOwner), password)).Want(t, http.StatusOK)
		k := cookieOf(t, answer)
		if k.Name != name || k.Secure == insecure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Domain != "" || k.Path != "/" || k.MaxAge != 0 || !k.Expires.IsZero() {
			t.Errorf("the cookie is %s", k)
		}
		if answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the log-in may be cached: %q", answer.Header.Get("Cache-Control"))
		}
		with(e.Public(), k).GET("/me").Want(t, http.StatusOK)
		k.Name = map[bool]string{false: "ss_session", true: "__Host-ss_session"}[insecure]
		with(e.Public(), k).GET("/me").Want(t, http.StatusUnauthorized)
	}
}

func TestEachSignInHasANewIDAndOnlyItsHashIsKept(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantOwner)
	first := signIn(t, e.Public(), email)
	second := signIn(t, with(e.Public(), first), email) // what a browser brought along doesn't become the session
	if first.Value == second.Value {
		t.Error("the session's id was used again")
	}
	for rows, k := range []*http.Cookie{first, second} { // the first one's row went with the second sign-in
		raw, err := base64.RawURLEncoding.DecodeString(k.Value)
		if err != nil || len(raw) != 32 {
			t.Errorf("the id is %d bytes, %v, want 32 as base64url", len(raw), err)
		}
		hash := sha256.Sum256([]byte(k.Value))
		var n, plain int
		err = pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE id_hash = $1), count(*) FILTER (WHERE s::text LIKE '%' || $2 || '%' OR id_hash IN ($3, $4))
			FROM public.login_sessions s WHERE tenant_id = $5`, hash[:], k.Value, raw, []byte(k.Value), e.Lease.ID).Scan(&n, &plain)
		if err != nil || n != rows || plain != 0 {
			t.Errorf("%d rows by hash, %d in the clear, %v", n, plain, err)
		}
	}
}

func TestSecretsAreInNoLogLineAndNoError(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	email := person(t, e, role.TenantOwner)
	cookie := signIn(t, e.Public(), email)
	c := elsewhere(with(e.Public(), cookie))
	const wrong = "a wrong password that nobody else uses"
	for _, a := range []apptest.Answer{
		c.GET("/me"), c.GET("/me?token=" + cookie.Value), c.GET("/nowhere/" + "x"), c.POST("/auth/login", credentials(email, wrong)), c.POST("/auth/login", `{"password": "`+wrong+`", "x": `),
		c.POST("/auth/login", apptest.Map{"email": email, "password": 1}), c.At("other.localhost").GET("/me"), c.At(platformHost).GET("/me"), c.POST("/auth/logout", nil), c.GET("/me"),
	} {
		if strings.Contains(string(a.Body), cookie.Value) || a.Status >= 400 && strings.Contains(string(a.Body), wrong) {
			t.Errorf("an answer repeats a secret: %s", a.Body)
		}
	}
	text := logged.String()
	if !strings.Contains(text, e.Host()) {
		t.Fatal("nothing was logged: the search itself is broken")
	}
	hash := sha256.Sum256([]byte(cookie.Value))
	for name, secret := range map[string]string{"session's id": cookie.Value, "its hash": base64.StdEncoding.EncodeToString(hash[:]), "password": wrong, "address": email} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds the %s", name)
		}
	}
}

func TestOnlyJSONIsTakenAsABody(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantOwner)
	body := `{"email": "` + email + `", "password": "` + password + `"}`
	for _, kind := range []string{"", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/json", "application/jsonx", "application/merge-patch+json", "application/json, text/plain"} {
		e.Public().With("Content-Type", kind).POST("/auth/login", body).WantProblem(t, http.StatusUnsupportedMediaType, "unsupported_media_type")
	}
	for _, kind := range []string{"application/json", "application/json; charset=utf-8"} {
		e.Public().With("Content-Type", kind).POST("/auth/login", body).Want(t, http.StatusOK)
	}
}

func TestAnyUserAgentMaySignIn(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantOwner)
	for _, agent := range []string{"", "caf\xe9 \xff", strings.Repeat("ä", 500), strings.Repeat("\xe4", 500)} {
		e.Public().With("User-Agent", agent).POST("/auth/login", credentials(email, password)).Want(t, http.StatusOK)
	}
	var longest int
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT max(octet_length(user_agent)) FROM public.login_sessions WHERE tenant_id = $1`, e.Lease.ID).Scan(&longest); err != nil || longest > 256 {
		t.Errorf("the longest kept is %d bytes, %v", longest, err)
	}
}

func TestAGetSignsNobodyInOrOut(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, path := range []string{"/auth/login", "/auth/logout"} {
		e.Public().GET(path).WantProblem(t, http.StatusMethodNotAllowed, "method_not_allowed")
	}
}

func TestTheDomainIsNotForTheApex(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, host := range []string{"localhost", "api.localhost"} {
		e.On(host).POST("/auth/login", session.Credentials{Email: "a@b.test", Password: password}).WantProblem(t, http.StatusNotFound, "not_found")
	}
}
