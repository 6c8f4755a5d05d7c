package calendar

import (
	"slices"
	"time"
)

// Need is one requirement: so many resources of some, for parts of the
// appointment. A resource can take it at a start when
//
//   - each part lies in one window of its hours, and all of the appointment in
//     one of the location's and the service's, but for [Question.AnyHours];
//   - its footprint hits no block of the resource or of those linked to it;
//   - what is booked and Units never exceed its capacity in the footprint, and
//     nothing at all is booked there of those linked to it;
//   - its limits are not reached and it is active. Those linked to it are not
//     asked for hours, limits and dates.
//
// The footprint is the parts with the buffer before put before the first and
// the buffer after behind the last, of each side the longer of the question's
// and the resource's. Those linked to it are kept as long as it is. For the first need the start must also be
// of the resource's own grid; other needs have none.
//
// Nobody is chosen twice for one appointment, and neither are two of which one
// is linked to the other, nor two that share a link.
type Need struct {
	// Resources are indexes into Question.Resources: any of these, in any order.
	Resources []int
	// Quantity is how many distinct ones of them; less than 1 counts as 1.
	Quantity int
	// Units is how much of the capacity of each; less than 1 counts as 1.
	Units int
	// Parts are when, of the appointment; none is all of it.
	Parts []Part
	// Strategy is who is chosen first.
	Strategy Strategy
	// Prefer are tried before all others, in this order.
	Prefer []int
	// Pinned must be among those chosen for this need.
	Pinned []int
}

// Part is a stretch of an appointment, from its start. To 0 is its end. Both are
// clamped to its length, and empty parts left out; where none is left, the need
// takes nobody's time.
type Part struct{ From, To time.Duration }

// need is a Need made ready for appointments of one length.
type need struct {
	quantity, units int
	strategy        Strategy
	prefer          []int // in this order
	pinned          []int
	parts           []span // from the start
	inside          bool   // buffers must lie in hours too
	lanes           []lane // of the candidates, by index

	// ranking is the lanes best first for one date, or one start.
	ranking []int
	ranked  Date
	known   bool
	seed    uint64 // of the start
}

// needs are the question's, or the one that stands for none.
func (q *Question) needs() []Need {
	if len(q.Needs) > 0 {
		return q.Needs
	}
	all := make([]int, len(q.Resources))
	for i := range all {
		all[i] = i
	}
	return []Need{{Resources: all}}
}

// indexes are those of list that exist, in order and once each.
func (q *Question) indexes(list []int) []int {
	out := make([]int, 0, len(list))
	for _, i := range list {
		if i >= 0 && i < len(q.Resources) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// newNeed prepares n; its lanes are still to be made.
func (q *Question) newNeed(n *Need, length int64) need {
	out := need{
		quantity: max(1, n.Quantity), units: max(1, n.Units), strategy: n.Strategy, prefer: n.Prefer,
		pinned: slices.Clone(n.Pinned), parts: n.parts(length), inside: q.BuffersInsideHours,
	}
	slices.Sort(out.pinned)
	out.pinned = slices.Compact(out.pinned)
	return out
}

// parts are those of an appointment of the length, from its start: in order,
// merged where they overlap or touch.
func (n *Need) parts(length int64) []span {
	if len(n.Parts) == 0 {
		return []span{{0, length}}
	}
	out := make([]span, 0, len(n.Parts))
	for _, p := range n.Parts {
		from, to := max(0, p.From.Microseconds()), length
		if p.To != 0 {
			to = min(length, lengthUp(p.To))
		}
		if from < to {
			out = append(out, span{from, to})
		}
	}
	return union(out)
}

// buffered puts the buffers before the first and behind the last part.
func buffered(parts []span, before, after int64) []span {
	out := slices.Clone(parts)
	if n := len(out); n > 0 {
		out[0].from -= before
		out[n-1].to += after
	}
	return out
}

// buffers are those around an appointment that a resource takes, the longer of the question's and its own.
func (q *Question) buffers(r *Resource) (before, after int64) {
	return lengthUp(max(q.BufferBefore, r.BufferBefore)), lengthUp(max(q.BufferAfter, r.BufferAfter))
}

// longest are the longest buffers that there are.
func (q *Question) longest() (before, after time.Duration) {
	before, after = max(0, q.BufferBefore), max(0, q.BufferAfter)
	for i := range q.Resources {
		before, after = max(before, q.Resources[i].BufferBefore), max(after, q.Resources[i].BufferAfter)
	}
	return before, after
}

// Footprints gives the spans that an appointment at [start, end) takes of a
// resource chosen for a need, buffers included: what is to be booked of it.
func (q Question) Footprints(index, resource int, start, end time.Time) []Span {
	from, to := start.UnixMicro(), microsUp(end)
	parts := q.needs()[index].parts(max(0, to-from))
	out := make([]Span, 0, len(parts))
	before, after := q.buffers(&q.Resources[resource])
	for _, p := range buffered(parts, before, after) {
		out = append(out, span{from + p.from, from + p.to}.in(orUTC(q.Zone)))
	}
	return out
}
