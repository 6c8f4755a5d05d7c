// Package series books the same appointment again and again: every week, every second Tuesday, on the last day of each month.
//
// Each occurrence is an appointment of its own, booked by the one write path. A preview is that write path too, in a
// part of the transaction that is undone.
package series

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"smoothschedule/internal/kit/event"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Series is a recurring set of appointments.
type Series struct {
	ID          id.ID[appointment.InSeries] `json:"id" db:"id"`
	ServiceID   id.ID[service.Service]      `json:"service_id" db:"service_id"`
	LocationID  id.ID[location.Location]    `json:"location_id" db:"location_id"`
	CustomerID  id.ID[customer.Customer]    `json:"customer_id" db:"customer_id"`
	RRule       string                      `json:"rrule" db:"rrule"`
	TimeZone    string                      `json:"time_zone" db:"time_zone" doc:"Whose wall clock is kept."`
	Start       time.Time                   `json:"start" db:"starts_at" doc:"Of the first appointment."`
	End         time.Time                   `json:"end" db:"ends_at"`
	PartySize   int                         `json:"party_size" db:"party_size"`
	ResourceIDs []id.ID[resource.Resource]  `json:"resource_ids" db:"resource_ids" doc:"Those that were chosen; empty is whoever is free."`
	Rotate      bool                        `json:"rotate" db:"rotate"`
	Notes       *string                     `json:"notes" db:"notes" nullable:"true"`
	From        calendar.Date               `json:"from" db:"from_date" format:"date" doc:"The first date of the rule that is this series'."`
	Until       *calendar.Date              `json:"until" db:"until_date" nullable:"true" format:"date" doc:"The last one, where it was ended or split."`
	MadeUntil   calendar.Date               `json:"made_until" db:"made_until" format:"date" doc:"Appointments exist up to this date; those of a series without end are made a year ahead."`
	ShiftDays   int                         `json:"shift_days" db:"shift_days" doc:"Its appointments are so many days after the dates of the rule, since they were moved."`
	LeftOut     json.RawMessage             `json:"left_out" db:"left_out" doc:"Dates on which nothing could be booked, and why."`
	appointment.Chosen
	pg.Stamps

	Anchor   calendar.Wall         `json:"-" db:"anchor"`
	Combined availability.Combined `json:"-" db:"combination"`

	AsCustomer bool `json:"-" db:"as_customer"` // the actor is whom it is for, at most, and serves nothing of it
}

// shown is a series as the actor sees it: whoever it is for reads nothing that staff wrote, nor what stood in the way of its dates.
func (one Series) shown() Series {
	if one.AsCustomer {
		one.Notes, one.LeftOut = nil, json.RawMessage("[]")
	}
	return one
}

// endless tells whether more of it is booked as time goes on: whether short finds it.
func (one Series) endless() bool {
	return one.Until == nil && !strings.Contains(one.RRule, "COUNT=") && !strings.Contains(one.RRule, "UNTIL=")
}

// New is what makes a series.
type New struct {
	ServiceID   id.ID[service.Service]     `json:"service_id"`
	Start       string                     `json:"start" maxLength:"40" doc:"Of the first: an instant with offset, or the location's wall clock without one."`
	RRule       string                     `json:"rrule" maxLength:"200" example:"FREQ=WEEKLY;COUNT=10" doc:"As in RFC 5545: DAILY, WEEKLY with BYDAY, or MONTHLY with BYMONTHDAY or BYDAY=2TU; INTERVAL; COUNT up to 104 within ten years, UNTIL within two, or without end."`
	LocationID  *id.ID[location.Location]  `json:"location_id" required:"false" nullable:"true" doc:"Needed when the service is offered at several locations and no resource is chosen."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"Those that must be among the resources each time; without any the first time's, where they are free."`
	CustomerID  id.ID[customer.Customer]   `json:"customer_id"`
	PartySize   int                        `json:"party_size" required:"false" default:"1" minimum:"1" maximum:"1000"`
	Rotate      bool                       `json:"rotate" required:"false" doc:"Whether the service's strategy chooses anew each time, instead of the same resources."`
	Notes       *string                    `json:"notes" required:"false" nullable:"true" maxLength:"2000"`
	Choices     []Choice                   `json:"choices" required:"false" maxItems:"400" doc:"What to do on dates on which it can't be booked as it is."`
	availability.Combination
}

// Choice is what to do on one date.
type Choice struct {
	Date        calendar.Date              `json:"date" format:"date" doc:"One of the dates of the rule."`
	Skip        bool                       `json:"skip" required:"false" doc:"Whether to leave it out."`
	Start       string                     `json:"start" required:"false" maxLength:"40" doc:"Another start for it."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"Other resources for it."`
	appointment.Override
}

