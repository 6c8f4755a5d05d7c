package waitlist_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// held keeps a start as somebody does who looks at the public page.
func (s salon) held(t *testing.T, service, start string) (token string) {
	t.Helper()
	return apptest.Into[struct{ Token string }](t, s.Env.Public().POST("/public/availability/holds", object{"service_id": service, "start": start}), http.StatusCreated).Token
}

// TestAHoldThatEndsIsARelease (4.8): whoever waits is offered a start that somebody else kept and did not book, given back or run out.
func TestAHoldThatEndsIsARelease(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, s salon, token string){
		"given back": func(t *testing.T, s salon, token string) {
			t.Helper()
			s.Env.Public().POST("/public/availability/holds/release", object{"token": token}).Want(t, http.StatusNoContent)
		},
		"run out": func(_ *testing.T, s salon, _ string) {
			s.turn("2026-05-30T10:11:00Z")
			s.Env.Expire()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, cut, early, _ := full(t)
			a := s.waits(t, cut, "Ada")
			s.cancel(t, early)
			token := s.held(t, cut, nine)
			s.work(t)
			want(t, s.states(t, a), "WAITING")
			end(t, s, token)
			s.work(t)
			want(t, s.states(t, a), "OFFERED "+nine)
		})
	}
}

// TestNewSeatsAreOffered (4.8): of a session that is planned, that gets more of them, or that opens to customers.
func TestNewSeatsAreOffered(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga, _ := s.class(t)
	a, b, c := s.waits(t, yoga, "Ada", object{"to_date": "2026-06-03"}), s.waits(t, yoga, "Bea", object{"to_date": "2026-06-03"}), s.waits(t, yoga, "Cleo", object{"to_date": "2026-06-03"})
	plan := func(date string, more ...object) string {
		t.Helper()
		body := with(object{"service_id": yoga, "start": date + "T09:00"}, more...)
		return apptest.Into[apptest.Object](t, s.Owner.POST("/group_sessions", body), http.StatusCreated).ID
	}
	change := func(id string, body object) {
		t.Helper()
		s.Owner.PATCH("/group_sessions/"+id, body).Want(t, http.StatusOK)
		s.work(t)
	}
	one := plan("2026-06-02")
	s.work(t)
	want(t, s.states(t, a, b, c), "BOOKED, WAITING, WAITING")
	change(one, object{"capacity": 2})
	want(t, s.states(t, a, b, c), "BOOKED, BOOKED, WAITING")
	two := plan("2026-06-03", object{"open": false})
	s.work(t)
	want(t, s.states(t, a, b, c), "BOOKED, BOOKED, WAITING")
	change(two, object{"open": true})
	want(t, s.states(t, a, b, c), "BOOKED, BOOKED, BOOKED")
}

// TestLookingBusyHidesNothingFromWhoWaits (4.3.8.6: it is cosmetic).
func TestLookingBusyHidesNothingFromWhoWaits(t *testing.T) {
	t.Parallel()
	s, cut, early, late := full(t)
	s.Owner.PATCH("/settings/booking", object{"look_busy_percent": 90}).Want(t, http.StatusOK)
	a, b := s.waits(t, cut, "Ada"), s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	s.cancel(t, late)
	s.work(t)
	want(t, s.states(t, a, b), "OFFERED "+nine+", OFFERED "+half)
}
