package block

import (
	"context"
	"errors"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
)

// mostDays bounds how long each time of a block that recurs is, and for how long a range the times are told.
const mostDays = 62

// recurring completes and checks what makes a block recur; last is the end of its last time, nil where there is none.
func recurring(ctx context.Context, tx *pg.TenantTx, n New) (_ New, last *time.Time, err error) {
	if n.RRule == nil {
		n.TimeZone = nil
		return n, nil, nil
	}
	rule, err := calendar.ParseRecurrence(*n.RRule)
	if err != nil {
		return n, nil, fault.At("body.rrule", "This rule is refused: %s.", err)
	}
	if n.TimeZone == nil {
		name, err := ownZone(ctx, tx, n)
		if err != nil {
			return n, nil, err
		}
		n.TimeZone = &name
	}
	zone, err := location.LoadZone(*n.TimeZone)
	if err != nil {
		return n, nil, fault.Validation(location.ZoneProblems("body.time_zone", *n.TimeZone)...)
	}
	if err := n.keepsTheClock(rule, zone); err != nil {
		return n, nil, err
	}
	if end, ok := rule.End(calendar.Span{Start: n.Start, End: n.End}, zone); ok {
		last = &end
	}
	return n, last, nil
}

// ownZone names the zone of the block's location, or of its resource's.
func ownZone(ctx context.Context, tx *pg.TenantTx, n New) (string, error) {
	name, err := zoneOf(ctx, tx, n)
	switch {
	case !errors.Is(err, pg.ErrNoRow):
		return name, err
	case n.LocationID != nil:
		return "", fault.Unknown("body.location_id")
	case n.ResourceID != nil:
		return "", fault.Unknown("body.resource_id")
	}
	return "", fault.At("body.time_zone", "Name the time zone whose clock start and end mean, such as Europe/Berlin.")
}

// keepsTheClock checks the first time as the wall clock shows it: later ones show the same.
func (n New) keepsTheClock(rule calendar.Recurrence, zone *time.Location) error {
	start, end := calendar.WallOf(n.Start, zone), calendar.WallOf(n.End, zone)
	switch {
	case !start.Before(end):
		return fault.At("body.end", "The end must be after the start on the wall clock too.")
	case n.End.Sub(n.Start) > mostDays*24*time.Hour:
		return fault.At("body.end", "A block that recurs is at most %d days long each time.", mostDays)
	}
	if err := rule.Check(start.Date()); err != nil {
		return fault.At("body.rrule", "The rule %s.", err)
	}
	return nil
}

// tell fills in when the blocks that recur do so in the range, where that is short.
func tell(blocks []Block, from, to time.Time) error {
	if from.IsZero() || to.IsZero() || to.Sub(from) > (mostDays*24+2)*time.Hour { // the days of clock changes are longer
		return nil
	}
	for i := range blocks {
		b := &blocks[i]
		if b.RRule == nil {
			continue
		}
		rule, err := calendar.ParseRecurrence(*b.RRule)
		if err != nil {
			return err
		}
		zone, err := location.LoadZone(*b.TimeZone)
		if err != nil {
			return err
		}
		b.Occurrences = rule.Spans(calendar.Span{Start: b.Start, End: b.End}, zone, zone, calendar.Span{Start: from, End: to})
	}
	return nil
}
