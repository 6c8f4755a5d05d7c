// Package clock tells what a change of a location's time zone, or of the rules of one, does to what is booked there, and undoes it for
// people's clocks where somebody wants that.
//
// Appointments keep their instant, whatever becomes of zones: nothing moves by itself. So afterwards the clock on the wall shows another
// time at their start than the one that was agreed. They are listed, and may be moved, by the one write path, to the instant at which
// the clock shows what was agreed. A preview is that write too, undone.
package clock

import (
	"context"
	"time"

	"smoothschedule/internal/kit/event"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/series"
)

// Change is an appointment, or a group session with all its seats, at whose start the location's clock shows another time than was agreed.
type Change struct {
	AppointmentID *id.ID[appointment.Appointment] `json:"appointment_id" nullable:"true"`
	SessionID     *id.ID[group.Session]           `json:"session_id" nullable:"true"`
	ServiceName   string                          `json:"service_name"`
	Start         time.Time                       `json:"start" doc:"As it is, with the offset of the location's zone."`
	End           time.Time                       `json:"end"`
	AgreedLocal   calendar.Wall                   `json:"agreed_local" example:"2026-12-01T10:00" doc:"What the clock was to show at the start, without an offset."`
	KeptStart     time.Time                       `json:"kept_start" doc:"When the location's clock shows that."`
	Note          string                          `json:"note" enum:",nonexistent,ambiguous" doc:"nonexistent: the clocks go forward over that time on that day, and it is later by the gap. ambiguous: they go back over it, and the first counts."`

	byRules bool // the location's zone is as it was: its rules have changed
}

// Changes are those of a location, in order of their start.
type Changes struct {
	TimeZone string   `json:"time_zone"`
	Data     []Change `json:"data"`
	More     bool     `json:"more" doc:"Whether there are later ones than these."`
}

// Kept is what became of the changes of a location.
type Kept struct {
	Moved         []id.ID[appointment.Appointment] `json:"moved" doc:"Appointments that are at the agreed time of the location's clock now."`
	MovedSessions []id.ID[group.Session]           `json:"moved_sessions" doc:"Group sessions that are, with all their seats."`
	Left          []fault.Clash                    `json:"left" doc:"Those that can't be there, and why. They are as before."`
	More          bool                             `json:"more" doc:"Whether there are later ones that were not looked at: call again for them."`
}

// How is in what way the clock is kept.
type How struct {
	appointment.Notice
	appointment.Override
}

// most bounds one list, and one call.
const most = 500

// Service is the domain. Its hook is filled in package app.
type Service struct {
	Appointments *appointment.Service
	Series       *series.Service

	OnRulesChanged event.Hook[RulesChanged]
}

// List tells the changes of a location.
func (s *Service) List(ctx context.Context, tx *pg.TenantTx, key id.ID[location.Location]) (Changes, error) {
	where, err := placeByID(ctx, tx, key)
	if err != nil {
		return Changes{}, err
	}
	return firstOf(ctx, tx, where)
}

// Keep moves all changes of a location to where its clock shows the agreed time, in an order in which none is in the next one's way.
// Those that can't be there are left where they are. Series go on by the location's clock, too.
//
// It is a reschedule by staff of each, with what that sends: customers are written to where that is wanted, whoever sits in a group
// session may call off at no cost, and the wait list hears of the time that is left.
func (s *Service) Keep(ctx context.Context, tx *pg.TenantTx, key id.ID[location.Location], how How) (Kept, error) {
	where, err := s.lock(ctx, tx, key)
	if err != nil {
		return Kept{}, err
	}
	found, err := firstOf(ctx, tx, where) // as it is under the locks
	if err != nil {
		return Kept{}, err
	}
	all := make([]*try, len(found.Data))
	for i, c := range found.Data {
		all[i] = &try{Change: c}
	}
	for _, one := range calendar.InTurn(all, func(one *try) time.Time { return one.Start }, func(one *try) time.Time { return one.KeptStart }) {
		if one.no, err = s.move(ctx, tx, one.Change, how); err != nil {
			return Kept{}, err
		}
	}
	return keptOf(all, found.More), nil
}

// try is a change, and why it can't be kept, if it can't.
type try struct {
	Change
	no *fault.Clash
}

// keptOf tells what became of all, in order of their start.
func keptOf(all []*try, more bool) Kept {
	k := Kept{Moved: []id.ID[appointment.Appointment]{}, MovedSessions: []id.ID[group.Session]{}, Left: []fault.Clash{}, More: more}
	for _, one := range all {
		switch {
		case one.no != nil:
			k.Left = append(k.Left, *one.no)
		case one.SessionID != nil:
			k.MovedSessions = append(k.MovedSessions, *one.SessionID)
		default:
			k.Moved = append(k.Moved, *one.AppointmentID)
		}
	}
	return k
}

// Preview says what Keep would do, and does nothing.
func (s *Service) Preview(ctx context.Context, tx *pg.TenantTx, key id.ID[location.Location], how How) (done Kept, err error) {
	err = pg.Rehearse(ctx, tx, func(tx *pg.TenantTx) (err error) {
		done, err = s.Keep(ctx, tx, key, how)
		return err
	})
	return done, err
}

// lock keeps others from changing the location and what is to be moved there. The order is that of edits of series, with the location
// first: its zone is what all depends on.
func (s *Service) lock(ctx context.Context, tx *pg.TenantTx, key id.ID[location.Location]) (place, error) {
	l, err := location.Lock(ctx, tx, key)
	if err != nil {
		return place{}, err
	}
	if err := s.Series.KeepClock(ctx, tx, key, l.TimeZone); err != nil {
		return place{}, err
	}
	where := place{l.ID, l.Name, l.TimeZone}
	found, err := firstOf(ctx, tx, where)
	if err != nil {
		return place{}, err
	}
	all, sessions := []id.ID[appointment.Appointment]{}, []id.ID[group.Session]{}
	for _, c := range found.Data {
		if c.SessionID != nil {
			sessions = append(sessions, *c.SessionID)
		} else {
			all = append(all, *c.AppointmentID)
		}
	}
	return where, s.Appointments.LockToMove(ctx, tx, key, all, sessions)
}

// move moves one, or says why not.
func (s *Service) move(ctx context.Context, tx *pg.TenantTx, c Change, how How) (*fault.Clash, error) {
	to := appointment.Move{Start: c.KeptStart.Format(time.RFC3339Nano), Notice: how.Notice, Override: how.Override}
	err := pg.Try(ctx, tx, func(tx *pg.TenantTx) (err error) {
		if c.SessionID != nil {
			_, err = s.Appointments.MoveSession(ctx, tx, *c.SessionID, to)
		} else {
			_, err = s.Appointments.Reschedule(ctx, tx, *c.AppointmentID, to)
		}
		return err
	})
	if f := fault.As(err); f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		return c.left(f), nil
	}
	return nil, err
}

// left is what to say of one that can't be moved: what stands in the way first.
func (c Change) left(f *fault.Error) *fault.Clash {
	no := fault.Clash{Rule: f.Code, Message: f.Detail, Start: c.Start.Format(time.RFC3339), End: c.End.Format(time.RFC3339)}
	if len(f.Conflicts) > 0 {
		no.Rule, no.ResourceID, no.Message = f.Conflicts[0].Rule, f.Conflicts[0].ResourceID, f.Conflicts[0].Message
	}
	if c.SessionID != nil {
		no.SessionID = c.SessionID.String()
	} else {
		no.AppointmentID = c.AppointmentID.String()
	}
	return &no
}
