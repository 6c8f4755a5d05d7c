package appointment_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestASessionThatMovesToAnotherLocationIsThere with its seats, on the clock of that place.
func TestASessionThatMovesToAnotherLocationIsThere(t *testing.T) {
	t.Parallel()
	s := open(t)
	there := apptest.NewSalon(t, s.Env, "America/New_York", apptest.Hours([2]string{"00:00", "24:00"}))
	bea := there.Resource(t, object{"name": "Bea"})
	yoga := s.Service(t, []string{s.ann, bea}, object{"name": "Yoga", "group": object{"capacity": 10}})
	g := s.plan(t, yoga, "10:00", object{"resource_ids": []string{s.ann}})
	one := s.sits(t, yoga, "10:00", 1, object{"location_id": s.Location})
	s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": "2026-06-02T09:00", "resource_ids": []string{bea}}).Want(t, http.StatusOK)
	for _, path := range []string{"/group_sessions/" + g.ID, "/appointments/" + one} {
		is := apptest.Into[struct {
			LocationID string `json:"location_id"`
			Start      string `json:"start"`
			TimeZone   string `json:"time_zone"`
		}](t, s.Owner.GET(path), http.StatusOK)
		want(t, is.LocationID+" "+is.Start+" "+is.TimeZone, there.Location+" 2026-06-02T09:00:00-04:00 America/New_York")
	}
	apptest.Sound(t, s.Env)
}
