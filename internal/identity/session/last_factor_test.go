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

// keyed is somebody who is signed in and has a passkey.
type keyed struct {
	e        *apptest.Env
	in       *apptest.Client
	key      *passkey
	recovery []string
}

func key(t *testing.T, e *apptest.Env) *keyed {
	t.Helper()
	k := &keyed{e: e, in: with(e.Public(), signIn(t, e.Public(), person(t, e, role.TenantManager)))}
	k.key = k.add(t)
	return k
}

// add sets up a passkey.
func (k *keyed) add(t *testing.T) *passkey {
	t.Helper()
	one := &passkey{key: mfatest.Key(), rp: virtualwebauthn.RelyingParty{Name: "SmoothSchedule", ID: k.e.Host(), Origin: "http://" + k.e.Host() + ":8000"}}
	a := k.in.POST("/auth/mfa/passkey/enroll", one.create(t, k.in.POST("/auth/mfa/passkey/enroll/options", nil), "Laptop"))
	if codes := apptest.Into[struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}](t, a, http.StatusOK).RecoveryCodes; codes != nil {
		k.recovery = codes
	}
	k.in = with(k.e.Public(), cookieOf(t, a))
	return one
}

// remove removes the oldest passkey.
func (k *keyed) remove(t *testing.T, body apptest.Map) apptest.Answer {
	t.Helper()
	factors := apptest.Into[struct {
		Passkeys []struct {
			ID string `json:"id"`
		} `json:"passkeys"`
	}](t, k.in.GET("/me/mfa"), http.StatusOK)
	a := k.in.POST("/me/passkeys/"+factors.Passkeys[0].ID+"/remove", body)
	if a.Status == http.StatusNoContent {
		k.in = with(k.e.Public(), cookieOf(t, a))
	}
	return a
}

// proofs says whether the person has a second factor, and until when their proof counts.
func (k *keyed) proofs(t *testing.T) (enrolled bool, until time.Time) {
	t.Helper()
	me := apptest.Into[struct {
		MFA struct {
			Enrolled bool `json:"enrolled"`
		} `json:"mfa"`
		ReauthUntil time.Time `json:"reauth_until"`
	}](t, k.in.GET("/me"), http.StatusOK)
	return me.MFA.Enrolled, me.ReauthUntil
}

// Spec identity 4d.5: disabling needs password and code, also where the last factor is a passkey.
func TestTheLastPasskeyGoesByPasswordAndFactor(t *testing.T) {
	t.Parallel()
	for name, factor := range map[string]func(*keyed) apptest.Map{
		"a recovery code": func(k *keyed) apptest.Map { return apptest.Map{"code": k.recovery[0]} },
		"the passkey": func(k *keyed) apptest.Map {
			return apptest.Map{"passkey": k.key.get(t, k.in.POST("/auth/mfa/passkey/options", nil))}
		},
	} {
		e := apptest.New(t)
		at(e, 0)
		k := key(t, e)
		at(e, 10*time.Minute)
		k.remove(t, apptest.Map{}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.password")
		k.remove(t, factor(k)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.password")
		k.remove(t, apptest.Map{"password": password}).WantProblem(t, http.StatusUnauthorized, "mfa_code_required")
		k.remove(t, apptest.Map{"password": password, "code": "no-code"}).WantProblem(t, http.StatusUnauthorized, "invalid_code")
		k.remove(t, apptest.Map{"password": tooLong, "code": k.recovery[1]}).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
		stranger := &passkey{key: mfatest.Key(), rp: k.key.rp, handle: k.key.handle}
		k.remove(t, apptest.Map{"password": password, "passkey": stranger.get(t, k.in.POST("/auth/mfa/passkey/options", nil))}).WantProblem(t, http.StatusUnauthorized, "invalid_code")
		if enrolled, until := k.proofs(t); !enrolled || !until.Equal(morning.Add(30*time.Minute)) {
			t.Errorf("%s: refused, there is a factor: %t, and the proof counts until %v", name, enrolled, until)
		}
		body := factor(k)
		body["password"] = password
		k.remove(t, body).Want(t, http.StatusNoContent)
		if enrolled, until := k.proofs(t); enrolled || !until.Equal(morning.Add(40*time.Minute)) {
			t.Errorf("%s: removed, there is a factor: %t, and the proof counts until %v", name, enrolled, until)
		}
	}
}

// Spec identity 4d.4: who has no second factor has a long password.
func TestAShortPasswordGoesWithTheLastPasskey(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	k := key(t, e)
	const short = "Vq7#dKx2p"
	k.in = with(e.Public(), cookieOf(t, k.in.POST("/me/password", apptest.Map{"current": password, "password": short}).Want(t, http.StatusNoContent)))
	k.remove(t, apptest.Map{"password": short, "code": k.recovery[0]}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.new_password")
	k.remove(t, apptest.Map{"password": short, "code": k.recovery[1], "new_password": "Another9#"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.new_password")
	k.remove(t, apptest.Map{"password": short, "code": k.recovery[2], "new_password": "eleven green umbrellas, singing"}).Want(t, http.StatusNoContent)
	if enrolled, _ := k.proofs(t); enrolled {
		t.Error("the factor is still there")
	}
}

// TestAChangeOfFactorsIsNoProof of who it is: neither a new passkey nor one less keeps a session fresh.
func TestAChangeOfFactorsIsNoProof(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	k := key(t, e)
	at(e, 20*time.Minute)
	k.add(t)
	if _, until := k.proofs(t); !until.Equal(morning.Add(30 * time.Minute)) {
		t.Errorf("after one more the proof counts until %v", until)
	}
	k.remove(t, apptest.Map{}).Want(t, http.StatusNoContent)
	if enrolled, until := k.proofs(t); !enrolled || !until.Equal(morning.Add(30*time.Minute)) {
		t.Errorf("after one less there is a factor: %t, and the proof counts until %v", enrolled, until)
	}
	at(e, 30*time.Minute)
	k.remove(t, apptest.Map{}).WantProblem(t, http.StatusForbidden, "reauth_required")
}
