package calendar_test

import (
	"fmt"
	"slices"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// allTeams tries every way to give each need its number of resources.
func (o *oracle) allTeams(free [][]int) [][][]int {
	key := fmt.Sprint(free)
	if _, ok := o.teams[key]; !ok {
		o.teams[key] = o.extend(nil, free)
	}
	return o.teams[key]
}

func (o *oracle) extend(team, free [][]int) (out [][][]int) {
	k := len(team)
	if k == len(free) {
		return [][][]int{team}
	}
	n := o.needs[k]
	for set := range 1 << len(free[k]) {
		var chosen []int
		for bit, r := range free[k] {
			if set>>bit&1 == 1 {
				chosen = append(chosen, r)
			}
		}
		missing := slices.ContainsFunc(n.Pinned, func(p int) bool { return !slices.Contains(chosen, p) })
		if more := append(slices.Clone(team), chosen); len(chosen) == max(1, n.Quantity) && !missing && o.goTogether(more) {
			out = append(out, o.extend(more, free)...)
		}
	}
	return out
}

// goTogether tells whether all of a team are distinct and none in the way of another through links.
func (o *oracle) goTogether(team [][]int) bool {
	all := slices.Concat(team...)
	for x := range all {
		for y := range x {
			a, b := o.q.Resources[all[x]].Links, o.q.Resources[all[y]].Links
			if all[x] == all[y] || slices.Contains(a, all[y]) || slices.Contains(b, all[x]) {
				return false
			}
			for _, l := range a {
				if slices.Contains(b, l) {
					return false
				}
			}
		}
	}
	return true
}

// week counts the minutes booked in the week of a day.
func (o *oracle) week(r, day int) (total int) {
	monday := day - weekday(day) + 1
	for d := monday; d < monday+7; d++ {
		total += o.booked[r][d]
	}
	return total
}

// sorted puts resources in the order of the need's strategy for a start at minute i, best first.
func (o *oracle) sorted(n calendar.Need, list []int, i int) []int {
	day, seed := o.days[i], o.q.Seed+uint64(o.at(i).UnixMicro())
	out := slices.Clone(list)
	slices.Sort(out)
	slices.SortStableFunc(out, func(x, y int) int { return o.q.Resources[x].Order - o.q.Resources[y].Order })
	slices.SortStableFunc(out, func(x, y int) int {
		a, b := o.q.Resources[x], o.q.Resources[y]
		switch n.Strategy {
		case calendar.LeastBookedWeek:
			return o.week(x, day) - o.week(y, day)
		case calendar.RoundRobin:
			if a.LastAssigned.IsZero() != b.LastAssigned.IsZero() {
				return map[bool]int{true: -1, false: 1}[a.LastAssigned.IsZero()]
			}
			return int(a.LastAssigned.Sub(b.LastAssigned) / time.Minute)
		case calendar.Priority:
			if a.Rank != b.Rank {
				return a.Rank - b.Rank
			}
		case calendar.Weighted: // what each has divided by its weight, both multiplied by the two weights
			return o.week(x, day)*max(1, b.Weight) - o.week(y, day)*max(1, a.Weight)
		case calendar.Random:
			return map[bool]int{true: -1, false: 1}[splitmix(seed, x) < splitmix(seed, y)]
		case calendar.LeastBookedDay:
		}
		return o.booked[x][day] - o.booked[y][day]
	})
	for _, first := range slices.Backward(n.Prefer) {
		if at := slices.Index(out, first); at > 0 {
			out = slices.Insert(slices.Delete(out, at, at+1), 0, first)
		}
	}
	return out
}

// splitmix is the number after index+1 steps of the generator splitmix64.
func splitmix(seed uint64, index int) uint64 {
	for range index + 1 {
		seed += 0x9e3779b97f4a7c15
	}
	z := seed
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}
