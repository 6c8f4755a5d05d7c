package appointment_test

import (
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// keep asks for seats to be kept, as a customer does.
func (s salon) keep(service, start string, more ...object) apptest.Answer {
	return s.Env.Public().POST("/public/availability/holds", with(object{"service_id": service, "start": at(start)}, more...))
}

func (s salon) expect(t *testing.T, service, left string) {
	t.Helper()
	want(t, s.left(t, service), left)
	apptest.Sound(t, s.Env)
}

// offers wants a start, with so many seats left, among those that are offered: "10:00 2".
func (s salon) offers(t *testing.T, service, start string) {
	t.Helper()
	if all := s.left(t, service); !strings.Contains(", "+all+",", ", "+start+",") {
		t.Errorf("want %s among %s", start, all)
	}
	apptest.Sound(t, s.Env)
}

// TestAHoldKeepsSeatsOfASession from the list, from others and from the wait, for ten minutes; whoever has its token sits in them.
func TestAHoldKeepsSeatsOfASession(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	s.keep(yoga, "10:00").WantProblem(t, http.StatusConflict, taken)
	g := s.plan(t, yoga, "10:00", object{"capacity": 5, "end": at("11:30")})
	h := s.hold(t, yoga, "10:00", object{"party_size": 3})
	want(t, apptest.Instant(t, h.ExpiresAt).Sub(s.Env.Now()).String(), "10m0s")
	s.expect(t, yoga, "10:00 2")
	if is := s.session(t, g.ID); is.Taken != 0 || is.Held != 3 {
		t.Errorf("the session: %+v", is)
	}
	s.keep(yoga, "10:00", object{"party_size": 3}).WantProblem(t, http.StatusConflict, taken)
	s.sit(t, yoga, "10:00", 1, object{"party_size": 3}).WantProblem(t, http.StatusConflict, taken)
	s.Owner.PATCH("/group_sessions/"+g.ID, object{"capacity": 2}).WantProblem(t, http.StatusConflict, "state_conflict")
	s.sits(t, yoga, "10:00", 1, object{"party_size": 2})
	s.expect(t, yoga, "")
	s.sit(t, yoga, "10:00", 2).WantProblem(t, http.StatusConflict, taken)
	p := s.Owner.POST("/appointments", object{"service_id": yoga, "start": at("10:00"), "customer_id": s.Customer(t, "Dan")}).WantProblem(t, http.StatusConflict, taken)
	if len(p.Conflicts) != 1 || p.Conflicts[0].Rule != "double_booking" {
		t.Errorf("staff are told %+v", p)
	}
	s.Env.WritesNothing(t, func() { // another number of people, another start, a foreign token
		s.sit(t, yoga, "10:00", 3, object{"hold_token": h.Token}).WantProblem(t, http.StatusConflict, taken)
		s.sit(t, yoga, "11:00", 3, object{"hold_token": h.Token, "party_size": 3}).WantProblem(t, http.StatusConflict, taken)
		s.sit(t, yoga, "10:00", 3, object{"hold_token": "x" + h.Token, "party_size": 3}).WantProblem(t, http.StatusConflict, taken)
	})
	seat := s.seat(t, s.sits(t, yoga, "10:00", 3, object{"hold_token": h.Token, "party_size": 3}))
	if *seat.SessionID != g.ID || seat.End != g.End {
		t.Errorf("sits in %+v", seat)
	}
	if n := s.count(t, `SELECT count(*) FROM holds`); n != 0 {
		t.Errorf("%d holds are left", n)
	}
	s.expect(t, yoga, "")
}

// TestKeptSeatsAreGivenBack by the next hold of the same browser, by leaving, and by time.
func TestKeptSeatsAreGivenBack(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, object{"capacity": 2})
	s.plan(t, yoga, "10:00")
	s.plan(t, yoga, "14:00")
	first := s.hold(t, yoga, "10:00", object{"party_size": 2})
	s.expect(t, yoga, "14:00 2")
	second := s.hold(t, yoga, "14:00", object{"replaces": first.Token})
	s.expect(t, yoga, "10:00 2, 14:00 1")
	s.Env.Public().POST("/public/availability/holds/release", object{"token": second.Token}).Want(t, http.StatusNoContent)
	s.expect(t, yoga, "10:00 2, 14:00 2")
	late := s.hold(t, yoga, "10:00", object{"party_size": 2})
	s.turn("2026-05-30T12:10:00Z")
	s.expect(t, yoga, "10:00 2, 14:00 2")
	s.sit(t, yoga, "10:00", 1, object{"party_size": 2, "hold_token": late.Token}).WantProblem(t, http.StatusConflict, taken)
	s.Env.Expire()
	if n := s.count(t, `SELECT count(*) FROM holds`); n != 0 {
		t.Errorf("%d holds are left", n)
	}
	s.sits(t, yoga, "10:00", 1, object{"party_size": 2})
	s.expect(t, yoga, "14:00 2")
}