// Occurrence is one date of a preview.
type Occurrence struct {
	Date         calendar.Date              `json:"date" format:"date"`
	Start        time.Time                  `json:"start"`
	End          time.Time                  `json:"end"`
	Bookable     bool                       `json:"bookable"`
	Skipped      bool                       `json:"skipped" doc:"Left out by choice."`
	Moved        bool                       `json:"moved" doc:"The clocks go forward over this time on this date: it is later by the gap."`
	Twice        bool                       `json:"twice" doc:"The clocks go back over this time on this date: it comes twice, and the first counts."`
	ResourceIDs  []id.ID[resource.Resource] `json:"resource_ids" doc:"Who would take it."`
	Message      string                     `json:"message" doc:"Why it can't be booked; empty where it can."`
	Conflicts    []fault.Clash              `json:"conflicts" doc:"All that stands in the way."`
	Overridable  bool                       `json:"overridable"`
	Alternatives []fault.Alternative        `json:"alternatives" doc:"The nearest times that can be booked."`
}

// Preview is every date of a series, and whether it can be booked.
type Preview struct {
	Data     []Occurrence `json:"data"`
	TimeZone string       `json:"time_zone"`
	Open     bool         `json:"open" doc:"Whether the series has no end: these are the dates of the first year."`
}

// Made is a series with its appointments.
type Made struct {
	Series       Series                    `json:"series"`
	Appointments []appointment.Appointment `json:"appointments"`
}

// Created is announced once for all appointments of a new series.
type Created struct{ Made Made }

// Service is the domain. Its hooks are filled in package app.
type Service struct {
	Appointments *appointment.Service
	Availability *availability.Service
	OnCreated    event.Hook[Created]
}

// Create books all dates but those that were left out, or none: one that can't be booked refuses all.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Made, error) {
	p, err := s.plan(ctx, tx, n)
	if err != nil {
		return Made{}, err
	}
	key := id.New[appointment.InSeries]()
	if err := insert(ctx, tx, p.series(key)); err != nil {
		return Made{}, err
	}
	m := Made{Appointments: []appointment.Appointment{}}
	for _, o := range p.occurrences {
		d, skip := p.draft(key, o, m.Appointments)
		if skip {
			continue
		}
		a, err := p.place(ctx, tx, s.Appointments, o, d)
		if err != nil {
			return Made{}, refusedOn(o, p.zone, err)
		}
		m.Appointments = append(m.Appointments, a)
	}
	if len(m.Appointments) == 0 {
		return Made{}, fault.At("body.choices", "Leave at least one date in.")
	}
	if m.Series, err = byID(ctx, tx, key); err != nil {
		return Made{}, err
	}
	return m, s.OnCreated.Fire(ctx, tx, Created{m})
}

// refusedOn says on which date of a series something stands in the way.
func refusedOn(o calendar.Occurrence, zone *time.Location, err error) error {
	f := fault.As(err)
	if f == nil || f.Kind != fault.Conflict {
		return err
	}
	at := o.Start.In(zone).Format(time.RFC3339)
	clashes := f.Conflicts
	if len(clashes) == 0 {
		clashes = []fault.Clash{{Rule: f.Code, Message: f.Detail}}
	}
	for i := range clashes {
		clashes[i].Start = at
	}
	return f.With("On %s: %s", o.Date, f.Detail).Conflicting(f.Overridable, clashes...)
}

// Preview books all dates, one by one, and undoes all of it: what it says is what Create would do.
func (s *Service) Preview(ctx context.Context, tx *pg.TenantTx, n New) (Preview, error) {
	p, err := s.plan(ctx, tx, n)
	if err != nil {
		return Preview{}, err
	}
	var out []Occurrence
	err = pg.Rehearse(ctx, tx, func(tx *pg.TenantTx) (err error) {
		key := id.New[appointment.InSeries]()
		if err := insert(ctx, tx, p.series(key)); err != nil {
			return err
		}
		out, err = s.rehearse(ctx, tx, key, p)
		return err
	})
	if err != nil {
		return Preview{}, err
	}
	return Preview{out, p.zoneName, p.open}, nil
}

// rehearse tries each date; one that fails leaves the others alone.
func (s *Service) rehearse(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries], p *planned) ([]Occurrence, error) {
	out, booked := []Occurrence{}, []appointment.Appointment{}
	for _, o := range p.occurrences {
		one := p.shown(o)
		d, skip := p.draft(key, o, booked)
		one.Skipped = skip
		if !skip {
			var a appointment.Appointment
			err := pg.Try(ctx, tx, func(tx *pg.TenantTx) (err error) {
				a, err = p.place(ctx, tx, s.Appointments, o, d)
				return err
			})
			if err := one.take(a, err); err != nil {
				return nil, err
			}
			if one.Bookable {
				booked = append(booked, a)
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// take notes how the try of one date went.
func (o *Occurrence) take(a appointment.Appointment, err error) error {
	f := fault.As(err)
	switch {
	case err == nil:
		o.Bookable, o.ResourceIDs, o.Start, o.End = true, a.ResourceIDs, a.Start, a.End
	case f != nil && f.Kind == fault.Conflict:
		o.Message, o.Overridable = f.Detail, f.Overridable
		o.Conflicts, o.Alternatives = append(o.Conflicts, f.Conflicts...), append(o.Alternatives, f.Alternatives...)
	default:
		return err
	}
	return nil
}
