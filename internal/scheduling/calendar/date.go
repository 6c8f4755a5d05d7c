package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Date is a civil date: a square in the calendar, in no zone. Its text form is
// "2026-03-08". Dates are compared with == and the methods below. The zero Date
// is 0001-01-01 and counts as not set.
type Date struct {
	n int // days since 0001-01-01, a Monday
}

// epoch is the number of 1970-01-01.
const epoch = 719162

// ErrDate tells that a text or a value is not a date.
var ErrDate = errors.New("a date is written YYYY-MM-DD and must exist, such as 2026-03-08")

// NewDate makes a date; a day out of the month's range carries over, as in [time.Date].
func NewDate(year int, month time.Month, day int) Date {
	return Date{epoch + int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400)}
}

// DateOf gives the date the calendar on the wall of zone shows at t.
func DateOf(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(orUTC(zone)).Date()
	return NewDate(y, m, d)
}

// ParseDate reads "YYYY-MM-DD", years 0001 to 9999; everything else is [ErrDate].
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || len(s) != len(time.DateOnly) || t.Year() < 1 {
		return Date{}, ErrDate
	}
	return NewDate(t.Date()), nil
}

// AddDays gives the date that many days later, or earlier when negative.
func (d Date) AddDays(days int) Date { return Date{d.n + days} }

// DaysUntil counts the days from d to other; negative when other is earlier.
func (d Date) DaysUntil(other Date) int { return other.n - d.n }

// Compare is -1, 0 or 1 as d is before, the same as, or after other.
func (d Date) Compare(other Date) int { return cmp.Compare(d.n, other.n) }

// Before tells whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.n < other.n }

// After tells whether d is later than other.
func (d Date) After(other Date) bool { return d.n > other.n }

// IsZero tells whether d was never set.
func (d Date) IsZero() bool { return d.n == 0 }

// Weekday is 1 for Monday to 7 for Sunday.
func (d Date) Weekday() int { return ((d.n%7)+7)%7 + 1 }

// At gives the local wall clock time c on d; from 24:00 on it lies on a later date.
func (d Date) At(c Clock) Wall { return wallAt(d.micros() + c.micros()) }

// In gives the instants from the first to the last at which the calendar in
// zone shows d: 23, 24 or 25 hours, or others still where clocks jump. A date
// that a zone left out has an empty span. A closure "of the day" is this span.
func (d Date) In(zone *time.Location) Span {
	zone = orUTC(zone)
	l := lineOf(zone, d, d)
	first := l.first(d.micros())
	return span{first, max(first, l.last(d.AddDays(1).micros()))}.in(zone)
}

// String gives "YYYY-MM-DD".
func (d Date) String() string {
	y, m, day := d.civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// civil gives the year, the month and the day of the month.
func (d Date) civil() (year int, month time.Month, day int) {
	return time.Unix(int64(d.n-epoch)*86400, 0).UTC().Date()
}

// Text gives what String does, and nil for nil.
func (d *Date) Text() *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

// OrZero gives the date, the zero one for nil.
func (d *Date) OrZero() Date {
	if d == nil {
		return Date{}
	}
	return *d
}

// MarshalText gives "YYYY-MM-DD", or [ErrDate] outside the years 0001 to 9999.
func (d Date) MarshalText() ([]byte, error) {
	s := d.String()
	if d.n < 0 || len(s) != len(time.DateOnly) {
		return nil, ErrDate
	}
	return []byte(s), nil
}

// UnmarshalText reads what [ParseDate] reads.
func (d *Date) UnmarshalText(text []byte) error {
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// micros is the date's midnight on the local line of microseconds.
func (d Date) micros() int64 { return int64(d.n-epoch) * day }

// dateAt is the date of a point on the local line of microseconds.
func dateAt(local int64) Date {
	n := local / day
	if local%day < 0 {
		n--
	}
	return Date{int(n) + epoch}
}

func later(a, b Date) Date { return Date{max(a.n, b.n)} }

func earlier(a, b Date) Date { return Date{min(a.n, b.n)} }

func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// InYears tells whether d lies in the years that calendars here show.
func (d Date) InYears() bool { return InYears(d.In(time.UTC).Start) }

// lastYear is the last that calendars here show.
const lastYear = 2200

// InYears tells whether t lies in the years that calendars here show, 1970 to
// 2200: what people type outside of them is a mistake.
func InYears(t time.Time) bool { return t.UTC().Year() >= 1970 && t.UTC().Year() <= lastYear }
