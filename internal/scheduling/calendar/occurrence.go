package calendar

import "time"

// Occurrence is one start of something that recurs at the same time of the wall clock.
type Occurrence struct {
	Date  Date // that the rule gave
	Start time.Time
	// Moved tells that the clocks go forward over the start on that date, so that it is later by the gap.
	Moved bool
	// Twice tells that the clocks go back over the start on that date, so that it comes twice; the first counts.
	Twice bool
}

// Occurrences gives the starts, on the dates from..to that the rule gives, of something that is first at first: the wall clock
// of zone is kept (RFC 5545, 3.3.5).
func (r Recurrence) Occurrences(first time.Time, zone *time.Location, from, to Date) (out []Occurrence) {
	zone = orUTC(zone)
	start := localMicros(first, zone)
	one := dateAt(start)
	clock := start - one.micros()
	for d := range r.Dates(one, from, to) {
		l := lineOf(zone, d, d)
		at, gap := l.instant(d.micros() + clock)
		out = append(out, Occurrence{d, time.UnixMicro(at).In(zone), gap, !gap && l.again(d.micros()+clock, at)})
	}
	return out
}

// again tells whether the wall clock shows local once more after the instant at.
func (l line) again(local, at int64) bool {
	for _, s := range l {
		if other := local - s.offset; other > at && s.from <= other && other < s.to {
			return true
		}
	}
	return false
}

// Last is the last date of a rule that begins on first; without an end, ok is false.
func (r Recurrence) Last(first Date) (last Date, ok bool) {
	if r.count == 0 && r.until.IsZero() {
		return Date{}, false
	}
	for d := range r.Dates(first, first, NewDate(lastYear, time.December, 31)) {
		last = d
	}
	return last, true
}

// On is the same time of the clock on another date.
func (w Wall) On(d Date) Wall { return Wall{d, w.seconds} }

// First is the instant that w means for something that recurs: of two the first, and in a gap the one that is later by it
// (RFC 5545, 3.3.5).
func (w Wall) First(zone *time.Location) time.Time {
	zone = orUTC(zone)
	at, _ := lineOf(zone, w.date, w.date).instant(w.date.micros() + int64(w.seconds)*second)
	return time.UnixMicro(at).In(zone)
}
