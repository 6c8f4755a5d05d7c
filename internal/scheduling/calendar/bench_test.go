package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// month is a busy salon: resources with appointments of 20 to 35 minutes, seven
// or so a day, in the month in which New York's clocks change.
func month(resources, appointments int, own calendar.Hours) calendar.Question {
	q := monday()
	q.Open = hours("1 09:00-17:00, 2 09:00-17:00, 3 09:00-17:00, 4 09:00-20:00, 5 09:00-20:00, 6 10:00-14:00")
	q.Duration, q.Interval = 30*time.Minute, 15*time.Minute
	q.BufferAfter = 5 * time.Minute
	q.Resources = make([]calendar.Resource, resources)
	first := local(q.Zone, "2026-03-01T09:00")
	for i := range q.Resources {
		r := &q.Resources[i]
		r.Hours = own
		for n := range appointments {
			at := first.AddDate(0, 0, n/7).Add(time.Duration(n%7)*70*time.Minute + time.Duration(i*5)*time.Minute)
			length := time.Duration(20+(i+n)%4*5) * time.Minute
			r.Busy = append(r.Busy, calendar.Busy{Span: calendar.Span{Start: at, End: at.Add(length)}})
		}
		lunch := first.AddDate(0, 0, i)
		r.Blocks = []calendar.Span{{Start: lunch, End: lunch.Add(4 * time.Hour)}}
	}
	return q
}

// slots asks for days from the first of the month on.
func slots(b *testing.B, q calendar.Question, days int) {
	b.Helper()
	from := date("2026-03-01")
	if n := len(q.Slots(from, from.AddDays(days-1))); n < 3*days {
		b.Fatalf("hardly any slots: %d", n)
	}
}

func BenchmarkMonth30Days10Resources200Busy(b *testing.B) {
	for name, own := range map[string]calendar.Hours{
		"location hours": nil,
		"own hours":      hours("1 08:00-12:00, 1 13:00-18:00, 2 08:00-16:00, 3 10:00-18:00, 4 09:00-21:00, 5 08:30-13:00"),
	} {
		b.Run(name, func(b *testing.B) {
			q := month(10, 200, own)
			b.ReportAllocs()
			for b.Loop() {
				slots(b, q, 30)
			}
		})
	}
}

// BenchmarkAgainstTheOracle reports how many times as long the oracle takes.
func BenchmarkAgainstTheOracle(b *testing.B) {
	q := month(10, 200, nil)
	from, to := date("2026-03-01"), date("2026-03-30")
	began := time.Now()
	want := newOracle(q, from, to).slots(from, to)
	oracle := time.Since(began)
	for b.Loop() {
		if len(q.Slots(from, to)) != len(want) {
			b.Fatal("they differ")
		}
	}
	ratio := float64(oracle) / float64(b.Elapsed()) * float64(b.N)
	b.ReportMetric(ratio, "times")
	if ratio < 50 {
		b.Errorf("only %.0f times as fast as looking at every minute", ratio)
	}
}

// BenchmarkSlotsByDays shows that time grows as the days do, each with its appointments.
func BenchmarkSlotsByDays(b *testing.B) {
	for _, days := range []int{7, 14, 28, 56} {
		b.Run(fmt.Sprint(days), func(b *testing.B) {
			q := month(10, 7*days, nil)
			for b.Loop() {
				slots(b, q, days)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(days), "ns/day")
		})
	}
}

// BenchmarkSlotsByResources shows that time grows as the resources do.
func BenchmarkSlotsByResources(b *testing.B) {
	for _, resources := range []int{5, 10, 20, 40} {
		b.Run(fmt.Sprint(resources), func(b *testing.B) {
			q := month(resources, 200, nil)
			for b.Loop() {
				slots(b, q, 30)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(resources), "ns/resource")
		})
	}
}

// BenchmarkDays reports what counting a month costs in single days of slots, for
// each of which only its own appointments are loaded.
func BenchmarkDays(b *testing.B) {
	q := month(10, 200, nil)
	from, on := date("2026-03-01"), date("2026-03-18")
	single := q
	single.Resources = make([]calendar.Resource, len(q.Resources))
	reach := q.Reach(on, on)
	for i, r := range q.Resources {
		for _, o := range r.Busy {
			if o.Overlaps(reach) {
				single.Resources[i].Busy = append(single.Resources[i].Busy, o)
			}
		}
	}
	const times = 500
	began := time.Now()
	for range times {
		single.Slots(on, on)
	}
	one := time.Since(began) / times
	for b.Loop() {
		q.Days(from, from.AddDays(29))
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(one), "days")
}

// BenchmarkNeeds is a month of two people from ten, one of whom can do more, and a room.
func BenchmarkNeeds(b *testing.B) {
	first, second, rooms := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, []int{3, 4, 5, 6}, []int{10, 11, 12}
	for name, needs := range map[string][]calendar.Need{
		"apart":   {{Resources: first}, {Resources: rooms}},
		"sharing": {{Resources: first}, {Resources: second}, {Resources: rooms}},
	} {
		for _, linked := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s, linked %v", name, linked), func(b *testing.B) {
				q := month(13, 200, nil)
				q.Needs = needs
				if linked {
					q.Resources[10].Links, q.Resources[11].Links = []int{11, 12}, nil
				}
				b.ReportAllocs()
				for b.Loop() {
					slots(b, q, 30)
				}
			})
		}
	}
}

// BenchmarkCapacity is a month of ten rooms for three.
func BenchmarkCapacity(b *testing.B) {
	q := month(10, 200, nil)
	for i := range q.Resources {
		q.Resources[i].Capacity = 3
	}
	b.ReportAllocs()
	for b.Loop() {
		slots(b, q, 30)
	}
}

func BenchmarkAt(b *testing.B) {
	q := month(10, 200, nil)
	start := local(q.Zone, "2026-03-18T15:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, refusal := q.At(start, start.Add(q.Duration), true); refusal != calendar.Offered {
			b.Fatal(refusal)
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	q := month(10, 200, nil)
	start := local(q.Zone, "2026-03-18T15:00")
	b.ReportAllocs()
	for b.Loop() {
		if len(q.Nearest(start, date("2026-03-01"), date("2026-03-30"), 3)) != 3 {
			b.Fatal("not three")
		}
	}
}
