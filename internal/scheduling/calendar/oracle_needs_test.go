package calendar_test

import (
	"slices"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// needsOf are those of a question, or the one that stands for none, with each resource once.
func needsOf(q calendar.Question) []calendar.Need {
	if len(q.Needs) == 0 {
		all := calendar.Need{}
		for r := range q.Resources {
			all.Resources = append(all.Resources, r)
		}
		return []calendar.Need{all}
	}
	needs := slices.Clone(q.Needs)
	for n := range needs {
		once := slices.Clone(needs[n].Resources)
		slices.Sort(once)
		needs[n].Resources = slices.Compact(once)
	}
	return needs
}

// parts are the stretches that a need takes of an appointment at minute i.
func (o *oracle) parts(n calendar.Need, i, length int) [][2]int {
	marks := make([]bool, length)
	for m := range marks {
		marks[m] = len(n.Parts) == 0
		for _, p := range n.Parts {
			at := time.Duration(m) * time.Minute
			marks[m] = marks[m] || at >= p.From && (p.To == 0 || at < p.To)
		}
	}
	out := runs(marks)
	for k := range out {
		out[k][0], out[k][1] = out[k][0]+i, out[k][1]+i
	}
	return out
}

// foot are the parts with the buffers that a resource needs.
func (o *oracle) foot(n calendar.Need, r, i, length int) [][2]int {
	out, of := o.parts(n, i, length), o.q.Resources[r]
	if len(out) > 0 {
		out[0][0] -= int(max(o.q.BufferBefore, of.BufferBefore) / time.Minute)
		out[len(out)-1][1] += int(max(o.q.BufferAfter, of.BufferAfter) / time.Minute)
	}
	return out
}

// crowded tells whether minute i has no room for the need in the resource itself.
func (o *oracle) crowded(n calendar.Need, r, i int) bool {
	return o.usage[r][i]+max(1, n.Units) > max(1, o.q.Resources[r].Capacity)
}

// broken lists the rules that keep a resource from taking a need at minute i.
func (o *oracle) broken(n calendar.Need, r, i, length int, grid bool) (out []calendar.Reason) {
	var closed, inactive, blocked, taken bool
	foot := o.foot(n, r, i, length)
	within := foot
	if !o.q.BuffersInsideHours {
		within = o.parts(n, i, length)
	}
	for _, p := range within {
		for m := p[0]; m < p[1]; m++ {
			closed = closed || !o.hours[r][m]
			inactive = inactive || !o.active[r][m]
		}
	}
	for _, p := range foot {
		for m := p[0]; m < p[1]; m++ {
			blocked = blocked || o.block[r][m]
			taken = taken || o.crowded(n, r, m)
			for _, l := range o.q.Resources[r].Links {
				blocked = blocked || o.block[l][m]
				taken = taken || o.usage[l][m] > 0
			}
		}
	}
	resource := o.q.Resources[r]
	for _, c := range []struct {
		broken bool
		rule   calendar.Refusal
	}{
		{closed, calendar.Closed},
		{inactive, calendar.Inactive},
		{blocked, calendar.Blocked},
		{taken, calendar.Taken},
		{o.full(resource.Limits, resource.Booked, i, length), calendar.Full},
		{grid && !o.grid[r][i] && !o.beside(n, r, foot), calendar.OffGrid},
	} {
		if c.broken {
			out = append(out, calendar.Reason{Rule: c.rule, Resource: r})
		}
	}
	return out
}

// beside tells whether the footprint begins where a crowded time ends, or ends where one begins.
func (o *oracle) beside(n calendar.Need, r int, foot [][2]int) bool {
	if !o.q.FillGaps || len(foot) == 0 {
		return false
	}
	lo, hi := foot[0][0], foot[len(foot)-1][1]
	return o.crowded(n, r, lo-1) && !o.crowded(n, r, lo) || !o.crowded(n, r, hi-1) && o.crowded(n, r, hi)
}

// refs are those booked in the way: in crowded minutes, and of links in any.
func (o *oracle) refs(n calendar.Need, r, i, length int) (out []int) {
	for k, of := range append([]int{r}, o.q.Resources[r].Links...) {
		for _, b := range o.q.Resources[of].Busy {
			hit := false
			for _, p := range o.foot(n, r, i, length) {
				for m := max(p[0], o.index(b.Start)); m < min(p[1], o.index(b.End)); m++ {
					hit = hit || k > 0 || o.crowded(n, r, m)
				}
			}
			if hit && !slices.Contains(out, b.Ref) {
				out = append(out, b.Ref)
			}
		}
	}
	return out
}

// able lists the candidates that can take each need at minute i.
func (o *oracle) able(i, length int, grid bool) (out [][]int) {
	for k, n := range o.needs {
		var free []int
		for _, r := range n.Resources {
			if grid && k == 0 && !o.grid[r][i] && !o.q.FillGaps {
				continue // to be quick
			}
			if len(o.broken(n, r, i, length, grid && k == 0)) == 0 {
				free = append(free, r)
			}
		}
		out = append(out, free)
	}
	return out
}

// closed tells whether some minute of the appointment lies outside of the place's and the service's hours.
func (o *oracle) closed(i, length int) bool {
	return !o.q.AnyHours && slices.Contains(o.open[i:i+length], false)
}

// choice is what the engine should choose for [i, i+length), and whether it should.
func (o *oracle) choice(i, length int, grid bool) (c calendar.Choice, ok bool) {
	if len(o.filters(i, length)) > 0 || o.closed(i, length) {
		return c, false
	}
	free := o.able(i, length, grid)
	teams, needs, first := o.allTeams(free), o.needs, []int{}
	for k := range needs {
		free[k] = o.sorted(needs[k], free[k], i)
	}
	var best []int
	for _, team := range teams {
		var places []int
		for k := range team {
			chosen := o.sorted(needs[k], team[k], i)
			for _, r := range chosen {
				places = append(places, slices.Index(free[k], r))
			}
			team[k] = chosen
		}
		if best == nil || slices.Compare(places, best) < 0 {
			best, c.Taken = places, team
		}
		first = append(first, team[0]...)
	}
	if best == nil {
		return c, false
	}
	slices.Sort(first)
	c.Start, c.End, c.Resources = o.at(i), o.at(i+length), o.sorted(needs[0], slices.Compact(first), i)
	c.Remaining = o.remaining(c.Resources, i, length)
	return c, true
}

// remaining counts how often the first need still fits into its resources.
func (o *oracle) remaining(resources []int, i, length int) int {
	n, total := o.needs[0], 0
	for _, r := range resources {
		most := 0
		for _, p := range o.foot(n, r, i, length) {
			most = max(most, slices.Max(o.usage[r][p[0]:p[1]]))
		}
		total += (max(1, o.q.Resources[r].Capacity) - most) / max(1, n.Units)
	}
	return max(1, total/max(1, n.Quantity))
}

// slots lists what the engine should list.
func (o *oracle) slots(from, to calendar.Date) (out []calendar.Slot) {
	length, first, last := int(o.q.Duration/time.Minute), dayOfDate(from), dayOfDate(to)
	for i, d := range o.days {
		if d < first || d > last {
			continue
		}
		if c, ok := o.choice(i, length, true); ok {
			out = append(out, c.Slot)
		}
	}
	return out
}
