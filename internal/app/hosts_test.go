package app_test

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/domain"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

// TestASessionIsOfItsHost alone, and ends with it: whoever has a business's old domain gets the cookies that browsers still send there.
func TestASessionIsOfItsHost(t *testing.T) {
	t.Parallel()
	// Behind a proxy the test has an address of its own: failures of other tests don't count against its sign-in.
	e := apptest.New(t, apptest.Config(func(c *config.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")} }))
	n := account.New{TenantID: &e.Lease.ID, Name: "Ann", Email: uuid.NewString() + "@people.test", Role: role.TenantStaff, Password: "correct horse battery staple"}
	if _, err := account.NewService(pgtest.DB(t), account.NewHasher()).Create(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	host := "book." + e.Lease.Slug + ".example"
	var key uuid.UUID
	err := pgtest.Super(t).QueryRow(t.Context(), `
		INSERT INTO public.domains (id, tenant_id, host, status, verified_at, txt_value, created_at) VALUES (gen_random_uuid(), $1, $2, 'VERIFIED', $3, '', $3) RETURNING id`,
		e.Lease.ID, host, time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)).Scan(&key)
	if err != nil {
		t.Fatal(err)
	}
	sessions := func() (all int) {
		if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM public.login_sessions WHERE host = $1`, host).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	a := e.On(host).With("X-Forwarded-For", "203.0.113.77").POST("/auth/login", apptest.Map{"email": n.Email, "password": n.Password}).Want(t, http.StatusOK)
	in := e.On(host).Continue(a, host)
	in.GET("/me").Want(t, http.StatusOK)
	in.At(e.Host()).GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	in.GET("/me").Want(t, http.StatusOK)
	if sessions() != 1 {
		t.Error("the session's host is not noted")
	}
	e.As(role.TenantOwner).DELETE("/domains/"+id.ID[domain.Domain](key).String()).Want(t, http.StatusNoContent)
	if sessions() != 0 {
		t.Error("the session outlives its host")
	}
}
