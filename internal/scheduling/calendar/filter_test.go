package calendar_test

import (
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// TestFilters names what 4.3.2, 4.3.5 and 4.3.8 say of dates and grids, and one case of each.
func TestFilters(t *testing.T) {
	t.Parallel()
	const next = "2026-06-02"
	rules := []struct {
		name string
		ask  func(q calendar.Question) string
		want string
	}{
		{"4.3.8.2 a range of dates, both included", func(q calendar.Question) string {
			q.Open = hours("7 09:00-09:30, 1 09:00-09:30, 2 09:00-09:30, 3 09:00-09:30")
			q.From, q.Until = date(day), date(next)
			return starts(q, "Mon15:04", "2026-05-30", "2026-06-30") +
				" " + string(refused(q, "2026-05-31T09:00", "2026-05-31T09:30", false)) + " " + string(refused(q, "2026-06-03T09:00", "2026-06-03T09:30", true))
		}, "Mon09:00 Tue09:00 dates dates"},
		{"4.3.8.2 the stricter of range and days ahead", func(q calendar.Question) string {
			q.Now, q.MaxAdvanceDays, q.Until = local(q.Zone, "2026-06-01T08:00"), 0, date("2026-06-30")
			return string(refused(q, "2026-06-02T09:00", "2026-06-02T09:30", false))
		}, "window"},
		{"4.3.8.2 the date is that of the start", func(q calendar.Question) string {
			q.Open, q.Until = hours("1 23:00-25:00"), date(day)
			return starts(q, "Mon15:04", day, next)
		}, "Mon23:00 Mon23:30"},
		{"4.3.2 a resource can be had from its first date to before its last", func(q calendar.Question) string {
			q.Open = hours("7 09:00-09:30, 1 09:00-09:30, 2 09:00-09:30")
			q.Resources[0].ActiveFrom, q.Resources[0].ActiveUntil = date(day), date(next)
			return starts(q, "Mon15:04", "2026-05-30", "2026-06-30") + " " + string(refused(q, "2026-06-02T09:00", "2026-06-02T09:30", false))
		}, "Mon09:00 closed"},
		{"4.3.2 which cuts the night, and not its grid", func(q calendar.Question) string {
			q.Open = hours("7 22:10-26:00")
			q.Resources = []calendar.Resource{{ActiveFrom: date(day)}, {ActiveUntil: date(day)}}
			q.Duration, q.Interval = time.Hour, time.Hour
			return listed(q, "2026-05-31") + " " + listed(q, day)
		}, "22:10[1] 00:10[0]"},
		{"4.3.8.3 a limit of the service, by day, week from Monday and month", func(q calendar.Question) string {
			q.Open = hours("1 09:00-09:30, 2 09:00-09:30, 3 09:00-09:30, 7 09:00-09:30")
			q.Booked = []time.Time{local(q.Zone, "2026-06-02T15:00"), local(q.Zone, "2026-06-10T15:00"), local(q.Zone, "2026-06-12T15:00")}
			out := ""
			for _, q.Limits = range []calendar.Limits{{Day: 1}, {Day: 2}, {Week: 2}, {Month: 3}} {
				out += starts(q, "02", "2026-05-31", "2026-07-01") + "; "
			}
			q.Limits = calendar.Limits{Day: 1}
			return out + string(refused(q, "2026-06-02T09:00", "2026-06-02T09:30", false))
		}, "31 01 03 07 08 09 14 15 16 17 21 22 23 24 28 29 30 01; 31 01 02 03 07 08 09 10 14 15 16 17 21 22 23 24 28 29 30 01; " +
			"31 01 02 03 07 15 16 17 21 22 23 24 28 29 30 01; 31 01; limit"},
		{"4.3.8.3 a limit of one resource leaves the others", func(q calendar.Question) string {
			q.Open = hours("1 09:00-09:30, 2 09:00-09:30")
			q.Resources = []calendar.Resource{{Limits: calendar.Limits{Day: 1}, Booked: []time.Time{local(q.Zone, "2026-06-01T00:00")}}, {Hours: hours("2 09:00-10:00")}}
			return listed(q, day) + listed(q, next) + " " + string(refused(q, "2026-06-01T09:00", "2026-06-01T09:30", false))
		}, "09:00[0 1] limit"},
		{"4.3.5 by the clock", func(q calendar.Question) string {
			q.Open, q.Clock = hours("1 09:10-11:20"), true
			return starts(q, clock, day, day) + " " + string(refused(q, "2026-06-01T09:10", "2026-06-01T09:40", true))
		}, "09:30 10:00 10:30 off_grid"},
		{"4.3.5 by the clock, from each midnight on", func(q calendar.Question) string {
			q.Open, q.Clock, q.Interval = hours("1 22:00-26:00"), true, 50*time.Minute
			return starts(q, "Mon15:04", day, next)
		}, "Mon22:30 Mon23:20 Tue00:00 Tue00:50"},
		{"4.3.5 by the clock in zones of half hours, and where it is put back by half an hour", func(q calendar.Question) string {
			q.Zone, q.Open, q.Clock, q.Interval = zone("Australia/Lord_Howe"), hours("7 00:50-03:00"), true, 30*time.Minute
			q.Duration = 10 * time.Minute
			return starts(q, clock, "2026-04-05", "2026-04-05") + ", " + starts(q, clock, "2026-10-04", "2026-10-04")
		}, "01:00 01:30 01:30 02:00 02:30, 01:00 01:30 02:30"},
		{"4.3.5 gaps are filled from both sides", func(q calendar.Question) string {
			q.Open, q.FillGaps = hours("1 09:00-11:00"), true
			q.BufferBefore, q.BufferAfter = 5*time.Minute, 10*time.Minute
			busy(&q, "2026-06-01T09:50 2026-06-01T10:05")
			return starts(q, clock, day, day)
		}, "09:00 09:10 10:10 10:30"},
		{"4.3.5 where they are not, those starts are off the grid", func(q calendar.Question) string {
			q.FillGaps = true
			busy(&q, "2026-06-01T09:50 2026-06-01T10:05")
			with := refused(q, "2026-06-01T10:05", "2026-06-01T10:35", true)
			q.FillGaps = false
			return string(with) + "," + string(refused(q, "2026-06-01T10:05", "2026-06-01T10:35", true))
		}, ",off_grid"},
		{"4.3.5 what ends at midnight makes a start of the next date", func(q calendar.Question) string {
			q.Open, q.FillGaps, q.Interval = hours("1 00:00-24:00, 2 00:00-24:00"), true, 24*time.Hour
			q.Resources[0].Hours = hours("1 10:00-26:00")
			busy(&q, "2026-06-01T23:00 2026-06-02T00:00")
			reach := q.Reach(date(next), date(next))
			if !q.Resources[0].Busy[0].Overlaps(reach) {
				return "out of reach"
			}
			return starts(q, "Mon15:04", next, next)
		}, "Tue00:00"},
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			if got := r.ask(monday()); got != r.want {
				t.Errorf("got  %s\nwant %s", got, r.want)
			}
		})
	}
}
