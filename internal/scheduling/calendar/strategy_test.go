package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// staff are four people on a Tuesday; Monday and Sunday are of their weeks or not.
func staff() calendar.Question {
	q := monday()
	q.Open = hours("2 10:00-11:00")
	q.Resources = make([]calendar.Resource, 4)
	z := q.Zone
	q.Resources[0].Busy = booked(z, "2026-06-02T15:00 2026-06-02T16:00")
	q.Resources[1].Busy = booked(z, "2026-06-07T15:00 2026-06-07T18:00", "2026-05-31T15:00 2026-05-31T23:00") // the Sundays of this week and of the last
	q.Resources[2].Busy = booked(z, "2026-06-01T15:00 2026-06-01T15:40", "2026-06-01T15:20 2026-06-01T16:10", "2026-06-02T15:00 2026-06-02T15:10")
	q.Resources[3].Busy = booked(z, "2026-06-02T15:00 2026-06-02T15:20")
	return q
}

// TestStrategies holds one order of each strategy.
func TestStrategies(t *testing.T) {
	t.Parallel()
	const start, end = "2026-06-02T10:00", "2026-06-02T10:30"
	for _, c := range []struct {
		strategy calendar.Strategy
		change   func(q *calendar.Question)
		want     string
	}{
		{"", nil, "[1 2 3 0]"},
		{"unknown", nil, "[1 2 3 0]"},
		{calendar.LeastBookedDay, nil, "[1 2 3 0]"},
		{calendar.LeastBookedDay, func(q *calendar.Question) { q.Needs[0].Prefer = []int{3} }, "[3 1 2 0]"},
		{calendar.LeastBookedDay, func(q *calendar.Question) { q.Needs[0].Prefer = []int{8, 0, 3} }, "[0 3 1 2]"},
		{calendar.LeastBookedWeek, nil, "[3 0 2 1]"},
		{calendar.Weighted, nil, "[3 0 2 1]"},
		{calendar.Weighted, func(q *calendar.Question) { // 60/1, 180/10, 80/5, 20/1
			q.Resources[1].Weight, q.Resources[2].Weight = 10, 5
		}, "[2 1 3 0]"},
		{calendar.Weighted, func(q *calendar.Question) { q.Resources[0].Weight = 1 << 60 }, "[0 3 2 1]"},
		{calendar.Priority, nil, "[1 2 3 0]"},
		{calendar.Priority, func(q *calendar.Question) { q.Resources[1].Rank, q.Resources[2].Rank = 2, 1 }, "[3 0 2 1]"},
		{calendar.RoundRobin, nil, "[0 1 2 3]"},
		{calendar.RoundRobin, func(q *calendar.Question) {
			q.Resources[0].LastAssigned, q.Resources[2].LastAssigned = instant("2026-06-01T10:00:00Z"), instant("2026-05-01T10:00:00Z")
			q.Resources[3].Order = -1
		}, "[3 1 2 0]"},
	} {
		q := staff()
		q.Needs = []calendar.Need{{Resources: []int{0, 1, 2, 3}, Strategy: c.strategy}}
		if c.change != nil {
			c.change(&q)
		}
		slot, _ := q.At(local(q.Zone, start), local(q.Zone, end), true)
		if got := fmt.Sprint(slot.Resources); got != c.want {
			t.Errorf("%q: got %s, want %s", c.strategy, got, c.want)
		}
	}
}

// TestRandomIsFair wants each of three first about as often, and the same for one seed.
func TestRandomIsFair(t *testing.T) {
	t.Parallel()
	q := monday()
	q.Resources = make([]calendar.Resource, 3)
	q.Needs = []calendar.Need{{Resources: []int{0, 1, 2}, Strategy: calendar.Random}}
	counts := map[int]int{}
	for q.Seed = range 3000 {
		s := q.Slots(date(day), date(day))
		counts[s[0].Resources[0]]++
		if again, _ := q.At(s[0].Start, s[0].End, true); !same(s[0], again) {
			t.Fatalf("%v and %v", s[0], again)
		}
	}
	for r := range 3 {
		if counts[r] < 900 || counts[r] > 1100 {
			t.Errorf("%d was first %d times of 3000", r, counts[r])
		}
	}
}

