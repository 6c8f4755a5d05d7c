package app_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// TestSomeQuestionsAreAnsweredSixtyTimesAMinute to one person, or to one address: each costs more than it tells.
func TestSomeQuestionsAreAnsweredSixtyTimesAMinute(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2027-03-01T09:00:00Z")
	support, other, path := e.As(role.PlatformSupport), e.As(role.PlatformSupport), "/masquerade/can?user_id="+e.As(role.TenantStaff).ID()
	for range 60 {
		support.GET(path).Want(t, http.StatusOK)
		e.Public().POST("/auth/passkey/options", nil).Want(t, http.StatusOK)
	}
	for _, a := range []apptest.Answer{support.GET(path), e.Public().POST("/auth/passkey/options", nil)} {
		if a.WantProblem(t, http.StatusTooManyRequests, "rate_limited"); a.Header.Get("Retry-After") != "1" {
			t.Errorf("come again in %q seconds", a.Header.Get("Retry-After"))
		}
	}
	other.GET(path).Want(t, http.StatusOK)
	e.At("2027-03-01T09:00:01Z")
	support.GET(path).Want(t, http.StatusOK)
}
