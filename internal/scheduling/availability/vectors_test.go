package availability_test

import (
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

type (
	object  = apptest.Map
	windows = []apptest.Map
)

const (
	newYork = "America/New_York"
	monday  = "2026-06-01"
	clock   = "15:04"
)

func nineToFive() windows { return apptest.Hours([2]string{"09:00", "17:00"}) }

// salon is a business with one member of staff, seen at an instant.
func salon(t testing.TB, now, zone string, hours windows) (s *apptest.Salon, resource string) {
	t.Helper()
	s = apptest.NewSalon(t, apptest.New(t).At(now), zone, hours)
	return s, s.Resource(t)
}

// offered is the free starts of a service on one date or more, on the location's clock.
func offered(t testing.TB, s *apptest.Salon, service, layout, from, to string) string {
	t.Helper()
	return apptest.Starts(t, s.Free(t, service, from, to), layout)
}

func want(t testing.TB, got, want string) {
	t.Helper()
	if got != want {
		t.Fatalf("starts\ngot  %s\nwant %s", got, want)
	}
}

// refused books as a customer does what must not be booked.
func refused(t testing.TB, s *apptest.Salon, service, start string) {
	t.Helper()
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest(service, start)).WantProblem(t, http.StatusConflict, "slot_unavailable")
	})
}

func guest(service, start string) object {
	return object{"service_id": service, "start": start, "customer": object{"name": "Gil Guest", "email": "gil@example.com"}}
}

func TestA1NineToFiveHas16Starts(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	got := offered(t, s, s.Service(t, []string{ann}), clock, monday, monday)
	want(t, got, apptest.Every("09:00", "16:30", 30))
	if n := len(strings.Fields(got)); n != 16 {
		t.Fatalf("%d starts, want 16", n)
	}
}

func TestA2NothingStraddlesTheBreak(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, apptest.Hours([2]string{"09:00", "12:00"}, [2]string{"13:00", "17:00"}))
	cut := s.Service(t, []string{ann})
	want(t, offered(t, s, cut, clock, monday, monday), apptest.Every("09:00", "11:30", 30)+" "+apptest.Every("13:00", "16:30", 30))
	refused(t, s, cut, monday+"T12:00")
}

func TestA8NoticeIsInclusive(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct{ now, first, refused string }{
		"at 08:00 the start at 10:00 is offered":     {"2026-06-01T12:00:00Z", "10:00", "09:30"},
		"at 08:01 the start at 10:30 is the first":   {"2026-06-01T12:01:00Z", "10:30", "10:00"},
		"one second past eight counts as much":       {"2026-06-01T12:00:01Z", "10:30", "10:00"},
		"one second before eight keeps that at 10":   {"2026-06-01T11:59:59Z", "10:00", "09:30"},
		"notice counts elapsed time, not the offset": {"2026-06-01T21:00:00+09:00", "10:00", "09:30"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ann := salon(t, v.now, newYork, nineToFive())
			cut := s.Service(t, []string{ann}, object{"min_notice_minutes": 120})
			want(t, offered(t, s, cut, clock, monday, monday), apptest.Every(v.first, "16:30", 30))
			refused(t, s, cut, monday+"T"+v.refused)
		})
	}
}

func TestA9TheWindowEndsByTheLocationsDates(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-06-02T03:30:00Z", newYork, apptest.Hours([2]string{"09:00", "10:00"})) // 23:30 on 1 June there
	cut := s.Service(t, []string{ann}, object{"max_advance_days": 30})
	last := "2026-06-30T13:00Z 2026-06-30T13:30Z 2026-07-01T13:00Z 2026-07-01T13:30Z"
	for _, viewer := range []string{newYork, "Pacific/Kiritimati", "Pacific/Pago_Pago"} {
		slots := s.Free(t, cut, "2026-06-30", "2026-07-05", "time_zone="+viewer)
		want(t, inUTC(t, slots), last)
	}
	refused(t, s, cut, "2026-07-02T09:00")
}

func inUTC(t testing.TB, slots []apptest.Slot) string {
	t.Helper()
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = apptest.Instant(t, s.Start).UTC().Format("2006-01-02T15:04Z")
	}
	return strings.Join(out, " ")
}

func TestA10ABlockThatBeganYesterday(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	cut := s.Service(t, []string{ann})
	s.Owner.POST("/blocks", object{"resource_id": ann, "start": "2026-05-31T22:00:00-04:00", "end": "2026-06-01T10:00:00-04:00"}).Want(t, http.StatusCreated)
	want(t, offered(t, s, cut, clock, monday, monday), apptest.Every("10:00", "16:30", 30))
	refused(t, s, cut, monday+"T09:30")
}

