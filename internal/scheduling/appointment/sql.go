package appointment

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/policy"
	"smoothschedule/internal/scheduling/resource"
)

const (
	selectSQL = `SELECT a.id, a.location_id, a.service_id, a.customer_id,
			CASE WHEN a.session_id IS NULL
				THEN ARRAY(SELECT resource_id FROM allocations WHERE appointment_id = a.id AND NOT linked GROUP BY resource_id ORDER BY min(need), resource_id)
				ELSE ARRAY(SELECT resource_id FROM allocations WHERE session_id = a.session_id AND NOT linked GROUP BY resource_id ORDER BY min(need), resource_id) END AS resource_ids,
			a.status, a.starts_at, a.ends_at, a.time_zone, a.party_size, a.service_name, c.name AS customer_name,
			jsonb_build_object('amount', a.price_amount, 'currency', a.price_currency) AS price,
			jsonb_build_object('amount', a.deposit_amount, 'currency', a.price_currency) AS deposit,
			coalesce(a.combination -> 'variant', 'null') AS variant, coalesce(a.combination -> 'addons', '[]') AS addons, a.notes, CASE WHEN a.status = 'PENDING' THEN a.pending_until END AS pending_until, a.overbooked, a.overridden, a.override_reason,
			a.cancel_reason, a.cancelled_at, a.cancelled_by, a.cancelled_late, a.checked_in_at, a.started_at, a.finished_at, a.released_at, a.reschedules, a.series_id, a.session_id, a.free_cancel,
			a.created_at, a.updated_at, a.version, a.buffer_before_minutes, a.buffer_after_minutes, a.policy, a.utc_offset_seconds,
			NOT (@all::boolean OR ` + serves + `) AS as_customer
		FROM appointments a JOIN customers c ON c.id = a.customer_id
		WHERE `

	// visible is the row rule: without appointments.all a person sees those they serve and those they booked.
	visible = `(@all::boolean OR c.user_id = @actor OR ` + serves + `)`

	// serves is whether the actor does, or did, what the appointment is for.
	serves = `(EXISTS (
		SELECT FROM allocations al JOIN resources r ON r.id = al.resource_id WHERE al.appointment_id = a.id AND r.user_id = @actor) OR EXISTS (
		SELECT FROM allocations al JOIN resources r ON r.id = al.resource_id WHERE al.session_id = a.session_id AND r.user_id = @actor))`
)

// seen adds what is asked about the actor: what they see, and how much of it.
func seen(tx *pg.TenantTx, args pg.Args) pg.Args {
	args["all"], args["actor"] = tx.Actor.Can(role.AppointmentsAll), tx.Actor.UserID
	return args
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	a, err := pg.Found(pg.One[Appointment](ctx, tx, selectSQL+`a.id = @id AND `+visible, seen(tx, pg.Args{"id": key})))
	return a.local(), err
}

// readBack returns an appointment whoever the actor is: what the transaction itself has just written, or what a link opens.
func readBack(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	a, err := pg.One[Appointment](ctx, tx, selectSQL+`a.id = @id`, seen(tx, pg.Args{"id": key}))
	return a.local(), err
}

// filter is the range [from, to) and what narrows it.
type filter struct {
	from, to   time.Time
	resourceID *id.ID[resource.Resource]
	customerID *id.ID[customer.Customer]
	status     *string
}

func between(ctx context.Context, tx *pg.TenantTx, f filter) ([]Appointment, error) {
	all, err := pg.All[Appointment](ctx, tx, selectSQL+`tstzrange(a.starts_at, a.ends_at) && tstzrange(@from, @to)
		  AND (@resource_id::uuid IS NULL OR EXISTS (SELECT FROM allocations al WHERE (al.appointment_id = a.id OR al.session_id = a.session_id) AND al.resource_id = @resource_id))
		  AND (@customer_id::uuid IS NULL OR a.customer_id = @customer_id) AND (@status::text IS NULL OR a.status = @status) AND `+visible+`
		ORDER BY a.starts_at, a.id`,
		seen(tx, pg.Args{"from": f.from, "to": f.to, "resource_id": f.resourceID, "customer_id": f.customerID, "status": f.status}))
	for i := range all {
		all[i] = all[i].local()
	}
	return all, err
}

