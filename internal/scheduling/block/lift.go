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

// lifted tells each location that was closed, or has the resource that was off, what may be free from now on. A block that recurs or
// is longer than others are told of is as one of that length.
func (s *Service) lifted(ctx context.Context, tx *pg.TenantTx, was Block) error {
	start, end, reach := was.Start, was.End, location.Reach(tx)
	if was.RRule != nil || end.After(reach.End) {
		end = reach.End
	}
	if start.Before(reach.Start) {
		start = reach.Start
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
