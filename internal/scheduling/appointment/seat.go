package appointment

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/group"
)

// judgeSeat asks for a seat of a group: in a session that begins then and has room, or, where the first seat makes the session, in a
// new one, which the engine must offer.
func (s *Service) judgeSeat(ctx context.Context, tx *pg.TenantTx, v *verdict) error {
	day := calendar.DateOf(v.start, v.plan.Zone)
	if err := s.Availability.Fill(ctx, tx, v.plan, day, day, v.except); err != nil {
		return err
	}
	if v.refusal = v.plan.StartRefusal(v.start); v.refusal != calendar.Offered {
		return s.seatRefused(ctx, tx, v, v.plan.About(v.refusal))
	}
	sessions, err := group.At(ctx, tx, v.plan.ServiceID, v.plan.Location, v.start)
	if err != nil {
		return err
	}
	sessions = slices.DeleteFunc(v.open(sessions), func(g group.Session) bool { return !v.plan.Chosen(g.ResourceIDs) })
	for i, g := range sessions {
		if g.Left() >= v.plan.PartySize {
			v.seat(&sessions[i])
			return nil
		}
	}
	over := len(sessions) > 0 && slices.Contains(v.override, availability.DoubleBooking) && tx.Actor.Can(role.AppointmentsOverride)
	if v.plan.Service.Group.AdHoc {
		if made, err := s.judgeNew(ctx, tx, v, over); err != nil || made || !over {
			return err
		}
	}
	if len(sessions) == 0 {
		v.refusal = calendar.OffGrid
		return s.seatRefused(ctx, tx, v, availability.Reason{Rule: availability.OffGrid, Message: "No session of this service begins at this time."})
	}
	if over {
		v.seat(&sessions[0])
		v.overridden = append(v.overridden, availability.DoubleBooking)
		return nil
	}
	v.refusal = calendar.Taken
	return s.seatRefused(ctx, tx, v, availability.Reason{Rule: availability.DoubleBooking, Message: "This session has no seats left."})
}

// judgeNew asks for a new session, and tells whether there can be one. Where one more seat can be had in a session that is full, it
// takes no resource twice: a second session would need the room as much as the first.
func (s *Service) judgeNew(ctx context.Context, tx *pg.TenantTx, v *verdict, full bool) (bool, error) {
	if !full {
		err := s.judge(ctx, tx, v)
		return v.refusal == calendar.Offered, err
	}
	fresh := *v
	fresh.override = slices.DeleteFunc(slices.Clone(v.override), func(r availability.Rule) bool { return r == availability.DoubleBooking })
	err := s.judge(ctx, tx, &fresh)
	if fresh.refusal == calendar.Offered {
		*v = fresh
	}
	return fresh.refusal == calendar.Offered, err
}

// seat decides for a session. However long the service is, its seats are as long as it.
func (v *verdict) seat(g *group.Session) { v.session, v.end = g, g.End }

// open are the sessions to sit in, first the one in which a seat was kept; customers may take seats themselves in open ones alone.
func (v *verdict) open(all []group.Session) []group.Session {
	kept := func(g group.Session) bool { return v.keptIn != nil && g.ID == *v.keptIn }
	if v.grid {
		all = slices.DeleteFunc(all, func(g group.Session) bool { return !g.Open && !kept(g) })
	}
	if i := slices.IndexFunc(all, kept); i > 0 {
		all[0], all[i] = all[i], all[0]
	}
	return all
}

// seatRefused tells customers at once; for staff it keeps the reason, unless they override it.
func (s *Service) seatRefused(ctx context.Context, tx *pg.TenantTx, v *verdict, why availability.Reason) error {
	if v.grid {
		no, err := s.unavailable(ctx, tx, v.plan, v.start, v.refusal, v.except)
		if err != nil {
			return err
		}
		return no
	}
	v.reasons = []availability.Reason{why}
	if !slices.Contains(v.override, why.Rule) || !slices.Contains(availability.Overridable(), why.Rule) {
		return nil
	}
	if !tx.Actor.Can(role.AppointmentsOverride) {
		return errOverride
	}
	v.plan.Lift([]availability.Rule{why.Rule}, v.start)
	v.overridden = append(v.overridden, why.Rule)
	return s.judgeSeat(ctx, tx, v)
}

// sit gives an appointment, or a hold, its seat, and makes the session that its seat is the first of.
func (s *Service) sit(ctx context.Context, tx *pg.TenantTx, v *verdict) (id.ID[group.Session], error) {
	if v.session != nil {
		if err := stillFree(ctx, tx, v); err != nil || !v.session.AdHoc {
			return v.session.ID, err
		}
		return v.session.ID, stands(ctx, tx, v.session.ID, nil)
	}
	g := newSession(v.plan, v.start, v.end)
	g.AdHoc = true
	if err := group.Insert(ctx, tx, g); err != nil {
		return g.ID, err
	}
	r := v.reservation()
	r.sessionID = &g.ID
	return g.ID, allocate(ctx, tx, r)
}

// stillFree looks again under the session's lock: it may have been cancelled, or given fewer seats, since it was read.
func stillFree(ctx context.Context, tx *pg.TenantTx, v *verdict) error {
	g, err := lockSession(ctx, tx, v.session.ID)
	if errors.Is(err, errCalledOff) || errors.Is(err, fault.ErrNotFound) || err == nil && !g.Start.Equal(v.start) {
		return ErrSlotUnavailable
	}
	if err == nil && g.Left() < v.plan.PartySize && !slices.Contains(v.overridden, availability.DoubleBooking) {
		return ErrSlotUnavailable
	}
	return err
}

// emptied is the session that goes when its only seat moves elsewhere: what it takes doesn't stand in that seat's way.
func emptied(ctx context.Context, tx *pg.TenantTx, was Appointment) (none uuid.UUID, err error) {
	if was.SessionID == nil {
		return none, nil
	}
	g, err := group.ByID(ctx, tx, *was.SessionID)
	if err != nil || !g.AdHoc || g.Taken > was.PartySize || g.Held > 0 {
		return none, err
	}
	return g.ID.UUID(), nil
}

// leave calls off the session that its only seat moves away from, before another takes the same time.
func (s *Service) leave(ctx context.Context, tx *pg.TenantTx, was Appointment, v *verdict) error {
	if v.except.SessionID == uuid.Nil {
		return nil
	}
	g, err := lockSession(ctx, tx, *was.SessionID)
	if err != nil {
		return err
	}
	return s.callOff(ctx, tx, g, "")
}

// moveSeat gives an appointment a seat in another session.
func (s *Service) moveSeat(ctx context.Context, tx *pg.TenantTx, was Appointment, v *verdict, m movement) (Appointment, error) {
	if v.start.Equal(was.Start) && (v.session == nil || v.session.ID == *was.SessionID) {
		return Appointment{}, errUnchanged
	}
	if err := s.leave(ctx, tx, was, v); err != nil {
		return Appointment{}, err
	}
	to, err := s.sit(ctx, tx, v)
	if err != nil {
		return Appointment{}, err
	}
	if err := relocate(ctx, tx, was, v, m); err != nil {
		return Appointment{}, err
	}
	if err := setSession(ctx, tx, was.ID, to); err != nil {
		return Appointment{}, err
	}
	if err := s.settle(ctx, tx, was.SessionID); err != nil {
		return Appointment{}, err
	}
	return s.relocated(ctx, tx, was, v, m)
}

func setSession(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], to id.ID[group.Session]) error {
	_, err := pg.Exec(ctx, tx, `UPDATE appointments SET session_id = @session_id WHERE id = @id`, pg.Args{"id": key, "session_id": to})
	return err
}
