package calendar

import (
	"errors"
	"fmt"
)

// Clock is a time on the wall clock: minutes since local midnight.
// Values above 24:00, up to [LastClock], are the end of a window that runs over
// midnight: 26:00 is 02:00 of the next day.
// Its text form is "09:00".
type Clock int

const (
	// Midnight is the end of the day, "24:00".
	Midnight Clock = 24 * 60
	// LastClock is the latest end of a window, "48:00".
	LastClock Clock = 48 * 60
)

// ErrClock tells that a text or a value is not a clock time.
var ErrClock = errors.New("a time of day is written HH:MM, from 00:00 to 48:00, such as 09:00")

// ParseClock reads "HH:MM", from "00:00" to "48:00"; everything else is [ErrClock].
func ParseClock(s string) (Clock, error) {
	if len(s) != 5 || s[2] != ':' {
		return 0, ErrClock
	}
	h, okH := twoDigits(s[0:2])
	m, okM := twoDigits(s[3:5])
	c := Clock(h*60 + m)
	if !okH || !okM || m > 59 || c > LastClock {
		return 0, ErrClock
	}
	return c, nil
}

// String gives "HH:MM". A value out of range is shown as minutes.
func (c Clock) String() string {
	if c < 0 || c > LastClock {
		return fmt.Sprintf("%d min", int(c))
	}
	return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60)
}

// MarshalText gives "HH:MM", or [ErrClock] for a value out of range.
func (c Clock) MarshalText() ([]byte, error) {
	if c < 0 || c > LastClock {
		return nil, ErrClock
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what [ParseClock] reads.
func (c *Clock) UnmarshalText(text []byte) error {
	v, err := ParseClock(string(text))
	if err != nil {
		return err
	}
	*c = v
	return nil
}

// micros is the clock time as microseconds since local midnight.
func (c Clock) micros() int64 { return int64(c) * minute }

// twoDigits reads exactly two decimal digits.
func twoDigits(s string) (int, bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), len(s) == 2 && a <= 9 && b <= 9
}
