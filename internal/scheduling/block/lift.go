package block

import (
	"context"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
)

// Lifted is announced when a block no longer takes, or takes another, time at a location.
type Lifted struct {
	LocationID id.ID[location.Location]
	Start, End time.Time
}

// announced is how far ahead of now a lifted block is told of: what is longer or recurs would be too much to look through at once.
const announced = 60 * 24 * time.Hour

// lifted tells each location that was closed, or has the resource that was off, what may be free from now on.
func (s *Service) lifted(ctx context.Context, tx *pg.TenantTx, was Block) error {
	start, end := was.Start, was.End
	if limit := tx.Now().Add(announced); was.RRule != nil || end.After(limit) {
		end = limit
	}
	if start.Before(tx.Now()) {
		start = tx.Now()
	}
	if was.ArchivedAt != nil || !start.Before(end) {
		return nil
	}
	places, err := placesOf(ctx, tx, was)
	if err != nil {
		return err
	}
	for _, place := range places {
		if err := s.OnLifted.Fire(ctx, tx, Lifted{place, start, end}); err != nil {
			return err
		}
	}
	return nil
}

// placesOf are the locations at which a block takes time.
func placesOf(ctx context.Context, tx *pg.TenantTx, b Block) ([]id.ID[location.Location], error) {
	rows, err := pg.All[struct {
		ID id.ID[location.Location] `db:"id"`
	}](ctx, tx, `
		SELECT id FROM locations
		WHERE archived_at IS NULL AND (id = @location_id OR id = (SELECT location_id FROM resources WHERE id = @resource_id) OR num_nonnulls(@location_id::uuid, @resource_id::uuid) = 0)
		ORDER BY id`, pg.Args{"location_id": b.LocationID, "resource_id": b.ResourceID})
	places := make([]id.ID[location.Location], len(rows))
	for i, r := range rows {
		places[i] = r.ID
	}
	return places, err
}
