package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// refused asks At on the wall of the question's zone.
func refused(q calendar.Question, start, end string, grid bool) calendar.Refusal {
	_, refusal := q.At(local(q.Zone, start), local(q.Zone, end), grid)
	return refusal
}

// TestRules names the paragraphs of the availability rules and one case of each.
func TestRules(t *testing.T) {
	t.Parallel()
	rules := []struct {
		name string
		ask  func(q calendar.Question) string
		want string
	}{
		{"4.3.2 work and opening are intersected", func(q calendar.Question) string {
			q.Open, q.Resources[0].Hours = hours("1 09:00-12:00"), hours("1 07:00-10:00, 1 11:00-20:00")
			return starts(q, clock, day, day)
		}, "09:00 09:30 11:00 11:30"},
		{"4.3.2 empty hours are never open", func(q calendar.Question) string {
			q.Resources[0].Hours = calendar.Hours{}
			return starts(q, clock, day, day)
		}, ""},
		{"4.3.2 a location without hours is never open", func(q calendar.Question) string {
			q.Open, q.Resources[0].Hours = nil, hours("1 09:00-17:00")
			return starts(q, clock, day, day)
		}, ""},
		{"4.3.2 overlapping windows are one", func(q calendar.Question) string {
			q.Open, q.Duration = hours("1 10:00-12:00, 1 09:15-10:30"), 2*time.Hour
			return starts(q, clock, day, day)
		}, "09:15 09:45"},
		{"4.3.2 invalid windows are left out", func(q calendar.Question) string {
			q.Open = hours("0 09:00-10:00, 8 09:00-10:00, 1 12:00-09:00, 1 09:30-09:30, 1 24:00-26:00, 1 09:00-10:00")
			q.Open = append(q.Open, calendar.Window{Weekday: 1, From: -60, To: 60}, calendar.Window{Weekday: 1, To: 3000})
			return starts(q, clock, "2026-05-31", "2026-06-02")
		}, "09:00 09:30"},
		{"4.3.2 open all day", func(q calendar.Question) string {
			q.Open, q.Interval = hours("1 00:00-24:00"), 6*time.Hour
			return starts(q, clock, day, day)
		}, "00:00 06:00 12:00 18:00"},
		{"4.3.4 buffers must not hit blocks", func(q calendar.Question) string {
			q.Open, q.BufferBefore, q.BufferAfter = hours("1 09:00-11:00"), 20*time.Minute, 10*time.Minute
			q.Interval = 10 * time.Minute
			q.Resources[0].Blocks = []calendar.Span{
				span(q.Zone, "2026-06-01T08:00 2026-06-01T09:00"), span(q.Zone, "2026-06-01T10:30 2026-06-01T11:00"),
			}
			return starts(q, clock, day, day)
		}, "09:20 09:30 09:40 09:50"},
		{"4.3.4 negative buffers count as none", func(q calendar.Question) string {
			q.Open, q.BufferBefore, q.BufferAfter = hours("1 09:00-10:00"), -time.Hour, -time.Hour
			busy(&q, "2026-06-01T09:30 2026-06-01T10:00")
			return starts(q, clock, day, day)
		}, "09:00"},
		{"4.3.5 blocks and appointments don't shift the grid", func(q calendar.Question) string {
			q.Open = hours("1 09:00-11:00")
			busy(&q, "2026-06-01T09:00 2026-06-01T09:10")
			q.Resources[0].Blocks = []calendar.Span{span(q.Zone, "2026-06-01T09:10 2026-06-01T09:40")}
			return starts(q, clock, day, day)
		}, "10:00 10:30"},
		{"4.3.5 the grid begins where work and opening do", func(q calendar.Question) string {
			q.Open, q.Resources[0].Hours = hours("1 09:10-11:00"), hours("1 08:00-11:00")
			return starts(q, clock, day, day)
		}, "09:10 09:40 10:10"},
		{"4.3.5 the resource's own windows make its grid", func(q calendar.Question) string {
			q.Open = hours("1 09:00-11:00")
			q.Resources = []calendar.Resource{{}, {Hours: hours("1 09:15-11:00")}}
			return listed(q, day)
		}, "09:00[0] 09:15[1] 09:30[0] 09:45[1] 10:00[0] 10:15[1] 10:30[0]"},
		{"4.3.5 neighbouring dates keep their grids but fit together", func(q calendar.Question) string {
			q.Open, q.Duration, q.Interval = hours("1 22:30-24:00, 2 00:00-01:10"), time.Hour, 20*time.Minute
			return starts(q, "Mon15:04", day, "2026-06-02")
		}, "Mon22:30 Mon22:50 Mon23:10 Mon23:30 Mon23:50 Tue00:00"},
		{"4.3.5 a piece is cut by the spill of the date before its window's", func(q calendar.Question) string {
			// Tuesday's start lies in the spill of Monday's window, whose piece begins where Sunday's spill does.
			q.Open, q.Interval = hours("7 23:00-48:00, 2 00:00-02:00"), 50*time.Minute
			q.Resources[0].Hours = hours("1 22:00-25:00")
			return starts(q, "Mon15:04", "2026-06-02", "2026-06-02")
		}, "Tue00:30"},
		{"4.3.5 no straddling a break", func(q calendar.Question) string {
			q.Open = hours("1 09:00-12:00, 1 12:01-17:00")
			return string(refused(q, "2026-06-01T11:45", "2026-06-01T12:15", false))
		}, "closed"},
		{"4.3.8.1 no notice still means not past", func(q calendar.Question) string {
			q.Now, q.MinNotice = local(q.Zone, "2026-06-01T16:00").Add(time.Microsecond), -time.Hour
			return starts(q, clock, day, day) + " " + string(refused(q, "2026-06-01T16:00", "2026-06-01T16:30", true))
		}, "16:30 past"},
		{"4.3.8.1 notice, to the microsecond", func(q calendar.Question) string {
			q.Now, q.MinNotice = local(q.Zone, "2026-06-01T14:00").Add(time.Nanosecond), 2*time.Hour
			return starts(q, clock, day, day) + " " + string(refused(q, "2026-06-01T16:00", "2026-06-01T16:30", true))
		}, "16:30 notice"},
		{"4.3.8.2 zero days are today alone", func(q calendar.Question) string {
			q.Open, q.Now, q.MaxAdvanceDays = hours("1 09:00-10:00, 2 09:00-10:00"), local(q.Zone, "2026-06-01T00:00"), 0
			return starts(q, "Mon15:04", day, "2026-06-02") + " " +
				string(refused(q, "2026-06-02T09:00", "2026-06-02T09:30", true))
		}, "Mon09:00 Mon09:30 window"},
		{"4.3.8.2 fewer than zero days are none", func(q calendar.Question) string {
			q.Now, q.MaxAdvanceDays = local(q.Zone, "2026-06-01T00:00"), -1
			return starts(q, clock, day, day) + string(refused(q, "2026-06-01T09:00", "2026-06-01T09:30", true))
		}, "window"},
		{"4.3.9 least booked on the day of the start, then order, then index", func(q calendar.Question) string {
			q.Open, q.Interval = hours("1 09:00-11:00, 2 09:00-11:00"), time.Hour
			q.Resources = make([]calendar.Resource, 4)
			q.Resources[0].Order, q.Resources[1].Order = 1, 1
			q.Resources[3].Busy = booked(q.Zone, "2026-05-31T20:00 2026-06-01T00:10", "2026-06-02T15:00 2026-06-02T16:00")
			q.Resources[2].Busy = booked(q.Zone, "2026-06-01T15:00 2026-06-01T15:20")
			return listed(q, day) + " " + listed(q, "2026-06-02")
		}, "09:00[0 1 3 2] 10:00[0 1 3 2] 09:00[2 0 1 3] 10:00[2 0 1 3]"},
		{"no grid, no duration, no end", func(q calendar.Question) string {
			var out []int
			for _, change := range []func(q *calendar.Question){
				func(q *calendar.Question) { q.Interval = 0 },
				func(q *calendar.Question) { q.Interval = -time.Hour },
				func(q *calendar.Question) { q.Interval = time.Nanosecond },
				func(q *calendar.Question) { q.Duration = 0 },
				func(q *calendar.Question) { q.Duration = -time.Hour },
				func(q *calendar.Question) { q.Duration = 1 << 62 },
				func(q *calendar.Question) { q.BufferAfter = 1 << 62 },
				func(q *calendar.Question) { q.Resources = nil },
				func(q *calendar.Question) { q.MaxAdvanceDays = -1 << 62 },
			} {
				p := q
				change(&p)
				out = append(out, len(p.Slots(date(day), date(day))), len(p.Nearest(p.Now, date(day), date(day), 3)))
			}
			return fmt.Sprint(out)
		}, "[0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0]"},
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

// listed writes starts with their resources.
func listed(q calendar.Question, d string) string {
	var out []string
	for _, s := range q.Slots(date(d), date(d)) {
		out = append(out, s.Start.Format(clock)+fmt.Sprint(s.Resources))
	}
	return strings.Join(out, " ")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	q := monday()
	q.Now, q.MinNotice, q.MaxAdvanceDays = local(q.Zone, "2026-06-01T08:00"), time.Hour, 6
	q.Open = hours("1 08:00-12:00, 1 13:00-17:00")
	q.Resources = []calendar.Resource{
		{Hours: hours("1 08:00-11:00, 1 13:00-17:00"), Blocks: []calendar.Span{span(q.Zone, "2026-06-01T14:00 2026-06-01T16:00")}},
		{Busy: booked(q.Zone, "2026-06-01T14:00 2026-06-01T15:00"), Blocks: []calendar.Span{span(q.Zone, "2026-06-01T15:00 2026-06-01T16:00")}},
	}
	for _, c := range []struct {
		start, end string
		grid       bool
		want       calendar.Refusal
	}{
		{"2026-06-01T07:59", "2026-06-01T08:30", false, calendar.Past},
		{"2026-06-01T08:00", "2026-06-01T08:30", false, calendar.Notice},
		{"2026-06-01T09:00", "2026-06-01T09:30", true, calendar.Offered},
		{"2026-06-01T09:01", "2026-06-01T09:31", true, calendar.OffGrid},
		{"2026-06-01T09:01", "2026-06-01T11:47", false, calendar.Offered},
		{"2026-06-01T09:00", "2026-06-01T09:00", false, calendar.Closed},
		{"2026-06-01T09:30", "2026-06-01T09:00", false, calendar.Closed},
		{"2026-06-01T11:45", "2026-06-01T12:15", false, calendar.Closed},
		{"2026-06-01T14:30", "2026-06-01T15:00", true, calendar.Taken},
		{"2026-06-01T14:31", "2026-06-01T15:00", true, calendar.Taken},
		{"2026-06-01T15:00", "2026-06-01T15:30", true, calendar.Blocked},
		{"2026-06-07T09:00", "2026-06-07T09:30", false, calendar.Closed},
		{"2026-06-08T09:00", "2026-06-08T09:30", false, calendar.TooFar},
		{"2026-06-01T13:00", "9999-12-31T00:00", false, calendar.Closed},
	} {
		if got := refused(q, c.start, c.end, c.grid); got != c.want {
			t.Errorf("%s to %s, grid %v: %q, want %q", c.start, c.end, c.grid, got, c.want)
		}
	}
	start := local(q.Zone, "2026-06-01T10:00").Add(time.Nanosecond)
	if _, got := q.At(start, start.Add(q.Duration), true); got != calendar.OffGrid {
		t.Errorf("a nanosecond off the grid: %q", got)
	}
	if s, got := q.At(start, start.Add(q.Duration), false); got != calendar.Offered || !s.Start.Equal(start) {
		t.Errorf("staff, a nanosecond off the grid: %q at %s", got, s.Start)
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	q := monday()
	q.Duration, q.BufferBefore, q.BufferAfter = time.Hour, 10*time.Minute, 20*time.Minute
	got := q.Reach(date(day), date("2026-06-02"))
	want := span(q.Zone, "2026-05-31T23:50 2026-06-03T01:20")
	if !got.Start.Equal(want.Start) || !got.End.Equal(want.End) {
		t.Errorf("got %v, want %v", got, want)
	}
	q.Needs = []calendar.Need{{Strategy: calendar.LeastBookedDay}, {Strategy: calendar.Weighted}}
	got, want = q.Reach(date("2026-06-03"), date("2026-06-12")), span(q.Zone, "2026-06-01T00:00 2026-06-15T00:00")
	if !got.Start.Equal(want.Start) || !got.End.Equal(want.End) {
		t.Errorf("of weeks: got %v, want %v", got, want)
	}
	q.Needs = nil
	if got := q.Reach(date("2026-06-02"), date("2026-05-01")); got.End.Sub(got.Start) != 90*time.Minute {
		t.Errorf("backwards: %v", got)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	q := monday()
	q.Duration, q.Interval = time.Hour, time.Hour
	for _, c := range []struct {
		name, open, start string
		n                 int
		want              string
	}{
		{"around", "1 09:00-17:00", "2026-06-01T12:10", 3, "[Mon11:00 Mon12:00 Mon13:00]"},
		{"of two as near the earlier", "1 09:00-17:00", "2026-06-01T11:30", 1, "[Mon11:00]"},
		{"later beyond the first look", "2 09:00-10:00, 5 00:30-01:30", "2026-06-03T23:00", 1, "[Fri00:30]"},
		{"earlier beyond the first look", "4 20:00-21:00, 1 23:00-24:00", "2026-06-03T01:00", 1, "[Mon23:00]"},
		{"long before the range", "1 09:00-17:00", "1700-01-01T00:00", 2, "[Mon09:00 Mon10:00]"},
		{"long after the range", "1 09:00-17:00", "9999-01-01T00:00", 2, "[Mon15:00 Mon16:00]"},
		{"fewer than wanted", "1 09:00-10:00", "2026-06-03T00:00", 3, "[Mon09:00]"},
		{"never open", "", "2026-06-03T00:00", 3, "[]"},
		{"none wanted", "1 09:00-17:00", "2026-06-01T12:00", 0, "[]"},
	} {
		q.Open = hours(c.open)
		got := []string{}
		for _, s := range q.Nearest(local(q.Zone, c.start), date(day), date("2026-06-07"), c.n) {
			got = append(got, s.Start.Format("Mon15:04"))
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: got %v, want %s", c.name, got, c.want)
		}
	}
}
