package waitlist_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

func TestAllAreToldAndTheFirstToBookHasIt(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.offers(t, object{"waitlist": "notify_all"})
	early := s.taken(t, cut, nine)
	s.taken(t, cut, half)
	ada := s.person(t, "Ada")
	a, b := s.waitsFor(t, cut, ada).ID, s.waits(t, cut, "Bea")
	blocked := s.person(t, "Blocked")
	s.waitsFor(t, cut, blocked)
	s.Owner.PATCH("/customers/"+blocked, object{"status": "BLOCKED"}).Want(t, http.StatusOK)
	s.cancel(t, early)
	s.work(t)
	told := "[ada@example.com: A free time on Mon 1 June, 09:00 bea@example.com: A free time on Mon 1 June, 09:00]"
	want(t, s.states(t, a, b), "WAITING, WAITING")
	want(t, s.letters(t), told)
	want(t, apptest.Starts(t, s.Free(t, cut, monday, monday), "15:04"), "09:00") // nothing is kept, and the rehearsal has left nothing
	mine := s.Book(t, object{"service_id": cut, "start": nine, "customer_id": ada}).ID
	again := s.taken(t, cut, "2026-06-02T09:00:00+02:00")
	s.cancel(t, again)
	s.cancel(t, mine)
	s.work(t)
	if got := s.letters(t); len(got) != 4 { // with the confirmation of the booking, and its end; once for each date
		t.Errorf("want no second mail about the date, got %s", got)
	}
	want(t, s.states(t, a, b), "WAITING, WAITING")
}

func TestWhoBooksWithoutTheListWaitsNoLonger(t *testing.T) {
	t.Parallel()
	s, cut, early, late := full(t)
	ada := s.person(t, "Ada")
	a, b := s.waitsFor(t, cut, ada).ID, s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.Book(t, object{"service_id": cut, "start": nine, "customer_id": ada}) // before the job
	s.cancel(t, late)
	s.work(t)
	want(t, s.states(t, a, b), "BOOKED, OFFERED "+half)
}

func TestWithoutAStrategyNothingHappensByItself(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t, object{"waitlist": "off"})
	a := s.waits(t, cut, "Ada") // staff may keep a list all the same
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, a), "WAITING")
	s.Env.Public().POST("/public/waitlist", guest(cut)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.service_id")
}

// class is a group of one seat, on the Monday at nine, that is taken.
func (s salon) class(t *testing.T, more ...object) (yoga, seat string) {
	t.Helper()
	yoga = s.Service(t, []string{s.ann}, with(object{"name": "Yoga", "group": object{"capacity": 1}, "waitlist": "auto_enrol"}, more...))
	s.Owner.POST("/group_sessions", object{"service_id": yoga, "start": nine}).Want(t, http.StatusCreated)
	return yoga, s.taken(t, yoga, nine)
}

func TestTheNextIsGivenTheSeat(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga, seat := s.class(t)
	blocked := s.person(t, "Blocked")
	x, a, b := s.waitsFor(t, yoga, blocked, object{"priority": 1}).ID, s.waits(t, yoga, "Ada"), s.waits(t, yoga, "Bea")
	s.Owner.PATCH("/customers/"+blocked, object{"status": "BLOCKED"}).Want(t, http.StatusOK)
	s.cancel(t, seat)
	s.work(t)
	want(t, s.states(t, x, a, b), "WAITING, BOOKED, WAITING")
	want(t, s.letters(t), "[ada@example.com: Your appointment on Mon 1 June, 09:00]")
	booked := apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+*s.get(t, a).AppointmentID), http.StatusOK)
	want(t, booked.Start+" "+booked.CustomerName, nine+" Ada")
}

// TestASeatIsOfferedToOneAfterTheOther: it is kept for each for half an hour, from those who ask for the session too.
func TestASeatIsOfferedToOneAfterTheOther(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga, seat := s.class(t, object{"waitlist": "offer_next"})
	a, b := s.waits(t, yoga, "Ada"), s.waits(t, yoga, "Bea")
	mine := s.joins(t, yoga)
	s.cancel(t, seat)
	s.work(t)
	want(t, s.states(t, a, b, mine.ID), "OFFERED "+nine+", WAITING, WAITING")
	want(t, apptest.Starts(t, s.Free(t, yoga, monday, monday), "15:04"), "")
	s.Owner.POST("/appointments", object{"service_id": yoga, "start": nine, "customer_id": s.Customer(t, "Cleo")}).WantProblem(t, http.StatusConflict, "slot_unavailable")
	s.turn("2026-05-30T10:30:00Z")
	s.expire(t)
	want(t, s.states(t, a, b, mine.ID), "WAITING, OFFERED "+nine+", WAITING")
	s.Owner.DELETE("/waitlist/"+b).Want(t, http.StatusNoContent)
	s.work(t)
	want(t, s.states(t, a, b, mine.ID), "WAITING, CANCELLED, OFFERED "+nine)
	s.public("accept", mine.Token).Want(t, http.StatusOK)
	want(t, s.states(t, mine.ID), "BOOKED")
	apptest.Sound(t, s.Env)
}

func TestNobodyIsGivenASeatAtTheLastMoment(t *testing.T) {
	t.Parallel()
	for now, status := range map[string]string{"2026-06-01T06:00:00Z": "BOOKED", "2026-06-01T06:00:01Z": "WAITING"} {
		s := open(t)
		yoga, seat := s.class(t, object{"auto_promote_until_minutes": 60})
		a := s.waits(t, yoga, "Ada")
		s.turn(now)
		s.cancel(t, seat)
		s.work(t)
		want(t, s.states(t, a), status)
	}
}

func TestAClosedSessionIsNotGiven(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.Service(t, []string{s.ann}, object{"group": object{"capacity": 1}, "waitlist": "auto_enrol"})
	s.Owner.POST("/group_sessions", object{"service_id": yoga, "start": nine, "open": false}).Want(t, http.StatusCreated)
	seat, a := s.taken(t, yoga, nine), s.waits(t, yoga, "Ada")
	s.cancel(t, seat)
	s.work(t)
	want(t, s.states(t, a), "WAITING")
}

// A seat is given by the rules of customers: where those ask for it, it is a request.
func TestASeatOfARequestedServiceIsARequest(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga, seat := s.class(t, object{"confirmation": "request"})
	a := s.waits(t, yoga, "Ada")
	s.cancel(t, seat)
	s.work(t)
	booked := apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+*s.get(t, a).AppointmentID), http.StatusOK)
	want(t, booked.Status, "PENDING")
}

func TestStrategiesGoWithTheService(t *testing.T) {
	t.Parallel()
	s := open(t)
	body := object{"name": "A", "duration_minutes": 30, "price": object{"amount": 1, "currency": "EUR"}, "resource_ids": []string{s.ann}}
	for _, bad := range []object{{"waitlist": "auto_enrol"}, {"waitlist": "x"}} {
		s.Owner.POST("/services", with(body, bad)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.waitlist")
	}
	type shown struct {
		Waitlist bool `json:"waitlist"`
	}
	s.offers(t)
	all := apptest.Into[struct{ Data []shown }](t, s.Env.Public().GET("/public/services"), http.StatusOK).Data
	want(t, all, "[{true}]")
}
