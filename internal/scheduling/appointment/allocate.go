package appointment

import (
	"context"
	"slices"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/resource"
)

// reservation is who takes which resources.
type reservation struct {
	appointmentID *id.ID[Appointment]
	holdID        *id.ID[heldRow]
	sessionID     *id.ID[group.Session]
	all           []availability.Allocation
	expires       *time.Time // of holds and requests
	shared        bool       // booked twice on purpose: the constraint doesn't speak
	inactive      bool       // doesn't take the time yet
	turns         []id.ID[resource.Resource]
}

// reservation is what was decided, for whoever it is.
func (v *verdict) reservation() reservation {
	return reservation{all: v.allocations, shared: slices.Contains(v.overridden, availability.DoubleBooking), turns: v.plan.RoundRobin(v.allocations)}
}

// allocate reserves the resources. The constraint refuses what the lock should have kept from coming so far.
func allocate(ctx context.Context, tx *pg.TenantTx, r reservation) error {
	n := len(r.all)
	ids, resources := make([]id.ID[allocation], n), make([]id.ID[resource.Resource], n)
	from, to, units, needs := make([]time.Time, n), make([]time.Time, n), make([]int, n), make([]int, n)
	exclusive, linked := make([]bool, n), make([]bool, n)
	for i, a := range r.all {
		ids[i], resources[i], from[i], to[i], units[i], needs[i] = id.New[allocation](), a.ResourceID, a.Span.Start, a.Span.End, a.Units, a.Need
		exclusive[i], linked[i] = a.Exclusive && !r.shared, a.Linked
	}
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO allocations (id, appointment_id, hold_id, session_id, resource_id, busy_range, units, exclusive, active, expires_at, need, linked)
		SELECT a.id, @appointment_id, @hold_id, @session_id, a.resource_id, tstzrange(a.starts_at, a.ends_at), a.units, a.exclusive, @active, @expires, a.need, a.linked
		FROM unnest(@ids::uuid[], @resources::uuid[], @from::timestamptz[], @to::timestamptz[], @units::integer[], @needs::integer[], @exclusive::boolean[], @linked::boolean[])
			AS a (id, resource_id, starts_at, ends_at, units, need, exclusive, linked)`, pg.Args{
		"appointment_id": r.appointmentID, "hold_id": r.holdID, "session_id": r.sessionID, "active": !r.inactive, "expires": r.expires,
		"ids": ids, "resources": resources, "from": from, "to": to, "units": units, "needs": needs, "exclusive": exclusive, "linked": linked,
	})
	if pg.Violates(err, "allocations_no_overlap") {
		return ErrSlotUnavailable.With("%s", refusals[calendar.Taken])
	}
	if err != nil || len(r.turns) == 0 {
		return err
	}
	// Of several in one transaction, such as a series, each comes after the one before.
	_, err = pg.Exec(ctx, tx, `
		UPDATE resources SET last_assigned_at = greatest(@now::timestamptz, (SELECT max(last_assigned_at) + interval '1 microsecond' FROM resources)) WHERE id = ANY(@ids::uuid[])`, pg.Args{"now": tx.Now(), "ids": r.turns})
	return err
}

// allocation is the kind of the ids of allocations, which never leave the database.
type allocation struct{}

func (allocation) IDPrefix() string { return "alc" }
