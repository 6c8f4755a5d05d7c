package calendar

import (
	"math"
	"slices"
	"time"
)

// Project gives the instants at which the wall clock in zone stands in one of
// the windows of date d, in order and merged where they touch. It cuts time
// where the zone's offset changes and shifts each part by its own offset; so a
// window in a gap is empty, one over a repeated hour is longer, and nothing is
// a special case. A window over midnight belongs to d entirely.
func Project(h Hours, d Date, zone *time.Location) []Span {
	zone = orUTC(zone)
	instants := union(lineOf(zone, d, d).windows(&schedule{week: h.weekly()}, d, d))
	out := make([]Span, len(instants))
	for i, s := range instants {
		out[i] = s.in(zone)
	}
	return out
}

// segment is a stretch of instants with one offset: local time = instant + offset.
type segment struct{ from, to, offset int64 }

// line is a zone over a stretch of time, as segments that follow each other.
type line []segment

// lineOf covers every instant of the windows of the dates from..to, and more:
// offsets are at most 26 hours and windows end 48 hours after their midnight.
func lineOf(zone *time.Location, from, to Date) line {
	lo, hi := from.micros()-2*day, to.micros()+4*day
	var out line
	for at := lo; at < hi; {
		t := time.UnixMicro(at).In(zone)
		_, seconds := t.Zone()
		offset, next := int64(seconds)*second, min(hi, sameUntil(t))
		if n := len(out); n > 0 && out[n-1].offset == offset {
			out[n-1].to = next
		} else {
			out = append(out, segment{at, next, offset})
		}
		at = next
	}
	return out
}

// sameUntil is an instant after t up to which the offset stays the same. It is
// the end that ZoneBounds gives, but for the last day of leap years beyond the
// zone's table (2037): there that end lies before t, or at it, and a short step
// stands in. It may also lie before the true end, which does no harm.
func sameUntil(t time.Time) int64 {
	at := t.UnixMicro()
	_, end := t.ZoneBounds()
	switch {
	case end.IsZero():
		return math.MaxInt64
	case end.UnixMicro() <= at:
		return at + 15*minute
	}
	return end.UnixMicro()
}

// project appends the instants whose local time lies in [lo, hi), merged where they touch.
func (l line) project(dst []span, lo, hi int64) []span {
	mine := len(dst)
	for _, s := range l {
		a, b := max(lo-s.offset, s.from), min(hi-s.offset, s.to)
		if a >= b {
			continue
		}
		if n := len(dst); n > mine && dst[n-1].to == a {
			dst[n-1].to = b
			continue
		}
		dst = append(dst, span{a, b})
	}
	return dst
}

// windows gives the instants of each rule window of the dates from..to by
// itself: what two windows share or where they touch stays apart.
func (l line) windows(plan *schedule, from, to Date) (dst []span) {
	for d := from; !d.After(to); d = d.AddDays(1) {
		midnight := d.micros()
		for _, r := range plan.windows(d) {
			dst = l.project(dst, midnight+r.from, midnight+r.to)
		}
	}
	return dst
}

// first is the first instant whose local time is local or later.
func (l line) first(local int64) int64 {
	for _, s := range l {
		if local < s.to+s.offset {
			return max(local-s.offset, s.from)
		}
	}
	return l[len(l)-1].to
}

// last is the end of the last stretch of instants whose local time is before local.
func (l line) last(local int64) int64 {
	for _, s := range slices.Backward(l) {
		if local > s.from+s.offset {
			return min(local-s.offset, s.to)
		}
	}
	return l[0].from
}

// date is the local date of an instant.
func (l line) date(at int64) Date {
	i := 0
	for i < len(l)-1 && at >= l[i].to {
		i++
	}
	return dateAt(at + l[i].offset)
}
