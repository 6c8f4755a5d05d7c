package appointment_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// asked is a service that is booked by request.
func (s salon) asked(t *testing.T, more ...object) string {
	t.Helper()
	return s.Service(t, []string{s.ann}, append([]object{{"confirmation": "request"}}, more...)...)
}

func (s salon) request(t *testing.T, service, start, email string) string {
	t.Helper()
	a := apptest.Into[apptest.Appointment](t, s.Env.Public().POST("/public/appointments", guest(service, at(start), object{"customer": object{"name": "Gil", "email": email}})), http.StatusCreated)
	want(t, a.Status, "PENDING")
	return a.ID
}

// verb takes a step.
func (s salon) verb(t *testing.T, id, verb string) {
	t.Helper()
	s.Owner.POST("/appointments/"+id+"/"+verb, nil).Want(t, http.StatusOK)
}

// TestStatusMachine walks to every status and tries every step from there: exactly the arrows of the spec can be gone.
func TestStatusMachine(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, asked := s.Service(t, []string{s.ann}), s.asked(t)
	before, noon := "2026-06-01T08:00:00-04:00", "2026-06-01T12:20:00-04:00"
	ways := map[string][]string{ // from a confirmed appointment at noon, or a request
		"PENDING": nil, "CONFIRMED": {}, "CHECKED_IN": {"check_in"}, "IN_PROGRESS": {"check_in", "start"}, "COMPLETED": {"start", "complete"},
		"NO_SHOW": {"no_show"}, "CANCELLED": {"cancel"}, "DECLINED": {"decline"},
	}
	arrows := map[string]map[string]string{
		"PENDING":     {"confirm": "CONFIRMED", "decline": "DECLINED", "cancel": "CANCELLED"},
		"CONFIRMED":   {"check_in": "CHECKED_IN", "start": "IN_PROGRESS", "complete": "COMPLETED", "no_show": "NO_SHOW", "cancel": "CANCELLED"},
		"CHECKED_IN":  {"start": "IN_PROGRESS", "complete": "COMPLETED", "no_show": "NO_SHOW", "cancel": "CANCELLED", "undo": "CONFIRMED"},
		"IN_PROGRESS": {"complete": "COMPLETED", "undo": "CHECKED_IN"},
		"COMPLETED":   {"undo": "IN_PROGRESS", "release": "COMPLETED"},
		"NO_SHOW":     {"undo": "CONFIRMED", "release": "NO_SHOW"},
		"CANCELLED":   {}, "DECLINED": {},
	}
	verbs := []string{"confirm", "decline", "check_in", "start", "complete", "no_show", "cancel", "undo", "release"}
	for from, way := range ways {
		for _, verb := range verbs {
			s.turn(before)
			id := ""
			if from == "PENDING" || from == "DECLINED" {
				id = s.request(t, asked, "12:00", "gil@example.com") // which waits no longer than its start
			} else {
				id = s.booked(t, cut, "12:00").ID
				s.turn(noon)
			}
			for _, step := range way {
				s.verb(t, id, step)
			}
			to, may := arrows[from][verb]
			if !may {
				s.Env.WritesNothing(t, func() {
					s.Owner.POST("/appointments/"+id+"/"+verb, nil).WantProblem(t, http.StatusConflict, "state_conflict")
				})
				to = from
			} else {
				s.verb(t, id, verb)
			}
			got := apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+id), http.StatusOK)
			if got.Status != to {
				t.Errorf("%s after %s: %s, want %s", from, verb, got.Status, to)
			}
			s.wipe(t)
		}
	}
}

// wipe frees the day for the next case.
func (s salon) wipe(t *testing.T) {
	t.Helper()
	s.exec(t, `UPDATE allocations SET active = false`)
	s.exec(t, `UPDATE appointments SET status = 'CANCELLED'`)
}

func TestNoShowWaitsForTheGrace(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.booked(t, s.Service(t, []string{s.ann}), "12:00").ID
	s.turn("2026-06-01T12:14:59-04:00")
	s.Owner.POST("/appointments/"+id+"/no_show", nil).WantProblem(t, http.StatusConflict, "state_conflict")
	s.turn("2026-06-01T12:15:00-04:00")
	s.verb(t, id, "no_show")
}

