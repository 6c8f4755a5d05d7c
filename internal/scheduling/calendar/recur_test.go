package calendar_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"smoothschedule/internal/scheduling/calendar"
)

// rule is a recurrence as a test draws it.
type rule struct {
	frequency string
	interval  int
	weekdays  []int // Go's, 0 for Sunday
	number    int   // of those weekdays in the month
	monthDay  int
	count     int
	until     time.Time
}

func anyRule(t *rapid.T, first time.Time) rule {
	r := rule{
		frequency: rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY"}).Draw(t, "frequency"),
		interval:  rapid.SampledFrom([]int{1, 1, 2, 3, 5}).Draw(t, "interval"),
	}
	switch which := even(0, 2).Draw(t, "days"); {
	case r.frequency == "WEEKLY" && which > 0:
		r.weekdays = rapid.SliceOfNDistinct(even(0, 6), 1, 3, rapid.ID).Draw(t, "weekdays")
	case r.frequency == "MONTHLY" && which == 1:
		r.weekdays = []int{even(0, 6).Draw(t, "weekday")}
		r.number = rapid.SampledFrom([]int{1, 2, 4, 5, -1, -2, -5}).Draw(t, "number")
	case r.frequency == "MONTHLY" && which == 2:
		r.monthDay = rapid.SampledFrom([]int{1, 15, 29, 30, 31, -1, -3, -31}).Draw(t, "month day")
	}
	switch even(0, 2).Draw(t, "end") {
	case 1:
		r.count = rapid.IntRange(1, 20).Draw(t, "count")
	case 2:
		r.until = first.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "until"))
	}
	return r
}

func (r rule) String() string {
	s := fmt.Sprintf("FREQ=%s;INTERVAL=%d", r.frequency, r.interval)
	names := []string{}
	for _, w := range r.weekdays {
		name := []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}[w]
		if r.number != 0 {
			name = fmt.Sprint(r.number, name)
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		s += ";BYDAY=" + strings.Join(names, ",")
	}
	if r.monthDay != 0 {
		s += fmt.Sprint(";BYMONTHDAY=", r.monthDay)
	}
	if r.count > 0 {
		s += fmt.Sprint(";COUNT=", r.count)
	}
	if !r.until.IsZero() {
		s += ";UNTIL=" + r.until.Format("20060102")
	}
	return s
}

// holds tells whether the rule that begins on first names the day d, its end aside.
func (r rule) holds(first, d time.Time) bool {
	lastOfMonth := time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	switch r.frequency {
	case "DAILY":
		return int(d.Sub(first).Hours()/24)%r.interval == 0
	case "WEEKLY":
		monday := func(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }
		if int(monday(d).Sub(monday(first)).Hours()/24/7)%r.interval != 0 {
			return false
		}
		return r.weekdays == nil && d.Weekday() == first.Weekday() || slices.Contains(r.weekdays, int(d.Weekday()))
	}
	if (d.Year()*12+int(d.Month())-first.Year()*12-int(first.Month()))%r.interval != 0 {
		return false
	}
	switch {
	case r.monthDay > 0:
		return d.Day() == r.monthDay
	case r.monthDay < 0:
		return d.Day() == lastOfMonth+1+r.monthDay
	case r.weekdays != nil && r.number > 0:
		return int(d.Weekday()) == r.weekdays[0] && (d.Day()-1)/7+1 == r.number
	case r.weekdays != nil:
		return int(d.Weekday()) == r.weekdays[0] && (lastOfMonth-d.Day())/7+1 == -r.number
	}
	return d.Day() == first.Day()
}

// dates lists those of the rule up to last, day by day.
func (r rule) dates(first, last time.Time) (out []time.Time) {
	n := 0
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		if !r.holds(first, d) || !r.until.IsZero() && d.After(r.until) {
			continue
		}
		if n++; r.count > 0 && n > r.count {
			break
		}
		out = append(out, d)
	}
	return out
}

