package waitlist_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

func TestACustomerJoinsAndAccepts(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	j := s.joins(t, cut, object{"resource_id": s.ann, "windows": []object{{"from": "09:00", "to": "09:30"}}})
	look := func() string {
		p := apptest.Into[object](t, s.public("status", j.Token), http.StatusOK)
		for _, name := range []string{"customer_name", "name", "email", "customer"} {
			if p[name] != nil {
				t.Errorf("the key tells %s", name)
			}
		}
		return p["status"].(string)
	}
	want(t, look(), "WAITING")
	s.public("accept", j.Token).WantProblem(t, http.StatusConflict, "state_conflict")
	s.cancel(t, early)
	s.work(t)
	want(t, look(), "OFFERED")
	s.Env.Public().POST("/public/appointments", object{"service_id": cut, "start": nine, "customer": object{"name": "Max", "email": "max@example.com"}}).
		WantProblem(t, http.StatusConflict, "slot_unavailable")
	booked := apptest.Into[apptest.Appointment](t, s.public("accept", j.Token), http.StatusOK)
	want(t, booked.Start+" "+booked.Status, nine+" CONFIRMED")
	want(t, look(), "BOOKED")
	s.public("leave", j.Token).WantProblem(t, http.StatusConflict, "state_conflict")
}

func TestACustomerLeaves(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	j := s.joins(t, cut)
	b := s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	s.public("leave", j.Token).Want(t, http.StatusNoContent)
	s.public("leave", j.Token).Want(t, http.StatusNoContent)
	s.work(t)
	want(t, s.states(t, j.ID, b), "CANCELLED, OFFERED "+nine)
}

// A second entry for the same is answered like the first. Its key works, and opens nothing of the first's.
func TestASecondEntryTellsNothing(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	first, second := s.joins(t, cut), s.joins(t, cut, object{"to_date": tuesday})
	want(t, len(apptest.Into[apptest.Page](t, s.Owner.GET("/waitlist"), http.StatusOK).Data), 1)
	s.Owner.GET("/waitlist/"+second.ID).WantProblem(t, http.StatusNotFound, "not_found")
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, first.ID), "OFFERED "+nine)
	seen := apptest.Into[object](t, s.public("status", second.Token), http.StatusOK)
	want(t, seen["status"], "WAITING")
	want(t, seen["to_date"], tuesday)
	s.public("accept", second.Token).WantProblem(t, http.StatusConflict, "state_conflict")
	s.public("leave", second.Token).Want(t, http.StatusNoContent)
	want(t, s.states(t, first.ID), "OFFERED "+nine)
}

func TestBadInputOfCustomersIsNamed(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, hidden := s.offers(t), s.offers(t, object{"public": false})
	for at, bad := range map[string]object{
		"body.service_id": {"service_id": hidden}, "body.to_date": {"to_date": "2026-05-31"}, "body.resource_id": {"resource_id": s.Resource(t)},
		"body.customer.email": {"customer": object{"name": "Gil", "email": "x"}}, "body.customer.name": {"customer": object{"name": " ", "email": "x@example.com"}},
		"body.party_size": {"party_size": 2}, "body.windows[0].weekday": {"windows": []object{{"weekday": 8, "from": "09:00", "to": "10:00"}}},
	} {
		s.Env.WritesNothing(t, func() {
			s.Env.Public().POST("/public/waitlist", guest(cut, bad)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
		})
	}
	for _, path := range []string{"status", "accept", "leave"} {
		s.public(path, "nonsense").WantProblem(t, http.StatusGone, "link_expired")
	}
}
