package calendar

import (
	"slices"
	"sort"
)

// forever is beyond all instants of the line, and leaves room for adding lengths.
const forever int64 = 1 << 62

// level is a stretch in which so many units are taken.
type level struct {
	span

	units int
}

// edge is an instant from which so many units more are taken, or fewer.
type edge struct {
	at    int64
	units int
}

// sweep goes over what is booked from edge to edge: how much is taken at once,
// in order. Stretches with nothing are left out.
func sweep(in []Busy) []level {
	edges := make([]edge, 0, 2*len(in))
	for _, b := range in {
		if s := spanOf(b.Span); !b.Empty() {
			units := max(1, b.Units)
			edges = append(edges, edge{s.from, units}, edge{s.to, -units})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return compare(a.at, b.at) })
	out := make([]level, 0, len(edges))
	units := 0
	for i, e := range edges {
		if i > 0 && units > 0 && edges[i-1].at < e.at {
			out = append(out, level{span{edges[i-1].at, e.at}, units})
		}
		units += e.units
	}
	return out
}

// over gives the instants at which more than most units are taken.
func over(levels []level, most int) spans {
	if most < 0 {
		return spans{{-forever, forever}}
	}
	var out []span
	for _, l := range levels {
		if l.units > most {
			out = append(out, l.span)
		}
	}
	return union(out)
}

// peak is the most that is taken at once in w.
func peak(levels []level, w span) (units int) {
	i := sort.Search(len(levels), func(i int) bool { return levels[i].to > w.from })
	for ; i < len(levels) && levels[i].from < w.to; i++ {
		units = max(units, levels[i].units)
	}
	return units
}

// capacity is how many units there are.
func (r *Resource) capacity() int { return max(1, r.Capacity) }

// taken gives the instants at which there is no room for so many units.
func (d *diary) taken(units int) spans {
	if most := d.of.capacity() - units; most != 0 {
		return over(d.use(), most)
	}
	return d.booked // with no unit to spare anything is too much
}

// use is how much is taken when; it is swept over once.
func (d *diary) use() []level {
	if d.levels == nil {
		d.levels = sweep(d.of.Busy)
	}
	return d.levels
}

// bookedOf is when anything is booked.
func bookedOf(in []Busy) spans {
	out := make([]span, 0, len(in))
	for i := range in {
		if !in[i].Empty() {
			out = append(out, spanOf(in[i].Span))
		}
	}
	return union(out)
}
