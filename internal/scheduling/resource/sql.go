package resource

import (
	"context"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const columns = `id, name, kind, location_id, user_id, hours, date_overrides,
	to_jsonb(active_from) AS active_from, to_jsonb(active_until) AS active_until, limits, capacity, priority, weight, sort_order,
	buffer_before_minutes, buffer_after_minutes, ARRAY(SELECT requires_id FROM resource_links WHERE resource_id = resources.id ORDER BY requires_id) AS requires, created_at, updated_at, archived_at, version`

func list(ctx context.Context, tx *pg.TenantTx, archived bool, p api.Page) ([]Resource, error) {
	return pg.All[Resource](ctx, tx, `
		SELECT `+columns+` FROM resources
		WHERE id > @after AND (archived_at IS NULL OR @archived::boolean)
		ORDER BY id LIMIT @rows`, pg.Args{"after": p.After(), "archived": archived, "rows": p.Rows()})
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) (Resource, error) {
	return pg.Found(pg.One[Resource](ctx, tx, `SELECT `+columns+` FROM resources WHERE id = @id`, pg.Args{"id": key}))
}

// forChange is byID under a lock that keeps two patches from undoing each other. It reads in a statement of its own:
// the one that waited for the lock would see the links as they were before it waited.
func forChange(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) (Resource, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM resources WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}); err != nil {
		return Resource{}, err
	}
	r, err := byID(ctx, tx, key)
	if err == nil {
		err = api.CheckVersion(ctx, r.Version)
	}
	return r, err
}

func insert(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], n New) error {
	return located(pg.Exec(ctx, tx, `
		INSERT INTO resources (id, name, kind, location_id, user_id, hours, date_overrides, active_from, active_until, limits, capacity, priority, weight, sort_order, buffer_before_minutes, buffer_after_minutes, created_at, updated_at, changed_by, acted_by, version)
		SELECT @id, @name, @kind, l.id, @user_id, @hours, @date_overrides, @active_from::text::date, @active_until::text::date, @limits, @capacity, @priority, @weight, @sort_order, @before, @after, @now, @now, @changed_by, @acted_by, 1
		FROM locations l WHERE l.id = @location_id AND l.archived_at IS NULL`, args(tx, key, n)))
}

// update lets a resource stay at an archived location.
func update(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], n New) error {
	return located(pg.Exec(ctx, tx, `
		UPDATE resources SET name = @name, kind = @kind, location_id = @location_id, user_id = @user_id, hours = @hours, date_overrides = @date_overrides, active_from = @active_from::text::date, active_until = @active_until::text::date, limits = @limits,
			capacity = @capacity, priority = @priority, weight = @weight, sort_order = @sort_order, buffer_before_minutes = @before, buffer_after_minutes = @after, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id AND (location_id = @location_id OR EXISTS (SELECT FROM locations l WHERE l.id = @location_id AND l.archived_at IS NULL))`, args(tx, key, n)))
}

func args(tx *pg.TenantTx, key id.ID[Resource], n New) pg.Args {
	return tx.Stamp(pg.Args{
		"id": key, "name": n.Name, "kind": n.Kind, "location_id": n.LocationID, "user_id": n.UserID, "hours": n.Hours, "date_overrides": n.DateOverrides,
		"active_from": n.ActiveFrom.Text(), "active_until": n.ActiveUntil.Text(), "limits": n.Limits,
		"capacity": n.Capacity, "priority": n.Priority, "weight": n.Weight, "sort_order": n.SortOrder, "before": n.BufferBeforeMinutes, "after": n.BufferAfterMinutes,
	})
}

// located says that there is no such location to book at, where nothing was written.
func located(rows int64, err error) error {
	if err == nil && rows == 0 {
		return fault.Unknown("body.location_id")
	}
	return err
}

func archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE resources SET archived_at = coalesce(archived_at, @now), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key})))
}

// checkUser refuses a user who is not of this tenant; row-level security hides all others.
func checkUser(ctx context.Context, tx *pg.TenantTx, user *id.ID[account.User]) error {
	known, err := account.Known(ctx, tx, user)
	if err == nil && !known {
		return fault.Unknown("body.user_id")
	}
	return err
}
