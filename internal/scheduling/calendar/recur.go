package calendar

import (
	"errors"
	"iter"
	"slices"
	"time"
)

// Recurrence says on which dates something happens, from a first one on. It is
// a part of RFC 5545's RRULE: every n days; every n weeks on some weekdays; every
// n months on days of the month, or on weekdays by their number in it.
type Recurrence struct {
	frequency string // "DAILY", "WEEKLY" or "MONTHLY"
	interval  int
	weekdays  []weekdayNumber
	monthDays []int // 1 to 31, or -1 to -31 from the end of the month
	count     int   // 0 is without end, but for until
	until     Date  // the last date on which it may happen; zero is without end
}

// weekdayNumber is a weekday, 1 for Monday, and which of a month: 2 is the
// second, -1 the last, 0 all.
type weekdayNumber struct{ number, weekday int }

const (
	mostOccurrences = 104
	longestRule     = 2*365 + 1 // days to until: two years with a leap day
	mostBetween     = 99
)

// ErrRecurrence tells what a rule is to look like.
var ErrRecurrence = errors.New("use FREQ=DAILY, FREQ=WEEKLY;BYDAY=MO,WE or FREQ=MONTHLY with BYMONTHDAY=1 or BYDAY=2TU; " +
	"INTERVAL=2 is every second; COUNT=10 or UNTIL=20261231 ends it")

// Check tells whether the rule can begin on a date: whether that is one of its
// own, and its end neither before it nor more than two years after.
func (r Recurrence) Check(first Date) error {
	for d := range r.Dates(first, first, first) {
		if d == first && (r.until.IsZero() || first.DaysUntil(r.until) <= longestRule) {
			return nil
		}
	}
	switch {
	case r.until.IsZero():
		return errors.New("must begin on one of its own dates")
	case r.until.Before(first):
		return errors.New("must not end before it begins")
	case first.DaysUntil(r.until) > longestRule:
		return errors.New("must end within two years, or not at all")
	}
	return errors.New("must begin on one of its own dates")
}

// Dates gives those dates of the rule that lie in from..to, in order. The rule
// begins on first, which gives the weekday or day of the month where it names none.
func (r Recurrence) Dates(first, from, to Date) iter.Seq[Date] {
	if !r.until.IsZero() {
		to = earlier(to, r.until)
	}
	return func(yield func(Date) bool) {
		for d := range r.counted(first, from, to) {
			if d.After(to) || !d.Before(from) && !yield(d) {
				return
			}
		}
	}
}

// counted gives the rule's dates in order: from the first on where there is a
// count, else from about from on; up to some after to.
func (r Recurrence) counted(first, from, to Date) iter.Seq[Date] {
	return func(yield func(Date) bool) {
		k, n := 0, 0
		if r.count == 0 {
			k = max(0, r.period(first, from)/r.interval-1)
		}
		for ; ; k++ {
			start, dates := r.dates(first, k*r.interval)
			if start.After(to) {
				return
			}
			for _, d := range dates {
				if d.Before(first) {
					continue
				}
				if n++; r.count > 0 && n > r.count || !yield(d) {
					return
				}
			}
		}
	}
}

// End gives the end of the last time of something that is first at first and
// keeps the wall clock of zone; without one, ok is false.
func (r Recurrence) End(first Span, zone *time.Location) (end time.Time, ok bool) {
	if r.count == 0 && r.until.IsZero() {
		return end, false
	}
	start, last := localMicros(first.Start, zone), Date{}
	one := dateAt(start)
	for d := range r.Dates(one, one, NewDate(lastYear, time.December, 31)) {
		last = d
	}
	length := localMicros(first.End, zone) - start
	l := lineOf(orUTC(zone), last, last.AddDays(daysUp(length)))
	return l.wall(last.micros()+start-one.micros(), length).in(orUTC(zone)).End, true
}

// period counts the days, weeks from Monday or months from that of first to that of d.
func (r Recurrence) period(first, d Date) int {
	switch r.frequency {
	case "DAILY":
		return first.DaysUntil(d)
	case "WEEKLY":
		return first.AddDays(1-first.Weekday()).DaysUntil(d) / 7
	}
	y1, m1, _ := first.civil()
	y2, m2, _ := d.civil()
	return (y2-y1)*12 + int(m2-m1)
}

