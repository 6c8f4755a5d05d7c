package appointment

import (
	"context"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

const (
	selectSQL = `SELECT a.id, a.location_id, a.service_id, a.customer_id,
			ARRAY(SELECT resource_id FROM allocations WHERE appointment_id = a.id ORDER BY resource_id) AS resource_ids,
			a.status, a.starts_at, a.ends_at, a.time_zone, a.service_name, c.name AS customer_name,
			jsonb_build_object('amount', a.price_amount, 'currency', a.price_currency) AS price,
			a.cancel_reason, a.cancelled_at, a.created_at, a.updated_at, a.version, a.buffer_before_minutes, a.buffer_after_minutes
		FROM appointments a JOIN customers c ON c.id = a.customer_id
		WHERE `

	// visible is the row rule: without appointments.all a person sees those they serve and those they booked.
	visible = `(@all::boolean OR c.user_id = @actor OR EXISTS (
		SELECT FROM allocations al JOIN resources r ON r.id = al.resource_id WHERE al.appointment_id = a.id AND r.user_id = @actor))`
)

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	a, err := pg.Found(pg.One[Appointment](ctx, tx, selectSQL+`a.id = @id AND `+visible,
		pg.Args{"id": key, "all": tx.Actor.Can(role.AppointmentsAll), "actor": tx.Actor.UserID}))
	return a.local(), err
}

// readBack returns what the transaction itself has just written, whoever the actor is.
func readBack(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	a, err := pg.One[Appointment](ctx, tx, selectSQL+`a.id = @id`, pg.Args{"id": key})
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
		  AND (@resource_id::uuid IS NULL OR EXISTS (SELECT FROM allocations al WHERE al.appointment_id = a.id AND al.resource_id = @resource_id))
		  AND (@customer_id::uuid IS NULL OR a.customer_id = @customer_id) AND (@status::text IS NULL OR a.status = @status) AND `+visible+`
		ORDER BY a.starts_at, a.id`, pg.Args{
		"from": f.from, "to": f.to, "resource_id": f.resourceID, "customer_id": f.customerID, "status": f.status,
		"all": tx.Actor.Can(role.AppointmentsAll), "actor": tx.Actor.UserID,
	})
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
	plan       *availability.Plan
	serviceID  id.ID[service.Service]
	customerID id.ID[customer.Customer]
	start, end time.Time
	reason     string
}

func insert(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], r record) error {
	f := r.plan.Service
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO appointments (id, location_id, service_id, customer_id, status, starts_at, ends_at, time_zone, service_name, price_amount,
			price_currency, buffer_before_minutes, buffer_after_minutes, assignment_reason, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @location_id, @service_id, @customer_id, 'CONFIRMED', @start, @end, @zone, @name, @amount,
			@currency, @before, @after, @reason, @now, @now, @changed_by, @acted_by, 1)`, tx.Stamp(pg.Args{
		"id": key, "location_id": r.plan.Location, "service_id": r.serviceID, "customer_id": r.customerID,
		"start": r.start, "end": r.end, "zone": r.plan.ZoneName, "name": f.Name, "amount": f.Price.Amount, "currency": f.Price.Currency,
		"before": f.BufferBeforeMinutes, "after": f.BufferAfterMinutes, "reason": r.reason,
	}))
	return err
}

func move(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], plan *availability.Plan, start, end time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET starts_at = @start, ends_at = @end, location_id = @location_id, time_zone = @zone, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "start": start, "end": end, "location_id": plan.Location, "zone": plan.ZoneName}))
	return err
}

// allocate reserves the resource. The constraint refuses what the lock should have kept from coming so far.
func allocate(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], r id.ID[resource.Resource], footprint calendar.Span) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO allocations (id, appointment_id, resource_id, busy_range, units, exclusive, active)
		VALUES (@id, @appointment_id, @resource_id, tstzrange(@from, @to), 1, true, true)`, pg.Args{
		"id": id.New[allocation](), "appointment_id": key, "resource_id": r, "from": footprint.Start, "to": footprint.End,
	})
	if pg.Violates(err, "allocations_no_overlap") {
		return ErrSlotUnavailable.With("%s", refusals[calendar.Taken])
	}
	return err
}

// allocation is the kind of the ids of allocations, which never leave the database.
type allocation struct{}

func (allocation) IDPrefix() string { return "alc" }

func release(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) error {
	_, err := pg.Exec(ctx, tx, `DELETE FROM allocations WHERE appointment_id = @id`, pg.Args{"id": key})
	return err
}

func cancel(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], why string) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE appointments SET status = 'CANCELLED', cancel_reason = nullif(@reason, ''), cancelled_at = @now, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "reason": why}))
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `UPDATE allocations SET active = false WHERE appointment_id = @id`, pg.Args{"id": key})
	return err
}

func setCustomer(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], c id.ID[customer.Customer]) error {
	_, err := pg.Exec(ctx, tx, `UPDATE appointments SET customer_id = @customer_id, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`,
		tx.Stamp(pg.Args{"id": key, "customer_id": c}))
	return err
}

// lockRow keeps others from changing the appointment until the transaction ends.
func lockRow(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) error {
	_, err := pg.Found(pg.One[struct {
		ID id.ID[Appointment] `db:"id"`
	}](ctx, tx, `SELECT id FROM appointments WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}))
	return err
}
