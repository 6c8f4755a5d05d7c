package calendar

import (
	"slices"
	"time"
)

// Limits are how many appointments may start on one local date, in one week from
// Monday and in one month, and how many minutes they may last together; zero is
// any number. The stricter of the two wins.
type Limits struct {
	Day          int `json:"day,omitempty" minimum:"1" maximum:"100000" doc:"Appointments on one local date."`
	Week         int `json:"week,omitempty" minimum:"1" maximum:"100000" doc:"Appointments in one week, from Monday."`
	Month        int `json:"month,omitempty" minimum:"1" maximum:"100000" doc:"Appointments in one month of the calendar."`
	DayMinutes   int `json:"day_minutes,omitempty" minimum:"1" maximum:"1000000" doc:"Minutes of appointments on one local date, without buffers."`
	WeekMinutes  int `json:"week_minutes,omitempty" minimum:"1" maximum:"1000000" doc:"Minutes of appointments in one week, from Monday."`
	MonthMinutes int `json:"month_minutes,omitempty" minimum:"1" maximum:"1000000" doc:"Minutes of appointments in one month of the calendar."`
}

// Reached tells whether what is booked leaves no room for one more from start to end.
func (l Limits) Reached(booked []Span, start, end time.Time, zone *time.Location) bool {
	t := newTally(l, booked, lengthUp(end.Sub(start)), zone)
	return t.full(DateOf(start, zone))
}

// Periods gives the instants whose appointments count for Limits on the dates
// from..to: those of the weeks and months that the dates are in.
func Periods(from, to Date, zone *time.Location) Span {
	first, _ := from.month()
	_, last := to.month()
	first, last = earlier(first, from.monday()), later(last, to.monday().AddDays(6))
	return Span{first.In(zone).Start, last.In(zone).End}
}

// tally counts appointments, and adds up how long they are, by the dates on which they start.
type tally struct {
	limits Limits
	length int64   // of one more
	dates  []Date  // in order
	before []int64 // how long those are together that come before each of dates, and in the end all
	last   Date    // the date that was asked about last
	known  bool
	answer bool
}

func newTally(l Limits, booked []Span, length int64, zone *time.Location) tally {
	t := tally{limits: l, length: length}
	if l == (Limits{}) {
		return t
	}
	booked = slices.SortedFunc(slices.Values(booked), func(a, b Span) int { return a.Start.Compare(b.Start) })
	total := int64(0)
	for _, b := range booked {
		t.dates, t.before = append(t.dates, DateOf(b.Start, zone)), append(t.before, total)
		total += lengthUp(b.End.Sub(b.Start))
	}
	t.before = append(t.before, total)
	return t
}

// full tells whether nothing more may start on d.
func (t *tally) full(d Date) bool {
	if t.limits == (Limits{}) {
		return false
	}
	if !t.known || t.last != d {
		monday := d.monday()
		first, last := d.month()
		l := t.limits
		t.last, t.known = d, true
		t.answer = t.reached(l.Day, l.DayMinutes, d, d) || t.reached(l.Week, l.WeekMinutes, monday, monday.AddDays(6)) ||
			t.reached(l.Month, l.MonthMinutes, first, last)
	}
	return t.answer
}

// reached tells whether so many start on the dates from..to, or last so long that one more is too much.
func (t *tally) reached(limit, minutes int, from, to Date) bool {
	lo, _ := slices.BinarySearchFunc(t.dates, from, Date.Compare)
	hi, _ := slices.BinarySearchFunc(t.dates, to.AddDays(1), Date.Compare)
	return limit > 0 && hi-lo >= limit || minutes > 0 && t.before[hi]-t.before[lo]+t.length > lengthUp(time.Duration(minutes)*time.Minute)
}

func (d Date) monday() Date { return d.AddDays(1 - d.Weekday()) }

// month gives the first and the last date of the month of d.
func (d Date) month() (first, last Date) {
	y, m, _ := d.civil()
	return NewDate(y, m, 1), NewDate(y, m+1, 1).AddDays(-1)
}
