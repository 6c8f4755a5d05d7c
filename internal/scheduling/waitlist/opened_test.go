package waitlist_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/pgtest"
)

const ten = "2026-06-01T10:00:00+02:00"

// week is open from nine each day.
func week(to string) []object { return apptest.Hours([2]string{"09:00", to}) }

func on(date, from, to string) []object {
	return []object{{"date": date, "windows": []object{{"from": from, "to": to}}}}
}

// change changes a location, a resource or a service.
func (s salon) change(t *testing.T, path string, body object) {
	t.Helper()
	s.Owner.PATCH(path, body).Want(t, http.StatusOK)
}

// TestWhoWaitsHearsOfNewHours: of longer hours of the location, of the resource or of the service, of the week or of a date; and of a
// resource that is there longer, or that there is more of.
func TestWhoWaitsHearsOfNewHours(t *testing.T) {
	t.Parallel()
	const place, chair, service = "place", "chair", "service"
	booked := []string{nine, half}
	for name, c := range map[string]struct {
		taken       []string
		at          string
		first, then object
		want        string
	}{
		"the location's week":        {booked, place, object{}, object{"opening_hours": week("10:30")}, ten},
		"a date of the location":     {booked, place, object{}, object{"date_overrides": on(monday, "09:00", "10:30")}, ten},
		"the location's zone":        {booked, place, object{}, object{"time_zone": "Europe/London"}, "2026-06-01T09:00:00+01:00"},
		"the week of a resource":     {booked[:1], chair, object{"hours": week("09:30")}, object{"hours": week("10:00")}, half},
		"no hours of its own":        {booked[:1], chair, object{"hours": week("09:30")}, object{"hours": nil}, half},
		"a date of a resource":       {booked[:1], chair, object{"date_overrides": on(monday, "09:00", "09:30")}, object{"date_overrides": on(monday, "09:00", "10:00")}, half},
		"a resource stays":           {nil, chair, object{"active_until": monday}, object{"active_until": tuesday}, nine},
		"a resource comes earlier":   {nil, chair, object{"active_from": tuesday}, object{"active_from": nil}, nine},
		"more of a resource":         {booked, chair, object{}, object{"capacity": 2}, nine},
		"the hours of a service":     {booked[:1], service, object{"hours": week("09:30")}, object{"hours": week("10:00")}, half},
		"no hours of the service":    {nil, service, object{"hours": []object{}}, object{"hours": nil}, nine},
		"a service is offered later": {nil, service, object{"bookable_until": "2026-05-31"}, object{"bookable_until": monday}, nine},
	} {
		t.Run(name, func(t *testing.T) { // one after the other: each has the queue for itself
			s := open(t)
			cut := s.offers(t)
			for _, start := range c.taken {
				s.taken(t, cut, start)
			}
			path := map[string]string{place: "/locations/" + s.Location, chair: "/resources/" + s.ann, service: "/services/" + cut}[c.at]
			s.change(t, path, c.first)
			a := s.waits(t, cut, "Ada")
			s.work(t)
			want(t, s.states(t, a), "WAITING")
			s.change(t, path, c.then)
			s.work(t)
			want(t, s.states(t, a), "OFFERED "+c.want)
		})
	}
}

// TestWhoWaitsHearsOfWhoPerformsIt, and of whoever comes to their location.
func TestWhoWaitsHearsOfWhoPerformsIt(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.offers(t, object{"resource_ids": []string{}, "requirements": []object{{"kind": "ROOM"}}})
	other := s.offers(t)
	s.taken(t, other, nine)
	s.taken(t, other, half)
	south := apptest.Into[apptest.Object](t, s.Owner.POST("/locations", object{"name": "South", "time_zone": "Europe/Berlin", "opening_hours": week("10:00")}), http.StatusCreated).ID
	s.Resource(t, object{"kind": "ROOM", "active_until": monday})
	ken, room := s.Resource(t), s.Resource(t, object{"kind": "ROOM", "location_id": south})
	a, b := s.waits(t, cut, "Ada", object{"location_id": s.Location}), s.waits(t, other, "Bea")
	s.work(t)
	want(t, s.states(t, a, b), "WAITING, WAITING")
	s.change(t, "/services/"+other, object{"resource_ids": []string{s.ann, ken}})
	s.work(t)
	want(t, s.states(t, a, b), "WAITING, OFFERED "+nine)
	s.change(t, "/resources/"+room, object{"location_id": s.Location})
	s.work(t)
	want(t, s.states(t, a), "OFFERED "+nine)
}