// local writes the times with the offset of the appointment's own zone.
func (a Appointment) local() Appointment {
	if zone, err := location.LoadZone(a.TimeZone); err == nil {
		a.Start, a.End = a.Start.In(zone), a.End.In(zone)
	}
	return a
}

// record is a new appointment's row.
type record struct {
	key          id.ID[Appointment]
	plan         *availability.Plan
	customerID   id.ID[customer.Customer]
	start, end   time.Time
	state        Status
	pendingUntil *time.Time
	notes        *string
	terms        policy.Terms
	overridden   []availability.Rule
	why          string // of the override
	draft        *Draft
	sessionID    *id.ID[group.Session] // of a group
}

// ofSeries is which occurrence of which series it is, if of any.
func (r record) ofSeries() (series *uuid.UUID, date *string) {
	if r.draft == nil || r.draft.SeriesID == nil {
		return nil, nil
	}
	return r.draft.SeriesID, r.draft.SeriesDate.Text()
}

// clock is whose wall clock it is agreed on.
func (r record) clock() (zone string, offset *int) {
	if r.draft != nil && r.draft.Clock != nil {
		return clockOf(r.draft.Clock, r.start)
	}
	return clockOf(r.plan.Zone, r.start)
}

func insert(ctx context.Context, tx *pg.TenantTx, r record) error {
	f := r.plan.Service
	series, date := r.ofSeries()
	zone, offset := r.clock()
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO appointments (id, location_id, service_id, customer_id, status, starts_at, ends_at, time_zone, utc_offset_seconds, party_size, service_name, combination, price_amount,
			price_currency, deposit_amount, policy, buffer_before_minutes, buffer_after_minutes, assignment_reason, notes, pending_until, overbooked, overridden,
			override_reason, series_id, series_date, session_id, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @location_id, @service_id, @customer_id, @status, @start, @end, @zone, @offset, @party_size, @name, @combination, @amount,
			@currency, @deposit, @policy, @before, @after, @reason, @notes, @pending_until, @overbooked, @overridden,
			nullif(@why, ''), @series_id, @series_date::text::date, @session_id, @now, @now, @changed_by, @acted_by, 1)`, tx.Stamp(pg.Args{
		"id": r.key, "location_id": r.plan.Location, "service_id": r.plan.ServiceID, "customer_id": r.customerID, "status": r.state,
		"start": r.start, "end": r.end, "zone": zone, "offset": offset, "party_size": r.plan.PartySize, "name": f.Name, "combination": r.plan.Combined, "amount": f.Price.Amount, "currency": f.Price.Currency,
		"deposit": r.terms.DepositFor(f.Price).Amount, "policy": r.terms, "before": f.BufferBeforeMinutes, "after": f.BufferAfterMinutes, "reason": r.plan.Reason(),
		"notes": r.notes, "pending_until": r.pendingUntil, "overbooked": len(r.overridden) > 0, "overridden": orEmpty(r.overridden), "why": r.why,
		"series_id": series, "series_date": date, "session_id": r.sessionID,
	}))
	return err
}

// orEmpty is a list also where there is none: the column holds no null.
func orEmpty(rules []availability.Rule) []availability.Rule {
	if rules == nil {
		return []availability.Rule{}
	}
	return rules
}

func relocate(ctx context.Context, tx *pg.TenantTx, was Appointment, v *verdict, m movement) error {
	zone, offset := clockOf(v.plan.Zone, v.start)
	if v.start.Equal(was.Start) && v.plan.Location == was.LocationID { // nobody has agreed to another time
		zone, offset = was.TimeZone, was.UTCOffset
	}
	counted := 0
	if m.byCustomer {
		counted = 1
	}
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET starts_at = @start, ends_at = @end, location_id = @location_id, time_zone = @zone, utc_offset_seconds = @offset, reschedules = reschedules + @counted,
			pending_until = CASE WHEN pending_until > @start THEN @start ELSE pending_until END, free_cancel = free_cancel AND @counted = 0,
			status = CASE WHEN status = 'CHECKED_IN' AND starts_at <> @start THEN 'CONFIRMED' ELSE status END,
			checked_in_at = CASE WHEN starts_at = @start THEN checked_in_at END,
			overbooked = @overbooked, overridden = @overridden, override_reason = nullif(@why, ''), assignment_reason = @reason,
			updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{
		"id": was.ID, "start": v.start, "end": v.end, "location_id": v.plan.Location, "zone": zone, "offset": offset, "counted": counted,
		"overbooked": len(v.overridden) > 0, "overridden": orEmpty(v.overridden), "why": m.override.OverrideReason, "reason": v.plan.Reason(),
	}))
	return err
}

func setOverridden(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], rules []availability.Rule, why string) error {
	_, err := pg.Exec(ctx, tx, `UPDATE appointments SET overbooked = true, overridden = @rules, override_reason = nullif(@why, '') WHERE id = @id`,
		pg.Args{"id": key, "rules": rules, "why": why})
	return err
}

func setStatus(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], to Status, reason string) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET status = @status::text,
			checked_in_at = CASE @status::text WHEN 'CHECKED_IN' THEN coalesce(checked_in_at, @now::timestamptz) WHEN 'CONFIRMED' THEN NULL ELSE checked_in_at END,
			started_at = CASE WHEN @status::text = 'IN_PROGRESS' THEN coalesce(started_at, @now::timestamptz) WHEN @status::text IN ('CHECKED_IN', 'CONFIRMED') THEN NULL ELSE started_at END,
			finished_at = CASE WHEN @status::text = 'COMPLETED' THEN @now::timestamptz END,
			cancel_reason = CASE WHEN @status::text = 'DECLINED' THEN nullif(@reason, '') ELSE cancel_reason END,
			updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "status": to, "reason": reason}))
	return err
}

func cancel(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], c calling) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET status = 'CANCELLED', cancel_reason = nullif(@reason, ''), cancelled_at = @now, cancelled_by = @by, cancelled_late = @late,
			updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "reason": c.reason, "by": c.by, "late": c.late}))
	return err
}

func change(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], to Change) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET customer_id = @customer_id, notes = @notes, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key, "customer_id": to.CustomerID, "notes": to.Notes}))
	return err
}

// unallocate forgets what was reserved, because it is reserved anew elsewhere.
func unallocate(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM allocations WHERE appointment_id = @id`, pg.Args{"id": key})
	return err
}