// wallInstant looks at every minute around the date d for the first at which the
// clock in z shows it with so many minutes since midnight; where none does, the
// clock before the gap goes on.
func wallInstant(z *time.Location, d time.Time, minutes int) (at time.Time, gap bool) {
	d, minutes = d.AddDate(0, 0, minutes/1440), minutes%1440
	shown := func(t time.Time) int64 {
		y, m, day := t.Date()
		return time.Date(y, m, day, t.Hour(), t.Minute(), 0, 0, time.UTC).Unix() / 60
	}
	want := d.Unix()/60 + int64(minutes)
	before := time.Time{}
	for t := d.Add(-30 * time.Hour).In(z); ; t = t.Add(time.Minute) {
		switch at := shown(t); {
		case at == want:
			return t, false
		case at > want:
			return before.Add(time.Duration(want-shown(before)) * time.Minute), true
		}
		before = t
	}
}

// TestRecurrencesAgreeWithTheOracle compares instants with a search minute by minute.
func TestRecurrencesAgreeWithTheOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		anchor := rapid.SampledFrom(anchors).Draw(t, "anchor")
		z := zone(anchor.zone)
		around := must(time.Parse(time.DateOnly, anchor.date))
		first := around.AddDate(0, 0, -rapid.IntRange(0, 70).Draw(t, "first"))
		r := anyRule(t, first)
		begins := rapid.OneOf(even(0, 1439), rapid.SampledFrom([]int{0, 15, 90, 120, 150, 1410})).Draw(t, "clock")
		length := rapid.OneOf(rapid.IntRange(1, 300), rapid.SampledFrom([]int{1440, 3000})).Draw(t, "length")
		reach := calendar.Span{Start: around.Add(-72 * time.Hour), End: around.Add(96 * time.Hour)}
		var want []calendar.Span
		for _, d := range r.dates(first, around.AddDate(0, 0, 6)) {
			if d.Before(around.AddDate(0, 0, -8)) {
				continue // far from the reach
			}
			start, gap := wallInstant(z, d, begins)
			end, _ := wallInstant(z, d, begins+length)
			if gap {
				end = start.Add(time.Duration(length) * time.Minute)
			}
			if s := (calendar.Span{Start: start, End: end}); s.Overlaps(reach) {
				want = append(want, s)
			}
		}
		rule := must(calendar.ParseRecurrence(r.String()))
		from := first.Add(time.Duration(begins) * time.Minute)
		got := rule.Spans(calendar.Span{Start: from, End: from.Add(time.Duration(length) * time.Minute)}, time.UTC, z, reach)
		equal := func(a, b calendar.Span) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) }
		if !slices.EqualFunc(got, want, equal) {
			t.Fatalf("%s from %s in %s\ngot  %v\nwant %v", r, from, z, got, want)
		}
	})
}

// TestTheEndIsThatOfTheLastTime compares End with the spans of all years that may follow.
func TestTheEndIsThatOfTheLastTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := zone(rapid.SampledFrom(anchors).Draw(t, "anchor").zone)
		first := must(time.Parse(time.DateOnly, date("2026-01-01").AddDays(even(0, 400).Draw(t, "first")).String()))
		r := anyRule(t, first)
		start, _ := wallInstant(z, first, even(0, 1439).Draw(t, "clock"))
		s := calendar.Span{Start: start, End: start.Add(90 * time.Minute)}
		rule := must(calendar.ParseRecurrence(r.String()))
		if rule.Check(calendar.DateOf(start, z)) != nil || !calendar.WallOf(s.Start, z).Before(calendar.WallOf(s.End, z)) {
			return
		}
		end, ok := rule.End(s, z)
		if ok != (r.count > 0 || !r.until.IsZero()) {
			t.Fatalf("%s ends: %v", r, ok)
		}
		if all := rule.Spans(s, z, z, calendar.Span{Start: start, End: start.AddDate(40, 0, 0)}); ok && !all[len(all)-1].End.Equal(end) {
			t.Fatalf("%s from %s ends %s, want %s", r, start, end, all[len(all)-1])
		}
	})
}

