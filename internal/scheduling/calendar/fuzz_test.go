package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// FuzzProject holds the projection of one window against every minute of the
// days around it.
func FuzzProject(f *testing.F) {
	for i, a := range anchors {
		f.Add(i, 0, 120, 60, a.date)
		f.Add(i, -1, 1380, 2880, a.date)
	}
	f.Fuzz(func(t *testing.T, anchor, days, from, to int, text string) {
		d, err := calendar.ParseDate(text)
		if err != nil || !d.InYears() || days < -400 || days > 400 {
			t.Skip()
		}
		d = d.AddDays(days)
		z := zone(anchors[uint(anchor)%uint(len(anchors))].zone)
		if _, offset := d.In(z).Start.Zone(); offset%60 != 0 {
			t.Skip() // before 1972 Liberia and some others were off by seconds
		}
		h := calendar.Hours{{Weekday: d.Weekday(), From: calendar.Clock(from), To: calendar.Clock(to)}}
		var want []calendar.Span
		if len(h.Problems()) == 0 {
			want = minutesOf(z, d, from, to)
		}
		got := calendar.Project(h, d, z)
		if !slices.EqualFunc(got, want, func(a, b calendar.Span) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) }) {
			t.Fatalf("%s of %s in %s\ngot  %v\nwant %v", h[0].From, d, z, got, want)
		}
	})
}

// minutesOf looks at the wall clock of each minute, whether it is in the window of the date.
func minutesOf(z *time.Location, d calendar.Date, from, to int) (out []calendar.Span) {
	at := d.In(time.UTC).Start.Add(-48 * time.Hour)
	for end := at.Add(144 * time.Hour); at.Before(end); at = at.Add(time.Minute) {
		w := at.In(z)
		clock := (dayNumber(w.Date())-dayOfDate(d))*1440 + w.Hour()*60 + w.Minute()
		if clock < from || clock >= to {
			continue
		}
		if n := len(out); n > 0 && out[n-1].End.Equal(at) {
			out[n-1].End = at.Add(time.Minute)
			continue
		}
		out = append(out, calendar.Span{Start: at, End: at.Add(time.Minute)})
	}
	return out
}

// FuzzRecurrence reads any text. What is a rule gives dates in order that are
// its own, and the same ones whichever part of them is asked for.
func FuzzRecurrence(f *testing.F) {
	for _, rule := range []string{
		"FREQ=DAILY", "FREQ=DAILY;INTERVAL=99;COUNT=104", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;COUNT=10",
		"FREQ=MONTHLY;BYMONTHDAY=31,-31,1", "FREQ=MONTHLY;BYDAY=2TU,-1FR,5MO;UNTIL=20271231", "FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "",
	} {
		f.Add(rule, 0)
		f.Add(rule, 10_000)
	}
	f.Fuzz(func(t *testing.T, text string, days int) {
		r, err := calendar.ParseRecurrence(text)
		if err != nil || days < -20_000 || days > 60_000 {
			t.Skip()
		}
		first := date("2026-01-01").AddDays(days)
		last := first.AddDays(800)
		all := slices.Collect(r.Dates(first, first.AddDays(-50), last))
		for i, d := range all {
			if i > 0 && !all[i-1].Before(d) || d.Before(first) || d.After(last) || !onRule(text, first, d) {
				t.Fatalf("%s from %s: %s among %v", text, first, d, all)
			}
		}
		middle := first.AddDays(300)
		later := slices.DeleteFunc(slices.Clone(all), func(d calendar.Date) bool { return d.Before(middle) })
		if part := slices.Collect(r.Dates(first, middle, last)); !slices.Equal(part, later) {
			t.Fatalf("%s from %s: asked from %s %v, all %v", text, first, middle, part, all)
		}
		again, err := calendar.ParseRecurrence(reversed(text))
		if err != nil || !slices.Equal(slices.Collect(again.Dates(first, first, last)), all) {
			t.Fatalf("%s and %s differ: %v", text, reversed(text), err)
		}
	})
}

// onRule tells whether the text names the day of d, as far as one date alone shows.
func onRule(text string, first, d calendar.Date) bool {
	at, parts := d.In(time.UTC).Start, map[string]string{}
	for p := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(p, "=")
		parts[name] = value
	}
	days, named := strings.ToUpper(at.Weekday().String()[:2]), parts["BYDAY"]
	if until := parts["UNTIL"]; until != "" && at.Format("20060102") > until {
		return false
	}
	switch {
	case named != "":
		return strings.Contains(named, days)
	case parts["FREQ"] == "WEEKLY":
		return d.Weekday() == first.Weekday()
	case parts["FREQ"] == "MONTHLY" && parts["BYMONTHDAY"] == "":
		return at.Day() == first.In(time.UTC).Start.Day()
	}
	return true
}

// reversed gives the parts of a rule the other way round, which mean the same.
func reversed(text string) string {
	parts := strings.Split(text, ";")
	slices.Reverse(parts)
	return strings.Join(parts, ";")
}
