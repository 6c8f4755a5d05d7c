package calendar

import "time"

// farthest is how many days ahead BookableDays is counted.
const farthest = 3653

// limits are the filters that depend on the start alone.
type limits struct {
	earliest int64 // the first instant that keeps the notice
	today    Date  // the local date of now
	first    Date  // the first date whose day before is not too late
	latest   Date  // the end of the booking window
}

// limits are those for starts up to some date.
func (q *Question) limits(to Date) limits {
	today := DateOf(q.Now, q.Zone)
	// A thousand years is as good as for ever, and can't overflow.
	advance := min(max(q.MaxAdvanceDays, -1), 366_000)
	l := limits{microsUp(q.Now.Add(max(0, q.MinNotice))), today, q.firstDate(today), today.AddDays(advance)}
	if q.BookableDays > 0 {
		l.latest = q.lastBookable(today, to)
	}
	return l
}

// firstDate is the first whose day before still comes to the time that DayBefore asks for.
func (q *Question) firstDate(today Date) Date {
	d := today.AddDays(-1) // where clocks were put back over midnight, yesterday can come again
	if q.DayBefore == nil {
		return d
	}
	now := microsUp(q.Now)
	for ; ; d = d.AddDays(1) {
		eve := d.AddDays(-1)
		if lineOf(orUTC(q.Zone), eve, eve).first(eve.micros()+q.DayBefore.micros()) >= now {
			return d
		}
	}
}

// lastBookable is the last of the first BookableDays dates from today on that
// have hours; or to, or the farthest date, when there are not so many before.
func (q *Question) lastBookable(today, to Date) Date {
	to = earlier(to, today.AddDays(farthest))
	if to.Before(today) {
		return to
	}
	p := newPlace(q, today.AddDays(-2), to.AddDays(2))
	first := q.needs()[0]
	var hours []span
	for _, i := range q.indexes(first.Resources) {
		d := diary{of: &q.Resources[i]}
		d.open(p)
		hours = append(hours, d.hours...)
	}
	open := union(hours)
	left := q.BookableDays
	for d := today; !d.After(to); d = d.AddDays(1) {
		if open.within(p.line.project(nil, d.micros(), d.micros()+day)) > 0 {
			left--
		}
		if left == 0 {
			return d
		}
	}
	return to
}

// clip leaves the dates out on which nothing can start.
func (q *Question) clip(l limits, from, to Date) (Date, Date) {
	from, to = later(from, later(q.From, l.first)), earlier(to, l.latest)
	if !q.Until.IsZero() {
		to = earlier(to, q.Until)
	}
	return from, to
}

// filters are all refusals of a span that need no resources asked, in the order
// in which they are looked for.
func (q *Question) filters(start, end time.Time) (out []Refusal) {
	at := DateOf(start, q.Zone)
	limits := q.limits(at)
	check := func(refused bool, r Refusal) {
		if refused {
			out = append(out, r)
		}
	}
	past := start.Before(q.Now)
	check(past, Past)
	check(!past && (start.Before(q.Now.Add(q.MinNotice)) || q.DayBefore != nil && at.Before(limits.first)), Notice)
	check(at.After(limits.latest), TooFar)
	check(at.Before(q.From) || !q.Until.IsZero() && at.After(q.Until), OutOfRange)
	check(q.Limits.Reached(q.Booked, start, end, q.Zone), Full)
	check(!start.Before(end), Closed)
	return out
}
