package availability

import (
	"slices"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/resource"
)

// Allocation is a resource to reserve for one span, buffers included.
type Allocation struct {
	ResourceID id.ID[resource.Resource]
	Span       calendar.Span
	Units      int  // of its capacity
	Exclusive  bool // nobody else may have it then
	Need       int  // which of the service's requirements takes it, in order
	Linked     bool // taken along with another that requires it
}

// Choose asks about exactly [start, end); with grid only starts that Slots would list will do. It answers with what to reserve,
// or with why not.
func (p *Plan) Choose(start, end time.Time, grid bool) ([]Allocation, calendar.Refusal) {
	choice, refusal := p.questionAt(start).Choose(start, end, grid)
	if refusal != calendar.Offered {
		return nil, refusal
	}
	var all []Allocation
	for need, taken := range choice.Taken {
		units := max(1, p.question.Needs[need].Units)
		for _, r := range taken {
			for _, span := range p.question.Footprints(need, r, start, end) {
				all = append(all, p.allocation(r, need, units, span, false))
				for _, l := range p.question.Resources[r].Links {
					all = append(all, p.allocation(l, need, p.Resources[l].Capacity, span, true))
				}
			}
		}
	}
	return all, calendar.Offered
}

func (p *Plan) allocation(r, need, units int, span calendar.Span, linked bool) Allocation {
	c := p.Resources[r]
	return Allocation{ResourceID: c.ID, Span: span, Units: units, Exclusive: c.Capacity == 1, Need: need, Linked: linked}
}

// RoundRobin lists those of all that a requirement took in turn: it is their turn last from now on.
func (p *Plan) RoundRobin(all []Allocation) (turns []id.ID[resource.Resource]) {
	for _, a := range all {
		need := p.question.Needs[a.Need]
		if need.Strategy == calendar.RoundRobin && len(need.Pinned) == 0 && !a.Linked && !slices.Contains(turns, a.ResourceID) {
			turns = append(turns, a.ResourceID)
		}
	}
	return turns
}

// Assigned says when a resource was last chosen in its turn; nil is never.
func (p *Plan) Assigned(who id.ID[resource.Resource], last *time.Time) {
	if i := slices.IndexFunc(p.Resources, func(r Candidate) bool { return r.ID == who }); i >= 0 && last != nil {
		p.question.Resources[i].LastAssigned = *last
	}
}

// matters tells whether some requirement may still take the resource, or one that it comes along with.
func (p *Plan) matters(i int) bool {
	return slices.ContainsFunc(p.question.Needs, func(n calendar.Need) bool {
		return slices.Contains(n.Resources, i) || slices.ContainsFunc(n.Resources, func(r int) bool { return slices.Contains(p.question.Resources[r].Links, i) })
	})
}

// Locked are the resources whose bookings must follow one another: all that may be taken.
func (p *Plan) Locked() (ids []id.ID[resource.Resource]) {
	for i, c := range p.Resources {
		if p.matters(i) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// Keep has a start booked that was kept, though notice, window or season have caught up with it since. Other starts they bind still.
func (p *Plan) Keep(start time.Time) { p.kept = start }

// questionAt is the question about one start.
func (p *Plan) questionAt(start time.Time) calendar.Question {
	q := p.question
	if start.Equal(p.kept) {
		for _, r := range []Rule{MinimumNotice, BookingWindow, Season} {
			liftStart(&q, r, start)
		}
	}
	return q
}

// Lift asks the question without the rules that somebody overrides. What is chosen then may be against them.
func (p *Plan) Lift(rules []Rule, start time.Time) {
	q := &p.question
	for _, r := range rules {
		liftStart(q, r, start)
		for i := range q.Resources {
			q.Resources[i] = lifted(q.Resources[i], r)
		}
	}
}

// liftStart lifts a rule that is the start's or the place's.
func liftStart(q *calendar.Question, r Rule, start time.Time) {
	switch r {
	case Past: // what has passed is too soon as well
		q.Now = earlier(q.Now, start)
		q.MinNotice, q.DayBefore = 0, nil
	case MinimumNotice:
		q.MinNotice, q.DayBefore = 0, nil
	case BookingWindow:
		q.MaxAdvanceDays, q.BookableDays = 366_000, 0
	case Season:
		q.From, q.Until = calendar.Date{}, calendar.Date{}
	case Limit:
		q.Limits = calendar.Limits{}
	case OutsideHours:
		q.Open, q.Overrides, q.Hours = always(), nil, nil
	default: // of resources alone, or of customers
	}
}

func lifted(one calendar.Resource, r Rule) calendar.Resource {
	switch r {
	case Limit:
		one.Limits = calendar.Limits{}
	case OutsideHours:
		one.Hours, one.Overrides = nil, nil
	case TimeOff:
		one.Blocks = nil
	case DoubleBooking:
		one.Busy = nil
	case Inactive:
		one.ActiveFrom, one.ActiveUntil = calendar.Date{}, calendar.Date{}
	default: // of the start alone, or of customers
	}
	return one
}

// always is every minute of the week, as windows that follow each other.
func always() calendar.Hours {
	h := make(calendar.Hours, 7)
	for i := range h {
		h[i] = calendar.Window{Weekday: i + 1, From: 0, To: calendar.Midnight}
	}
	return h
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
