package calendar_test

import (
	"fmt"
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
	anyFilters(t, &q)
	resources := rapid.IntRange(1, 4).Draw(t, "resources")
	for i := range resources {
		r := calendar.Resource{
			Blocks: anySpans(t, fmt.Sprint("blocks", i), from, 2),
			Busy:   anyBusy(t, fmt.Sprint("busy", i), from, 8),
			Order:  rapid.IntRange(0, 1).Draw(t, "order"),
			Rank:   rapid.IntRange(0, 1).Draw(t, "rank"),
			Weight: rapid.IntRange(0, 3).Draw(t, "weight"),

			Capacity: rapid.SampledFrom([]int{0, 1, 2, 3, 5}).Draw(t, "capacity"),
			Links:    anyLinks(t, resources),

			Overrides:   anyOverrides(t, from),
			ActiveFrom:  anyDate(t, "active from", from, 0),
			ActiveUntil: anyDate(t, "active until", from, 3),
		}
		if even(0, 2).Draw(t, "own buffers") == 0 {
			r.BufferBefore, r.BufferAfter = minutes(t, "own before", 0, 90), minutes(t, "own after", 0, 90)
		}
		if even(0, 2).Draw(t, "assigned") > 0 {
			r.LastAssigned = minuteOf(t, "last assigned", from.AddDays(-9), 3)
		}
		r.Limits, r.Booked = anyLimits(t, from)
		if even(0, 2).Draw(t, "own") == 0 {
			r.Hours = anyHours(t, fmt.Sprint("hours", i))
		}
		q.Resources = append(q.Resources, r)
	}
	q.Needs = anyNeeds(t, resources)
	return q, from, to
}

// anyFilters draws what is rare, and how own hours count.
func anyFilters(t *rapid.T, q *calendar.Question) {
	q.AnyHours, q.Seed = even(0, 2).Draw(t, "any hours") == 0, rapid.Uint64().Draw(t, "seed")
	if even(0, 3).Draw(t, "day before") == 0 {
		at := calendar.Clock(even(0, 2000).Draw(t, "until"))
		q.DayBefore = &at
	}
	if even(0, 3).Draw(t, "bookable days") == 0 {
		q.BookableDays = rapid.IntRange(1, 5).Draw(t, "days")
	}
}

// anyLinks draws none, mostly, or some.
func anyLinks(t *rapid.T, resources int) (out []int) {
	if even(0, 4).Draw(t, "links") > 0 {
		return nil
	}
	for range rapid.IntRange(1, 2).Draw(t, "linked") {
		out = append(out, even(0, resources-1).Draw(t, "link"))
	}
	return out
}

func anyStrategy(t *rapid.T) calendar.Strategy {
	all := []calendar.Strategy{calendar.LeastBookedDay, calendar.LeastBookedWeek, calendar.RoundRobin, calendar.Priority, calendar.Weighted, calendar.Random, ""}
	return all[even(0, len(all)-1).Draw(t, "strategy")]
}

// anyPreference draws none, mostly, or some, of whom there need not be all.
func anyPreference(t *rapid.T, resources int) (out []int) {
	for range max(0, even(-3, 3).Draw(t, "preferred")) {
		out = append(out, even(0, resources).Draw(t, "prefer"))
	}
	return out
}

// anyNeeds draws none, half the time, or up to three that share candidates.
func anyNeeds(t *rapid.T, resources int) (out []calendar.Need) {
	if even(0, 1).Draw(t, "needs") == 0 {
		return nil
	}
	for range rapid.SampledFrom([]int{2, 1, 3}).Draw(t, "how many") {
		n := calendar.Need{
			Quantity: rapid.SampledFrom([]int{1, 0, 1, 2}).Draw(t, "quantity"),
			Units:    rapid.SampledFrom([]int{1, 0, 1, 2, 3}).Draw(t, "units"),
			Parts:    anyParts(t),
			Strategy: anyStrategy(t),
			Prefer:   anyPreference(t, resources),
		}
		for range even(1, 4).Draw(t, "candidates") {
			n.Resources = append(n.Resources, even(0, resources-1).Draw(t, "candidate"))
		}
		if even(0, 3).Draw(t, "pinned") == 0 {
			n.Pinned = []int{even(0, resources-1).Draw(t, "pin")}
		}
		out = append(out, n)
	}
	return out
}

