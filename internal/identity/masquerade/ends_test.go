package masquerade_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// Spec identity 4a.5: asked again on each request.
func TestAMasqueradeThatMayNotGoOnEnds(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	const actor, subject = true, false
	for name, c := range map[string]struct {
		who    role.Role
		as     role.Role
		traits []apptest.Trait
		of     bool
		change string
	}{
		"the actor deactivated":                 {role.PlatformSupport, role.TenantOwner, nil, actor, `is_active = false`},
		"the actor locked":                      {role.PlatformSupport, role.TenantOwner, nil, actor, `locked_at = now()`},
		"the actor demoted to sales":            {role.PlatformSupport, role.TenantOwner, nil, actor, `role = 'PLATFORM_SALES'`},
		"the actor made a manager":              {role.Superuser, role.PlatformSupport, nil, actor, `role = 'PLATFORM_MANAGER'`},
		"an owner demoted":                      {role.TenantOwner, role.TenantStaff, nil, actor, `role = 'TENANT_MANAGER'`},
		"an owner deactivated":                  {role.TenantOwner, role.TenantStaff, nil, actor, `is_active = false`},
		"the actor's password changed":          {role.PlatformSupport, role.TenantOwner, nil, actor, `password_changed_at = now() + interval '1 second'`},
		"the subject deactivated":               {role.PlatformSupport, role.TenantOwner, nil, subject, `is_active = false`},
		"the subject locked":                    {role.PlatformSupport, role.TenantOwner, nil, subject, `locked_at = now()`},
		"the subject anonymised":                {role.PlatformSupport, role.Customer, nil, subject, `anonymised_at = now()`},
		"the subject promoted":                  {role.TenantOwner, role.TenantStaff, nil, subject, `role = 'TENANT_MANAGER'`},
		"the subject demoted":                   {role.TenantOwner, role.TenantStaff, nil, subject, `role = 'CUSTOMER'`},
		"the subject made a superuser's peer":   {role.TenantOwner, role.TenantStaff, nil, subject, `role = 'TENANT_OWNER'`},
		"the subject no longer temporary":       {role.PlatformSales, role.TenantStaff, []apptest.Trait{apptest.Temporary}, subject, `is_temporary = false`},
		"the subject no longer temporary owner": {role.PlatformSales, role.TenantOwner, []apptest.Trait{apptest.Temporary}, subject, `is_temporary = false`},
	} {
		p := begin(t, e, e.As(c.who), e.As(c.as, c.traits...))
		meOf(t, p.child)
		changed := p.subject.UserID
		if c.of == actor {
			changed = p.actor.UserID
		}
		sql(t, `UPDATE public.users SET `+c.change+` WHERE id = $1`, changed)
		a := p.child.GET("/me")
		if a.Status != http.StatusUnauthorized {
			t.Errorf("%s: goes on: %d %s", name, a.Status, a.Body)
			continue
		}
		a.WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
		p.wantOver(t)
		p.wantLines(t, "HIJACK_TERMINATED")
		if n := count(t, `SELECT count(*) FROM public.masquerades WHERE actor_id = $1 AND end_action = 'HIJACK_TERMINATED' AND end_reason <> ''`, p.actor.UserID); n != 1 {
			t.Errorf("%s: %d are closed", name, n)
		}
	}
}

func TestAMasqueradeGoesOnWithTheSubjectsNewRights(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
	p.child.GET("/outbox").WantProblem(t, http.StatusForbidden, "role_forbidden")
	sql(t, `UPDATE public.users SET role = 'TENANT_MANAGER' WHERE id = $1`, p.subject.UserID)
	p.child.GET("/outbox").Want(t, http.StatusOK)
	sql(t, `UPDATE public.users SET role = 'CUSTOMER' WHERE id = $1`, p.subject.UserID)
	p.child.GET("/outbox").WantProblem(t, http.StatusForbidden, "role_forbidden")
	if m := meOf(t, p.child); m.Masquerade == nil || slices.Contains(m.Permissions, "outbox.read") {
		t.Errorf("me is %+v", m)
	}
	p.wantLines(t, "HIJACK_ACTION") // the read of the mails
}

// Support often helps exactly then.
func TestTheSubjectsNewPasswordOrFactorsEndNothing(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
	sql(t, `UPDATE public.users SET password_changed_at = now() + interval '1 second', password_hash = 'x', mfa_enrolled_at = NULL WHERE id = $1`, p.subject.UserID)
	sql(t, `DELETE FROM public.login_sessions WHERE user_id = $1 AND kind = 'full'`, p.subject.UserID)
	meOf(t, p.child)
	p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
	p.wantLines(t, "HIJACK_END")
}

// Spec identity 4a.2: of a suspended business superusers and support see what there is, and change nothing.
func TestASuspendedBusinessIsReadByFewAndChangedByNone(t *testing.T) {
	t.Parallel()
	for _, who := range []role.Role{role.PlatformSales, role.TenantOwner} {
		t.Run(string(who), func(t *testing.T) {
			e := apptest.New(t)
			at(e, 0)
			p := begin(t, e, e.As(who), e.As(role.TenantStaff, apptest.Temporary))
			suspend(t, e)
			p.child.GET("/resources").Want(t, http.StatusNotFound) // as if there were no such host
			p.wantLines(t, "HIJACK_TERMINATED")
		})
	}
	for _, who := range []role.Role{role.Superuser, role.PlatformSupport} {
		t.Run(string(who), func(t *testing.T) {
			e := apptest.New(t)
			at(e, 0)
			staff := e.As(role.TenantStaff)
			p := begin(t, e, e.As(who), staff)
			suspend(t, e)
			p.child.GET("/resources").Want(t, http.StatusOK)
			if m := meOf(t, p.child); !m.Masquerade.ReadOnly {
				t.Error("me doesn't say that nothing can be changed")
			}
			p.child.POST("/blocks", apptest.Map{}).Want(t, http.StatusNotFound)
			lines := p.wantLines(t, "HIJACK_ACTION")
			if lines[1].Status != http.StatusNotFound || lines[1].Route != "/api/v1/blocks" {
				t.Errorf("the line says %+v", lines[1])
			}
			p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
			q := begin(t, e, e.As(who), staff) // and one may begin in it
			q.child.GET("/resources").Want(t, http.StatusOK)
		})
	}
}

