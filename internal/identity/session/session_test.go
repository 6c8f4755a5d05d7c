package session_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

var morning = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

// at sets the clock of the program to d after the morning.
func at(e *apptest.Env, d time.Duration) { e.At(morning.Add(d).Format(time.RFC3339Nano)) }

func TestSessionsEndWhenIdleAndInTheEnd(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for r, life := range map[role.Role]struct{ idle, absolute time.Duration }{
		role.Superuser: {30 * time.Minute, 12 * time.Hour}, role.PlatformManager: {30 * time.Minute, 12 * time.Hour},
		role.PlatformSales: {30 * time.Minute, 12 * time.Hour}, role.PlatformSupport: {30 * time.Minute, 12 * time.Hour},
		role.TenantOwner: {time.Hour, day}, role.TenantManager: {time.Hour, day}, role.TenantStaff: {12 * time.Hour, 7 * day}, role.Customer: {7 * day, 30 * day},
	} {
		t.Run(string(r), func(t *testing.T) {
			t.Parallel()
			e := apptest.New(t)
			at(e, 0)
			email := person(t, e, r)
			c := with(e.On(home(e, r)), signIn(t, e.On(home(e, r)), email))
			for _, step := range []struct {
				seen, now time.Duration // after the log-in
				status    int
			}{
				{0, life.idle - time.Second, http.StatusOK},
				{0, life.idle, http.StatusUnauthorized},
				{life.absolute - time.Minute, life.absolute - time.Second, http.StatusOK},
				{life.absolute - time.Minute, life.absolute, http.StatusUnauthorized},
			} {
				sql(t, `UPDATE public.login_sessions SET last_seen_at = $2 WHERE user_id = (SELECT id FROM public.users WHERE email = $1)`, email, morning.Add(step.seen))
				at(e, step.now)
				a := c.GET("/me").Want(t, step.status)
				if step.status != http.StatusOK {
					a.WantProblem(t, step.status, "session_expired")
					wantCleared(t, a)
				}
			}
		})
	}
}

func TestUseKeepsASessionAndIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	c := with(e.Public(), signIn(t, e.Public(), person(t, e, role.TenantOwner)))
	noted := func() (d time.Duration) {
		t.Helper()
		var seen time.Time
		if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT last_seen_at FROM public.login_sessions WHERE tenant_id = $1`, e.Lease.ID).Scan(&seen); err != nil {
			t.Fatal(err)
		}
		return seen.Sub(morning)
	}
	for _, step := range []struct{ now, noted time.Duration }{
		{59 * time.Second, 0}, {time.Minute, time.Minute}, {119 * time.Second, time.Minute}, {50 * time.Minute, 50 * time.Minute}, {100 * time.Minute, 100 * time.Minute},
	} {
		at(e, step.now)
		c.GET("/me").Want(t, http.StatusOK)
		if got := noted(); got != step.noted {
			t.Errorf("after a request at %s the session was seen at %s, want %s", step.now, got, step.noted)
		}
	}
}

func TestAPersonHasTenSessionsAtMostAndTheOldestEnds(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantOwner)
	var all []*http.Cookie
	for i := range 12 {
		at(e, time.Duration(i)*time.Second)
		all = append(all, signIn(t, e.Public(), email))
	}
	for i, cookie := range all {
		want := http.StatusOK
		if i < 2 {
			want = http.StatusUnauthorized
		}
		if got := with(e.Public(), cookie).GET("/me").Status; got != want {
			t.Errorf("session %d of 12 answers %d, want %d", i+1, got, want)
		}
	}
}

func TestASessionIsWorthNothingOnAnotherHost(t *testing.T) {
	t.Parallel()
	a, b := apptest.New(t), apptest.New(t)
	tenants := signIn(t, a.Public(), person(t, a, role.TenantOwner))
	platforms := signIn(t, a.On(platformHost), person(t, a, role.Superuser))
	for name, c := range map[string]*apptest.Client{
		"a tenant's on another tenant's host": with(b.Public(), tenants),
		"a tenant's on the platform's host":   with(a.On(platformHost), tenants),
		"the platform's on a tenant's host":   with(a.Public(), platforms),
		"one that never was":                  with(a.Public(), &http.Cookie{Name: tenants.Name, Value: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
	} {
		answer := c.GET("/me")
		if answer.Status != http.StatusUnauthorized {
			t.Errorf("%s: want 401, got %d %s", name, answer.Status, answer.Body)
			continue
		}
		code := "unauthenticated"
		if name == "a tenant's on the platform's host" {
			code = "session_cleared"
		}
		answer.WantProblem(t, http.StatusUnauthorized, code)
		wantCleared(t, answer)
	}
	with(a.Public(), tenants).GET("/me").Want(t, http.StatusOK) // it is still good at home
	with(a.On(platformHost), platforms).GET("/me").Want(t, http.StatusOK)
}

func TestSigningOutElsewhereEndsNothing(t *testing.T) {
	t.Parallel()
	a, b := apptest.New(t), apptest.New(t)
	cookie := signIn(t, a.Public(), person(t, a, role.TenantOwner))
	with(b.Public(), cookie).POST("/auth/logout", nil).Want(t, http.StatusNoContent)
	with(a.Public(), cookie).GET("/me").Want(t, http.StatusOK)
}

func TestASessionOfADeactivatedUserEnds(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantStaff)
	c := with(e.Public(), signIn(t, e.Public(), email))
	c.GET("/me").Want(t, http.StatusOK)
	sql(t, `UPDATE public.users SET is_active = false WHERE email = $1`, email)
	wantCleared(t, c.GET("/me").Want(t, http.StatusUnauthorized))
}

func TestASessionHasTheRightsOfTheRoleNow(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantOwner)
	c := with(e.Public(), signIn(t, e.Public(), email))
	c.GET("/outbox").Want(t, http.StatusOK)
	sql(t, `UPDATE public.users SET role = 'CUSTOMER' WHERE email = $1`, email)
	c.GET("/outbox").WantProblem(t, http.StatusForbidden, "role_forbidden")
}

func TestAnOversizedCookieIsNoSession(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, size := range []int{0, 101, 5000} {
		e.Public().With("Cookie", "__Host-ss_session="+fmt.Sprintf("%0*d", size, 0)).GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	}
}
