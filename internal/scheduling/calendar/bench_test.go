package calendar_test

import (
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

func BenchmarkMonth30Days10Resources200Busy(b *testing.B) {
	for name, own := range map[string]calendar.Hours{
		"location hours": nil,
		"own hours":      hours("1 08:00-12:00, 1 13:00-18:00, 2 08:00-16:00, 3 10:00-18:00, 4 09:00-21:00, 5 08:30-13:00"),
	} {
		b.Run(name, func(b *testing.B) {
			q := month(10, 200, own)
			from, to := date("2026-03-01"), date("2026-03-30")
			b.ReportAllocs()
			for b.Loop() {
				if len(q.Slots(from, to)) < 300 {
					b.Fatal("hardly any slots")
				}
			}
		})
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
