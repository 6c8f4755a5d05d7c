package calendar

import (
	"slices"
	"time"
)

// InTurn gives the order in which things move from one time to another so that
// none is in the next one's way: of those that move on the last goes first, then
// of those that move back the first one.
func InTurn[T any](all []T, from, to func(T) time.Time) []T {
	back := slices.SortedStableFunc(slices.Values(all), func(a, b T) int { return from(a).Compare(from(b)) })
	var on []T
	for _, one := range slices.Backward(back) {
		if to(one).After(from(one)) {
			on = append(on, one)
		}
	}
	return append(on, slices.DeleteFunc(back, func(one T) bool { return to(one).After(from(one)) })...)
}