// TestOnlyWhatOpensIsTold: the time from now on, as far as the list looks ahead, and none where nothing opens.
func TestOnlyWhatOpensIsTold(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.offers(t)
	place, chair, service := "/locations/"+s.Location, "/resources/"+s.ann, "/services/"+cut
	for _, c := range []struct {
		path string
		body object
		want string
	}{
		{place, object{"name": "Centre", "slot_interval_minutes": 10, "opening_hours": week("10:00")}, ""},
		{place, object{"date_overrides": on("2026-05-29", "09:00", "20:00")}, ""}, // it is over
		{place, object{"date_overrides": on("2026-05-30", "09:00", "20:00")}, "2026-05-30T10:00:00Z 2026-05-30T18:00:00Z"},
		{place, object{"date_overrides": on(monday, "08:30", "09:30")}, "2026-06-01T06:30:00Z 2026-06-01T07:00:00Z"},
		{place, object{"date_overrides": on(monday, "08:30", "09:30")}, ""},
		{place, object{"date_overrides": nil}, "2026-06-01T07:30:00Z 2026-06-01T08:00:00Z"},
		{place, object{"opening_hours": week("09:30")}, ""},
		{place, object{"opening_hours": week("10:00")}, "2026-05-31T07:30:00Z 2026-07-29T08:00:00Z"},
		{place, object{"date_overrides": on("2026-08-01", "09:00", "20:00")}, ""}, // it is far ahead
		{chair, object{"name": "Anna", "capacity": 1, "hours": week("10:00")}, ""},
		{chair, object{"hours": nil, "active_from": "2026-05-01", "active_until": "2026-06-10"}, ""},
		{chair, object{"active_until": "2026-06-11"}, "2026-06-10T07:00:00Z 2026-06-10T08:00:00Z"},
		{service, object{"name": "Trim", "hours": week("10:00"), "bookable_until": "2026-06-10"}, ""},
		{service, object{"hours": week("10:00"), "resource_ids": []string{s.ann}, "bookable_until": "2026-06-11"}, "2026-06-11T07:00:00Z 2026-06-11T08:00:00Z"},
		{service, object{"resource_ids": []string{}}, ""},
	} {
		s.change(t, c.path, c.body)
		want(t, s.told(t), c.want)
	}
}

// told takes the times that the list was told of.
func (s salon) told(t *testing.T) (times string) {
	t.Helper()
	err := pgtest.Super(t).QueryRow(t.Context(), `WITH gone AS (DELETE FROM river.river_job WHERE kind = 'waitlist.match' AND args->>'tenant_id' = $1 RETURNING args)
		SELECT coalesce(string_agg((args->>'start') || ' ' || (args->>'end'), ', '), '') FROM gone`, s.Env.Lease.ID.String()).Scan(&times)
	if err != nil {
		t.Fatal(err)
	}
	return times
}

// TestNobodyIsToldTwice of a date, nor offered a start again, however often the hours are saved.
func TestNobodyIsToldTwice(t *testing.T) {
	t.Parallel()
	s := open(t)
	place := "/locations/" + s.Location
	cut, all := s.offers(t), s.offers(t, object{"waitlist": "notify_all"})
	s.taken(t, cut, nine)
	s.taken(t, cut, half)
	a, b := s.waits(t, cut, "Ada"), s.waits(t, all, "Bea")
	s.change(t, place, object{"opening_hours": week("10:30")})
	s.work(t)
	s.turn("2026-05-30T10:30:00Z") // nobody took the offer
	s.expire(t)
	told := s.letters(t)
	want(t, s.states(t, a, b), "WAITING, WAITING")
	for range 2 {
		s.change(t, place, object{"opening_hours": week("10:00")})
		s.change(t, place, object{"opening_hours": week("10:30")})
		s.work(t)
	}
	want(t, s.states(t, a, b), "WAITING, WAITING")
	want(t, s.letters(t), told)
	if len(told) != 2 {
		t.Errorf("want a letter each, got %s", told)
	}
}
