package service

import (
	"context"
	"reflect"
	"slices"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// Opened is announced of each location at which other rules let a service be booked at a time at which it could not be before.
type Opened struct {
	location.Opened

	ServiceID id.ID[Service]
}

// opened tells of the time at which a service is there from now on, or more resources are that perform it.
func (s *Services) opened(ctx context.Context, tx *pg.TenantTx, was, is Service) error {
	more := slices.ContainsFunc(is.ResourceIDs, func(r id.ID[resource.Resource]) bool { return !slices.Contains(was.ResourceIDs, r) })
	if is.ArchivedAt != nil || !more && reflect.DeepEqual(was.opening(), is.opening()) {
		return nil
	}
	places, err := placesOf(ctx, tx, is.ID)
	if err != nil {
		return err
	}
	for _, p := range places {
		zone, err := location.LoadZone(p.TimeZone)
		if err != nil {
			return err
		}
		before, after := was.opening(), is.opening()
		if before.Zone, after.Zone = zone, zone; more {
			before = calendar.Opening{} // never
		}
		gained := calendar.Gained(before, after, location.Reach(tx))
		if gained.Empty() {
			continue
		}
		if err := s.OnOpened.Fire(ctx, tx, Opened{location.Opened{LocationID: p.ID, Start: gained.Start, End: gained.End}, is.ID}); err != nil {
			return err
		}
	}
	return nil
}

// opening is when a service can be booked, in whatever zone.
func (s Service) opening() calendar.Opening {
	o := calendar.Opening{Hours: s.Hours, From: s.BookableFrom.OrZero()}
	if s.Hours == nil {
		o.Hours = always()
	}
	if s.BookableUntil != nil {
		o.Until = s.BookableUntil.AddDays(1)
	}
	return o
}

func always() calendar.Hours {
	h := make(calendar.Hours, 7)
	for i := range h {
		h[i] = calendar.Window{Weekday: i + 1, To: calendar.Midnight}
	}
	return h
}

// place is a location at which a service is offered.
type place struct {
	ID       id.ID[location.Location] `db:"id"`
	TimeZone string                   `db:"time_zone"`
}

func placesOf(ctx context.Context, tx *pg.TenantTx, key id.ID[Service]) ([]place, error) {
	return pg.All[place](ctx, tx, `
		SELECT l.id, l.time_zone FROM locations l
		WHERE l.archived_at IS NULL AND EXISTS (
			SELECT FROM resources r WHERE r.location_id = l.id AND r.archived_at IS NULL AND (
				EXISTS (SELECT FROM service_resources sr WHERE sr.service_id = @id AND sr.resource_id = r.id)
				OR EXISTS (SELECT FROM service_requirements q WHERE q.service_id = @id AND (
					q.kind = r.kind
					OR EXISTS (SELECT FROM requirement_resources rr WHERE rr.requirement_id = q.id AND rr.resource_id = r.id)
					OR EXISTS (SELECT FROM resource_group_members m WHERE m.group_id = q.group_id AND m.resource_id = r.id)))))
		ORDER BY l.id LIMIT 1000`, pg.Args{"id": key})
}
