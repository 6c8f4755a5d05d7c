package availability

import (
	"cmp"
	"context"
	"slices"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
)

const (
	alternatives = 3
	searchDays   = 31 // to each side
)

// Nearest returns the free starts nearest to start, which is refused itself. It looks at the days around it first and further only if it must,
// because a refusal in a rush should cost little.
func (s *Service) Nearest(ctx context.Context, tx *pg.TenantTx, p *Plan, start time.Time, except Except) ([]fault.Alternative, error) {
	day, today := calendar.DateOf(start, p.Zone), calendar.DateOf(tx.Now(), p.Zone)
	if day.Before(today) {
		day = today
	}
	var (
		found []Slot
		err   error
	)
	for _, days := range []int{1, searchDays} {
		from, to := day.AddDays(-days), day.AddDays(days)
		if found, err = s.nearest(ctx, tx, p, start, from, to, except); err != nil {
			return nil, err
		}
		if near(found, start) {
			break
		}
	}
	options := make([]fault.Alternative, len(found))
	for i, slot := range found {
		options[i] = fault.Alternative{Start: slot.Start.Format(time.RFC3339), End: slot.End.Format(time.RFC3339)}
		for _, r := range slot.ResourceIDs {
			options[i].ResourceIDs = append(options[i].ResourceIDs, r.String())
		}
	}
	return options, nil
}

// nearest finds them on the dates from..to. Of groups it asks for all, which are few.
func (s *Service) nearest(ctx context.Context, tx *pg.TenantTx, p *Plan, start time.Time, from, to calendar.Date, except Except) ([]Slot, error) {
	if p.Service.Group == nil {
		err := s.Fill(ctx, tx, p, from, to, except)
		all := slices.DeleteFunc(p.question.Nearest(start, from, to, alternatives+1), func(o calendar.Slot) bool { return o.Start.Equal(start) })
		if len(all) > alternatives { // start was none of them
			all = p.question.Nearest(start, from, to, alternatives)
		}
		return p.named(all), err
	}
	all, err := s.Slots(ctx, tx, p, from, to, true)
	all = slices.DeleteFunc(all, func(o Slot) bool { return o.Start.Equal(start) })
	slices.SortStableFunc(all, func(a, b Slot) int { return cmp.Compare(a.Start.Sub(start).Abs(), b.Start.Sub(start).Abs()) })
	all = all[:min(len(all), alternatives)]
	slices.SortFunc(all, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	return all, err
}

// near reports whether nothing outside of the days already searched can be nearer.
func near(found []Slot, start time.Time) bool {
	for _, slot := range found {
		if slot.Start.Sub(start).Abs() > 23*time.Hour {
			return false
		}
	}
	return len(found) == alternatives
}
