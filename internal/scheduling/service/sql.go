package service

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

const columns = `id, name, duration_minutes, jsonb_build_object('amount', price_amount, 'currency', price_currency) AS price,
	buffer_before_minutes, buffer_after_minutes, buffers_inside_hours, slot_interval_minutes, min_notice_minutes, max_advance_days,
	to_jsonb(bookable_from) AS bookable_from, to_jsonb(bookable_until) AS bookable_until, align, fill_gaps, limits, customer_limits, public, hours,
	ARRAY(SELECT resource_id FROM service_resources WHERE service_id = services.id ORDER BY resource_id) AS resource_ids,
	created_at, updated_at, archived_at, version`

func list(ctx context.Context, tx *pg.TenantTx, archived bool, p api.Page) ([]Service, error) {
	return pg.All[Service](ctx, tx, `
		SELECT `+columns+` FROM services
		WHERE id > @after AND (archived_at IS NULL OR @archived::boolean)
		ORDER BY id LIMIT @rows`, pg.Args{"after": p.After(), "archived": archived, "rows": p.Rows()})
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Service]) (Service, error) {
	return pg.Found(pg.One[Service](ctx, tx, `SELECT `+columns+` FROM services WHERE id = @id`, pg.Args{"id": key}))
}

// forChange is byID under a lock that keeps two patches from undoing each other. It reads in a statement of its own:
// the one that waited for the lock would see the resources as they were before it waited.
func forChange(ctx context.Context, tx *pg.TenantTx, key id.ID[Service]) (Service, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM services WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}); err != nil {
		return Service{}, err
	}
	return byID(ctx, tx, key)
}

func insert(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], n New) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO services (id, name, duration_minutes, price_amount, price_currency, buffer_before_minutes, buffer_after_minutes,
			buffers_inside_hours, slot_interval_minutes, min_notice_minutes, max_advance_days, bookable_from, bookable_until, align, fill_gaps, limits, customer_limits, public, hours, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @name, @duration, @amount, @currency, @before, @after, @inside, @interval, @notice, @advance, @from::text::date, @until::text::date, @align, @gaps, @limits, @customer_limits, @public, @hours, @now, @now, @changed_by, @acted_by, 1)`,
		args(tx, key, n))
	return err
}

func update(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], n New) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE services SET name = @name, duration_minutes = @duration, price_amount = @amount, price_currency = @currency,
			buffer_before_minutes = @before, buffer_after_minutes = @after, buffers_inside_hours = @inside, slot_interval_minutes = @interval,
			min_notice_minutes = @notice, max_advance_days = @advance, bookable_from = @from::text::date, bookable_until = @until::text::date, align = @align, fill_gaps = @gaps, limits = @limits, customer_limits = @customer_limits, public = @public, hours = @hours, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, args(tx, key, n))
	return err
}

func args(tx *pg.TenantTx, key id.ID[Service], n New) pg.Args {
	return tx.Stamp(pg.Args{
		"id": key, "name": n.Name, "duration": n.DurationMinutes, "amount": n.Price.Amount, "currency": n.Price.Currency,
		"before": n.BufferBeforeMinutes, "after": n.BufferAfterMinutes, "inside": n.BuffersInsideHours, "interval": n.SlotIntervalMinutes,
		"notice": n.MinNoticeMinutes, "advance": n.MaxAdvanceDays, "from": n.BookableFrom.Text(), "until": n.BookableUntil.Text(), "align": n.Align, "gaps": n.FillGaps, "limits": n.Limits, "customer_limits": n.CustomerLimits, "public": n.Public, "hours": n.Hours,
	})
}

// setResources makes ids the resources that perform the service. An archived one may stay, but not come in.
func setResources(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], ids []id.ID[resource.Resource]) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM service_resources WHERE service_id = @id AND resource_id <> ALL(@ids::uuid[])`, pg.Args{"id": key, "ids": ids})
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `
		INSERT INTO service_resources (service_id, resource_id)
		SELECT @id, id FROM resources WHERE id = ANY(@ids::uuid[]) AND archived_at IS NULL
		ON CONFLICT DO NOTHING`, pg.Args{"id": key, "ids": ids})
	if err != nil {
		return err
	}
	kept, err := pg.All[struct {
		ID id.ID[resource.Resource] `db:"resource_id"`
	}](ctx, tx, `SELECT resource_id FROM service_resources WHERE service_id = @id`, pg.Args{"id": key})
	if err != nil || len(kept) == len(ids) {
		return err
	}
	known := make(map[id.ID[resource.Resource]]bool, len(kept))
	for _, k := range kept {
		known[k.ID] = true
	}
	for i, v := range ids {
		if !known[v] {
			return fault.Unknown(fmt.Sprintf("body.resource_ids[%d]", i))
		}
	}
	return nil
}

// archive takes a service out of new bookings. Old appointments keep it.
func archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Service]) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE services SET archived_at = coalesce(archived_at, @now), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key})))
}

// offer is one service with one of its resources, as the database joins them.
type offer struct {
	ID              id.ID[Service]           `db:"id"`
	Name            string                   `db:"name"`
	DurationMinutes int                      `db:"duration_minutes"`
	Price           money.Money              `db:"price"`
	ResourceID      id.ID[resource.Resource] `db:"resource_id"`
	ResourceName    string                   `db:"resource_name"`
	LocationID      id.ID[location.Location] `db:"location_id"`
}

func offers(ctx context.Context, tx *pg.TenantTx) ([]offer, error) {
	return pg.All[offer](ctx, tx, `
		SELECT s.id, s.name, s.duration_minutes, jsonb_build_object('amount', s.price_amount, 'currency', s.price_currency) AS price,
			r.id AS resource_id, r.name AS resource_name, r.location_id
		FROM services s JOIN service_resources sr ON sr.service_id = s.id JOIN resources r ON r.id = sr.resource_id JOIN locations l ON l.id = r.location_id
		WHERE s.public AND s.archived_at IS NULL AND r.archived_at IS NULL AND l.archived_at IS NULL
		ORDER BY s.id, r.id LIMIT 10000`, nil)
}

func uuidOf(s Service) uuid.UUID { return s.ID.UUID() }
