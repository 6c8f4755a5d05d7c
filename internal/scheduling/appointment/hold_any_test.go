package appointment_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// keptThenBooked is who serves the nth guest, who keeps a start first.
func (s salon) keptThenBooked(t *testing.T, service, start string, n int, more ...object) string {
	t.Helper()
	h := s.hold(t, service, start, more...)
	key := s.sits(t, service, start, n, object{"hold_token": h.Token})
	return strings.Join(apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+key), http.StatusOK).ResourceIDs, " ")
}

// reasons are those for which the appointments' resources were assigned, in order of their starts.
func (s salon) reasons(t *testing.T) (all string) {
	t.Helper()
	s.Env.Row(t, `SELECT string_agg(assignment_reason, ' ' ORDER BY starts_at) FROM appointments`, &all)
	return all
}

// TestAHoldTakesItsTurnWhenBooked: 4.3.9, round robin is the longest since the last automatic assignment, also by way of a hold; and
// the reason that is stored is why it was they.
func TestAHoldTakesItsTurnWhenBooked(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea}, object{"strategy": "round_robin"})
	var turns []string
	for i, start := range []string{"09:00", "09:30", "10:00", "10:30"} {
		turns = append(turns, s.keptThenBooked(t, cut, start, i))
	}
	s.hold(t, cut, "11:00") // and never booked: that is nobody's turn
	if !slices.Equal(turns, []string{s.ann, bea, s.ann, bea}) {
		t.Errorf("turns: %v", turns)
	}
	want(t, s.keptThenBooked(t, cut, "12:00", 5), s.ann)
	want(t, s.reasons(t), strings.TrimSuffix(strings.Repeat("round_robin ", 5), " "))
}

// TestAChoiceThatIsKeptTakesNoTurn: 4.3.9, what customers choose is not assigned.
func TestAChoiceThatIsKeptTakesNoTurn(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea}, object{"strategy": "round_robin"})
	want(t, s.keptThenBooked(t, cut, "09:00", 1, object{"resource_id": s.ann}), s.ann)
	want(t, s.keptThenBooked(t, cut, "10:00", 2), s.ann)
	want(t, s.reasons(t), "chosen round_robin")
}

// TestWhatIsKeptIsBooked: 4.4, whom a hold took serves, though others would be chosen by now; of all its requirements.
func TestWhatIsKeptIsBooked(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea, one, two := s.Resource(t, object{"name": "Bea"}), s.room(t, "One"), s.room(t, "Two")
	massage := s.Service(t, nil, object{"requirements": []object{
		{"label": "Masseur", "resource_ids": []string{s.ann, bea}}, {"label": "Room", "resource_ids": []string{one, two}, "customer_selectable": false},
	}})
	h := s.hold(t, massage, "10:00")
	block := s.Service(t, []string{s.ann, one})
	for i, start := range []string{"12:00", "13:00"} { // from now on Bea and room two are the less booked
		s.Book(t, object{"service_id": block, "start": at(start), "customer_id": s.Customer(t, "Cleo"), "resource_ids": []string{[]string{s.ann, one}[i]}})
	}
	key := s.sits(t, massage, "10:00", 1, object{"hold_token": h.Token})
	want(t, strings.Join(apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+key), http.StatusOK).ResourceIDs, " "), s.ann+" "+one)
	want(t, s.keptThenBooked(t, massage, "10:00", 2), bea+" "+two)
}

// TestTheSameStaffAsLastTimeThroughAHold: 4.3.9, they come first when it is booked, if they are free then; else whom the hold took.
func TestTheSameStaffAsLastTimeThroughAHold(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea}, object{"prefer_last": true})
	want(t, s.keptThenBooked(t, cut, "09:00", 1, object{"resource_id": bea}), bea)
	want(t, s.keptThenBooked(t, cut, "10:00", 1), bea) // though Ann is the less booked
	s.Book(t, object{"service_id": cut, "start": at("11:00"), "customer_id": s.Customer(t, "Cleo"), "resource_ids": []string{bea}})
	want(t, s.keptThenBooked(t, cut, "11:00", 1), s.ann)
	want(t, s.keptThenBooked(t, cut, "12:00", 1), s.ann)
	want(t, s.keptThenBooked(t, cut, "13:00", 1, object{"resource_id": bea}), bea)
	apptest.Sound(t, s.Env)
}
