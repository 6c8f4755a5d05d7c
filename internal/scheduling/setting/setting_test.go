package setting_test

import (
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

const path = "/settings/booking"

func get(t *testing.T, c *apptest.Client) apptest.Map {
	t.Helper()
	return apptest.Into[apptest.Map](t, c.GET(path), http.StatusOK)
}

// TestSettingsAreAsAtFirstUntilTheyAreChanged, and nothing is written to read them.
func TestSettingsAreAsAtFirstUntilTheyAreChanged(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	first := apptest.Map{
		"min_notice_minutes": 120.0, "resource_hours_override_opening": false, "overlapping_customers": false,
		"max_open_appointments": nil, "customer_limits": apptest.Map{}, "look_busy_percent": 0.0, "auto_complete_after_minutes": nil, "updated_at": nil, "version": 0.0,
	}
	e.WritesNothing(t, func() {
		if got := get(t, owner); !reflect.DeepEqual(got, first) {
			t.Errorf("at first: %v", got)
		}
	})
	change := apptest.Map{
		"min_notice_minutes": 0.0, "resource_hours_override_opening": true, "overlapping_customers": true, "max_open_appointments": 3.0, "look_busy_percent": 90.0,
		"auto_complete_after_minutes": 0.0, "customer_limits": apptest.Map{"day": 2.0},
	}
	got := apptest.Into[apptest.Map](t, owner.PATCH(path, change), http.StatusOK)
	for name, want := range change {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if got["version"] != 1.0 || got["updated_at"] == nil {
		t.Errorf("want version 1: %v", got)
	}
	got = apptest.Into[apptest.Map](t, owner.PATCH(path, apptest.Map{"max_open_appointments": nil, "min_notice_minutes": nil}), http.StatusOK)
	if got["max_open_appointments"] != nil || got["min_notice_minutes"] != 120.0 || got["look_busy_percent"] != 90.0 || got["auto_complete_after_minutes"] != 0.0 || got["version"] != 2.0 {
		t.Errorf("null takes the default, absent stays: %v", got)
	}
	got = apptest.Into[apptest.Map](t, owner.PATCH(path, apptest.Map{"auto_complete_after_minutes": nil}), http.StatusOK)
	if got["auto_complete_after_minutes"] != nil {
		t.Errorf("null is never: %v", got)
	}
}

func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	e.WritesNothing(t, func() {
		for _, minutes := range []any{-1, 10081, "an hour"} {
			owner.PATCH(path, apptest.Map{"auto_complete_after_minutes": minutes}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.auto_complete_after_minutes")
		}
		for at, value := range map[string]any{
			"min_notice_minutes": -1, "resource_hours_override_opening": "yes", "overlapping_customers": 1, "max_open_appointments": 0, "look_busy_percent": 91, "version": 7,
		} {
			owner.PATCH(path, apptest.Map{at: value}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body."+at)
		}
	})
}

// TestWhoReadsAndWhoChanges: staff read them with the services; changing them takes the right to settings.
func TestWhoReadsAndWhoChanges(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for r, want := range map[role.Role][2]int{
		role.TenantOwner: {200, 200}, role.TenantManager: {200, 200}, role.TenantStaff: {200, 403}, role.Customer: {403, 403},
	} {
		who := e.As(r)
		if got := [2]int{who.GET(path).Status, who.PATCH(path, apptest.Map{}).Status}; got != want {
			t.Errorf("%s: %v, want %v", r, got, want)
		}
	}
	e.Public().GET(path).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
}

func TestParallelPatchesKeepEachOther(t *testing.T) {
	t.Parallel()
	owner := apptest.New(t).As(role.TenantOwner)
	for i := range 8 {
		patches := []apptest.Map{{"min_notice_minutes": i}, {"look_busy_percent": i}}
		var wg sync.WaitGroup
		for _, p := range patches {
			wg.Go(func() {
				if a := owner.PATCH(path, p); a.Status != http.StatusOK {
					t.Errorf("status %d: %s", a.Status, a.Body)
				}
			})
		}
		wg.Wait()
		if got := get(t, owner); fmt.Sprint(got["min_notice_minutes"], got["look_busy_percent"]) != fmt.Sprint(i, i) {
			t.Fatalf("round %d: %v", i, got)
		}
	}
	if got := get(t, owner); got["version"] != 16.0 {
		t.Errorf("version %v, want 16", got["version"])
	}
}

// TestAChangeOfAnotherVersionIsRefused: the settings that nobody has changed are version 0.
func TestAChangeOfAnotherVersionIsRefused(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	e.WritesNothing(t, func() {
		for _, tag := range []string{`"v1"`, `W/"v0"`, "*"} {
			owner.With("If-Match", tag).PATCH(path, apptest.Map{}).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
		}
	})
	owner.With("If-None-Match", `"v0"`).GET(path).Want(t, http.StatusNotModified)
	if a := owner.With("If-Match", `"v0"`).PATCH(path, apptest.Map{}).Want(t, http.StatusOK); a.Header.Get("ETag") != `"v1"` {
		t.Errorf("ETag %q", a.Header.Get("ETag"))
	}
	owner.With("If-None-Match", `"v0"`).GET(path).Want(t, http.StatusOK)
}
