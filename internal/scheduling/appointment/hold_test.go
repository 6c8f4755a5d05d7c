package appointment_test

import (
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

type hold struct {
	Token     string `json:"token"`
	Start     string `json:"start"`
	ExpiresAt string `json:"expires_at"`
}

func (s salon) hold(t *testing.T, service, start string, more ...object) hold {
	t.Helper()
	body := with(object{"service_id": service, "start": at(start)}, more...)
	return apptest.Into[hold](t, s.Env.Public().POST("/public/availability/holds", body), http.StatusCreated)
}

// TestAHoldKeepsAStartForTenMinutes from everybody but whoever has its token.
func TestAHoldKeepsAStartForTenMinutes(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	h := s.hold(t, cut, "12:00")
	want(t, apptest.Instant(t, h.ExpiresAt).Sub(s.Env.Now()).String(), "10m0s")
	if strings.Contains(s.free(t, cut), "12:00") {
		t.Error("still offered")
	}
	s.refused(t, cut, at("12:00"))
	s.Env.Public().POST("/public/availability/holds", object{"service_id": cut, "start": at("12:00")}).WantProblem(t, http.StatusConflict, taken)
	s.Env.Public().POST("/public/appointments", guest(cut, at("12:00"), object{"hold_token": h.Token})).Want(t, http.StatusCreated)
	if n := s.count(t, `SELECT count(*) FROM holds`) + s.count(t, `SELECT count(*) FROM allocations WHERE hold_id IS NOT NULL`); n != 0 {
		t.Errorf("%d rows of the hold are left", n)
	}
	s.Env.Public().POST("/public/appointments", guest(cut, at("12:00"), object{"hold_token": h.Token})).WantProblem(t, http.StatusConflict, taken)
}

// TestA21ForeignAndExpiredHolds book nothing.
func TestA21ForeignAndExpiredHolds(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, other := s.Service(t, []string{s.ann}), s.Service(t, []string{s.ann})
	h := s.hold(t, cut, "12:00")
	s.Env.WritesNothing(t, func() {
		for name, body := range map[string]object{
			"of another start":   guest(cut, at("13:00"), object{"hold_token": h.Token}),
			"of another service": guest(other, at("12:00"), object{"hold_token": h.Token}),
			"of nobody":          guest(cut, at("13:00"), object{"hold_token": "x" + h.Token}),
		} {
			t.Log(name)
			s.Env.Public().POST("/public/appointments", body).WantProblem(t, http.StatusConflict, taken)
		}
	})
	s.turn("2026-05-30T12:10:00Z")
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest(cut, at("12:00"), object{"hold_token": h.Token})).WantProblem(t, http.StatusConflict, taken)
	})
	s.Env.Public().POST("/public/appointments", guest(cut, at("12:00"))).Want(t, http.StatusCreated)
}

// TestWhatIsKeptCanBeBooked: 4.4, a hold is good for as long as it says, though notice, window or season catch up with it; not so
// what has passed, and what has been closed since.
func TestWhatIsKeptCanBeBooked(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"min_notice_minutes": 120})
	tour := s.class(t, object{"ad_hoc": true}, object{"min_notice_minutes": 120, "resource_ids": []string{s.Resource(t)}})
	s.turn("2026-06-01T13:58:00Z") // 09:58
	noon, one, seat := s.hold(t, cut, "12:00"), s.hold(t, cut, "13:00"), s.hold(t, tour, "12:00")
	s.Owner.PATCH("/services/"+cut, object{"max_advance_days": 0, "bookable_until": "2026-05-31"}).Want(t, http.StatusOK)
	s.Owner.POST("/blocks", object{"resource_id": s.ann, "start": "2026-06-01T13:00:00-04:00", "end": "2026-06-01T14:00:00-04:00"}).Want(t, http.StatusCreated)
	s.turn("2026-06-01T14:01:00Z")
	s.sits(t, cut, "12:00", 1, object{"hold_token": noon.Token})
	s.sits(t, tour, "12:00", 2, object{"hold_token": seat.Token})
	s.Env.WritesNothing(t, func() {
		p := s.sit(t, cut, "13:00", 3, object{"hold_token": one.Token}).WantProblem(t, http.StatusConflict, taken)
		if len(p.Alternatives) > 0 {
			t.Errorf("out of season: %v", p.Alternatives)
		}
	})
	s.Owner.PATCH("/services/"+cut, object{"bookable_until": nil}).Want(t, http.StatusOK)
	late := s.hold(t, cut, "12:30")
	s.exec(t, `UPDATE holds SET expires_at = '2026-06-02T00:00:00Z'`)
	s.turn("2026-06-01T17:00:00Z")
	want(t, s.sit(t, cut, "12:30", 4, object{"hold_token": late.Token}).WantProblem(t, http.StatusConflict, taken).Detail, "This time has passed. Choose a later one.")
}

