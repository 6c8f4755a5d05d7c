package calendar_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"smoothschedule/internal/scheduling/calendar"
)

// anchors are dates around which clocks or calendars do something.
var anchors = []struct{ zone, date string }{
	{"UTC", "2026-06-01"},
	{"America/New_York", "2026-03-08"},
	{"America/New_York", "2026-11-01"},
	{"Europe/London", "2026-03-29"},
	{"Europe/London", "2026-10-25"},
	{"Australia/Lord_Howe", "2026-04-05"}, // half an hour back
	{"Australia/Lord_Howe", "2026-10-04"}, // half an hour on
	{"Asia/Kathmandu", "2026-06-01"},
	{"Asia/Kathmandu", "1986-01-01"},      // a quarter of an hour on, at midnight
	{"Africa/Cairo", "2026-04-24"},        // no midnight
	{"Africa/Cairo", "2026-10-30"},        // two midnights
	{"America/Havana", "2026-11-01"},      // 01:00 back to 00:00
	{"America/St_Johns", "2010-11-07"},    // 00:01 back to 23:01 of the day before
	{"Pacific/Apia", "2011-12-30"},        // a date left out
	{"Antarctica/Troll", "2026-03-29"},    // two hours on
	{"Pacific/Kiritimati", "2026-06-01"},  // the earliest dates
	{"Australia/Lord_Howe", "2040-12-31"}, // beyond the table, in summer time
}

// anyQuestion draws a question and the dates to ask about.
func anyQuestion(t *rapid.T) (q calendar.Question, from, to calendar.Date) {
	anchor := rapid.SampledFrom(anchors).Draw(t, "anchor")
	from = date(anchor.date).AddDays(rapid.IntRange(-2, 1).Draw(t, "from"))
	to = from.AddDays(rapid.IntRange(0, 2).Draw(t, "to"))
	q = calendar.Question{
		Zone:               zone(anchor.zone),
		Open:               anyHours(t, "open"),
		Overrides:          anyOverrides(t, from),
		Duration:           minutes(t, "duration", 1, 240),
		BufferBefore:       minutes(t, "before", 0, 60),
		BufferAfter:        minutes(t, "after", 0, 60),
		BuffersInsideHours: rapid.Bool().Draw(t, "inside"),
		Interval:           minutes(t, "interval", 1, 90),
		MinNotice:          minutes(t, "notice", 0, 600),
		MaxAdvanceDays:     rapid.SampledFrom([]int{9, 8, 7, 5, 3, 1, 0}).Draw(t, "advance"),
	}
	q.Clock, q.FillGaps = even(0, 3).Draw(t, "clock") == 0, even(0, 3).Draw(t, "fill gaps") == 0
	q.Limits, q.Booked = anyLimits(t, from)
	q.From, q.Until = anyDate(t, "bookable from", from, 0), anyDate(t, "bookable until", from, 2)
	if even(0, 3).Draw(t, "service hours") == 0 {
		q.Hours = anyHours(t, "service")
	}
	q.Now = minuteOf(t, "now", from.AddDays(-2), 3*1440)
	for i := range rapid.IntRange(1, 3).Draw(t, "resources") {
		r := calendar.Resource{
			Blocks: anySpans(t, fmt.Sprint("blocks", i), from, 2),
			Busy:   anySpans(t, fmt.Sprint("busy", i), from, 8),
			Order:  rapid.IntRange(0, 1).Draw(t, "order"),

			Overrides:   anyOverrides(t, from),
			ActiveFrom:  anyDate(t, "active from", from, 0),
			ActiveUntil: anyDate(t, "active until", from, 3),
		}
		r.Limits, r.Booked = anyLimits(t, from)
		if even(0, 2).Draw(t, "own") == 0 {
			r.Hours = anyHours(t, fmt.Sprint("hours", i))
		}
		q.Resources = append(q.Resources, r)
	}
	return q, from, to
}

