package service

import (
	"context"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

const columns = `id, name, duration_minutes, jsonb_build_object('amount', price_amount, 'currency', price_currency) AS price,
	buffer_before_minutes, buffer_after_minutes, buffers_inside_hours, CASE WHEN NOT slot_interval_inherited THEN slot_interval_minutes END AS slot_interval_minutes, CASE WHEN NOT min_notice_inherited THEN min_notice_minutes END AS min_notice_minutes, max_advance_days,
	to_jsonb(bookable_from) AS bookable_from, to_jsonb(bookable_until) AS bookable_until, align, fill_gaps, limits, customer_limits, public, hours,
	ARRAY(SELECT resource_id FROM service_resources WHERE service_id = services.id ORDER BY resource_id) AS resource_ids,
	(SELECT coalesce(jsonb_agg(to_jsonb(q) || jsonb_build_object('resource_ids', ARRAY(SELECT resource_id FROM requirement_resources WHERE requirement_id = q.id ORDER BY resource_id)) ORDER BY q.position), '[]')
		FROM service_requirements q WHERE q.service_id = services.id) AS requirements,
	strategy, prefer_last, count_per_person, max_party_size, confirmation, pending_blocks_slot, pending_minutes, unassigned_requests, to_jsonb(day_before) AS day_before, bookable_days, for_customers, coalesce(group_rules, 'null') AS group_rules, waitlist, auto_promote_until_minutes, addons, variants,
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
	s, err := byID(ctx, tx, key)
	if err == nil {
		err = api.CheckVersion(ctx, s.Version)
	}
	return s, err
}

func insert(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], n New, notice int) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO services (id, name, duration_minutes, price_amount, price_currency, buffer_before_minutes, buffer_after_minutes,
			buffers_inside_hours, slot_interval_minutes, min_notice_minutes, max_advance_days, bookable_from, bookable_until, align, fill_gaps, limits, customer_limits, public, hours,
			min_notice_inherited, slot_interval_inherited, strategy, prefer_last, count_per_person, max_party_size, confirmation, pending_blocks_slot, pending_minutes, unassigned_requests, day_before, bookable_days, for_customers, group_rules, waitlist, auto_promote_until_minutes, addons, variants, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @name, @duration, @amount, @currency, @before, @after, @inside, @interval, @notice, @advance, @from::text::date, @until::text::date, @align, @gaps, @limits, @customer_limits, @public, @hours,
			@inherited, @interval_inherited, @strategy, @prefer_last, @per_person, @party, @confirmation, @pending_blocks, @pending, @unassigned, @day_before, @days, @for_customers, @group, @waitlist, @promote, @addons, @variants, @now, @now, @changed_by, @acted_by, 1)`,
		args(tx, key, n, notice))
	return err
}

func update(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], n New, notice int) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE services SET name = @name, duration_minutes = @duration, price_amount = @amount, price_currency = @currency,
			buffer_before_minutes = @before, buffer_after_minutes = @after, buffers_inside_hours = @inside, slot_interval_minutes = @interval,
			min_notice_minutes = @notice, max_advance_days = @advance, bookable_from = @from::text::date, bookable_until = @until::text::date, align = @align, fill_gaps = @gaps, limits = @limits, customer_limits = @customer_limits, public = @public, hours = @hours,
			min_notice_inherited = @inherited, slot_interval_inherited = @interval_inherited, strategy = @strategy, prefer_last = @prefer_last, count_per_person = @per_person, max_party_size = @party, confirmation = @confirmation, pending_blocks_slot = @pending_blocks,
			pending_minutes = @pending, unassigned_requests = @unassigned, day_before = @day_before, bookable_days = @days, for_customers = @for_customers, group_rules = @group, waitlist = @waitlist, auto_promote_until_minutes = @promote, addons = @addons, variants = @variants, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, args(tx, key, n, notice))
	return err
}

func args(tx *pg.TenantTx, key id.ID[Service], n New, notice int) pg.Args {
	return tx.Stamp(pg.Args{
		"id": key, "name": n.Name, "duration": n.DurationMinutes, "amount": n.Price.Amount, "currency": n.Price.Currency,
		"before": n.BufferBeforeMinutes, "after": n.BufferAfterMinutes, "inside": n.BuffersInsideHours, "interval": *orDefault(n.SlotIntervalMinutes, defaultInterval), "interval_inherited": n.SlotIntervalMinutes == nil,
		"notice": notice, "inherited": n.MinNoticeMinutes == nil, "advance": n.MaxAdvanceDays, "from": n.BookableFrom.Text(), "until": n.BookableUntil.Text(), "align": n.Align, "gaps": n.FillGaps, "limits": n.Limits, "customer_limits": n.CustomerLimits, "public": n.Public, "hours": n.Hours,
		"strategy": n.Strategy, "prefer_last": n.PreferLast, "per_person": n.CountPerPerson, "party": n.MaxPartySize, "confirmation": n.Confirmation, "pending_blocks": n.PendingBlocksSlot,
		"pending": n.PendingMinutes, "unassigned": n.UnassignedRequests, "day_before": clockText(n.DayBefore), "days": n.BookableDays, "for_customers": n.ForCustomers, "group": n.Group.V,
		"waitlist": n.Waitlist, "promote": n.AutoPromoteUntil, "addons": n.Addons, "variants": n.Variants,
	})
}

