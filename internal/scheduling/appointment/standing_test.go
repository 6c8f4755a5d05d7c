package appointment_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestRulesAboutCustomers: the public is told nothing, staff what is in the way, and managers may override it.
func TestRulesAboutCustomers(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		prepare func(t *testing.T, s salon, cut string) (service string)
		rule    string
	}{
		"one who is blocked": {func(t *testing.T, s salon, cut string) string {
			t.Helper()
			s.exec(t, `UPDATE customers SET status = 'BLOCKED'`)
			return cut
		}, "customer_blocked"},
		"one who is elsewhere then": {func(t *testing.T, s salon, _ string) string {
			t.Helper()
			other := s.Service(t, []string{s.Resource(t, object{"name": "Bea"})})
			s.Env.Public().POST("/public/appointments", guest(other, at("14:00"))).Want(t, http.StatusCreated)
			return s.Service(t, []string{s.ann})
		}, "customer_overlap"},
		"one with enough to come": {func(t *testing.T, s salon, cut string) string {
			t.Helper()
			s.Owner.PATCH("/settings/booking", object{"max_open_appointments": 1}).Want(t, http.StatusOK)
			return cut
		}, "customer_open_appointments"},
		"one who is not new": {func(t *testing.T, s salon, _ string) string {
			t.Helper()
			return s.Service(t, []string{s.ann}, object{"for_customers": "new"})
		}, "customer_kind"},
		"one who has had it": {func(t *testing.T, s salon, _ string) string {
			t.Helper()
			once := s.Service(t, []string{s.ann}, object{"customer_limits": object{"week": 1}})
			s.Env.Public().POST("/public/appointments", guest(once, at("11:00"))).Want(t, http.StatusCreated)
			return once
		}, "customer_limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			cut := s.Service(t, []string{s.ann})
			s.Env.Public().POST("/public/appointments", guest(cut, at("09:00"))).Want(t, http.StatusCreated)
			service := v.prepare(t, s, cut)
			s.Env.WritesNothing(t, func() {
				p := s.Env.Public().POST("/public/appointments", guest(service, at("14:00"))).WantProblem(t, http.StatusConflict, taken)
				if p.Conflicts != nil || p.Overridable {
					t.Errorf("the public learns %+v", p)
				}
			})
			gil := s.id(t, "cus", `SELECT id FROM customers`)
			body := object{"service_id": service, "start": at("14:00"), "customer_id": gil}
			if p := s.Owner.POST("/appointments", body).WantProblem(t, http.StatusConflict, taken); !p.Overridable || !slices.Equal(rules(p), []string{v.rule}) {
				t.Errorf("staff learn %v", rules(p))
			}
			s.Book(t, with(body, object{"override": []string{v.rule}}))
		})
	}
}

// TestOnlyForKnownCustomers refuses strangers, and nobody becomes a customer by it.
func TestOnlyForKnownCustomers(t *testing.T) {
	t.Parallel()
	s := open(t)
	known := s.Service(t, []string{s.ann}, object{"for_customers": "known"})
	s.refused(t, known, at("14:00"))
	s.Env.Public().POST("/public/appointments", guest(s.Service(t, []string{s.ann}), at("09:00"))).Want(t, http.StatusCreated)
	s.Env.Public().POST("/public/appointments", guest(known, at("14:00"))).Want(t, http.StatusCreated)
}

// TestCustomersMayOverlapWhereTheBusinessSaysSo: a mother books for two.
func TestCustomersMayOverlapWhereTheBusinessSaysSo(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann, s.Resource(t, object{"name": "Bea"})})
	s.Env.Public().POST("/public/appointments", guest(cut, at("09:00"))).Want(t, http.StatusCreated)
	s.refused(t, cut, at("09:00"))
	s.Owner.PATCH("/settings/booking", object{"overlapping_customers": true}).Want(t, http.StatusOK)
	s.Env.Public().POST("/public/appointments", guest(cut, at("09:00"))).Want(t, http.StatusCreated)
}

// TestTheSameStaffAsLastTime comes first where the service wants that, unless others are chosen.
func TestTheSameStaffAsLastTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea}, object{"prefer_last": true})
	first := s.Book(t, object{"service_id": cut, "start": at("09:00"), "customer_id": s.Customer(t, "Cleo"), "resource_ids": []string{bea}})
	again := s.Book(t, object{"service_id": cut, "start": at("10:00"), "customer_id": first.CustomerID})
	want(t, again.ResourceIDs[0], bea) // though Ann is the less booked
	fresh := s.Book(t, object{"service_id": cut, "start": at("11:00"), "customer_id": s.Customer(t, "Dan")})
	want(t, fresh.ResourceIDs[0], s.ann)
}

