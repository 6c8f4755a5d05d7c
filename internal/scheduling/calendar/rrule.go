package calendar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// weekdayNames are those of RRULE, Monday first.
var weekdayNames = [...]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// ParseRecurrence reads a rule such as "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10".
// Errors wrap [ErrRecurrence].
func ParseRecurrence(text string) (Recurrence, error) {
	r := Recurrence{interval: 1}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		if seen[name] {
			return r, fmt.Errorf("%s is there twice: %w", name, ErrRecurrence)
		}
		seen[name] = true
		if !r.set(name, value) {
			return r, fmt.Errorf("%q can't be understood: %w", part, ErrRecurrence)
		}
	}
	return r, r.fits()
}

// set takes one part of a rule.
func (r *Recurrence) set(name, value string) (ok bool) {
	switch name {
	case "FREQ":
		r.frequency, ok = value, value == "DAILY" || value == "WEEKLY" || value == "MONTHLY"
	case "INTERVAL":
		r.interval, ok = number(value, 1, mostBetween)
	case "COUNT":
		r.count, ok = number(value, 1, mostOccurrences)
	case "UNTIL":
		t, err := time.Parse("20060102", value)
		r.until, ok = NewDate(t.Date()), err == nil && InYears(t)
	case "BYDAY":
		ok = each(value, func(s string) bool {
			d, ok := parseWeekday(s)
			r.weekdays = append(r.weekdays, d)
			return ok
		})
	case "BYMONTHDAY":
		ok = each(value, func(s string) bool {
			d, ok := number(s, -31, 31)
			r.monthDays = append(r.monthDays, d)
			return ok && d != 0
		})
	}
	return ok
}

// fits tells which parts don't go together.
func (r *Recurrence) fits() error {
	numbered := func(d weekdayNumber) bool { return d.number != 0 }
	monthly := r.frequency == "MONTHLY"
	switch {
	case r.frequency == "":
		return fmt.Errorf("FREQ is missing: %w", ErrRecurrence)
	case r.count > 0 && !r.until.IsZero():
		return fmt.Errorf("COUNT and UNTIL don't go together: %w", ErrRecurrence)
	case r.frequency == "DAILY" && r.weekdays != nil, !monthly && r.monthDays != nil, r.weekdays != nil && r.monthDays != nil:
		return fmt.Errorf("these days don't go with FREQ=%s: %w", r.frequency, ErrRecurrence)
	case !monthly && slices.ContainsFunc(r.weekdays, numbered):
		return fmt.Errorf("numbered weekdays go with FREQ=MONTHLY alone: %w", ErrRecurrence)
	case monthly && r.weekdays != nil && !slices.ContainsFunc(r.weekdays, numbered):
		return fmt.Errorf("weekdays of a month need their number, such as 1MO or -1FR: %w", ErrRecurrence)
	}
	return nil
}

// each asks f about every value of a list with commas.
func each(list string, f func(string) bool) bool {
	for s := range strings.SplitSeq(list, ",") {
		if !f(s) {
			return false
		}
	}
	return true
}

// number reads a whole number from least to most.
func number(s string, least, most int) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= least && n <= most
}

// parseWeekday reads "MO", "2MO" or "-1FR".
func parseWeekday(s string) (weekdayNumber, bool) {
	if len(s) < 2 {
		return weekdayNumber{}, false
	}
	count, name := s[:len(s)-2], s[len(s)-2:]
	w := weekdayNumber{weekday: slices.Index(weekdayNames[:], name) + 1}
	ok := true
	if count != "" {
		w.number, ok = number(count, -5, 5)
		ok = ok && w.number != 0
	}
	return w, ok && w.weekday > 0
}
