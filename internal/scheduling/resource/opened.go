package resource

import (
	"context"
	"reflect"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
)

// times are what says when a resource can be had, and how much of it.
type times struct {
	location    id.ID[location.Location]
	hours       calendar.Hours
	overrides   calendar.Overrides
	from, until *calendar.Date
	capacity    int
}

func (r Resource) times() times {
	return times{r.LocationID, r.Hours, r.DateOverrides, r.ActiveFrom, r.ActiveUntil, r.Capacity}
}

// opened tells of the time at which there is a resource, or more of it, from now on.
func (s *Service) opened(ctx context.Context, tx *pg.TenantTx, was, is times) error {
	if reflect.DeepEqual(was, is) {
		return nil
	}
	place, err := location.OpeningOf(ctx, tx, is.location)
	if err != nil {
		return err
	}
	before := was.opening(place)
	if was.location != is.location || is.capacity > was.capacity {
		before = calendar.Opening{} // never
	}
	more := calendar.Gained(before, is.opening(place), location.Reach(tx))
	if more.Empty() {
		return nil
	}
	return s.OnOpened.Fire(ctx, tx, location.Opened{LocationID: is.location, Start: more.Start, End: more.End})
}

func (t times) opening(place calendar.Opening) calendar.Opening {
	return calendar.Opening{
		Zone: place.Zone, Hours: t.hours, Overrides: t.overrides, Follows: &place, From: t.from.OrZero(), Until: t.until.OrZero(),
	}
}
