package appointment

import (
	"context"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// stand is what the rules ask about a customer.
type stand struct {
	Blocked  bool `db:"blocked"`
	Open     int  `db:"open"`     // appointments to come
	Overlaps bool `db:"overlaps"` // one of theirs is at the same time
	Known    bool `db:"known"`    // has been booked before
}

// standing reads it in a statement of its own, after the lock on the customer.
func standing(ctx context.Context, tx *pg.TenantTx, v *verdict, who id.ID[customer.Customer]) (stand, error) {
	return pg.One[stand](ctx, tx, `
		SELECT (SELECT status = 'BLOCKED' FROM customers WHERE id = @customer_id) AS blocked,
			count(*) FILTER (WHERE status IN ('PENDING', 'CONFIRMED') AND ends_at > @now) AS open,
			coalesce(bool_or(tstzrange(starts_at, ends_at) && tstzrange(@start, @end)), false) AS overlaps,
			count(*) > 0 AS known
		FROM appointments
		WHERE customer_id = @customer_id AND status IN `+availability.Blocking+` AND (status <> 'PENDING' OR pending_until > @now) AND id <> @except`,
		pg.Args{"customer_id": who, "start": v.start, "end": v.end, "now": tx.Now(), "except": v.except.AppointmentID})
}

// lockCustomer makes bookings of one customer follow one another. It comes after the locks of resources, always.
func lockCustomer(ctx context.Context, tx *pg.TenantTx, who id.ID[customer.Customer]) error {
	_, err := pg.Exec(ctx, tx, `SELECT FROM customers WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": who})
	return err
}

// often tells whether the customer has booked as often as is allowed around the start: the service, or all of them together.
func (s *Service) often(ctx context.Context, tx *pg.TenantTx, v *verdict, who id.ID[customer.Customer]) (bool, error) {
	c := count{&v.plan.ServiceID, who, calendar.Span{Start: v.start, End: v.end}, v.plan.Zone, v.except}
	full, err := reached(ctx, tx, v.plan.Service.CustomerLimits, c)
	if err != nil || full {
		return full, err
	}
	c.serviceID = nil
	return reached(ctx, tx, v.plan.Service.CustomerOverall, c)
}

// count is what is counted for a limit of a customer.
type count struct {
	serviceID  *id.ID[service.Service] // nil: of all
	customerID id.ID[customer.Customer]
	span       calendar.Span
	zone       *time.Location
	except     availability.Except
}

func reached(ctx context.Context, tx *pg.TenantTx, limits calendar.Limits, c count) (bool, error) {
	if limits == (calendar.Limits{}) {
		return false, nil
	}
	day := calendar.DateOf(c.span.Start, c.zone)
	booked, err := bookedBy(ctx, tx, c, calendar.Periods(day, day, c.zone))
	return err == nil && limits.Reached(booked, c.span.Start, c.span.End, c.zone), err
}

// bookedBy lists the customer's other appointments in the periods.
func bookedBy(ctx context.Context, tx *pg.TenantTx, c count, periods calendar.Span) ([]calendar.Span, error) {
	rows, err := pg.All[struct {
		Start time.Time `db:"starts_at"`
		End   time.Time `db:"ends_at"`
	}](ctx, tx, `
		SELECT starts_at, ends_at FROM appointments
		WHERE customer_id = @customer_id AND (@service_id::uuid IS NULL OR service_id = @service_id) AND status IN `+availability.Blocking+` AND (status <> 'PENDING' OR pending_until > @now)
		  AND starts_at >= @from AND starts_at < @to AND id <> @except`,
		pg.Args{"customer_id": c.customerID, "service_id": c.serviceID, "from": periods.Start, "to": periods.End, "now": tx.Now(), "except": c.except.AppointmentID})
	spans := make([]calendar.Span, len(rows))
	for i, r := range rows {
		spans[i] = calendar.Span{Start: r.Start, End: r.End}
	}
	return spans, err
}

// customerRules are those of a service that are about its customers, read for an appointment that is booked: whether anybody
// performs the service there since doesn't matter.
func customerRules(ctx context.Context, tx *pg.TenantTx, a Appointment) (*availability.Plan, error) {
	got, err := pg.One[struct {
		Limits      calendar.Limits `db:"customer_limits"`
		For         string          `db:"for_customers"`
		Overlapping bool            `db:"overlapping_customers"`
		MaxOpen     *int            `db:"max_open_appointments"`
		Overall     calendar.Limits `db:"customer_overall"`
	}](ctx, tx, `
		SELECT s.customer_limits, s.for_customers, coalesce(b.overlapping_customers, false) AS overlapping_customers, b.max_open_appointments,
			coalesce(b.customer_limits, '{}') AS customer_overall
		FROM services s LEFT JOIN booking_settings b ON b.singleton WHERE s.id = @id`, pg.Args{"id": a.ServiceID})
	return &availability.Plan{ServiceID: a.ServiceID, Zone: a.Start.Location(), Service: availability.Facts{
		CustomerLimits: got.Limits, ForCustomers: got.For, OverlappingCustomers: got.Overlapping, MaxOpen: got.MaxOpen, CustomerOverall: got.Overall,
	}}, err
}

// lastServed are the resources of the customer's last appointment for the service.
func lastServed(ctx context.Context, tx *pg.TenantTx, who id.ID[customer.Customer], what id.ID[service.Service]) ([]id.ID[resource.Resource], error) {
	rows, err := pg.All[struct {
		ID id.ID[resource.Resource] `db:"resource_id"`
	}](ctx, tx, `
		SELECT resource_id FROM allocations WHERE NOT linked AND appointment_id = (
			SELECT id FROM appointments WHERE customer_id = @customer_id AND service_id = @service_id AND status IN ('CONFIRMED', 'CHECKED_IN', 'IN_PROGRESS', 'COMPLETED')
			ORDER BY starts_at DESC LIMIT 1)
		GROUP BY resource_id ORDER BY min(need), resource_id`, pg.Args{"customer_id": who, "service_id": what})
	ids := make([]id.ID[resource.Resource], len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}
