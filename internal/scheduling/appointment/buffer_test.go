package appointment_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestTheLongerBufferCounts: 4.3.4, of the service's and the resource's, on each side and for each resource; with what is booked it
// stays as it was, until that is moved.
func TestTheLongerBufferCounts(t *testing.T) {
	t.Parallel()
	s := open(t)
	room := s.room(t, "Room", object{"buffer_before_minutes": 5, "buffer_after_minutes": 30})
	massage := s.Service(t, nil, object{"buffer_before_minutes": 15, "buffer_after_minutes": 10, "slot_interval_minutes": 5, "requirements": []object{
		{"label": "Masseur", "resource_ids": []string{s.ann}}, {"label": "Room", "resource_ids": []string{room}},
	}})
	plain := s.Service(t, []string{room}, object{"slot_interval_minutes": 5})
	a := s.booked(t, massage, "10:00")
	want(t, s.ranges(t, s.ann), "09:45-10:40")
	want(t, s.ranges(t, room), "09:45-11:00")
	s.refused(t, plain, at("11:00")) // its own five minutes before
	s.booked(t, plain, "11:05")
	want(t, s.ranges(t, room), "09:45-11:00 11:00-12:05")
	s.refused(t, plain, at("12:05"))
	s.booked(t, plain, "12:10")
	apptest.Sound(t, s.Env)
	s.turn("2026-05-30T12:05:00Z")
	s.Owner.PATCH("/resources/"+room, object{"buffer_after_minutes": 0}).Want(t, http.StatusOK)
	want(t, s.ranges(t, room), "09:45-11:00 11:00-12:05 12:05-13:10")
	s.Owner.POST("/appointments/"+a.ID+"/reschedule", object{"start": at("14:00")}).Want(t, http.StatusOK)
	want(t, s.ranges(t, room), "11:00-12:05 12:05-13:10 13:45-14:40")
	apptest.Sound(t, s.Env)
}
