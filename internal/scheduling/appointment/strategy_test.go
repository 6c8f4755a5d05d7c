package appointment_test

import (
	"fmt"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestRandomDrawsAnewForEachStart: 4.3.9, strategy random. Of four people all come first at some starts of twelve days, not one at all
// starts of a day or at the same time of each day; and the list says the same however often it is asked, and what is booked.
func TestRandomDrawsAnewForEachStart(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann, s.Resource(t), s.Resource(t), s.Resource(t)}, object{"strategy": "random"})
	list := func() []apptest.Slot { return s.Free(t, cut, monday, "2026-06-12") }
	all, again := list(), list()
	first, today, tens := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, slot := range all {
		want(t, fmt.Sprint(again[i].ResourceIDs), fmt.Sprint(slot.ResourceIDs))
		who := slot.ResourceIDs[0]
		first[who] = true
		today[who] = today[who] || strings.HasPrefix(slot.Start, monday)
		tens[who] = tens[who] || strings.Contains(slot.Start, "T10:00")
	}
	distinct := func(some map[string]bool) (n int) {
		for _, yes := range some {
			if yes {
				n++
			}
		}
		return n
	}
	if distinct(first) != 4 || distinct(today) < 2 || distinct(tens) < 2 {
		t.Errorf("in all %v, on one day %v, at ten %v", first, today, tens)
	}
	for _, slot := range all[:4] {
		a := s.Book(t, object{"service_id": cut, "start": slot.Start, "customer_id": s.Customer(t, "Cleo")})
		want(t, a.ResourceIDs[0], slot.ResourceIDs[0])
	}
}
