package people_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

func ids(all []user) (out []string) {
	for _, u := range all {
		out = append(out, u.ID)
	}
	return out
}

func TestABusinessListsItsOwnPeopleNewestFirst(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	stranger := other.As(role.TenantStaff)
	owner, manager, staff, customer := e.As(role.TenantOwner), e.As(role.TenantManager), e.As(role.TenantStaff), e.As(role.Customer)
	want := []string{customer.ID(), staff.ID(), manager.ID(), owner.ID()}
	for _, c := range []*apptest.Client{owner, manager} {
		if got := ids(everybody(t, c, "")); !slices.Equal(got, want) {
			t.Errorf("%s lists %v, want %v", c.Role, got, want)
		}
		c.GET("/people/"+stranger.ID()).WantProblem(t, http.StatusNotFound, "not_found")
		if u := get(t, c, staff); u.Email != staff.Email || u.Status != "ACTIVE" || u.Tenant == nil || u.Tenant.Slug != e.Lease.Slug {
			t.Errorf("%s sees %+v", c.Role, u)
		}
	}
	for _, c := range []*apptest.Client{staff, customer} {
		c.GET("/people").WantProblem(t, http.StatusForbidden, "role_forbidden")
		c.GET("/people/"+c.ID()).WantProblem(t, http.StatusForbidden, "role_forbidden")
	}
	first := apptest.Into[page](t, owner.GET("/people?limit=3"), http.StatusOK)
	second := apptest.Into[page](t, owner.GET("/people?limit=3&cursor="+*first.NextCursor), http.StatusOK)
	if got := append(ids(first.Data), ids(second.Data)...); !slices.Equal(got, want) || second.NextCursor != nil {
		t.Errorf("by pages %v, want %v", got, want)
	}
}

func TestListsAreNarrowed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, gone := e.As(role.TenantOwner), e.As(role.TenantStaff, apptest.Inactive)
	odd, locked := e.As(role.TenantStaff), e.As(role.TenantManager, apptest.Locked)
	sql(t, `UPDATE public.users SET name = '50%_off\' WHERE id = $1`, odd.UserID)
	for query, want := range map[string][]string{
		"&status=DEACTIVATED":                    {gone.ID()},
		"&status=LOCKED":                         {locked.ID()},
		"&status=ACTIVE":                         {odd.ID(), owner.ID()},
		"&role=TENANT_STAFF":                     {odd.ID(), gone.ID()},
		"&role=TENANT_STAFF&status=ACTIVE":       {odd.ID()},
		"&query=50%25":                           {odd.ID()},
		"&query=%25":                             {odd.ID()},
		"&query=_":                               {locked.ID(), odd.ID(), gone.ID(), owner.ID()}, // "A TENANT_…" and the odd name
		"&query=%5C":                             {odd.ID()},
		"&query=" + strings.ToUpper(owner.Email): {owner.ID()},
		"&query=nobody+at+all":                   nil,
	} {
		if got := ids(everybody(t, owner, query)); !slices.Equal(got, want) {
			t.Errorf("%s lists %v, want %v", query, got, want)
		}
	}
	owner.GET("/people?status=GONE").WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.status")
	owner.GET("/people?tenant_id=x").WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.tenant_id")
}

