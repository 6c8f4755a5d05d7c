package calendar_test

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"smoothschedule/internal/scheduling/calendar"
)

// same compares slots by their instants and resources.
func same(a, b calendar.Slot) bool {
	return a.Start.Equal(b.Start) && a.End.Equal(b.End) && slices.Equal(a.Resources, b.Resources) && a.Remaining == b.Remaining
}

// alike shows the first slot that differs.
func alike(t *rapid.T, from, to calendar.Date, got, want []calendar.Slot) {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !same(got[i], want[i]) {
			t.Fatalf("%s..%s, %d and %d slots, from the %d. on\ngot  %v\nwant %v", from, to, len(got), len(want), i,
				got[min(i, len(got)):min(i+2, len(got))], want[min(i, len(want)):min(i+2, len(want))])
		}
	}
}

// atLeast runs a property so often, in parallel, or as often as -rapid.checks says where that is more. The engine knows no
// goroutines, and the race detector makes it twenty times slower: with it a twentieth will do.
func atLeast(t *testing.T, cases int, property func(t *rapid.T)) {
	t.Helper()
	t.Parallel()
	if raceDetector {
		cases /= 20
	}
	checks := must(strconv.Atoi(flag.Lookup("rapid.checks").Value.String()))
	for i := range max(1, cases/checks) {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, property)
		})
	}
}

// TestSlotsAgreeWithTheOracle lists and counts, and asks about some spans as
// customers and as staff do, with starts and ends of any minute.
func TestSlotsAgreeWithTheOracle(t *testing.T) {
	atLeast(t, 2000, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		o := newOracle(q, from, to)
		got, want := q.Slots(from, to), o.slots(from, to)
		alike(t, from, to, got, want)
		for _, c := range q.Days(from, to) {
			n := len(want)
			want = slices.DeleteFunc(want, func(s calendar.Slot) bool { return calendar.DateOf(s.Start, q.Zone) == c.Date })
			if n -= len(want); n != c.Count {
				t.Fatalf("%s: counted %d, listed %d", c.Date, c.Count, n)
			}
		}
		if len(want) > 0 {
			t.Fatalf("on no date that was counted: %v", want)
		}
		for range 10 {
			start := minuteOf(t, "start", from, 1440)
			if len(got) > 0 && even(0, 1).Draw(t, "listed") == 0 {
				start = got[even(0, len(got)-1).Draw(t, "slot")].Start
			}
			length := rapid.IntRange(1, 400).Draw(t, "length")
			if even(0, 1).Draw(t, "usual length") == 0 {
				length = int(q.Duration / time.Minute)
			}
			askBoth(t, q, o, start, length, rapid.Bool().Draw(t, "grid"))
		}
	})
}

// TestCrowdsAgreeWithTheOracle is about who can be together.
func TestCrowdsAgreeWithTheOracle(t *testing.T) {
	atLeast(t, 300, func(t *rapid.T) {
		q, on := anyCrowd(t), date(day)
		o := newOracle(q, on, on)
		got, want := q.Slots(on, on), o.slots(on, on)
		alike(t, on, on, got, want)
		for i := range 4 {
			askBoth(t, q, o, on.In(time.UTC).Start.Add(time.Duration(i)*6*time.Hour), 30, true)
		}
	})
}

// askBoth compares the choice and the reasons of one span.
func askBoth(t *rapid.T, q calendar.Question, o *oracle, start time.Time, length int, grid bool) {
	end := start.Add(time.Duration(length) * time.Minute)
	got, refusal := q.Choose(start, end, grid)
	want, ok := o.choice(o.index(start), length, grid)
	if ok != (refusal == calendar.Offered) || !ok && got.Taken != nil ||
		ok && (!same(got.Slot, want.Slot) || !slices.EqualFunc(got.Taken, want.Taken, slices.Equal[[]int])) {
		t.Fatalf("%s for %d, grid %v\ngot  %v %q\nwant %v %v", start, length, grid, got, refusal, want, ok)
	}
	reasons, all := q.Explain(start, end, grid), o.reasons(o.index(start), length, grid)
	equal := func(a, b calendar.Reason) bool {
		return a.Rule == b.Rule && a.Need == b.Need && a.Resource == b.Resource && slices.Equal(a.Refs, b.Refs)
	}
	if !slices.EqualFunc(reasons, all, equal) || ok != (len(reasons) == 0) {
		t.Fatalf("%s for %d, grid %v: %q\ngot  %v\nwant %v", start, length, grid, refusal, reasons, all)
	}
	known := slices.ContainsFunc(reasons, func(r calendar.Reason) bool {
		return r.Rule == refusal || r.Rule == calendar.Inactive && refusal == calendar.Closed
	})
	if !ok && !known {
		t.Fatalf("%s for %d, grid %v: refused by %q, but explained by %v", start, length, grid, refusal, reasons)
	}
}

