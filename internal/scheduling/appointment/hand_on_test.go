package appointment_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestHandingOnAsksTheRulesOfBooking (4.3.8.4, 4.4 step 5): an appointment becomes another customer's only where they could book it, or
// against the same rules by who may.
func TestHandingOnAsksTheRulesOfBooking(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t)
	cut, fresh := s.Service(t, []string{s.ann, bea}), s.Service(t, []string{s.ann, bea}, object{"for_customers": "new"})
	s.Owner.PATCH("/settings/booking", object{"max_open_appointments": 2}).Want(t, http.StatusOK)
	blocked := s.Customer(t, "Bo")
	s.Owner.PATCH("/customers/"+blocked, object{"status": "BLOCKED"}).Want(t, http.StatusOK)
	busy, known := s.booked(t, cut, "10:00").CustomerID, s.booked(t, cut, "09:00").CustomerID
	eager := s.booked(t, cut, "09:30").CustomerID
	s.Book(t, object{"service_id": cut, "start": at("16:00"), "customer_id": eager})
	for rule, c := range map[string]struct{ service, start, to string }{
		"customer_blocked":           {cut, "11:00", blocked},
		"customer_overlap":           {cut, "10:00", busy},
		"customer_open_appointments": {cut, "12:00", eager},
		"customer_kind":              {fresh, "13:00", known},
	} {
		a := s.booked(t, c.service, c.start)
		body := object{"customer_id": c.to}
		s.Env.WritesNothing(t, func() {
			p := s.Owner.PATCH("/appointments/"+a.ID, body).WantProblem(t, http.StatusConflict, taken)
			if len(p.Conflicts) != 1 || p.Conflicts[0].Rule != rule || !p.Overridable {
				t.Errorf("%s: %+v", rule, p)
			}
		})
		is := apptest.Into[object](t, s.Owner.PATCH("/appointments/"+a.ID, with(body, object{"override": []string{rule}, "override_reason": "A friend"})), http.StatusOK)
		if over, _ := is["overridden"].([]any); is["customer_id"] != c.to || len(over) != 1 || over[0] != rule || is["overbooked"] != true || is["override_reason"] != "A friend" {
			t.Errorf("%s: %v", rule, is)
		}
		s.Owner.POST("/appointments/"+a.ID+"/cancel", object{}).Want(t, http.StatusOK)
	}
}
