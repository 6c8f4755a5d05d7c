package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// on reads "2026-06-01 09:00-12:00 13:00-17:00": a date and its windows, none for closed.
func on(d string, windows ...string) calendar.Override {
	o := calendar.Override{Date: date(d)}
	for _, w := range windows {
		o.Windows = append(o.Windows, calendar.ClockSpan{From: must(calendar.ParseClock(w[:5])), To: must(calendar.ParseClock(w[6:]))})
	}
	return o
}

// TestOverridesAndServiceHours names what 4.3.2 says of them, and one case of each.
func TestOverridesAndServiceHours(t *testing.T) {
	t.Parallel()
	const next = "2026-06-02"
	rules := []struct {
		name string
		ask  func(q calendar.Question) string
		want string
	}{
		{"an override replaces the week", func(q calendar.Question) string {
			q.Open, q.Overrides = hours("1 09:00-17:00, 2 09:00-10:00"), calendar.Overrides{on(day, "12:00-13:00", "20:00-20:30")}
			return starts(q, "Mon15:04", day, next)
		}, "Mon12:00 Mon12:30 Mon20:00 Tue09:00 Tue09:30"},
		{"without windows it closes", func(q calendar.Question) string {
			q.Overrides = calendar.Overrides{on(day)}
			return starts(q, clock, day, day) + string(refused(q, "2026-06-01T10:00", "2026-06-01T10:30", false))
		}, "closed"},
		{"it opens a date on which the week is closed", func(q calendar.Question) string {
			q.Overrides = calendar.Overrides{on("2026-06-07", "09:00-10:00")}
			return starts(q, clock, "2026-06-07", "2026-06-07")
		}, "09:00 09:30"},
		{"a resource without hours follows the location's override", func(q calendar.Question) string {
			q.Overrides, q.Resources = calendar.Overrides{on(day, "12:00-13:00")}, []calendar.Resource{{}, {Hours: hours("1 12:30-17:00")}}
			return listed(q, day)
		}, "12:00[0] 12:30[0 1]"},
		{"a resource's override adds time, within the opening hours", func(q calendar.Question) string {
			q.Resources[0] = calendar.Resource{Hours: hours("2 09:00-10:00"), Overrides: calendar.Overrides{on(day, "08:00-10:00")}}
			return starts(q, clock, day, day)
		}, "09:00 09:30"},
		{"a resource without hours keeps the location's on other dates", func(q calendar.Question) string {
			q.Open, q.Resources[0].Overrides = hours("1 09:00-11:00, 2 09:00-11:00"), calendar.Overrides{on(day, "10:00-11:00")}
			q.Overrides = calendar.Overrides{on(next, "15:00-15:30")}
			return starts(q, "Mon15:04", day, next)
		}, "Mon10:00 Mon10:30 Tue15:00"},
		{"its windows over midnight belong to its date", func(q calendar.Question) string {
			q.Open, q.Overrides = nil, calendar.Overrides{on(day, "23:00-25:00")}
			return starts(q, "Mon15:04", "2026-05-31", next)
		}, "Mon23:00 Mon23:30 Tue00:00 Tue00:30"},
		{"it doesn't cut the spill of the date before", func(q calendar.Question) string {
			q.Open, q.Overrides = hours("1 23:00-25:00, 2 09:00-17:00"), calendar.Overrides{on(next)}
			return starts(q, "Mon15:04", day, next)
		}, "Mon23:00 Mon23:30 Tue00:00 Tue00:30"},
		{"a closure does", func(q calendar.Question) string {
			q.Open, q.Resources[0].Blocks = hours("1 23:00-25:00, 2 09:00-17:00"), []calendar.Span{date(next).In(q.Zone)}
			return starts(q, "Mon15:04", day, next)
		}, "Mon23:00 Mon23:30"},
		{"on the day of a clock change", func(q calendar.Question) string {
			q.Duration, q.Interval = time.Hour, time.Hour
			q.Open, q.Overrides = nil, calendar.Overrides{on("2026-03-08", "01:00-05:00")}
			return starts(q, utc, "2026-03-08", "2026-03-08")
		}, "2026-03-08T06:00Z 2026-03-08T07:00Z 2026-03-08T08:00Z"},
		{"overlapping windows are one, invalid ones are left out", func(q calendar.Question) string {
			q.Overrides = calendar.Overrides{on(day, "10:00-10:45", "09:15-10:30", "25:00-26:00", "12:00-12:00", "14:00-13:00")}
			return starts(q, clock, day, day)
		}, "09:15 09:45 10:15"},
		{"a service's hours cut the opening hours and begin the grid", func(q calendar.Question) string {
			q.Hours = hours("1 08:00-10:10, 1 14:20-15:30")
			return starts(q, clock, day, day) + " " + string(refused(q, "2026-06-01T10:00", "2026-06-01T10:30", false))
		}, "09:00 09:30 14:20 14:50 closed"},
		{"empty ones are never, none are always", func(q calendar.Question) string {
			q.Hours = calendar.Hours{}
			return starts(q, clock, day, day)
		}, ""},
		{"they cut a resource's own and an override too", func(q calendar.Question) string {
			q.Hours, q.Overrides = hours("1 11:00-13:00"), calendar.Overrides{on(day, "12:00-24:00")}
			q.Resources = []calendar.Resource{{}, {Hours: hours("1 12:15-20:00")}}
			return listed(q, day)
		}, "12:00[0] 12:15[1] 12:30[0]"},
		{"they may run over midnight, in the location's zone", func(q calendar.Question) string {
			q.Open, q.Hours = hours("1 00:00-24:00, 2 00:00-24:00"), hours("1 23:00-25:00")
			return starts(q, "Mon15:04", day, next)
		}, "Mon23:00 Mon23:30 Tue00:00 Tue00:30"},
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

func TestProblemsOfOverrides(t *testing.T) {
	t.Parallel()
	o := calendar.Overrides{on(day, "09:00-12:00", "22:00-26:00"), on("2026-06-02", "09:00-17:00", "12:00-12:00", "24:00-26:00"), on(day), on("2201-01-01"), {}}
	got := ""
	for _, p := range o.Problems() {
		got += fmt.Sprint(p.Index, p.Field, " ")
	}
	if want := "1windows[1].to 1windows[2].from 2date 3date 4date "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
