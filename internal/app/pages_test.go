package app_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"smoothschedule/internal/app"
	"smoothschedule/internal/kit/api"
)

// Spec identity 4d.2 and 4d.6: the pages of whoever is signed in, or on the way to it, are kept nowhere.
func TestPagesOfPeopleAreKeptNowhere(t *testing.T) {
	t.Parallel()
	dist := fstest.MapFS{"app.html": {}, "platform.html": {}, "book.html": {}, "apex.html": {}, "assets/a.js": {}}
	for _, c := range []struct {
		kind          api.Kind
		path, caching string
	}{
		{api.TenantHost, "/", "no-cache"},
		{api.TenantHost, "/book", "no-cache"},
		{api.TenantHost, "/login", "no-store"},
		{api.TenantHost, "/mfa", "no-store"},
		{api.TenantHost, "/reset", "no-store"},
		{api.TenantHost, "/invite", "no-store"},
		{api.TenantHost, "/handoff", "no-store"},
		{api.TenantHost, "/app", "no-store"},
		{api.TenantHost, "/app/customers", "no-store"},
		{api.TenantHost, "/nowhere", "no-store"},
		{api.TenantHost, "/assets/a.js", "public, max-age=31536000, immutable"},
		{api.PlatformHost, "/", "no-store"},
		{api.PlatformHost, "/reset", "no-store"},
		{api.PlatformHost, "/tenants", "no-store"},
		{api.ApexHost, "/", "no-cache"},
	} {
		w := httptest.NewRecorder()
		app.ServePage(dist, w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil), c.kind)
		if got := w.Header().Get("Cache-Control"); got != c.caching {
			t.Errorf("%s on %s: Cache-Control is %q, want %q", c.path, c.kind, got, c.caching)
		}
	}
}
