package tenant_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

type listed struct {
	ID             string     `json:"id"`
	Slug           string     `json:"slug"`
	Users          int        `json:"users"`
	LastActivityAt *time.Time `json:"last_activity_at"`
	PrimaryHost    string     `json:"primary_host"`
	Usage          struct {
		Users          int   `json:"users"`
		ActiveSessions int   `json:"active_sessions"`
		StorageBytes   int64 `json:"storage_bytes"`
	} `json:"usage"`
}

func slugs(t *testing.T, c *apptest.Client, query string) (all []string) {
	t.Helper()
	list := apptest.Into[struct {
		Data []listed `json:"data"`
	}](t, c.GET("/platform/tenants?limit=200"+query), http.StatusOK)
	for _, l := range list.Data {
		all = append(all, l.Slug)
	}
	return all
}

func TestBusinessesAreFoundByWhatTheyAre(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	c := e.As(role.PlatformSupport)
	if _, err := pgtest.Super(t).Exec(t.Context(), `UPDATE public.tenants SET name = '100%_hair', tier = 'STARTER', status = 'SUSPENDED', is_demo = true WHERE id = $1`, e.Lease.ID); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = pgtest.Super(t).Exec(t.Context(), `UPDATE public.tenants SET tier = 'FREE' WHERE id = $1`, e.Lease.ID)
	})
	for query, want := range map[string]bool{
		"": true, "&query=100%25_H": true, "&query=" + e.Lease.Slug: true, "&query=100x": false, "&tier=STARTER": true, "&tier=FREE": false,
		"&status=SUSPENDED": true, "&status=ACTIVE": false, "&demo=true": true, "&demo=false": false, "&demo=true&tier=STARTER&status=SUSPENDED": true,
	} {
		if got := slices.Contains(slugs(t, c, query), e.Lease.Slug); got != want {
			t.Errorf("%q finds it: %t, want %t", query, got, want)
		}
	}
	c.GET("/platform/tenants?demo=maybe").WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.demo")
}

func TestWhatABusinessUsesIsCounted(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	e.As(role.TenantOwner)
	away := e.As(role.TenantStaff)
	if _, err := pgtest.Super(t).Exec(t.Context(), `UPDATE public.login_sessions SET last_seen_at = now() - interval '8 days' WHERE user_id = $1`, away.UserID); err != nil {
		t.Fatal(err)
	}
	e.As(role.Customer, apptest.Sandbox)
	key := id.ID[tenant.Tenant](e.Lease.ID).String()
	got := apptest.Into[listed](t, e.As(role.PlatformManager).GET("/platform/tenants/"+key), http.StatusOK)
	if got.Users != 2 || got.Usage.Users != 2 || got.Usage.ActiveSessions != 2 || got.LastActivityAt == nil || got.PrimaryHost != e.Host() {
		t.Errorf("got %+v", got) // the customer of the test data has a session, and is no user
	}
	// At least the empty tables of both schemas, and at most what the database holds.
	if got.Usage.StorageBytes < 100_000 || got.Usage.StorageBytes > 1<<30 {
		t.Errorf("%d bytes", got.Usage.StorageBytes)
	}
	e.As(role.PlatformSales).GET("/platform/tenants/"+key).WantProblem(t, http.StatusNotFound, "not_found")
}

func TestSignInsAreCountedByDay(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	now := time.Date(2030, 1, 31, 23, 59, 59, 0, time.UTC)
	db := pg.New(pgtest.App(t), func() time.Time { return now })
	for range 2 {
		for range 3 {
			if err := db.InPlace(t.Context(), &lease.ID, func(tx pg.PlaceTx) error { return tenant.NoteSignIn(t.Context(), tx, &lease.ID) }); err != nil {
				t.Fatal(err)
			}
		}
		now = now.Add(time.Second)
	}
	var days, total int
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*), sum(count) FROM public.sign_ins WHERE tenant_id = $1 AND count = 3 AND day IN ('2030-01-31', '2030-02-01')`, lease.ID).Scan(&days, &total)
	if err != nil || days != 2 || total != 6 {
		t.Errorf("%d days, %d sign-ins, %v", days, total, err)
	}
	err = db.InPlace(t.Context(), &lease.ID, func(tx pg.PlaceTx) error { return tenant.NoteSignIn(t.Context(), tx, nil) })
	if err == nil {
		t.Error("a business's transaction counts for the platform")
	}
}