// TestRoundRobinTakesTurns, whoever is booked more.
func TestRoundRobinTakesTurns(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea}, object{"strategy": "round_robin"})
	long := s.Service(t, []string{s.ann}, object{"duration_minutes": 240, "slot_interval_minutes": 60})
	s.booked(t, long, "13:00")
	var turns []string
	for _, start := range []string{"09:00", "09:30", "10:00", "10:30"} {
		turns = append(turns, s.booked(t, cut, start).ResourceIDs[0])
		s.turn(s.Env.Now().Add(1e9).Format("2006-01-02T15:04:05Z07:00"))
	}
	if !slices.Equal(turns, []string{s.ann, bea, s.ann, bea}) {
		t.Errorf("turns: %v", turns)
	}
}

// TestTurnsAreTakenInTheTransaction: 4.3.9, who it is is chosen in the write transaction, so of eight at once each of two gets four.
func TestTurnsAreTakenInTheTransaction(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea}, object{"strategy": "round_robin"})
	bodies := make([]object, 8)
	for i := range bodies {
		bodies[i] = object{"service_id": cut, "start": at(fmt.Sprintf("%02d:%02d", 9+i/2, i%2*30)), "customer_id": s.Customer(t, "Cleo")}
	}
	var wg sync.WaitGroup
	for _, body := range bodies {
		wg.Go(func() {
			if a := s.Owner.POST("/appointments", body); a.Status != http.StatusCreated {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	wg.Wait()
	counts := map[string]int{}
	for _, a := range s.allocations(t) {
		counts[a.resource]++
	}
	if counts[s.ann] != 4 || counts[bea] != 4 {
		t.Errorf("%v", counts)
	}
	apptest.Sound(t, s.Env)
}

// TestA35ReassignMovesWhatOthersCanTake, and lists what nobody can; then the resource may go.
func TestA35ReassignMovesWhatOthersCanTake(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut, own := s.Service(t, []string{s.ann, bea}), s.Service(t, []string{s.ann})
	book := func(service, start, who string) string {
		return s.Book(t, object{"service_id": service, "start": at(start), "customer_id": s.Customer(t, "Cleo"), "resource_ids": []string{who}}).ID
	}
	free, busy, alone := book(cut, "10:00", s.ann), book(cut, "11:00", s.ann), book(own, "12:00", s.ann)
	book(cut, "11:00", bea)
	s.Owner.DELETE("/resources/"+s.ann).WantProblem(t, http.StatusConflict, "state_conflict")
	got := apptest.Into[struct {
		Moved []string
		Left  []struct {
			AppointmentID string `json:"appointment_id"`
			Rule          string
		}
	}](t, s.Owner.POST("/resources/"+s.ann+"/reassign", nil), http.StatusOK)
	if !slices.Equal(got.Moved, []string{free}) || len(got.Left) != 2 || got.Left[0].AppointmentID != busy || got.Left[0].Rule != "double_booking" || got.Left[1].AppointmentID != alone {
		t.Fatalf("reassigned %+v", got)
	}
	want(t, apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+free), http.StatusOK).ResourceIDs[0], bea)
	for _, id := range []string{busy, alone} {
		s.Owner.POST("/appointments/"+id+"/cancel", nil).Want(t, http.StatusOK)
	}
	s.Owner.DELETE("/resources/"+s.ann).Want(t, http.StatusNoContent)
}

// TestA35ARequestThatTakesNoTimeKeepsItsResourceToo: archiving counts what reassigning moves, until it has expired.
func TestA35ARequestThatTakesNoTimeKeepsItsResourceToo(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t)
	asked := s.Service(t, []string{s.ann, bea}, object{"confirmation": "request", "pending_blocks_slot": false, "pending_minutes": 60})
	ask := func() string {
		return apptest.Into[apptest.Object](t, s.Env.Public().POST("/public/appointments", guest(asked, at("12:00"), object{"resource_id": s.ann})), http.StatusCreated).ID
	}
	first := ask()
	s.Env.WritesNothing(t, func() {
		p := s.Owner.DELETE("/resources/"+s.ann).WantProblem(t, http.StatusConflict, "state_conflict")
		if len(p.Conflicts) != 1 || p.Conflicts[0].AppointmentID != first {
			t.Errorf("in the way: %+v", p.Conflicts)
		}
	})
	s.turn("2026-05-30T13:00:00Z") // it has expired
	second := ask()
	s.Owner.POST("/resources/"+s.ann+"/reassign", object{"to": bea}).Want(t, http.StatusOK)
	s.Owner.DELETE("/resources/"+s.ann).Want(t, http.StatusNoContent)
	s.verb(t, second, "confirm")
}
