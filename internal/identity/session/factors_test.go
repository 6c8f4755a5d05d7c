package session_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/config"
)

// stage is how far signing in has come.
type stage struct {
	Status  string          `json:"status"`
	Methods []string        `json:"methods"`
	Me      json.RawMessage `json:"me"`
}

func stageOf(t *testing.T, a apptest.Answer) stage {
	t.Helper()
	return apptest.Into[stage](t, a, http.StatusOK)
}

// code is what the authenticator app shows now.
func code(t *testing.T, e *apptest.Env, secret string) string {
	t.Helper()
	c, err := totp.GenerateCodeCustom(secret, e.Now(), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wrong is a code that the app does not show around now.
func wrong(t *testing.T, e *apptest.Env, secret string) string {
	t.Helper()
	for _, c := range []string{"000000", "111111", "222222", "333333"} {
		near := false
		for step := -2; step <= 2; step++ {
			shown, err := totp.GenerateCodeCustom(secret, e.Now().Add(time.Duration(step)*30*time.Second), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
			near = near || err != nil || shown == c
		}
		if !near {
			return c
		}
	}
	t.Fatal("four codes in five steps")
	return ""
}

// armed is somebody with an authenticator app.
type armed struct {
	e        *apptest.Env
	email    string
	host     *apptest.Client // nobody, on their host
	secret   string
	recovery []string
	clock    time.Duration
}

// arm makes a person and sets up their app. The clock stands a minute later then, so that the next code is a fresh one.
func arm(t *testing.T, e *apptest.Env, r role.Role) *armed {
	t.Helper()
	at(e, 0)
	p := &armed{e: e, email: person(t, e, r), host: elsewhere(e.On(home(e, r)))}
	a := p.host.POST("/auth/login", credentials(p.email, password)).Want(t, http.StatusOK)
	in := with(p.host, cookieOf(t, a))
	p.secret = apptest.Into[struct {
		Secret string `json:"secret"`
	}](t, in.POST("/auth/mfa/totp/enroll", nil), http.StatusOK).Secret
	in.POST("/auth/mfa/totp/confirm", apptest.Map{"code": wrong(t, e, p.secret)}).WantProblem(t, http.StatusUnauthorized, "invalid_code")
	done := in.POST("/auth/mfa/totp/confirm", apptest.Map{"code": code(t, e, p.secret)})
	p.recovery = apptest.Into[struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}](t, done, http.StatusOK).RecoveryCodes
	in.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated") // the id from before is dead
	with(p.host, cookieOf(t, done)).GET("/me").Want(t, http.StatusOK)
	p.wait(time.Minute)
	return p
}

func (p *armed) wait(d time.Duration) {
	p.clock += d
	at(p.e, p.clock)
}

// pending signs in as far as the password goes.
func (p *armed) pending(t *testing.T) *apptest.Client {
	t.Helper()
	a := p.host.POST("/auth/login", credentials(p.email, password))
	if s := stageOf(t, a); s.Status != "MFA_REQUIRED" || string(s.Me) != "null" || !slices.Contains(s.Methods, "totp") {
		t.Fatalf("the password leads to %s", a.Body)
	}
	return with(p.host, cookieOf(t, a))
}

func TestASecondFactorCompletesSigningIn(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	for _, r := range []role.Role{role.TenantStaff, role.PlatformSupport} {
		p := arm(t, e, r)
		if len(p.recovery) != 10 {
			t.Errorf("%d recovery codes", len(p.recovery))
		}
		in := p.pending(t)
		in.GET("/me").WantProblem(t, http.StatusUnauthorized, "mfa_required")
		if s := stageOf(t, in.GET("/auth/mfa")); s.Status != "MFA_REQUIRED" || strings.Join(s.Methods, " ") != "totp recovery_code" {
			t.Errorf("%+v", s)
		}
		shown := code(t, e, p.secret)
		a := in.POST("/auth/mfa/totp", apptest.Map{"code": shown})
		if s := stageOf(t, a); s.Status != "SIGNED_IN" || string(s.Me) == "null" {
			t.Errorf("%+v", s)
		}
		full := with(p.host, cookieOf(t, a))
		full.GET("/me").Want(t, http.StatusOK)
		in.GET("/auth/mfa").WantProblem(t, http.StatusUnauthorized, "unauthenticated") // a new id
		if !slices.Contains(events(t, e), "SESSION_REPLAY") {
			t.Error("the old id's use is not noticed")
		}
		p.pending(t).POST("/auth/mfa/totp", apptest.Map{"code": shown}).WantProblem(t, http.StatusUnauthorized, "invalid_code") // a code is good once
		// Of somebody who is signed in, a code alone proves nothing.
		p.wait(time.Minute)
		full.POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, p.secret)}).WantProblem(t, http.StatusConflict, "state_conflict")
		full.POST("/auth/mfa/recovery", apptest.Map{"code": p.recovery[9]}).WantProblem(t, http.StatusConflict, "state_conflict")
		p.pending(t).POST("/auth/mfa/recovery", apptest.Map{"code": p.recovery[0]}).Want(t, http.StatusOK)
		p.pending(t).POST("/auth/mfa/recovery", apptest.Map{"code": p.recovery[0]}).WantProblem(t, http.StatusUnauthorized, "invalid_code")
	}
}

