package calendar

import (
	"slices"
	"time"
)

// Reason is one thing that stands in the way of an appointment.
type Reason struct {
	Rule Refusal
	// Need and Resource are indexes into Question.Needs and Question.Resources;
	// -1 is none in particular. Without Needs, the one that stands for none is 0.
	Need, Resource int
	// Refs are those of what is booked in the way, of the resource or of its links.
	Refs []int
}

// Explain gives all reasons why exactly [start, end) can't be booked; none
// exactly when [Question.Choose] offers it. They are the filters of the start
// (Notice goes without saying where Past holds), then for each need that can't
// be met by itself every rule that each of its candidates breaks, the grid
// included; where pinned resources are all that a need takes, those alone. When
// each need could be met by itself but not all together, the reasons are Unmet
// and those of the candidates of all needs.
func (q Question) Explain(start, end time.Time, grid bool) []Reason {
	var out []Reason
	for _, r := range q.filters(start, end) {
		out = append(out, Reason{r, -1, -1, nil})
	}
	if !start.Before(end) {
		return out
	}
	b := q.boardAt(start, end)
	if b == nil {
		return append(out, Reason{Closed, -1, -1, nil})
	}
	return append(out, b.explain(start.UnixMicro(), grid)...)
}

func (b *board) explain(at int64, grid bool) (out []Reason) {
	if b.closed(at) {
		out = append(out, Reason{Closed, -1, -1, nil})
	}
	met := true
	for i := range b.needs {
		var refusal Refusal
		if b.free[i], refusal = b.candidates(&b.needs[i], at, grid && i == 0); refusal != Offered {
			met = false
			out = append(out, b.reasons(i, at, grid && i == 0)...)
		}
	}
	if !met || b.team == nil || b.team.begin(b.free) && b.team.possible() {
		return out
	}
	out = append(out, Reason{Unmet, -1, -1, nil})
	for i := range b.needs {
		out = append(out, b.reasons(i, at, grid && i == 0)...)
	}
	return out
}

// reasons are those of a need.
func (b *board) reasons(need int, at int64, grid bool) (out []Reason) {
	n := &b.needs[need]
	if len(n.lanes) < n.quantity {
		out = append(out, Reason{Closed, need, -1, nil})
	}
	for _, p := range n.pinned {
		if !slices.ContainsFunc(n.lanes, func(l lane) bool { return l.index == p }) {
			out = append(out, Reason{Closed, need, p, nil})
		}
	}
	for i := range n.lanes {
		l := &n.lanes[i]
		if len(n.pinned) >= n.quantity && !slices.Contains(n.pinned, l.index) {
			continue
		}
		for _, r := range b.broken(l, at, grid) {
			r.Need, r.Resource = need, l.index
			out = append(out, r)
		}
	}
	return out
}

// broken are the rules that a lane breaks at a start.
func (b *board) broken(l *lane, at int64, grid bool) (out []Reason) {
	check := func(broken bool, rule Refusal, refs []int) {
		if broken {
			out = append(out, Reason{Rule: rule, Refs: refs})
		}
	}
	open := cursor{set: l.of.working(b.place)}
	active := cursor{set: b.active(l.of.of)}
	var closed, inactive, blocked, taken bool
	for _, p := range l.within {
		closed = closed || !open.covers(at+p.from, at+p.to)
		inactive = inactive || l.of.of.bounded() && !active.covers(at+p.from, at+p.to)
	}
	for _, p := range l.foot {
		blocked = blocked || l.blocks.hits(at+p.from, at+p.to)
		taken = taken || l.busy.hits(at+p.from, at+p.to)
	}
	check(closed, Closed, nil)
	check(inactive, Inactive, nil)
	check(blocked, Blocked, nil)
	check(taken, Taken, b.refs(l, at))
	check(l.of.tally.full(b.line.date(at)), Full, nil)
	check(grid && !b.onGrid(l, at), OffGrid, nil)
	return out
}

// refs are those of what is booked where a lane has no room, and of its links.
func (b *board) refs(l *lane, at int64) (out []int) {
	note := func(in []Busy, where spans) {
		for _, o := range in {
			if !o.Empty() && len(where.cut(nil, spanOf(o.Span))) > 0 && !slices.Contains(out, o.Ref) {
				out = append(out, o.Ref)
			}
		}
	}
	foot := make([]span, 0, len(l.foot))
	for _, p := range l.foot {
		foot = append(foot, span{at + p.from, at + p.to})
	}
	note(l.of.of.Busy, l.full.cutAll(foot))
	for _, o := range l.of.of.Links {
		if o >= 0 && o < len(b.diaries) {
			note(b.diaries[o].of.Busy, foot)
		}
	}
	return out
}
