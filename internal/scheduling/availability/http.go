package availability

import (
	"context"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-availability", Do: "GET /api/v1/availability", Summary: "When a service can be booked", Needs: role.AvailabilityRead}, s.list)
	api.Tenant(srv, api.Op{ID: "list-public-availability", Do: "GET /api/v1/public/availability", Summary: "When customers can book a service", Needs: authz.Public}, s.listPublic)
}

type question struct {
	ServiceID  id.ID[service.Service]   `query:"service_id" required:"true"`
	From       calendar.Date            `query:"from" required:"true" format:"date" doc:"First local date of the location."`
	To         calendar.Date            `query:"to" required:"true" format:"date" doc:"Last local date, included; at most 62 days."`
	ResourceID id.ID[resource.Resource] `query:"resource_id" doc:"Only this resource; without it any."`
	LocationID id.ID[location.Location] `query:"location_id" doc:"Required when the service is offered at several locations."`
	TimeZone   string                   `query:"time_zone" maxLength:"64" doc:"IANA zone that the times are written in; the location's by default. It changes no instant and no date of the range."`
}

// Answer is the list of free times.
type Answer struct {
	Data     []Slot `json:"data"`
	TimeZone string `json:"time_zone" doc:"The zone that the times are written in."`
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *question) (Answer, error) {
	return s.answer(ctx, tx, in, false)
}

func (s *Service) listPublic(ctx context.Context, tx *pg.TenantTx, in *question) (Answer, error) {
	return s.answer(ctx, tx, in, true)
}

func (s *Service) answer(ctx context.Context, tx *pg.TenantTx, in *question, publicOnly bool) (Answer, error) {
	if days := in.From.DaysUntil(in.To) + 1; days < 1 || days > MaxDays {
		return Answer{}, fault.At("query.to", "Choose a last date on or after the first, at most %d days in all.", MaxDays)
	}
	ask := Ask{ServiceID: in.ServiceID, LocationID: api.Optional(in.LocationID), PublicOnly: publicOnly, At: "query", ResourceAt: "query.resource_id"}
	if !in.ResourceID.IsZero() {
		ask.Resources = []id.ID[resource.Resource]{in.ResourceID}
	}
	if !publicOnly && !tx.Actor.Can(role.AppointmentsAll) && ask.Resources == nil {
		own, err := OwnResources(ctx, tx) // "any" of those that this person may book
		if err != nil {
			return Answer{}, err
		}
		ask.Among = own
	}
	p, err := s.Plan(ctx, tx, ask)
	if err != nil {
		return Answer{}, err
	}
	zone, name := p.Zone, p.ZoneName
	if in.TimeZone != "" {
		if zone, err = location.LoadZone(in.TimeZone); err != nil {
			return Answer{}, fault.Validation(location.ZoneProblems("query.time_zone", in.TimeZone)...)
		}
		name = in.TimeZone
	}
	slots, err := s.Slots(ctx, tx, p, in.From, in.To)
	if err != nil {
		return Answer{}, err
	}
	return Answer{inZone(slots, zone), name}, nil
}

func inZone(slots []Slot, zone *time.Location) []Slot {
	for i := range slots {
		slots[i].Start, slots[i].End = slots[i].Start.In(zone), slots[i].End.In(zone)
	}
	return slots
}
