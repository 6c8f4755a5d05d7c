package waitlist_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/pgtest"
)

const nine, half = "2026-06-01T09:00:00+02:00", "2026-06-01T09:30:00+02:00"

// full is a salon whose Monday is booked out.
func full(t *testing.T, more ...object) (s salon, cut, early, late string) {
	t.Helper()
	s = open(t)
	cut = s.offers(t, more...)
	return s, cut, s.taken(t, cut, nine), s.taken(t, cut, half)
}

func TestWhoWaitsLongestIsOfferedFirst(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	a, b := s.waits(t, cut, "Ada"), s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, a, b), "OFFERED "+nine+", WAITING")
	want(t, s.letters(t), "[ada@example.com: Kept for you: Mon 1 June, 09:00]")
	want(t, *s.get(t, a).OfferedUntil, "2026-05-30T12:30:00+02:00")
	want(t, apptest.Starts(t, s.Free(t, cut, monday, monday), "15:04"), "") // it is kept
}

// TestALiftedBlockIsOffered: time off that is taken back, a closure of the location or of the business, once or recurring.
func TestALiftedBlockIsOffered(t *testing.T) {
	t.Parallel()
	s, cut, _, late := full(t)
	s.cancel(t, late)
	off := object{"start": half, "end": "2026-06-01T10:00:00+02:00"}
	for name, lift := range map[string]struct {
		block object
		do    func(path string)
	}{
		"time off":          {with(off, object{"resource_id": s.ann}), func(path string) { s.Owner.DELETE(path).Want(t, http.StatusNoContent) }},
		"time off, shorter": {with(off, object{"resource_id": s.ann, "start": "2026-05-31T09:00:00+02:00"}), func(path string) { s.Owner.PATCH(path, object{"end": half}).Want(t, http.StatusOK) }},
		"a closure":         {with(off, object{"location_id": s.Location}), func(path string) { s.Owner.DELETE(path).Want(t, http.StatusNoContent) }},
		"a holiday":         {off, func(path string) { s.Owner.DELETE(path).Want(t, http.StatusNoContent) }},
		"one that recurs":   {with(off, object{"resource_id": s.ann, "rrule": "FREQ=WEEKLY"}), func(path string) { s.Owner.DELETE(path).Want(t, http.StatusNoContent) }},
	} {
		b := apptest.Into[apptest.Object](t, s.Owner.POST("/blocks", lift.block), http.StatusCreated).ID
		a := s.waits(t, cut, "Ada"+b)
		s.work(t)
		want(t, s.get(t, a).Status, "WAITING")
		lift.do("/blocks/" + b)
		s.work(t)
		if got := s.states(t, a); got != "OFFERED "+half {
			t.Errorf("%s: %s", name, got)
		}
		s.Owner.DELETE("/waitlist/"+a).Want(t, http.StatusNoContent)
		s.work(t)
	}
}

// TestWhatIsOverIsNotOffered: a lifted block frees what is to come of it, once, and as far as the list looks ahead.
func TestWhatIsOverIsNotOffered(t *testing.T) {
	t.Parallel()
	s := open(t)
	for name, c := range map[string]struct {
		start, end string
		want       string
	}{
		"over":    {"2026-05-29T09:00:00Z", "2026-05-30T10:00:00Z", ""},
		"running": {"2026-01-01T09:00:00Z", "2026-05-30T11:00:00Z", "2026-05-30T10:00:00Z 2026-05-30T11:00:00Z"},
		"to come": {"2026-06-01T07:00:00Z", "2026-06-01T08:00:00Z", "2026-06-01T07:00:00Z 2026-06-01T08:00:00Z"},
		"endless": {"2026-05-01T07:00:00Z", "2027-06-01T08:00:00Z", "2026-05-30T10:00:00Z 2026-07-29T10:00:00Z"},
	} {
		b := apptest.Into[apptest.Object](t, s.Owner.POST("/blocks", object{"start": c.start, "end": c.end, "resource_id": s.ann}), http.StatusCreated).ID
		for range 2 { // the second time there is nothing to lift
			s.Owner.DELETE("/blocks/"+b).Want(t, http.StatusNoContent)
		}
		if got := s.told(t); got != c.want {
			t.Errorf("%s: told of %q, want %q", name, got, c.want)
		}
	}
}