func TestACompletionIsUndoneForADayByAManager(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.booked(t, s.Service(t, []string{s.ann}), "12:00").ID
	s.turn("2026-06-01T12:30:00-04:00")
	s.verb(t, id, "complete")
	staff := s.Env.As(role.TenantStaff, apptest.Switched("appointments.all"))
	staff.POST("/appointments/"+id+"/undo", nil).WantProblem(t, http.StatusForbidden, "role_forbidden")
	s.turn("2026-06-02T12:30:00.000001-04:00")
	s.Owner.POST("/appointments/"+id+"/undo", nil).WantProblem(t, http.StatusConflict, "state_conflict")
	s.turn("2026-06-02T12:30:00-04:00")
	s.Env.As(role.TenantManager).POST("/appointments/"+id+"/undo", nil).Want(t, http.StatusOK)
}

// TestReleaseFreesTheRest: who left early, or did not come, keeps nobody else waiting.
func TestReleaseFreesTheRest(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"duration_minutes": 60, "slot_interval_minutes": 15})
	short := s.Service(t, []string{s.ann}, object{"duration_minutes": 15, "slot_interval_minutes": 15})
	id := s.booked(t, cut, "12:00").ID
	s.turn("2026-06-01T12:30:00-04:00")
	s.verb(t, id, "complete")
	s.refused(t, short, at("12:30"))
	s.verb(t, id, "release")
	s.Env.Public().POST("/public/appointments", guest(short, at("12:30"))).Want(t, http.StatusCreated)
	s.Owner.POST("/appointments/"+id+"/release", nil).WantProblem(t, http.StatusConflict, "state_conflict")
	s.Owner.POST("/appointments/"+id+"/undo", nil).WantProblem(t, http.StatusConflict, "state_conflict") // nor is it taken back
}

type entry struct {
	Action  string           `json:"action"`
	Version int              `json:"version"`
	Reason  string           `json:"reason"`
	By      string           `json:"by"`
	Changes map[string]moved `json:"changes"`
}

type moved struct{ From, To any }

func (s salon) history(t *testing.T, id string) []entry {
	t.Helper()
	return apptest.Into[struct{ Data []entry }](t, s.Owner.GET("/appointments/"+id+"/history"), http.StatusOK).Data
}

// TestEveryChangeIsOnRecord with what was and what is, and cannot be changed by the program itself.
func TestEveryChangeIsOnRecord(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	id := s.booked(t, cut, "12:00").ID
	one := "/appointments/" + id
	s.Owner.POST(one+"/reschedule", object{"start": at("13:00")}).Want(t, http.StatusOK)
	s.Owner.PATCH(one, object{"notes": "Window seat"}).Want(t, http.StatusOK)
	s.verb(t, id, "check_in")
	s.verb(t, id, "undo")
	s.Owner.POST(one+"/cancel", object{"reason": "Ill"}).Want(t, http.StatusOK)
	var actions []string
	for i, e := range s.history(t, id) {
		actions = append(actions, e.Action)
		if e.Version != i+1 || e.By == "" {
			t.Errorf("entry %d: version %d by %q", i, e.Version, e.By)
		}
	}
	if !slices.Equal(actions, []string{"created", "rescheduled", "changed", "checked_in", "undone", "cancelled"}) {
		t.Errorf("on record: %v", actions)
	}
	all := s.history(t, id)
	if c := all[1].Changes; len(c) != 2 || c["start"].From != "2026-06-01T12:00:00-04:00" || c["start"].To != "2026-06-01T13:00:00-04:00" || c["end"].To == nil {
		t.Errorf("the move is told as %v", c)
	}
	if c := all[2].Changes; len(c) != 1 || c["notes"].To != "Window seat" {
		t.Errorf("the note is told as %v", c)
	}
	if all[5].Reason != "Ill" || all[5].Changes["status"].To != "CANCELLED" {
		t.Errorf("the end is told as %+v", all[5])
	}
	if s.may(t, "appointment_history", "UPDATE") || s.may(t, "appointment_history", "DELETE") {
		t.Error("the record can be changed")
	}
}