// deactivate frees what was reserved; who it was stays on record.
func deactivate(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) error {
	_, err := pg.Exec(ctx, tx, `UPDATE allocations SET active = false, expires_at = NULL WHERE appointment_id = @id`, pg.Args{"id": key})
	return err
}

// shorten frees the rest of what was reserved.
func shorten(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE allocations SET active = active AND lower(busy_range) < @now,
			busy_range = CASE WHEN lower(busy_range) < @now THEN tstzrange(lower(busy_range), least(upper(busy_range), @now)) ELSE busy_range END
		WHERE appointment_id = @id`, pg.Args{"id": key, "now": tx.Now()})
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `
		UPDATE appointments SET released_at = @now, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key}))
	return err
}

// expireOne frees what a request kept, and puts its end on record.
func expireOne(ctx context.Context, tx *pg.TenantTx, key uuid.UUID, version int) error {
	one := id.ID[Appointment](key)
	if err := deactivate(ctx, tx, one); err != nil {
		return err
	}
	changes := []byte(`{"status": {"from": "PENDING", "to": "EXPIRED"}}`)
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO appointment_history (id, appointment_id, version, action, changes, at) VALUES (@id, @appointment_id, @version, 'expired', @changes, @now)`,
		pg.Args{"id": id.New[Entry](), "appointment_id": one, "version": version, "changes": changes, "now": tx.Now()})
	return err
}

// lockRow keeps others from changing the appointment until the transaction ends.
func lockRow(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) error {
	_, err := pg.Found(pg.One[struct {
		ID id.ID[Appointment] `db:"id"`
	}](ctx, tx, `SELECT id FROM appointments WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}))
	return err
}
