package appointment

import (
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
)

// span reads start and end as the caller wrote them. Without an end it is the plan's length after the start.
func span(plan *availability.Plan, startText, endText string) (start, end time.Time, err error) {
	if start, err = Instant("body.start", startText, plan.Zone); err != nil {
		return start, end, err
	}
	if endText == "" {
		return start, start.Add(plan.Length()), nil
	}
	if end, err = Instant("body.end", endText, plan.Zone); err != nil {
		return start, end, err
	}
	if !end.After(start) {
		return start, end, fault.At("body.end", "The end must be after the start.")
	}
	if end.Sub(start) > longest {
		return start, end, fault.At("body.end", "An appointment can last 7 days at most.")
	}
	return start, end, nil
}

// clockOf is whose wall clock a start is agreed on: a zone, and how many seconds that is ahead of UTC then by the rules of now.
func clockOf(zone *time.Location, start time.Time) (name string, offset *int) {
	_, seconds := start.In(zone).Zone()
	return zone.String(), &seconds
}

const longest = 7 * 24 * time.Hour

// Instant reads an instant with offset, or the wall clock of zone. A local time that doesn't exist,
// or exists twice, is refused with the instants that may have been meant.
func Instant(location, text string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return inYears(location, t.In(zone))
	}
	wall, err := calendar.ParseWall(text)
	if err != nil {
		return time.Time{}, fault.At(location, "Use a time such as 2026-03-03T10:00:00+01:00, or 2026-03-03T10:00 on the location's clock.")
	}
	found, next := wall.In(zone)
	switch len(found) {
	case 1:
		return inYears(location, found[0])
	case 0:
		return time.Time{}, localTime(location, "nonexistent_local_time", "The clocks go forward over this time, so it doesn't exist on that day. Choose another.", next)
	default:
		return time.Time{}, localTime(location, "ambiguous_local_time", "The clocks go back over this time, so it exists twice on that day. Send it with the offset that you mean.", found...)
	}
}

// inYears keeps dates within what a calendar shows and the database holds.
func inYears(location string, t time.Time) (time.Time, error) {
	if !calendar.InYears(t) {
		return time.Time{}, fault.At(location, "Use a date between 1970 and 2200.")
	}
	return t, nil
}

func localTime(location, code, message string, instants ...time.Time) error {
	e := &fault.Error{Kind: fault.Invalid, Code: code, Detail: message, Fields: []fault.Field{{Location: location, Message: message}}}
	for _, t := range instants {
		e.Alternatives = append(e.Alternatives, fault.Alternative{Start: t.Format(time.RFC3339)})
	}
	return e
}
