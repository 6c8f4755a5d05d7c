package appointment

import (
	"context"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/service"
)

// often is a question about one more appointment for a service that a customer has.
type often struct {
	serviceID  id.ID[service.Service]
	customerID id.ID[customer.Customer]
	start      time.Time
	zone       *time.Location
	except     availability.Except
}

// checkOften refuses what is more than one customer may have. It runs under the lock of the service.
// The public isn't told why: who has booked what is nobody else's business.
func checkOften(ctx context.Context, tx *pg.TenantTx, limits calendar.Limits, o often, byPublic bool) error {
	if limits == (calendar.Limits{}) {
		return nil
	}
	day := calendar.DateOf(o.start, o.zone)
	booked, err := bookedBy(ctx, tx, o, calendar.Periods(day, day, o.zone))
	switch {
	case err != nil || !limits.Reached(booked, o.start, o.zone):
		return err
	case byPublic:
		return ErrSlotUnavailable
	}
	return ErrSlotUnavailable.With("This customer has booked this service as often as is allowed then. Choose a later time.")
}

// checkOftenFor asks the same about an appointment that another customer takes over, as long as its service has limits.
func checkOftenFor(ctx context.Context, tx *pg.TenantTx, a Appointment, c id.ID[customer.Customer]) error {
	limits, err := customerLimits(ctx, tx, a.ServiceID)
	if err != nil || limits == (calendar.Limits{}) {
		return err
	}
	if err := lock(ctx, tx, a.ServiceID.String()); err != nil {
		return err
	}
	return checkOften(ctx, tx, limits, often{a.ServiceID, c, a.Start, a.Start.Location(), availability.Except{AppointmentID: a.ID.UUID()}}, false)
}

// bookedBy lists the starts of the customer's other appointments in the periods.
func bookedBy(ctx context.Context, tx *pg.TenantTx, o often, periods calendar.Span) ([]time.Time, error) {
	rows, err := pg.All[struct {
		Start time.Time `db:"starts_at"`
	}](ctx, tx, `
		SELECT starts_at FROM appointments
		WHERE customer_id = @customer_id AND service_id = @service_id AND status = 'CONFIRMED' AND starts_at >= @from AND starts_at < @to AND id <> @except`,
		pg.Args{"customer_id": o.customerID, "service_id": o.serviceID, "from": periods.Start, "to": periods.End, "except": o.except.AppointmentID})
	starts := make([]time.Time, len(rows))
	for i, r := range rows {
		starts[i] = r.Start
	}
	return starts, err
}

func customerLimits(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) (calendar.Limits, error) {
	got, err := pg.One[struct {
		Limits calendar.Limits `db:"customer_limits"`
	}](ctx, tx, `SELECT customer_limits FROM services WHERE id = @id`, pg.Args{"id": key})
	return got.Limits, err
}
