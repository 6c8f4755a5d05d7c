package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"smoothschedule/internal/scheduling/calendar"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func zone(name string) *time.Location { return must(time.LoadLocation(name)) }

func date(s string) calendar.Date { return must(calendar.ParseDate(s)) }

// instant reads RFC 3339.
func instant(s string) time.Time { return must(time.Parse(time.RFC3339, s)) }

// hours reads "1 09:00-12:00, 1 13:00-17:00": weekday and window.
func hours(s string) calendar.Hours {
	out := calendar.Hours{}
	for part := range strings.SplitSeq(s, ",") {
		var weekday int
		var window string
		if n, _ := fmt.Sscan(part, &weekday, &window); n != 2 {
			continue
		}
		from, to, _ := strings.Cut(window, "-")
		out = append(out, calendar.Window{
			Weekday: weekday, From: must(calendar.ParseClock(from)), To: must(calendar.ParseClock(to)),
		})
	}
	return out
}

// span reads "2026-06-01T10:00 2026-06-01T11:00" on the wall of z.
func span(z *time.Location, s string) calendar.Span {
	from, to, _ := strings.Cut(s, " ")
	return calendar.Span{Start: local(z, from), End: local(z, to)}
}

// local is the first instant of a wall time that exists.
func local(z *time.Location, s string) time.Time {
	instants, _ := must(calendar.ParseWall(s)).In(z)
	return instants[0]
}

// monday is the day of most vectors, a Monday in New York, asked days before.
func monday() calendar.Question {
	return calendar.Question{
		Zone:           zone("America/New_York"),
		Open:           hours("1 09:00-17:00"),
		Resources:      []calendar.Resource{{}},
		Duration:       30 * time.Minute,
		Interval:       30 * time.Minute,
		MaxAdvanceDays: 3650,
		Now:            instant("2025-01-01T00:00:00Z"),
	}
}

const day = "2026-06-01" // a Monday

// busy books the first resource.
func busy(q *calendar.Question, s ...string) {
	q.Resources[0].Busy = append(q.Resources[0].Busy, booked(q.Zone, s...)...)
}

// booked are appointments that take one unit each.
func booked(z *time.Location, s ...string) (out []calendar.Busy) {
	for _, b := range s {
		out = append(out, calendar.Busy{Span: span(z, b)})
	}
	return out
}

// starts writes the starts of one or more dates in a layout, in the question's zone.
func starts(q calendar.Question, layout, from, to string) string {
	var out []string
	for _, s := range q.Slots(date(from), date(to)) {
		at := s.Start
		if layout == utc {
			at = at.UTC()
		}
		out = append(out, at.Format(layout))
	}
	return strings.Join(out, " ")
}

// every lists clock times from..to in steps of minutes.
func every(from, to string, step int) string {
	var out []string
	a, b := must(calendar.ParseClock(from)), must(calendar.ParseClock(to))
	for c := a; c <= b; c += calendar.Clock(step) {
		out = append(out, c.String())
	}
	return strings.Join(out, " ")
}

const (
	clock = "15:04"
	utc   = "2006-01-02T15:04Z"
)