// TestA21AHoldIsOfItsResources: 4.3.7, what is not customers' to choose is not theirs to choose with a hold either.
func TestA21AHoldIsOfItsResources(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea, there := s.Resource(t, object{"name": "Bea"}), apptest.Into[apptest.Object](t, s.Owner.POST("/locations", object{"name": "There", "time_zone": newYork, "opening_hours": apptest.Hours([2]string{"09:00", "17:00"})}), http.StatusCreated).ID
	away := s.Resource(t, object{"location_id": there})
	cut := s.Service(t, nil, object{"requirements": []object{{"label": "Any", "resource_ids": []string{s.ann, bea, away}, "customer_selectable": false}}})
	yoga := s.Service(t, []string{s.ann, bea}, object{"duration_minutes": 60, "group": object{"capacity": 3}})
	s.plan(t, yoga, "14:00", object{"resource_ids": []string{s.ann}})
	s.plan(t, yoga, "14:00", object{"resource_ids": []string{bea}})
	here := object{"location_id": s.Location}
	h, seat := s.hold(t, cut, "12:00", here), s.hold(t, yoga, "14:00", object{"resource_id": s.ann})
	s.Env.WritesNothing(t, func() {
		for name, body := range map[string]object{
			"another resource":       guest(cut, at("12:00"), here, object{"hold_token": h.Token, "resource_id": bea}),
			"one of another place":   guest(cut, at("12:00"), object{"hold_token": h.Token, "resource_id": away}),
			"another place":          guest(cut, at("12:00"), object{"hold_token": h.Token, "location_id": there}),
			"one of another session": guest(yoga, at("14:00"), object{"hold_token": seat.Token, "resource_id": bea}),
		} {
			t.Log(name)
			s.Env.Public().POST("/public/appointments", body).WantProblem(t, http.StatusConflict, taken)
		}
	})
	s.sits(t, cut, "12:00", 1, object{"hold_token": h.Token, "resource_id": s.ann})
	s.sits(t, yoga, "14:00", 2, object{"hold_token": seat.Token, "resource_id": s.ann})
}

// TestABrowserKeepsOneStart: the next hold gives the one before back, and so does leaving.
func TestABrowserKeepsOneStart(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	first := s.hold(t, cut, "12:00")
	second := s.hold(t, cut, "12:30", object{"replaces": first.Token})
	third := s.hold(t, cut, "12:00")
	s.hold(t, cut, "12:00", object{"replaces": third.Token}) // the same start again
	s.Env.Public().POST("/public/availability/holds/release", object{"token": second.Token}).Want(t, http.StatusNoContent)
	s.hold(t, cut, "12:30")
}

// TestHoldsObeyTheRules of the list of starts.
func TestHoldsObeyTheRules(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"public": false})
	s.Env.Public().POST("/public/availability/holds", object{"service_id": cut, "start": at("12:00")}).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.service_id")
	cut = s.Service(t, []string{s.ann})
	for _, start := range []string{"08:30", "12:10", "17:00"} {
		s.Env.WritesNothing(t, func() {
			s.Env.Public().POST("/public/availability/holds", object{"service_id": cut, "start": at(start)}).WantProblem(t, http.StatusConflict, taken)
		})
	}
}

// TestHoldsAndRequestsAreSwept: what expired is removed also where nobody books. All businesses are swept, so it is the day before
// that of the other tests.
func TestHoldsAndRequestsAreSwept(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, asked := s.Service(t, []string{s.ann}), s.asked(t, object{"pending_minutes": 5})
	s.turn("2026-05-29T12:00:00Z")
	s.hold(t, cut, "12:00")
	id := s.request(t, asked, "13:00", "gil@example.com")
	s.turn("2026-05-29T12:10:00Z")
	if err := s.Env.App.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.count(t, `SELECT count(*) FROM holds`) + s.count(t, `SELECT count(*) FROM allocations WHERE active`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	want(t, apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+id), http.StatusOK).Status, "EXPIRED")
}
