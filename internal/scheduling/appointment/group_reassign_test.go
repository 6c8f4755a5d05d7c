package appointment_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

type handedOver struct {
	Moved         []string `json:"moved"`
	MovedSessions []string `json:"moved_sessions"`
	Left          []struct {
		AppointmentID string `json:"appointment_id"`
		SessionID     string `json:"session_id"`
		Rule          string `json:"rule"`
		Start         string `json:"start"`
	} `json:"left"`
}

// TestA35GroupSessionsKeepAResourceAndAreHandedOver with their seats where somebody else can take them; the others are listed.
func TestA35GroupSessionsKeepAResourceAndAreHandedOver(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	both := func(name string, more ...object) string {
		return s.Service(t, []string{s.ann, bea}, append([]object{{"name": name, "duration_minutes": 60}}, more...)...)
	}
	yoga, cut, own := both("Yoga", object{"group": object{"capacity": 10}}), both("Cut"), s.class(t, nil)
	anns := object{"resource_ids": []string{s.ann}}
	free, busy, alone := s.plan(t, yoga, "10:00", anns), s.plan(t, yoga, "11:00", anns), s.plan(t, own, "12:00")
	off := s.plan(t, yoga, "14:00", anns)
	s.Owner.POST("/group_sessions/"+off.ID+"/cancel", nil).Want(t, http.StatusOK)
	s.Book(t, object{"service_id": cut, "start": at("11:00"), "customer_id": s.Customer(t, "Cleo"), "resource_ids": []string{bea}})
	one, two := s.sits(t, yoga, "10:00", 1), s.sits(t, yoga, "10:00", 2)
	gone := s.sits(t, yoga, "10:00", 3)
	s.Owner.POST("/appointments/"+gone+"/cancel", nil).Want(t, http.StatusOK)

	p := s.Owner.DELETE("/resources/"+s.ann).WantProblem(t, http.StatusConflict, "state_conflict")
	var listed []string
	for _, c := range p.Conflicts {
		listed = append(listed, c.SessionID+" "+c.Start)
	}
	want(t, fmt.Sprint(listed), fmt.Sprintf("[%s %s %s %s %s %s]", free.ID, free.Start, busy.ID, busy.Start, alone.ID, alone.Start))
	if !strings.HasPrefix(p.Detail, "3 group sessions to come are booked with this resource: Yoga on 1 June 2026 at 10:00, Yoga on 1 June 2026 at 11:00") {
		t.Errorf("in the way: %s", p.Detail)
	}

	got := apptest.Into[handedOver](t, s.Owner.POST("/resources/"+s.ann+"/reassign", nil), http.StatusOK)
	if len(got.Moved) != 0 || !slices.Equal(got.MovedSessions, []string{free.ID}) || len(got.Left) != 2 ||
		got.Left[0].SessionID != busy.ID || got.Left[0].Rule != "double_booking" || got.Left[0].Start != busy.Start || got.Left[1].SessionID != alone.ID {
		t.Fatalf("handed over: %+v", got)
	}
	is := s.session(t, free.ID)
	want(t, fmt.Sprint(is.ResourceIDs, is.Start, is.Taken), fmt.Sprint([]string{bea}, free.Start, 2))
	for _, id := range []string{one, two} {
		a, h := s.seat(t, id), s.history(t, id)
		last := h[len(h)-1]
		if a.ResourceIDs[0] != bea || a.Start != free.Start || a.FreeCancel || last.Action != "reassigned" || last.Changes["resource_ids"].To == nil {
			t.Errorf("seat %+v, on record %+v", a, last)
		}
	}
	if h := s.history(t, gone); h[len(h)-1].Action != "cancelled" {
		t.Errorf("a seat that was given up has changed: %+v", h)
	}
	s.Book(t, object{"service_id": cut, "start": at("10:00"), "customer_id": s.Customer(t, "Dan"), "resource_ids": []string{s.ann}})
	apptest.Sound(t, s.Env)
}

// TestWhoeverTakesOverASessionHasIt and nobody else; then the resource may go.
func TestWhoeverTakesOverASessionHasIt(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea, cid, dan := s.Resource(t, object{"name": "Bea"}), s.Resource(t, object{"name": "Cid"}), s.Resource(t, object{"name": "Dan"})
	yoga := s.Service(t, []string{s.ann, bea, cid}, object{"group": object{"capacity": 10, "ad_hoc": true}})
	s.sits(t, yoga, "10:00", 1, object{"resource_id": s.ann})
	to := func(who string) handedOver {
		return apptest.Into[handedOver](t, s.Owner.POST("/resources/"+s.ann+"/reassign", object{"to": who}), http.StatusOK)
	}
	if got := to(dan); len(got.MovedSessions) != 0 || len(got.Left) != 1 || got.Left[0].Rule != "requirement" {
		t.Errorf("Dan does no yoga: %+v", got)
	}
	if got := to(cid); len(got.MovedSessions) != 1 || len(got.Left) != 0 {
		t.Errorf("Cid takes over: %+v", got)
	}
	want(t, s.sessions(t)[0].ResourceIDs[0], cid)
	s.Owner.DELETE("/resources/"+s.ann).Want(t, http.StatusNoContent)
	apptest.Sound(t, s.Env)
}
