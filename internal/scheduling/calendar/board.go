package calendar

import (
	"cmp"
	"slices"
	"time"
)

// board is a question made ready for the starts of a range of dates: everything
// is projected, cut and sorted once.
type board struct {
	zone          *time.Location
	line          line
	location      []span // pieces of lanes that follow the location
	lanes         []lane
	before, after int64
	inside        bool
	step          int64 // of the grid; 0 is no grid
	clock, gaps   bool
	tally         tally // of the service

	// ranking is the lanes best first for one date; booked is what it is made of.
	ranking []int
	booked  []int64
	ranked  Date
	known   bool
}

// lane is one resource on the line of instants.
type lane struct {
	hours        cursor // Open ∩ Work ∩ Serv, across dates
	blocks, busy cursor
	pieces       []span // the origin of a grid each: rule windows by themselves, cut with Open and Serv
	starts       []int64
	order        int
	own          bool // has hours of its own
	tally        tally
}

// newBoard prepares for appointments of length that start on from..to. It is
// nil for footprints longer than [Longest].
func newBoard(q *Question, from, to Date, length int64) *board {
	b := &board{
		zone:   orUTC(q.Zone),
		before: lengthUp(q.BufferBefore),
		after:  lengthUp(q.BufferAfter),
		inside: q.BuffersInsideHours,
		clock:  q.Clock,
		gaps:   q.FillGaps,
		lanes:  make([]lane, len(q.Resources)),
	}
	if q.Interval >= time.Minute {
		b.step = lengthUp(q.Interval)
	}
	longest := lengthUp(Longest)
	if b.before > longest || b.after > longest || b.before+length+b.after > longest {
		return nil
	}
	// A start may lie in the spill of the date before; that window is cut with
	// Open, which may be the spill of one more. Footprints add their own dates,
	// and one more for the dates that some zones left out.
	from = from.AddDays(-2 - daysUp(b.before))
	to = to.AddDays(2 + daysUp(length+b.after))
	b.line = lineOf(b.zone, from, to)

	b.tally = newTally(q.Limits, q.Booked, b.zone)
	place := newSchedule(q.Open, q.Overrides, nil, from, to)
	b.location = b.line.windows(place, from, to)
	open := union(slices.Clone(b.location))
	if q.Hours != nil {
		serv := union(b.line.windows(newSchedule(q.Hours, nil, nil, from, to), from, to))
		b.location, open = serv.cutAll(b.location), serv.cutAll(open)
	}
	for i := range q.Resources {
		r, l := &q.Resources[i], &b.lanes[i]
		l.order, l.tally = r.Order, newTally(r.Limits, r.Booked, b.zone)
		l.blocks.set, l.busy.set = setOf(r.Blocks), setOf(r.Busy)
		l.pieces, l.hours.set = b.location, open
		if plan := r.schedule(place, from, to); plan != place {
			l.own = true
			l.pieces = b.cut(plan, open, from, to)
			l.hours.set = union(slices.Clone(l.pieces))
		}
		if !r.ActiveFrom.IsZero() || !r.ActiveUntil.IsZero() {
			l.hours.set = b.active(r).cutAll(l.hours.set)
		}
	}
	return b
}

// schedule gives the resource's own, or the place's where it follows that on all of the dates.
func (r *Resource) schedule(place *schedule, from, to Date) *schedule {
	if r.Hours != nil {
		return newSchedule(r.Hours, r.Overrides, nil, from, to)
	}
	if len(r.Overrides) > 0 {
		if own := newSchedule(nil, r.Overrides, place, from, to); own.dates != nil {
			return own
		}
	}
	return place
}

// cut gives the pieces of a resource with a schedule of its own.
func (b *board) cut(plan *schedule, open spans, from, to Date) []span {
	return open.cutAll(b.line.windows(plan, from, to))
}

// fit is the heart of the engine: why the lane refuses the span, or [Offered].
// Questions to one lane come in ascending order of their starts.
func (b *board) fit(l *lane, s span) Refusal {
	foot := span{s.from - b.before, s.to + b.after}
	within := s
	if b.inside {
		within = foot
	}
	switch {
	case !l.hours.covers(within.from, within.to):
		return Closed
	case l.blocks.hits(foot.from, foot.to):
		return Blocked
	case l.busy.hits(foot.from, foot.to):
		return Taken
	case l.tally.full(b.line.date(s.from)):
		return Full
	}
	return Offered
}

// slots asks every lane about every start of its own grid.
func (b *board) slots(length int64) []Slot {
	most, next := 0, make([]int, len(b.lanes))
	for i := range b.lanes {
		most = max(most, len(b.lanes[i].starts))
	}
	out := make([]Slot, 0, most)
	var free []int
	for {
		at, ok := b.earliest(next)
		if !ok {
			return out
		}
		if cap(free)-len(free) < len(b.lanes) {
			free = make([]int, 0, 64*len(b.lanes))
		}
		first, s := len(free), span{at, at + length}
		for _, i := range b.rank(b.line.date(at)) {
			l := &b.lanes[i]
			if next[i] == len(l.starts) || l.starts[next[i]] != at {
				continue
			}
			next[i]++
			if b.fit(l, s) == Offered {
				free = append(free, i)
			}
		}
		if len(free) > first {
			t := s.in(b.zone)
			out = append(out, Slot{t.Start, t.End, free[first:len(free):len(free)]})
		}
	}
}

// earliest is the earliest start that some lane has not been asked about.
func (b *board) earliest(next []int) (at int64, ok bool) {
	for i := range b.lanes {
		if starts := b.lanes[i].starts; next[i] < len(starts) && (!ok || starts[next[i]] < at) {
			at, ok = starts[next[i]], true
		}
	}
	return at, ok
}

// ask puts one span to every lane: those that are free, best first, or the
// refusal of the lane that came closest.
func (b *board) ask(s span, grid bool) (free []int, refusal Refusal) {
	refusal = Closed
	for _, i := range b.rank(b.line.date(s.from)) {
		l := &b.lanes[i]
		r := b.fit(l, s)
		if r == Offered && grid && !b.onGrid(l, s) {
			r = OffGrid
		}
		if r == Offered {
			free = append(free, i)
			continue
		}
		refusal = closest(refusal, r)
	}
	if len(free) > 0 {
		return free, Offered
	}
	return nil, refusal
}

// closest is the refusal that was looked for later: its lane passed more checks.
func closest(a, b Refusal) Refusal {
	order := [...]Refusal{Closed, Blocked, Taken, Full, OffGrid}
	if slices.Index(order[:], b) > slices.Index(order[:], a) {
		return b
	}
	return a
}

// rank orders the lanes for starts on date d: the least booked on that local
// day first, then by order, then by index.
func (b *board) rank(d Date) []int {
	if b.known && b.ranked == d {
		return b.ranking
	}
	if b.ranking == nil {
		b.ranking, b.booked = make([]int, len(b.lanes)), make([]int64, len(b.lanes))
	}
	b.ranked, b.known = d, true
	today := b.line.project(nil, d.micros(), d.micros()+day)
	for i := range b.lanes {
		b.ranking[i], b.booked[i] = i, 0
		for _, part := range today {
			b.booked[i] += b.lanes[i].busy.set.measure(part)
		}
	}
	slices.SortFunc(b.ranking, func(x, y int) int {
		return cmp.Or(
			cmp.Compare(b.booked[x], b.booked[y]),
			cmp.Compare(b.lanes[x].order, b.lanes[y].order),
			cmp.Compare(x, y),
		)
	})
	return b.ranking
}

// daysUp is a length in days, rounded up.
func daysUp(length int64) int { return int((length + day - 1) / day) }