// TestReasons holds what Explain says.
func TestReasons(t *testing.T) {
	t.Parallel()
	const ten, eleven = "2026-06-01T10:00", "2026-06-01T11:00"
	for _, c := range []struct {
		name       string
		change     func(q *calendar.Question)
		start, end string
		want       string
	}{
		{"nothing stands in the way", func(*calendar.Question) {}, ten, eleven, ""},
		{"nor does what only keeps some from it", func(q *calendar.Question) {
			q.Resources = append(q.Resources, calendar.Resource{Hours: calendar.Hours{}})
		}, ten, eleven, ""},
		{"all filters", func(q *calendar.Question) {
			q.Now, q.MinNotice, q.MaxAdvanceDays = local(q.Zone, "2026-05-31T10:00"), 48*time.Hour, 0
			q.From, q.Limits, q.Booked = date("2026-06-02"), calendar.Limits{Day: 1}, halfHours(q.Zone, ten)
		}, ten, eleven, "notice, window, dates, limit"},
		{"the past, and too late on the day before goes without saying", func(q *calendar.Question) {
			q.Now, q.MinNotice = local(q.Zone, "2026-06-01T12:00"), time.Hour
		}, ten, eleven, "past"},
		{"too late on the day before", func(q *calendar.Question) {
			six := calendar.Clock(18 * 60)
			q.Now, q.DayBefore = local(q.Zone, "2026-05-31T18:01"), &six
		}, ten, eleven, "notice"},
		{"an end not after the start", func(q *calendar.Question) { q.Now = local(q.Zone, eleven) }, ten, ten, "past, closed"},
		{"longer than anything", func(*calendar.Question) {}, ten, "9999-01-01T00:00", "closed"},
		{"all of one resource", func(q *calendar.Question) {
			r := &q.Resources[0]
			r.Hours, r.ActiveUntil, r.Limits, r.Booked = calendar.Hours{}, date("2026-05-01"), calendar.Limits{Week: 1}, halfHours(q.Zone, "2026-06-03T10:00")
			r.Blocks = []calendar.Span{span(q.Zone, ten+" "+eleven)}
			busy(q, "2026-06-01T10:10 2026-06-01T10:20", "2026-06-01T11:00 2026-06-01T12:00", "2026-06-01T10:20 2026-06-01T10:30")
			for i := range r.Busy {
				r.Busy[i].Ref = 40 + i
			}
		}, ten, eleven, "closed 0.0, inactive 0.0, blocked 0.0, taken 0.0[40 42], limit 0.0, off_grid 0.0"},
		{"inactive alone", func(q *calendar.Question) { q.Resources[0].ActiveFrom = date("2026-06-02") }, ten, eleven, "inactive 0.0"},
		{"who is in the way where it is too much", func(q *calendar.Question) {
			q.Resources[0].Capacity, q.Needs = 2, nil
			busy(q, "2026-06-01T10:00 2026-06-01T10:20", "2026-06-01T10:10 2026-06-01T10:30", "2026-06-01T10:30 2026-06-01T11:00")
			for i := range q.Resources[0].Busy {
				q.Resources[0].Busy[i].Ref = i
			}
		}, ten, eleven, "taken 0.0[0 1]"},
		{"once, who is in the way twice", func(q *calendar.Question) {
			q.Resources[0].Links = []int{1}
			busy(q, ten+" "+eleven)
			q.Resources[0].Busy[0].Ref = 5
			q.Resources = append(q.Resources, calendar.Resource{Busy: q.Resources[0].Busy})
			q.Needs = []calendar.Need{one(0)}
		}, ten, eleven, "taken 0.0[5]"},
		{"everybody who could join the one that is pinned", func(q *calendar.Question) {
			q.Resources = append(q.Resources, calendar.Resource{Hours: calendar.Hours{}})
			q.Needs = []calendar.Need{{Resources: []int{0, 1}, Quantity: 2, Pinned: []int{0}}}
		}, ten, "2026-06-01T10:30", "closed 0.1, off_grid 0.1"},
		{"of two needs the one that fails", func(q *calendar.Question) {
			q.Resources = append(q.Resources, calendar.Resource{}, calendar.Resource{Hours: calendar.Hours{}})
			busy(q, ten+" "+eleven)
			q.Needs = []calendar.Need{one(0, 1), one(2)}
		}, ten, eleven, "closed 1.2"},
		{"not both together, and who could help", func(q *calendar.Question) {
			q.Resources = append(q.Resources, calendar.Resource{Hours: calendar.Hours{}})
			q.Needs = []calendar.Need{one(0, 1), one(0)}
		}, ten, eleven, "requirement, closed 0.1, off_grid 0.1"},
		{"two of what there is one", func(q *calendar.Question) { q.Needs = []calendar.Need{{Resources: []int{0}, Quantity: 2}} }, ten, eleven, "closed 0.-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := monday()
			c.change(&q)
			if got := explained(q, c.start, c.end, true); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestDays counts, zeros included.
func TestDays(t *testing.T) {
	t.Parallel()
	q := monday()
	q.Open, q.Until = hours("1 09:00-10:00, 2 23:30-25:00, 4 09:00-12:00"), date("2026-06-04")
	q.Resources = append(q.Resources, calendar.Resource{Hours: hours("1 09:15-10:00, 4 09:00-09:30")})
	var out []string
	for _, c := range q.Days(date("2026-05-31"), date("2026-06-05")) {
		out = append(out, fmt.Sprint(c.Date, "=", c.Count))
	}
	want := "2026-05-31=0 2026-06-01=3 2026-06-02=1 2026-06-03=2 2026-06-04=6 2026-06-05=0"
	if got := strings.Join(out, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := q.Days(date(day), date("2026-05-31")); got != nil {
		t.Errorf("backwards: %v", got)
	}
}
