package grant_test

import (
	"net/http"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// reads reports whether support reads what others did in the business.
func reads(t *testing.T, e *apptest.Env, support *apptest.Client) bool {
	t.Helper()
	all := apptest.Into[struct {
		Data []struct {
			Actor struct {
				ID *string `json:"id"`
			} `json:"actor"`
		}
	}](t, support.GET("/platform/audit?tenant_id="+tenantID(e)), http.StatusOK).Data
	for _, entry := range all {
		if entry.Actor.ID == nil || *entry.Actor.ID != support.ID() {
			return true
		}
	}
	return false
}

// settings tries to change the business's, and reports whether that is allowed.
func settings(t *testing.T, staff *apptest.Client) bool {
	t.Helper()
	a := staff.PATCH("/business", apptest.Map{"name": "Another name"})
	if a.Status != http.StatusOK {
		a.WantProblem(t, http.StatusForbidden, "role_forbidden")
	}
	return a.Status == http.StatusOK
}

// Acceptance A32.
func TestAGrantIsGoodUntilItsEnd(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	su, support, owner, staff := e.As(role.Superuser), e.As(role.PlatformSupport), e.As(role.TenantOwner), e.As(role.TenantStaff)
	if reads(t, e, support) || settings(t, staff) {
		t.Fatal("it is allowed without a grant")
	}
	audit, edit := give(t, e, su, "view_audit", support), give(t, e, owner, "edit_settings", staff)
	for _, step := range []struct {
		now    time.Duration
		good   bool
		status string
	}{
		{0, true, "ACTIVE"},
		{29*time.Minute + 59*time.Second, true, "ACTIVE"},
		{30*time.Minute - time.Microsecond, true, "ACTIVE"},
		{30 * time.Minute, false, "EXPIRED"},
		{30*time.Minute + time.Second, false, "EXPIRED"},
	} {
		at(e, step.now)
		for _, c := range []*apptest.Client{su, support, owner, staff} {
			sql(t, `UPDATE public.login_sessions SET last_seen_at = $2 WHERE user_id = $1`, c.UserID, e.Now())
		}
		if got := reads(t, e, support); got != step.good {
			t.Errorf("after %s support reads: %t", step.now, got)
		}
		if got := settings(t, staff); got != step.good {
			t.Errorf("after %s staff change settings: %t", step.now, got)
		}
		if got := now(t, su, audit.ID).Status; got != step.status {
			t.Errorf("after %s it is %s", step.now, got)
		}
	}
	for _, g := range []granted{now(t, su, audit.ID), now(t, owner, edit.ID)} {
		if g.UseCount != 3 || g.LastUsedAt == nil || !g.LastUsedAt.Equal(morning.Add(30*time.Minute-time.Microsecond)) || recorded(t, "GRANT_USED", g.ID) != 3 {
			t.Errorf("%s: %d uses, the last %v, %d on record", g.Action, g.UseCount, g.LastUsedAt, recorded(t, "GRANT_USED", g.ID))
		}
	}
}

// Spec identity 4b.3: the grantor must hold what they gave at each use.
func TestAGrantIsWorthNothingOnceItsPartiesChange(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	const grantor, grantee = 0, 1
	for name, c := range map[string]struct {
		change string
		of     int
		from   role.Role
	}{
		"the grantor deactivated":      {`UPDATE public.users SET is_active = false WHERE id = $1`, grantor, role.Superuser},
		"the grantor locked":           {`UPDATE public.users SET locked_at = now() WHERE id = $1`, grantor, role.Superuser},
		"the grantor anonymised":       {`UPDATE public.users SET anonymised_at = now() WHERE id = $1`, grantor, role.Superuser},
		"the grantor made support":     {`UPDATE public.users SET role = 'PLATFORM_SUPPORT' WHERE id = $1`, grantor, role.Superuser},
		"a manager made sales":         {`UPDATE public.users SET role = 'PLATFORM_SALES' WHERE id = $1`, grantor, role.PlatformManager},
		"the grantee made sales":       {`UPDATE public.users SET role = 'PLATFORM_SALES' WHERE id = $1`, grantee, role.Superuser},
		"an owner deactivated":         {`UPDATE public.users SET is_active = false WHERE id = $1`, grantor, role.TenantOwner},
		"an owner made a manager":      {`UPDATE public.users SET role = 'TENANT_MANAGER' WHERE id = $1`, grantor, role.TenantOwner},
		"a grantee made a customer":    {`UPDATE public.users SET role = 'CUSTOMER' WHERE id = $1`, grantee, role.TenantOwner},
		"it was revoked":               {`UPDATE public.permission_grants SET revoked_at = starts_at WHERE grantor_id = $1`, grantor, role.Superuser},
		"it has not begun":             {`UPDATE public.permission_grants SET starts_at = starts_at + interval '1 minute' WHERE grantor_id = $1`, grantor, role.Superuser},
		"it is about another business": {`UPDATE public.permission_grants SET tenant_id = '` + other.Lease.ID.String() + `' WHERE grantor_id = $1`, grantor, role.Superuser},
	} {
		from, action, to := e.As(c.from), "view_audit", e.As(role.PlatformSupport)
		allowed := func() bool { return reads(t, e, to) }
		if c.from == role.TenantOwner {
			action, to = "edit_settings", e.As(role.TenantStaff)
			allowed = func() bool { return settings(t, to) }
		}
		g := give(t, e, from, action, to)
		if !allowed() {
			t.Fatalf("%s: it is not allowed before", name)
		}
		changed := from.UserID
		if c.of == grantee {
			changed = to.UserID
		}
		sql(t, c.change, changed)
		a := to.GET("/platform/audit?tenant_id=" + tenantID(e))
		if c.from == role.TenantOwner && allowed() || a.Status == http.StatusOK && allowed() {
			t.Errorf("%s: it is still allowed", name)
		}
		if n := count(t, `SELECT use_count FROM public.permission_grants WHERE grantor_id = $1`, from.UserID); n != 1 {
			t.Errorf("%s: %d uses of %s", name, n, g.ID)
		}
	}
}

// Spec identity 4b.4: of a business that is suspended nothing is granted.
func TestAGrantOnASuspendedBusinessIsWorthNothing(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	support := e.As(role.PlatformSupport)
	give(t, e, e.As(role.Superuser), "view_audit", support)
	sql(t, `UPDATE public.tenants SET status = 'SUSPENDED' WHERE id = $1`, e.Lease.ID)
	if reads(t, e, support) {
		t.Error("support still reads")
	}
}

// Spec identity 4b.5: a refused change is no use of the grant.
func TestARefusedChangeIsNoUse(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, staff := e.As(role.TenantOwner), e.As(role.TenantStaff)
	g := give(t, e, owner, "edit_settings", staff)
	staff.PATCH("/business", apptest.Map{"name": ""}).Want(t, http.StatusUnprocessableEntity)
	if got := now(t, owner, g.ID); got.UseCount != 0 || recorded(t, "GRANT_USED", g.ID) != 0 {
		t.Errorf("%+v", got)
	}
}

// Spec identity 4b.6: grants bind to the real person.
func TestGrantsStayWithTheRealPerson(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, staff := e.As(role.TenantOwner), e.As(role.TenantStaff)
	g := give(t, e, owner, "edit_settings", staff)
	child := owner.Continue(owner.POST("/masquerade", apptest.Map{"user_id": staff.ID()}).Want(t, http.StatusCreated), e.Host())
	if settings(t, child) {
		t.Error("who acts as the grantee uses the grant")
	}
	if !settings(t, staff) {
		t.Error("the grantee can't use it meanwhile")
	}
	for _, a := range []apptest.Answer{
		child.POST("/grants", ask(e, "edit_settings", staff)), child.POST("/grants/"+g.ID+"/revoke", nil), child.POST("/grants/bulk-revoke", apptest.Map{"ids": []string{g.ID}}),
	} {
		a.WantProblem(t, http.StatusForbidden, "forbidden_while_masquerading")
	}
	if got := now(t, staff, g.ID); got.Status != "ACTIVE" || got.UseCount != 1 {
		t.Errorf("%+v", got)
	}
}

// Spec identity 4b.10: to extend is to grant anew. Nobody who serves can change what was granted.
func TestNoRoleCanChangeWhatWasGranted(t *testing.T) {
	t.Parallel()
	for _, column := range []string{"id", "tenant_id", "grantor_id", "grantee_id", "target_user_id", "action", "reason", "created_at", "starts_at", "expires_at", "is_sandbox"} {
		for _, login := range []string{"smoothschedule", "ss_platform", "ss_identity", "ss_tenant", "tenant_test_0"} {
			var may bool
			err := pgtest.Super(t).QueryRow(t.Context(), `SELECT has_column_privilege($1, 'public.permission_grants', $2, 'UPDATE') OR has_table_privilege($1, 'public.permission_grants', 'DELETE')`, login, column).Scan(&may)
			if err != nil || may {
				t.Errorf("%s may change %s, %v", login, column, err)
			}
		}
	}
}
