package calendar

import (
	"slices"
	"time"
)

// Limits are how many appointments may start on one local date, in one week from
// Monday and in one month; zero is any number.
type Limits struct {
	Day   int `json:"day,omitempty" minimum:"1" maximum:"100000" doc:"On one local date."`
	Week  int `json:"week,omitempty" minimum:"1" maximum:"100000" doc:"In one week, from Monday."`
	Month int `json:"month,omitempty" minimum:"1" maximum:"100000" doc:"In one month of the calendar."`
}

// Reached tells whether those that start at the instants of booked leave no room
// for one that starts at at.
func (l Limits) Reached(booked []time.Time, at time.Time, zone *time.Location) bool {
	t := newTally(l, booked, zone)
	return t.full(DateOf(at, zone))
}

// Periods gives the instants whose appointments count for Limits on the dates
// from..to: those of the weeks and months that the dates are in.
func Periods(from, to Date, zone *time.Location) Span {
	first, _ := from.month()
	_, last := to.month()
	first, last = earlier(first, from.monday()), later(last, to.monday().AddDays(6))
	return Span{first.In(zone).Start, last.In(zone).End}
}

// tally counts starts by their dates.
type tally struct {
	limits Limits
	dates  []Date // in order
	last   Date   // the date that was asked about last
	known  bool
	answer bool
}

func newTally(l Limits, booked []time.Time, zone *time.Location) tally {
	t := tally{limits: l}
	if l != (Limits{}) {
		for _, at := range booked {
			t.dates = append(t.dates, DateOf(at, zone))
		}
		slices.SortFunc(t.dates, Date.Compare)
	}
	return t
}

// full tells whether nothing more may start on d.
func (t *tally) full(d Date) bool {
	if len(t.dates) == 0 { // limits are at least 1
		return false
	}
	if !t.known || t.last != d {
		monday := d.monday()
		first, last := d.month()
		t.last, t.known = d, true
		t.answer = t.reached(t.limits.Day, d, d) || t.reached(t.limits.Week, monday, monday.AddDays(6)) || t.reached(t.limits.Month, first, last)
	}
	return t.answer
}

// reached tells whether so many start on the dates from..to.
func (t *tally) reached(limit int, from, to Date) bool {
	lo, _ := slices.BinarySearchFunc(t.dates, from, Date.Compare)
	hi, _ := slices.BinarySearchFunc(t.dates, to.AddDays(1), Date.Compare)
	return limit > 0 && hi-lo >= limit
}

func (d Date) monday() Date { return d.AddDays(1 - d.Weekday()) }

// month gives the first and the last date of the month of d.
func (d Date) month() (first, last Date) {
	y, m, _ := d.civil()
	return NewDate(y, m, 1), NewDate(y, m+1, 1).AddDays(-1)
}
