package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Wall is what a calendar and a clock on the wall show together: a local date
// and time without an offset. Its text form is "2026-03-08T02:30", with seconds
// when there are any. Which instant it means depends on the zone, and there may
// be none or two; see [Wall.In].
type Wall struct {
	date    Date
	seconds int // since midnight, 0..86399
}

// ErrWall tells that a text is not a local date and time.
var ErrWall = errors.New("a local time is written YYYY-MM-DDTHH:MM or YYYY-MM-DDTHH:MM:SS, such as 2026-03-08T09:30")

// ParseWall reads "2026-03-08T02:30" or "2026-03-08T02:30:15", 00:00 to 23:59:59;
// everything else, an offset included, is [ErrWall].
func ParseWall(s string) (Wall, error) {
	if len(s) != 16 && len(s) != 19 {
		return Wall{}, ErrWall
	}
	d, errD := ParseDate(s[:10])
	c, errC := ParseClock(s[11:16])
	if errD != nil || errC != nil || s[10] != 'T' || c >= Midnight {
		return Wall{}, ErrWall
	}
	w := Wall{d, int(c) * 60}
	if len(s) == 19 {
		sec, ok := twoDigits(s[17:])
		if !ok || sec > 59 || s[16] != ':' {
			return Wall{}, ErrWall
		}
		w.seconds += sec
	}
	return w, nil
}

// WallOf gives what the wall clock in zone shows at t, to the second.
func WallOf(t time.Time, zone *time.Location) Wall {
	h, m, s := t.In(orUTC(zone)).Clock()
	return Wall{DateOf(t, zone), h*3600 + m*60 + s}
}

// Date gives the local date.
func (w Wall) Date() Date { return w.date }

// Before tells whether w is earlier than other on the same clock.
func (w Wall) Before(other Wall) bool {
	return w.date.Before(other.date) || w.date == other.date && w.seconds < other.seconds
}

// In gives the instants at which the wall clock of zone shows w, in order:
// normally one, two when clocks were put back over it, none when they were put
// forward over it. Only when there are none, next is the first instant after
// the gap: the next valid one. All are in zone.
func (w Wall) In(zone *time.Location) (instants []time.Time, next time.Time) {
	zone = orUTC(zone)
	local := w.date.micros() + int64(w.seconds)*second
	l := lineOf(zone, w.date, w.date)
	for _, s := range l {
		if at := local - s.offset; s.from <= at && at < s.to {
			instants = append(instants, time.UnixMicro(at).In(zone))
		}
	}
	if len(instants) == 0 {
		next = time.UnixMicro(l.first(local)).In(zone)
	}
	return instants, next
}

// String gives "YYYY-MM-DDTHH:MM", with ":SS" when the seconds are not zero.
func (w Wall) String() string {
	m, s := w.seconds/60, w.seconds%60
	if s == 0 {
		return fmt.Sprintf("%sT%02d:%02d", w.date, m/60, m%60)
	}
	return fmt.Sprintf("%sT%02d:%02d:%02d", w.date, m/60, m%60, s)
}

// MarshalText gives the form of [Wall.String], or [ErrDate] outside the years 0001 to 9999.
func (w Wall) MarshalText() ([]byte, error) {
	if _, err := w.date.MarshalText(); err != nil {
		return nil, err
	}
	return []byte(w.String()), nil
}

// UnmarshalText reads what [ParseWall] reads.
func (w *Wall) UnmarshalText(text []byte) error {
	v, err := ParseWall(string(text))
	if err != nil {
		return err
	}
	*w = v
	return nil
}

// wallAt is the wall time of a point on the local line of microseconds.
func wallAt(local int64) Wall {
	d := dateAt(local)
	return Wall{d, int((local - d.micros()) / second)}
}
