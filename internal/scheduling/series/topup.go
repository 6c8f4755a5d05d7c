package series

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// leftOut is a date on which nothing could be booked.
type leftOut struct {
	Date    calendar.Date `json:"date"`
	Message string        `json:"message"`
}

// TopUp books more of the series of a business that have no end, a year ahead, and says whether there may be more to do. Dates that
// can't be booked are left out and told.
func (s *Service) TopUp(ctx context.Context, tx *pg.TenantTx) (more bool, err error) {
	until := calendar.DateOf(tx.Now(), time.UTC).AddDays(ahead - 1)
	all, err := short(ctx, tx, until)
	if err != nil {
		return false, err
	}
	for _, one := range all {
		if err := s.extend(ctx, tx, one, until.AddDays(1)); err != nil {
			return false, fmt.Errorf("topping %s up: %w", one.ID, err)
		}
	}
	return len(all) > 0, nil
}

func (s *Service) extend(ctx context.Context, tx *pg.TenantTx, one Series, until calendar.Date) error {
	rule, err := calendar.ParseRecurrence(one.RRule)
	if err != nil {
		return err
	}
	zone, err := location.LoadZone(one.TimeZone)
	if err != nil {
		return err
	}
	var who []id.ID[resource.Resource]
	if !one.Rotate {
		if who, err = usual(ctx, tx, one.ID); err != nil {
			return err
		}
	}
	var out []leftOut
	if err := json.Unmarshal(one.LeftOut, &out); err != nil {
		return fmt.Errorf("what was left out of %s: %w", one.ID, err)
	}
	for d := range rule.Dates(one.Anchor.Date(), one.MadeUntil.AddDays(1), until) {
		err := pg.Try(ctx, tx, func(tx *pg.TenantTx) error {
			_, err := s.Appointments.Place(ctx, tx, one.draft(d, zone, who))
			return err
		})
		if f := fault.As(err); f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
			out = append(out, leftOut{d, f.Detail})
			continue
		}
		if err != nil {
			return err
		}
	}
	one.MadeUntil = until
	if one.LeftOut, err = json.Marshal(out); err != nil || out == nil {
		one.LeftOut = json.RawMessage("[]")
	}
	return update(ctx, tx, one)
}

// draft is the appointment of a date of the rule.
func (one Series) draft(d calendar.Date, zone *time.Location, who []id.ID[resource.Resource]) appointment.Draft {
	key := one.ID.UUID()
	at := one.Anchor.On(d.AddDays(one.ShiftDays)).First(zone)
	return appointment.Draft{
		New: appointment.New{
			ServiceID: one.ServiceID, Start: at.Format(time.RFC3339Nano), LocationID: &one.LocationID, ResourceIDs: one.ResourceIDs,
			CustomerID: one.CustomerID, PartySize: one.PartySize, Notes: one.Notes, Combination: one.Combined.Again(),
		},
		Agreed: one.Combined, SeriesID: &key, SeriesDate: &d, Clock: zone, Prefer: who, Beyond: true, Quiet: true, System: true,
	}
}
