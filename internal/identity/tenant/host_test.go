package tenant_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

func ask(t *testing.T, s *tenant.Service, host string) (api.Host, error) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Host = host
	return s.Resolve(r)
}

func TestWhatAHostStandsFor(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	hosts := map[api.Kind][]string{
		api.ApexHost:     {"shop.example", "shop.example:8000", "SHOP.Example", "shop.example:", "shop.example.", "shop.example.:443"},
		api.PlatformHost: {"platform.shop.example", "Platform.shop.example:1", "platform.shop.example."},
		api.APIHost:      {"api.shop.example"},
		api.TenantHost:   {lease.Slug + ".shop.example", lease.Slug + ".shop.example:65535", strings.ToUpper(lease.Slug) + ".SHOP.EXAMPLE.", lease.Slug + ".shop.example.:80"},
	}
	s := tenant.NewService(pgtest.DB(t), "shop.example")
	for kind, names := range hosts {
		for _, name := range names {
			h, err := ask(t, s, name)
			if err != nil || h.Kind != kind || (kind == api.TenantHost) != (h.Tenant == lease.Live) {
				t.Errorf("%q: want kind %d, got %+v, %v", name, kind, h, err)
			}
			if h.Name != strings.ToLower(h.Name) || strings.ContainsAny(h.Name, ":") || strings.HasSuffix(h.Name, ".") {
				t.Errorf("%q: the name %q is not normal", name, h.Name)
			}
		}
	}
}

func TestHostsOfNoBusinessAreMissing(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	s := tenant.NewService(pgtest.DB(t), "shop.example")
	for _, name := range []string{
		"nobody.shop.example", "a." + lease.Slug + ".shop.example", lease.Slug + ".platform.shop.example", "platform.platform.shop.example",
		"www.shop.example", "admin.shop.example", "app.shop.example", "sandbox.shop.example", "localhost", "shop.example.evil.test", "evil.test",
		lease.Slug + "shop.example", "xshop.example", "example", lease.Slug, lease.Slug + ".localhost", lease.Slug + ".shop.example.evil.test",
		"xn--mnchen-3ya.shop.example", strings.ReplaceAll(lease.Slug, "-", "--") + ".shop.example",
	} {
		if h, err := ask(t, s, name); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("%q: want not found, got %+v, %v", name, h, err)
		}
	}
}

func TestWhatIsNoHostNameIsRefused(t *testing.T) {
	t.Parallel()
	s := tenant.NewService(pgtest.DB(t), "shop.example")
	for _, name := range []string{
		"", ":8000", ".", "127.0.0.1", "127.0.0.1:8000", "127.0.0.1.", "127.1", "2130706433", "0x7f000001", "a.0x7f", "1.2.3.4.5", "shop.example.1", "[::1]", "[::1]:8000", "::1", "[::ffff:127.0.0.1]:80", "[fe80::1%25eth0]:80",
		"a b.shop.example", " shop.example", "shop.example ", "shop.example\t", "me@shop.example", "me:secret@shop.example", "shop.example:80@evil.test",
		"shop.example:x", "shop.example:80:80", "shop.example:-1", "münchen.shop.example", "shop.example/x", "shop.example?x", "shop.example#x", `shop.example\x`, "shop.example,evil.test",
		"a..shop.example", ".shop.example", "shop.example..", "platform..shop.example", strings.Repeat("a", 64) + ".shop.example",
		strings.Repeat("a.", 121) + "shop.example", "shop.example\x00", "%73hop.example", "<script>.shop.example",
	} {
		h, err := ask(t, s, name)
		if f := fault.As(err); f == nil || f.Code != "bad_host" || f.Kind != fault.Malformed {
			t.Errorf("%q: want 400 bad_host, got %+v, %v", name, h, err)
		}
	}
}

func TestATenantIsFoundAtOnceAndASuspensionWithinSeconds(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	s := tenant.NewService(pg.New(pgtest.App(t), func() time.Time { return now }), "shop.example")
	slug := pgtest.Slug()
	missing := func(when string) {
		t.Helper()
		if h, err := ask(t, s, slug+".shop.example"); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("%s: want not found, got %+v, %v", when, h, err)
		}
	}
	found := func(when string) {
		t.Helper()
		if _, err := ask(t, s, slug+".shop.example"); err != nil {
			t.Errorf("%s: want the tenant, got %v", when, err)
		}
	}
	missing("before it is made")
	create(t, s, tenant.New{Slug: slug, Name: "Now here", Currency: "EUR"})
	found("at once")
	set := func(status string) {
		t.Helper()
		if _, err := pgtest.Owner(t).Exec(t.Context(), `UPDATE public.tenants SET status = $2 WHERE slug = $1`, slug, status); err != nil {
			t.Fatal(err)
		}
	}
	set("SUSPENDED")
	now = now.Add(5 * time.Second)
	h, err := ask(t, s, slug+".shop.example") // who answers needs it, for its owner and for those who act there
	if known, ok := h.Info.(tenant.Tenant); err != nil || !ok || known.Status != tenant.Suspended {
		t.Errorf("five seconds after its suspension: %+v, %v", h, err)
	}
	set("ACTIVE")
	now = now.Add(5 * time.Second)
	found("admitted again")
	set("DELETED")
	now = now.Add(5 * time.Second)
	missing("five seconds after its deletion")
}

func TestATenantWithoutBothSchemasIsNotFound(t *testing.T) {
	t.Parallel()
	s := tenant.NewService(pgtest.DB(t), "shop.example")
	made := create(t, s, tenant.New{Slug: pgtest.Slug(), Name: "Half made", Currency: "EUR"})
	if _, err := pgtest.Owner(t).Exec(t.Context(), `DELETE FROM public.tenant_schemas WHERE tenant_id = $1 AND mode = 'test'`, made.ID.UUID()); err != nil {
		t.Fatal(err)
	}
	if h, err := ask(t, s, made.Slug+".shop.example"); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("want not found, got %+v, %v", h, err)
	}
}

// TestADomainLeadsToItsBusinessOnceItIsVerified and to nobody before, after, or below it.
func TestADomainLeadsToItsBusinessOnceItIsVerified(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	now := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	s := tenant.NewService(pg.New(pgtest.App(t), func() time.Time { return now }), "shop.example")
	host := pgtest.Slug() + ".customer.test"
	set := func(status string, removed bool) {
		t.Helper()
		now = now.Add(5 * time.Second)
		_, err := pgtest.Super(t).Exec(t.Context(), `
			INSERT INTO public.domains (id, tenant_id, host, status, txt_value, created_at, removed_at) VALUES (gen_random_uuid(), $1, $2, $3, '', now(), CASE WHEN $4 THEN now() END)
			ON CONFLICT (tenant_id, host) WHERE removed_at IS NULL DO UPDATE SET status = $3, removed_at = CASE WHEN $4 THEN now() END`, lease.ID, host, status, removed)
		if err != nil {
			t.Fatal(err)
		}
	}
	missing := func(when string) {
		t.Helper()
		if h, err := ask(t, s, host); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("%s: want not found, got %+v, %v", when, h, err)
		}
	}
	missing("unknown")
	set("PENDING", false)
	missing("pending")
	set("VERIFIED", false)
	for _, name := range []string{host, strings.ToUpper(host) + ".:443"} {
		if h, err := ask(t, s, name); err != nil || h.Kind != api.TenantHost || h.Tenant != lease.Live || h.Name != host {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
	if h, err := ask(t, s, "www."+host); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("below it: %+v, %v", h, err)
	}
	set("SUSPENDED", false)
	missing("suspended")
	set("VERIFIED", true)
	missing("removed")
}
