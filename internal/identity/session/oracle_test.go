package session_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// TestASuspendedBusinessTellsNoRightPassword of its staff by how often it may be tried.
func TestASuspendedBusinessTellsNoRightPassword(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	at(e, 0)
	email := person(t, e, role.TenantStaff)
	sql(t, `UPDATE public.tenants SET status = 'SUSPENDED' WHERE id = $1`, e.Lease.ID)
	c := elsewhere(e.Public())
	for range 5 {
		c.POST("/auth/login", credentials(email, password)).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	}
	c.POST("/auth/login", credentials(email, password)).WantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
	if all := events(t, e); all[0] != "LOGIN_FAILED" {
		t.Errorf("the log says %v", all)
	}
}
