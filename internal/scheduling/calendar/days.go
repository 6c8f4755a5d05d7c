package calendar

import "slices"

// DayCount is how many starts can be booked on a local date.
type DayCount struct {
	Date  Date `json:"date" format:"date"`
	Count int  `json:"count" doc:"Different starts."`
}

// Days counts the starts that Slots lists, for every date of from..to.
func (q Question) Days(from, to Date) []DayCount {
	var out []DayCount
	for d := from; !d.After(to); d = d.AddDays(1) {
		out = append(out, DayCount{Date: d})
	}
	if b := q.boardOf(from, to); b != nil {
		for _, at := range b.offered() {
			out[from.DaysUntil(b.line.date(at))].Count++
		}
	}
	return out
}

// offered gives the starts that can be booked. Where it matters who is with whom
// that is no less work than listing them; else each need asks no more of its
// candidates than it takes.
func (b *board) offered() []int64 {
	if b.team != nil {
		slots := b.slots()
		out := make([]int64, len(slots))
		for i := range slots {
			out[i] = slots[i].Start.UnixMicro()
		}
		return out
	}
	starts := b.needs[0].starts()
	for i := range b.needs {
		starts = b.met(&b.needs[i], starts, i == 0)
	}
	return slices.DeleteFunc(starts, b.closed)
}

// starts are those of all lanes, in order and once each.
func (n *need) starts() []int64 {
	var out []int64
	for i := range n.lanes {
		more := n.lanes[i].starts
		if len(more) == 0 || i > 0 && same(more, n.lanes[i-1].starts) {
			continue
		}
		out = append(out, more...)
	}
	if !slices.IsSorted(out) {
		slices.Sort(out)
	}
	return slices.Compact(out)
}

// same tells whether two lists are one.
func same(a, b []int64) bool { return len(a) == len(b) && &a[0] == &b[0] }

// met leaves those of starts at which enough lanes can take a need; with grid
// only lanes that have the start count.
func (b *board) met(n *need, starts []int64, grid bool) []int64 {
	took, open := make([]int, len(starts)), make([]int, len(starts))
	for j := range open {
		open[j] = j
	}
	for i := range n.lanes {
		l, k, still := &n.lanes[i], 0, open[:0]
		for _, j := range open {
			at := starts[j]
			for grid && k < len(l.starts) && l.starts[k] < at {
				k++
			}
			on := !grid || k < len(l.starts) && l.starts[k] == at
			if on && b.fit(l, at) == Offered {
				took[j]++
			}
			if took[j] < n.quantity {
				still = append(still, j)
			}
		}
		open = still
	}
	out := starts[:0]
	for j, at := range starts {
		if took[j] == n.quantity {
			out = append(out, at)
		}
	}
	return out
}
