package console_test

import (
	"net/http"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

const reason = "The invoices of three months are open."

type business struct {
	Name         string     `json:"name"`
	Tier         string     `json:"tier"`
	Status       string     `json:"status"`
	StatusReason *string    `json:"status_reason"`
	ExpiresAt    *time.Time `json:"expires_at"`
}

func at(e *apptest.Env) string {
	return "/platform/tenants/" + id.ID[tenant.Tenant](e.Lease.ID).String()
}

func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, text string, args ...any) (n int) {
	t.Helper()
	if err := pgtest.Super(t).QueryRow(t.Context(), text, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// recorded counts the audit's rows of somebody about the test's business.
func recorded(t *testing.T, e *apptest.Env, action string, by *apptest.Client) int {
	t.Helper()
	return number(t, `SELECT count(*) FROM public.audit_log WHERE action = $1 AND actor_id = $2 AND tenant_id = $3`, action, by.UserID, e.Lease.ID)
}

func TestASuspendedBusinessIsClosedUntilReactivated(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	manager, owner, staff, support := e.As(role.PlatformManager), e.As(role.TenantOwner), e.As(role.TenantStaff), e.As(role.PlatformSupport)
	owner.POST("/grants", apptest.Map{"grantee_id": support.ID(), "action": "manage_domains", "reason": "please look at our domain"}).Want(t, http.StatusCreated)
	for _, bad := range []string{"", "too short", "         x         ", string(make([]byte, 501))} {
		manager.POST(at(e)+"/suspend", apptest.Map{"reason": bad}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed")
	}
	support.POST(at(e)+"/suspend", apptest.Map{"reason": reason}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	for range 2 { // the second time changes nothing
		b := apptest.Into[business](t, manager.POST(at(e)+"/suspend", apptest.Map{"reason": reason}), http.StatusOK)
		if b.Status != "SUSPENDED" || b.StatusReason == nil || *b.StatusReason != reason {
			t.Errorf("suspended: %+v", b)
		}
	}
	if n := number(t, `SELECT count(*) FROM public.login_sessions WHERE tenant_id = $1`, e.Lease.ID); n != 0 {
		t.Errorf("%d sessions go on", n)
	}
	if n := number(t, `SELECT count(*) FROM public.permission_grants WHERE tenant_id = $1 AND revoked_at IS NULL`, e.Lease.ID); n != 0 {
		t.Errorf("%d grants go on", n)
	}
	staff.GET("/appointments").WantProblem(t, http.StatusNotFound, "not_found") // at once, on the node that did it
	for range 2 {
		if b := apptest.Into[business](t, manager.POST(at(e)+"/reactivate", nil), http.StatusOK); b.Status != "ACTIVE" || b.StatusReason != nil {
			t.Errorf("reactivated: %+v", b)
		}
	}
	e.As(role.TenantOwner).GET("/me").Want(t, http.StatusOK)
	if recorded(t, e, "TENANT_SUSPENDED", manager) != 1 || recorded(t, e, "TENANT_REACTIVATED", manager) != 1 {
		t.Error("not on record, or more than once")
	}
}

func TestNameAndTierAreChangedAndRecorded(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	manager := e.As(role.PlatformManager)
	t.Cleanup(func() {
		_, _ = pgtest.Super(t).Exec(t.Context(), `UPDATE public.tenants SET tier = 'FREE' WHERE id = $1`, e.Lease.ID)
	})
	b := apptest.Into[business](t, manager.PATCH(at(e), apptest.Map{"name": "  Cuts & Co ", "tier": "STARTER"}), http.StatusOK)
	if b.Name != "Cuts & Co" || b.Tier != "STARTER" {
		t.Errorf("changed: %+v", b)
	}
	manager.PATCH(at(e), apptest.Map{}).Want(t, http.StatusOK)
	if n := recorded(t, e, "TENANT_CHANGED", manager); n != 1 {
		t.Errorf("%d records", n)
	}
	for location, body := range map[string]apptest.Map{
		"body.tier": {"tier": "GOLD"}, "body.name": {"name": "   "}, "body.slug": {"slug": "other"}, "body.is_demo": {"is_demo": true}, "body.status": {"status": "ACTIVE"},
	} {
		manager.PATCH(at(e), body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", location)
	}
	e.As(role.PlatformSupport).PATCH(at(e), apptest.Map{"name": "X"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
}

// TestToSalesRealBusinessesDoNotExist by any operation.
func TestToSalesRealBusinessesDoNotExist(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	sales := e.As(role.PlatformSales)
	all := func() []apptest.Answer {
		return []apptest.Answer{
			sales.GET(at(e)), sales.PATCH(at(e), apptest.Map{"name": "Mine"}), sales.POST(at(e)+"/extend", apptest.Map{"days": 1}),
			sales.POST(at(e)+"/suspend", apptest.Map{"reason": reason}), sales.POST(at(e)+"/reactivate", nil),
		}
	}
	for _, a := range all() {
		a.WantProblem(t, http.StatusNotFound, "not_found")
	}
	sql(t, `UPDATE public.tenants SET is_demo = true, created_at = now() WHERE id = $1`, e.Lease.ID)
	for _, a := range all() {
		a.Want(t, http.StatusOK)
	}
}

func TestADemoLastsSixtyDaysAtMost(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2027-03-20T12:00:00Z")
	manager := e.As(role.PlatformManager)
	extend := func(days int) apptest.Answer { return manager.POST(at(e)+"/extend", apptest.Map{"days": days}) }
	extend(7).WantProblem(t, http.StatusUnprocessableEntity, "not_a_demo")
	sql(t, `UPDATE public.tenants SET is_demo = true, created_at = '2027-03-01T12:00:00Z', expires_at = '2027-03-15T12:00:00Z' WHERE id = $1`, e.Lease.ID)
	if b := apptest.Into[business](t, extend(10), http.StatusOK); !b.ExpiresAt.Equal(time.Date(2027, 3, 30, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("one that has ended goes on until %v, want ten days from now", b.ExpiresAt)
	}
	extend(32).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.days")
	if b := apptest.Into[business](t, extend(31), http.StatusOK); !b.ExpiresAt.Equal(time.Date(2027, 4, 30, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("extended to %v, want 60 days after it was made", b.ExpiresAt)
	}
	extend(1).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.days")
	extend(0).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.days")
	if n := recorded(t, e, "TENANT_EXTENDED", manager); n != 2 {
		t.Errorf("%d records", n)
	}
}

func TestAPersonOfAnotherBusinessChangesNothingHere(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	stranger := other.As(role.TenantOwner)
	stranger.At(e.Host()).PATCH("/business", apptest.Map{"name": "Mine"}).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	stranger.PATCH(at(e), apptest.Map{"name": "Mine"}).WantProblem(t, http.StatusNotFound, "not_found") // no such route on this host
}

func TestTheBusinessIsRenamedByWhoMayChangeItsSettings(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, manager, staff, customer := e.As(role.TenantOwner), e.As(role.TenantManager), e.As(role.TenantStaff), e.As(role.Customer)
	for _, c := range []*apptest.Client{staff, customer} {
		c.GET("/business").WantProblem(t, http.StatusForbidden, "role_forbidden")
		c.PATCH("/business", apptest.Map{"name": "Mine"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	}
	for _, c := range []*apptest.Client{owner, manager} {
		name := "Renamed by " + string(c.Role)
		apptest.Into[business](t, c.PATCH("/business", apptest.Map{"name": name}), http.StatusOK)
		if b := apptest.Into[business](t, c.GET("/business"), http.StatusOK); b.Name != name {
			t.Errorf("is called %q", b.Name)
		}
		if recorded(t, e, "TENANT_CHANGED", c) != 1 {
			t.Errorf("%s: not on record", c.Role)
		}
	}
	owner.PATCH("/business", apptest.Map{"tier": "ENTERPRISE", "name": "X"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.tier")
	owner.PATCH("/business", apptest.Map{"name": " "}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.name")
	owner.POST("/grants", apptest.Map{"grantee_id": staff.ID(), "action": "edit_settings", "reason": "while I am away"}).Want(t, http.StatusCreated)
	staff.PATCH("/business", apptest.Map{"name": "By a grant"}).Want(t, http.StatusOK)
	if n := number(t, `SELECT use_count FROM public.permission_grants WHERE grantee_id = $1`, staff.UserID); n != 1 {
		t.Errorf("the grant was used %d times", n)
	}
}

func TestSalesMakeDemosAlone(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for r, want := range map[role.Role]bool{role.PlatformSales: true, role.PlatformManager: false} {
		c, slug := e.As(r), pgtest.Slug()
		answer := apptest.Into[struct {
			ID string `json:"id"`
		}](t, c.POST("/platform/tenants", apptest.Map{"slug": slug, "name": "A prospect", "time_zone": "Europe/Berlin", "currency": "EUR", "owner_email": slug + "@people.test", "is_demo": false}), http.StatusAccepted)
		if n := number(t, `SELECT count(*) FROM public.signups WHERE slug = $1 AND is_demo = $2 AND requested_by = $3`, slug, want, c.UserID); n != 1 || answer.ID == "" {
			t.Errorf("%s: want a demo %t", r, want)
		}
		sql(t, `DELETE FROM public.signups WHERE slug = $1`, slug)
		sql(t, `DELETE FROM river.river_job WHERE kind LIKE 'signup.%'`)
	}
	e.As(role.PlatformSupport).POST("/platform/tenants", apptest.Map{}).WantProblem(t, http.StatusForbidden, "role_forbidden")
}

func TestTheSummaryCountsWhatEachMayKnow(t *testing.T) {
	t.Parallel()
	e, trial := apptest.Two(t)
	sql(t, `UPDATE public.tenants SET is_demo = true WHERE id = $1`, trial.Lease.ID)
	e.As(role.TenantOwner)
	trial.As(role.TenantOwner)
	for _, lease := range []*apptest.Env{e, trial} {
		sql(t, `INSERT INTO public.sign_ins (day, tenant_id, count) VALUES ((now() AT TIME ZONE 'UTC')::date, $1, 5)`, lease.Lease.ID)
	}
	type summary struct {
		Tenants   int `json:"tenants"`
		Active    int `json:"active"`
		Suspended int `json:"suspended"`
		Demo      int `json:"demo"`
		Users     int `json:"users"`
		SignIns   []struct {
			Date  string `json:"date"`
			Count int    `json:"count"`
		} `json:"sign_ins"`
	}
	read := func(r role.Role) (s summary) {
		t.Helper()
		s = apptest.Into[summary](t, e.As(r).GET("/platform/summary"), http.StatusOK)
		if len(s.SignIns) != 30 || s.SignIns[29].Date != time.Now().UTC().Format(time.DateOnly) || s.SignIns[0].Date >= s.SignIns[1].Date {
			t.Errorf("%s: days %+v", r, s.SignIns)
		}
		if s.Active+s.Suspended != s.Tenants {
			t.Errorf("%s: %+v", r, s)
		}
		return s
	}
	all, demos := read(role.PlatformManager), read(role.PlatformSales)
	if all.Tenants < 2 || all.Demo < 1 || all.Users < 2 || all.SignIns[29].Count < 10 {
		t.Errorf("all: %+v", all)
	}
	if demos.Tenants != demos.Demo || demos.Tenants >= all.Tenants || demos.SignIns[29].Count < 5 || demos.SignIns[29].Count >= all.SignIns[29].Count {
		t.Errorf("demos: %+v of %+v", demos, all)
	}
	e.As(role.TenantOwner).GET("/platform/summary").WantProblem(t, http.StatusNotFound, "not_found")
}