func TestThePlatformListsAsFarAsEachMayKnow(t *testing.T) {
	t.Parallel()
	paying, trial := apptest.Two(t)
	demo(t, trial)
	superuser, manager, sales, support := paying.As(role.Superuser), paying.As(role.PlatformManager), paying.As(role.PlatformSales), paying.As(role.PlatformSupport)
	staff, prospect, lasting := paying.As(role.TenantStaff), trial.As(role.TenantOwner, apptest.Temporary), trial.As(role.TenantStaff)
	for _, c := range []*apptest.Client{superuser, manager, support} {
		got := ids(everybody(t, c, "&kind=TENANT"))
		for _, u := range []*apptest.Client{staff, prospect, lasting} {
			if !slices.Contains(got, u.ID()) {
				t.Errorf("%s does not list a %s", c.Role, u.Role)
			}
			if seen := get(t, c, u); seen.Email != u.Email || seen.Tenant == nil {
				t.Errorf("%s sees of a %s %+v", c.Role, u.Role, seen)
			}
		}
		if got := ids(everybody(t, c, "&tenant_id="+tenantID(paying))); !slices.Equal(got, []string{staff.ID()}) {
			t.Errorf("%s lists of one business %v", c.Role, got)
		}
		if got := ids(everybody(t, c, "&kind=PLATFORM")); !slices.Contains(got, superuser.ID()) || slices.Contains(got, staff.ID()) {
			t.Errorf("%s lists of the staff %v", c.Role, got)
		}
	}
	for _, u := range everybody(t, sales, "") {
		if u.ID != sales.ID() && (u.Tenant == nil || u.ID == staff.ID()) {
			t.Errorf("sales know of %+v", u)
		}
	}
	if got := ids(everybody(t, sales, "&tenant_id="+tenantID(trial))); !slices.Equal(got, []string{lasting.ID(), prospect.ID()}) {
		t.Errorf("sales list of a demo %v", got)
	}
	for _, hidden := range []*apptest.Client{staff, superuser, manager, support} {
		sales.GET("/platform/users/"+hidden.ID()).WantProblem(t, http.StatusNotFound, "not_found")
		do(sales, hidden, "deactivate").WantProblem(t, http.StatusNotFound, "not_found")
	}
	if got := everybody(t, sales, "&kind=PLATFORM"); len(got) != 1 || got[0].ID != sales.ID() {
		t.Errorf("of the staff sales know %v", got)
	}
}

// TestSupportKnowsStaffByNameAndRole also by what can be searched for: an address that is hidden can't be guessed.
func TestSupportKnowsStaffByNameAndRole(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	support, manager, gone := e.As(role.PlatformSupport), e.As(role.PlatformManager), e.As(role.PlatformSales, apptest.Inactive)
	u := get(t, support, manager)
	if u.Name == "" || u.Role != role.PlatformManager || u.Email != "" || u.CreatedAt != nil || u.MFAEnrolled || u.Can.ResetPassword || u.Can.EndSessions {
		t.Errorf("support sees of staff %+v", u)
	}
	if got := everybody(t, support, "&query="+manager.Email); len(got) != 0 {
		t.Errorf("found by a hidden address: %+v", got)
	}
	if got := everybody(t, support, "&kind=PLATFORM&query=PLATFORM_MANAGER"); !slices.Contains(ids(got), manager.ID()) {
		t.Error("not found by name")
	}
	support.GET("/platform/users/"+gone.ID()).WantProblem(t, http.StatusNotFound, "not_found")
	if full := get(t, e.As(role.Superuser), manager); full.Email != manager.Email || full.CreatedAt == nil {
		t.Errorf("a superuser sees of staff %+v", full)
	}
}

func TestColleaguesAreThoseWhoWorkHere(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	other.As(role.TenantStaff)
	owner, manager, staff := e.As(role.TenantOwner), e.As(role.TenantManager), e.As(role.TenantStaff)
	customer := e.As(role.Customer)
	e.As(role.TenantStaff, apptest.Inactive)
	want := []string{manager.ID(), owner.ID(), staff.ID()} // by name
	for _, c := range []*apptest.Client{owner, manager, staff} {
		list := apptest.Into[struct {
			Data []map[string]any `json:"data"`
		}](t, c.GET("/colleagues"), http.StatusOK)
		var got []string
		for _, row := range list.Data {
			got = append(got, row["id"].(string))
			if len(row) != 2 {
				t.Errorf("more than a name: %v", row)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", c.Role, got, want)
		}
	}
	customer.GET("/colleagues").WantProblem(t, http.StatusForbidden, "role_forbidden")
}

func TestEverySwitchHasWords(t *testing.T) {
	t.Parallel()
	list := apptest.Into[struct {
		Data []struct {
			Permission  string `json:"permission"`
			Label       string `json:"label"`
			Description string `json:"description"`
		} `json:"data"`
	}](t, apptest.New(t).As(role.TenantManager).GET("/people/switches"), http.StatusOK)
	if len(list.Data) != len(role.TenantStaff.Switches()) || len(list.Data) == 0 {
		t.Errorf("%d switches", len(list.Data))
	}
	for _, s := range list.Data {
		if s.Label == "" || s.Description == "" {
			t.Errorf("%s has no words", s.Permission)
		}
	}
}
