package calendar

import (
	"slices"
	"sort"
	"time"
)

// Span is a stretch of time, half-open: Start belongs to it, End does not.
// A span whose End is not after its Start is empty.
type Span struct {
	Start time.Time `json:"start" doc:"First instant of the stretch."`
	End   time.Time `json:"end" doc:"First instant after the stretch."`
}

// Empty tells whether no instant lies in s.
func (s Span) Empty() bool { return !s.Start.Before(s.End) }

// Overlaps tells whether some instant lies in both; touching is not overlapping.
func (s Span) Overlaps(o Span) bool {
	return !s.Empty() && !o.Empty() && s.Start.Before(o.End) && o.Start.Before(s.End)
}

// Contains tells whether the instant t lies in s.
func (s Span) Contains(t time.Time) bool { return !t.Before(s.Start) && t.Before(s.End) }

// Units of the engine's instants and durations: microseconds.
const (
	second int64 = 1_000_000
	minute       = 60 * second
	day          = 24 * 60 * minute
)

// span is a Span in microseconds since 1970.
type span struct{ from, to int64 }

// spans is a set of instants: in order, disjoint, never touching.
type spans []span

// spanOf rounds outwards to whole microseconds: nothing is lost of a stretch.
func spanOf(s Span) span { return span{s.Start.UnixMicro(), microsUp(s.End)} }

func (s span) in(zone *time.Location) Span {
	return Span{time.UnixMicro(s.from).In(zone), time.UnixMicro(s.to).In(zone)}
}

// microsUp is t in microseconds, rounded up.
func microsUp(t time.Time) int64 {
	us := t.UnixMicro()
	if t.Nanosecond()%1000 != 0 {
		us++
	}
	return us
}

// lengthUp is a duration in microseconds, rounded up; negative ones count as none.
func lengthUp(d time.Duration) int64 {
	if d <= 0 {
		return 0
	}
	us := d.Microseconds()
	if d%time.Microsecond != 0 {
		us++
	}
	return us
}

// setOf makes a set of spans in any order; empty ones vanish.
func setOf(in []Span) spans {
	if len(in) == 0 {
		return nil
	}
	out := make([]span, 0, len(in))
	for _, s := range in {
		if !s.Empty() {
			out = append(out, spanOf(s))
		}
	}
	return union(out)
}

// union makes a set of s, in place: sorts it and merges what overlaps or touches.
func union(s []span) spans {
	byStart := func(a, b span) int { return compare(a.from, b.from) }
	if !slices.IsSortedFunc(s, byStart) {
		slices.SortFunc(s, byStart)
	}
	out := s[:0]
	for _, next := range s {
		if n := len(out); n > 0 && next.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, next.to)
			continue
		}
		out = append(out, next)
	}
	return out
}

// search gives the index of the first span of s that ends after at.
func (s spans) search(at int64) int {
	return sort.Search(len(s), func(i int) bool { return s[i].to > at })
}

// cut appends to dst the parts of w that lie in s.
func (s spans) cut(dst []span, w span) []span {
	for i := s.search(w.from); i < len(s) && s[i].from < w.to; i++ {
		dst = append(dst, span{max(w.from, s[i].from), min(w.to, s[i].to)})
	}
	return dst
}

// cutAll gives the parts of all windows that lie in s, those of each window by itself.
func (s spans) cutAll(windows []span) []span {
	out := make([]span, 0, len(windows))
	for _, w := range windows {
		out = s.cut(out, w)
	}
	return out
}

// measure is the time in w that lies in s.
func (s spans) measure(w span) (total int64) {
	for i := s.search(w.from); i < len(s) && s[i].from < w.to; i++ {
		total += min(w.to, s[i].to) - max(w.from, s[i].from)
	}
	return total
}

// cursor walks a set beside questions that come in about ascending order, so that
// a whole list of them costs one pass.
type cursor struct {
	set spans
	i   int
}

// seek moves to the first span that ends after at.
func (c *cursor) seek(at int64) {
	for c.i > 0 && c.set[c.i-1].to > at {
		c.i--
	}
	for c.i < len(c.set) && c.set[c.i].to <= at {
		c.i++
	}
}

// covers tells whether one span holds all of [lo, hi).
func (c *cursor) covers(lo, hi int64) bool {
	c.seek(lo)
	return c.i < len(c.set) && c.set[c.i].from <= lo && hi <= c.set[c.i].to
}

// hits tells whether something of [lo, hi) lies in the set.
func (c *cursor) hits(lo, hi int64) bool {
	c.seek(lo)
	return c.i < len(c.set) && c.set[c.i].from < hi
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
