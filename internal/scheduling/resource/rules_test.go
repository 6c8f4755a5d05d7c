package resource_test

import (
	"maps"
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	e.WritesNothing(t, func() {
		for at, change := range map[string]apptest.Map{
			"body.name":           {"name": " "},
			"body.kind":           {"kind": "ROBOT"},
			"body.location_id":    {"location_id": ""},
			"body.hours[0].to":    {"hours": []apptest.Map{{"weekday": 1, "from": "12:00", "to": "11:00"}}},
			"body.hours[1].from":  {"hours": []apptest.Map{{"weekday": 1, "from": "09:00", "to": "11:00"}, {"weekday": 1, "from": "25:00", "to": "26:00"}}},
			"body.user_id":        {"user_id": "me"},
			"body.archived_at":    {"archived_at": nil},
			"body.active_from":    {"active_from": "1969-12-31"},
			"body.active_until":   {"active_from": "2026-06-01", "active_until": "2026-06-01"},
			"body.limits.month":   {"limits": apptest.Map{"month": -1}},
			"body.hours[0].until": {"hours": []apptest.Map{{"weekday": 1, "from": "12:00", "to": "13:00", "until": "14:00"}}},
		} {
			body := apptest.Map{"name": "A", "kind": "STAFF", "location_id": s.Location}
			maps.Copy(body, change)
			s.Owner.POST("/resources", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
		}
	})
}

func TestArchivedLocationsTakeNoMoreResources(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	stays := s.Resource(t)
	s.Owner.DELETE("/locations/"+s.Location).Want(t, http.StatusNoContent)
	body := apptest.Map{"name": "A", "kind": "STAFF", "location_id": s.Location}
	e.WritesNothing(t, func() {
		s.Owner.POST("/resources", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.location_id")
	})
	s.Owner.PATCH("/resources/"+stays, apptest.Map{"name": "B"}).Want(t, http.StatusOK)
}

// TestNullHoursFollowTheLocation: a list of its own limits a resource, an empty one closes it, null opens it with the location.
func TestNullHoursFollowTheLocation(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2026-05-30T12:00:00Z")
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	ann := s.Resource(t)
	cut := s.Service(t, []string{ann})
	for _, v := range []struct {
		hours any
		free  string
	}{
		{[]apptest.Map{{"weekday": 1, "from": "08:00", "to": "10:00"}}, "09:00 09:30"},
		{[]apptest.Map{}, ""},
		{nil, apptest.Every("09:00", "16:30", 30)},
	} {
		s.Owner.PATCH("/resources/"+ann, apptest.Map{"hours": v.hours}).Want(t, http.StatusOK)
		if got := apptest.Starts(t, s.Free(t, cut, "2026-06-01", "2026-06-01"), "15:04"); got != v.free {
			t.Errorf("with hours %v: %q, want %q", v.hours, got, v.free)
		}
	}
}
