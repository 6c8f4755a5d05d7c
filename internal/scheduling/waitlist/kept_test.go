package waitlist_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestAnOfferHoldsAsLongAsItSays: 4.8, thirty minutes, though the notice catches up with its start meanwhile.
func TestAnOfferHoldsAsLongAsItSays(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t, object{"min_notice_minutes": 120})
	j := s.joins(t, cut)
	s.turn("2026-06-01T04:55:00Z") // 06:55
	s.cancel(t, early)
	s.work(t)
	s.turn("2026-06-01T05:01:00Z")
	want(t, apptest.Into[apptest.Appointment](t, s.public("accept", j.Token), http.StatusOK).Start, nine)
}

// TestAnOfferIsWithTheSameStaffAsLastTime: 4.3.9, whom the hold of the offer takes already.
func TestAnOfferIsWithTheSameStaffAsLastTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.offers(t, object{"resource_ids": []string{s.ann, bea}, "prefer_last": true})
	ada := s.person(t, "Ada")
	s.Book(t, object{"service_id": cut, "start": "2026-06-02T09:00", "customer_id": ada, "resource_ids": []string{bea}})
	early := []string{s.taken(t, cut, nine), s.taken(t, cut, nine)}
	s.waitsFor(t, cut, ada)
	for _, one := range early {
		s.cancel(t, one)
	}
	s.work(t)
	var hers int
	s.Env.Row(t, `SELECT count(*) FROM allocations WHERE hold_id IS NOT NULL AND resource_id = (SELECT id FROM resources WHERE name = 'Bea')`, &hers)
	want(t, hers, 1)
}
