package appointment_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

type bookedByGuest struct {
	ID    string
	Token string // of its link
}

type amount struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

type quote struct {
	Allowed bool   `json:"allowed"`
	Late    bool   `json:"late"`
	Fee     amount `json:"fee"`
}

type managed struct {
	FirstName  string `json:"first_name"`
	Status     string `json:"status"`
	Start      string `json:"start"`
	Cancel     quote  `json:"cancel"`
	Reschedule quote  `json:"reschedule"`
}

// policy makes half of the price due within a day of the start.
func (s salon) policy(t *testing.T, service string) {
	t.Helper()
	terms := apptest.Into[object](t, s.Owner.GET("/services/"+service+"/policy"), http.StatusOK)["terms"].(object)
	terms["tiers"] = []object{{"before_minutes": 1440, "fee": object{"percent": 0}}, {"before_minutes": 0, "fee": object{"percent": 50}}}
	s.Owner.Do(http.MethodPut, "/services/"+service+"/policy", terms).Want(t, http.StatusOK)
}

// guestBooked books at noon.
func (s salon) guestBooked(t *testing.T, service string) bookedByGuest {
	t.Helper()
	id := apptest.Into[apptest.Object](t, s.Env.Public().POST("/public/appointments", guest(service, at("12:00"))), http.StatusCreated).ID
	link := apptest.Into[struct{ Token string }](t, s.Owner.POST("/appointments/"+id+"/link", nil), http.StatusOK)
	return bookedByGuest{id, link.Token}
}

// TestA27ACancellationIsQuotedAndOwed: nothing until exactly 24 hours before, half of 89.99 rounded up from then on.
func TestA27ACancellationIsQuotedAndOwed(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"price": object{"amount": 8999, "currency": "EUR"}})
	s.policy(t, cut)
	b := s.guestBooked(t, cut)
	link := object{"token": b.Token}
	s.turn("2026-05-31T12:00:00-04:00")
	m := apptest.Into[managed](t, s.Env.Public().POST("/public/appointments/manage", link), http.StatusOK)
	if m.FirstName != "Gil" || !m.Cancel.Allowed || m.Cancel.Late || m.Cancel.Fee.Amount != 0 {
		t.Errorf("at 24 hours: %+v", m)
	}
	s.turn("2026-05-31T12:01:00-04:00")
	m = apptest.Into[managed](t, s.Env.Public().POST("/public/appointments/manage", link), http.StatusOK)
	if !m.Cancel.Late || m.Cancel.Fee != (amount{4500, "EUR"}) {
		t.Errorf("a minute later: %+v", m)
	}
	s.Env.WritesNothing(t, func() { // nobody pays what they were not shown
		s.Env.Public().POST("/public/appointments/manage/cancel", link).WantProblem(t, http.StatusConflict, "state_conflict")
	})
	done := apptest.Into[managed](t, s.Env.Public().POST("/public/appointments/manage/cancel", with(link, object{"fee": m.Cancel.Fee})), http.StatusOK)
	want(t, done.Status, "CANCELLED")
	if n := s.count(t, `SELECT sum(amount)::int FROM fees WHERE kind = 'LATE_CANCELLATION'`); n != 4500 {
		t.Errorf("%d is owed", n)
	}
	s.guestBooked(t, cut) // the time is free again
}

