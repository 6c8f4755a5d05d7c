package calendar

import "slices"

// lane is one candidate of one need.
type lane struct {
	index               int // in Question.Resources
	of                  *diary
	hours, blocks, busy cursor
	foot                []span  // from the start, buffers included
	within              []span  // what must lie in hours
	full                spans   // when it has no room for the need's units
	starts              []int64 // of the first need alone
}

// newLane makes the lane of resource i for a need. Its links are blocked as it
// is, and no room is left where anything is booked of them.
func (b *board) newLane(q *Question, n *need, i int) lane {
	d := &b.diaries[i]
	if d.hours == nil {
		d.open(b.place)
		d.tally = newTally(d.of.Limits, d.of.Booked, b.length, b.zone)
	}
	before, after := q.buffers(d.of)
	l := lane{index: i, of: d, foot: buffered(n.parts, before, after), within: n.parts, full: d.taken(n.units)}
	if n.inside {
		l.within = l.foot
	}
	l.hours.set, l.blocks.set, l.busy.set = d.hours, d.blocks, l.full
	if len(d.of.Links) == 0 {
		return l
	}
	blocks, busy := slices.Clone(d.blocks), slices.Clone(l.full)
	for _, o := range d.of.Links {
		if o >= 0 && o < len(b.diaries) {
			blocks, busy = append(blocks, b.diaries[o].blocks...), append(busy, b.diaries[o].booked...)
		}
	}
	l.blocks.set, l.busy.set = union(blocks), union(busy)
	return l
}

// fit is the heart of the engine: why the lane refuses a start, or [Offered].
// It is the quickest where starts come in ascending order.
func (b *board) fit(l *lane, at int64) Refusal {
	for _, p := range l.within {
		if !l.hours.covers(at+p.from, at+p.to) {
			return Closed
		}
	}
	for _, p := range l.foot {
		if l.blocks.hits(at+p.from, at+p.to) {
			return Blocked
		}
	}
	for _, p := range l.foot {
		if l.busy.hits(at+p.from, at+p.to) {
			return Taken
		}
	}
	if l.of.tally.full(b.line.date(at)) {
		return Full
	}
	return Offered
}

// times is how many such needs the lane can still take at a start which it can take.
func (n *need) times(l *lane, at int64) int {
	capacity := l.of.of.capacity()
	if capacity/2 < n.units {
		return capacity / n.units // no room for two
	}
	most := 0
	for _, p := range l.foot {
		most = max(most, peak(l.of.use(), span{at + p.from, at + p.to}))
	}
	return (capacity - most) / n.units
}

// remaining is how many such appointments still fit at a start, by the first need alone.
func (b *board) remaining(usable []int, at int64) int {
	n, total := &b.needs[0], 0
	if !b.roomy {
		return max(1, len(usable)/n.quantity)
	}
	for i := range n.lanes {
		if slices.Contains(usable, n.lanes[i].index) {
			total += n.times(&n.lanes[i], at)
		}
	}
	return max(1, total/n.quantity)
}

// candidates asks all lanes of a need about a start: those that can take it,
// best first, and why the need can't be met by itself. That is the refusal of
// those that are pinned, else of those that came closest.
func (b *board) candidates(n *need, at int64, grid bool) (free []int, refusal Refusal) {
	refusal, pinned := Closed, Offered
	for _, i := range b.rank(n, at) {
		l := &n.lanes[i]
		r := b.fit(l, at)
		if r == Offered && grid && !b.onGrid(l, at) {
			r = OffGrid
		}
		if r == Offered {
			free = append(free, l.index)
			continue
		}
		refusal = closest(refusal, r)
		if slices.Contains(n.pinned, l.index) {
			pinned = closest(pinned, r)
		}
	}
	if pinned == Offered && slices.ContainsFunc(n.pinned, func(p int) bool { return !slices.Contains(free, p) }) {
		pinned = Closed // it is not among the candidates
	}
	switch {
	case pinned != Offered:
		return free, pinned
	case len(free) < n.quantity:
		return free, refusal
	}
	return free, Offered
}

// closest is the refusal that was looked for later: its lane passed more checks.
func closest(a, b Refusal) Refusal {
	order := [...]Refusal{Closed, Blocked, Taken, Full, OffGrid}
	if slices.Index(order[:], b) > slices.Index(order[:], a) {
		return b
	}
	return a
}
