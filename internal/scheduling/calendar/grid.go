package calendar

import "slices"

// lay lists the starts of every candidate of the first need on the dates
// from..to, none before earliest. Those that follow the location share one list.
func (b *board) lay(from, to Date, earliest int64) {
	first := &b.needs[0]
	lo := max(earliest, b.line.first(from.micros()))
	hi := b.line.last(to.AddDays(1).micros())
	location := b.grid(b.pieces, lo, hi, from, to)
	for i := range first.lanes {
		l := &first.lanes[i]
		l.starts = location
		if l.of.own {
			l.starts = b.grid(l.of.pieces, lo, hi, from, to)
		}
		if b.gaps && b.step > 0 {
			l.starts = b.besides(l, lo, hi, from, to)
		}
	}
}

// grid lists the starts of all pieces in [lo, hi) whose local date is in from..to.
func (b *board) grid(pieces []span, lo, hi int64, from, to Date) []int64 {
	if b.step == 0 {
		return nil
	}
	var n int64
	for _, p := range pieces {
		n += max(0, min(p.to, hi)-max(p.from, lo)+b.step-1) / b.step
	}
	out := make([]int64, 0, n)
	for _, p := range pieces {
		if b.clock {
			out = b.ticks(out, span{max(p.from, lo), min(p.to, hi)})
			continue
		}
		s := p.from
		if s < lo {
			s += (lo - s + b.step - 1) / b.step * b.step
		}
		for ; s < min(p.to, hi); s += b.step {
			out = append(out, s)
		}
	}
	return b.between(out, from, to)
}

// ticks appends the instants of p at which the wall clock shows a multiple of the step since midnight.
func (b *board) ticks(dst []int64, p span) []int64 {
	for _, s := range b.line {
		last := min(p.to, s.to)
		for at := max(p.from, s.from); at < last; {
			midnight := dateAt(at + s.offset).micros()
			past := (at + s.offset - midnight + b.step - 1) / b.step * b.step
			if past >= day {
				at = midnight + day - s.offset // begins a new count
				continue
			}
			if at = midnight + past - s.offset; at < last {
				dst = append(dst, at)
			}
			at++
		}
	}
	return dst
}

// besides adds to the lane's starts those right after and right before what leaves no room in it.
func (b *board) besides(l *lane, lo, hi int64, from, to Date) []int64 {
	if len(l.foot) == 0 {
		return l.starts
	}
	before, after := l.edges()
	out := slices.Clone(l.starts)
	for _, s := range l.full {
		for _, at := range [...]int64{s.to - before, s.from - after} {
			if lo <= at && at < hi {
				out = append(out, at)
			}
		}
	}
	return b.between(out, from, to)
}

// edges are where the footprint begins and ends, from the start.
func (l *lane) edges() (from, to int64) { return l.foot[0].from, l.foot[len(l.foot)-1].to }

// beside tells whether the footprint of a start touches what leaves no room.
func (l *lane) beside(at int64) bool {
	if len(l.foot) == 0 {
		return false
	}
	before, after := l.edges()
	return slices.ContainsFunc(l.full, func(s span) bool { return s.to == at+before || s.from == at+after })
}

// between orders starts and leaves those out whose local date is not in from..to:
// near the ends other dates may show, where clocks are put back over midnight.
// Dates on which the service has as many appointments as it may go too.
func (b *board) between(starts []int64, from, to Date) []int64 {
	starts = slices.DeleteFunc(starts, func(at int64) bool {
		d := b.line.date(at)
		return d.Before(from) || d.After(to) || b.tally.full(d)
	})
	if !slices.IsSorted(starts) {
		slices.Sort(starts)
	}
	return slices.Compact(starts)
}

// onGrid tells whether the lane has a start at at.
func (b *board) onGrid(l *lane, at int64) bool {
	if b.step == 0 {
		return false
	}
	if b.gaps && l.beside(at) {
		return true
	}
	return slices.ContainsFunc(l.of.pieces, func(p span) bool {
		if at < p.from || p.to <= at {
			return false
		}
		if b.clock {
			return len(b.ticks(nil, span{at, at + 1})) > 0
		}
		return (at-p.from)%b.step == 0
	})
}