func TestFiveWrongCodesEndASignIn(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	p := arm(t, e, role.TenantStaff)
	in, other := p.pending(t), p.pending(t)
	for i, path := range []string{"/auth/mfa/totp", "/auth/mfa/recovery", "/auth/mfa/totp", "/auth/mfa/recovery"} {
		if a := in.POST(path, apptest.Map{"code": wrong(t, e, p.secret)}); a.Status != http.StatusUnauthorized || !strings.Contains(string(a.Body), "invalid_code") {
			t.Fatalf("wrong code %d: %d %s", i+1, a.Status, a.Body)
		}
	}
	in.POST("/auth/mfa/totp", apptest.Map{"code": wrong(t, e, p.secret)}).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	in.POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, p.secret)}).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	other.POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, p.secret)}).Want(t, http.StatusOK)
}

func TestASignInIsToBeCompletedWithinTenMinutes(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	for _, r := range []role.Role{role.Customer, role.Superuser} {
		p := arm(t, e, r)
		in := p.pending(t)
		p.wait(10*time.Minute - time.Second)
		in.GET("/auth/mfa").Want(t, http.StatusOK)
		p.wait(time.Second)
		in.GET("/auth/mfa").WantProblem(t, http.StatusUnauthorized, "session_expired")
	}
}

// Spec identity 4d.3, 5: generated over all operations, those of tomorrow too.
func TestAPendingSessionOpensNothingElse(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for kind, r := range map[string]role.Role{"tenant": role.TenantOwner, "platform": role.Superuser} {
		seen := 0
		for _, path := range e.App.Server().OpenAPI().Paths {
			for _, o := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
				if o == nil || o.Extensions["x-permission"] == authz.Public || !slices.Contains(o.Extensions["x-hosts"].([]string), kind) {
					continue
				}
				pending := e.As(r, apptest.Pending)
				var body any
				if o.RequestBody != nil {
					body = "{}"
				}
				a := pending.Do(o.Method, strings.ReplaceAll(strings.TrimPrefix(o.Path, "/api/v1"), "{id}", "x"), body)
				closed := a.Status == http.StatusUnauthorized && strings.Contains(string(a.Body), `"code":"mfa_required"`)
				open := strings.HasPrefix(o.Path, "/api/v1/auth/mfa") || o.OperationID == "start-masquerade"
				if closed == open {
					t.Errorf("%s %s: %d %s", o.Method, o.Path, a.Status, a.Body)
				}
				seen++
			}
		}
		if seen < 20 {
			t.Fatalf("%d operations: the search itself is broken", seen)
		}
	}
	pending := e.As(role.PlatformSupport, apptest.Pending)
	pending.POST("/masquerade", apptest.Map{"user_id": e.As(role.TenantStaff).ID(), "reason": "A ticket about it"}).WantProblem(t, http.StatusForbidden, "bad_channel")
	if lines := e.Lines(pending); len(lines) != 1 || *lines[0].DenyCode != "bad_channel" {
		t.Errorf("%+v", lines)
	}
	pending.POST("/auth/logout", nil).Want(t, http.StatusNoContent)
	pending.GET("/auth/mfa").Want(t, http.StatusUnauthorized)
}

// deviceOf is the cookie of a remembered device, "" when the answer sets none.
func deviceOf(t *testing.T, a apptest.Answer) *http.Cookie {
	t.Helper()
	for _, line := range a.Header.Values("Set-Cookie") {
		if k, err := http.ParseSetCookie(line); err == nil && k.Name == "__Host-ss_device" {
			return k
		}
	}
	return nil
}