// TestARequestDoesNotOutliveItsStart (4.6: confirming checks anew): it expires then at the latest, also where it is moved.
func TestARequestDoesNotOutliveItsStart(t *testing.T) {
	t.Parallel()
	s := open(t)
	asked := s.asked(t, object{"pending_minutes": 10000})
	until := func(id string) string {
		return apptest.Instant(t, *apptest.Into[struct {
			PendingUntil *string `json:"pending_until"`
		}](t, s.Owner.GET("/appointments/"+id), http.StatusOK).PendingUntil).UTC().Format(time.RFC3339)
	}
	stays, moves := s.request(t, asked, "12:00", "a@example.com"), s.request(t, asked, "16:00", "b@example.com")
	want(t, until(stays), "2026-06-01T16:00:00Z")
	s.Owner.POST("/appointments/"+moves+"/reschedule", object{"start": at("11:00")}).Want(t, http.StatusOK)
	want(t, until(moves), "2026-06-01T15:00:00Z")
	if n := s.count(t, `SELECT count(*) FROM allocations al JOIN appointments a ON a.id = al.appointment_id WHERE al.expires_at = a.starts_at`); n != 2 {
		t.Errorf("%d requests keep their time until they begin", n)
	}
	s.turn("2026-06-01T16:00:00Z")
	for _, id := range []string{stays, moves} {
		for _, body := range []object{{}, {"override": []string{"past"}}} {
			s.Owner.POST("/appointments/"+id+"/confirm", body).WantProblem(t, http.StatusConflict, "state_conflict")
		}
	}
	// One that was asked for by a release before this one may wait longer.
	s.exec(t, `UPDATE appointments SET pending_until = pending_until + interval '1 day' WHERE starts_at = '2026-06-01T16:00:00Z'`)
	s.turn("2026-06-01T16:01:00Z")
	s.Owner.POST("/appointments/"+stays+"/confirm", object{}).WantProblem(t, http.StatusConflict, taken)
	s.Owner.POST("/appointments/"+stays+"/confirm", object{"override": []string{"past"}}).Want(t, http.StatusOK)
}

// TestWhoHasArrivedComesAgainToAnotherTime (4.6): moved to another time it is CONFIRMED, to other resources alone it stays CHECKED_IN.
func TestWhoHasArrivedComesAgainToAnotherTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t)
	id := s.booked(t, s.Service(t, []string{s.ann, bea}), "10:00").ID
	yoga := s.class(t, nil)
	g := s.plan(t, yoga, "13:00")
	seat := s.sits(t, yoga, "13:00", 1)
	s.verb(t, id, "check_in")
	s.verb(t, seat, "check_in")
	is := func(id string, body object, status string) {
		t.Helper()
		s.Owner.POST("/appointments/"+id+"/reschedule", body).Want(t, http.StatusOK)
		a := apptest.Into[object](t, s.Owner.GET("/appointments/"+id), http.StatusOK)
		if arrived := a["checked_in_at"] != nil; a["status"] != status || arrived != (status == "CHECKED_IN") {
			t.Errorf("%v: %v, arrived %t", body, a["status"], arrived)
		}
	}
	is(id, object{"start": at("10:00"), "resource_ids": []string{bea}}, "CHECKED_IN")
	is(id, object{"start": "2026-06-03T10:00"}, "CONFIRMED")
	s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": at("15:00")}).Want(t, http.StatusOK)
	want(t, s.seat(t, seat).Status, "CONFIRMED")
}

// TestARequestWithoutAnybodyIsUnchangedToo: 4.7, the identical start.
func TestARequestWithoutAnybodyIsUnchangedToo(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.request(t, s.asked(t, object{"unassigned_requests": true}), "12:00", "gil@example.com")
	s.Env.WritesNothing(t, func() {
		s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": at("12:00")}).WantProblem(t, http.StatusUnprocessableEntity, "unchanged", "body.start")
	})
	s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": at("13:00")}).Want(t, http.StatusOK)
}
