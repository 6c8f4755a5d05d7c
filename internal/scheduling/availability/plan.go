package availability

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Plan is what is fixed about the question: the service's rules, the place and the candidates. Its calendar is loaded by Fill.
type Plan struct {
	ServiceID id.ID[service.Service]
	Service   Facts // of the combination that was asked for
	Combined  Combined
	Location  id.ID[location.Location]
	ZoneName  string
	Zone      *time.Location
	Resources []Candidate // all that may be taken here, those that come along with another included
	PartySize int

	question calendar.Question
	holders  []*uuid.UUID               // of what is busy: the appointments, by number; nil for others
	chosen   bool                       // the caller chose somebody
	among    []id.ID[resource.Resource] // one of these must be taken; nil for any
	kept     time.Time                  // a start that was kept; zero for none
}

// Candidate is a resource that may be taken.
type Candidate struct {
	ID       id.ID[resource.Resource]
	Name     string
	Capacity int
}

// requirement is one of a service's, as it is stored.
type requirement struct {
	Label      string `json:"label"`
	Quantity   int    `json:"quantity"`
	Units      int    `json:"units"`
	PerPerson  bool   `json:"per_person"`
	Parts      []part `json:"parts"`
	Selectable bool   `json:"customer_selectable"`
	Strategy   string `json:"strategy"`
}

type part struct {
	From int  `json:"from_minutes"`
	To   *int `json:"to_minutes"` // nil: the end
}

// requirements are the service's; one that names none needs one of its resources, all the time.
func (f Facts) requirements() (all []requirement, err error) {
	if err := json.Unmarshal(f.Requirements, &all); err != nil {
		return nil, fmt.Errorf("requirements of a service: %w", err)
	}
	if len(all) == 0 {
		all = []requirement{{Quantity: 1, Units: 1, PerPerson: f.CountPerPerson, Selectable: true, Strategy: f.Strategy}}
	}
	return all, nil
}

func newPlan(ask Ask, f Facts, rows []row, now time.Time) (*Plan, error) {
	needs, err := f.requirements()
	if err != nil {
		return nil, err
	}
	if rows, err = choose(rows, needs, ask); err != nil {
		return nil, err
	}
	p := &Plan{ServiceID: ask.ServiceID, Service: f, PartySize: max(1, ask.PartySize), chosen: len(ask.Resources) > 0, among: ask.Among, question: calendar.Question{
		Hours:        f.ServiceHours,
		Duration:     minutes(f.DurationMinutes),
		BufferBefore: minutes(f.BufferBeforeMinutes), BufferAfter: minutes(f.BufferAfterMinutes), BuffersInsideHours: f.BuffersInsideHours,
		MaxAdvanceDays: f.MaxAdvanceDays, Now: now, DayBefore: f.DayBefore,
		From: f.BookableFrom.OrZero(), Until: f.BookableUntil.OrZero(), Clock: f.Align == "clock", FillGaps: f.FillGaps,
		Limits: f.Limits, AnyHours: f.AnyHours, Seed: seedOf(ask.ServiceID),
	}}
	if f.BookableDays != nil {
		p.question.BookableDays = *f.BookableDays
	}
	p.need(needs)
	if len(rows) == 0 { // nobody performs it: no time is ever free, in any zone
		p.Zone, p.ZoneName = time.UTC, "UTC"
		return p, nil
	}
	if err := p.place(rows[0]); err != nil {
		return nil, err
	}
	p.offer(rows)
	return p, p.pin(ask)
}

// need turns the requirements into the engine's, for as many people as come.
func (p *Plan) need(all []requirement) {
	for _, r := range all {
		n := calendar.Need{Quantity: r.Quantity, Units: r.Units, Strategy: calendar.Strategy(r.Strategy)}
		if r.PerPerson {
			n.Units *= p.PartySize
		}
		for _, one := range r.Parts {
			part := calendar.Part{From: minutes(one.From)}
			if one.To != nil {
				part.To = minutes(*one.To)
			}
			n.Parts = append(n.Parts, part)
		}
		p.question.Needs = append(p.question.Needs, n)
	}
}

// place takes over what is the location's.
func (p *Plan) place(r row) (err error) {
	p.Location, p.ZoneName = r.LocationID, r.TimeZone
	if p.Zone, err = location.LoadZone(p.ZoneName); err != nil {
		return err
	}
	p.question.Zone, p.question.MinNotice, p.question.Interval = p.Zone, minutes(r.MinNoticeMinutes), minutes(r.SlotIntervalMinutes)
	p.question.Open, p.question.Overrides, err = r.opening()
	return err
}

