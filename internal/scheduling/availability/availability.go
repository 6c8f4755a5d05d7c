// Package availability loads what the calendar engine asks about and answers which times can be booked.
//
// The list of slots and the booking of one of them go through the same Plan, so that what is listed
// can be booked and what is not listed cannot.
package availability

import (
	"context"
	"errors"
	"slices"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// MaxDays is the longest range of one question, in local dates.
const MaxDays = 62

// Ask is a question about one service. Fields of the caller's input are named by At ("body", "query").
type Ask struct {
	ServiceID  id.ID[service.Service]
	LocationID *id.ID[location.Location]  // nil where the service is offered in one place only
	Resources  []id.ID[resource.Resource] // nil for any
	Among      []id.ID[resource.Resource] // where not nil, any means any of these
	PublicOnly bool                       // customers don't know services that aren't public
	Booked     bool                       // about an appointment that exists: its service may be archived since
	At         string
	ResourceAt string // what the caller's input calls the chosen resource: "query.resource_id"
}

// Plan is what is fixed about the question: the service's rules, the place and the candidates. Its calendar is loaded by Fill.
type Plan struct {
	ServiceID id.ID[service.Service]
	Service   Facts
	Location  id.ID[location.Location]
	ZoneName  string
	Zone      *time.Location
	Resources []Candidate // those that may perform the service here
	question  calendar.Question
}

// Candidate is a resource that may perform the service.
type Candidate struct {
	ID   id.ID[resource.Resource]
	Name string
}

// Slot is a time that can be booked.
type Slot struct {
	Start       time.Time                  `json:"start"`
	End         time.Time                  `json:"end"`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" doc:"Those free then, any one of which will do, best first."`
}

// Service is the domain.
type Service struct{}

// Plan reads the rules of a service and its candidates, in one query.
func (s *Service) Plan(ctx context.Context, tx *pg.TenantTx, ask Ask) (*Plan, error) {
	rows, err := facts(ctx, tx, ask)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || ask.PublicOnly && !rows[0].Public {
		return nil, fault.Unknown(ask.At + ".service_id")
	}
	rules := rows[0].Facts // before rows go: DeleteFunc empties what it takes out
	offered, err := choose(slices.DeleteFunc(rows, func(r row) bool { return r.ResourceID == nil }), ask)
	if err != nil {
		return nil, err
	}
	return plan(ask.ServiceID, rules, offered, tx.Now())
}

// choose narrows the candidates to the place and the resources that were asked for.
func choose(rows []row, ask Ask) ([]row, error) {
	for _, r := range ask.Resources {
		if !slices.ContainsFunc(rows, func(c row) bool { return *c.ResourceID == r }) {
			return nil, fault.Unknown(ask.ResourceAt)
		}
	}
	if ask.Resources != nil {
		rows = slices.DeleteFunc(rows, func(c row) bool { return !slices.Contains(ask.Resources, *c.ResourceID) })
	}
	if ask.Among != nil {
		rows = slices.DeleteFunc(rows, func(c row) bool { return !slices.Contains(ask.Among, *c.ResourceID) })
	}
	if ask.LocationID != nil {
		rows = slices.DeleteFunc(rows, func(c row) bool { return c.LocationID != *ask.LocationID })
		if len(rows) == 0 {
			return nil, fault.Unknown(ask.At + ".location_id")
		}
	}
	for _, c := range rows {
		if c.LocationID != rows[0].LocationID {
			return nil, fault.At(ask.At+".location_id", "This service is offered at several locations. Choose one.")
		}
	}
	return rows, nil
}

func plan(key id.ID[service.Service], f Facts, rows []row, now time.Time) (*Plan, error) {
	p := &Plan{ServiceID: key, Service: f, question: calendar.Question{
		Hours:        f.ServiceHours,
		Duration:     minutes(f.DurationMinutes),
		BufferBefore: minutes(f.BufferBeforeMinutes), BufferAfter: minutes(f.BufferAfterMinutes), BuffersInsideHours: f.BuffersInsideHours,
		Interval: minutes(f.SlotIntervalMinutes), MinNotice: minutes(f.MinNoticeMinutes), MaxAdvanceDays: f.MaxAdvanceDays, Now: now,
		From: f.BookableFrom.OrZero(), Until: f.BookableUntil.OrZero(), Clock: f.Align == "clock", FillGaps: f.FillGaps,
		Limits: f.Limits,
	}}
	if len(rows) == 0 { // nobody performs it: no time is ever free, in any zone
		p.Zone, p.ZoneName = time.UTC, "UTC"
		return p, nil
	}
	var err error
	p.Location, p.ZoneName = rows[0].LocationID, rows[0].TimeZone
	if p.Zone, err = location.LoadZone(p.ZoneName); err != nil {
		return nil, err
	}
	p.question.Zone = p.Zone
	if p.question.Open, p.question.Overrides, err = rows[0].opening(); err != nil {
		return nil, err
	}
	for i, r := range rows {
		p.Resources = append(p.Resources, Candidate{*r.ResourceID, r.ResourceName})
		p.question.Resources = append(p.question.Resources, calendar.Resource{
			Hours: r.Hours, Overrides: r.Overrides, ActiveFrom: r.ActiveFrom.OrZero(), ActiveUntil: r.ActiveUntil.OrZero(), Limits: r.OwnLimits, Order: i,
		})
	}
	return p, nil
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// Shape replaces the service's current length and buffers by those an appointment was booked with.
func (p *Plan) Shape(length, before, after time.Duration) {
	p.question.Duration, p.question.BufferBefore, p.question.BufferAfter = length, before, after
}

// Lengthen asks about an appointment of another length than the service's: staff choose the end.
func (p *Plan) Lengthen(length time.Duration) { p.question.Duration = length }

// Footprint is the time that an appointment at [start, end) takes of its resource, buffers included.
func (p *Plan) Footprint(start, end time.Time) calendar.Span {
	return calendar.Span{Start: start.Add(-p.question.BufferBefore), End: end.Add(p.question.BufferAfter)}
}

// Length is how long the appointment will be.
func (p *Plan) Length() time.Duration { return p.question.Duration }

// Fill loads the calendar of all candidates for starts on the local dates from..to, in one query.
// The appointment being moved, if any, doesn't stand in its own way.
func (s *Service) Fill(ctx context.Context, tx *pg.TenantTx, p *Plan, from, to calendar.Date, except Except) error {
	q := &p.question
	w := wanted{
		location: p.Location, reach: q.Reach(from, to), service: p.ServiceID, serviceLimited: q.Limits != (calendar.Limits{}),
		periods: calendar.Periods(from, to, p.Zone), except: except,
	}
	index := make(map[id.ID[resource.Resource]]int, len(p.Resources))
	q.Booked = nil
	for i, c := range p.Resources {
		r := &q.Resources[i]
		r.Blocks, r.Busy, r.Booked = nil, nil, nil
		w.resources, index[c.ID] = append(w.resources, c.ID), i
		if r.Limits != (calendar.Limits{}) {
			w.limited = append(w.limited, c.ID)
		}
	}
	if len(w.resources) == 0 {
		return nil
	}
	var failed error
	err := occupied(ctx, tx, w, func(t *taken) {
		if !t.ResourceID.IsZero() {
			failed = errors.Join(failed, p.take(t, &q.Resources[index[t.ResourceID]], w.reach))
			return
		}
		if t.Kind == isCounted {
			q.Booked = append(q.Booked, t.Start)
			return
		}
		for i := range q.Resources {
			failed = errors.Join(failed, p.take(t, &q.Resources[i], w.reach))
		}
	})
	return errors.Join(err, failed)
}

// take puts what is taken of a resource into its calendar.
func (p *Plan) take(t *taken, r *calendar.Resource, reach calendar.Span) error {
	switch t.Kind {
	case isBusy:
		r.Busy = append(r.Busy, calendar.Span{Start: t.Start, End: t.End})
	case isCounted:
		r.Booked = append(r.Booked, t.Start)
	case isBlock:
		spans, err := t.spans(p.Zone, reach)
		r.Blocks = append(r.Blocks, spans...)
		return err
	}
	return nil
}

// spans are the times of a block in the reach; one that recurs does so on the wall clock of zone, the location's.
func (t *taken) spans(zone *time.Location, reach calendar.Span) ([]calendar.Span, error) {
	first := calendar.Span{Start: t.Start, End: t.End}
	if t.RRule == nil {
		return []calendar.Span{first}, nil
	}
	rule, err := calendar.ParseRecurrence(*t.RRule)
	if err != nil {
		return nil, err
	}
	home, err := location.LoadZone(*t.TimeZone)
	if err != nil {
		return nil, err
	}
	return rule.Spans(first, home, zone, reach), nil
}

// Slots lists the free starts on the local dates from..to.
func (s *Service) Slots(ctx context.Context, tx *pg.TenantTx, p *Plan, from, to calendar.Date) ([]Slot, error) {
	if err := s.Fill(ctx, tx, p, from, to, Except{}); err != nil {
		return nil, err
	}
	return p.named(p.question.Slots(from, to)), nil
}

// Check asks about exactly [start, end); with grid only starts that Slots would list will do.
// Refused is why not.
func (p *Plan) Check(start, end time.Time, grid bool) (Slot, calendar.Refusal) {
	found, refusal := p.question.At(start, end, grid)
	if refusal != calendar.Offered {
		return Slot{}, refusal
	}
	return p.named([]calendar.Slot{found})[0], refusal
}

func (p *Plan) named(slots []calendar.Slot) []Slot {
	named := make([]Slot, len(slots))
	total := 0
	for _, s := range slots {
		total += len(s.Resources)
	}
	all := make([]id.ID[resource.Resource], 0, total) // one allocation for the ids of all slots
	for i, s := range slots {
		first := len(all)
		for _, r := range s.Resources {
			all = append(all, p.Resources[r].ID)
		}
		named[i] = Slot{s.Start.In(p.Zone), s.End.In(p.Zone), all[first:len(all):len(all)]}
	}
	return named
}
