package appointment_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

func TestA3TouchingIsNotOverlapping(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	s.booked(t, cut, "10:00")
	want(t, s.free(t, cut), "09:00 09:30 "+apptest.Every("10:30", "16:30", 30))
	s.refused(t, cut, at("10:00"))
	for _, start := range []string{"09:30", "10:30"} {
		s.Env.Public().POST("/public/appointments", guest(cut, at(start))).Want(t, http.StatusCreated)
	}
}

func TestA4BuffersStackAndMayLeaveHours(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		inside  bool
		last    string
		refused []string
	}{
		"the last buffer may leave hours": {false, "16:30", []string{"09:30", "10:00", "10:30"}},
		"buffers inside hours":            {true, "16:00", []string{"09:30", "10:00", "10:30", "16:30"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			cut := s.Service(t, []string{s.ann}, object{"buffer_after_minutes": 15, "buffers_inside_hours": v.inside})
			s.booked(t, cut, "10:00")
			want(t, s.free(t, cut), "09:00 "+apptest.Every("11:00", v.last, 30))
			for _, start := range v.refused {
				s.refused(t, cut, at(start))
			}
		})
	}
}

func TestA5FootprintsMayTouch(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"slot_interval_minutes": 5, "buffer_before_minutes": 10, "buffer_after_minutes": 5})
	s.booked(t, cut, "10:00")
	want(t, s.free(t, cut), apptest.Every("09:00", "09:15", 5)+" "+apptest.Every("10:45", "16:30", 5))
	s.refused(t, cut, at("10:40"))
	s.Env.Public().POST("/public/appointments", guest(cut, at("10:45"))).Want(t, http.StatusCreated)
}

func TestA7AnAppointmentStrictlyInsideTheCandidate(t *testing.T) {
	t.Parallel()
	s := open(t)
	short := s.Service(t, []string{s.ann}, object{"duration_minutes": 60})
	long := s.Service(t, []string{s.ann}, object{"duration_minutes": 120, "slot_interval_minutes": 60})
	s.booked(t, short, "10:30")
	want(t, s.free(t, long), apptest.Every("12:00", "15:00", 60))
	s.refused(t, long, at("10:00"))
	// Staff may start at any minute, and are refused the same.
	body := object{"service_id": long, "start": at("10:01"), "customer_id": s.Customer(t, "Cleo")}
	s.Owner.POST("/appointments", body).WantProblem(t, http.StatusConflict, "slot_unavailable")
}

func TestA33MovedOverItsOwnOldTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	was := s.booked(t, cut, "10:00")
	is := apptest.Into[apptest.Appointment](t, s.Owner.POST("/appointments/"+was.ID+"/reschedule", object{"start": at("10:15")}), http.StatusOK)
	want(t, is.Start+" "+is.End, "2026-06-01T10:15:00-04:00 2026-06-01T10:45:00-04:00")
	if is.ID != was.ID || is.Version != was.Version+1 || is.ResourceIDs[0] != s.ann {
		t.Errorf("want the same appointment in its next version: %+v", is)
	}
	want(t, s.free(t, cut), "09:00 09:30 "+apptest.Every("11:00", "16:30", 30))
	if n := s.count(t, `SELECT count(*) FROM allocations WHERE active`); n != 1 {
		t.Errorf("%d allocations, want the one moved", n)
	}
}

func TestRescheduleOverAnothersTimeIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	was := s.booked(t, cut, "10:00")
	s.booked(t, cut, "10:30")
	s.Env.WritesNothing(t, func() {
		p := s.Owner.POST("/appointments/"+was.ID+"/reschedule", object{"start": at("10:15")}).WantProblem(t, http.StatusConflict, "slot_unavailable")
		own := false
		for _, a := range p.Alternatives {
			own = own || a.Start == was.Start
		}
		if len(p.Alternatives) != 3 || !own {
			t.Errorf("want three alternatives with its own old time: %+v", p.Alternatives)
		}
	})
}
