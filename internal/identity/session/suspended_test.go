package session_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// Spec identity 4d.1, 3 and 4.17: of a suspended business only its owner is let in, who sees why; to all others it is no host at all.
func TestASuspendedBusinessIsOpenToItsOwnerAlone(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	at(e, 0)
	owner, staff := person(t, e, role.TenantOwner), person(t, e, role.TenantStaff)
	c := elsewhere(e.Public())
	was := with(c, signIn(t, c, staff))
	sql(t, `UPDATE public.tenants SET status = 'SUSPENDED', status_reason = 'The invoice of May is open.' WHERE id = $1`, e.Lease.ID)
	at(e, 10*time.Second)
	nobody := e.On("nobody.localhost")
	for name, who := range map[string]*apptest.Client{"anonymous": e.Public(), "staff": was, "a cookie of nothing": e.Public().With("Cookie", "__Host-ss_session=x")} {
		for _, call := range [][2]string{
			{"GET", "/me"},
			{"PATCH", "/me"},
			{"GET", "/resources"},
			{"POST", "/resources"},
			{"PUT", "/resources"},
			{"GET", "/public/business"},
			{"POST", "/public/appointments"},
			{"GET", "/nowhere"},
			{"POST", "/masquerade"},
			{"GET", "/masquerade"},
			{"POST", "/masquerade/release"},
			{"POST", "/session/handoff"},
			{"GET", "/session/handoff"},
			{"GET", "/me/sessions"},
			{"GET", "/grants"},
			{"POST", "/grants"},
			{"GET", "/audit"},
		} {
			var body any
			if call[0] != http.MethodGet {
				body = "{}"
			}
			a, b := likeness(who.Do(call[0], call[1], body)), likeness(nobody.Do(call[0], call[1], body))
			a = strings.ReplaceAll(a, "Set-Cookie:[__Host-ss_session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax] ", "") // who has a cookie knows the host
			if a != b {
				t.Errorf("%s %s %s: %s\nwant %s", name, call[0], call[1], a, b)
			}
		}
	}
	want := likeness(c.POST("/auth/login", credentials(uuid.NewString()+"@people.test", password)))
	if got := likeness(c.POST("/auth/login", credentials(staff, password))); got != want {
		t.Errorf("staff are told %s, unknown people %s", got, want)
	}
	in := with(c, signIn(t, c, owner))
	got := apptest.Into[struct {
		Notice struct {
			Kind string `json:"kind"`
			Text string `json:"text"`
		} `json:"notice"`
	}](t, in.GET("/me"), http.StatusOK)
	if got.Notice.Kind != "SUSPENDED" || got.Notice.Text != "The invoice of May is open." {
		t.Errorf("the owner is told %+v", got)
	}
	if a := likeness(in.GET("/resources")); a != likeness(nobody.GET("/resources")) {
		t.Errorf("the owner's other calls answer %s", a)
	}
	in.POST("/auth/logout", nil).Want(t, http.StatusNoContent)
}

// Spec identity 4a.8: what the security log is for.
func TestTheSecurityLogTellsWhatHappenedAndNoSecret(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	p := arm(t, e, role.TenantStaff)
	guess := "a guess that nobody else makes"
	p.host.POST("/auth/login", credentials(p.email, guess)).Want(t, http.StatusUnauthorized)
	for range 5 {
		fail(t, p.host, p.email)
	}
	p.wait(time.Hour)
	in := p.pending(t)
	bad, good := wrong(t, e, p.secret), code(t, e, p.secret)
	in.POST("/auth/mfa/totp", apptest.Map{"code": bad}).Want(t, http.StatusUnauthorized)
	a := in.POST("/auth/mfa/totp", apptest.Map{"code": good, "remember_device": true}).Want(t, http.StatusOK)
	in.GET("/me").Want(t, http.StatusUnauthorized)
	full := with(p.host, cookieOf(t, a))
	full.GET("/outbox").Want(t, http.StatusForbidden)
	full.POST("/me/sessions/end-others", nil).Want(t, http.StatusNoContent)
	full.POST("/auth/logout", nil).Want(t, http.StatusNoContent)
	all := events(t, e)
	for _, want := range []string{"LOGIN", "LOGIN_FAILED", "LOGIN_THROTTLED", "MFA_FAILED", "MFA_ENROLLED", "SESSION_REPLAY", "PERMISSION_DENIED list-outbox", "SESSIONS_ENDED", "LOGOUT"} {
		if !slices.Contains(all, want) && !(strings.HasPrefix(want, "PERMISSION_DENIED") && slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, "PERMISSION_DENIED") })) {
			t.Errorf("%s is not in the log: %v", want, all)
		}
	}
	text := securityLog(t, e)
	for name, secret := range map[string]string{
		"password": password, "a guess": guess, "the app's secret": p.secret, "a recovery code": p.recovery[0], "a session": cookieOf(t, a).Value, "a device": deviceOf(t, a).Value,
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %s", name)
		}
	}
}
