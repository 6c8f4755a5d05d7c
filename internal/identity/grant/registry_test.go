package grant_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// The table of spec identity 4b.2, written out: who may grant each action, and to whom.
var table = map[string]struct{ by, to []role.Role }{
	"view_billing":        {roles("SU PM TO"), roles("PSu PSa TM")},
	"issue_refund":        {roles("SU TO"), roles("PSu TM")},
	"view_contracts":      {roles("SU TO"), roles("PSu TS")},
	"view_internal_notes": {roles("SU TO"), roles("PSu")},
	"view_analytics":      {roles("SU PM TO"), roles("PSu TS")},
	"export_customers":    {roles("SU TO"), roles("TM PSu")},
	"manage_domains":      {roles("SU PM TO"), roles("PSu")},
	"reset_user_mfa":      {roles("SU PM TO"), roles("PSu")},
	"edit_settings":       {roles("SU TO"), roles("PSu TM TS")},
	"restore_tenant":      {roles("SU"), roles("PM")},
	"view_audit":          {roles("SU PM"), roles("PSu")},
}

var letters = map[string]role.Role{
	"SU": role.Superuser, "PM": role.PlatformManager, "PSa": role.PlatformSales, "PSu": role.PlatformSupport,
	"TO": role.TenantOwner, "TM": role.TenantManager, "TS": role.TenantStaff, "CU": role.Customer,
}

func roles(text string) (all []role.Role) {
	for l := range strings.FieldsSeq(text) {
		all = append(all, letters[l])
	}
	return all
}

type outcome struct {
	status int
	code   string
}

// want is what the table and 4b.3 say about a grant on a business that is no demo.
func want(action string, from, to role.Role, elsewhere bool) outcome {
	row := table[action]
	switch {
	case !slices.Contains(roles("SU PM TO"), from):
		return outcome{http.StatusForbidden, "role_forbidden"}
	case !slices.Contains(row.by, from):
		return outcome{http.StatusForbidden, "grant_exceeds_grantor"}
	case elsewhere, from == role.TenantOwner && to.IsPlatform() && to != role.PlatformSupport: // don't exist for the grantor
		return outcome{http.StatusUnprocessableEntity, "validation_failed"}
	case !slices.Contains(row.to, to), to == role.PlatformSales:
		return outcome{http.StatusForbidden, "grantee_not_allowed"}
	}
	return outcome{http.StatusCreated, ""}
}

func TestEveryActionByEveryRoleToEveryRole(t *testing.T) {
	t.Parallel()
	here, there := apptest.Two(t)
	target := here.As(role.TenantStaff)
	cases := 0
	for _, elsewhere := range []bool{false, true} {
		grantees := map[role.Role]*apptest.Client{}
		for _, r := range role.All() {
			grantees[r] = here.As(r)
			if elsewhere {
				grantees[r] = there.As(r)
			}
		}
		for _, from := range role.All() {
			grantor := here.As(from)
			for _, to := range role.All() {
				if elsewhere && to.IsPlatform() {
					continue // they belong to no business
				}
				for action := range table {
					cases++
					var more apptest.Map
					if action == "reset_user_mfa" {
						more = apptest.Map{"target_user_id": target.ID()}
					}
					a, w := grantor.POST("/grants", ask(here, action, grantees[to], more)), want(action, from, to, elsewhere)
					var p apptest.Problem
					_ = json.Unmarshal(a.Body, &p)
					if a.Status != w.status || w.code != "" && p.Code != w.code {
						t.Errorf("%s by %s to %s, elsewhere %t: want %v, got %d %s", action, from, to, elsewhere, w, a.Status, a.Body)
					}
					if n := count(t, `WITH gone AS (DELETE FROM public.permission_grants WHERE grantor_id = $1 RETURNING 1) SELECT count(*) FROM gone`, grantor.UserID); (n == 1) != (w.code == "") {
						t.Errorf("%s by %s to %s: %d rows", action, from, to, n)
					}
				}
			}
		}
	}
	t.Logf("%d cases", cases)
}

// TestNobodyGrantsAboutWhomTheyMayNotDoItTo (spec identity 4b.3): the second dimension of what is about a named user. What the rules
// say of the act itself, they say of granting it.
func TestNobodyGrantsAboutWhomTheyMayNotDoItTo(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, from := range roles("SU PM TO") {
		grantor, support := e.As(from), e.As(role.PlatformSupport)
		targets := map[string]*apptest.Client{"themselves": grantor}
		for _, r := range roles("TO TM TS CU") {
			targets[string(r)] = e.As(r)
		}
		people := "/platform/users/"
		if !from.IsPlatform() {
			people = "/people/"
		}
		for name, target := range targets {
			granted := grantor.POST("/grants", ask(e, "reset_user_mfa", support, apptest.Map{"target_user_id": target.ID()}))
			sql(t, `UPDATE public.users SET mfa_enrolled_at = now() WHERE id = $1`, target.UserID)
			sql(t, `UPDATE public.login_sessions SET mfa_time = auth_time WHERE user_id = $1`, target.UserID)
			done := grantor.POST(people+target.ID()+"/reset-mfa", nil)
			switch {
			case name == "themselves" && from.IsPlatform():
				granted.WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.target_user_id")
			case from == role.TenantOwner && target.Role == role.TenantOwner:
				granted.WantProblem(t, http.StatusForbidden, "grant_exceeds_grantor")
			default:
				granted.Want(t, http.StatusCreated)
			}
			if may := done.Status == http.StatusOK; may != (granted.Status == http.StatusCreated) {
				t.Errorf("%s about %s: granting is %d, and the act itself %d %s", from, name, granted.Status, done.Status, done.Body)
			}
		}
	}
}

func TestSalesReceiveGrantsOnDemosOnly(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	su, sales := e.As(role.Superuser), e.As(role.PlatformSales)
	su.POST("/grants", ask(e, "view_billing", sales)).WantProblem(t, http.StatusForbidden, "grantee_not_allowed")
	sql(t, `UPDATE public.tenants SET is_demo = true WHERE id = $1`, e.Lease.ID)
	give(t, e, su, "view_billing", sales)
}

func TestTheListOfActionsIsWhatOneMayGrant(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, r := range role.All() {
		a := e.As(r).GET("/grants/actions")
		if r == role.Customer {
			a.WantProblem(t, http.StatusForbidden, "role_forbidden")
			continue
		}
		got := apptest.Into[struct {
			Data []struct {
				Action      string      `json:"action"`
				To          []role.Role `json:"to"`
				NeedsTarget bool        `json:"needs_target"`
			}
		}](t, a, http.StatusOK).Data
		listed := map[string]bool{}
		for _, g := range got {
			listed[g.Action] = true
			slices.Sort(g.To)
			if to := slices.Sorted(slices.Values(table[g.Action].to)); !slices.Equal(g.To, to) || g.NeedsTarget != (g.Action == "reset_user_mfa") {
				t.Errorf("%s: %+v", r, g)
			}
		}
		for action, row := range table {
			if listed[action] != slices.Contains(row.by, r) {
				t.Errorf("%s: %s listed is %t", r, action, listed[action])
			}
		}
	}
}
