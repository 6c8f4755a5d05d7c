package series

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// ahead is how far the appointments of a series without end are made.
const ahead = 365

// longest is how many days a series that ends may last: a monthly one of the most appointments does so for less than nine years.
const longest = 10 * 366

// planned is a new series with its dates.
type planned struct {
	New

	rule        calendar.Recurrence
	location    id.ID[location.Location]
	zone        *time.Location
	zoneName    string
	start, end  time.Time // of the first
	combined    availability.Combined
	open        bool // it has no end
	last        calendar.Date
	occurrences []calendar.Occurrence
}

// plan reads what was asked for, lays the dates out and locks what they may take.
func (s *Service) plan(ctx context.Context, tx *pg.TenantTx, n New) (*planned, error) {
	ask := availability.Ask{ServiceID: n.ServiceID, LocationID: n.LocationID, Resources: n.ResourceIDs, PartySize: n.PartySize, At: "body", ResourceAt: "body.resource_ids[%d]", Combination: n.Combination}
	if len(n.ResourceIDs) == 0 {
		ask.Resources = nil
	}
	if err := s.Appointments.CheckCustomer(ctx, tx, n.CustomerID); err != nil {
		return nil, err
	}
	where, err := s.Availability.Plan(ctx, tx, ask)
	if err != nil {
		return nil, err
	}
	p := &planned{New: n, location: where.Location, zone: where.Zone, zoneName: where.ZoneName, combined: where.Combined}
	if p.start, err = appointment.Instant("body.start", n.Start, p.zone); err != nil {
		return nil, err
	}
	p.end = p.start.Add(where.Length())
	if err := p.layOut(); err != nil {
		return nil, err
	}
	return p, s.Appointments.LockFor(ctx, tx, n.ServiceID, p.location)
}

// layOut lists the dates.
func (p *planned) layOut() (err error) {
	if p.rule, err = calendar.ParseRecurrence(p.RRule); err != nil {
		return fault.At("body.rrule", "This rule is refused: %s.", err)
	}
	first := calendar.DateOf(p.start, p.zone)
	if err := p.rule.Check(first); err != nil {
		return fault.At("body.rrule", "This rule is refused: %s.", err)
	}
	last, ends := p.rule.Last(first)
	p.open = !ends
	if p.open {
		last = first.AddDays(ahead)
	}
	if last.After(first.AddDays(longest)) {
		return fault.At("body.rrule", "This rule goes on until %s. Let it end within ten years.", last)
	}
	p.last = last
	p.occurrences = p.rule.Occurrences(p.start, p.zone, first, last)
	if o := p.occurrences; len(o) > 0 && o[0].Date == first && !o[0].Start.Equal(p.start) { // it comes twice, and was sent with the offset that is meant
		o[0].Start, o[0].Twice = p.start, false
	}
	for i, c := range p.Choices {
		if !slices.ContainsFunc(p.occurrences, func(o calendar.Occurrence) bool { return o.Date == c.Date }) {
			return fault.At(fmt.Sprintf("body.choices[%d].date", i), "Choose one of the dates of the rule.")
		}
		if p.choice(c.Date) != i {
			return fault.At(fmt.Sprintf("body.choices[%d].date", i), "There is a choice for this date already.")
		}
	}
	return nil
}

// series is its row.
func (p *planned) series(key id.ID[appointment.InSeries]) Series {
	first := calendar.WallOf(p.start, p.zone)
	return Series{
		ID: key, ServiceID: p.ServiceID, LocationID: p.location, CustomerID: p.CustomerID, RRule: p.RRule, TimeZone: p.zoneName,
		Anchor: first, From: first.Date(), MadeUntil: p.last, Start: p.start, End: p.end, PartySize: max(1, p.PartySize),
		ResourceIDs: append([]id.ID[resource.Resource]{}, p.ResourceIDs...), Rotate: p.Rotate, Notes: p.Notes, LeftOut: json.RawMessage("[]"), Combined: p.combined,
	}
}

// draft is the appointment of one date, and whether it is left out.
func (p *planned) draft(key id.ID[appointment.InSeries], o calendar.Occurrence, before []appointment.Appointment) (d appointment.Draft, skip bool) {
	series, date := key.UUID(), o.Date
	d = appointment.Draft{
		New: appointment.New{
			ServiceID: p.ServiceID, Start: o.Start.Format(time.RFC3339Nano), LocationID: &p.location, ResourceIDs: p.ResourceIDs,
			CustomerID: p.CustomerID, PartySize: p.PartySize, Notes: p.Notes, Combination: p.Combination,
		},
		SeriesID: &series, SeriesDate: &date, Beyond: true, Quiet: true,
	}
	if len(before) > 0 && !p.Rotate {
		d.Prefer = before[0].ResourceIDs
	}
	i := p.choice(o.Date)
	if i < 0 {
		return d, false
	}
	c := p.Choices[i]
	if c.Start != "" {
		d.Start = c.Start
	}
	if len(c.ResourceIDs) > 0 {
		d.ResourceIDs = c.ResourceIDs
	}
	d.Override = c.Override
	return d, c.Skip
}

// choice is the place of the choice for a date, -1 where there is none.
func (p *planned) choice(d calendar.Date) int {
	return slices.IndexFunc(p.Choices, func(c Choice) bool { return c.Date == d })
}

// place books the appointment of one date. What is wrong with the choice for it is said of that.
func (p *planned) place(ctx context.Context, tx *pg.TenantTx, s *appointment.Service, o calendar.Occurrence, d appointment.Draft) (appointment.Appointment, error) {
	a, err := s.Place(ctx, tx, d)
	f, i := fault.As(err), p.choice(o.Date)
	if f == nil || f.Kind != fault.Invalid || i < 0 {
		return a, err
	}
	named := *f
	named.Fields = slices.Clone(f.Fields)
	for j, field := range named.Fields {
		if rest, ok := strings.CutPrefix(field.Location, "body."); ok {
			named.Fields[j].Location = fmt.Sprintf("body.choices[%d].%s", i, rest)
		}
	}
	return a, &named
}

// shown is a date before it was tried.
func (p *planned) shown(o calendar.Occurrence) Occurrence {
	return Occurrence{
		Date: o.Date, Start: o.Start, End: o.Start.Add(p.end.Sub(p.start)), Moved: o.Moved, Twice: o.Twice,
		ResourceIDs: []id.ID[resource.Resource]{}, Conflicts: []fault.Clash{}, Alternatives: []fault.Alternative{},
	}
}
