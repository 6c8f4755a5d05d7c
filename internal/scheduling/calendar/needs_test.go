package calendar_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// units books with a number of units each.
func units(n int, in []calendar.Busy) []calendar.Busy {
	for i := range in {
		in[i].Units = n
	}
	return in
}

// chosen asks Choose as staff and writes who takes each need, or the refusal.
func chosen(q calendar.Question, start, end string) string {
	c, refusal := q.Choose(local(q.Zone, start), local(q.Zone, end), false)
	if refusal != calendar.Offered {
		return string(refusal)
	}
	return fmt.Sprint(c.Taken)
}

// explained writes the reasons against a span as "rule need.resource[refs]".
func explained(q calendar.Question, start, end string, grid bool) string {
	var out []string
	for _, r := range q.Explain(local(q.Zone, start), local(q.Zone, end), grid) {
		s := string(r.Rule)
		if r.Need >= 0 {
			s += fmt.Sprintf(" %d.%d", r.Need, r.Resource)
		}
		if r.Refs != nil {
			s += fmt.Sprint(r.Refs)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// colouring takes staff at the beginning and the end, a chair all the time and a basin in between.
func colouring() calendar.Question {
	q := monday()
	q.Open, q.Duration = hours("1 09:00-12:00"), 90*time.Minute
	q.Resources = make([]calendar.Resource, 3)
	q.Needs = []calendar.Need{
		{Resources: []int{0}, Parts: []calendar.Part{{To: 30 * time.Minute}, {From: 75 * time.Minute}}},
		{Resources: []int{1}},
		{Resources: []int{2}, Parts: []calendar.Part{{From: 70 * time.Minute, To: 85 * time.Minute}}},
	}
	return q
}

// room is one of capacity 3 with A 10–11, B 10:30–11:30 and C 11–12.
func room() calendar.Question {
	q := monday()
	q.Duration, q.Interval = 2*time.Hour, time.Hour
	q.Resources[0].Capacity = 3
	busy(&q, "2026-06-01T10:00 2026-06-01T11:00", "2026-06-01T10:30 2026-06-01T11:30", "2026-06-01T11:00 2026-06-01T12:00")
	return q
}

// one is a need of any of some resources.
func one(resources ...int) calendar.Need { return calendar.Need{Resources: resources} }

// TestNeeds holds the vectors and rules of capacity, requirements and links.
func TestNeeds(t *testing.T) {
	t.Parallel()
	const ten, eleven, noon = "2026-06-01T10:00", "2026-06-01T11:00", "2026-06-01T12:00"
	rules := []struct {
		name string
		ask  func(q calendar.Question) string
		want string
	}{
		{"A6 what matters is how much is taken at once", func(calendar.Question) string {
			q := room()
			one := refused(q, ten, noon, true)
			q.Needs = []calendar.Need{{Resources: []int{0}, Units: 2}}
			return fmt.Sprintf("%q %q", one, refused(q, ten, noon, true))
		}, `"" "taken"`},
		{"A6 in whatever order they come", func(calendar.Question) string {
			q := room()
			q.Resources[0].Capacity = 2
			slices.Reverse(q.Resources[0].Busy)
			q.Resources[0].Busy = slices.Delete(q.Resources[0].Busy, 1, 2)
			return chosen(q, ten, noon)
		}, "[[0]]"},
		{"A7 an appointment strictly inside the candidate, in a room for one", func(q calendar.Question) string {
			busy(&q, "2026-06-01T10:30 2026-06-01T11:30")
			return chosen(q, ten, noon)
		}, "taken"},
		{"A16 whoever is free, as long as there is a room", func(q calendar.Question) string {
			q.Open, q.Resources = hours("1 10:00-10:30"), make([]calendar.Resource, 3)
			q.Needs = []calendar.Need{one(0, 1), one(2)}
			busy(&q, ten+" 2026-06-01T10:30")
			before := listed(q, day)
			q.Resources[2].Busy = q.Resources[0].Busy
			return before + "; " + listed(q, day) + "; " + chosen(q, ten, "2026-06-01T10:30")
		}, "10:00[1]; ; taken"},
		{"A17 two needs of the same two want both", func(q calendar.Question) string {
			q.Open, q.Resources = hours("1 10:00-11:00"), make([]calendar.Resource, 2)
			q.Needs = []calendar.Need{one(0, 1), one(1, 0)}
			q.Resources[1].Busy = booked(q.Zone, "2026-06-01T10:20 2026-06-01T10:40")
			out := listed(q, day) + "; " + chosen(q, ten, "2026-06-01T10:30")
			q.Resources[1].Busy = nil
			return out + "; " + listed(q, day) + "; " + chosen(q, ten, "2026-06-01T10:30")
		}, "; requirement; 10:00[0 1] 10:30[0 1]; [[0] [1]]"},
		{"4.3.7 processing time leaves staff free", func(calendar.Question) string {
			q := colouring()
			q.Resources[0].Busy = booked(q.Zone, "2026-06-01T09:30 2026-06-01T10:15")
			q.Resources[2].Busy = booked(q.Zone, "2026-06-01T09:55 2026-06-01T10:10", "2026-06-01T11:40 2026-06-01T11:55")
			return starts(q, clock, day, day)
		}, "09:00"},
		{"4.3.7 but the chair is taken all the time", func(calendar.Question) string {
			q := colouring()
			q.Resources[1].Busy = booked(q.Zone, "2026-06-01T09:40 2026-06-01T09:45")
			return starts(q, clock, day, day)
		}, "10:00 10:30"},
		{"4.3.7 what each is to be booked for", func(calendar.Question) string {
			q := colouring()
			q.BufferBefore, q.BufferAfter = 5*time.Minute, 10*time.Minute
			var out []string
			for i := range q.Needs {
				for _, s := range q.Footprints(i, 0, local(q.Zone, ten), local(q.Zone, "2026-06-01T11:30")) {
					out = append(out, s.Start.Format(clock)+"-"+s.End.Format(clock))
				}
			}
			return strings.Join(out, " ")
		}, "09:55-10:30 11:15-11:40 09:55-11:40 11:05-11:35"},
		{"4.3.7 without needs all of it is", func(q calendar.Question) string {
			q.BufferBefore = 5 * time.Minute
			s := q.Footprints(0, 0, local(q.Zone, ten), local(q.Zone, eleven))
			return fmt.Sprint(len(s), " ", s[0].Start.Format(clock), "-", s[0].End.Format(clock))
		}, "1 09:55-11:00"},
		{"4.3.4 of the service's buffers and the resource's the longer counts, on each side", func(q calendar.Question) string {
			q.BufferBefore, q.BufferAfter = 5*time.Minute, 20*time.Minute
			q.Resources = []calendar.Resource{{BufferBefore: 15 * time.Minute, BufferAfter: 10 * time.Minute}, {}}
			var out []string
			for r := range q.Resources {
				s := q.Footprints(0, r, local(q.Zone, ten), local(q.Zone, eleven))
				out = append(out, s[0].Start.Format(clock)+"-"+s[0].End.Format(clock))
			}
			q.Resources[0].Busy, q.Resources[1].Busy = booked(q.Zone, "2026-06-01T09:00 2026-06-01T09:50"), booked(q.Zone, "2026-06-01T09:00 2026-06-01T09:56")
			return strings.Join(out, " ") + " " + explained(q, ten, eleven, false)
		}, "09:45-11:20 09:55-11:20 taken 0.0[0], taken 0.1[0]"},
		{"4.3.7 parts are clamped, merged where they touch, and left out where empty", func(q calendar.Question) string {
			q.Needs = []calendar.Need{{Resources: []int{0}, Parts: []calendar.Part{
				{From: 50 * time.Minute, To: time.Hour},
				{From: -time.Minute, To: 10 * time.Minute},
				{From: 30 * time.Minute, To: 30 * time.Minute},
				{From: 55 * time.Minute, To: 2 * time.Hour},
				{From: 10 * time.Minute, To: 20 * time.Minute},
				{From: 3 * time.Hour},
			}}}
			var out []string
			for _, s := range q.Footprints(0, 0, local(q.Zone, ten), local(q.Zone, "2026-06-01T11:05")) {
				out = append(out, s.Start.Format(clock)+"-"+s.End.Format(clock))
			}
			return strings.Join(out, " ")
		}, "10:00-10:20 10:50-11:05"},
		{"4.3.7 all of it lies in opening hours, even where nobody is needed", func(q calendar.Question) string {
			q.Open, q.Duration, q.Interval = hours("1 09:00-10:00, 1 10:30-12:00"), time.Hour, 15*time.Minute
			q.Needs = []calendar.Need{{Resources: []int{0}, Parts: []calendar.Part{{To: 15 * time.Minute}, {From: 45 * time.Minute}}}}
			out := starts(q, clock, day, day) + " " + explained(q, "2026-06-01T09:45", "2026-06-01T10:45", false)
			q.AnyHours = true
			return out + "; " + starts(q, clock, day, day)
		}, "09:00 10:30 10:45 11:00 closed; 09:00 09:45 10:30 10:45 11:00"},
		{"4.3.7 two of three", func(q calendar.Question) string {
			q.Open, q.Resources = hours("1 10:00-11:00"), make([]calendar.Resource, 3)
			q.Needs = []calendar.Need{{Resources: []int{0, 1, 2}, Quantity: 2}}
			q.Resources[0].Busy = booked(q.Zone, "2026-06-01T10:00 2026-06-01T10:10")
			q.Resources[1].Busy = booked(q.Zone, "2026-06-01T10:20 2026-06-01T10:35")
			return listed(q, day) + " " + chosen(q, "2026-06-01T10:30", eleven) + " " + chosen(q, "2026-06-01T10:40", eleven)
		}, "10:30[2 0] [[2 0]]" + " " + "[[2 0]]"},
		{"4.3.7 the first gets whom it can without leaving the second alone", func(q calendar.Question) string {
			q.Resources = make([]calendar.Resource, 3)
			q.Resources[2].Order = -1
			q.Needs = []calendar.Need{one(2, 1), one(2)}
			return chosen(q, ten, eleven) + " " + fmt.Sprint(first(q).Resources)
		}, "[[1] [2]] [1]"},
		{"4.3.7 only the first need has a grid", func(q calendar.Question) string {
			q.Open, q.Resources = hours("1 10:00-11:30"), []calendar.Resource{{}, {Hours: hours("1 09:50-12:00")}, {Hours: hours("1 10:10-12:00")}}
			q.Needs = []calendar.Need{one(0, 2), one(1)}
			return listed(q, day)
		}, "10:00[0] 10:10[2] 10:30[0] 10:40[2] 11:00[0]"},
		{"4.3.6 how many more there is room for", func(calendar.Question) string {
			q := room()
			q.Resources = append(q.Resources, calendar.Resource{Capacity: 5, Busy: units(4, booked(q.Zone, ten+" "+noon))})
			var out []string
			for _, q.Needs = range [][]calendar.Need{nil, {{Resources: []int{0, 1}, Units: 2}}, {{Resources: []int{0, 1}, Quantity: 2}}} {
				for _, s := range q.Slots(date(day), date(day))[:2] {
					out = append(out, fmt.Sprint(s.Start.Format(clock), s.Resources, s.Remaining))
				}
			}
			return strings.Join(out, " ")
		}, "09:00[0 1] 2 10:00[0 1] 2 12:00[0 1] 3 13:00[0 1] 3 09:00[0 1] 1 10:00[0 1] 1"},
		{"4.3.6 nobody has more units than there are", func(q calendar.Question) string {
			q.Needs = []calendar.Need{{Resources: []int{0}, Units: 2}}
			return chosen(q, ten, eleven) + " " + explained(q, ten, eleven, false)
		}, "taken taken 0.0"},
		{"4.3.6 a gap begins where there is room again", func(calendar.Question) string {
			q := room()
			q.FillGaps, q.Needs = true, []calendar.Need{{Resources: []int{0}, Units: 2}}
			q.Duration, q.Interval = 20*time.Minute, 8*time.Hour
			return starts(q, clock, day, day)
		}, "09:00 10:10 11:30"},
		{"4.3.7 a hall takes its halves, whole", func(q calendar.Question) string {
			q.Resources = []calendar.Resource{{Links: []int{1, 2}}, {Capacity: 4}, {}}
			q.Needs = []calendar.Need{one(0)}
			q.Resources[1].Busy = booked(q.Zone, "2026-06-01T10:00 2026-06-01T10:05")
			q.Resources[1].Busy[0].Ref = 7
			q.Resources[2].Blocks = []calendar.Span{span(q.Zone, "2026-06-01T13:00 2026-06-01T14:00")}
			q.Resources[2].Hours, q.Resources[2].ActiveUntil = calendar.Hours{}, date(day)
			return chosen(q, ten, eleven) + " " + chosen(q, "2026-06-01T13:30", "2026-06-01T14:30") + " " + chosen(q, eleven, noon) + ", " +
				explained(q, ten, eleven, false) + ", " + explained(q, "2026-06-01T13:30", "2026-06-01T14:30", false)
		}, "taken blocked [[0]], taken 0.0[7], blocked 0.0"},
		{"4.3.7 nobody is given a hall and its half, nor two halls that share one", func(q calendar.Question) string {
			q.Resources = []calendar.Resource{{Links: []int{1}}, {}, {Links: []int{1}}, {}}
			var out []string
			for _, second := range [][]int{{1}, {2}, {1, 2}, {1, 2, 3}, {3}} {
				q.Needs = []calendar.Need{one(0), one(second...)}
				out = append(out, chosen(q, ten, eleven))
			}
			return strings.Join(out, " ")
		}, "requirement requirement requirement [[0] [3]] [[0] [3]]"},
		{"4.3.7 links that groups can't tell: a path of three", func(q calendar.Question) string {
			q.Resources = []calendar.Resource{{Order: -1, Links: []int{1, 2}}, {}, {}}
			q.Needs = []calendar.Need{{Resources: []int{0, 1, 2}, Quantity: 2}}
			return chosen(q, ten, eleven) + " " + fmt.Sprint(first(q).Resources)
		}, "[[1 2]] [1 2]"},
		{"pinned are among those chosen", func(q calendar.Question) string {
			q.Resources = make([]calendar.Resource, 3)
			q.Needs = []calendar.Need{{Resources: []int{0, 1, 2}, Quantity: 2, Pinned: []int{2}}}
			out := chosen(q, ten, eleven) + fmt.Sprint(first(q).Resources)
			q.Needs[0].Quantity = 1
			out += " " + chosen(q, ten, eleven) + fmt.Sprint(first(q).Resources)
			q.Resources[2].Busy = booked(q.Zone, ten+" "+eleven)
			out += " " + chosen(q, ten, eleven) + " (" + explained(q, ten, eleven, false) + ")"
			q.Needs[0].Pinned = []int{7}
			out += " " + chosen(q, ten, eleven) + " (" + explained(q, ten, eleven, false) + ")"
			q.Needs[0].Pinned = []int{0, 1}
			return out + " " + chosen(q, ten, eleven)
		}, "[[0 2]][0 1 2] [[2]][2] taken (taken 0.2[0]) closed (closed 0.7) requirement"},
		{"what nobody has is closed, and the refusal that of the need that fails", func(q calendar.Question) string {
			q.Needs = []calendar.Need{one(0), one()}
			none := chosen(q, ten, eleven) + " (" + explained(q, ten, eleven, true) + ")"
			q.Resources = append(q.Resources, calendar.Resource{Blocks: []calendar.Span{span(q.Zone, ten+" "+eleven)}})
			q.Needs[1] = one(1, 9, -1)
			return none + " " + chosen(q, ten, eleven)
		}, "closed (closed 1.-1) blocked"},
		{"needs of nobody's time still take somebody", func(q calendar.Question) string {
			never := []calendar.Part{{From: 2 * time.Hour}}
			q.FillGaps, q.Resources = true, []calendar.Resource{{}, {Capacity: 2}}
			q.Needs = []calendar.Need{{Resources: []int{0, 1}, Units: 2, Parts: never}, {Resources: []int{0}, Parts: never}}
			s := first(q)
			return chosen(q, ten, eleven) + fmt.Sprint(" ", s.Resources, s.Remaining, len(q.Footprints(0, 0, s.Start, s.End)))
		}, "[[1] [0]] [1] 1 0"},
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			if got := r.ask(monday()); got != r.want {
				t.Errorf("got  %s\nwant %s", got, r.want)
			}
		})
	}
}

// first is the first slot of the day.
func first(q calendar.Question) calendar.Slot { return q.Slots(date(day), date(day))[0] }