// dates gives the dates of the n-th day, week or month after that of first, in order, and when that period begins.
func (r Recurrence) dates(first Date, n int) (start Date, out []Date) {
	switch r.frequency {
	case "DAILY":
		d := first.AddDays(n)
		return d, []Date{d}
	case "WEEKLY":
		return r.ofWeek(first, n)
	}
	return r.ofMonth(first, n)
}

func (r Recurrence) ofWeek(first Date, n int) (start Date, out []Date) {
	start = first.AddDays(1 - first.Weekday() + 7*n)
	if r.weekdays == nil {
		return start, []Date{first.AddDays(7 * n)}
	}
	for _, w := range r.weekdays {
		out = append(out, start.AddDays(w.weekday-1))
	}
	return start, inOrder(out)
}

func (r Recurrence) ofMonth(first Date, n int) (start Date, out []Date) {
	y, m, day := first.civil()
	start = NewDate(y, m+time.Month(n), 1)
	length := start.DaysUntil(NewDate(y, m+time.Month(n)+1, 1))
	monthDays := r.monthDays
	if r.weekdays == nil && monthDays == nil {
		monthDays = []int{day}
	}
	for _, d := range monthDays {
		if d < 0 {
			d += length + 1
		}
		if d >= 1 && d <= length { // months without that day are left out
			out = append(out, start.AddDays(d-1))
		}
	}
	for _, w := range r.weekdays {
		out = append(out, w.in(start, length)...)
	}
	return start, inOrder(out)
}

// in gives the dates of a weekday in the month of length days from start on.
func (w weekdayNumber) in(start Date, length int) (out []Date) {
	one := (w.weekday - start.Weekday() + 7) % 7 // days from start to the first
	all := (length - one + 6) / 7
	for i := range all {
		if w.number == 0 || i+1 == w.number || i-all == w.number {
			out = append(out, start.AddDays(one+7*i))
		}
	}
	return out
}

// Spans gives the spans that meet reach of something that is first at first, on
// the wall clock of home, and recurs at the same wall clock times of zone. A
// start in a gap, and the end with it, is later by the gap; of a time that comes
// twice the first counts (RFC 5545, 3.3.5).
func (r Recurrence) Spans(first Span, home, zone *time.Location, reach Span) (out []Span) {
	zone = orUTC(zone)
	start, end := localMicros(first.Start, home), localMicros(first.End, home)
	length := end - start
	// Starts are later than their wall clock says by a gap, which is a day at most.
	from := DateOf(reach.Start, zone).AddDays(-2 - daysUp(length))
	to := DateOf(reach.End, zone).AddDays(1)
	if length <= 0 || reach.Empty() {
		return nil
	}
	l := lineOf(zone, from, to.AddDays(daysUp(length)))
	one := dateAt(start)
	for d := range r.Dates(one, from, to) {
		s := l.wall(d.micros()+start-one.micros(), length).in(zone)
		if s.Overlaps(reach) {
			out = append(out, s)
		}
	}
	return out
}

// wall is the span of length on the wall clock from the local time start on.
func (l line) wall(start, length int64) span {
	from, gap := l.instant(start)
	if gap {
		return span{from, from + length}
	}
	to, _ := l.instant(start + length)
	return span{from, to}
}

// instant is the first at which the wall clock shows local; in a gap the one
// that the offset before it gives.
func (l line) instant(local int64) (at int64, gap bool) {
	before := l[0].offset
	for _, s := range l {
		at := local - s.offset
		if at < s.from {
			return local - before, true
		}
		if at < s.to {
			return at, false
		}
		before = s.offset
	}
	return local - before, false
}

// localMicros is what the wall clock in zone shows at t, on the local line of microseconds.
func localMicros(t time.Time, zone *time.Location) int64 {
	_, offset := t.In(orUTC(zone)).Zone()
	return t.UnixMicro() + int64(offset)*second
}

func inOrder(dates []Date) []Date {
	slices.SortFunc(dates, Date.Compare)
	return slices.Compact(dates)
}