func TestWhoMayBeginInASuspendedBusiness(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	staff, sales, owner := e.As(role.TenantStaff, apptest.Temporary), e.As(role.PlatformSales), e.As(role.TenantOwner)
	suspend(t, e)
	wantDenied(t, e, sales, sales.POST("/masquerade", ask(staff)), http.StatusNotFound, "not_found")
	wantDenied(t, e, owner, owner.POST("/masquerade", ask(staff)), http.StatusUnauthorized, "actor_inactive")
}

// suspend suspends the business, past the moment for which hosts are remembered.
func suspend(t *testing.T, e *apptest.Env) {
	t.Helper()
	sql(t, `UPDATE public.tenants SET status = 'SUSPENDED', status_reason = 'Unpaid' WHERE id = $1`, e.Lease.ID)
	at(e, 10*time.Second)
}

// Spec identity 4a.4, 4.
func TestAMasqueradeEndsByItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parent    time.Duration // until the actor's own session ends
		use       []time.Duration
		good, bad time.Duration
	}{
		"after an hour, however busy":       {12 * time.Hour, []time.Duration{14 * time.Minute, 28 * time.Minute, 42 * time.Minute, 56 * time.Minute}, time.Hour - time.Millisecond, time.Hour},
		"with the actor's own":              {20 * time.Minute, []time.Duration{14 * time.Minute}, 20*time.Minute - time.Millisecond, 20 * time.Minute},
		"after a quarter of an hour unused": {12 * time.Hour, nil, 15*time.Minute - time.Millisecond, 15 * time.Minute},
		"unused after use":                  {12 * time.Hour, []time.Duration{10 * time.Minute}, 25*time.Minute - time.Millisecond, 25 * time.Minute},
	} {
		for now, lives := range map[time.Duration]bool{c.good: true, c.bad: false} {
			t.Run(name, func(t *testing.T) {
				e := apptest.New(t)
				at(e, 0)
				support := e.As(role.PlatformSupport)
				sql(t, `UPDATE public.login_sessions SET expires_at = $2 WHERE user_id = $1`, support.UserID, morning.Add(c.parent))
				p := begin(t, e, support, e.As(role.TenantStaff))
				if want := morning.Add(min(c.parent, time.Hour)); !p.ExpiresAt.Equal(want) {
					t.Errorf("ends at %s, want %s", p.ExpiresAt, want)
				}
				for _, use := range c.use {
					at(e, use)
					meOf(t, p.child)
				}
				at(e, now)
				if lives {
					meOf(t, p.child)
					return
				}
				p.child.GET("/me").WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
				p.wantOver(t)
			})
		}
	}
}

// Spec identity 4a.4, 5: to return after a quarter of an hour takes a new proof of who it is, which is to sign in: from wherever it is
// asked, and however recent the last proof was.
func TestToReturnAfterAPauseOneSignsIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor role.Role
		asked func(*play) *apptest.Client
	}{
		"by who acts, at home":   {role.TenantOwner, func(p *play) *apptest.Client { return p.child }},
		"by who acts, elsewhere": {role.PlatformSupport, func(p *play) *apptest.Client { return p.child }},
		"by the actor at home":   {role.PlatformSupport, func(p *play) *apptest.Client { return p.parent }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := apptest.New(t)
			at(e, 0)
			p := begin(t, e, e.As(c.actor), e.As(role.TenantStaff))
			at(e, 15*time.Minute)
			a := c.asked(p).POST("/masquerade/release", nil)
			a.WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
			p.wantLines(t, "HIJACK_EXPIRED")
			p.wantOver(t)
			if n := count(t, `SELECT count(*) FROM public.login_sessions WHERE user_id = $1`, p.actor.UserID); n != 0 {
				t.Error("a session of the actor's is left")
			}
			q := begin(t, e, e.As(c.actor), p.subject)
			at(e, 30*time.Minute-time.Millisecond)
			c.asked(q).POST("/masquerade/release", nil).Want(t, http.StatusOK)
		})
	}
}

// Spec identity 4a.4, 5: an actor who may not be any more is not restored.
func TestWhoMayNotSignInIsNotRestored(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for name, change := range map[string]string{
		"deactivated": `is_active = false`, "locked": `locked_at = now()`, "a new password": `password_changed_at = now() + interval '1 second'`,
	} {
		for _, r := range []role.Role{role.PlatformSupport, role.TenantOwner} {
			p := begin(t, e, e.As(r), e.As(role.TenantStaff))
			sql(t, `UPDATE public.users SET `+change+` WHERE id = $1`, p.actor.UserID)
			p.child.POST("/masquerade/release", nil).WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
			if n := count(t, `SELECT count(*) FROM public.login_sessions WHERE user_id = $1`, p.actor.UserID); n != 0 {
				t.Errorf("%s %s: a session is left", name, r)
			}
			p.wantLines(t, "HIJACK_TERMINATED")
		}
	}
}

func TestADemotedActorReturnsToWhatTheyAreNow(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
	sql(t, `UPDATE public.users SET role = 'PLATFORM_SALES' WHERE id = $1`, p.actor.UserID)
	p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
	p.wantLines(t, "HIJACK_END")
	meOf(t, p.parent)
}
