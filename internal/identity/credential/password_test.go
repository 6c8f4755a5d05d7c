package credential_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
)

func TestAPasswordIsChangedByWhoKnowsIt(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	here, there := h.signIn(email, password), h.signIn(email, password)
	change := func(current, next string) apptest.Answer {
		return here.POST("/me/password", apptest.Map{"current": current, "password": next})
	}
	change("not my password at all", other).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	change(password, password).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.password")
	change(password, "short").WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.password")
	there.GET("/me").Want(t, http.StatusOK)
	a := change(password, other).Want(t, http.StatusNoContent)
	here.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	there.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	here.Continue(a, h.Host()).GET("/me").Want(t, http.StatusOK)
	h.try(h.Host(), email, password).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	h.signIn(email, other)
	if h.lastAction() != "PASSWORD_CHANGED" {
		t.Errorf("not on record: %v", h.actions())
	}
	if !slices.ContainsFunc(h.subjects(), func(s string) bool { return s == "Your password was changed" }) {
		t.Error("the owner was not told")
	}
}

func TestGuessingThePresentPasswordIsThrottled(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.signIn(h.person(role.TenantStaff), password)
	statuses := map[int]int{}
	for range 7 {
		statuses[c.POST("/me/password", apptest.Map{"current": strings.Repeat("x", 129), "password": other}).Status]++
	}
	if statuses[http.StatusUnauthorized] != 5 || statuses[http.StatusTooManyRequests] != 2 {
		t.Errorf("want five tries and then 429, got %v", statuses)
	}
}

func TestAChangedPasswordEndsLinksThatWereSent(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	token := h.link(email)
	h.signIn(email, password).POST("/me/password", apptest.Map{"current": password, "password": other}).Want(t, http.StatusNoContent)
	h.confirm(token, "a third sentence nobody knows").WantProblem(t, http.StatusGone, "link_expired")
}