// TestWithdrawingARequestCostsNothing: 4.6 draws "late" from what is confirmed alone, for the customer and for staff.
func TestWithdrawingARequestCostsNothing(t *testing.T) {
	t.Parallel()
	s := open(t)
	asked := s.asked(t, object{"pending_minutes": 5000})
	s.policy(t, asked)
	b, other := s.guestBooked(t, asked), s.request(t, asked, "14:00", "hal@example.com")
	s.turn("2026-06-01T08:00:00-04:00")
	link := object{"token": b.Token}
	m := apptest.Into[managed](t, s.Env.Public().POST("/public/appointments/manage", link), http.StatusOK)
	if !m.Cancel.Allowed || m.Cancel.Late || m.Cancel.Fee.Amount != 0 {
		t.Errorf("quoted: %+v", m.Cancel)
	}
	s.Env.Public().POST("/public/appointments/manage/cancel", link).Want(t, http.StatusOK)
	s.Owner.POST("/appointments/"+other+"/cancel", object{"fee": "apply_policy"}).Want(t, http.StatusOK)
	if n := s.count(t, `SELECT count(*) FROM fees`) + s.count(t, `SELECT count(*) FROM appointments WHERE cancelled_late`); n != 0 {
		t.Errorf("%d are late or owed", n)
	}
}

// TestBadLinksAreRefusedAlike: forged, of another business, or of an appointment that is over.
func TestBadLinksAreRefusedAlike(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s, theirs := openFor(t, own), openFor(t, other)
	cut := s.Service(t, []string{s.ann})
	b := s.guestBooked(t, cut)
	foreign := theirs.guestBooked(t, theirs.Service(t, []string{theirs.ann}))
	flipped := []byte(b.Token)
	flipped[30] ^= 1
	for name, token := range map[string]string{"forged": string(flipped), "another business's": foreign.Token, "nonsense": "abc", "empty": ""} {
		t.Log(name)
		for path, body := range map[string]object{"": {}, "/cancel": {}, "/reschedule": {"start": at("13:00")}} {
			s.Env.Public().POST("/public/appointments/manage"+path, with(body, object{"token": token})).WantProblem(t, http.StatusGone, "link_expired")
		}
	}
	s.turn("2026-06-01T12:30:00-04:00")
	s.Env.Public().POST("/public/appointments/manage", object{"token": b.Token}).WantProblem(t, http.StatusGone, "link_expired")
}

// TestALinkIsItsCustomersAlone: what becomes another person's (4.7: single-purpose tokens, little about the person) is closed to the
// links of whoever had it before, and opens to a new one. While the customer stays, so does the link.
func TestALinkIsItsCustomersAlone(t *testing.T) {
	t.Parallel()
	s := open(t)
	b := s.guestBooked(t, s.Service(t, []string{s.ann}))
	manage := func(token, path string, more ...object) apptest.Answer {
		return s.Env.Public().POST("/public/appointments/manage"+path, with(object{"token": token}, more...))
	}
	gil := apptest.Into[apptest.Appointment](t, s.Owner.PATCH("/appointments/"+b.ID, object{"notes": "By the window"}), http.StatusOK).CustomerID
	s.Owner.POST("/appointments/"+b.ID+"/reschedule", object{"start": at("14:00")}).Want(t, http.StatusOK)
	manage(b.Token, "").Want(t, http.StatusOK)
	token := b.Token
	for _, next := range []string{s.Customer(t, "Hana"), gil} { // also back again
		s.Owner.PATCH("/appointments/"+b.ID, object{"customer_id": next}).Want(t, http.StatusOK)
		s.Env.WritesNothing(t, func() {
			manage(token, "").WantProblem(t, http.StatusGone, "link_expired")
			manage(token, "/cancel").WantProblem(t, http.StatusGone, "link_expired")
			manage(token, "/reschedule", object{"start": at("15:00")}).WantProblem(t, http.StatusGone, "link_expired")
		})
		token = apptest.Into[struct{ Token string }](t, s.Owner.POST("/appointments/"+b.ID+"/link", nil), http.StatusOK).Token
		manage(token, "").Want(t, http.StatusOK)
	}
	manage(b.Token, "").WantProblem(t, http.StatusGone, "link_expired")
}

