package series

import (
	"context"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

const (
	columns = `s.id, s.service_id, s.location_id, s.customer_id, s.rrule, s.time_zone, to_jsonb(s.anchor) AS anchor, s.shift_days, to_jsonb(s.from_date) AS from_date,
		to_jsonb(s.until_date) AS until_date, to_jsonb(s.made_until) AS made_until, s.starts_at, s.ends_at, s.party_size, s.resource_ids, s.rotate, s.notes, s.left_out,
		coalesce(s.combination -> 'variant', 'null') AS variant, coalesce(s.combination -> 'addons', '[]') AS addons, s.combination, s.created_at, s.updated_at, s.version,
		NOT (@all::boolean OR ` + serves + `) AS as_customer`

	// visible is the row rule: without appointments.all a person sees the series of which they serve something.
	visible = `(@all::boolean OR EXISTS (SELECT FROM appointments a JOIN customers c ON c.id = a.customer_id WHERE a.series_id = s.id AND c.user_id = @actor) OR ` + serves + `)`

	// serves is whether the actor does, or did, something of the series.
	serves = `EXISTS (SELECT FROM appointments a JOIN allocations al ON al.appointment_id = a.id JOIN resources r ON r.id = al.resource_id
		WHERE a.series_id = s.id AND r.user_id = @actor)`
)

func list(ctx context.Context, tx *pg.TenantTx, p api.Page) ([]Series, error) {
	all, err := pg.All[Series](ctx, tx, `SELECT `+columns+` FROM series s WHERE s.id > @after AND `+visible+` ORDER BY s.id LIMIT @rows`,
		pg.Args{"after": p.After(), "rows": p.Rows(), "all": tx.Actor.Can(role.AppointmentsAll), "actor": tx.Actor.UserID})
	for i := range all {
		all[i] = all[i].local().shown()
	}
	return all, err
}

// local writes the times with the offset of the series' own zone.
func (one Series) local() Series {
	if zone, err := location.LoadZone(one.TimeZone); err == nil {
		one.Start, one.End = one.Start.In(zone), one.End.In(zone)
	}
	return one
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries]) (Series, error) {
	one, err := pg.Found(pg.One[Series](ctx, tx, `SELECT `+columns+` FROM series s WHERE s.id = @id AND `+visible,
		pg.Args{"id": key, "all": tx.Actor.Can(role.AppointmentsAll), "actor": tx.Actor.UserID}))
	return one.local(), err
}

// forChange is byID under a lock that keeps two edits from undoing each other.
func forChange(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries]) (Series, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM series WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}); err != nil {
		return Series{}, err
	}
	s, err := byID(ctx, tx, key)
	if err == nil {
		err = api.CheckVersion(ctx, s.Version)
	}
	return s, err
}

func insert(ctx context.Context, tx *pg.TenantTx, s Series) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO series (id, service_id, location_id, customer_id, rrule, time_zone, anchor, shift_days, from_date, until_date, made_until, starts_at, ends_at, party_size,
			resource_ids, rotate, notes, left_out, combination, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @service_id, @location_id, @customer_id, @rrule, @zone, @anchor, @shift, @from::text::date, @until::text::date, @made_until::text::date, @start, @end, @party_size,
			@resource_ids, @rotate, @notes, @left_out, @combination, @now, @now, @changed_by, @acted_by, 1)`, tx.Stamp(pg.Args{
		"id": s.ID, "service_id": s.ServiceID, "location_id": s.LocationID, "customer_id": s.CustomerID, "rrule": s.RRule, "zone": s.TimeZone,
		"anchor": s.Anchor.String(), "shift": s.ShiftDays, "from": s.From.String(), "until": text(s.Until), "made_until": s.MadeUntil.String(), "start": s.Start, "end": s.End,
		"party_size": s.PartySize, "resource_ids": s.ResourceIDs, "rotate": s.Rotate, "notes": s.Notes, "left_out": s.LeftOut, "combination": s.Combined,
	}))
	return err
}

// text is a date as the database reads it.
func text(d *calendar.Date) *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

func update(ctx context.Context, tx *pg.TenantTx, s Series) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE series SET starts_at = @start, ends_at = @end, anchor = @anchor, shift_days = @shift, resource_ids = @resource_ids, made_until = @made_until::text::date, left_out = @left_out,
			updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`, tx.Stamp(pg.Args{
		"id": s.ID, "start": s.Start, "end": s.End, "anchor": s.Anchor.String(), "shift": s.ShiftDays, "resource_ids": s.ResourceIDs, "made_until": s.MadeUntil.String(), "left_out": s.LeftOut,
	}))
	return err
}