// TestRulesBeginOnTheirOwnDates: a rule may begin where the oracle says it holds, and ends within two years.
func TestRulesBeginOnTheirOwnDates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := date("2026-01-01").AddDays(even(0, 800).Draw(t, "first"))
		at := must(time.Parse(time.DateOnly, first.String()))
		r := anyRule(t, at)
		if got := must(calendar.ParseRecurrence(r.String())).Check(first) == nil; got != r.holds(at, at) {
			t.Fatalf("%s from %s: allowed %v", r, first, got)
		}
	})
	for rule, first := range map[string]string{
		"FREQ=DAILY;UNTIL=20280602": "2026-06-01", "FREQ=DAILY;UNTIL=20260531": "2026-06-01", "FREQ=WEEKLY;BYDAY=TU": "2026-06-01",
	} {
		if must(calendar.ParseRecurrence(rule)).Check(date(first)) == nil {
			t.Errorf("%s may begin on %s", rule, first)
		}
	}
	if err := must(calendar.ParseRecurrence("FREQ=DAILY;UNTIL=20280601")).Check(date("2026-06-01")); err != nil {
		t.Error(err)
	}
}

// occurs writes the starts of a rule that is first at first on the wall of z, up to a date.
func occurs(rule string, z, first, last string) string {
	home := zone(z)
	start := local(home, first)
	var out []string
	reach := calendar.Span{Start: start, End: date(last).In(home).End}
	for _, s := range must(calendar.ParseRecurrence(rule)).Spans(calendar.Span{Start: start, End: start.Add(time.Hour)}, home, home, reach) {
		out = append(out, s.Start.UTC().Format(utc))
	}
	return strings.Join(out, " ")
}

func TestRecurrences(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ name, got, want string }{
		{
			"A25 weekly 09:00 in New York", occurs("FREQ=WEEKLY;COUNT=2", "America/New_York", "2026-03-02T09:00", "2026-04-01"),
			"2026-03-02T14:00Z 2026-03-09T13:00Z",
		},
		{
			"in a gap later by the gap", occurs("FREQ=DAILY;COUNT=3", "America/New_York", "2026-03-07T02:30", "2026-04-01"),
			"2026-03-07T07:30Z 2026-03-08T07:30Z 2026-03-09T06:30Z",
		},
		{
			"of two the first", occurs("FREQ=DAILY;COUNT=3", "America/New_York", "2026-10-31T01:30", "2026-12-01"),
			"2026-10-31T05:30Z 2026-11-01T05:30Z 2026-11-02T06:30Z",
		},
		{
			"the last Friday", occurs("FREQ=MONTHLY;BYDAY=-1FR", "UTC", "2026-01-30T09:00", "2026-04-30"),
			"2026-01-30T09:00Z 2026-02-27T09:00Z 2026-03-27T09:00Z 2026-04-24T09:00Z",
		},
		{
			"months without a 31st are left out", occurs("FREQ=MONTHLY;COUNT=3", "UTC", "2026-01-31T09:00", "2027-01-01"),
			"2026-01-31T09:00Z 2026-03-31T09:00Z 2026-05-31T09:00Z",
		},
		{
			"every second week from Monday on", occurs("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;UNTIL=20260622", "UTC", "2026-05-31T09:00", "2026-07-01"),
			"2026-05-31T09:00Z 2026-06-08T09:00Z 2026-06-14T09:00Z 2026-06-22T09:00Z",
		},
		{
			"a date that a zone left out", occurs("FREQ=DAILY;COUNT=3", "Pacific/Apia", "2011-12-29T09:00", "2012-01-05"),
			"2011-12-29T19:00Z 2011-12-30T19:00Z 2011-12-30T19:00Z",
		},
	} {
		if v.got != v.want {
			t.Errorf("%s\ngot  %s\nwant %s", v.name, v.got, v.want)
		}
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "FREQ", "FREQ=", "FREQ=YEARLY", "freq=DAILY", "RRULE:FREQ=DAILY", "INTERVAL=2", "FREQ=DAILY;", "FREQ=DAILY;FREQ=DAILY",
		"FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=100", "FREQ=DAILY;INTERVAL=1.5", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=105",
		"FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270229", "FREQ=DAILY;UNTIL=20270101T000000Z", "FREQ=DAILY;UNTIL=99990101",
		"FREQ=DAILY;BYDAY=MO", "FREQ=DAILY;BYMONTHDAY=1", "FREQ=DAILY;BYHOUR=9", "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=XX",
		"FREQ=WEEKLY;BYDAY=MO,", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYDAY=MO", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=6MO",
		"FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=-32", "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1",
		"FREQ=DAILY;WKST=SU", "FREQ=DAILY;BYSETPOS=1",
	} {
		if _, err := calendar.ParseRecurrence(text); !errors.Is(err, calendar.ErrRecurrence) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
