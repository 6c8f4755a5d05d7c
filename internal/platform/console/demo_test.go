package console_test

import (
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/grant"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
	"smoothschedule/internal/platform/console"
)

// service is the console without HTTP, at an instant.
func service(t *testing.T, now time.Time) *console.Service {
	t.Helper()
	db := pg.New(pgtest.App(t), func() time.Time { return now })
	log, err := audit.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	sessions := session.NewService(db, nil, nil, log, session.Options{})
	return console.NewService(db, log, tenant.NewService(db, "localhost"), sessions, grant.NewService(db, log))
}

// TestADemoIsSuspendedWhenItsTimeIsOver to the instant, once, and neither a real business nor one without an end.
func TestADemoIsSuspendedWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	ended, lasting := apptest.Two(t)
	now := time.Date(2027, 3, 15, 12, 0, 0, 0, time.UTC)
	ended.As(role.TenantOwner)
	lasting.As(role.TenantOwner)
	sql(t, `UPDATE public.tenants SET is_demo = true, expires_at = $2 WHERE id = $1`, ended.Lease.ID, now)
	sql(t, `UPDATE public.tenants SET is_demo = true, expires_at = NULL WHERE id = $1`, lasting.Lease.ID)
	sql(t, `INSERT INTO public.permission_grants (id, tenant_id, grantor_id, grantee_id, action, reason, created_at, starts_at, expires_at)
		VALUES (gen_random_uuid(), $1, $2, $3, 'view_analytics', 'To look at the demo', $4, $4, $5)`,
		ended.Lease.ID, ended.As(role.TenantOwner).UserID, ended.As(role.TenantStaff).UserID, now.Add(-time.Hour), now.Add(time.Hour))
	suspended := func(e *apptest.Env) int {
		return number(t, `SELECT count(*) FROM public.tenants WHERE id = $1 AND status = 'SUSPENDED' AND status_reason = 'The demo has ended.'`, e.Lease.ID)
	}
	records := func() int { // the audit log outlives the test
		return number(t, `SELECT count(*) FROM public.audit_log WHERE action = 'TENANT_SUSPENDED' AND tenant_id = $1 AND actor_id IS NULL AND at = $2`, ended.Lease.ID, now)
	}
	before := records()
	if err := service(t, now.Add(-time.Microsecond)).EndDemos(t.Context()); err != nil || suspended(ended) != 0 {
		t.Errorf("before its end: %v, suspended %d", err, suspended(ended))
	}
	for range 2 {
		if err := service(t, now).EndDemos(t.Context()); err != nil || suspended(ended) != 1 || suspended(lasting) != 0 {
			t.Errorf("at its end: %v, suspended %d and %d", err, suspended(ended), suspended(lasting))
		}
	}
	if n := number(t, `SELECT count(*) FROM public.login_sessions WHERE tenant_id = $1`, ended.Lease.ID); n != 0 {
		t.Error("its sessions go on")
	}
	if n := number(t, `SELECT count(*) FROM public.permission_grants WHERE tenant_id = $1 AND revoked_at = $2 AND revoked_by IS NULL`, ended.Lease.ID, now); n != 1 {
		t.Error("a grant on it goes on")
	}
	if n := records() - before; n != 1 {
		t.Errorf("%d records", n)
	}
	manager := ended.As(role.PlatformManager)
	manager.POST(at(ended)+"/reactivate", nil).Want(t, 200) // the program's clock is before the end
	late := ended.At("2027-03-16T12:00:00Z").As(role.PlatformManager)
	sql(t, `UPDATE public.tenants SET status = 'SUSPENDED' WHERE id = $1`, ended.Lease.ID)
	late.POST(at(ended)+"/reactivate", nil).WantProblem(t, 409, "demo_ended")
}