// TestAcceptanceVectors holds those of the specification that the engine alone decides.
func TestAcceptanceVectors(t *testing.T) {
	t.Parallel()
	vectors := []struct {
		name string
		ask  func() string
		want string
	}{
		{"A1 nine to five has 16 starts", func() string {
			return starts(monday(), clock, day, day)
		}, every("09:00", "16:30", 30)},
		{"A2 nothing straddles the break", func() string {
			q := monday()
			q.Open = hours("1 09:00-12:00, 1 13:00-17:00")
			return starts(q, clock, day, day)
		}, every("09:00", "11:30", 30) + " " + every("13:00", "16:30", 30)},
		{"A3 touching is not overlapping", func() string {
			q := monday()
			busy(&q, "2026-06-01T10:00 2026-06-01T10:30")
			return starts(q, clock, day, day)
		}, "09:00 09:30 " + every("10:30", "16:30", 30)},
		{"A4 buffers stack and may leave hours", func() string {
			q := a4()
			return starts(q, clock, day, day)
		}, "09:00 " + every("11:00", "16:30", 30)},
		{"A4 buffers inside hours", func() string {
			q := a4()
			q.BuffersInsideHours = true
			return starts(q, clock, day, day)
		}, "09:00 " + every("11:00", "16:00", 30)},
		{"A5 footprints may touch", func() string {
			q := monday()
			q.Interval = 5 * time.Minute
			q.BufferBefore, q.BufferAfter = 10*time.Minute, 5*time.Minute
			busy(&q, "2026-06-01T09:50 2026-06-01T10:35")
			return starts(q, clock, day, day)
		}, every("09:00", "09:15", 5) + " " + every("10:45", "16:30", 5)},
		{"A7 an appointment strictly inside the candidate", func() string {
			q := monday()
			q.Duration, q.Interval = 2*time.Hour, time.Hour
			busy(&q, "2026-06-01T10:30 2026-06-01T11:30")
			_, refusal := q.At(local(q.Zone, "2026-06-01T10:00"), local(q.Zone, "2026-06-01T12:00"), true)
			return starts(q, clock, day, day) + " " + string(refusal)
		}, "12:00 13:00 14:00 15:00 taken"},
		{"A8 notice is inclusive", func() string {
			q := monday()
			q.MinNotice, q.Now = 2*time.Hour, local(q.Zone, "2026-06-01T08:00")
			return starts(q, clock, day, day)
		}, every("10:00", "16:30", 30)},
		{"A8 a minute later", func() string {
			q := monday()
			q.MinNotice, q.Now = 2*time.Hour, local(q.Zone, "2026-06-01T08:01")
			return starts(q, clock, day, day)
		}, every("10:30", "16:30", 30)},
		{"A9 the window ends by the location's dates", func() string {
			q := monday()
			q.Open = hours("1 09:00-10:00, 2 09:00-10:00, 3 09:00-10:00, 4 09:00-10:00, 5 09:00-10:00")
			q.Now, q.MaxAdvanceDays = local(q.Zone, "2026-06-01T23:30"), 30
			return starts(q, "01-02T15:04", "2026-06-30", "2026-07-05")
		}, "06-30T09:00 06-30T09:30 07-01T09:00 07-01T09:30"},
		{"A10 a block that began yesterday", func() string {
			q := monday()
			q.Resources[0].Blocks = []calendar.Span{span(q.Zone, "2026-05-31T22:00 2026-06-01T10:00")}
			return starts(q, clock, day, day)
		}, every("10:00", "16:30", 30)},
		{"A11 the missing hour", func() string {
			return starts(hourly("7 01:00-05:00"), utc, "2026-03-08", "2026-03-08")
		}, "2026-03-08T06:00Z 2026-03-08T07:00Z 2026-03-08T08:00Z"},
		{"A12 the repeated hour", func() string {
			return starts(hourly("7 00:00-04:00"), utc, "2026-11-01", "2026-11-01")
		}, "2026-11-01T04:00Z 2026-11-01T05:00Z 2026-11-01T06:00Z 2026-11-01T07:00Z 2026-11-01T08:00Z"},
		{"A13 a window in the gap is closed", func() string {
			return projected("7 02:15-02:45", "2026-03-08", "America/New_York")
		}, ""},
		{"A14 one window of 7 hours", func() string {
			return projected("6 22:00-30:00", "2026-03-07", "America/New_York")
		}, "2026-03-08T03:00Z+7h0m0s"},
		{"A14 one window of 9 hours", func() string {
			return projected("6 22:00-30:00", "2026-10-31", "America/New_York")
		}, "2026-11-01T02:00Z+9h0m0s"},
		{"A15 overnight", func() string {
			return starts(overnight(), "Mon15:04", "2026-06-05", "2026-06-06")
		}, "Fri22:00 Fri22:30 Fri23:00 Fri23:30 Sat00:00 Sat00:30 Sat01:00"},
		{"A15 overnight, Saturday closed", func() string {
			q := overnight()
			q.Resources[0].Blocks = []calendar.Span{date("2026-06-06").In(q.Zone)}
			return starts(q, "Mon15:04", "2026-06-05", "2026-06-06")
		}, "Fri22:00 Fri22:30 Fri23:00"},
		{"A15 a start belongs to its own date", func() string {
			return starts(overnight(), "Mon15:04", "2026-06-06", "2026-06-06")
		}, "Sat00:00 Sat00:30 Sat01:00"},
		{"A24 other zones show other dates of the same instants", func() string {
			q := monday()
			at := q.Slots(date(day), date(day))[0].Start
			return at.UTC().Format(utc) + " " +
				calendar.DateOf(at, zone("Pacific/Kiritimati")).String() + " " +
				calendar.DateOf(at, zone("Pacific/Pago_Pago")).String()
		}, "2026-06-01T13:00Z 2026-06-02 2026-06-01"},
		{"A33 moved over its own old time, which is not in Busy", func() string {
			q := monday()
			busy(&q, "2026-06-01T10:45 2026-06-01T11:00")
			start := local(q.Zone, "2026-06-01T10:15")
			_, refusal := q.At(start, start.Add(q.Duration), false)
			_, customer := q.At(start, start.Add(q.Duration), true)
			return fmt.Sprintf("%q %q", refusal, customer)
		}, `"" "off_grid"`},
	}
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			if got := v.ask(); got != v.want {
				t.Errorf("got  %s\nwant %s", got, v.want)
			}
		})
	}
}

// a4 is A3 with a buffer of 15 minutes after, of the appointment there too.
func a4() calendar.Question {
	q := monday()
	q.BufferAfter = 15 * time.Minute
	busy(&q, "2026-06-01T10:00 2026-06-01T10:45")
	return q
}

func hourly(open string) calendar.Question {
	q := monday()
	q.Zone = zone("America/New_York")
	q.Open, q.Duration, q.Interval = hours(open), time.Hour, time.Hour
	return q
}

func overnight() calendar.Question {
	q := monday()
	q.Open, q.Duration = hours("5 22:00-26:00"), time.Hour
	return q
}

// projected writes the spans of a date as "start+length".
func projected(h, d, z string) string {
	var out []string
	for _, s := range calendar.Project(hours(h), date(d), zone(z)) {
		out = append(out, s.Start.UTC().Format(utc)+"+"+s.End.Sub(s.Start).String())
	}
	return strings.Join(out, " ")
}
