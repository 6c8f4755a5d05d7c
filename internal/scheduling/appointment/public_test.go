package appointment_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/id"
)

// wireID is a client's user as the API writes it.
func wireID(c *apptest.Client) string { return id.ID[user](c.UserID).String() }

// TestPublicBookingNeverTellsWhoIsKnown books by an address that is known and by one that is not:
// the answers have the same fields, and the known customer stays as it was.
func TestPublicBookingNeverTellsWhoIsKnown(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	known := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Cleo Real", "email": "cleo@example.com", "phone": "1"}), http.StatusCreated).ID
	was := s.Owner.GET("/customers/"+known).Want(t, http.StatusOK)
	answers := map[string]object{}
	for start, email := range map[string]string{"10:00": " CLEO@Example.com ", "11:00": "new@example.com"} {
		body := guest(cut, at(start), object{"customer": object{"name": "Mallory", "email": email, "phone": "2"}})
		answers[start] = apptest.Into[object](t, s.Env.Public().POST("/public/appointments", body), http.StatusCreated)
	}
	for _, a := range answers {
		if len(a) != 11 || a["service_name"] != "Cut" || a["resource_name"] != "Ann" || a["status"] != "CONFIRMED" || a["time_zone"] != newYork || a["id"] == "" {
			t.Errorf("want id, service, resource, start, end, zone, status, price, deposit and what was chosen alone: %v", a)
		}
		if text := strings.ToLower(strings.Join([]string{a["service_name"].(string), a["resource_name"].(string)}, " ")); strings.Contains(text, "cleo") {
			t.Errorf("the answer tells a known customer's name: %v", a)
		}
	}
	want(t, string(s.Owner.GET("/customers/"+known).Body), string(was.Body))
	if n := s.count(t, `SELECT count(*) FROM customers`); n != 2 {
		t.Errorf("%d customers, want the known one and the new one", n)
	}
	if n := s.count(t, `SELECT count(*) FROM appointments a JOIN customers c ON c.id = a.customer_id WHERE c.name = 'Cleo Real'`); n != 1 {
		t.Error("the known customer has no appointment")
	}
}

func TestPublicBookingByAnArchivedCustomersAddressMakesAnother(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	old := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Old", "email": "gil@example.com"}), http.StatusCreated).ID
	s.Owner.DELETE("/customers/"+old).Want(t, http.StatusNoContent)
	s.Env.Public().POST("/public/appointments", guest(cut, at("10:00"))).Want(t, http.StatusCreated)
	if n := s.count(t, `SELECT count(*) FROM customers WHERE email = 'gil@example.com'`); n != 2 {
		t.Errorf("%d customers, want the archived one and a new one", n)
	}
}

// TestPublicRefusalsShowNobodyElse: the nearest times are all that a refusal tells.
func TestPublicRefusalsShowNobodyElse(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	s.booked(t, cut, "10:00")
	a := s.Env.Public().POST("/public/appointments", guest(cut, at("10:00")))
	p := a.WantProblem(t, http.StatusConflict, taken)
	if len(p.Alternatives) != 3 || len(p.Alternatives[0].ResourceIDs) != 1 || strings.Contains(string(a.Body), "Cleo") {
		t.Errorf("want three free times with who has them: %s", a.Body)
	}
	for _, alternative := range p.Alternatives {
		if !strings.Contains(s.free(t, cut), apptest.Instant(t, alternative.Start).Format(clock)) {
			t.Errorf("%s is not free", alternative.Start)
		}
	}
}

// TestNearestReachOverADayThatIsFull: alternatives come from other days if need be.
func TestNearestReachOverADayThatIsFull(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	s.Owner.POST("/blocks", object{"location_id": s.Location, "start": "2026-06-01T00:00:00-04:00", "end": "2026-06-22T00:00:00-04:00"}).Want(t, http.StatusCreated)
	p := s.Env.Public().POST("/public/appointments", guest(cut, "2026-06-20T10:00")).WantProblem(t, http.StatusConflict, taken)
	if len(p.Alternatives) != 3 || p.Alternatives[0].Start != "2026-06-22T09:00:00-04:00" {
		t.Errorf("want the first times past the closure: %+v", p.Alternatives)
	}
}

// TestNobodyPerformsIt: a service without resources has no free times, and can't be booked at any.
func TestNobodyPerformsIt(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{})
	list := s.Owner.GET("/availability?service_id=" + cut + "&from=2026-06-01&to=2026-06-07")
	if free := apptest.Into[struct{ Data []object }](t, list, http.StatusOK).Data; len(free) != 0 {
		t.Errorf("free times with nobody to serve: %v", free)
	}
	p := s.Env.Public().POST("/public/appointments", guest(cut, at("10:00"))).WantProblem(t, http.StatusConflict, "slot_unavailable")
	if len(p.Alternatives) != 0 {
		t.Errorf("alternatives with nobody to serve: %v", p.Alternatives)
	}
}

// TestBlockedCustomersCannotTell (4.3.8.4: the same neutral message; 4.4 step 5: with the nearest times): what a customer may not book is
// refused as what is taken, in every field.
func TestBlockedCustomersCannotTell(t *testing.T) {
	t.Parallel()
	s := open(t)
	for name, cut := range map[string]string{"alone": s.Service(t, []string{s.ann}), "in a group": s.Service(t, []string{s.Resource(t)}, object{"group": object{"capacity": 1, "ad_hoc": true}})} {
		blocked := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Bo", "email": "bo@example.com", "status": "BLOCKED"}), http.StatusCreated).ID
		p := s.Env.Public().POST("/public/appointments", guest(cut, at("10:00"), person("bo@example.com"))).WantProblem(t, http.StatusConflict, taken)
		s.booked(t, cut, "10:00")
		q := s.Env.Public().POST("/public/appointments", guest(cut, at("10:00"), person("pat@example.com"))).WantProblem(t, http.StatusConflict, taken)
		p.RequestID, q.RequestID = "", ""
		if !reflect.DeepEqual(p, q) || len(p.Alternatives) != 3 {
			t.Errorf("%s:\nblocked %+v\ntaken   %+v", name, p, q)
		}
		s.Owner.DELETE("/customers/"+blocked).Want(t, http.StatusNoContent)
	}
}
