package location_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

func place(zone string, windows ...apptest.Map) apptest.Map {
	return apptest.Map{"name": "A", "time_zone": zone, "opening_hours": windows}
}

func window(weekday any, from, to string) apptest.Map {
	return apptest.Map{"weekday": weekday, "from": from, "to": to}
}

func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	good := window(1, "09:00", "17:00")
	e.WritesNothing(t, func() {
		for name, v := range map[string]struct {
			body apptest.Map
			at   string
		}{
			"no zone of that name":         {place("Mars/Olympus"), "body.time_zone"},
			"the server's own zone":        {place("Local"), "body.time_zone"},
			"no zone":                      {place(""), "body.time_zone"},
			"a path":                       {place("../etc/passwd"), "body.time_zone"},
			"no name":                      {apptest.Map{"name": " ", "time_zone": "UTC"}, "body.name"},
			"an end that is the start":     {place("UTC", good, window(2, "09:00", "09:00")), "body.opening_hours[1].to"},
			"an end before the start":      {place("UTC", window(1, "17:00", "09:00")), "body.opening_hours[0].to"},
			"an end past 48:00":            {place("UTC", window(1, "17:00", "48:01")), "body.opening_hours[0].to"},
			"a start at 24:00":             {place("UTC", window(1, "24:00", "26:00")), "body.opening_hours[0].from"},
			"a start that is no time":      {place("UTC", window(1, "9", "17:00")), "body.opening_hours[0].from"},
			"a weekday 0":                  {place("UTC", window(0, "09:00", "17:00")), "body.opening_hours[0].weekday"},
			"a weekday 8":                  {place("UTC", window(8, "09:00", "17:00")), "body.opening_hours[0].weekday"},
			"a weekday that is no number":  {place("UTC", window("MON", "09:00", "17:00")), "body.opening_hours[0].weekday"},
			"a window without its weekday": {place("UTC", apptest.Map{"from": "09:00", "to": "17:00"}), "body.opening_hours[0].weekday"},
			"an unknown field of a window": {place("UTC", apptest.Map{"weekday": 1, "from": "09:00", "to": "17:00", "x": 1}), "body.opening_hours[0].x"},
		} {
			t.Log(name)
			owner.POST("/locations", v.body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", v.at)
		}
	})
}

func TestWindowsOverMidnightAndRoundTheClock(t *testing.T) {
	t.Parallel()
	owner := apptest.New(t).As(role.TenantOwner)
	body := place("Europe/Berlin", window(5, "22:00", "26:00"), window(6, "00:00", "24:00"), window(7, "12:00", "48:00"))
	got := apptest.Into[apptest.Map](t, owner.POST("/locations", body), http.StatusCreated)
	for i, w := range got["opening_hours"].([]any) {
		if sent := body["opening_hours"].([]apptest.Map)[i]; w.(apptest.Map)["to"] != sent["to"] || w.(apptest.Map)["from"] != sent["from"] {
			t.Errorf("window %d came back as %v", i, w)
		}
	}
}

func TestOnlyThoseWhoManageMayWrite(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for r, status := range map[role.Role]int{role.TenantOwner: 201, role.TenantManager: 201, role.TenantStaff: 403, role.Customer: 403} {
		e.As(r).POST("/locations", place("UTC")).Want(t, status)
	}
	e.Public().POST("/locations", place("UTC")).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
}

// TestBusinessAsCustomersSeeIt shows places by name and zone, without those that are archived.
func TestBusinessAsCustomersSeeIt(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	n := locations(t, e)
	n.Owner.DELETE("/locations/"+n.Make(t, 1)).Want(t, http.StatusNoContent)
	got := apptest.Into[apptest.Map](t, e.Public().GET("/public/business"), http.StatusOK)
	places, _ := got["locations"].([]any)
	if got["currency"] != "EUR" || got["name"] != "Business "+e.Lease.Slug || got["is_demo"] != false || len(got) != 4 || len(places) != 1 || len(places[0].(apptest.Map)) != 3 {
		t.Errorf("want name, currency, whether it is a demo, and one location of id, name and time_zone: %v", got)
	}
}

// TestNoticeOfALocation: null is the business's.
func TestNoticeOfALocation(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	made := apptest.Into[apptest.Map](t, owner.POST("/locations", place("UTC")), http.StatusCreated)
	path := "/locations/" + made["id"].(string)
	if notice, ok := made["min_notice_minutes"]; !ok || notice != nil {
		t.Errorf("min_notice_minutes is %v, want null", notice)
	}
	for _, notice := range []any{0.0, 525600.0, nil} {
		owner.PATCH(path, apptest.Map{"min_notice_minutes": notice}).Want(t, http.StatusOK)
		if got := apptest.Into[apptest.Map](t, owner.PATCH(path, apptest.Map{"name": "B"}), http.StatusOK); got["min_notice_minutes"] != notice {
			t.Errorf("min_notice_minutes is %v, want %v", got["min_notice_minutes"], notice)
		}
	}
	e.WritesNothing(t, func() {
		for _, notice := range []any{-1, 525601, "1"} {
			owner.PATCH(path, apptest.Map{"min_notice_minutes": notice}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.min_notice_minutes")
		}
	})
}

// TestSlotIntervalOfALocation: null is 15, for services that don't say either.
func TestSlotIntervalOfALocation(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	made := apptest.Into[apptest.Map](t, owner.POST("/locations", place("UTC")), http.StatusCreated)
	path := "/locations/" + made["id"].(string)
	if interval, ok := made["slot_interval_minutes"]; !ok || interval != nil {
		t.Errorf("slot_interval_minutes is %v, want null", interval)
	}
	for _, interval := range []any{1.0, 1440.0, nil} {
		owner.PATCH(path, apptest.Map{"slot_interval_minutes": interval}).Want(t, http.StatusOK)
		if got := apptest.Into[apptest.Map](t, owner.PATCH(path, apptest.Map{"name": "B"}), http.StatusOK); got["slot_interval_minutes"] != interval {
			t.Errorf("slot_interval_minutes is %v, want %v", got["slot_interval_minutes"], interval)
		}
	}
	e.WritesNothing(t, func() {
		for _, interval := range []any{0, 1441, "15"} {
			owner.PATCH(path, apptest.Map{"slot_interval_minutes": interval}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.slot_interval_minutes")
		}
	})
}
