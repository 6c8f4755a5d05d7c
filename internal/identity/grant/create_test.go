package grant_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

func TestAGrantIsAsAskedAndOnRecord(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	su, support := e.As(role.Superuser), e.As(role.PlatformSupport)
	g := give(t, e, su, "view_audit", support, apptest.Map{"reason": "  " + reason + "  "})
	if g.Status != "ACTIVE" || *g.TenantID != tenantID(e) || g.Grantor.ID != su.ID() || g.Grantee.ID != support.ID() || g.Reason != reason ||
		!g.StartsAt.Equal(morning) || !g.ExpiresAt.Equal(morning.Add(30*time.Minute)) || g.UseCount != 0 || g.LastUsedAt != nil || g.RevokedAt != nil {
		t.Errorf("%+v", g)
	}
	if recorded(t, "GRANT_CREATED", g.ID) != 1 {
		t.Error("it is not on record")
	}
}

// Each field of spec identity 4b.1; what is refused is on record too.
func TestEachFieldIsJudged(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	su, owner, support, staff := e.As(role.Superuser), e.As(role.TenantOwner), e.As(role.PlatformSupport), e.As(role.TenantStaff)
	unknown := "usr_01k9m7e6xhf8ktexm2q2ggx7zp"
	for name, c := range map[string]struct {
		from   *apptest.Client
		body   apptest.Map
		status int
		code   string
		field  string
	}{
		"no action":                     {su, ask(e, "", support), 422, "unknown_action", "body.action"},
		"an unknown action":             {su, ask(e, "do_anything", support), 422, "unknown_action", "body.action"},
		"an action in capitals":         {su, ask(e, "VIEW_AUDIT", support), 422, "unknown_action", "body.action"},
		"a short reason":                {su, ask(e, "view_audit", support, apptest.Map{"reason": "ninechars"}), 422, "validation_failed", "body.reason"},
		"a reason of blanks":            {su, ask(e, "view_audit", support, apptest.Map{"reason": strings.Repeat(" ", 20)}), 422, "validation_failed", "body.reason"},
		"a long reason":                 {su, ask(e, "view_audit", support, apptest.Map{"reason": strings.Repeat("ä", 501)}), 422, "validation_failed", "body.reason"},
		"no reason":                     {su, ask(e, "view_audit", support, apptest.Map{"reason": nil}), 422, "validation_failed", "body.reason"},
		"0 minutes":                     {su, ask(e, "view_audit", support, apptest.Map{"duration_minutes": 0}), 422, "validation_failed", "body.duration_minutes"},
		"-1 minute":                     {su, ask(e, "view_audit", support, apptest.Map{"duration_minutes": -1}), 422, "validation_failed", "body.duration_minutes"},
		"241 minutes":                   {su, ask(e, "view_audit", support, apptest.Map{"duration_minutes": 241}), 422, "validation_failed", "body.duration_minutes"},
		"half a minute":                 {su, ask(e, "view_audit", support, apptest.Map{"duration_minutes": 1.5}), 422, "validation_failed", "body.duration_minutes"},
		"minutes as text":               {su, ask(e, "view_audit", support, apptest.Map{"duration_minutes": "30"}), 422, "validation_failed", "body.duration_minutes"},
		"no business":                   {su, ask(e, "view_audit", support, apptest.Map{"tenant_id": nil}), 422, "validation_failed", "body.tenant_id"},
		"an unknown business":           {su, ask(e, "view_audit", support, apptest.Map{"tenant_id": "ten_01k9m7e6xhf8ktexm2q2ggx7zp"}), 422, "validation_failed", "body.tenant_id"},
		"another business by an owner":  {owner, ask(other, "edit_settings", staff), 404, "not_found", ""},
		"an unknown person":             {su, ask(e, "view_audit", support, apptest.Map{"grantee_id": unknown}), 422, "validation_failed", "body.grantee_id"},
		"nobody":                        {su, ask(e, "view_audit", support, apptest.Map{"grantee_id": nil}), 422, "validation_failed", "body.grantee_id"},
		"oneself":                       {su, ask(e, "view_audit", su), 403, "self_grant", ""},
		"an owner to themselves":        {owner, ask(e, "edit_settings", owner), 403, "self_grant", ""},
		"a deactivated person":          {su, ask(e, "view_audit", e.As(role.PlatformSupport, apptest.Inactive)), 403, "grantee_not_allowed", ""},
		"a locked person":               {su, ask(e, "view_audit", e.As(role.PlatformSupport, apptest.Locked)), 403, "grantee_not_allowed", ""},
		"a person of the sandbox":       {owner, ask(e, "edit_settings", e.As(role.TenantStaff, apptest.Sandbox)), 422, "validation_failed", "body.grantee_id"},
		"a customer":                    {owner, ask(e, "edit_settings", e.As(role.Customer)), 403, "grantee_not_allowed", ""},
		"no target where one is needed": {su, ask(e, "reset_user_mfa", support), 422, "validation_failed", "body.target_user_id"},
		"a target where none is":        {su, ask(e, "view_audit", support, apptest.Map{"target_user_id": staff.ID()}), 422, "validation_failed", "body.target_user_id"},
		"another business's target":     {su, ask(e, "reset_user_mfa", support, apptest.Map{"target_user_id": other.As(role.TenantStaff).ID()}), 422, "validation_failed", "body.target_user_id"},
		"a target of the platform":      {su, ask(e, "reset_user_mfa", support, apptest.Map{"target_user_id": support.ID()}), 422, "validation_failed", "body.target_user_id"},
		"an unknown target":             {su, ask(e, "reset_user_mfa", support, apptest.Map{"target_user_id": unknown}), 422, "validation_failed", "body.target_user_id"},
		"a field that isn't theirs":     {su, ask(e, "view_audit", support, apptest.Map{"expires_at": "2999-01-01T00:00:00Z"}), 422, "validation_failed", "body.expires_at"},
		"a number of uses":              {su, ask(e, "view_audit", support, apptest.Map{"use_count": 0}), 422, "validation_failed", "body.use_count"},
	} {
		a := c.from.POST("/grants", c.body)
		if a.Status != c.status || !strings.Contains(string(a.Body), `"code":"`+c.code+`"`) || c.field != "" && !strings.Contains(string(a.Body), `"location":"`+c.field+`"`) {
			t.Errorf("%s: want %d %s %s, got %d %s", name, c.status, c.code, c.field, a.Status, a.Body)
		}
	}
	if n := count(t, `SELECT count(*) FROM public.permission_grants WHERE grantor_id = ANY($1)`, []any{su.UserID, owner.UserID}); n != 0 {
		t.Errorf("%d grants came of it", n)
	}
	if n := count(t, `SELECT count(*) FROM public.audit_log WHERE actor_id = $1 AND action = 'GRANT_DENIED' AND deny_code IN ('self_grant', 'not_found')`, owner.UserID); n != 2 {
		t.Errorf("%d of the owner's two refusals are on record", n)
	}
	for _, minutes := range []int{1, 240} {
		if g := give(t, e, su, "view_audit", support, apptest.Map{"duration_minutes": minutes}); g.ExpiresAt.Sub(g.StartsAt) != time.Duration(minutes)*time.Minute {
			t.Errorf("%d minutes last %s", minutes, g.ExpiresAt.Sub(g.StartsAt))
		}
	}
}

