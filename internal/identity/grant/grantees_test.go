package grant_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// candidates are the ids of those whom somebody could grant an action.
func candidates(t *testing.T, who *apptest.Client, query string) (ids []string) {
	t.Helper()
	for _, c := range apptest.Into[apptest.Page](t, who.GET("/grants/grantees?"+query), http.StatusOK).Data {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestWhomOneMayGrantSomethingIsFoundByName(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	owner := e.As(role.TenantOwner)
	staff, manager, support, foreign := e.As(role.TenantStaff), e.As(role.TenantManager), e.As(role.PlatformSupport), other.As(role.TenantStaff)
	inactive := e.As(role.TenantStaff, apptest.Inactive)
	got := candidates(t, owner, "action=edit_settings&query="+staff.Email[:20])
	if !slices.Equal(got, []string{staff.ID()}) {
		t.Errorf("by a part of an address: %v", got)
	}
	all := candidates(t, owner, "action=edit_settings")
	for name, c := range map[string]*apptest.Client{"staff": staff, "a manager": manager} {
		if !slices.Contains(all, c.ID()) {
			t.Errorf("%s is missing in %v", name, all)
		}
	}
	for name, c := range map[string]*apptest.Client{"another business's": foreign, "a deactivated one": inactive, "oneself": owner} {
		if slices.Contains(all, c.ID()) {
			t.Errorf("%s is among %v", name, all)
		}
	}
	// Of the platform's staff a business learns names, and finds nobody by their address.
	if got := candidates(t, owner, "action=view_contracts&query="+support.Email); slices.Contains(got, support.ID()) {
		t.Error("support is found by an address")
	}
	owner.GET("/grants/grantees?action=none").WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.action")
}

// Spec security 2.6: without a place for its line nothing is granted.
func TestNothingIsGrantedWithoutItsLine(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, staff := e.As(role.TenantOwner), e.As(role.TenantStaff)
	log := filepath.Join(e.DataDir, "logs", "security.log")
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/full", log); err != nil {
		t.Fatal(err)
	}
	owner.POST("/grants", ask(e, "edit_settings", staff)).WantProblem(t, http.StatusServiceUnavailable, "audit_unavailable")
	if n := count(t, `SELECT count(*) FROM public.permission_grants WHERE grantor_id = $1`, owner.UserID); n != 0 {
		t.Errorf("%d grants without a line", n)
	}
	owner.GET("/me").Want(t, http.StatusOK) // ordinary work goes on
}
