package appointment_test

import (
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
