package appointment_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// autoComplete sets how long after their end appointments are completed; nil is never.
func (s salon) autoComplete(t *testing.T, minutes any) {
	t.Helper()
	s.Owner.PATCH("/settings/booking", object{"auto_complete_after_minutes": minutes}).Want(t, http.StatusOK)
}

// expireAt turns the clock and does what the job does from time to time.
func (s salon) expireAt(instant string) {
	s.turn(instant)
	s.Env.Expire()
}

func (s salon) status(t *testing.T, id string) string {
	t.Helper()
	return apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+id), http.StatusOK).Status
}

// TestWhatIsOverStaysOpenAtFirst, and once that is said again.
func TestWhatIsOverStaysOpenAtFirst(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.booked(t, s.Service(t, []string{s.ann}), "12:00").ID
	s.expireAt("2026-06-20T12:00:00Z")
	want(t, s.status(t, id), "CONFIRMED")
	s.autoComplete(t, 0)
	s.autoComplete(t, nil)
	s.expireAt("2026-06-20T12:00:00Z")
	want(t, s.status(t, id), "CONFIRMED")
}

// TestWhatIsOverIsCompletedInTime: not before, once, and on record as nobody's doing.
func TestWhatIsOverIsCompletedInTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	confirmed, running, later := s.booked(t, cut, "12:00").ID, s.booked(t, cut, "11:30").ID, s.booked(t, cut, "12:30").ID
	s.autoComplete(t, 60)
	s.turn("2026-06-01T11:30:00-04:00")
	s.verb(t, running, "start")
	s.expireAt("2026-06-01T12:59:59-04:00")
	want(t, s.status(t, running)+" "+s.status(t, confirmed), "IN_PROGRESS CONFIRMED")
	s.expireAt("2026-06-01T13:29:59-04:00")
	want(t, s.status(t, running)+" "+s.status(t, confirmed), "COMPLETED CONFIRMED")
	s.expireAt("2026-06-01T13:30:00-04:00")
	want(t, s.status(t, running)+" "+s.status(t, confirmed)+" "+s.status(t, later), "COMPLETED COMPLETED CONFIRMED")
	s.Env.WritesNothing(t, s.Env.Expire)
	h := s.history(t, confirmed)
	if len(h) != 2 || h[1].Action != "completed" || h[1].By != "" || h[1].Version != 2 || h[1].Changes["status"] != (moved{"CONFIRMED", "COMPLETED"}) {
		t.Errorf("on record: %+v", h)
	}
	if h := s.history(t, running); len(h) != 3 || h[2].Action != "completed" || h[2].By != "" {
		t.Errorf("on record: %+v", h)
	}
}

// TestOnlyConfirmedAndRunningOnesAreCompleted: the others wait for a person, or have come to an end of their own.
func TestOnlyConfirmedAndRunningOnesAreCompleted(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, asked := s.Service(t, []string{s.ann}), s.asked(t, object{"pending_minutes": 43200})
	all := map[string]string{
		s.booked(t, cut, "10:00").ID: "CHECKED_IN", s.booked(t, cut, "10:30").ID: "NO_SHOW", s.booked(t, cut, "11:00").ID: "CANCELLED",
		s.request(t, asked, "11:30", "gil@example.com"): "EXPIRED",
	}
	s.autoComplete(t, 0)
	s.turn("2026-06-01T10:45:00-04:00")
	for id, status := range all {
		if verb := map[string]string{"CHECKED_IN": "check_in", "NO_SHOW": "no_show", "CANCELLED": "cancel"}[status]; verb != "" {
			s.verb(t, id, verb)
		}
	}
	s.expireAt("2026-06-01T17:00:00-04:00")
	for id, status := range all {
		want(t, s.status(t, id), status)
	}
}

// TestWhatWasCompletedByItselfIsUndone like any other, and then it is the manager's to close: until it is over anew.
func TestWhatWasCompletedByItselfIsUndone(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.booked(t, s.Service(t, []string{s.ann}), "12:00").ID
	s.autoComplete(t, 0)
	s.expireAt("2026-06-01T12:30:00-04:00")
	want(t, s.status(t, id), "COMPLETED")
	s.Env.As(role.TenantManager).POST("/appointments/"+id+"/undo", nil).Want(t, http.StatusOK)
	s.expireAt("2026-06-01T12:31:00-04:00")
	want(t, s.status(t, id), "CONFIRMED")
	s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": at("14:00")}).Want(t, http.StatusOK)
	s.expireAt("2026-06-01T14:30:00-04:00")
	want(t, s.status(t, id), "COMPLETED")
}

// TestWhatWasUndoneBeforeItsEndIsCompleted: whoever was too quick is not asked twice.
func TestWhatWasUndoneBeforeItsEndIsCompleted(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.booked(t, s.Service(t, []string{s.ann}), "12:00").ID
	s.autoComplete(t, 0)
	s.turn("2026-06-01T12:10:00-04:00")
	s.verb(t, id, "complete")
	s.verb(t, id, "undo")
	s.expireAt("2026-06-01T12:30:00-04:00")
	want(t, s.status(t, id), "COMPLETED")
}
