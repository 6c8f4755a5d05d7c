package calendar

import (
	"cmp"
	"slices"
	"time"
)

// Nearest gives the n slots of Slots(from, to) whose starts are nearest to
// start, earlier or later, ordered by start; of two that are as near, the
// earlier. It looks at the days around start first and widens only as far as it
// must.
func (q Question) Nearest(start time.Time, from, to Date, n int) []Slot {
	from, to = q.clip(q.limits(to), from, to)
	if n <= 0 || from.After(to) {
		return nil
	}
	centre := earlier(later(DateOf(start, q.Zone), from), to)
	for days := 1; ; days *= 2 {
		lo, hi := later(from, centre.AddDays(-days)), earlier(to, centre.AddDays(days))
		found := nearestTo(q.Slots(lo, hi), start, n)
		all := lo == from && hi == to
		if all || len(found) == n && q.settled(found, start, lo, hi, from, to) {
			slices.SortFunc(found, func(a, b Slot) int { return a.Start.Compare(b.Start) })
			return found
		}
	}
}

// settled tells whether no start outside lo..hi can be nearer than the farthest found.
func (q Question) settled(found []Slot, start time.Time, lo, hi, from, to Date) bool {
	worst, at := distance(found[len(found)-1], start), start.UnixMicro()
	if lo.After(from) && at-lo.AddDays(-1).In(q.Zone).End.UnixMicro() < worst {
		return false
	}
	return !hi.Before(to) || hi.AddDays(1).In(q.Zone).Start.UnixMicro()-at >= worst
}

// nearestTo sorts slots, its own, by distance and keeps n.
func nearestTo(slots []Slot, start time.Time, n int) []Slot {
	slices.SortStableFunc(slots, func(a, b Slot) int {
		return cmp.Compare(distance(a, start), distance(b, start))
	})
	return slots[:min(n, len(slots))]
}

// distance is in microseconds, which hold any two instants where a Duration may not.
func distance(s Slot, start time.Time) int64 {
	d := s.Start.UnixMicro() - start.UnixMicro()
	return max(d, -d)
}
