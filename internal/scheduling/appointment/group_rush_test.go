package appointment_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestA19FiftyParallelFirstSeats: whoever comes first makes the session, the others sit down in it until it is full.
func TestA19FiftyParallelFirstSeats(t *testing.T) {
	t.Parallel()
	r := newRush(t)
	class := r.Service(t, []string{r.ann}, object{"group": object{"capacity": 10, "ad_hoc": true}})
	deadlocks := r.deadlocks(t)
	bookings := make([]object, 50)
	for i := range bookings {
		bookings[i] = guest(class, at("12:00"), object{"customer": object{"name": "Guest", "email": fmt.Sprintf("guest%d@example.com", i)}})
	}
	statuses := map[int]int{}
	for _, a := range r.all(t, bookings) {
		statuses[a.status]++
	}
	if statuses[http.StatusCreated] != 10 || statuses[http.StatusConflict] != 40 {
		t.Errorf("statuses %v, want ten 201 and forty 409", statuses)
	}
	if n := r.count(t, `SELECT count(*) FROM group_sessions`); n != 1 {
		t.Errorf("%d sessions, want one", n)
	}
	if n := r.count(t, `SELECT count(*) FROM allocations WHERE active`); n != 1 {
		t.Errorf("%d active allocations, want the session's", n)
	}
	if n := r.count(t, `SELECT count(*) FROM customers`); n != 10 {
		t.Errorf("%d customers, want those who sit", n)
	}
	apptest.Sound(t, r.Env)
	r.noDeadlock(t, deadlocks)
}

// TestSixtyFourParallelHoldsAndSeats: of a session of ten no more are kept and taken than ten, and whoever has kept one gets it, however
// many others come at that moment. It is the same of a session that the first of them makes.
func TestSixtyFourParallelHoldsAndSeats(t *testing.T) {
	t.Parallel()
	for name, group := range map[string]object{"planned": {"capacity": 10}, "ad hoc": {"capacity": 10, "ad_hoc": true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRush(t)
			class := r.Service(t, []string{r.ann}, object{"group": group})
			if name == "planned" {
				r.plan(t, class, "12:00")
			}
			deadlocks := r.deadlocks(t)
			seat := func(n int, more ...object) object {
				return guest(class, at("12:00"), append(more, object{"customer": object{"name": "Guest", "email": fmt.Sprintf("guest%d@example.com", n)}})...)
			}
			var all []object
			for n := range 32 {
				all = append(all, seat(n), object{"service_id": class, "start": at("12:00")})
			}
			statuses, again := map[int]int{}, []object{}
			for i, a := range r.all(t, all) {
				statuses[a.status]++
				if a.status == http.StatusCreated && i%2 == 1 {
					var h hold
					if err := json.Unmarshal(a.body, &h); err != nil {
						t.Fatal(err)
					}
					again = append(again, seat(100+i, object{"hold_token": h.Token}))
				}
			}
			if statuses[http.StatusCreated] != 10 || statuses[http.StatusConflict] != 54 {
				t.Errorf("statuses %v, want ten 201 and fifty-four 409", statuses)
			}
			apptest.Sound(t, r.Env)
			kept := len(again)
			for n := range 32 {
				again = append(again, seat(200+n))
			}
			for i, a := range r.all(t, again) {
				if created := a.status == http.StatusCreated; created != (i < kept) {
					t.Errorf("number %d of %d with a hold: %d %s", i, kept, a.status, a.body)
				}
			}
			if n := r.count(t, `SELECT count(*) FROM appointments`); n != 10 {
				t.Errorf("%d seats, want ten", n)
			}
			if n := r.count(t, `SELECT count(*) FROM group_sessions`); n != 1 {
				t.Errorf("%d sessions, want one", n)
			}
			apptest.Sound(t, r.Env)
			r.noDeadlock(t, deadlocks)
		})
	}
}