// anyCrowd draws a question in which hours hardly matter, but who can be together
// and who is best does: up to seven resources, many of them linked, for needs of
// up to three each.
func anyCrowd(t *rapid.T) calendar.Question {
	q := monday()
	q.Open, q.Interval, q.Zone = hours("1 00:00-24:00"), 6*time.Hour, time.UTC
	q.Resources = make([]calendar.Resource, rapid.IntRange(2, 7).Draw(t, "resources"))
	last := len(q.Resources) - 1
	linked := rapid.IntRange(0, 3).Draw(t, "linked")
	for i := range q.Resources {
		r := &q.Resources[i]
		for range even(0, linked).Draw(t, "links") {
			r.Links = append(r.Links, even(0, last).Draw(t, "link"))
		}
		r.Rank, r.Weight, r.Order = even(0, 1).Draw(t, "rank"), even(0, 3).Draw(t, "weight"), even(0, 1).Draw(t, "order")
		r.LastAssigned = []time.Time{{}, instant("2026-05-01T10:00:00Z"), instant("2026-05-01T10:01:00Z")}[even(0, 2).Draw(t, "assigned")]
		for range even(0, 2).Draw(t, "busy") {
			start := date(day).In(time.UTC).Start.Add(time.Duration(even(-4, 31).Draw(t, "start")) * 6 * time.Hour)
			r.Busy = append(r.Busy, calendar.Busy{Span: calendar.Span{Start: start, End: start.Add(minutes(t, "length", 1, 700))}})
		}
	}
	for range rapid.IntRange(1, 3).Draw(t, "needs") {
		n := calendar.Need{Quantity: even(1, 3).Draw(t, "quantity"), Strategy: anyStrategy(t), Prefer: anyPreference(t, len(q.Resources))}
		for range even(2, 7).Draw(t, "candidates") {
			n.Resources = append(n.Resources, even(0, last).Draw(t, "candidate"))
		}
		if even(0, 4).Draw(t, "pinned") == 0 {
			n.Pinned = []int{even(0, last).Draw(t, "pin")}
		}
		q.Needs = append(q.Needs, n)
	}
	q.Seed = rapid.Uint64().Draw(t, "seed")
	return q
}

// anyParts draws none, mostly, or some in any order; they may overlap, be empty or stick out.
func anyParts(t *rapid.T) (out []calendar.Part) {
	if even(0, 2).Draw(t, "parts") > 0 {
		return nil
	}
	for range rapid.IntRange(1, 3).Draw(t, "number") {
		p := calendar.Part{From: minutes(t, "from", -10, 120)}
		if even(0, 2).Draw(t, "to the end") > 0 {
			p.To = p.From + minutes(t, "length", -5, 90)
		}
		out = append(out, p)
	}
	return out
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
func anyLimits(t *rapid.T, from calendar.Date) (l calendar.Limits, booked []calendar.Span) {
	if even(0, 3).Draw(t, "limits") > 0 {
		return l, nil
	}
	l = calendar.Limits{Day: even(0, 2).Draw(t, "day"), Week: even(0, 5).Draw(t, "week"), Month: even(0, 9).Draw(t, "month")}
	if rapid.Bool().Draw(t, "minutes") {
		l.DayMinutes, l.WeekMinutes, l.MonthMinutes = even(0, 120).Draw(t, "day minutes"), even(0, 300).Draw(t, "week minutes"), even(0, 600).Draw(t, "month minutes")
	}
	for range even(0, 9).Draw(t, "booked") {
		start := minuteOf(t, "start", from.AddDays(-8), 16*1440)
		booked = append(booked, calendar.Span{Start: start, End: start.Add(time.Duration(even(1, 120).Draw(t, "minutes")) * time.Minute)})
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
	for i := range rapid.IntRange(0, most).Draw(t, name) {
		start := minuteOf(t, "start", from.AddDays(-1), 5*1440)
		if i > 0 && even(0, 2).Draw(t, "right behind or before another") == 0 {
			start = out[even(0, i-1).Draw(t, "other")].End
		}
		out = append(out, calendar.Span{Start: start, End: start.Add(minutes(t, "length", 0, 300))})
	}
	return out
}

func anyBusy(t *rapid.T, name string, from calendar.Date, most int) (out []calendar.Busy) {
	for i, s := range anySpans(t, name, from, most) {
		out = append(out, calendar.Busy{Span: s, Units: rapid.IntRange(0, 2).Draw(t, "units"), Ref: i})
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
