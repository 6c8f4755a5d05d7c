package series

import (
	"context"
	"errors"
	"slices"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// Scope is how much of a series an edit is about. What has begun never changes.
type Scope struct {
	Scope         string                         `json:"scope" enum:"this,following,future" doc:"this appointment, this and those that follow it, or all to come."`
	AppointmentID id.ID[appointment.Appointment] `json:"appointment_id" doc:"The one that the edit starts from. It may be past or cancelled itself."`
}

// Move is where a part of a series goes.
type Move struct {
	Scope
	Start       string                     `json:"start" maxLength:"40" doc:"The new start of that one; the others move by as many days, to the same time of the wall clock."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"Other resources for all of them."`
	appointment.Override
}

// Cancellation ends a part of a series.
type Cancellation struct {
	Scope
	Reason string `json:"reason" required:"false" maxLength:"500"`
}

var errBegun = &fault.Error{Kind: fault.Conflict, Code: "state_conflict", Detail: "Nothing of this series is still to come from there on."}

// part is what an edit is about.
type part struct {
	series Series
	one    occurrence   // that it starts from
	all    []occurrence // open and still to come, in order
}

// part reads it, and keeps others from changing the series until the transaction ends.
func (s *Service) part(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries], scope Scope) (p part, err error) {
	if p.series, err = forChange(ctx, tx, key); err != nil {
		return p, err
	}
	p.one, err = one(ctx, tx, key, scope.AppointmentID)
	if errors.Is(err, pg.ErrNoRow) {
		return p, fault.At("body.appointment_id", "Choose one of the appointments of this series.")
	}
	if err != nil {
		return p, err
	}
	if p.all, err = toCome(ctx, tx, key); err != nil {
		return p, err
	}
	p.all = slices.DeleteFunc(p.all, func(o occurrence) bool {
		return scope.Scope == "this" && o.ID != p.one.ID || scope.Scope == "following" && o.Date.Before(p.one.Date)
	})
	return p, nil
}

// Reschedule moves a part of a series, all of it or nothing.
func (s *Service) Reschedule(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries], m Move) (Made, error) {
	p, err := s.part(ctx, tx, key, m.Scope)
	if err != nil {
		return Made{}, err
	}
	if len(p.all) == 0 {
		return Made{}, errBegun
	}
	zone, err := location.LoadZone(p.series.TimeZone)
	if err != nil {
		return Made{}, err
	}
	to, err := appointment.Instant("body.start", m.Start, zone)
	if err != nil {
		return Made{}, err
	}
	if err := s.Appointments.LockFor(ctx, tx, p.series.ServiceID, p.series.LocationID); err != nil {
		return Made{}, err
	}
	days := calendar.DateOf(p.one.Start, zone).DaysUntil(calendar.DateOf(to, zone))
	done, err := s.moveAll(ctx, tx, p, m, days, to, zone)
	if err != nil || m.Scope.Scope == "this" {
		return Made{p.series, done}, err
	}
	next, err := s.settle(ctx, tx, p, m, done, days, calendar.WallOf(to, zone))
	return Made{next, done}, err
}

// moveAll moves each by so many days, to the time of the clock at an instant, which is where the one goes, and leaves alone what is there already.
func (s *Service) moveAll(ctx context.Context, tx *pg.TenantTx, p part, m Move, days int, at time.Time, zone *time.Location) ([]appointment.Appointment, error) {
	clock := calendar.WallOf(at, zone)
	to := func(o occurrence) time.Time {
		if o.ID == p.one.ID { // where the clock shows it twice, the one that is meant
			return at
		}
		return clock.On(calendar.DateOf(o.Start, zone).AddDays(days)).First(zone)
	}
	done, there := []appointment.Appointment{}, 0
	tell := appointment.Notice{Notify: new(m.Scope.Scope == "this")} // a mail for each of many would bury them
	var still error                                                  // why nothing moved
	for _, o := range calendar.InTurn(p.all, func(o occurrence) time.Time { return o.Start }, to) {
		a, err := s.Appointments.Reschedule(ctx, tx, o.ID, appointment.Move{Start: to(o).Format(time.RFC3339Nano), ResourceIDs: m.ResourceIDs, Notice: tell, Override: m.Override})
		if f := fault.As(err); f != nil && f.Code == "unchanged" {
			still, there = err, there+1
			a, err = s.Appointments.Get(ctx, tx, o.ID)
		}
		if err != nil {
			return nil, refusedOn(calendar.Occurrence{Date: calendar.DateOf(to(o), zone), Start: to(o)}, zone, err)
		}
		done = append(done, a)
	}
	if there == len(done) {
		return nil, still
	}
	slices.SortFunc(done, func(a, b appointment.Appointment) int { return a.Start.Compare(b.Start) })
	return done, nil
}

// settle writes what a move makes of the series itself: those that follow become a series of their own, while a move of all to come
// changes how more are made.
func (s *Service) settle(ctx context.Context, tx *pg.TenantTx, p part, m Move, moved []appointment.Appointment, days int, clock calendar.Wall) (Series, error) {
	next := p.series
	splits := m.Scope.Scope == "following" && p.all[0].Date.After(next.From) // else nothing would be left of the old one
	if splits || p.all[0].Start.Equal(next.Start) {
		next.Start, next.End = moved[0].Start, moved[0].End
	}
	next.Anchor, next.ShiftDays = clock.On(next.Anchor.Date()), next.ShiftDays+days
	if len(m.ResourceIDs) > 0 {
		next.ResourceIDs = m.ResourceIDs
	}
	if !splits {
		if err := update(ctx, tx, next); err != nil {
			return Series{}, err
		}
		return byID(ctx, tx, next.ID)
	}
	if err := endBefore(ctx, tx, p.series.ID, p.all[0].Date); err != nil {
		return Series{}, err
	}
	next.ID, next.From = id.New[appointment.InSeries](), p.all[0].Date
	if err := insert(ctx, tx, next); err != nil {
		return Series{}, err
	}
	if err := adopt(ctx, tx, next.ID, p.all); err != nil {
		return Series{}, err
	}
	return byID(ctx, tx, next.ID)
}

// Cancel calls a part of a series off, for staff, at no cost. More than one occurrence ends the series there, also where each was
// called off already: of a series without end more would be booked.
func (s *Service) Cancel(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries], c Cancellation) (Made, error) {
	p, err := s.part(ctx, tx, key, c.Scope)
	if err != nil {
		return Made{}, err
	}
	this := c.Scope.Scope == "this"
	if len(p.all) == 0 && (this || !p.series.endless()) {
		return Made{}, errBegun
	}
	done := []appointment.Appointment{}
	for _, o := range p.all {
		a, err := s.Appointments.Cancel(ctx, tx, o.ID, appointment.Cancellation{Reason: c.Reason, Notice: appointment.Notice{Notify: &this}})
		if err != nil {
			return Made{}, err
		}
		done = append(done, a)
	}
	if this {
		return Made{p.series, done}, nil
	}
	if err := end(ctx, tx, key); err != nil {
		return Made{}, err
	}
	ended, err := byID(ctx, tx, key)
	return Made{ended, done}, err
}