// TestAtAgreesWithSlots asks about what is listed, and many other minutes of a date, as a customer.
func TestAtAgreesWithSlots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, _ := anyQuestion(t)
		listed := q.Slots(from, from)
		all := from.In(q.Zone)
		step := even(1, 60).Draw(t, "step")
		for at, i := all.Start, 0; at.Before(all.End); at, i = at.Add(time.Minute), i+1 {
			isListed := len(listed) > 0 && listed[0].Start.Equal(at)
			if calendar.DateOf(at, q.Zone) != from || i%step > 0 && !isListed {
				continue
			}
			slot, refusal := q.At(at, at.Add(q.Duration), true)
			if isListed {
				if refusal != calendar.Offered || !same(slot, listed[0]) {
					t.Fatalf("listed %v, but %q with %v", listed[0], refusal, slot)
				}
				listed = listed[1:]
				continue
			}
			if refusal == calendar.Offered || slot.Resources != nil {
				t.Fatalf("%s is not listed, but %q with %v", at, refusal, slot)
			}
		}
		if len(listed) > 0 {
			t.Fatalf("listed at no minute of %s: %v", from, listed)
		}
	})
}

func TestNearestIsTheNearestOfSlots(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		to = to.AddDays(rapid.IntRange(0, 12).Draw(t, "more"))
		q.MaxAdvanceDays = 20
		start := minuteOf(t, "start", from.AddDays(-3), 20*1440)
		n := rapid.IntRange(0, 4).Draw(t, "n")
		want := q.Slots(from, to)
		slices.SortStableFunc(want, func(a, b calendar.Slot) int {
			return int(a.Start.Sub(start).Abs() - b.Start.Sub(start).Abs())
		})
		want = want[:min(n, len(want))]
		slices.SortFunc(want, func(a, b calendar.Slot) int { return a.Start.Compare(b.Start) })
		if got := q.Nearest(start, from, to, n); !slices.EqualFunc(got, want, same) {
			t.Fatalf("nearest %d to %s\ngot  %v\nwant %v", n, start, got, want)
		}
	})
}

// TestReachIsEnough drops what lies outside the reach, which must change nothing.
func TestReachIsEnough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		want := q.Slots(from, to)
		reach := q.Reach(from, to)
		far := func(s calendar.Span) bool { return !s.Overlaps(reach) }
		periods := calendar.Periods(from, to, q.Zone)
		uncounted := func(b calendar.Span) bool { return !periods.Contains(b.Start) }
		q.Booked = slices.DeleteFunc(q.Booked, uncounted)
		for i := range q.Resources {
			r := &q.Resources[i]
			r.Booked = slices.DeleteFunc(r.Booked, uncounted)
			r.Blocks = slices.DeleteFunc(r.Blocks, far)
			r.Busy = slices.DeleteFunc(r.Busy, func(b calendar.Busy) bool { return far(b.Span) })
		}
		if got := q.Slots(from, to); !slices.EqualFunc(got, want, same) {
			t.Fatalf("reach %v\ngot  %v\nwant %v", reach, got, want)
		}
	})
}

// TestAskingChangesNothing compares all inputs before and after.
func TestAskingChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, from, to := anyQuestion(t)
		before := fmt.Sprintf("%+v", q)
		for _, s := range q.Slots(from, to) {
			q.Choose(s.Start, s.End, true)
			q.Explain(s.Start, s.End.Add(time.Hour), true)
		}
		q.Nearest(q.Now, from, to, 3)
		q.Days(from, to)
		if after := fmt.Sprintf("%+v", q); after != before {
			t.Fatalf("before %s\nafter  %s", before, after)
		}
	})
}
