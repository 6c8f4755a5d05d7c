package block

import (
	"context"
	"time"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

const columns = `id, location_id, resource_id, starts_at, ends_at, reason, rrule, time_zone, created_at, updated_at, archived_at, version`

// filter narrows a list; nil fields don't.
type filter struct {
	from, to   *time.Time
	locationID *id.ID[location.Location]
	resourceID *id.ID[resource.Resource]
	archived   bool
}

func list(ctx context.Context, tx *pg.TenantTx, f filter, p api.Page) ([]Block, error) {
	return pg.All[Block](ctx, tx, `
		SELECT `+columns+` FROM blocks
		WHERE id > @after AND (archived_at IS NULL OR @archived::boolean)
		  AND (@from::timestamptz IS NULL OR ends_at > @from OR rrule IS NOT NULL AND coalesce(last_ends_at, 'infinity') > @from) AND (@to::timestamptz IS NULL OR starts_at < @to)
		  AND (@location_id::uuid IS NULL OR location_id = @location_id) AND (@resource_id::uuid IS NULL OR resource_id = @resource_id)
		ORDER BY id LIMIT @rows`, pg.Args{
		"after": p.After(), "archived": f.archived, "from": f.from, "to": f.to,
		"location_id": f.locationID, "resource_id": f.resourceID, "rows": p.Rows(),
	})
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Block]) (Block, error) {
	return pg.Found(pg.One[Block](ctx, tx, `SELECT `+columns+` FROM blocks WHERE id = @id`, pg.Args{"id": key}))
}

// forChange is byID under a lock that keeps two patches from undoing each other: the second reads what the first wrote.
func forChange(ctx context.Context, tx *pg.TenantTx, key id.ID[Block]) (Block, error) {
	b, err := pg.Found(pg.One[Block](ctx, tx, `SELECT `+columns+` FROM blocks WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}))
	if err == nil {
		err = api.CheckVersion(ctx, b.Version)
	}
	return b, err
}

func insert(ctx context.Context, tx *pg.TenantTx, n New, last *time.Time) (Block, error) {
	b, err := pg.One[Block](ctx, tx, `
		INSERT INTO blocks (id, location_id, resource_id, starts_at, ends_at, reason, rrule, time_zone, last_ends_at, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @location_id, @resource_id, @starts_at, @ends_at, @reason, @rrule, @time_zone, @last_ends_at, @now, @now, @changed_by, @acted_by, 1)
		RETURNING `+columns, args(tx, id.New[Block](), n, last))
	return b, known(err)
}

func update(ctx context.Context, tx *pg.TenantTx, key id.ID[Block], n New, last *time.Time) (Block, error) {
	b, err := pg.One[Block](ctx, tx, `
		UPDATE blocks SET location_id = @location_id, resource_id = @resource_id, starts_at = @starts_at, ends_at = @ends_at,
			reason = @reason, rrule = @rrule, time_zone = @time_zone, last_ends_at = @last_ends_at, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id RETURNING `+columns, args(tx, key, n, last))
	return b, known(err)
}

func args(tx *pg.TenantTx, key id.ID[Block], n New, last *time.Time) pg.Args {
	return tx.Stamp(pg.Args{
		"id": key, "location_id": n.LocationID, "resource_id": n.ResourceID,
		"starts_at": n.Start, "ends_at": n.End, "reason": n.Reason,
		"rrule": n.RRule, "time_zone": n.TimeZone, "last_ends_at": last,
	})
}

// known names the field that points at nothing.
func known(err error) error {
	switch {
	case pg.Violates(err, "blocks_location_id_fkey"):
		return fault.Unknown("body.location_id")
	case pg.Violates(err, "blocks_resource_id_fkey"):
		return fault.Unknown("body.resource_id")
	}
	return err
}

// zoneOf returns the zone of the location or of the resource's; pg.ErrNoRow where there is no such.
func zoneOf(ctx context.Context, tx *pg.TenantTx, n New) (string, error) {
	got, err := pg.One[struct {
		TimeZone string `db:"time_zone"`
	}](ctx, tx, `
		SELECT time_zone FROM locations
		WHERE id = coalesce(@location_id::uuid, (SELECT location_id FROM resources WHERE id = @resource_id::uuid))`,
		pg.Args{"location_id": n.LocationID, "resource_id": n.ResourceID})
	return got.TimeZone, err
}

// isOwn reports whether a resource is the actor: whether they are the login behind it.
func isOwn(ctx context.Context, tx *pg.TenantTx, key id.ID[resource.Resource]) (bool, error) {
	got, err := pg.One[struct {
		Own bool `db:"own"`
	}](ctx, tx, `SELECT user_id IS NOT DISTINCT FROM @actor::uuid AS own FROM resources WHERE id = @id`, pg.Args{"id": key, "actor": tx.Actor.UserID})
	return got.Own, err
}

func archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Block]) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE blocks SET archived_at = coalesce(archived_at, @now), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key})))
}
