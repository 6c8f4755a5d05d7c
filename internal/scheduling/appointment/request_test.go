package appointment_test

import (
	"net/http"
	"sync"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestARequestKeepsItsTimeUntilItExpires, then the time is free, whether or not anybody swept.
func TestARequestKeepsItsTimeUntilItExpires(t *testing.T) {
	t.Parallel()
	s := open(t)
	asked := s.asked(t, object{"pending_minutes": 60})
	id := s.request(t, asked, "12:00", "gil@example.com")
	s.refused(t, asked, at("12:00"))
	s.turn("2026-05-30T13:00:00Z")
	s.Owner.POST("/appointments/"+id+"/confirm", nil).WantProblem(t, http.StatusConflict, "state_conflict")
	s.request(t, asked, "12:00", "hal@example.com")
	got := apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+id), http.StatusOK)
	want(t, got.Status, "EXPIRED")
	want(t, s.history(t, id)[1].Action, "expired")
}

// TestA20TwoRequestsForOneSlot: where requests keep nothing, the first to be confirmed has it.
func TestA20TwoRequestsForOneSlot(t *testing.T) {
	t.Parallel()
	s := open(t)
	asked := s.asked(t, object{"pending_blocks_slot": false})
	ids := []string{s.request(t, asked, "12:00", "gil@example.com"), s.request(t, asked, "12:00", "hal@example.com")}
	answers := make([]apptest.Answer, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { answers[i] = s.Owner.POST("/appointments/"+id+"/confirm", nil) })
	}
	wg.Wait()
	a, b := answers[0].Status, answers[1].Status
	if a+b != http.StatusOK+http.StatusConflict || a*b != http.StatusOK*http.StatusConflict {
		t.Fatalf("statuses %d and %d, want one 200 and one 409: %s %s", a, b, answers[0].Body, answers[1].Body)
	}
	if n := s.count(t, `SELECT count(*) FROM allocations WHERE active`); n != 1 {
		t.Errorf("%d active allocations", n)
	}
}

// TestAnUnassignedRequestIsAssignedWhenConfirmed: nobody's time is kept before.
func TestAnUnassignedRequestIsAssignedWhenConfirmed(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	asked := s.Service(t, []string{s.ann, bea}, object{"confirmation": "request", "unassigned_requests": true})
	id := s.request(t, asked, "12:00", "gil@example.com")
	if got := apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+id), http.StatusOK); len(got.ResourceIDs) != 0 {
		t.Fatalf("assigned to %v", got.ResourceIDs)
	}
	got := apptest.Into[apptest.Appointment](t, s.Owner.POST("/appointments/"+id+"/confirm", object{"resource_ids": []string{bea}}), http.StatusOK)
	if got.Status != "CONFIRMED" || len(got.ResourceIDs) != 1 || got.ResourceIDs[0] != bea {
		t.Fatalf("confirmed as %+v", got)
	}
}

func TestDeclinedRequestsGiveTheirTimeBack(t *testing.T) {
	t.Parallel()
	s := open(t)
	asked := s.asked(t)
	id := s.request(t, asked, "12:00", "gil@example.com")
	s.Owner.POST("/appointments/"+id+"/decline", object{"reason": "Fully booked"}).Want(t, http.StatusOK)
	want(t, s.history(t, id)[1].Reason, "Fully booked")
	s.request(t, asked, "12:00", "hal@example.com")
}