func TestPriorityComesBeforeTime(t *testing.T) {
	t.Parallel()
	s, cut, early, late := full(t)
	a, b, c := s.waits(t, cut, "Ada"), s.waits(t, cut, "Bea"), s.waits(t, cut, "Cleo", object{"priority": 5})
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, a, b, c), "WAITING, WAITING, OFFERED "+nine)
	s.cancel(t, late)
	s.work(t)
	want(t, s.states(t, a, b, c), "OFFERED "+half+", WAITING, OFFERED "+nine)
}

func TestAnOfferThatNobodyTakesGoesToTheNext(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	a, b := s.waits(t, cut, "Ada", object{"priority": 9}), s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	s.turn("2026-05-30T10:29:59Z")
	s.expire(t)
	want(t, s.states(t, a, b), "OFFERED "+nine+", WAITING")
	s.turn("2026-05-30T10:30:00Z")
	s.expire(t)
	want(t, s.states(t, a, b), "WAITING, OFFERED "+nine)
	s.turn("2026-05-30T11:00:00Z")
	s.expire(t)
	want(t, s.states(t, a, b), "WAITING, WAITING") // nobody is offered the same again
	want(t, apptest.Starts(t, s.Free(t, cut, monday, monday), "15:04"), "09:00")
	want(t, len(s.letters(t)), 2)
}

func TestAnOfferOfAnEntryThatEndsGoesToTheNext(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	a, b := s.waits(t, cut, "Ada"), s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	s.Owner.DELETE("/waitlist/"+a).Want(t, http.StatusNoContent)
	s.Owner.DELETE("/waitlist/"+a).Want(t, http.StatusNoContent)
	s.work(t)
	want(t, s.states(t, a, b), "CANCELLED, OFFERED "+nine)
}

// Of two free times the only one who waits is offered one, however many jobs ask at once.
func TestManyJobsOfferOnce(t *testing.T) {
	t.Parallel()
	s, cut, early, late := full(t)
	a := s.waits(t, cut, "Ada")
	s.cancel(t, early)
	s.cancel(t, late)
	_, err := pgtest.Super(t).Exec(t.Context(), `INSERT INTO river.river_job (kind, args, max_attempts)
		SELECT kind, args, max_attempts FROM river.river_job, generate_series(1, 7) WHERE kind = 'waitlist.match' AND args->>'tenant_id' = $1`, s.Env.Lease.ID.String())
	if err != nil {
		t.Fatal(err)
	}
	s.work(t)
	want(t, s.get(t, a).Status, "OFFERED")
	want(t, len(s.letters(t)), 1)
	var holds int
	s.Env.Row(t, `SELECT count(*) FROM holds`, &holds)
	want(t, holds, 1)
}

func TestOnlyOneOfManyAcceptsAnOffer(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	j := s.joins(t, cut)
	s.cancel(t, early)
	s.work(t)
	got := make([]apptest.Answer, 6)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i] = s.public("accept", j.Token) })
	}
	all.Wait()
	booked := 0
	for _, a := range got {
		if a.Status == http.StatusOK {
			booked++
			continue
		}
		a.WantProblem(t, http.StatusConflict, "state_conflict")
	}
	want(t, booked, 1)
	e := s.get(t, j.ID)
	want(t, e.Status, "BOOKED")
	s.Owner.GET("/appointments/"+*e.AppointmentID).Want(t, http.StatusOK)
}

