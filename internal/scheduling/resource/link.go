package resource

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
)

// links is the lock of what resources require: two changes at once could each make half of a circle.
const links = "resource_links"

// link makes n.Requires those that the resource takes along. It runs under the lock.
func link(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], n New, was []id.ID[Resource]) error {
	if i := slices.Index(n.Requires, key); i >= 0 {
		return fault.At(required(i), "A resource can't require itself. Take it out.")
	}
	if err := CheckKnown(ctx, tx, "body.requires", n.Requires, was); err != nil {
		return err
	}
	away, err := elsewhere(ctx, tx, n.Requires, n.LocationID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(n.Requires, in(away)); i >= 0 {
		return fault.At(required(i), "This resource is at another location. Choose one of the same.")
	}
	round, err := leadingTo(ctx, tx, n.Requires, key)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(n.Requires, in(round)); i >= 0 {
		return fault.At(required(i), "This resource requires the one that you change, directly or by way of others. Take it out.")
	}
	stuck, err := requiredElsewhere(ctx, tx, key, n.LocationID)
	if err != nil {
		return err
	}
	if stuck {
		return fault.At("body.location_id", "Another resource of its location requires this one. Take it out of that one's list first.")
	}
	return setLinks(ctx, tx, key, n.Requires)
}

func required(i int) string { return fmt.Sprintf("body.requires[%d]", i) }

func in(ids []id.ID[Resource]) func(id.ID[Resource]) bool {
	return func(v id.ID[Resource]) bool { return slices.Contains(ids, v) }
}

// elsewhere returns those of ids that are not at the location.
func elsewhere(ctx context.Context, tx *pg.TenantTx, ids []id.ID[Resource], place id.ID[location.Location]) ([]id.ID[Resource], error) {
	return idsOf(pg.All[one](ctx, tx, `SELECT id FROM resources WHERE id = ANY(@ids::uuid[]) AND location_id <> @location_id`, pg.Args{"ids": ids, "location_id": place}))
}

// leadingTo returns those of ids that require the resource, directly or by way of others.
func leadingTo(ctx context.Context, tx *pg.TenantTx, ids []id.ID[Resource], key id.ID[Resource]) ([]id.ID[Resource], error) {
	return idsOf(pg.All[one](ctx, tx, `
		WITH RECURSIVE reached (root, id) AS (
			SELECT r, r FROM unnest(@ids::uuid[]) AS r
			UNION SELECT b.root, l.requires_id FROM reached b JOIN resource_links l ON l.resource_id = b.id
		) SELECT DISTINCT root AS id FROM reached WHERE id = @key`, pg.Args{"ids": ids, "key": key}))
}

// requiredElsewhere reports whether a resource of another location than the given one requires this one.
func requiredElsewhere(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], place id.ID[location.Location]) (bool, error) {
	got, err := pg.One[struct {
		Is bool `db:"is"`
	}](ctx, tx, `SELECT EXISTS (
		SELECT FROM resource_links l JOIN resources r ON r.id = l.resource_id
		WHERE l.requires_id = @key AND r.location_id <> @location_id AND r.archived_at IS NULL) AS is`, pg.Args{"key": key, "location_id": place})
	return got.Is, err
}

// checkNotRequired refuses to give up a resource that others take along: they would be booked without it. It runs under the lock.
func checkNotRequired(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) error {
	names, err := requiring(ctx, tx, key)
	switch {
	case err != nil || len(names) == 0:
		return err
	case len(names) == 1:
		return errInTheWay.With("%s requires it. Change %[1]s first.", names[0])
	default:
		return errInTheWay.With("These resources require it: %s. Change them first.", strings.Join(names, ", "))
	}
}

// requiring names the resources that can be booked and require this one.
func requiring(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) ([]string, error) {
	rows, err := pg.All[struct {
		Name string `db:"name"`
	}](ctx, tx, `
		SELECT r.name FROM resource_links l JOIN resources r ON r.id = l.resource_id
		WHERE l.requires_id = @key AND r.archived_at IS NULL ORDER BY r.id LIMIT 20`, pg.Args{"key": key})
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Name
	}
	return names, err
}

func setLinks(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], ids []id.ID[Resource]) error {
	if _, err := pg.Exec(ctx, tx, `DELETE FROM resource_links WHERE resource_id = @key AND requires_id <> ALL(@ids::uuid[])`, pg.Args{"key": key, "ids": ids}); err != nil {
		return err
	}
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO resource_links (resource_id, requires_id) SELECT @key, r FROM unnest(@ids::uuid[]) AS r ON CONFLICT DO NOTHING`, pg.Args{"key": key, "ids": ids})
	return err
}
