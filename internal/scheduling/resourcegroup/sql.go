package resourcegroup

import (
	"context"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/resource"
)

const columns = `id, name, ARRAY(SELECT resource_id FROM resource_group_members WHERE group_id = resource_groups.id ORDER BY resource_id) AS resource_ids,
	created_at, updated_at, archived_at, version`

func list(ctx context.Context, tx *pg.TenantTx, archived bool, p api.Page) ([]Group, error) {
	return pg.All[Group](ctx, tx, `
		SELECT `+columns+` FROM resource_groups
		WHERE id > @after AND (archived_at IS NULL OR @archived::boolean)
		ORDER BY id LIMIT @rows`, pg.Args{"after": p.After(), "archived": archived, "rows": p.Rows()})
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Group]) (Group, error) {
	return pg.Found(pg.One[Group](ctx, tx, `SELECT `+columns+` FROM resource_groups WHERE id = @id`, pg.Args{"id": key}))
}

// forChange is byID under a lock that keeps two patches from undoing each other. It reads in a statement of its own:
// the one that waited for the lock would see the members as they were before it waited.
func forChange(ctx context.Context, tx *pg.TenantTx, key id.ID[Group]) (Group, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM resource_groups WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}); err != nil {
		return Group{}, err
	}
	g, err := byID(ctx, tx, key)
	if err == nil {
		err = api.CheckVersion(ctx, g.Version)
	}
	return g, err
}

func insert(ctx context.Context, tx *pg.TenantTx, key id.ID[Group], n New) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO resource_groups (id, name, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @name, @now, @now, @changed_by, @acted_by, 1)`, tx.Stamp(pg.Args{"id": key, "name": n.Name}))
	return err
}

func update(ctx context.Context, tx *pg.TenantTx, key id.ID[Group], n New) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE resource_groups SET name = @name, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "name": n.Name}))
	return err
}

func setMembers(ctx context.Context, tx *pg.TenantTx, key id.ID[Group], ids []id.ID[resource.Resource]) error {
	if _, err := pg.Exec(ctx, tx, `DELETE FROM resource_group_members WHERE group_id = @id AND resource_id <> ALL(@ids::uuid[])`, pg.Args{"id": key, "ids": ids}); err != nil {
		return err
	}
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO resource_group_members (group_id, resource_id) SELECT @id, r FROM unnest(@ids::uuid[]) AS r ON CONFLICT DO NOTHING`, pg.Args{"id": key, "ids": ids})
	return err
}

func archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Group]) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE resource_groups SET archived_at = coalesce(archived_at, @now), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key})))
}

// neededBy names the services that can be booked and need one of the group.
func neededBy(ctx context.Context, tx *pg.TenantTx, key id.ID[Group]) ([]string, error) {
	rows, err := pg.All[struct {
		Name string `db:"name"`
	}](ctx, tx, `
		SELECT name FROM services
		WHERE archived_at IS NULL AND EXISTS (SELECT FROM service_requirements q WHERE q.service_id = services.id AND q.group_id = @id)
		ORDER BY id LIMIT 20`, pg.Args{"id": key})
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Name
	}
	return names, err
}

// lockLive conflicts with forChange and not with itself.
func lockLive(ctx context.Context, tx *pg.TenantTx, ids []id.ID[Group]) ([]id.ID[Group], error) {
	rows, err := pg.All[struct {
		ID id.ID[Group] `db:"id"`
	}](ctx, tx, `SELECT id FROM resource_groups WHERE id = ANY(@ids::uuid[]) AND archived_at IS NULL ORDER BY id FOR SHARE`, pg.Args{"ids": ids})
	found := make([]id.ID[Group], len(rows))
	for i, r := range rows {
		found[i] = r.ID
	}
	return found, err
}