func clockText(c *calendar.Clock) *string {
	if c == nil {
		return nil
	}
	text := c.String()
	return &text
}

// setResources makes ids the resources that perform the service.
func setResources(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], ids []id.ID[resource.Resource]) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM service_resources WHERE service_id = @id AND resource_id <> ALL(@ids::uuid[])`, pg.Args{"id": key, "ids": ids})
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `
		INSERT INTO service_resources (service_id, resource_id) SELECT @id, r FROM unnest(@ids::uuid[]) AS r ON CONFLICT DO NOTHING`, pg.Args{"id": key, "ids": ids})
	return err
}

func dropRequirements(ctx context.Context, tx *pg.TenantTx, key id.ID[Service]) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM service_requirements WHERE service_id = @id`, pg.Args{"id": key})
	return err
}

func addRequirements(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], rows []storedRequirement) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO service_requirements (id, service_id, position, label, group_id, kind, quantity, units, per_person, parts, customer_selectable, strategy)
		SELECT id, @service_id, position, label, group_id, kind, quantity, units, per_person, parts, customer_selectable, strategy
		FROM jsonb_to_recordset(@rows::jsonb) AS r (id uuid, position integer, label text, group_id uuid, kind text, quantity integer, units integer,
			per_person boolean, parts jsonb, customer_selectable boolean, strategy text)`, pg.Args{"service_id": key, "rows": rows})
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `
		INSERT INTO requirement_resources (requirement_id, resource_id)
		SELECT r.id, one::uuid FROM jsonb_to_recordset(@rows::jsonb) AS r (id uuid, resource_ids jsonb), jsonb_array_elements_text(r.resource_ids) AS one`, pg.Args{"rows": rows})
	return err
}

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
	MaxPartySize    int                      `db:"max_party_size"`
	Confirmation    string                   `db:"confirmation"`
	Group           bool                     `db:"is_group"`
	Waitlist        bool                     `db:"has_waitlist"`
	Selectable      bool                     `db:"selectable"` // whether customers may choose it
	Addons          []Addon                  `db:"addons"`     // of the first resource's row: once is enough
	Variants        []Variant                `db:"variants"`
}

// offers joins services with what customers choose from: their resources, or those of the first requirement that leaves a choice.
// Where none does, the first tells where the service is.
func offers(ctx context.Context, tx *pg.TenantTx) ([]offer, error) {
	return pg.All[offer](ctx, tx, `
		WITH choice AS (
			SELECT DISTINCT ON (service_id) id, service_id, group_id, kind, customer_selectable FROM service_requirements
			ORDER BY service_id, customer_selectable DESC, position
		), offered (service_id, resource_id, selectable) AS (
			SELECT sr.service_id, sr.resource_id, true FROM service_resources sr WHERE NOT EXISTS (SELECT FROM choice c WHERE c.service_id = sr.service_id)
			UNION ALL SELECT c.service_id, rr.resource_id, c.customer_selectable FROM choice c JOIN requirement_resources rr ON rr.requirement_id = c.id
			UNION ALL SELECT c.service_id, m.resource_id, c.customer_selectable FROM choice c JOIN resource_group_members m ON m.group_id = c.group_id
			UNION ALL SELECT c.service_id, r.id, c.customer_selectable FROM choice c JOIN resources r ON r.kind = c.kind
		)
		SELECT s.id, s.name, s.duration_minutes, jsonb_build_object('amount', s.price_amount, 'currency', s.price_currency) AS price,
			r.id AS resource_id, r.name AS resource_name, r.location_id, s.max_party_size, s.confirmation, s.group_rules IS NOT NULL AS is_group, s.waitlist <> 'off' AS has_waitlist, o.selectable,
			CASE WHEN first_value(r.id) OVER of_one = r.id THEN s.addons ELSE '[]' END AS addons, CASE WHEN first_value(r.id) OVER of_one = r.id THEN s.variants ELSE '[]' END AS variants
		FROM services s JOIN offered o ON o.service_id = s.id JOIN resources r ON r.id = o.resource_id JOIN locations l ON l.id = r.location_id
		WHERE s.public AND s.archived_at IS NULL AND r.archived_at IS NULL AND l.archived_at IS NULL
		WINDOW of_one AS (PARTITION BY s.id ORDER BY r.id)
		ORDER BY s.id, r.id LIMIT 10000`, nil)
}

func uuidOf(s Service) uuid.UUID { return s.ID.UUID() }