// TestAKeptSeatMakesAnAdHocSession: others may sit down in it too, and it goes with the last who sit there or keep a seat.
func TestAKeptSeatMakesAnAdHocSession(t *testing.T) {
	t.Parallel()
	s := open(t)
	tour, cut := s.class(t, object{"ad_hoc": true, "capacity": 3}), s.Service(t, []string{s.ann}, object{"duration_minutes": 60})
	h := s.hold(t, tour, "10:00")
	if all := s.sessions(t); len(all) != 1 || !all[0].AdHoc || all[0].Held != 1 {
		t.Fatalf("made by a hold: %+v", all)
	}
	s.offers(t, tour, "10:00 2")
	s.refused(t, cut, at("10:00"))
	moved := s.hold(t, tour, "10:30", object{"replaces": h.Token}) // in its own way
	s.offers(t, tour, "10:30 2")
	if all := s.sessions(t); len(all) != 1 {
		t.Errorf("nobody sat in the one before: %+v", all)
	}
	other := s.sits(t, tour, "10:30", 1)
	s.Owner.POST("/appointments/"+other+"/cancel", nil).Want(t, http.StatusOK)
	s.refused(t, cut, at("10:30")) // a seat is kept still
	seat := s.sits(t, tour, "10:30", 2, object{"hold_token": moved.Token})
	s.turn("2026-05-30T12:10:00Z")
	s.Env.Expire()
	s.offers(t, tour, "10:30 2")
	s.hold(t, tour, "10:30")
	s.Owner.POST("/appointments/"+seat+"/cancel", nil).Want(t, http.StatusOK)
	s.offers(t, tour, "10:30 2")
	s.turn("2026-05-30T12:20:00Z")
	if !strings.Contains(s.free(t, cut), "10:00 10:30 11:00") {
		t.Error("what has expired is not offered")
	}
	s.Env.Public().POST("/public/appointments", guest(cut, at("10:30"))).Want(t, http.StatusCreated) // before it is swept
	apptest.Sound(t, s.Env)
	if all := s.sessions(t); len(all) != 1 || all[0].Status != "CANCELLED" {
		t.Errorf("somebody sat in it once: %+v", all)
	}
}

// TestASessionThatOnlyHoldsKeptIsSwept without a trace.
func TestASessionThatOnlyHoldsKeptIsSwept(t *testing.T) {
	t.Parallel()
	s := open(t)
	tour := s.class(t, object{"ad_hoc": true})
	s.hold(t, tour, "10:00")
	s.turn("2026-05-30T12:05:00Z")
	s.hold(t, tour, "10:00")
	s.turn("2026-05-30T12:10:00Z")
	s.Env.Expire()
	if all := s.sessions(t); len(all) != 1 || all[0].Held != 1 {
		t.Errorf("the second still keeps it: %+v", all)
	}
	apptest.Sound(t, s.Env)
	s.turn("2026-05-30T12:15:00Z")
	s.Owner.DELETE("/resources/"+s.ann).Want(t, http.StatusNoContent) // what has expired needs nobody
	s.Env.Expire()
	if all := s.sessions(t); len(all) != 0 {
		t.Errorf("still there: %+v", all)
	}
	if n := s.count(t, `SELECT count(*) FROM allocations`) + s.count(t, `SELECT count(*) FROM holds`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// TestKeptSeatsGoWithTheirSession: where it moves, where somebody else takes it over, and when it is cancelled.
func TestKeptSeatsGoWithTheirSession(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	tour := s.Service(t, []string{s.ann, bea}, object{"duration_minutes": 60, "group": object{"capacity": 3, "ad_hoc": true}})
	h := s.hold(t, tour, "10:00", object{"resource_id": s.ann})
	g := s.sessions(t)[0]
	s.Owner.POST("/resources/"+s.ann+"/reassign", nil).Want(t, http.StatusOK)
	want(t, s.session(t, g.ID).ResourceIDs[0], bea)
	apptest.Sound(t, s.Env)
	s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": at("14:00")}).Want(t, http.StatusOK)
	apptest.Sound(t, s.Env)
	s.sit(t, tour, "10:00", 1, object{"hold_token": h.Token}).WantProblem(t, http.StatusConflict, taken)
	seat := s.seat(t, s.sits(t, tour, "14:00", 1, object{"hold_token": h.Token}))
	want(t, *seat.SessionID, g.ID)
	h = s.hold(t, tour, "14:00")
	s.Owner.POST("/group_sessions/"+g.ID+"/cancel", nil).Want(t, http.StatusOK)
	s.sit(t, tour, "14:00", 2, object{"hold_token": h.Token}).WantProblem(t, http.StatusConflict, taken)
	apptest.Sound(t, s.Env)
}

// TestAKeptSeatIsOfItsSession where several begin together, closed since or not.
func TestAKeptSeatIsOfItsSession(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	yoga := s.Service(t, []string{s.ann, bea}, object{"duration_minutes": 60, "group": object{"capacity": 3}})
	s.plan(t, yoga, "10:00", object{"resource_ids": []string{s.ann}, "capacity": 2})
	beas := s.plan(t, yoga, "10:00", object{"resource_ids": []string{bea}})
	h := s.hold(t, yoga, "10:00", object{"resource_id": bea})
	s.Owner.PATCH("/group_sessions/"+beas.ID, object{"open": false}).Want(t, http.StatusOK)
	want(t, *s.seat(t, s.sits(t, yoga, "10:00", 1, object{"hold_token": h.Token})).SessionID, beas.ID)
	staff := s.Owner.POST("/availability/holds", object{"service_id": yoga, "start": at("10:00"), "resource_id": bea})
	token := apptest.Into[hold](t, staff, http.StatusCreated).Token
	booked := s.Book(t, object{"service_id": yoga, "start": at("10:00"), "customer_id": s.Customer(t, "Dan"), "hold_token": token})
	want(t, *s.seat(t, booked.ID).SessionID, beas.ID)
	apptest.Sound(t, s.Env)
}
