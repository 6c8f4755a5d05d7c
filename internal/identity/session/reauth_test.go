package session_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/mfa/mfatest"
	"smoothschedule/internal/identity/role"
)

// TestARememberedDeviceIsNoProof of who it is: it spares the second factor at the door, and opens nothing sensitive.
func TestARememberedDeviceIsNoProof(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	p := arm(t, e, role.TenantOwner)
	a := p.pending(t).POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, p.secret), "remember_device": true}).Want(t, http.StatusOK)
	known := with(p.host, deviceOf(t, a))
	p.wait(time.Hour)
	in := with(p.host, cookieOf(t, known.POST("/auth/login", credentials(p.email, password)).Want(t, http.StatusOK)))
	in.POST("/me/email", apptest.Map{"email": "new@people.test"}).WantProblem(t, http.StatusForbidden, "reauth_required")
	in.POST("/masquerade", apptest.Map{"user_id": e.As(role.TenantStaff).ID()}).WantProblem(t, http.StatusForbidden, "reauth_required")
	if me := apptest.Into[struct {
		ReauthUntil *time.Time `json:"reauth_until"`
	}](t, in.GET("/me"), http.StatusOK); me.ReauthUntil != nil {
		t.Errorf("the browser is told that no proof is needed until %v", me.ReauthUntil)
	}
	in = with(p.host, cookieOf(t, in.POST("/auth/reauth", apptest.Map{"password": password, "code": code(t, e, p.secret)}).Want(t, http.StatusOK)))
	in.POST("/me/email", apptest.Map{"email": "new@people.test"}).Want(t, http.StatusAccepted)
}

// TestAChangeIsNoProof of who it is: a session can't keep itself fresh by what needs a fresh one.
func TestAChangeIsNoProof(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	p := arm(t, e, role.TenantStaff)
	in := with(p.host, cookieOf(t, p.pending(t).POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, p.secret)}).Want(t, http.StatusOK)))
	p.wait(29 * time.Minute)
	in = with(p.host, cookieOf(t, in.POST("/me/mfa/recovery-codes", nil).Want(t, http.StatusOK)))
	p.wait(time.Minute)
	in.POST("/me/mfa/recovery-codes", nil).WantProblem(t, http.StatusForbidden, "reauth_required")
}

// TestWhoHasAPasskeyAloneProvesByIt, and the device makes sure of the person: neither a password nor a touch is enough.
func TestWhoHasAPasskeyAloneProvesByIt(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	in := with(e.Public(), signIn(t, e.Public(), person(t, e, role.TenantStaff)))
	k := &passkey{key: mfatest.Key(), rp: virtualwebauthn.RelyingParty{Name: "SmoothSchedule", ID: e.Host(), Origin: "http://" + e.Host() + ":8000"}}
	in = with(e.Public(), cookieOf(t, in.POST("/auth/mfa/passkey/enroll", k.create(t, in.POST("/auth/mfa/passkey/enroll/options", nil), "Laptop")).Want(t, http.StatusOK)))
	at(e, 31*time.Minute)
	in.POST("/auth/reauth", apptest.Map{"password": password}).WantProblem(t, http.StatusUnauthorized, "mfa_code_required")
	asked := in.POST("/auth/mfa/passkey/options", nil)
	if options := apptest.Into[struct {
		Options struct {
			PublicKey struct {
				UserVerification string `json:"userVerification"`
			} `json:"publicKey"`
		} `json:"options"`
	}](t, asked, http.StatusOK); options.Options.PublicKey.UserVerification != "required" {
		t.Errorf("the device is asked for %q", options.Options.PublicKey.UserVerification)
	}
	in = with(e.Public(), cookieOf(t, in.POST("/auth/reauth/passkey", k.get(t, asked)).Want(t, http.StatusOK)))
	in.POST("/me/email", apptest.Map{"email": "new@people.test"}).Want(t, http.StatusAccepted)
}

// TestSigningInEndsWhatTheBrowserWasSignedInTo, with whoever acted in its name: nothing of it is left for the next person at the browser.
func TestSigningInEndsWhatTheBrowserWasSignedInTo(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantStaff)
	was := with(e.Public(), signIn(t, e.Public(), email))
	was.POST("/auth/login", credentials(email, tooLong)).Want(t, http.StatusUnauthorized)
	was.GET("/me").Want(t, http.StatusOK)
	signIn(t, was, email)
	was.GET("/me").Want(t, http.StatusUnauthorized)

	owner := e.As(role.TenantOwner)
	child := owner.Continue(owner.POST("/masquerade", apptest.Map{"user_id": e.As(role.TenantStaff).ID()}).Want(t, http.StatusCreated), e.Host())
	signIn(t, child, email)
	child.GET("/me").Want(t, http.StatusUnauthorized)
	if got := e.Actions(owner); len(got) != 2 || got[1] != "HIJACK_END" {
		t.Errorf("on record are %v", got)
	}
}