func anyHours(t *rapid.T, name string) calendar.Hours {
	out := calendar.Hours{}
	for range rapid.SampledFrom([]int{14, 16, 9, 20, 4, 0}).Draw(t, name) {
		from := rapid.OneOf(even(0, 1439), rapid.SampledFrom([]int{0, 60, 90, 480, 540, 1320})).Draw(t, "from")
		length := rapid.OneOf(rapid.IntRange(1, 2880), rapid.SampledFrom([]int{60, 180, 480, 1440})).Draw(t, "length")
		out = append(out, calendar.Window{
			Weekday: even(1, 7).Draw(t, "weekday"),
			From:    calendar.Clock(from), To: calendar.Clock(min(from+length, 2880)),
		})
	}
	return out
}

// anyLimits draws none, mostly, or some, and what is booked around from.
func anyLimits(t *rapid.T, from calendar.Date) (l calendar.Limits, booked []time.Time) {
	if even(0, 3).Draw(t, "limits") > 0 {
		return l, nil
	}
	l = calendar.Limits{Day: even(0, 2).Draw(t, "day"), Week: even(0, 5).Draw(t, "week"), Month: even(0, 9).Draw(t, "month")}
	for range even(0, 9).Draw(t, "booked") {
		booked = append(booked, minuteOf(t, "start", from.AddDays(-8), 16*1440))
	}
	return l, booked
}

// anyDate draws none, mostly, or one near from and some days later.
func anyDate(t *rapid.T, name string, from calendar.Date, days int) calendar.Date {
	if even(0, 3).Draw(t, name) > 0 {
		return calendar.Date{}
	}
	return from.AddDays(days + rapid.IntRange(-1, 1).Draw(t, name))
}

// anyOverrides draws some around from, mostly none.
func anyOverrides(t *rapid.T, from calendar.Date) (out calendar.Overrides) {
	for i := range 6 {
		if even(0, 5).Draw(t, "override") > 0 {
			continue
		}
		o := calendar.Override{Date: from.AddDays(i - 2)}
		for range rapid.SampledFrom([]int{1, 2, 0}).Draw(t, "windows") {
			start := rapid.OneOf(even(0, 1439), rapid.SampledFrom([]int{0, 60, 540, 1320})).Draw(t, "from")
			length := rapid.OneOf(rapid.IntRange(1, 2880), rapid.SampledFrom([]int{180, 480, 1440})).Draw(t, "length")
			o.Windows = append(o.Windows, calendar.ClockSpan{From: calendar.Clock(start), To: calendar.Clock(min(start+length, 2880))})
		}
		out = append(out, o)
	}
	return out
}

func anySpans(t *rapid.T, name string, from calendar.Date, most int) []calendar.Span {
	var out []calendar.Span
	for range rapid.IntRange(0, most).Draw(t, name) {
		start := minuteOf(t, "start", from.AddDays(-1), 5*1440)
		out = append(out, calendar.Span{Start: start, End: start.Add(minutes(t, "length", 0, 300))})
	}
	return out
}

// even draws evenly, where rapid prefers small numbers.
func even(least, most int) *rapid.Generator[int] {
	return rapid.Map(rapid.Uint64(), func(n uint64) int {
		return least + int((n*0x9E3779B97F4A7C15)>>33)%(most-least+1)
	})
}

func minutes(t *rapid.T, name string, least, most int) time.Duration {
	return time.Duration(rapid.IntRange(least, most).Draw(t, name)) * time.Minute
}

// minuteOf draws one of the minutes that follow a date's midnight in UTC.
func minuteOf(t *rapid.T, name string, d calendar.Date, most int) time.Time {
	return d.In(time.UTC).Start.Add(time.Duration(even(0, most).Draw(t, name)) * time.Minute)
}

// same compares slots by their instants and resources.
func same(a, b calendar.Slot) bool {
	return a.Start.Equal(b.Start) && a.End.Equal(b.End) && slices.Equal(a.Resources, b.Resources)
}

func TestSlotsAgreeWithTheOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		got, want := q.Slots(from, to), newOracle(q, from, to).slots(from, to)
		if !slices.EqualFunc(got, want, same) {
			t.Fatalf("%s..%s\ngot  %v\nwant %v", from, to, got, want)
		}
	})
}

