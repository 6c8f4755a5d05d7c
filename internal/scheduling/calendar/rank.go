package calendar

import (
	"cmp"
	"math/bits"
	"slices"
)

// Strategy is who is chosen first for a need, of those that can take it. Of two
// that are alike the lowest Order is first, then the lowest index.
type Strategy string

const (
	// LeastBookedDay is who has the least time booked on the local day of the
	// start. It also stands for the empty and for unknown ones.
	LeastBookedDay Strategy = "least_booked_day"
	// LeastBookedWeek is who has the least time booked in the week of the start, from Monday.
	LeastBookedWeek Strategy = "least_booked_week"
	// RoundRobin is who was last chosen automatically the longest ago, or never.
	RoundRobin Strategy = "round_robin"
	// Priority is who has the lowest Rank, then who is the least booked on the day.
	Priority Strategy = "priority"
	// Weighted is who has the least time booked in the week for its Weight.
	Weighted Strategy = "weighted"
	// Random is in the order of a hash of [Question.Seed], the start and the index.
	Random Strategy = "random"
)

// weekly tells whether the order depends on the whole week.
func (s Strategy) weekly() bool { return s == LeastBookedWeek || s == Weighted }

// rank orders the lanes of a need for a start, best first. All starts of a date have the same order, unless it is drawn for each.
func (b *board) rank(n *need, at int64) []int {
	d := b.line.date(at)
	if n.known && n.ranked == d && n.strategy != Random {
		return n.ranking
	}
	if n.ranking == nil {
		n.ranking = make([]int, len(n.lanes))
	}
	n.ranked, n.known = d, true
	if n.strategy == Random {
		n.seed = b.seed + uint64(at) //nolint:gosec // any 64 bits will do
	} else {
		b.measure(n, d)
	}
	for i := range n.ranking {
		n.ranking[i] = i
	}
	slices.SortFunc(n.ranking, func(x, y int) int { return b.order(n, &n.lanes[x], &n.lanes[y]) })
	return n.ranking
}

// measure adds up what is booked of each candidate on the day and in the week of d.
func (b *board) measure(n *need, d Date) {
	today := b.line.project(nil, d.micros(), d.micros()+day)
	var week []span
	if n.strategy.weekly() {
		monday := d.monday()
		week = b.line.project(nil, monday.micros(), monday.micros()+7*day)
	}
	for i := range n.lanes {
		of := n.lanes[i].of
		of.day, of.week = of.booked.within(today), of.booked.within(week)
	}
}

// within is the time in all of parts that lies in s.
func (s spans) within(parts []span) (total int64) {
	for _, p := range parts {
		total += s.measure(p)
	}
	return total
}

// order compares two candidates of a need: the better is less.
func (b *board) order(n *need, x, y *lane) int {
	return cmp.Or(cmp.Compare(n.preference(x), n.preference(y)), n.strategy.compare(x, y, n.seed), cmp.Compare(x.of.of.Order, y.of.of.Order), cmp.Compare(x.index, y.index))
}

// preference is the place of a candidate among those to be tried first; all others come behind them.
func (n *need) preference(l *lane) int {
	if i := slices.Index(n.prefer, l.index); i >= 0 {
		return i
	}
	return len(n.prefer)
}

func (s Strategy) compare(x, y *lane, seed uint64) int {
	a, b := x.of, y.of
	switch s {
	case LeastBookedWeek:
		return cmp.Compare(a.week, b.week)
	case RoundRobin:
		return a.of.LastAssigned.Compare(b.of.LastAssigned)
	case Priority:
		return cmp.Or(cmp.Compare(a.of.Rank, b.of.Rank), cmp.Compare(a.day, b.day))
	case Weighted:
		return compareShares(a.week, b.of.weight(), b.week, a.of.weight())
	case Random:
		return cmp.Compare(mix(seed, x.index), mix(seed, y.index))
	case LeastBookedDay:
	}
	return cmp.Compare(a.day, b.day)
}

func (r *Resource) weight() int { return max(1, r.Weight) }

// compareShares compares a*m with b*n, none of them negative, however large.
func compareShares(a int64, m int, b int64, n int) int {
	hi1, lo1 := bits.Mul64(uint64(a), uint64(m)) //nolint:gosec // neither is negative
	hi2, lo2 := bits.Mul64(uint64(b), uint64(n)) //nolint:gosec // neither is negative
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

// mix is the hash of splitmix64: even neighbours have nothing in common.
func mix(seed uint64, index int) uint64 {
	z := seed + uint64(index+1)*0x9E3779B97F4A7C15 //nolint:gosec // no index is negative
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}