func TestAShortPasswordNeedsASecondFactor(t *testing.T) {
	t.Parallel()
	h := open(t)
	const short = "Vq7#dKx2p"
	email := h.person(role.TenantStaff)
	c := h.signIn(email, password)
	c.POST("/me/password", apptest.Map{"current": password, "password": short}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.password")
	c, secret := h.enroll(c)
	c = c.Continue(c.POST("/me/password", apptest.Map{"current": password, "password": short}).Want(t, http.StatusNoContent), h.Host())
	if h.column("password_is_short", email) != "true" {
		t.Fatal("the short password is not noted")
	}
	h.later(time.Minute) // an app shows another code
	remove := func(body apptest.Map) apptest.Answer { return c.POST("/me/mfa/totp/remove", body) }
	remove(apptest.Map{"password": short}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed")
	remove(apptest.Map{"password": short, "code": ""}).WantProblem(t, http.StatusUnauthorized, "mfa_code_required")
	remove(apptest.Map{"password": short, "code": "000000"}).WantProblem(t, http.StatusUnauthorized, "invalid_code")
	remove(apptest.Map{"password": "wrong", "code": h.code(secret)}).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	remove(apptest.Map{"password": short, "code": h.code(secret)}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.new_password")
	h.later(2 * time.Minute)
	remove(apptest.Map{"password": short, "code": h.code(secret), "new_password": "Another9#"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.new_password")
	h.later(3 * time.Minute)
	there := h.On(h.Host()).Continue(h.try(h.Host(), email, short).Want(t, http.StatusOK), h.Host())
	sql(t, `INSERT INTO public.remembered_devices (token_hash, user_id, tenant_id, expires_at, created_at)
		SELECT 'x', id, tenant_id, '2999-01-01', created_at FROM public.users WHERE email = $1`, email)
	c = c.Continue(remove(apptest.Map{"password": short, "code": h.code(secret), "new_password": other}).Want(t, http.StatusNoContent), h.Host())
	there.GET("/auth/mfa").WantProblem(t, http.StatusUnauthorized, "unauthenticated") // a new password ends the other sessions
	if h.remembered(email) {
		t.Error("a device would spare the next factor too")
	}
	mine := apptest.Into[struct {
		TOTP     bool  `json:"totp"`
		Passkeys []any `json:"passkeys"`
		Required bool  `json:"required"`
	}](t, c.GET("/me/mfa"), http.StatusOK)
	if mine.TOTP || mine.Passkeys == nil || mine.Required || h.column("mfa_enrolled_at", email) != "" || h.column("password_is_short", email) != "false" {
		t.Errorf("want no factor and a long password: %+v", mine)
	}
	h.signIn(email, other).GET("/me").Want(t, http.StatusOK)
	c.POST("/me/mfa/totp/remove", apptest.Map{"password": other, "code": "123456"}).WantProblem(t, http.StatusConflict, "mfa_not_enrolled")
	if h.lastAction() != "MFA_REMOVED" || !slices.Contains(h.subjects(), "A second factor was removed") {
		t.Errorf("not on record, or nobody was told: %v", h.actions())
	}
}

func TestARoleKeepsItsLastFactor(t *testing.T) {
	t.Parallel()
	h := open(t, apptest.Config(func(c *config.Config) { c.RequireMFA = true }))
	email := h.person(role.TenantOwner)
	c, secret := h.enroll(h.signIn(email, password))
	h.later(time.Minute)
	c.POST("/me/mfa/totp/remove", apptest.Map{"password": password, "code": h.code(secret)}).WantProblem(t, http.StatusConflict, "mfa_required_by_role")
	if !apptest.Into[struct{ TOTP, Required bool }](t, c.GET("/me/mfa"), http.StatusOK).TOTP {
		t.Error("the factor is gone all the same")
	}
}

func TestNewRecoveryCodesTakeThePlaceOfOldOnes(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	c := h.signIn(email, password)
	c.POST("/me/mfa/recovery-codes", apptest.Map{}).WantProblem(t, http.StatusConflict, "mfa_not_enrolled")
	c, _ = h.enroll(c)
	a := c.POST("/me/mfa/recovery-codes", apptest.Map{})
	codes := apptest.Into[struct {
		Codes []string `json:"recovery_codes"`
	}](t, a, http.StatusOK).Codes
	if len(codes) != 10 {
		t.Fatalf("want ten codes: %v", codes)
	}
	c.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated") // the session has a new id
	c = c.Continue(a, h.Host())
	again := h.On(h.Host()).Continue(h.try(h.Host(), email, password).Want(t, http.StatusOK), h.Host())
	again.POST("/auth/mfa/recovery", apptest.Map{"code": codes[3]}).Want(t, http.StatusOK)
	c.POST("/me/passkeys/psk_01k9m7e6xhf8ktexm2q2ggx7zp/remove", apptest.Map{}).Want(t, http.StatusNotFound)
}

func TestSensitiveChangesNeedARecentProof(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.As(role.TenantOwner, apptest.SignedInAgo(30*time.Minute))
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{"POST", "/me/email", apptest.Map{"email": "new@people.test"}},
		{"POST", "/me/mfa/totp/remove", apptest.Map{"password": password, "code": "123456"}},
		{"POST", "/me/passkeys/psk_01k9m7e6xhf8ktexm2q2ggx7zp/remove", apptest.Map{}},
		{"POST", "/me/mfa/recovery-codes", apptest.Map{}},
	} {
		c.Do(call.method, call.path, call.body).WantProblem(t, http.StatusForbidden, "reauth_required")
	}
	sql(t, `UPDATE public.users SET mfa_enrolled_at = now() WHERE id = $1`, c.UserID)
	c.POST("/me/password", apptest.Map{"current": password, "password": other}).WantProblem(t, http.StatusForbidden, "reauth_required")
}

func TestPeopleChangeTheirName(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.As(role.Customer)
	me := func(a apptest.Answer) string {
		return apptest.Into[struct{ User struct{ Name string } }](t, a, http.StatusOK).User.Name
	}
	if got := me(c.PATCH("/me", apptest.Map{"name": " Zoë "})); got != "Zoë" {
		t.Errorf("the answer says %q", got)
	}
	if got := me(c.GET("/me")); got != "Zoë" {
		t.Errorf("the name is %q", got)
	}
	c.PATCH("/me", apptest.Map{"name": " "}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.name")
	for _, field := range []string{"role", "email", "tenant_id", "is_temporary"} {
		c.PATCH("/me", apptest.Map{field: "x"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body."+field)
	}
	h.Public().PATCH("/me", apptest.Map{"name": "Nobody"}).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
}
