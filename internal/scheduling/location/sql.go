package location

import (
	"context"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const columns = `id, name, time_zone, opening_hours, date_overrides, min_notice_minutes, slot_interval_minutes, created_at, updated_at, archived_at, version`

func list(ctx context.Context, tx *pg.TenantTx, archived bool, p api.Page) ([]Location, error) {
	return pg.All[Location](ctx, tx, `
		SELECT `+columns+` FROM locations
		WHERE id > @after AND (archived_at IS NULL OR @archived::boolean)
		ORDER BY id LIMIT @rows`, pg.Args{"after": p.After(), "archived": archived, "rows": p.Rows()})
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Location]) (Location, error) {
	return pg.Found(pg.One[Location](ctx, tx, `SELECT `+columns+` FROM locations WHERE id = @id`, pg.Args{"id": key}))
}

// forChange is byID under a lock that keeps two patches from undoing each other: the second reads what the first wrote.
func forChange(ctx context.Context, tx *pg.TenantTx, key id.ID[Location]) (Location, error) {
	l, err := pg.Found(pg.One[Location](ctx, tx, `SELECT `+columns+` FROM locations WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}))
	if err == nil {
		err = api.CheckVersion(ctx, l.Version)
	}
	return l, err
}

func insert(ctx context.Context, tx *pg.TenantTx, n New) (Location, error) {
	return pg.One[Location](ctx, tx, `
		INSERT INTO locations (id, name, time_zone, opening_hours, date_overrides, min_notice_minutes, slot_interval_minutes, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @name, @time_zone, @opening_hours, @date_overrides, @notice, @interval, @now, @now, @changed_by, @acted_by, 1)
		RETURNING `+columns, tx.Stamp(pg.Args{
		"id": id.New[Location](), "name": n.Name, "time_zone": n.TimeZone, "opening_hours": n.OpeningHours, "date_overrides": n.DateOverrides, "notice": n.MinNoticeMinutes,
		"interval": n.SlotIntervalMinutes,
	}))
}

func update(ctx context.Context, tx *pg.TenantTx, key id.ID[Location], n New) (Location, error) {
	return pg.One[Location](ctx, tx, `
		UPDATE locations SET name = @name, time_zone = @time_zone, opening_hours = @opening_hours, date_overrides = @date_overrides, min_notice_minutes = @notice, slot_interval_minutes = @interval, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id RETURNING `+columns, tx.Stamp(pg.Args{
		"id": key, "name": n.Name, "time_zone": n.TimeZone, "opening_hours": n.OpeningHours, "date_overrides": n.DateOverrides, "notice": n.MinNoticeMinutes,
		"interval": n.SlotIntervalMinutes,
	}))
}

func archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Location]) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE locations SET archived_at = coalesce(archived_at, @now), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key})))
}

func listPublic(ctx context.Context, tx *pg.TenantTx) ([]Public, error) {
	return pg.All[Public](ctx, tx, `SELECT id, name, time_zone FROM locations WHERE archived_at IS NULL ORDER BY id LIMIT 1000`, nil)
}

func exist(ctx context.Context, tx *pg.TenantTx) (bool, error) {
	got, err := pg.One[struct {
		Exist bool `db:"exist"`
	}](ctx, tx, `SELECT EXISTS (SELECT FROM locations) AS exist`, nil)
	return got.Exist, err
}