// TestCustomersMoveByLink three times, to starts that are offered, and not to where it is.
func TestCustomersMoveByLink(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	s.booked(t, cut, "10:00")
	b := s.guestBooked(t, cut)
	move := func(start string) apptest.Answer {
		return s.Env.Public().POST("/public/appointments/manage/reschedule", object{"token": b.Token, "start": at(start)})
	}
	s.Env.WritesNothing(t, func() {
		move("10:00").WantProblem(t, http.StatusConflict, taken)
		move("12:10").WantProblem(t, http.StatusConflict, taken)
		move("12:00").WantProblem(t, http.StatusUnprocessableEntity, "unchanged", "body.start")
	})
	for _, start := range []string{"13:00", "14:00", "15:00"} {
		move(start).Want(t, http.StatusOK)
	}
	move("16:00").WantProblem(t, http.StatusConflict, "state_conflict")
	s.guestBooked2(t, cut, "12:00")
}

func (s salon) guestBooked2(t *testing.T, service, start string) {
	t.Helper()
	s.Env.Public().POST("/public/appointments", guest(service, at(start), object{"customer": object{"name": "Hal", "email": "hal@example.com"}})).Want(t, http.StatusCreated)
}

// TestStaffChooseTheFee when they cancel: nothing by default, the policy's, or an amount.
func TestStaffChooseTheFee(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"price": object{"amount": 8999, "currency": "EUR"}})
	s.policy(t, cut)
	s.turn("2026-06-01T08:00:00-04:00")
	for fee, owed := range map[string]int{"": 0, "waive": 0, "apply_policy": 4500, "custom": 1234} {
		a := s.booked(t, cut, "12:00")
		s.turn("2026-06-01T08:16:00-04:00") // the grace after booking is over
		body := object{"reason": "Ill"}
		if fee != "" {
			body["fee"] = fee
		}
		if fee == "custom" {
			s.Owner.POST("/appointments/"+a.ID+"/cancel", body).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.custom_fee")
			body["custom_fee"] = object{"amount": 1234, "currency": "EUR"}
		}
		s.Owner.POST("/appointments/"+a.ID+"/cancel", body).Want(t, http.StatusOK)
		if n := s.count(t, `SELECT coalesce(sum(f.amount), 0)::int FROM fees f JOIN appointments a ON a.id = f.appointment_id WHERE a.version = (SELECT max(version) FROM appointments) AND f.created_at = (SELECT max(cancelled_at) FROM appointments) AND a.cancelled_at = f.created_at`); n != owed && fee != "" {
			t.Errorf("fee %q: %d is owed, want %d", fee, n, owed)
		}
		s.exec(t, `DELETE FROM fees`)
		s.turn("2026-06-01T08:00:00-04:00")
	}
}

// TestWhatACustomerChoseAnewCostsAsAlways (4.8: moving a session offers free cancel): once its customer has moved the seat elsewhere
// themselves, the policy counts again.
func TestWhatACustomerChoseAnewCostsAsAlways(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	s.policy(t, yoga)
	g := s.plan(t, yoga, "10:00")
	id := s.sits(t, yoga, "10:00", 1)
	link := apptest.Into[object](t, s.Owner.POST("/appointments/"+id+"/link", nil), http.StatusOK)
	s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": at("11:00")}).Want(t, http.StatusOK)
	s.Owner.POST("/group_sessions", object{"service_id": yoga, "start": "2026-06-04T10:00"}).Want(t, http.StatusCreated)
	if !s.seat(t, id).FreeCancel {
		t.Error("the business moved it, and calling it off is not free")
	}
	s.Env.Public().POST("/public/appointments/manage/reschedule", with(link, object{"start": "2026-06-04T10:00"})).Want(t, http.StatusOK)
	s.turn("2026-06-04T13:00:00Z")
	m := apptest.Into[managed](t, s.Env.Public().POST("/public/appointments/manage", link), http.StatusOK)
	if s.seat(t, id).FreeCancel || !m.Cancel.Late || m.Cancel.Fee.Amount != 1500 {
		t.Errorf("an hour before what they chose: %+v", m.Cancel)
	}
}
