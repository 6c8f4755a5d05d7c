package availability_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestSeasonsOfServices: a range of dates, both included, in the list and when booking.
func TestSeasonsOfServices(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, apptest.Hours([2]string{"09:00", "10:00"}))
	cut := s.Service(t, []string{ann}, object{"bookable_from": monday, "bookable_until": "2026-06-02"})
	want(t, offered(t, s, cut, "Mon15:04", "2026-05-30", "2026-06-30"), "Mon09:00 Mon09:30 Tue09:00 Tue09:30")
	refused(t, s, cut, "2026-05-31T09:00")
	refused(t, s, cut, "2026-06-03T09:00")
	s.Owner.PATCH("/services/"+cut, object{"name": "Cut"}).Want(t, http.StatusOK)
	refused(t, s, cut, "2026-06-03T09:00")
	s.Owner.PATCH("/services/"+cut, object{"bookable_until": nil}).Want(t, http.StatusOK)
	s.Env.Public().POST("/public/appointments", guest(cut, "2026-06-03T09:00")).Want(t, http.StatusCreated)
}

// TestPeopleComeAndGo: a resource is offered from its first date to before its last.
func TestPeopleComeAndGo(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, apptest.Hours([2]string{"09:00", "09:30"}))
	cut := s.Service(t, []string{ann})
	s.Owner.PATCH("/resources/"+ann, object{"active_from": monday, "active_until": "2026-06-03"}).Want(t, http.StatusOK)
	want(t, offered(t, s, cut, "Mon15:04", "2026-05-30", "2026-06-30"), "Mon09:00 Tue09:00")
	refused(t, s, cut, "2026-05-31T09:00")
	refused(t, s, cut, "2026-06-03T09:00")
	s.Owner.PATCH("/resources/"+ann, object{"name": "Anna"}).Want(t, http.StatusOK)
	refused(t, s, cut, "2026-06-03T09:00")
	s.Owner.PATCH("/resources/"+ann, object{"active_until": nil}).Want(t, http.StatusOK)
	s.Env.Public().POST("/public/appointments", guest(cut, "2026-06-03T09:00")).Want(t, http.StatusCreated)
}

func TestStartsByTheClockAndInGaps(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, apptest.Hours([2]string{"09:10", "11:10"}))
	cut := s.Service(t, []string{ann}, object{"align": "clock"})
	want(t, offered(t, s, cut, clock, monday, monday), "09:30 10:00 10:30")
	refused(t, s, cut, monday+"T09:10")
	s.Book(t, object{"service_id": cut, "start": monday + "T09:50", "end": monday + "T10:05", "customer_id": s.Customer(t, "Cleo")})
	want(t, offered(t, s, cut, clock, monday, monday), "10:30")
	s.Owner.PATCH("/services/"+cut, object{"fill_gaps": true}).Want(t, http.StatusOK)
	want(t, offered(t, s, cut, clock, monday, monday), "09:20 10:05 10:30")
	s.Env.Public().POST("/public/appointments", guest(cut, monday+"T10:05")).Want(t, http.StatusCreated)
	refused(t, s, cut, monday+"T09:15")
	s.Owner.PATCH("/services/"+cut, object{"align": nil, "fill_gaps": nil}).Want(t, http.StatusOK)
	want(t, offered(t, s, cut, clock, monday, monday), "09:10 10:40")
}
