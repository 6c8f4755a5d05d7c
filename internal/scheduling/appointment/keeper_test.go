package appointment_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/config"
)

// keepers is a salon with a service whose starts can be kept, and its customers by their addresses.
func keepers(t *testing.T) (s salon, cut string, from func(address string) *apptest.Client) {
	t.Helper()
	s = open(t, apptest.Config(func(c *config.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")} }))
	return s, s.Service(t, []string{s.ann}), func(address string) *apptest.Client { return s.Env.Public().With("X-Forwarded-For", address) }
}

const holds = "/public/availability/holds"

// keeps keeps so many starts from nine on, each half an hour after the one before.
func keeps(t *testing.T, c *apptest.Client, service string, first, number int) (all []hold) {
	t.Helper()
	for i := first; i < first+number; i++ {
		all = append(all, apptest.Into[hold](t, c.POST(holds, object{"service_id": service, "start": nth(i)}), http.StatusCreated))
	}
	return all
}

func nth(i int) string { return at(fmt.Sprintf("%02d:%02d", 9+i/2, i%2*30)) }

// TestAnAddressKeepsFiveStarts at a business, of whatever service: the next is told when there is another. What is replaced, booked,
// given back or over counts no more.
func TestAnAddressKeepsFiveStarts(t *testing.T) {
	t.Parallel()
	s, cut, from := keepers(t)
	other := s.Service(t, []string{s.ann})
	c := from("203.0.113.7")
	mine := keeps(t, c, cut, 0, 4)
	s.turn("2026-05-30T12:01:00Z")
	mine = append(mine, keeps(t, c, other, 4, 1)...)
	full := func(more ...object) {
		t.Helper()
		s.Env.WritesNothing(t, func() {
			a := c.POST(holds, with(object{"service_id": other, "start": nth(5)}, more...))
			a.WantProblem(t, http.StatusTooManyRequests, "rate_limited")
			want(t, a.Header.Get("Retry-After"), "540")
		})
	}
	full()
	full(object{"replaces": "x" + mine[0].Token})
	mine[0] = apptest.Into[hold](t, c.POST(holds, object{"service_id": cut, "start": nth(5), "replaces": mine[0].Token}), http.StatusCreated)
	full()
	c.POST("/public/appointments", guest(cut, nth(5), object{"hold_token": mine[0].Token})).Want(t, http.StatusCreated)
	keeps(t, c, cut, 6, 1)
	full()
	c.POST(holds+"/release", object{"token": mine[1].Token}).Want(t, http.StatusNoContent)
	keeps(t, c, cut, 1, 1)
	full()
	s.turn("2026-05-30T12:10:00Z")
	keeps(t, c, cut, 2, 2)
}

// TestWhoIsOneKeeper: an address, of IPv6 its network; at each business anew. Staff keep as many as they like, also beside it.
func TestWhoIsOneKeeper(t *testing.T) {
	t.Parallel()
	s, cut, from := keepers(t)
	keeps(t, from("203.0.113.7"), cut, 0, 5)
	keeps(t, from("2001:db8:0:1::7"), cut, 5, 5)
	for address, status := range map[string]int{
		"203.0.113.7": 429, "::ffff:203.0.113.7": 429, "2001:db8:0:1:ffff::1": 429,
		"203.0.113.8": 201, "2001:db8:0:2::7": 201,
	} {
		a := from(address).POST(holds, object{"service_id": cut, "start": nth(10)})
		if a.Status != status {
			t.Errorf("%s: want %d, got %d", address, status, a.Status)
		}
		if status == http.StatusCreated {
			s.Env.Public().POST(holds+"/release", object{"token": apptest.Into[hold](t, a, status).Token}).Want(t, http.StatusNoContent)
		}
	}
	for i := 10; i < 16; i++ {
		s.Owner.With("X-Forwarded-For", "203.0.113.7").POST("/availability/holds", object{"service_id": cut, "start": nth(i)}).Want(t, http.StatusCreated)
	}
	elsewhere, theirs, fromThere := keepers(t)
	keeps(t, fromThere("203.0.113.7"), theirs, 0, 1)
	for _, one := range []salon{s, elsewhere} { // the address is nowhere, and no two businesses know it by the same text
		if n := one.count(t, `SELECT count(*) FROM holds h WHERE h::text LIKE '%203.0.113%' OR h::text LIKE '%2001:db8%' OR length(kept_by) <> 32`); n != 0 {
			t.Errorf("%d holds tell an address", n)
		}
	}
	var here, there []byte
	const first = `SELECT kept_by FROM holds WHERE kept_by IS NOT NULL ORDER BY id LIMIT 1`
	s.Env.Row(t, first, &here)
	elsewhere.Env.Row(t, first, &there)
	if string(here) == string(there) {
		t.Error("two businesses know an address by the same text")
	}
}

// TestARushOfHoldsFromOneAddress keeps as many as one after the other would.
func TestARushOfHoldsFromOneAddress(t *testing.T) {
	t.Parallel()
	s, _, from := keepers(t)
	c := from("203.0.113.7")
	var (
		services          []string
		kept, full, other atomic.Int64
		rush              sync.WaitGroup
	)
	for range 4 { // of four people, so that nobody is in another's way
		services = append(services, s.Service(t, []string{s.Resource(t)}))
	}
	for i := range 20 {
		rush.Go(func() {
			switch c.POST(holds, object{"service_id": services[i%4], "start": nth(i / 4)}).Status {
			case http.StatusCreated:
				kept.Add(1)
			case http.StatusTooManyRequests:
				full.Add(1)
			default:
				other.Add(1)
			}
		})
	}
	rush.Wait()
	if kept.Load() != 5 || full.Load() != 15 {
		t.Errorf("%d kept, %d refused, %d else", kept.Load(), full.Load(), other.Load())
	}
	if n := s.count(t, `SELECT count(*) FROM holds`); n != 5 {
		t.Errorf("there are %d holds", n)
	}
}
