package calendar

import "time"

// board is a question made ready for the starts of a range of dates: everything
// is projected, cut and sorted once.
type board struct {
	*place

	length, step int64 // of the appointment, and of the grid; 0 is no grid
	clock, gaps  bool
	seed         uint64
	tally        tally // of the service
	diaries      []diary
	needs        []need // at least one
	team         *team  // nil where needs have nothing to do with each other
	roomy        bool   // the first need may fit into some resource more or less often than once
	whole        bool   // all of the appointment must lie in open, too
	within       cursor // of open
	free         [][]int
}

// newBoard prepares for appointments of length that start on from..to. It is
// nil for footprints longer than [Longest].
func newBoard(q *Question, from, to Date, length int64) *board {
	first, last := q.longest()
	before, after := lengthUp(first), lengthUp(last)
	longest := lengthUp(Longest)
	if before > longest || after > longest || before+length+after > longest {
		return nil
	}
	// A start may lie in the spill of the date before; that window is cut with
	// Open, which may be the spill of one more. Footprints add their own dates,
	// and one more for the dates that some zones left out.
	p := newPlace(q, from.AddDays(-2-daysUp(before)), to.AddDays(2+daysUp(length+after)))
	b := &board{place: p, length: length, clock: q.Clock, gaps: q.FillGaps, seed: q.Seed}
	if q.Interval >= time.Minute {
		b.step = lengthUp(q.Interval)
	}
	b.tally = newTally(q.Limits, q.Booked, length, p.zone)
	b.within.set = p.open
	b.diaries = make([]diary, len(q.Resources))
	for i := range q.Resources {
		r := &q.Resources[i]
		b.diaries[i] = diary{of: r, blocks: setOf(r.Blocks), booked: bookedOf(r.Busy)}
	}
	b.ready(q)
	return b
}

// ready makes the lanes of all needs.
func (b *board) ready(q *Question) {
	needs := q.needs()
	b.needs, b.free = make([]need, len(needs)), make([][]int, len(needs))
	b.whole = !q.AnyHours
	for i := range needs {
		n := &b.needs[i]
		*n = q.newNeed(&needs[i], b.length)
		if len(needs[i].Parts) == 0 {
			b.whole = false // its candidates see to it
		}
		candidates := q.indexes(needs[i].Resources)
		n.lanes = make([]lane, len(candidates))
		for k, r := range candidates {
			n.lanes[k] = b.newLane(q, n, r)
			b.roomy = b.roomy || i == 0 && (q.Resources[r].capacity()/2 >= n.units || len(n.parts) == 0)
		}
	}
	b.team = newTeam(b.needs, q.Resources)
}

// closed tells whether the whole of an appointment doesn't lie in one window of
// the location and the service, where parts alone don't see to that.
func (b *board) closed(at int64) bool { return b.whole && !b.within.covers(at, at+b.length) }

// slots asks about every start of every candidate's own grid.
func (b *board) slots() []Slot {
	first := &b.needs[0]
	most, next := 0, make([]int, len(first.lanes))
	for i := range first.lanes {
		most = max(most, len(first.lanes[i].starts))
	}
	out := make([]Slot, 0, most)
	var all []int
	for {
		at, ok := first.earliest(next)
		if !ok {
			return out
		}
		if cap(all)-len(all) < len(next) {
			all = make([]int, 0, 64*len(next))
		}
		k := len(all)
		all = b.due(all, at, next)
		all = append(all[:k], b.together(at, all[k:])...)
		if len(all) > k {
			out = append(out, b.slot(at, all[k:len(all):len(all)]))
		}
	}
}

func (b *board) slot(at int64, usable []int) Slot {
	t := span{at, at + b.length}.in(b.zone)
	return Slot{t.Start, t.End, usable, b.remaining(usable, at)}
}

// earliest is the earliest start that some lane has not been asked about.
func (n *need) earliest(next []int) (at int64, ok bool) {
	for i := range n.lanes {
		if starts := n.lanes[i].starts; next[i] < len(starts) && (!ok || starts[next[i]] < at) {
			at, ok = starts[next[i]], true
		}
	}
	return at, ok
}

// due appends the candidates of the first need that have this start and can take
// it, best first.
func (b *board) due(dst []int, at int64, next []int) []int {
	first := &b.needs[0]
	for _, i := range b.rank(first, at) {
		l := &first.lanes[i]
		if next[i] == len(l.starts) || l.starts[next[i]] != at {
			continue
		}
		next[i]++
		if b.fit(l, at) == Offered {
			dst = append(dst, l.index)
		}
	}
	return dst
}

// together leaves those of mine, who can take the first need, with whom all
// needs can be met.
func (b *board) together(at int64, mine []int) []int {
	if len(mine) < b.needs[0].quantity || b.closed(at) {
		return nil
	}
	for i := 1; i < len(b.needs); i++ {
		n := &b.needs[i]
		b.free[i] = b.free[i][:0]
		for k := range n.lanes {
			if b.fit(&n.lanes[k], at) == Offered {
				b.free[i] = append(b.free[i], n.lanes[k].index)
			}
		}
		if len(b.free[i]) < n.quantity {
			return nil
		}
	}
	if b.team == nil {
		return mine
	}
	b.free[0] = append(b.free[0][:0], mine...)
	return b.team.usable(mine[:0], b.free)
}

// choose puts one start to all needs, and chooses.
func (b *board) choose(at int64, grid bool) (Choice, Refusal) {
	if b.closed(at) {
		return Choice{}, Closed
	}
	for i := range b.needs {
		var refusal Refusal
		if b.free[i], refusal = b.candidates(&b.needs[i], at, grid && i == 0); refusal != Offered {
			return Choice{}, refusal
		}
	}
	usable, taken := b.free[0], make([][]int, len(b.needs))
	if b.team != nil {
		usable = b.team.usable(nil, b.free)
		taken = b.team.fill(b.free)
	}
	if len(usable) == 0 || taken == nil {
		return Choice{}, Unmet
	}
	if b.team == nil {
		for i := range b.needs {
			q := b.needs[i].quantity
			taken[i] = b.free[i][:q:q]
		}
	}
	return Choice{b.slot(at, usable), taken}, Offered
}

// daysUp is a length in days, rounded up.
func daysUp(length int64) int { return int((length + day - 1) / day) }
