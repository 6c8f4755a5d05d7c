package calendar

import "time"

// Slots lists what can be booked with a start whose local date is in from..to,
// both included, ascending. Each resource has its own grid: from the start of
// each of its windows (the location's, if it has none) in steps of Interval, or
// by the clock; blocks and busy time never shift it. The starts are those of the
// first need's candidates. The caller bounds the range.
func (q Question) Slots(from, to Date) []Slot {
	if b := q.boardOf(from, to); b != nil {
		return b.slots()
	}
	return nil
}

// boardOf lays out the starts of the dates from..to; nil is that there are none.
func (q *Question) boardOf(from, to Date) *board {
	l := q.limits(to)
	from, to = q.clip(l, from, to)
	length := lengthUp(q.Duration)
	if from.After(to) || length == 0 {
		return nil
	}
	b := newBoard(q, from, to, length)
	if b != nil {
		b.lay(from, to, l.earliest)
	}
	return b
}

// At tells whether exactly [start, end) can be booked now, and by which
// resources: it is [Question.Choose] without the choice.
func (q Question) At(start, end time.Time, grid bool) (Slot, Refusal) {
	c, refusal := q.Choose(start, end, grid)
	return c.Slot, refusal
}

// Choose is the check of the write path: whether exactly [start, end) can be
// booked now, and who takes it. With grid, as for customers, only starts that
// Slots would list count; without it, as for staff, any start may do. Each need
// in turn gets the best of its candidates by its strategy, such that the needs
// behind it can still be met. A Choice comes only with [Offered].
func (q Question) Choose(start, end time.Time, grid bool) (Choice, Refusal) {
	if refusals := q.filters(start, end); len(refusals) > 0 {
		return Choice{}, refusals[0]
	}
	b := q.boardAt(start, end)
	if b == nil {
		return Choice{}, Closed
	}
	c, refusal := b.choose(start.UnixMicro(), grid)
	if refusal == Offered {
		c.Start, c.End = start.In(b.zone), end.In(b.zone)
	}
	return c, refusal
}

// boardAt is for exactly one span.
func (q *Question) boardAt(start, end time.Time) *board {
	at := DateOf(start, q.Zone)
	b := newBoard(q, at, at, microsUp(end)-start.UnixMicro())
	if b != nil && start.Nanosecond()%1000 != 0 {
		b.step = 0 // no grid has such starts
	}
	return b
}

// Reach gives the instants whose Blocks and Busy must be loaded to answer
// Slots(from, to), Days(from, to), Nearest(…, from, to, …), and Choose for a
// start on these dates: the whole dates, or weeks where a strategy asks for
// them, for what is already booked, and the footprint of what starts in their
// last minute.
func (q Question) Reach(from, to Date) Span {
	zone := orUTC(q.Zone)
	start, end := from.In(zone).Start, to.In(zone).End
	if end.Before(start) {
		end = start
	}
	if q.FillGaps { // what ends just when the footprint begins makes a start
		start = start.Add(-time.Microsecond)
	}
	before, after := q.longest()
	reach := Span{start.Add(-before), end.Add(max(0, q.Duration) + after)}
	for i := range q.Needs {
		if q.Needs[i].Strategy.weekly() {
			monday, sunday := from.monday().In(zone), to.monday().AddDays(6).In(zone)
			return reach.with(monday.Start).with(sunday.End)
		}
	}
	return reach
}

// with widens a span so that it reaches t.
func (s Span) with(t time.Time) Span {
	if t.Before(s.Start) {
		s.Start = t
	}
	if t.After(s.End) {
		s.End = t
	}
	return s
}