func TestNothingIsGrantedOnASuspendedBusiness(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	su, support := e.As(role.Superuser), e.As(role.PlatformSupport)
	sql(t, `UPDATE public.tenants SET status = 'SUSPENDED' WHERE id = $1`, e.Lease.ID)
	su.POST("/grants", ask(e, "view_audit", support)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.tenant_id")
}

// Spec identity 4b.10.
func TestTenActiveGrantsForEachPerson(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	support := e.As(role.PlatformSupport)
	var all sync.WaitGroup
	statuses := make([]int, 16)
	for i := range statuses {
		su := e.As(role.Superuser)
		all.Go(func() { statuses[i] = su.POST("/grants", ask(e, "view_audit", support)).Status })
	}
	all.Wait()
	slices.Sort(statuses)
	if got := fmt.Sprint(statuses); got != "[201 201 201 201 201 201 201 201 201 201 409 409 409 409 409 409]" {
		t.Errorf("answers %s", got)
	}
	if n := count(t, `SELECT count(*) FROM public.permission_grants WHERE grantee_id = $1`, support.UserID); n != 10 {
		t.Errorf("%d grants", n)
	}
	su := e.As(role.Superuser)
	su.POST("/grants", ask(e, "view_audit", support)).WantProblem(t, http.StatusConflict, "limit_exceeded")
	one := apptest.Into[list](t, support.GET("/grants"), http.StatusOK).Data[0]
	support.POST("/grants/"+one.ID+"/revoke", nil).Want(t, http.StatusOK)
	give(t, e, su, "view_audit", support) // there is room again
	at(e, 30*time.Minute)
	give(t, e, e.As(role.Superuser), "view_audit", support) // and once they have run out
}

func TestAHundredGrantsADayByEachPerson(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	su := e.As(role.Superuser)
	first := e.As(role.PlatformSupport)
	for range 97 {
		sql(t, `INSERT INTO public.permission_grants (id, tenant_id, grantor_id, grantee_id, action, reason, created_at, starts_at, expires_at)
			VALUES (gen_random_uuid(), $1, $2, $3, 'view_audit', $4, $5, $5, $6)`, e.Lease.ID, su.UserID, first.UserID, reason, morning, morning.Add(time.Second))
	}
	at(e, time.Minute)
	grantees := make([]*apptest.Client, 8)
	for i := range grantees {
		grantees[i] = e.As(role.PlatformSupport)
	}
	var all sync.WaitGroup
	statuses := make([]int, len(grantees))
	for i, to := range grantees {
		all.Go(func() { statuses[i] = su.POST("/grants", ask(e, "view_audit", to)).Status })
	}
	all.Wait()
	slices.Sort(statuses)
	if got := fmt.Sprint(statuses); got != "[201 201 201 429 429 429 429 429]" {
		t.Errorf("answers %s", got)
	}
	sql(t, `UPDATE public.login_sessions SET last_seen_at = $2 WHERE user_id = $1`, su.UserID, morning.Add(24*time.Hour))
	at(e, 24*time.Hour)
	give(t, e, su, "view_audit", first) // the day of the first ones is over
}