func TestARememberedDeviceSkipsTheSecondFactorInBusinessesOnly(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	p := arm(t, e, role.TenantOwner)
	a := p.pending(t).POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, p.secret), "remember_device": true}).Want(t, http.StatusOK)
	device := deviceOf(t, a)
	if device == nil || !device.HttpOnly || !device.Secure || device.MaxAge != 30*24*3600 {
		t.Fatalf("the device's cookie is %v", device)
	}
	known := with(p.host, device)
	skips := func() bool {
		t.Helper()
		return stageOf(t, known.POST("/auth/login", credentials(p.email, password))).Status == "SIGNED_IN"
	}
	if !skips() {
		t.Error("the device is not remembered")
	}
	other := arm(t, e, role.TenantStaff)
	if s := stageOf(t, with(other.host, device).POST("/auth/login", credentials(other.email, password))); s.Status != "MFA_REQUIRED" {
		t.Errorf("it is good for somebody else: %+v", s)
	}
	p.clock = 0
	p.wait(30*24*time.Hour + 30*time.Second)
	if !skips() {
		t.Error("forgotten too early")
	}
	p.wait(30 * time.Second)
	if skips() {
		t.Error("remembered for longer than 30 days")
	}
	again := deviceOf(t, p.pending(t).POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, p.secret), "remember_device": true}).Want(t, http.StatusOK))
	known = with(p.host, again)
	in := with(p.host, cookieOf(t, known.POST("/auth/login", credentials(p.email, password)).Want(t, http.StatusOK)))
	p.wait(time.Minute)
	in = with(p.host, cookieOf(t, in.POST("/auth/reauth", apptest.Map{"password": password, "code": code(t, e, p.secret)}).Want(t, http.StatusOK)))
	in.POST("/me/password", apptest.Map{"current": password, "password": "Another long pass phrase of mine"}).Want(t, http.StatusNoContent)
	if s := stageOf(t, known.POST("/auth/login", credentials(p.email, "Another long pass phrase of mine"))); s.Status != "MFA_REQUIRED" {
		t.Errorf("after a new password the device is still remembered: %+v", s)
	}
	support := arm(t, e, role.PlatformSupport)
	a = support.pending(t).POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, support.secret), "remember_device": true}).Want(t, http.StatusOK)
	if deviceOf(t, a) != nil {
		t.Error("a device of the platform's people is remembered")
	}
}

func TestWhoMustHaveASecondFactorSetsItUpFirst(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy(), apptest.Config(func(c *config.Config) { c.RequireMFA = true }))
	at(e, 0)
	created := func(now, ago time.Duration) {
		sql(t, `UPDATE public.tenants SET created_at = $2 WHERE id = $1`, e.Lease.ID, morning.Add(-ago))
		at(e, now) // past the moment for which hosts are remembered
	}
	created(10*time.Second, 7*24*time.Hour-time.Minute)
	status := func(r role.Role) string {
		t.Helper()
		c := elsewhere(e.On(home(e, r)))
		return stageOf(t, c.POST("/auth/login", credentials(person(t, e, r), password))).Status
	}
	for _, r := range role.All() {
		want := "SIGNED_IN"
		if r.IsPlatform() {
			want = "ENROLLMENT_REQUIRED"
		}
		if got := status(r); got != want {
			t.Errorf("%s: %s, want %s", r, got, want)
		}
	}
	created(20*time.Second, 7*24*time.Hour+time.Minute)
	if got := status(role.TenantOwner); got != "ENROLLMENT_REQUIRED" {
		t.Errorf("after the grace an owner gets %s", got)
	}
	if got := status(role.TenantManager); got != "SIGNED_IN" {
		t.Errorf("a manager gets %s", got)
	}
	c, email := elsewhere(e.On(platformHost)), person(t, e, role.PlatformSales)
	in := with(c, cookieOf(t, c.POST("/auth/login", credentials(email, password))))
	in.GET("/me").WantProblem(t, http.StatusUnauthorized, "mfa_required")
	secret := apptest.Into[struct {
		Secret string `json:"secret"`
	}](t, in.POST("/auth/mfa/totp/enroll", nil), http.StatusOK).Secret
	done := in.POST("/auth/mfa/totp/confirm", apptest.Map{"code": code(t, e, secret)}).Want(t, http.StatusOK)
	with(c, cookieOf(t, done)).GET("/me").Want(t, http.StatusOK)
}

// Spec identity 4d.5: the owner may require a second factor of those who work in the business.
func TestTheOwnerAsksStaffForASecondFactor(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	owner := e.As(role.TenantOwner)
	e.As(role.TenantManager).Do(http.MethodPut, "/business/security", apptest.Map{"staff_need_mfa": true}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	e.As(role.TenantOwner, apptest.SignedInAgo(31*time.Minute)).Do(http.MethodPut, "/business/security", apptest.Map{"staff_need_mfa": true}).
		WantProblem(t, http.StatusForbidden, "reauth_required")
	for _, asked := range []bool{true, false} {
		owner.Do(http.MethodPut, "/business/security", apptest.Map{"staff_need_mfa": asked}).Want(t, http.StatusOK)
		for r, staff := range map[role.Role]bool{role.TenantOwner: false, role.TenantManager: true, role.TenantStaff: true, role.Customer: false} {
			want := "SIGNED_IN"
			if asked && staff {
				want = "ENROLLMENT_REQUIRED"
			}
			if got := stageOf(t, e.Public().POST("/auth/login", credentials(person(t, e, r), password))).Status; got != want {
				t.Errorf("%s, asked %t: %s, want %s", r, asked, got, want)
			}
		}
	}
}
