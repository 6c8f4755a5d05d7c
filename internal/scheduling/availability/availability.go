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
	Resources  []id.ID[resource.Resource] // those that were chosen; nil for any
	Among      []id.ID[resource.Resource] // where not nil, one of these must be taken
	Not        *id.ID[resource.Resource]  // where not nil, this one is not taken
	PartySize  int                        // how many people come; 0 is one
	PublicOnly bool                       // customers don't know services that aren't public
	Booked     bool                       // about an appointment that exists: its service may be archived since
	At         string
	ResourceAt string // what the caller's input calls the chosen resource, with %d for its number where there are several: "body.resource_ids[%d]"

	Combination
	Agreed Combined // with the caller before: it can be had whatever the service offers since
}

// Slot is a time that can be booked.
type Slot struct {
	Start       time.Time                  `json:"start"`
	End         time.Time                  `json:"end"`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" doc:"Those that the service's first requirement can take then, any one of which will do, best first."`
	Remaining   int                        `json:"remaining" doc:"How many such appointments still fit then."`
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
	if most := rows[0].MaxPartySize; ask.PartySize > most && !ask.Booked {
		return nil, fault.At(ask.At+".party_size", "At most %d can come together. Choose fewer people.", most)
	}
	f, c, err := ask.combine(rows[0].Facts)
	if err != nil {
		return nil, err
	}
	p, err := newPlan(ask, f, rows, tx.Now())
	if err != nil {
		return nil, err
	}
	p.Combined = c
	return p, nil
}

// Fill loads the calendar of all candidates for starts on the local dates from..to, in one query.
// What is excepted doesn't stand in its own way.
func (s *Service) Fill(ctx context.Context, tx *pg.TenantTx, p *Plan, from, to calendar.Date, except Except) error {
	return s.fill(ctx, tx, p, from, to, except, false)
}

// FillToExplain is Fill for whoever asks for Reasons afterwards: it tells whose time is in the way.
func (s *Service) FillToExplain(ctx context.Context, tx *pg.TenantTx, p *Plan, day calendar.Date, except Except) error {
	return s.fill(ctx, tx, p, day, day, except, true)
}

func (s *Service) fill(ctx context.Context, tx *pg.TenantTx, p *Plan, from, to calendar.Date, except Except, holders bool) error {
	q := &p.question
	w := wanted{
		location: p.Location, reach: q.Reach(from, to), service: p.ServiceID, serviceLimited: q.Limits != (calendar.Limits{}),
		periods: calendar.Periods(from, to, p.Zone), except: except, holders: holders,
	}
	index := make(map[id.ID[resource.Resource]]int, len(p.Resources))
	q.Booked, p.holders = nil, nil
	for i, c := range p.Resources {
		r := &q.Resources[i]
		r.Blocks, r.Busy, r.Booked = nil, nil, nil
		if !p.matters(i) {
			continue
		}
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
			q.Booked = append(q.Booked, calendar.Span{Start: t.Start, End: t.End})
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
		r.Busy = t.busy(r.Busy, len(p.holders))
		p.holders = append(p.holders, t.Holders...)
	case isCounted:
		r.Booked = append(r.Booked, calendar.Span{Start: t.Start, End: t.End})
	case isBlock:
		spans, err := t.spans(p.Zone, reach)
		r.Blocks = append(r.Blocks, spans...)
		return err
	}
	return nil
}

// busy appends what occupies a resource. It is numbered from first on, where it is asked whose it is.
func (t *taken) busy(all []calendar.Busy, first int) []calendar.Busy {
	all = slices.Grow(all, t.Spans.len())
	for i, span := range t.Spans.spans() {
		b := calendar.Busy{Span: span, Units: t.Units}
		if t.Holders != nil {
			b.Ref = first + i
		}
		all = append(all, b)
	}
	return all
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

// Slots lists the free starts on the local dates from..to; publicly those that customers see.
func (s *Service) Slots(ctx context.Context, tx *pg.TenantTx, p *Plan, from, to calendar.Date, publicly bool) ([]Slot, error) {
	if err := s.Fill(ctx, tx, p, from, to, Except{}); err != nil {
		return nil, err
	}
	slots := p.named(p.question.Slots(from, to))
	if p.Service.Group != nil {
		var err error
		if slots, err = s.seats(ctx, tx, p, slots, from, to, publicly); err != nil {
			return nil, err
		}
	}
	if publicly {
		slots = p.LookBusy(slots)
	}
	return slots, nil
}

// Days counts the free starts of each local date from..to.
func (s *Service) Days(ctx context.Context, tx *pg.TenantTx, p *Plan, from, to calendar.Date, publicly bool) ([]calendar.DayCount, error) {
	if p.Service.Group == nil && (!publicly || p.Service.LookBusyPercent == 0) {
		err := s.Fill(ctx, tx, p, from, to, Except{})
		return p.question.Days(from, to), err
	}
	slots, err := s.Slots(ctx, tx, p, from, to, publicly)
	return counted(slots, p.Zone, from, to), err
}

// counted is how many starts each date has.
func counted(slots []Slot, zone *time.Location, from, to calendar.Date) (days []calendar.DayCount) {
	for d := from; !d.After(to); d = d.AddDays(1) {
		days = append(days, calendar.DayCount{Date: d})
	}
	for _, s := range slots {
		days[from.DaysUntil(calendar.DateOf(s.Start, zone))].Count++
	}
	return days
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
		named[i] = Slot{s.Start.In(p.Zone), s.End.In(p.Zone), all[first:len(all):len(all)], s.Remaining}
	}
	return named
}