// offer lists the resources, and which needs may take them.
func (p *Plan) offer(rows []row) {
	index := make(map[id.ID[resource.Resource]]int, len(rows))
	for i, r := range rows {
		index[*r.ResourceID] = i
	}
	for i, r := range rows {
		p.Resources = append(p.Resources, Candidate{*r.ResourceID, r.ResourceName, r.Capacity})
		lane := calendar.Resource{
			Hours: r.Hours, Overrides: r.Overrides, ActiveFrom: r.ActiveFrom.OrZero(), ActiveUntil: r.ActiveUntil.OrZero(), Limits: r.OwnLimits, Order: i,
			BufferBefore: minutes(r.OwnBefore), BufferAfter: minutes(r.OwnAfter), Capacity: r.Capacity, Rank: r.Priority, Weight: r.Weight,
		}
		for _, l := range r.Links {
			if other, here := index[l]; here {
				lane.Links = append(lane.Links, other)
			}
		}
		p.question.Resources = append(p.question.Resources, lane)
		p.Assigned(*r.ResourceID, r.LastAssigned)
		for _, n := range r.Needs {
			p.question.Needs[n].Resources = append(p.question.Needs[n].Resources, i)
		}
	}
}

// pin gives each resource that the caller chose to the requirement that has the fewest others to take.
// One that has all it needs looks no further, so that less is locked and read.
func (p *Plan) pin(ask Ask) error {
	for at, chosen := range ask.Resources {
		i := slices.IndexFunc(p.Resources, func(r Candidate) bool { return r.ID == chosen })
		n := p.needFor(i)
		if n < 0 {
			return fault.At(ask.resourceAt(at), "The service takes no more resources than those before. Leave this one out.")
		}
		p.question.Needs[n].Pinned = append(p.question.Needs[n].Pinned, i)
	}
	for n := range p.question.Needs {
		if need := &p.question.Needs[n]; len(need.Pinned) == max(1, need.Quantity) {
			need.Resources = need.Pinned
		}
	}
	return nil
}

// needFor is the requirement to give a chosen resource to, -1 for none.
func (p *Plan) needFor(r int) int {
	best := -1
	for n, need := range p.question.Needs {
		may := slices.Contains(need.Resources, r) && !slices.Contains(need.Pinned, r) && len(need.Pinned) < max(1, need.Quantity)
		if may && (best < 0 || len(need.Resources) < len(p.question.Needs[best].Resources)) {
			best = n
		}
	}
	for _, need := range p.question.Needs {
		if slices.Contains(need.Pinned, r) {
			return -1
		}
	}
	return best
}

// seedOf has services draw apart from each other, each the same however often it is asked.
func seedOf(key id.ID[service.Service]) uint64 {
	random := key.UUID()
	return binary.BigEndian.Uint64(random[8:])
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// Shape replaces the service's current length and buffers by those an appointment was booked with. Those of a resource are of
// whichever takes it now.
func (p *Plan) Shape(length, before, after time.Duration) {
	p.question.Duration, p.question.BufferBefore, p.question.BufferAfter = length, before, after
}

// Lengthen asks about an appointment of another length than the service's: staff choose the end.
func (p *Plan) Lengthen(length time.Duration) { p.question.Duration = length }

// Length is how long the appointment will be.
func (p *Plan) Length() time.Duration { return p.question.Duration }

// Prefer has the first requirement try a resource before all others, where it may take it.
func (p *Plan) Prefer(who id.ID[resource.Resource]) { p.PreferFor(0, who) }

// PreferFor has a requirement try a resource before all others, those that were preferred until now included.
func (p *Plan) PreferFor(need int, who id.ID[resource.Resource]) {
	i := slices.IndexFunc(p.Resources, func(r Candidate) bool { return r.ID == who })
	if i >= 0 && need < len(p.question.Needs) {
		n := &p.question.Needs[need]
		n.Prefer = slices.Insert(n.Prefer, 0, i)
	}
}

// Reason is how the resource of the first requirement is chosen.
func (p *Plan) Reason() string {
	if p.chosen {
		return "chosen"
	}
	if p.question.Needs[0].Strategy == "" {
		return string(calendar.LeastBookedDay)
	}
	return string(p.question.Needs[0].Strategy)
}
