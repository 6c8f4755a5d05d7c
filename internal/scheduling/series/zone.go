package series

import (
	"context"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
)

// KeepClock has the series of a location that are not over keep the wall clock of its zone from now on, where it was another's. It is
// for whoever moves their appointments to that time, and comes before the locks of those, as in each edit of a series.
func (s *Service) KeepClock(ctx context.Context, tx *pg.TenantTx, where id.ID[location.Location], zoneName string) error {
	zone, err := location.LoadZone(zoneName)
	if err != nil {
		return err
	}
	all, err := ofOtherZones(ctx, tx, where, zoneName)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.Start.After(tx.Now()) {
			length := one.End.Sub(one.Start)
			one.Start = calendar.WallOf(one.Start, one.Start.Location()).First(zone)
			one.End = one.Start.Add(length)
		}
		one.TimeZone = zoneName
		if err := setZone(ctx, tx, one); err != nil {
			return err
		}
	}
	return nil
}

// ofOtherZones lists, in their own zones, the series of a location that keep the wall clock of another than its own and are not over.
func ofOtherZones(ctx context.Context, tx *pg.TenantTx, where id.ID[location.Location], zone string) ([]Series, error) {
	all, err := pg.All[Series](ctx, tx, `SELECT `+columns+` FROM series s
		WHERE s.location_id = @location_id AND s.time_zone <> @zone AND (s.until_date IS NULL AND s.rrule !~ '(COUNT|UNTIL)='
			OR EXISTS (SELECT FROM appointments a WHERE a.series_id = s.id AND a.starts_at > @now AND a.status IN ('PENDING', 'CONFIRMED')))
		ORDER BY s.id FOR NO KEY UPDATE`, pg.Args{"location_id": where, "zone": zone, "now": tx.Now(), "all": true, "actor": tx.Actor.UserID})
	for i := range all {
		all[i] = all[i].local()
	}
	return all, err
}

func setZone(ctx context.Context, tx *pg.TenantTx, one Series) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE series SET time_zone = @zone, starts_at = @start, ends_at = @end, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": one.ID, "zone": one.TimeZone, "start": one.Start, "end": one.End}))
	return err
}
