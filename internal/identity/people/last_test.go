package people_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// TestTheLastOwnerStays however two requests meet: of two owners who are taken away at once, by each verb, one stays.
func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	manager := e.As(role.PlatformManager)
	verbs := map[string]func(whom *apptest.Client) apptest.Answer{
		"demoting":     func(u *apptest.Client) apptest.Answer { return change(manager, u, apptest.Map{"role": "TENANT_STAFF"}) },
		"deactivating": func(u *apptest.Client) apptest.Answer { return do(manager, u, "deactivate") },
	}
	for first, f := range verbs {
		for second, g := range verbs {
			for range 4 {
				one, two := e.As(role.TenantOwner), e.As(role.TenantOwner)
				e.As(role.TenantOwner, apptest.Inactive) // counts for nothing, and so does the next
				e.As(role.TenantOwner, apptest.Locked)
				sql(t, `UPDATE public.users SET password_locked_at = now() WHERE id = $1`, one.UserID) // who forgot the password counts
				got := both(func() apptest.Answer { return f(one) }, func() apptest.Answer { return g(two) })
				if !slices.Equal(got, []string{"200", "409 last_owner"}) {
					t.Errorf("%s and %s: %v", first, second, got)
				}
				if n := number(t, `SELECT count(*) FROM public.users WHERE tenant_id = $1 AND role = 'TENANT_OWNER' AND is_active AND locked_at IS NULL`, e.Lease.ID); n != 1 {
					t.Errorf("%s and %s leave %d owners", first, second, n)
				}
				sql(t, `UPDATE public.users SET is_active = false WHERE tenant_id = $1`, e.Lease.ID)
			}
		}
	}
}

// TestTheLastSuperuserStays when the last two take each other away at once. It runs before the parallel tests, whose superusers would count.
func TestTheLastSuperuserStays(t *testing.T) { //nolint:paralleltest // see above
	e := apptest.New(t)
	verbs := map[string]func(by, whom *apptest.Client) apptest.Answer{
		"demoting": func(by, u *apptest.Client) apptest.Answer {
			return change(by, u, apptest.Map{"role": "PLATFORM_SUPPORT"})
		},
		"deactivating": func(by, u *apptest.Client) apptest.Answer { return do(by, u, "deactivate") },
	}
	for first, f := range verbs {
		for second, g := range verbs {
			for range 4 {
				one, two := e.As(role.Superuser), e.As(role.Superuser)
				got := both(func() apptest.Answer { return f(one, two) }, func() apptest.Answer { return g(two, one) })
				if got[0] != "200" || got[1] == "200" || got[1][0] != '4' {
					t.Errorf("%s and %s: %v", first, second, got)
				}
				if n := number(t, `SELECT count(*) FROM public.users WHERE role = 'SUPERUSER' AND is_active`); n != 1 {
					t.Errorf("%s and %s leave %d superusers", first, second, n)
				}
				sql(t, `UPDATE public.users SET is_active = false WHERE role = 'SUPERUSER'`)
			}
		}
	}
}

// both does two things at once, and returns their outcomes, the better first.
func both(f, g func() apptest.Answer) []string {
	answers := make(chan apptest.Answer, 2)
	go func() { answers <- f() }()
	go func() { answers <- g() }()
	var got []string
	for range 2 {
		a := <-answers
		s := fmt.Sprint(a.Status)
		if a.Status != http.StatusOK {
			s += " " + codeOf(a)
		}
		got = append(got, s)
	}
	slices.Sort(got)
	return got
}
