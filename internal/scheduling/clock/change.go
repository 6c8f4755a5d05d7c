package clock

import (
	"context"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
)

// place is a location, as far as its clock goes.
type place struct {
	ID       id.ID[location.Location] `db:"id"`
	Name     string                   `db:"name"`
	TimeZone string                   `db:"time_zone"`
}

// booked is an appointment or a group session to come, with the clock on which its start was agreed.
type booked struct {
	AppointmentID *id.ID[appointment.Appointment] `db:"appointment_id"`
	SessionID     *id.ID[group.Session]           `db:"session_id"`
	ServiceName   string                          `db:"service_name"`
	Start         time.Time                       `db:"starts_at"`
	End           time.Time                       `db:"ends_at"`
	TimeZone      string                          `db:"time_zone"`
	UTCOffset     *int                            `db:"utc_offset_seconds"`
}

// firstOf lists the first changes of a location.
func firstOf(ctx context.Context, tx *pg.TenantTx, where place) (Changes, error) {
	all, err := changesAt(ctx, tx, where)
	if err != nil {
		return Changes{}, err
	}
	n := min(len(all), most)
	return Changes{where.TimeZone, all[:n], n < len(all)}, nil
}

// changesAt lists all changes of a location, in order.
func changesAt(ctx context.Context, tx *pg.TenantTx, where place) ([]Change, error) {
	zone, err := location.LoadZone(where.TimeZone)
	if err != nil {
		return nil, err
	}
	all, err := toCome(ctx, tx, where.ID)
	if err != nil {
		return nil, err
	}
	changes := []Change{}
	for _, b := range all {
		agreed, err := b.agreed()
		if err != nil {
			return nil, err
		}
		start, kept := b.Start.In(zone), agreed.First(zone)
		// What was agreed for a time that is in a gap by now may be at the end of the gap already: then there is nothing to move.
		if agreed == calendar.WallOf(start, zone) || kept.Equal(start) {
			continue
		}
		changes = append(changes, Change{b.AppointmentID, b.SessionID, b.ServiceName, start, b.End.In(zone), agreed, kept, noteOf(agreed, zone), b.TimeZone == where.TimeZone})
	}
	return changes, nil
}

// agreed is what the clock was to show at the start. Where the offset of that day isn't known, it is what today's rules say.
func (b booked) agreed() (calendar.Wall, error) {
	if b.UTCOffset != nil {
		return calendar.WallOf(b.Start, time.FixedZone("", *b.UTCOffset)), nil
	}
	zone, err := location.LoadZone(b.TimeZone)
	if err != nil {
		return calendar.Wall{}, err
	}
	return calendar.WallOf(b.Start, zone), nil
}

// noteOf says what is special about a time of the clock in a zone.
func noteOf(w calendar.Wall, zone *time.Location) string {
	switch found, _ := w.In(zone); len(found) {
	case 0:
		return "nonexistent"
	case 1:
		return ""
	}
	return "ambiguous"
}
