package grant_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// Spec identity 4b.7: who may revoke. Whom it does not concern, for them it is missing.
func TestWhoMayRevoke(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	su, pm, owner, staff := e.As(role.Superuser), e.As(role.PlatformManager), e.As(role.TenantOwner), e.As(role.TenantStaff)
	support := e.As(role.PlatformSupport)
	for name, c := range map[string]struct {
		from   *apptest.Client
		action string
		to     *apptest.Client
		by     *apptest.Client
		status int
	}{
		"the grantor":                          {owner, "edit_settings", staff, owner, 200},
		"the grantee":                          {owner, "edit_settings", staff, staff, 200},
		"a superuser":                          {owner, "edit_settings", staff, su, 200},
		"a manager, an owner's":                {owner, "edit_settings", staff, pm, 200},
		"a manager, another manager's":         {e.As(role.PlatformManager), "view_audit", support, pm, 200},
		"a manager, a superuser's":             {su, "view_audit", support, pm, 403},
		"another superuser, a superuser's":     {su, "view_audit", support, e.As(role.Superuser), 200},
		"the owner, a superuser's on it":       {su, "view_audit", support, owner, 200},
		"a second owner":                       {owner, "edit_settings", staff, e.As(role.TenantOwner), 200},
		"another business's owner":             {owner, "edit_settings", staff, other.As(role.TenantOwner), 404},
		"a colleague":                          {owner, "edit_settings", staff, e.As(role.TenantStaff), 404},
		"the manager of the business":          {owner, "edit_settings", staff, e.As(role.TenantManager), 404},
		"support whom it does not concern":     {su, "view_audit", support, e.As(role.PlatformSupport), 404},
		"sales whom it does not concern":       {su, "view_audit", support, e.As(role.PlatformSales), 404},
		"a customer":                           {owner, "edit_settings", staff, e.As(role.Customer), 403},
		"support that holds it":                {su, "view_audit", support, support, 200},
		"the manager of the platform who gave": {pm, "view_audit", support, pm, 200},
	} {
		g := give(t, e, c.from, c.action, c.to)
		a := c.by.POST("/grants/"+g.ID+"/revoke", apptest.Map{"reason": "No longer needed"})
		if a.Status != c.status {
			t.Errorf("%s: want %d, got %d %s", name, c.status, a.Status, a.Body)
		}
		got := now(t, su, g.ID)
		if revoked := c.status == http.StatusOK; revoked != (got.Status == "REVOKED") || recorded(t, "GRANT_REVOKED", g.ID) != map[bool]int{true: 1}[revoked] ||
			revoked && (got.RevokedBy == nil || got.RevokedBy.ID != c.by.ID() || *got.RevokeReason != "No longer needed") {
			t.Errorf("%s: %+v, %d on record", name, got, recorded(t, "GRANT_REVOKED", g.ID))
		}
		sql(t, `UPDATE public.permission_grants SET revoked_at = starts_at WHERE grantee_id = $1 AND revoked_at IS NULL`, c.to.UserID) // room for the next
	}
}

func TestToRevokeTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	owner, staff := e.As(role.TenantOwner), e.As(role.TenantStaff)
	g := give(t, e, owner, "edit_settings", staff)
	if !settings(t, staff) {
		t.Fatal("the grant is worth nothing")
	}
	at(e, time.Minute)
	first := apptest.Into[granted](t, owner.POST("/grants/"+g.ID+"/revoke", nil), http.StatusOK)
	if settings(t, staff) {
		t.Error("it is still allowed")
	}
	at(e, 2*time.Minute)
	again := apptest.Into[granted](t, staff.POST("/grants/"+g.ID+"/revoke", apptest.Map{"reason": "Another reason"}), http.StatusOK)
	if !first.RevokedAt.Equal(morning.Add(time.Minute)) || !again.RevokedAt.Equal(*first.RevokedAt) || again.RevokedBy.ID != owner.ID() || again.RevokeReason != nil || recorded(t, "GRANT_REVOKED", g.ID) != 1 {
		t.Errorf("first %+v, then %+v", first, again)
	}
	expired := give(t, e, owner, "edit_settings", staff, apptest.Map{"duration_minutes": 1})
	at(e, 3*time.Minute)
	if got := apptest.Into[granted](t, owner.POST("/grants/"+expired.ID+"/revoke", nil), http.StatusOK); got.Status != "EXPIRED" || got.RevokedAt != nil {
		t.Errorf("%+v", got)
	}
}

