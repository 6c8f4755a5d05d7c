package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// eve lists Monday's and Tuesday's starts that can be asked for now, until some time of the day before.
func eve(q calendar.Question, until, now string) string {
	at := must(calendar.ParseClock(until))
	q.DayBefore, q.Now = &at, local(q.Zone, now)
	return starts(q, "Mon15:04", day, "2026-06-02")
}

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
			q.Booked = halfHours(q.Zone, "2026-06-02T15:00", "2026-06-10T15:00", "2026-06-12T15:00")
			out := ""
			for _, q.Limits = range []calendar.Limits{{Day: 1}, {Day: 2}, {Week: 2}, {Month: 3}} {
				out += starts(q, "02", "2026-05-31", "2026-07-01") + "; "
			}
			q.Limits = calendar.Limits{Day: 1}
			return out + string(refused(q, "2026-06-02T09:00", "2026-06-02T09:30", false))
		}, "31 01 03 07 08 09 14 15 16 17 21 22 23 24 28 29 30 01; 31 01 02 03 07 08 09 10 14 15 16 17 21 22 23 24 28 29 30 01; " +
			"31 01 02 03 07 15 16 17 21 22 23 24 28 29 30 01; 31 01; limit"},
		{"4.3.8.3 limits in minutes, which the appointment asked for counts for too", func(q calendar.Question) string {
			q.Open = hours("1 09:00-09:30, 2 09:00-09:30, 3 09:00-09:30, 7 09:00-09:30")
			q.Booked = halfHours(q.Zone, "2026-06-02T15:00", "2026-06-10T15:00", "2026-06-12T15:00")
			out := ""
			for _, q.Limits = range []calendar.Limits{{DayMinutes: 59}, {DayMinutes: 60}, {WeekMinutes: 89}, {WeekMinutes: 90}, {MonthMinutes: 119}, {DayMinutes: 29}, {Day: 1, MonthMinutes: 120}} {
				out += starts(q, "02", "2026-06-01", "2026-06-14") + "; "
			}
			return out
		}, "01 03 07 08 09 14; 01 02 03 07 08 09 10 14; 01 02 03 07; 01 02 03 07 08 09 10 14; ; ; 01 03 07 08 09 14; "},
		{"4.3.8.3 a limit of one resource leaves the others", func(q calendar.Question) string {
			q.Open = hours("1 09:00-09:30, 2 09:00-09:30")
			q.Resources = []calendar.Resource{{Limits: calendar.Limits{Day: 1}, Booked: halfHours(q.Zone, "2026-06-01T00:00")}, {Hours: hours("2 09:00-10:00")}}
			return listed(q, day) + listed(q, next) + " " + string(refused(q, "2026-06-01T09:00", "2026-06-01T09:30", false))
		}, "09:00[0 1] limit"},
		{"4.3.8.1 until a time of the day before, inclusive", func(q calendar.Question) string {
			q.Open = hours("1 00:30-01:30, 2 09:00-10:00")
			return eve(q, "18:00", "2026-05-31T18:00") + "; " + eve(q, "18:00", "2026-05-31T18:01") + "; " + eve(q, "26:00", "2026-06-01T00:20") + "; " +
				eve(q, "00:00", "2026-05-31T00:01") + "; " + eve(q, "00:00", "2026-06-01T00:00")
		}, "Mon00:30 Mon01:00 Tue09:00 Tue09:30; Tue09:00 Tue09:30; Mon00:30 Mon01:00 Tue09:00 Tue09:30; Tue09:00 Tue09:30; Tue09:00 Tue09:30"},
		{"4.3.8.1 a microsecond later is too late", func(q calendar.Question) string {
			six := calendar.Clock(18 * 60)
			q.DayBefore, q.Now = &six, local(q.Zone, "2026-05-31T18:00").Add(time.Nanosecond)
			return string(refused(q, "2026-06-01T09:00", "2026-06-01T09:30", false))
		}, "notice"},
		{"4.3.8.1 on a day before that comes to the time late, or twice", func(q calendar.Question) string {
			q.Open = hours("1 09:00-09:30")
			out := ""
			for _, now := range []string{"2026-03-08T07:00:00Z", "2026-03-08T07:00:01Z", "2026-11-01T05:30:00Z", "2026-11-01T05:30:01Z"} {
				at := calendar.Clock(2*60 + 30)
				if now > "2026-06" {
					at = 90
				}
				q.Now, q.DayBefore = instant(now), &at
				d := calendar.DateOf(q.Now, q.Zone).AddDays(1).String()
				out += string(refused(q, d+"T09:00", d+"T09:30", false)) + ";"
			}
			return out
		}, ";notice;;notice;"},
		{"4.3.8.2 the first days with hours", func(q calendar.Question) string {
			q.Open, q.Now, q.MaxAdvanceDays = hours("1 23:30-24:30, 3 09:00-09:30, 5 09:00-09:30"), local(q.Zone, "2026-06-01T23:59"), 0
			q.Resources = []calendar.Resource{{ActiveFrom: date("2026-06-04")}, {}}
			q.Resources[1].Overrides = calendar.Overrides{{Date: date("2026-06-05")}, {Date: date("2026-06-08")}}
			q.Resources[1].Blocks = []calendar.Span{date("2026-06-03").In(q.Zone)}
			q.Needs = []calendar.Need{one(1), one(1, 0)}
			var out []string
			for _, q.BookableDays = range []int{1, 2, 3, 4} {
				out = append(out, string(refused(q, "2026-06-10T09:00", "2026-06-10T09:30", false)), string(refused(q, "2026-06-03T09:00", "2026-06-03T09:30", false)))
			}
			return strings.Join(out, ",")
		}, "window,window,window,window,window,blocked,,blocked"},
		{"4.3.8.2 days on which nobody is active don't count", func(q calendar.Question) string {
			q.Open, q.Now, q.BookableDays = hours("1 09:00-09:30, 2 09:00-09:30"), local(q.Zone, "2026-06-01T08:00"), 1
			q.Resources[0].ActiveFrom = date(next)
			return starts(q, "Mon15:04", day, "2026-06-30")
		}, "Tue09:00"},
		{"4.3.8.2 of what is never open nothing is bookable, and nobody waits for the answer", func(q calendar.Question) string {
			q.Open, q.BookableDays = nil, 3
			return string(refused(q, "2026-06-01T09:00", "2026-06-01T09:30", false)) + " " + string(refused(q, "9999-01-01T09:00", "9999-01-01T09:30", false)) + " " +
				fmt.Sprint(len(q.Slots(date(day), date("2199-01-01"))))
		}, "closed window 0"},
		{"4.3.2 own hours may be more than the opening, where they may", func(q calendar.Question) string {
			q.Open, q.Interval, q.AnyHours = hours("1 10:00-11:00, 2 10:00-11:00, 3 10:00-11:00"), time.Hour, true
			q.Hours = hours("1 00:00-16:00, 2 00:00-24:00, 3 00:00-24:00")
			q.Resources = []calendar.Resource{
				{Hours: hours("1 08:00-09:00, 1 15:30-17:30")},
				{Overrides: calendar.Overrides{{Date: date(next), Windows: []calendar.ClockSpan{{From: 20 * 60, To: 26 * 60}}}}},
			}
			out := listed(q, day) + " " + listed(q, next) + " " + listed(q, "2026-06-03")
			q.AnyHours = false
			return out + "; " + listed(q, day) + " " + listed(q, next) + " " + listed(q, "2026-06-03")
		}, "08:00[0] 10:00[1] 15:30[0] 20:00[1] 21:00[1] 22:00[1] 23:00[1] 00:00[1] 01:00[1] 10:00[1]; 10:00[1]  10:00[1]"},
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

// halfHours are appointments of half an hour each.
func halfHours(zone *time.Location, starts ...string) (all []calendar.Span) {
	for _, at := range starts {
		start := local(zone, at)
		all = append(all, calendar.Span{Start: start, End: start.Add(30 * time.Minute)})
	}
	return all
}