// hourly is a service of an hour on a grid of an hour, where the business is open in one window a week.
func hourly(t *testing.T, zone string, weekday int, from, to string) (s *apptest.Salon, service string) {
	t.Helper()
	s, ann := salon(t, "2026-01-01T12:00:00Z", zone, windows{{"weekday": weekday, "from": from, "to": to}})
	return s, s.Service(t, []string{ann}, object{"duration_minutes": 60, "slot_interval_minutes": 60, "max_advance_days": 365})
}

func TestA11TheMissingHour(t *testing.T) {
	t.Parallel()
	s, service := hourly(t, newYork, 7, "01:00", "05:00")
	want(t, inUTC(t, s.Free(t, service, "2026-03-08", "2026-03-08")), "2026-03-08T06:00Z 2026-03-08T07:00Z 2026-03-08T08:00Z")
	want(t, offered(t, s, service, "15:04 MST", "2026-03-08", "2026-03-08"), "01:00 -0500 03:00 -0400 04:00 -0400")
}

func TestA12TheRepeatedHour(t *testing.T) {
	t.Parallel()
	s, service := hourly(t, newYork, 7, "00:00", "04:00")
	want(t, inUTC(t, s.Free(t, service, "2026-11-01", "2026-11-01")),
		"2026-11-01T04:00Z 2026-11-01T05:00Z 2026-11-01T06:00Z 2026-11-01T07:00Z 2026-11-01T08:00Z")
	for _, start := range []string{"2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00"} {
		s.Env.Public().POST("/public/appointments", guest(service, start)).Want(t, http.StatusCreated)
	}
}

func TestA13AWindowInTheGapIsClosed(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-01-01T12:00:00Z", newYork, windows{{"weekday": 7, "from": "02:15", "to": "02:45"}})
	short := s.Service(t, []string{ann}, object{"duration_minutes": 5, "slot_interval_minutes": 5, "max_advance_days": 365})
	want(t, offered(t, s, short, clock, "2026-03-08", "2026-03-08"), "")
	want(t, offered(t, s, short, clock, "2026-03-15", "2026-03-15"), apptest.Every("02:15", "02:40", 5))
	refused(t, s, short, "2026-03-08T07:15:00Z") // 03:15 there, where the hands went on from 02:15
}

func TestA14NightsOfTheClockChange(t *testing.T) {
	t.Parallel()
	s, service := hourly(t, newYork, 6, "22:00", "30:00")
	for _, night := range []struct {
		from, to string
		hours    int
	}{{"2026-03-07", "2026-03-08", 7}, {"2026-10-31", "2026-11-01", 9}, {"2026-06-06", "2026-06-07", 8}} {
		if n := len(s.Free(t, service, night.from, night.to)); n != night.hours {
			t.Errorf("the night of %s has %d hours, want %d", night.from, n, night.hours)
		}
	}
	// The window is one: an appointment may lie across the change.
	s.Env.Public().POST("/public/appointments", guest(service, "2026-03-08T01:00")).Want(t, http.StatusCreated)
}

func TestA15Overnight(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, windows{{"weekday": 5, "from": "22:00", "to": "26:00"}})
	late := s.Service(t, []string{ann}, object{"duration_minutes": 60})
	all := "Fri22:00 Fri22:30 Fri23:00 Fri23:30 Sat00:00 Sat00:30 Sat01:00"
	want(t, offered(t, s, late, "Mon15:04", "2026-06-05", "2026-06-06"), all)
	for _, slot := range s.Free(t, late, "2026-06-05", "2026-06-05") {
		if slot.Start == "2026-06-05T23:30:00-04:00" && slot.End != "2026-06-06T00:30:00-04:00" {
			t.Errorf("23:30 ends %s, want 00:30 on Saturday", slot.End)
		}
	}
	want(t, offered(t, s, late, "Mon15:04", "2026-06-06", "2026-06-06"), "Sat00:00 Sat00:30 Sat01:00") // a start belongs to its own date

	s.Owner.POST("/blocks", object{"location_id": s.Location, "start": "2026-06-06T00:00:00-04:00", "end": "2026-06-07T00:00:00-04:00"}).Want(t, http.StatusCreated)
	want(t, offered(t, s, late, "Mon15:04", "2026-06-05", "2026-06-06"), "Fri22:00 Fri22:30 Fri23:00")
	refused(t, s, late, "2026-06-05T23:30")
}

func TestA24ViewersSeeTheSameInstantsOnOtherDates(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	cut := s.Service(t, []string{ann})
	home := s.Free(t, cut, monday, monday)
	for _, v := range []struct{ zone, first, date string }{
		{"Pacific/Kiritimati", "2026-06-02T03:00:00+14:00", "2026-06-02"},
		{"Pacific/Pago_Pago", "2026-06-01T02:00:00-11:00", monday},
	} {
		there := s.Free(t, cut, monday, monday, "time_zone="+v.zone)
		want(t, inUTC(t, there), inUTC(t, home))
		if there[0].Start != v.first || there[0].Start[:10] != v.date {
			t.Errorf("%s sees the first start as %s, want %s", v.zone, there[0].Start, v.first)
		}
	}
}
