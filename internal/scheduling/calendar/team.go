package calendar

import "slices"

// team finds distinct resources for all needs of one start.
//
// Each place of a need wants one of the candidates that are free. Where no links
// are in the way that is a matching of two sides, found along augmenting paths.
// Links make some pairs impossible; then candidates that are impossible with
// each other form groups of which one can be chosen, and where such groups don't
// tell everything, a search goes through what the matching leaves open.
type team struct {
	needs []need
	group []int   // of each resource; no two of one group can be chosen together
	foes  [][]int // of each resource, those that can't be chosen with it
	exact bool    // whether foes are always of one group

	free [][]int // of each need, the candidates that can take it, best first
	left []int   // of each need, how many are still to be chosen
	from []int   // of each need, the first of free that is still to be decided
	out  []int   // of each resource, how many of the chosen rule it out

	owner []int // of each group, the need that has it in the matching, or -1
	kept  []int
	seen  []int // of each group, the turn in which it was last looked at
	turn  int
}

// newTeam is nil where needs have nothing to do with each other, so that who is
// chosen for one never matters to another.
func newTeam(needs []need, resources []Resource) *team {
	t := &team{needs: needs, group: make([]int, len(resources)), foes: make([][]int, len(resources))}
	apart := t.gather(resources)
	if apart {
		return nil
	}
	t.left, t.from, t.free = make([]int, len(needs)), make([]int, len(needs)), make([][]int, len(needs))
	t.out = make([]int, len(resources))
	t.seen, t.owner = make([]int, len(resources)), make([]int, len(resources))
	return t
}

// gather puts candidates into groups. It tells whether all needs are apart from
// each other, each candidate a group of its own, and nobody is pinned.
func (t *team) gather(resources []Resource) (apart bool) {
	apart, t.exact = true, true
	var groups [][]int
	for i := range t.group {
		t.group[i] = -1
	}
	for n := range t.needs {
		apart = apart && len(t.needs[n].pinned) == 0
		for l := range t.needs[n].lanes {
			r := t.needs[n].lanes[l].index
			if t.group[r] >= 0 {
				apart = false
				continue
			}
			t.meet(r, groups, resources)
			apart = apart && len(t.foes[r]) == 0
			g := slices.IndexFunc(groups, func(g []int) bool { return subset(g, t.foes[r]) })
			if g < 0 {
				g, groups = len(groups), append(groups, nil)
			}
			t.group[r], groups[g] = g, append(groups[g], r)
			t.exact = t.exact && !slices.ContainsFunc(t.foes[r], func(o int) bool { return t.group[o] != g })
		}
	}
	return apart
}

// meet notes which of the candidates so far can't be chosen together with r.
func (t *team) meet(r int, groups [][]int, resources []Resource) {
	for _, g := range groups {
		for _, o := range g {
			if linked(resources, r, o) {
				t.foes[r], t.foes[o] = append(t.foes[r], o), append(t.foes[o], r)
			}
		}
	}
}

// linked tells whether one is a link of the other, or both have one in common.
func linked(all []Resource, a, b int) bool {
	x, y := all[a].Links, all[b].Links
	return slices.Contains(x, b) || slices.Contains(y, a) ||
		len(y) > 0 && slices.ContainsFunc(x, func(l int) bool { return slices.Contains(y, l) })
}

func subset(part, of []int) bool {
	return !slices.ContainsFunc(part, func(i int) bool { return !slices.Contains(of, i) })
}

// begin takes the candidates that are free and chooses the pinned; false is that they can't be.
func (t *team) begin(free [][]int) bool {
	copy(t.free, free)
	clear(t.from)
	clear(t.out)
	for n := range t.needs {
		t.left[n] = t.needs[n].quantity
	}
	for n := range t.needs {
		for _, r := range t.needs[n].pinned {
			if !slices.Contains(t.free[n], r) || t.left[n] == 0 || t.out[r] > 0 {
				return false
			}
			t.choose(n, r, 1)
		}
	}
	return true
}

// choose takes a resource for a need, or with -1 gives it back.
func (t *team) choose(n, r, by int) {
	t.left[n] -= by
	t.out[r] += by
	for _, o := range t.foes[r] {
		t.out[o] += by
	}
}

// possible tells whether all that is still to be chosen can be.
func (t *team) possible() bool { return t.matches() && (t.exact || t.search()) }

// matches tells whether each place can have a group of its own.
func (t *team) matches() bool {
	for g := range t.owner {
		t.owner[g] = -1
	}
	for n, left := range t.left {
		for range left {
			t.turn++
			if !t.augment(n) {
				return false
			}
		}
	}
	return true
}

// augment gives the need one more group, where necessary by moving others on.
func (t *team) augment(n int) bool {
	for _, r := range t.free[n][t.from[n]:] {
		g := t.group[r]
		if t.out[r] > 0 || t.seen[g] == t.turn {
			continue
		}
		t.seen[g] = t.turn
		if t.owner[g] < 0 || t.augment(t.owner[g]) {
			t.owner[g] = n
			return true
		}
	}
	return false
}

// search tries the candidates of the need with the least choice, one after the other.
func (t *team) search() bool {
	n := t.tightest()
	if n < 0 {
		return true
	}
	from, found := t.from[n], false
	for i := from; i < len(t.free[n]) && !found; i++ {
		r := t.free[n][i]
		if t.out[r] > 0 {
			continue
		}
		t.choose(n, r, 1)
		t.from[n] = i + 1 // in this order alone, so that no set is tried twice
		found = t.possible()
		t.choose(n, r, -1)
	}
	t.from[n] = from
	return found
}

// tightest is the need with the fewest candidates to spare, -1 when all have theirs.
func (t *team) tightest() int {
	best, least := -1, 0
	for n, left := range t.left {
		if left == 0 {
			continue
		}
		spare := -left
		for _, r := range t.free[n][t.from[n]:] {
			if t.out[r] == 0 {
				spare++
			}
		}
		if best < 0 || spare < least {
			best, least = n, spare
		}
	}
	return best
}

// usable appends those that can take the first need such that all can be met.
func (t *team) usable(dst []int, free [][]int) []int {
	if !t.begin(free) || !t.possible() {
		return dst
	}
	t.kept = append(t.kept[:0], t.owner...)
	for _, r := range t.free[0] {
		if slices.Contains(t.needs[0].pinned, r) || t.left[0] > 0 && t.out[r] == 0 && t.takes(r) {
			dst = append(dst, r)
		}
	}
	return dst
}

// takes tells whether r can take the first need. Where the matching is exact
// and leaves r alone, or has it there already, nothing has to move.
func (t *team) takes(r int) bool {
	if owner := t.kept[t.group[r]]; t.exact && owner <= 0 {
		return true
	}
	t.choose(0, r, 1)
	ok := t.possible()
	t.choose(0, r, -1)
	return ok
}

// fill chooses for one need after the other the best with which the rest can
// still be met; nil is that they can't be.
func (t *team) fill(free [][]int) [][]int {
	if !t.begin(free) || !t.possible() {
		return nil
	}
	taken := make([][]int, len(t.needs))
	for n := range t.needs {
		for i, r := range t.free[n] {
			if slices.Contains(t.needs[n].pinned, r) {
				taken[n] = append(taken[n], r)
				continue
			}
			if t.left[n] == 0 || t.out[r] > 0 {
				continue
			}
			t.choose(n, r, 1)
			t.from[n] = i + 1
			if t.possible() {
				taken[n] = append(taken[n], r)
				continue
			}
			t.choose(n, r, -1)
		}
	}
	return taken
}
