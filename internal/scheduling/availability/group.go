package availability

import (
	"context"
	"slices"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/resource"
)

// StartRefusal is why nothing of the service may start then, whoever would take it; Offered where it may.
// The plan is filled for that date.
func (p *Plan) StartRefusal(start time.Time) calendar.Refusal {
	q := p.questionAt(start)
	q.Resources, q.Needs, q.Open, q.Overrides, q.Hours, q.BookableDays = []calendar.Resource{{}}, nil, always(), nil, nil, 0
	_, refusal := q.At(start, start.Add(p.Length()), false)
	return refusal
}

// About is what staff are told about a refusal of the start.
func (p *Plan) About(r calendar.Refusal) Reason { return Reason{Rule: rules[r], Message: messages[r]} }

// Chosen tells whether a session has all the resources that the caller chose, and one of those it must be among.
func (p *Plan) Chosen(ids []id.ID[resource.Resource]) bool {
	if p.among != nil && !slices.ContainsFunc(ids, func(r id.ID[resource.Resource]) bool { return slices.Contains(p.among, r) }) {
		return false
	}
	for _, n := range p.question.Needs {
		for _, r := range n.Pinned {
			if !slices.Contains(ids, p.Resources[r].ID) {
				return false
			}
		}
	}
	return true
}

// joined adds a session to the starts of others. Those that begin together are one start, with the seats of all.
func (p *Plan) joined(all []Slot, g group.Session) []Slot {
	i := slices.IndexFunc(all, func(o Slot) bool { return o.Start.Equal(g.Start) })
	if i < 0 {
		return append(all, Slot{g.Start.In(p.Zone), g.End.In(p.Zone), slices.Clone(g.ResourceIDs), g.Left()})
	}
	one := &all[i]
	one.Remaining += g.Left()
	for _, r := range g.ResourceIDs {
		if !slices.Contains(one.ResourceIDs, r) {
			one.ResourceIDs = append(one.ResourceIDs, r)
		}
	}
	return all
}

// seats adds to the starts of new sessions, where the first seat makes one, those of the sessions that are planned and have room.
func (s *Service) seats(ctx context.Context, tx *pg.TenantTx, p *Plan, fresh []Slot, from, to calendar.Date, publicly bool) ([]Slot, error) {
	if !p.Service.Group.AdHoc {
		fresh = []Slot{}
	}
	for i := range fresh {
		fresh[i].Remaining = p.Service.Group.Capacity
	}
	f := group.Filter{From: from.In(p.Zone).Start, To: to.In(p.Zone).End, ServiceID: &p.ServiceID, Location: &p.Location, Scheduled: true}
	planned, err := group.Between(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	var together []Slot
	for _, g := range planned {
		if g.Left() < p.PartySize || publicly && !g.Open || !p.Chosen(g.ResourceIDs) || p.StartRefusal(g.Start) != calendar.Offered {
			continue
		}
		together = p.joined(together, g)
	}
	same := func(o Slot) bool {
		return slices.ContainsFunc(together, func(g Slot) bool { return g.Start.Equal(o.Start) })
	}
	fresh = append(slices.DeleteFunc(fresh, same), together...)
	slices.SortFunc(fresh, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	return fresh, nil
}
