package session_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/descope/virtualwebauthn"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/mfa/mfatest"
	"smoothschedule/internal/identity/role"
)

// passkey is an authenticator with one key, in a browser on the tenant's host.
type passkey struct {
	key    virtualwebauthn.Credential
	rp     virtualwebauthn.RelyingParty
	handle []byte
}

type challenge struct {
	ChallengeID string          `json:"challenge_id"`
	Options     json.RawMessage `json:"options"`
}

func (k *passkey) authenticator() virtualwebauthn.Authenticator {
	return virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: k.handle})
}

func (k *passkey) create(t *testing.T, a apptest.Answer, name string) apptest.Map {
	t.Helper()
	c := apptest.Into[challenge](t, a, http.StatusOK)
	options, err := virtualwebauthn.ParseAttestationOptions(string(c.Options))
	if err != nil {
		t.Fatal(err)
	}
	k.handle = []byte(options.UserID)
	return apptest.Map{"challenge_id": c.ChallengeID, "name": name, "credential": json.RawMessage(virtualwebauthn.CreateAttestationResponse(k.rp, k.authenticator(), k.key, *options))}
}

func (k *passkey) get(t *testing.T, a apptest.Answer) apptest.Map {
	t.Helper()
	c := apptest.Into[challenge](t, a, http.StatusOK)
	options, err := virtualwebauthn.ParseAssertionOptions(string(c.Options))
	if err != nil {
		t.Fatal(err)
	}
	k.key.Counter++
	return apptest.Map{"challenge_id": c.ChallengeID, "credential": json.RawMessage(virtualwebauthn.CreateAssertionResponse(k.rp, k.authenticator(), k.key, *options))}
}

func TestAPasskeySignsInAndProves(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantStaff)
	in := with(e.Public(), signIn(t, e.Public(), email))
	k := &passkey{key: mfatest.Key(), rp: virtualwebauthn.RelyingParty{Name: "SmoothSchedule", ID: e.Host(), Origin: "http://" + e.Host() + ":8000"}}
	done := in.POST("/auth/mfa/passkey/enroll", k.create(t, in.POST("/auth/mfa/passkey/enroll/options", nil), "Laptop")).Want(t, http.StatusOK)
	own := with(e.Public(), cookieOf(t, done))

	body := k.get(t, e.Public().POST("/auth/passkey/options", nil))
	a := e.Public().POST("/auth/passkey", body)
	if s := stageOf(t, a); s.Status != "SIGNED_IN" {
		t.Errorf("the passkey leads to %+v", s)
	}
	with(e.Public(), cookieOf(t, a)).GET("/me").Want(t, http.StatusOK)
	e.Public().POST("/auth/passkey", body).WantProblem(t, http.StatusUnauthorized, "invalid_credentials") // once
	if all := events(t, e); all[len(all)-1] != "LOGIN_FAILED" {
		t.Errorf("the failure is not noticed: %v", all)
	}

	a = e.Public().POST("/auth/login", credentials(email, password))
	if s := stageOf(t, a); s.Status != "MFA_REQUIRED" || s.Methods[0] != "passkey" {
		t.Errorf("the password leads to %+v", s)
	}
	half := with(e.Public(), cookieOf(t, a))
	half.POST("/auth/mfa/passkey", k.get(t, half.POST("/auth/mfa/passkey/options", nil))).Want(t, http.StatusOK)
	a = own.POST("/auth/reauth/passkey", k.get(t, own.POST("/auth/mfa/passkey/options", nil))).Want(t, http.StatusOK)
	own.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	with(e.Public(), cookieOf(t, a)).GET("/me").Want(t, http.StatusOK)

	sql(t, `UPDATE public.users SET is_active = false WHERE email = $1`, email)
	e.Public().POST("/auth/passkey", k.get(t, e.Public().POST("/auth/passkey/options", nil))).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
}

// An existing factor is proved before another is set up.
func TestNobodySetsUpAFactorBesidesOneThatIsNotProved(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	in := arm(t, e, role.TenantOwner).pending(t)
	in.POST("/auth/mfa/totp/enroll", nil).WantProblem(t, http.StatusUnauthorized, "mfa_required")
	in.POST("/auth/mfa/passkey/enroll/options", nil).WantProblem(t, http.StatusUnauthorized, "mfa_required")
}