// Spec identity 4b.8.
func TestManyAreRevokedAtOnceAndEachHasItsOutcome(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	at(e, 0)
	at(other, 0)
	su, pm, support := e.As(role.Superuser), e.As(role.PlatformManager), e.As(role.PlatformSupport)
	mine, supers := give(t, e, pm, "view_audit", support), give(t, e, su, "view_audit", support)
	revoked, short := give(t, e, pm, "view_audit", support), give(t, e, pm, "view_audit", support, apptest.Map{"duration_minutes": 1})
	pm.POST("/grants/"+revoked.ID+"/revoke", nil).Want(t, http.StatusOK)
	at(e, time.Minute)
	missing := "grt_01k9m7e6xhf8ktexm2q2ggx7zp"
	type results struct {
		Results []struct {
			ID      string `json:"id"`
			Outcome string `json:"outcome"`
		} `json:"results"`
	}
	got := apptest.Into[results](t, pm.POST("/grants/bulk-revoke", apptest.Map{"ids": []string{mine.ID, supers.ID, revoked.ID, short.ID, missing, mine.ID}, "reason": "The end of a shift"}), http.StatusOK)
	want := results{}
	for _, r := range [][2]string{{mine.ID, "revoked"}, {supers.ID, "forbidden"}, {revoked.ID, "already_revoked"}, {short.ID, "already_expired"}, {missing, "not_found"}, {mine.ID, "already_revoked"}} {
		want.Results = append(want.Results, struct {
			ID      string `json:"id"`
			Outcome string `json:"outcome"`
		}{r[0], r[1]})
	}
	if fmt.Sprint(got) != fmt.Sprint(want) || recorded(t, "GRANT_REVOKED", mine.ID) != 1 || now(t, su, supers.ID).Status != "ACTIVE" {
		t.Errorf("got %v, want %v", got, want)
	}
	owner := other.As(role.TenantOwner)
	foreign := apptest.Into[results](t, owner.POST("/grants/bulk-revoke", apptest.Map{"ids": []string{supers.ID}}), http.StatusOK)
	if foreign.Results[0].Outcome != "not_found" {
		t.Errorf("another business's owner is told %v", foreign)
	}
}

func TestMayBeRevokedByAFilter(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	su := e.As(role.Superuser)
	type results struct {
		Results []struct {
			ID string `json:"id"`
		} `json:"results"`
	}
	for name, filter := range map[string]func(g granted) apptest.Map{
		"by the grantee": func(g granted) apptest.Map { return apptest.Map{"grantee_id": g.Grantee.ID} },
		"by the grantor": func(g granted) apptest.Map { return apptest.Map{"grantor_id": g.Grantor.ID} },
		"by both": func(g granted) apptest.Map {
			return apptest.Map{"grantee_id": g.Grantee.ID, "grantor_id": g.Grantor.ID, "action": "view_audit", "tenant_id": tenantID(e)}
		},
	} {
		support := e.As(role.PlatformSupport)
		g, stays := give(t, e, e.As(role.PlatformManager), "view_audit", support), give(t, other, su, "view_audit", other.As(role.PlatformSupport))
		got := apptest.Into[results](t, su.POST("/grants/bulk-revoke", apptest.Map{"filter": filter(g), "reason": "The end of a shift"}), http.StatusOK)
		if len(got.Results) != 1 || got.Results[0].ID != g.ID || now(t, su, g.ID).Status != "REVOKED" || now(t, su, stays.ID).Status != "ACTIVE" {
			t.Errorf("%s: %v", name, got)
		}
	}
	ids := make([]string, 501)
	for i := range ids {
		ids[i] = "grt_01k9m7e6xhf8ktexm2q2ggx7zp"
	}
	for name, body := range map[string]apptest.Map{
		"an empty filter": {"filter": apptest.Map{}}, "nothing": {}, "no ids": {"ids": []string{}}, "501 ids": {"ids": ids},
		"both": {"ids": ids[:1], "filter": apptest.Map{"action": "view_audit"}}, "a blank action": {"filter": apptest.Map{"action": ""}},
	} {
		if a := su.POST("/grants/bulk-revoke", body); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	su.POST("/grants/bulk-revoke", apptest.Map{"ids": ids[:500]}).Want(t, http.StatusOK)
}

// Not parallel: the sweeper looks at all businesses' grants by its own clock.
func TestTheEndOfAGrantIsOnRecordOnce(t *testing.T) {
	e := apptest.New(t)
	at(e, 0)
	su, support := e.As(role.Superuser), e.As(role.PlatformSupport)
	g, longer, revoked := give(t, e, su, "view_audit", support), give(t, e, su, "view_audit", support, apptest.Map{"duration_minutes": 31}), give(t, e, su, "view_audit", support)
	su.POST("/grants/"+revoked.ID+"/revoke", nil).Want(t, http.StatusOK)
	for _, step := range []struct {
		now  time.Duration
		want int
	}{{30*time.Minute - time.Second, 0}, {30 * time.Minute, 1}, {30*time.Minute + time.Second, 1}} {
		at(e, step.now)
		if err := e.App.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := recorded(t, "GRANT_EXPIRED", g.ID); got != step.want {
			t.Errorf("after %s it is on record %d times, want %d", step.now, got, step.want)
		}
	}
	if recorded(t, "GRANT_EXPIRED", longer.ID)+recorded(t, "GRANT_EXPIRED", revoked.ID) != 0 {
		t.Error("others are on record too")
	}
}

func TestTheListShowsWhatConcernsOne(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	su, owner, staff, support := e.As(role.Superuser), e.As(role.TenantOwner), e.As(role.TenantStaff), e.As(role.PlatformSupport)
	mine, supports, foreign := give(t, e, owner, "edit_settings", staff), give(t, e, su, "view_audit", support), give(t, other, su, "view_audit", support)
	for name, c := range map[string]struct {
		who  *apptest.Client
		want []string
	}{
		"the owner": {owner, []string{supports.ID, mine.ID}}, "staff": {staff, []string{mine.ID}}, "a colleague": {e.As(role.TenantStaff), nil},
		"support": {support, []string{foreign.ID, supports.ID}}, "sales": {e.As(role.PlatformSales), nil}, "another owner": {other.As(role.TenantOwner), []string{foreign.ID}},
		"the manager of the business": {e.As(role.TenantManager), nil},
	} {
		var got []string
		for _, g := range apptest.Into[list](t, c.who.GET("/grants"), http.StatusOK).Data {
			got = append(got, g.ID)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s sees %v, want %v", name, got, c.want)
		}
	}
}