// While the clock passes the end of an offer, it is either taken or passed on.
func TestAcceptRacesWithExpiry(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	j := s.joins(t, cut)
	b := s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	s.turn("2026-05-30T10:29:59Z")
	var all sync.WaitGroup
	var answer apptest.Answer
	all.Go(func() { answer = s.public("accept", j.Token) })
	all.Go(func() {
		s.Env.At("2026-05-30T10:30:00Z")
		s.Env.Expire()
	})
	all.Wait()
	s.expire(t) // the first one leaves alone what the customer has locked at that moment
	s.work(t)
	if answer.Status == http.StatusOK {
		want(t, s.states(t, j.ID, b), "BOOKED, WAITING")
		return
	}
	answer.WantProblem(t, http.StatusConflict, "state_conflict")
	want(t, s.states(t, j.ID, b), "WAITING, OFFERED "+nine)
}

func TestAnOfferCantBeTakenLate(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	j := s.joins(t, cut)
	s.cancel(t, early)
	s.work(t)
	s.turn("2026-05-30T10:30:00Z") // before anybody has swept
	s.Env.WritesNothing(t, func() { s.public("accept", j.Token).WantProblem(t, http.StatusConflict, "state_conflict") })
}

func TestEntriesEndWithTheirDates(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.offers(t)
	a, b := s.waitsFor(t, cut, s.person(t, "Ada")), s.waitsFor(t, cut, s.person(t, "Bea"), object{"expires_at": "2026-05-31T10:00:00Z"})
	want(t, a.ExpiresAt, "2026-06-02T00:00:00+02:00")
	s.turn("2026-05-31T10:00:00Z")
	s.expire(t)
	want(t, s.states(t, a.ID, b.ID), "WAITING, EXPIRED")
	s.turn("2026-06-01T22:00:00Z")
	s.expire(t)
	want(t, s.states(t, a.ID, b.ID), "EXPIRED, EXPIRED")
}

func TestAnOfferWhoseDatesAreOverExpires(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	a := s.waits(t, cut, "Ada", object{"expires_at": "2026-05-30T10:10:00Z"})
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, a), "OFFERED "+nine)
	s.turn("2026-05-30T10:30:00Z")
	s.expire(t)
	want(t, s.states(t, a), "EXPIRED")
}

// Whoever may not book is passed over: nothing is kept for them, and they hear nothing.
func TestNobodyGetsAroundTheRules(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t, object{"customer_limits": object{"week": 1}})
	blocked, often, quiet := s.person(t, "Blocked"), s.person(t, "Often"), s.Customer(t, "Quiet")
	a, b, c, d := s.waitsFor(t, cut, blocked).ID, s.waitsFor(t, cut, often).ID, s.waitsFor(t, cut, quiet).ID, s.waits(t, cut, "Dora")
	s.Owner.PATCH("/customers/"+blocked, object{"status": "BLOCKED"}).Want(t, http.StatusOK)
	s.Book(t, object{"service_id": cut, "start": "2026-06-02T09:00:00+02:00", "customer_id": often})
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, a, b, c, d), "WAITING, WAITING, WAITING, OFFERED "+nine)
}

func TestNoticeIsKept(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t, object{"min_notice_minutes": 60})
	a := s.waits(t, cut, "Ada")
	s.turn("2026-06-01T06:01:00Z")
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, a), "WAITING")
}