// endBefore leaves a series the dates of its rule before one.
func endBefore(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries], d calendar.Date) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE series SET until_date = @until::text::date, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key, "until": d.AddDays(-1).String()}))
	return err
}

// end leaves a series what is not called off, and no more.
func end(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries]) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE series s SET until_date = coalesce((SELECT max(a.series_date) FROM appointments a WHERE a.series_id = s.id AND a.status IN `+group.Blocking+`), s.from_date - 1),
			updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`, tx.Stamp(pg.Args{"id": key}))
	return err
}

// occurrence is an appointment of a series, as far as edits need it.
type occurrence struct {
	ID    id.ID[appointment.Appointment] `db:"id"`
	Date  calendar.Date                  `db:"series_date"`
	Start time.Time                      `db:"starts_at"`
}

func one(ctx context.Context, tx *pg.TenantTx, series id.ID[appointment.InSeries], key id.ID[appointment.Appointment]) (occurrence, error) {
	return pg.One[occurrence](ctx, tx, `SELECT id, to_jsonb(series_date) AS series_date, starts_at FROM appointments WHERE series_id = @series AND id = @id`,
		pg.Args{"series": series, "id": key})
}

// toCome lists the appointments of a series that have not begun and can still be changed.
func toCome(ctx context.Context, tx *pg.TenantTx, series id.ID[appointment.InSeries]) ([]occurrence, error) {
	return pg.All[occurrence](ctx, tx, `
		SELECT id, to_jsonb(series_date) AS series_date, starts_at FROM appointments
		WHERE series_id = @series AND status IN ('PENDING', 'CONFIRMED') AND starts_at > @now ORDER BY series_date, id`, pg.Args{"series": series, "now": tx.Now()})
}

// adopt gives appointments to another series.
func adopt(ctx context.Context, tx *pg.TenantTx, series id.ID[appointment.InSeries], all []occurrence) error {
	ids := make([]id.ID[appointment.Appointment], len(all))
	for i, o := range all {
		ids[i] = o.ID
	}
	_, err := pg.Exec(ctx, tx, `UPDATE appointments SET series_id = @series WHERE id = ANY(@ids::uuid[])`, pg.Args{"series": series, "ids": ids})
	return err
}

// usual lists who has served the appointments of a series, whoever did most often first.
func usual(ctx context.Context, tx *pg.TenantTx, series id.ID[appointment.InSeries]) ([]id.ID[resource.Resource], error) {
	rows, err := pg.All[struct {
		ID id.ID[resource.Resource] `db:"resource_id"`
	}](ctx, tx, `
		SELECT al.resource_id FROM allocations al JOIN appointments a ON a.id = al.appointment_id WHERE a.series_id = @series AND NOT al.linked
		GROUP BY al.resource_id ORDER BY count(DISTINCT a.id) DESC, al.resource_id`, pg.Args{"series": series})
	ids := make([]id.ID[resource.Resource], len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// short lists series without end whose appointments reach less far than they should.
func short(ctx context.Context, tx *pg.TenantTx, until calendar.Date) ([]Series, error) {
	return pg.All[Series](ctx, tx, `SELECT `+columns+` FROM series s
		WHERE s.until_date IS NULL AND s.made_until < @until::text::date AND s.rrule !~ '(COUNT|UNTIL)='
			AND NOT EXISTS (SELECT FROM customers c WHERE c.id = s.customer_id AND c.archived_at IS NOT NULL) ORDER BY s.id LIMIT 20 FOR NO KEY UPDATE SKIP LOCKED`,
		pg.Args{"until": until.String(), "all": true, "actor": tx.Actor.UserID})
}
