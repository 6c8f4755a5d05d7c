package location_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// override is other hours on one date; without windows it is closed then.
func override(date string, windows ...[2]string) apptest.Map {
	all := []apptest.Map{}
	for _, w := range windows {
		all = append(all, apptest.Map{"from": w[0], "to": w[1]})
	}
	return apptest.Map{"date": date, "windows": all}
}

// nouns are what carries overrides, and how one is made.
func nouns(t *testing.T, s *apptest.Salon) map[string]apptest.Map {
	t.Helper()
	return map[string]apptest.Map{
		"/locations": {"name": "A", "time_zone": "Europe/Berlin"},
		"/resources": {"name": "A", "kind": "STAFF", "location_id": s.Location},
	}
}

func TestBadOverridesAreNamed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	many := []apptest.Map{}
	for i := range 401 {
		many = append(many, override(time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)))
	}
	good := override("2026-12-24", [2]string{"09:00", "13:00"})
	e.WritesNothing(t, func() {
		for path, body := range nouns(t, s) {
			for name, v := range map[string]struct {
				overrides any
				at        string
			}{
				"a date twice":            {[]apptest.Map{good, override("2026-12-25"), good}, "body.date_overrides[2].date"},
				"no such date":            {[]apptest.Map{override("2026-02-29")}, "body.date_overrides[0].date"},
				"a date with a time":      {[]apptest.Map{override("2026-12-24T00:00")}, "body.date_overrides[0].date"},
				"a date long ago":         {[]apptest.Map{override("1969-12-31")}, "body.date_overrides[0].date"},
				"no date":                 {[]apptest.Map{{"windows": []apptest.Map{}}}, "body.date_overrides[0].date"},
				"no windows":              {[]apptest.Map{{"date": "2026-12-24"}}, "body.date_overrides[0].windows"},
				"an end at the start":     {[]apptest.Map{good, override("2026-12-25", [2]string{"09:00", "09:00"})}, "body.date_overrides[1].windows[0].to"},
				"an end before the start": {[]apptest.Map{override("2026-12-25", [2]string{"08:00", "09:00"}, [2]string{"22:00", "02:00"})}, "body.date_overrides[0].windows[1].to"},
				"a start after midnight":  {[]apptest.Map{override("2026-12-25", [2]string{"24:00", "26:00"})}, "body.date_overrides[0].windows[0].from"},
				"an end past 48:00":       {[]apptest.Map{override("2026-12-25", [2]string{"09:00", "48:01"})}, "body.date_overrides[0].windows[0].to"},
				"a weekday":               {[]apptest.Map{{"date": "2026-12-24", "windows": []apptest.Map{}, "weekday": 1}}, "body.date_overrides[0].weekday"},
				"more than 400":           {many, "body.date_overrides"},
				"no list":                 {"closed", "body.date_overrides"},
			} {
				t.Log(path, name)
				body["date_overrides"] = v.overrides
				s.Owner.POST(path, body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", v.at)
			}
		}
	})
	for path, body := range nouns(t, s) {
		body["date_overrides"] = many[:400]
		s.Owner.POST(path, body).Want(t, http.StatusCreated)
	}
}

// TestOverridesAreKeptInOrder: absent they stay, null and an empty list clear them.
func TestOverridesAreKeptInOrder(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	late, closed := override("2026-12-31", [2]string{"22:00", "26:00"}), override("2026-12-24")
	for path, body := range nouns(t, s) {
		is := func(a apptest.Answer, status int, want any) string {
			t.Helper()
			got := apptest.Into[apptest.Map](t, a, status)
			if a, b := asJSON(t, got["date_overrides"]), asJSON(t, want); a != b {
				t.Errorf("%s has the overrides %s, want %s", path, a, b)
			}
			return fmt.Sprint(path, "/", got["id"])
		}
		none := []any{}
		is(s.Owner.POST(path, body), http.StatusCreated, none)
		body["date_overrides"] = []apptest.Map{late, closed}
		one := is(s.Owner.POST(path, body), http.StatusCreated, []any{closed, late})
		is(s.Owner.PATCH(one, apptest.Map{"name": "B"}), http.StatusOK, []any{closed, late})
		is(s.Owner.PATCH(one, apptest.Map{"date_overrides": nil}), http.StatusOK, none)
		is(s.Owner.PATCH(one, apptest.Map{"date_overrides": []apptest.Map{late}}), http.StatusOK, []any{late})
		is(s.Owner.PATCH(one, apptest.Map{"date_overrides": none}), http.StatusOK, none)
	}
	e.As(role.TenantStaff).PATCH("/locations/"+s.Location, apptest.Map{"date_overrides": []apptest.Map{closed}}).WantProblem(t, http.StatusForbidden, "role_forbidden")
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
