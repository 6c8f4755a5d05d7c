package location

import (
	"context"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
)

// Opened is announced when other rules let time be had at a location that could not be had before. Whether it is free, the engine
// knows.
type Opened struct {
	LocationID id.ID[Location]
	Start, End time.Time
}

// announced is how far ahead of now others are told of what may be free from now on: more would be too much to look through at once.
const announced = 60 * 24 * time.Hour

// Reach is the time of which others are told.
func Reach(tx *pg.TenantTx) calendar.Span {
	return calendar.Span{Start: tx.Now(), End: tx.Now().Add(announced)}
}

// opened tells of the time that a change of the hours, of single dates or of the zone has opened.
func (s *Service) opened(ctx context.Context, tx *pg.TenantTx, was, is Location) error {
	before, err := was.opening()
	if err != nil {
		return err
	}
	after, err := is.opening()
	if err != nil || is.ArchivedAt != nil {
		return err
	}
	more := calendar.Gained(before, after, Reach(tx))
	if more.Empty() {
		return nil
	}
	return s.OnOpened.Fire(ctx, tx, Opened{is.ID, more.Start, more.End})
}

func (l Location) opening() (calendar.Opening, error) {
	zone, err := LoadZone(l.TimeZone)
	return calendar.Opening{Zone: zone, Hours: l.OpeningHours, Overrides: l.DateOverrides}, err
}

// OpeningOf is when a location is open; its resources follow it.
func OpeningOf(ctx context.Context, tx *pg.TenantTx, key id.ID[Location]) (calendar.Opening, error) {
	l, err := byID(ctx, tx, key)
	if err != nil {
		return calendar.Opening{}, err
	}
	return l.opening()
}