// TestAtAgreesWithSlots asks about every minute of the dates, as a customer.
func TestAtAgreesWithSlots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, _ := anyQuestion(t)
		listed := q.Slots(from, from)
		all := from.In(q.Zone)
		for at := all.Start; at.Before(all.End); at = at.Add(time.Minute) {
			if calendar.DateOf(at, q.Zone) != from {
				continue
			}
			slot, refusal := q.At(at, at.Add(q.Duration), true)
			if len(listed) > 0 && listed[0].Start.Equal(at) {
				if refusal != calendar.Offered || !same(slot, listed[0]) {
					t.Fatalf("listed %v, but %q with %v", listed[0], refusal, slot)
				}
				listed = listed[1:]
				continue
			}
			if refusal == calendar.Offered || slot.Resources != nil {
				t.Fatalf("%s is not listed, but %q with %v", at, refusal, slot)
			}
		}
		if len(listed) > 0 {
			t.Fatalf("listed at no minute of %s: %v", from, listed)
		}
	})
}

// TestAtAgreesWithTheOracle asks as staff, with ends and starts of any minute.
func TestAtAgreesWithTheOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		o := newOracle(q, from, to)
		for range 50 {
			start := minuteOf(t, "start", from, 1440)
			length := rapid.IntRange(1, 400).Draw(t, "length")
			i := o.index(start)
			want := o.free(i, length, false)
			if !o.allowed(i) {
				want = nil
			}
			slot, refusal := q.At(start, start.Add(time.Duration(length)*time.Minute), false)
			if !slices.Equal(slot.Resources, want) || (refusal == calendar.Offered) != (len(want) > 0) {
				t.Fatalf("%s for %d: got %v %q, want %v", start, length, slot, refusal, want)
			}
		}
	})
}

func TestNearestIsTheNearestOfSlots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		to = to.AddDays(rapid.IntRange(0, 12).Draw(t, "more"))
		q.MaxAdvanceDays = 20
		start := minuteOf(t, "start", from.AddDays(-3), 20*1440)
		n := rapid.IntRange(0, 4).Draw(t, "n")
		want := q.Slots(from, to)
		slices.SortStableFunc(want, func(a, b calendar.Slot) int {
			return int(a.Start.Sub(start).Abs() - b.Start.Sub(start).Abs())
		})
		want = want[:min(n, len(want))]
		slices.SortFunc(want, func(a, b calendar.Slot) int { return a.Start.Compare(b.Start) })
		if got := q.Nearest(start, from, to, n); !slices.EqualFunc(got, want, same) {
			t.Fatalf("nearest %d to %s\ngot  %v\nwant %v", n, start, got, want)
		}
	})
}

// TestReachIsEnough drops what lies outside the reach, which must change nothing.
func TestReachIsEnough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		want := q.Slots(from, to)
		reach := q.Reach(from, to)
		far := func(s calendar.Span) bool { return !s.Overlaps(reach) }
		periods := calendar.Periods(from, to, q.Zone)
		uncounted := func(at time.Time) bool { return !periods.Contains(at) }
		q.Booked = slices.DeleteFunc(q.Booked, uncounted)
		for i := range q.Resources {
			r := &q.Resources[i]
			r.Booked = slices.DeleteFunc(r.Booked, uncounted)
			r.Blocks, r.Busy = slices.DeleteFunc(r.Blocks, far), slices.DeleteFunc(r.Busy, far)
		}
		if got := q.Slots(from, to); !slices.EqualFunc(got, want, same) {
			t.Fatalf("reach %v\ngot  %v\nwant %v", reach, got, want)
		}
	})
}

// TestAskingChangesNothing compares all inputs before and after.
func TestAskingChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		before := fmt.Sprintf("%+v", q)
		for _, s := range q.Slots(from, to) {
			q.At(s.Start, s.End, true)
		}
		q.Nearest(q.Now, from, to, 3)
		if after := fmt.Sprintf("%+v", q); after != before {
			t.Fatalf("before %s\nafter  %s", before, after)
		}
	})
}
