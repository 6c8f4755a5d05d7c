package availability_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestListsOfStartsHaveTags: who has the list gets it again only when it has changed.
func TestListsOfStartsHaveTags(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	cut := s.Service(t, []string{ann})
	for _, path := range []string{"/public/availability", "/public/availability/days"} {
		query := path + "?service_id=" + cut + "&from=" + monday + "&to=" + monday
		tag := s.Env.Public().GET(query).Want(t, http.StatusOK).Header.Get("ETag")
		again := func() int { return s.Env.Public().With("If-None-Match", tag).GET(query).Status }
		if tag == "" || again() != http.StatusNotModified {
			t.Errorf("%s: tag %q is answered with %d", path, tag, again())
		}
		s.Book(t, object{"service_id": cut, "start": monday + map[string]string{"/public/availability": "T10:00", "/public/availability/days": "T11:00"}[path], "customer_id": s.Customer(t, "Cleo")})
		if again() != http.StatusOK {
			t.Errorf("%s: the list has changed, and is not told", path)
		}
	}
}

// TestDaysCountTheStarts of each date of the range, those without any too.
func TestDaysCountTheStarts(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	cut := s.Service(t, []string{ann}, object{"bookable_from": monday})
	type days struct {
		Data []struct {
			Date  string
			Count int
		}
	}
	got := apptest.Into[days](t, s.Env.Public().GET("/public/availability/days?service_id="+cut+"&from=2026-05-31&to="+monday), http.StatusOK)
	if len(got.Data) != 2 || got.Data[0].Date != "2026-05-31" || got.Data[0].Count != 0 || got.Data[1].Count != 16 {
		t.Errorf("counted %+v", got.Data)
	}
}
