package waitlist

import (
	"cmp"
	"context"
	"slices"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/resource"
)

// option is a start that an entry wishes for.
type option struct {
	start, end time.Time
	date       calendar.Date
	resource   *id.ID[resource.Resource] // nil: any
	near       bool                      // it is in the time that is free again
}

// options are the starts of those dates that customers are offered and the entry wishes for: first those in the time that is free again.
func (s *Service) options(ctx context.Context, tx *pg.TenantTx, e Entry, m Match, dates [2]calendar.Date) (all []option, err error) {
	from, to := later(dates[0], e.From), earlier(dates[1], e.To)
	if to.Before(from) {
		return nil, nil
	}
	wanted := []*id.ID[resource.Resource]{nil}
	if len(e.ResourceIDs) > 0 {
		wanted = nil
		for i := range e.ResourceIDs {
			wanted = append(wanted, &e.ResourceIDs[i])
		}
	}
	for _, r := range wanted {
		ask := availability.Ask{ServiceID: e.ServiceID, LocationID: &e.LocationID, PartySize: e.PartySize, PublicOnly: true, At: "body", ResourceAt: "body.resource_ids", Combination: e.combination()}
		if r != nil {
			ask.Resources = []id.ID[resource.Resource]{*r}
		}
		plan, err := s.Availability.Plan(ctx, tx, ask)
		if refused(err) { // the service or the resource is no longer there for customers
			continue
		}
		if err != nil {
			return nil, err
		}
		plan.Service.LookBusyPercent = 0 // is for those who look, and they wait
		slots, err := s.Availability.Slots(ctx, tx, plan, from, to, true)
		if err != nil {
			return nil, err
		}
		for _, slot := range slots {
			if e.wants(slot.Start, plan.Zone) {
				near := slot.Start.Before(m.End) && m.Start.Before(slot.End)
				all = append(all, option{slot.Start, slot.End, calendar.DateOf(slot.Start, plan.Zone), r, near})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b option) int { return cmp.Or(rank(a)-rank(b), a.start.Compare(b.start)) })
	return all, nil
}

func rank(o option) int {
	if o.near {
		return 0
	}
	return 1
}

func later(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// refused tells whether it was a rule that said no: that is no reason to try again.
func refused(err error) bool {
	f := fault.As(err)
	return f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid)
}

// first tries one option after the other until one is not refused. What a refused one did is undone.
func first(ctx context.Context, tx *pg.TenantTx, all []option, do func(*pg.TenantTx, option) error) (found *option, err error) {
	for i, o := range all[:min(tries, len(all))] {
		err := pg.Try(ctx, tx, func(tx *pg.TenantTx) error { return do(tx, o) })
		if err == nil {
			return &all[i], nil
		}
		if !refused(err) {
			return nil, err
		}
	}
	return nil, nil
}
