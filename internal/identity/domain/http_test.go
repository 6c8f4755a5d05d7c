package domain_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

type listed struct {
	ID        string `json:"id"`
	Host      string `json:"host"`
	Status    string `json:"status"`
	IsPrimary bool   `json:"is_primary"`
	IsCustom  bool   `json:"is_custom_domain"`
	TXTName   string `json:"txt_name"`
	TXTValue  string `json:"txt_value"`
	Target    string `json:"cname_target"`
	Tenant    struct {
		ID   string `json:"id"`
		Slug string `json:"slug"`
	} `json:"tenant"`
}

func list(t *testing.T, c *apptest.Client, path string) []listed {
	t.Helper()
	return apptest.Into[struct {
		Data []listed `json:"data"`
	}](t, c.GET(path), http.StatusOK).Data
}

func tenantID(e *apptest.Env) string { return id.ID[tenant.Tenant](e.Lease.ID).String() }

func TestWhatIsNoHostOfOnesOwnIsRefused(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	e.WritesNothing(t, func() {
		for _, host := range []string{
			"", " ", "localhost", "shop", "com", "co.uk", "github.io", "s3.amazonaws.com", e.Host(), "x." + e.Host(), "platform.localhost", "LOCALHOST.",
			"127.0.0.1", "[::1]", "::1", "http://a.example.com", "a.example.com/x", "a.example.com:80", "*.example.com", "a b.example.com", "a..example.com",
			".example.com", "-a.example.com", "a_b.example.com", "me@example.com", strings.Repeat("a", 64) + ".example.com", strings.Repeat("a.", 122) + "example.com", "xn--a.example.com",
		} {
			owner.POST("/domains", apptest.Map{"host": host}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.host")
		}
	})
	if n := number(t, `SELECT count(*) FROM public.domains WHERE tenant_id = $1`, e.Lease.ID); n != 0 {
		t.Errorf("%d were added", n)
	}
}

func TestABusinessAsksForFiveHostsAtMost(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, name := e.As(role.TenantOwner), pgtest.Slug()+".customer.test"
	d := apptest.Into[listed](t, owner.POST("/domains", apptest.Map{"host": " BÜCHER." + strings.ToUpper(name) + ". "}), http.StatusCreated)
	if d.Host != "xn--bcher-kva."+name || d.Status != "PENDING" || !d.IsCustom || d.IsPrimary || d.TXTName != "_smoothschedule-challenge."+d.Host || len(d.TXTValue) < 20 || d.Target != "localhost" {
		t.Errorf("added %+v", d)
	}
	owner.POST("/domains", apptest.Map{"host": d.Host}).WantProblem(t, http.StatusConflict, "already_exists")
	answers := make(chan int)
	for i := range 8 { // at once: together they must not pass the limit
		go func() { answers <- owner.POST("/domains", apptest.Map{"host": fmt.Sprintf("a%d.%s", i, name)}).Status }()
	}
	made := 0
	for range 8 {
		if <-answers == http.StatusCreated {
			made++
		}
	}
	if made != 4 {
		t.Errorf("%d more were added, want 4", made)
	}
	owner.POST("/domains", apptest.Map{"host": "b." + name}).WantProblem(t, http.StatusConflict, "limit_exceeded")
	owner.DELETE("/domains/"+d.ID).Want(t, http.StatusNoContent)
	owner.DELETE("/domains/"+d.ID).WantProblem(t, http.StatusNotFound, "not_found")
	again := apptest.Into[listed](t, owner.POST("/domains", apptest.Map{"host": d.Host}), http.StatusCreated)
	if again.TXTValue == d.TXTValue {
		t.Error("a new attempt has the old text")
	}
}

func TestTheOwnHostIsListedAndStays(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	d := apptest.Into[listed](t, owner.POST("/domains", apptest.Map{"host": pgtest.Slug() + ".customer.test"}), http.StatusCreated)
	primary := func() (host string) {
		t.Helper()
		for _, l := range list(t, owner, "/domains") {
			if l.IsPrimary {
				host += l.Host
			}
		}
		return host
	}
	all := list(t, owner, "/domains")
	own := all[slices.IndexFunc(all, func(l listed) bool { return !l.IsCustom })]
	if len(all) != 2 || own.Host != e.Host() || !own.IsPrimary || own.Status != "VERIFIED" || own.TXTValue != "" {
		t.Errorf("the own host is %+v", own)
	}
	owner.DELETE("/domains/"+own.ID).WantProblem(t, http.StatusConflict, "own_host")
	owner.POST("/domains/"+own.ID+"/verify", nil).WantProblem(t, http.StatusConflict, "own_host")
	owner.POST("/domains/"+d.ID+"/primary", nil).WantProblem(t, http.StatusConflict, "not_verified")
	sql(t, `UPDATE public.domains SET status = 'VERIFIED', verified_at = now() WHERE host = $1`, d.Host)
	owner.POST("/domains/"+d.ID+"/primary", nil).Want(t, http.StatusOK)
	if got := primary(); got != d.Host {
		t.Errorf("primary is %s", got)
	}
	owner.POST("/domains/"+own.ID+"/primary", nil).Want(t, http.StatusOK)
	if got := primary(); got != e.Host() {
		t.Errorf("primary is %s", got)
	}
	owner.POST("/domains/"+d.ID+"/primary", nil).Want(t, http.StatusOK)
	owner.DELETE("/domains/"+d.ID).Want(t, http.StatusNoContent)
	if got := primary(); got != e.Host() {
		t.Errorf("after the removal of the other one primary is %s", got)
	}
}

func TestWhoMayDoWhatWithDomains(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	owner := e.As(role.TenantOwner)
	d := apptest.Into[listed](t, owner.POST("/domains", apptest.Map{"host": pgtest.Slug() + ".customer.test"}), http.StatusCreated)
	manager, staff, stranger := e.As(role.TenantManager), e.As(role.TenantStaff), other.As(role.TenantOwner)
	list(t, manager, "/domains")
	staff.GET("/domains").WantProblem(t, http.StatusForbidden, "role_forbidden")
	verbs := func(c *apptest.Client, path string) []apptest.Answer {
		return []apptest.Answer{c.POST(path+"/"+d.ID+"/verify", nil), c.POST(path+"/"+d.ID+"/primary", nil), c.DELETE(path + "/" + d.ID)}
	}
	for _, a := range verbs(manager, "/domains") {
		a.WantProblem(t, http.StatusForbidden, "role_forbidden")
	}
	manager.POST("/domains", apptest.Map{"host": "a.customer.test"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	for _, a := range verbs(stranger, "/domains") {
		a.WantProblem(t, http.StatusNotFound, "not_found")
	}
	if got := list(t, stranger, "/domains"); len(got) != 1 || got[0].Host != other.Host() {
		t.Errorf("another business sees %+v", got)
	}
	late := e.As(role.TenantOwner, apptest.SignedInAgo(31*time.Minute))
	for _, a := range verbs(late, "/domains") {
		a.WantProblem(t, http.StatusForbidden, "reauth_required")
	}
	const all = "/platform/domains"
	support, sales, platform := e.As(role.PlatformSupport), e.As(role.PlatformSales), e.As(role.PlatformManager)
	for _, c := range []*apptest.Client{support, sales} {
		for _, a := range verbs(c, all) {
			a.WantProblem(t, http.StatusForbidden, "role_forbidden")
		}
		c.POST(all, apptest.Map{"tenant_id": tenantID(e), "host": "a.customer.test"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	}
	mine := func(c *apptest.Client) int {
		return len(list(t, c, all+"?tenant_id="+tenantID(e)))
	}
	if mine(support) != 2 || mine(platform) != 2 || mine(sales) != 0 {
		t.Errorf("support sees %d, a manager %d, sales %d", mine(support), mine(platform), mine(sales))
	}
	if got := list(t, platform, all+"?query="+d.Host+"&status=PENDING"); len(got) != 1 || got[0].Tenant.Slug != e.Lease.Slug {
		t.Errorf("found %+v", got)
	}
	platform.POST(all, apptest.Map{"tenant_id": "ten_01k9m7e6xhf8ktexm2q2ggx7zp", "host": "a.customer.test"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.tenant_id")
	platform.DELETE(all+"/"+d.ID).Want(t, http.StatusNoContent)
	if slices.ContainsFunc(list(t, owner, "/domains"), func(l listed) bool { return l.ID == d.ID }) {
		t.Error("still there")
	}
}

// TestSupportVerifiesByAGrant of the one business that it is about, and the use is counted.
func TestSupportVerifiesByAGrant(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	support, owner := e.As(role.PlatformSupport), e.As(role.TenantOwner)
	add := func(c *apptest.Client) listed {
		return apptest.Into[listed](t, c.POST("/domains", apptest.Map{"host": pgtest.Slug() + ".customer.test"}), http.StatusCreated)
	}
	d, foreign := add(owner), add(other.As(role.TenantOwner))
	owner.POST("/grants", apptest.Map{"grantee_id": support.ID(), "action": "manage_domains", "reason": "please look at our domain"}).Want(t, http.StatusCreated)
	support.POST("/platform/domains/"+foreign.ID+"/verify", nil).WantProblem(t, http.StatusForbidden, "role_forbidden")
	support.POST("/platform/domains/"+d.ID+"/verify", nil).Want(t, http.StatusOK)
	support.DELETE("/platform/domains/"+d.ID).WantProblem(t, http.StatusForbidden, "role_forbidden")
	if n := number(t, `SELECT use_count FROM public.permission_grants WHERE grantee_id = $1`, support.UserID); n != 1 {
		t.Errorf("%d uses", n)
	}
}

func TestADemoHasNoHostOfItsOwn(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	sql(t, `UPDATE public.tenants SET is_demo = true WHERE id = $1`, e.Lease.ID)
	e.As(role.TenantOwner).POST("/domains", apptest.Map{"host": "a.customer.test"}).WantProblem(t, http.StatusForbidden, "demo_forbidden")
}