// Wishes are looked at in the order of the list: those that the free time doesn't fit are passed over.
func TestWishesAreKept(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t, object{"max_party_size": 3})
	bob := s.Resource(t)
	s.Owner.PATCH("/services/"+cut, object{"resource_ids": []string{s.ann, bob}}).Want(t, http.StatusOK)
	for _, clock := range []string{nine, half} { // Bob is busy too
		s.Book(t, object{"service_id": cut, "start": clock, "customer_id": s.Customer(t, "Early"), "resource_ids": []string{bob}})
	}
	s.work(t) // the news that Bob performs it reaches nobody
	window := func(day any, from, to string) object {
		w := object{"from": from, "to": to}
		if day != nil {
			w["weekday"] = day
		}
		return object{"windows": []object{w}}
	}
	others := []string{
		s.waits(t, cut, "Later", window(nil, "09:01", "12:00")),
		s.waits(t, cut, "Sooner", window(nil, "08:00", "09:00")),
		s.waits(t, cut, "Sunday", window(7, "09:00", "12:00")),
		s.waits(t, cut, "Tuesday", object{"from_date": tuesday, "to_date": tuesday}),
		s.waits(t, cut, "Bob", object{"resource_ids": []string{bob}}),
	}
	fits := s.waits(t, cut, "Fits", window(1, "09:00", "09:01"), object{"resource_ids": []string{bob, s.ann}, "party_size": 2})
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, fits), "OFFERED "+nine)
	for _, id := range others {
		want(t, s.states(t, id), "WAITING")
	}
}

func TestAPartyNeedsRoomForAll(t *testing.T) {
	t.Parallel()
	s := open(t)
	boat := s.Resource(t, object{"name": "Boat", "kind": "EQUIPMENT", "capacity": 4})
	trip := s.Service(t, []string{boat}, object{"waitlist": "offer_next", "max_party_size": 4, "count_per_person": true, "duration_minutes": 60})
	book := func(party int) string {
		return s.Book(t, object{"service_id": trip, "start": nine, "customer_id": s.Customer(t, "Early"), "party_size": party}).ID
	}
	two, _ := book(2), book(2)
	three, pair := s.waits(t, trip, "Three", object{"party_size": 3}), s.waits(t, trip, "Pair", object{"party_size": 2})
	s.cancel(t, two)
	s.work(t)
	want(t, s.states(t, three, pair), "WAITING, OFFERED "+nine)
}

// On the night on which the clocks go back 02:30 comes twice: a window on the clock means both.
func TestWindowsOnTheNightOfTheClockChange(t *testing.T) {
	t.Parallel()
	s := openOn(t, "2026-10-20T10:00:00Z", "02:00", "03:00")
	cut := s.offers(t)
	var all []string
	for _, slot := range s.Free(t, cut, "2026-10-25", "2026-10-25") {
		all = append(all, s.taken(t, cut, slot.Start))
	}
	want(t, len(all), 4)
	night := object{"from_date": "2026-10-25", "to_date": "2026-10-25", "windows": []object{{"weekday": 7, "from": "02:30", "to": "03:00"}}}
	a, b := s.waits(t, cut, "Ada", night), s.waits(t, cut, "Bea", night)
	s.cancel(t, all[2]) // the second 02:00
	s.work(t)
	want(t, s.states(t, a, b), "WAITING, WAITING")
	s.cancel(t, all[3]) // the second 02:30
	s.work(t)
	s.cancel(t, all[1]) // the first
	s.work(t)
	want(t, s.states(t, a, b), "OFFERED 2026-10-25T02:30:00+01:00, OFFERED 2026-10-25T02:30:00+02:00")
	if until := apptest.Instant(t, s.get(t, a).ExpiresAt); until.Sub(apptest.Instant(t, "2026-10-25T00:00:00+02:00")) != 25*time.Hour {
		t.Errorf("want the end of a day of 25 hours, got %s", until)
	}
}

func TestAnotherTenantAndTheSandboxKnowNothing(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	a := s.waits(t, cut, "Ada")
	other := open(t)
	other.Owner.GET("/waitlist/"+a).WantProblem(t, http.StatusNotFound, "not_found")
	j := s.joins(t, cut)
	other.public("status", j.Token).WantProblem(t, http.StatusGone, "link_expired")
	others := other.Env.Content(t)
	s.cancel(t, early)
	s.work(t)
	want(t, other.Env.Content(t), others)
	want(t, s.states(t, a), "OFFERED "+nine)
	want(t, len(apptest.Into[apptest.Page](t, other.Owner.GET("/waitlist"), http.StatusOK).Data), 0)
}
