package availability

import (
	"context"
	"fmt"
	"slices"
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
	api.Tenant(srv, api.Op{ID: "count-availability", Do: "GET /api/v1/availability/days", Summary: "How many starts each day has", Needs: role.AvailabilityRead}, s.days)
	api.Tenant(srv, api.Op{ID: "explain-availability", Do: "GET /api/v1/availability/explain", Summary: "Why a start is offered or not", Needs: role.AvailabilityRead}, s.explain)
	api.Tenant(srv, api.Op{ID: "list-public-availability", Do: "GET /api/v1/public/availability", Summary: "When customers can book a service", Needs: authz.Public}, s.listPublic)
	api.Tenant(srv, api.Op{ID: "count-public-availability", Do: "GET /api/v1/public/availability/days", Summary: "How many starts customers have each day", Needs: authz.Public}, s.daysPublic)
	api.Tenant(srv, api.Op{ID: "explain-public-availability", Do: "GET /api/v1/public/availability/explain", Summary: "Why customers are offered a start or not", Needs: authz.Public}, s.explainPublic)
}

// Subject is what a question is about.
type Subject struct {
	ServiceID  id.ID[service.Service]   `query:"service_id" required:"true"`
	ResourceID id.ID[resource.Resource] `query:"resource_id" doc:"Only with this resource; without it with any."`
	LocationID id.ID[location.Location] `query:"location_id" doc:"Required when the service is offered at several locations."`
	PartySize  int                      `query:"party_size" minimum:"1" maximum:"1000" default:"1" doc:"How many people come."`
	VariantID  id.ID[service.Variant]   `query:"variant_id" doc:"In which of the service's lengths; without one its own."`
	AddonIDs   []string                 `query:"addon_ids,explode" maxItems:"20" doc:"What is wanted on top of it; repeat it for several."`
	TimeZone   string                   `query:"time_zone" maxLength:"64" doc:"IANA zone that the times are written in; the location's by default. It changes no instant and no date of the range."`
}

type question struct {
	Subject
	From calendar.Date `query:"from" required:"true" format:"date" doc:"First local date of the location."`
	To   calendar.Date `query:"to" required:"true" format:"date" doc:"Last local date, included; at most 62 days."`
}

func (q question) check() error {
	if days := q.From.DaysUntil(q.To) + 1; days < 1 || days > MaxDays {
		return fault.At("query.to", "Choose a last date on or after the first, at most %d days in all.", MaxDays)
	}
	return nil
}

// Answer is the list of free times.
type Answer struct {
	Data     []Slot `json:"data"`
	TimeZone string `json:"time_zone" doc:"The zone that the times are written in."`
}

// Counts is how many starts each date has.
type Counts struct {
	Data     []calendar.DayCount `json:"data" doc:"Every date of the range."`
	TimeZone string              `json:"time_zone" doc:"The location's, whose dates these are."`
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *question) (Answer, error) {
	return s.answer(ctx, tx, in, false)
}

func (s *Service) listPublic(ctx context.Context, tx *pg.TenantTx, in *question) (Answer, error) {
	return s.answer(ctx, tx, in, true)
}

func (s *Service) answer(ctx context.Context, tx *pg.TenantTx, in *question, publicOnly bool) (Answer, error) {
	if err := in.check(); err != nil {
		return Answer{}, err
	}
	p, err := s.plan(ctx, tx, in.Subject, publicOnly)
	if err != nil {
		return Answer{}, err
	}
	zone, name, err := in.zone(p)
	if err != nil {
		return Answer{}, err
	}
	slots, err := s.Slots(ctx, tx, p, in.From, in.To, publicOnly)
	if err != nil {
		return Answer{}, err
	}
	return Answer{inZone(slots, zone), name}, nil
}

// plan is the Plan of a question's subject; for staff who book their own calendars alone, of those.
func (s *Service) plan(ctx context.Context, tx *pg.TenantTx, in Subject, publicOnly bool) (*Plan, error) {
	ask := Ask{ServiceID: in.ServiceID, LocationID: api.Optional(in.LocationID), PartySize: in.PartySize, PublicOnly: publicOnly, At: "query", ResourceAt: "query.resource_id"}
	if err := in.combine(&ask); err != nil {
		return nil, err
	}
	if !in.ResourceID.IsZero() {
		ask.Resources = []id.ID[resource.Resource]{in.ResourceID}
	}
	if !publicOnly && !tx.Actor.Can(role.AppointmentsAll) && ask.Resources == nil {
		own, err := OwnResources(ctx, tx) // "any" of those that this person may book
		if err != nil {
			return nil, err
		}
		ask.Among = own
	}
	return s.Plan(ctx, tx, ask)
}

// combine asks about what is wanted of the service. The edge reads no lists of ids from queries.
func (in Subject) combine(ask *Ask) error {
	ask.VariantID = api.Optional(in.VariantID)
	for i, text := range in.AddonIDs {
		key, err := id.Parse[service.Addon](text)
		if err != nil {
			return fault.Unknown(fmt.Sprintf("query.addon_ids[%d]", i))
		}
		ask.AddonIDs = append(ask.AddonIDs, key)
	}
	return nil
}

// zone is the one that the caller reads times in.
func (in Subject) zone(p *Plan) (*time.Location, string, error) {
	if in.TimeZone == "" {
		return p.Zone, p.ZoneName, nil
	}
	zone, err := location.LoadZone(in.TimeZone)
	if err != nil {
		return nil, "", fault.Validation(location.ZoneProblems("query.time_zone", in.TimeZone)...)
	}
	return zone, in.TimeZone, nil
}

func inZone(slots []Slot, zone *time.Location) []Slot {
	for i := range slots {
		slots[i].Start, slots[i].End = slots[i].Start.In(zone), slots[i].End.In(zone)
	}
	return slots
}

func (s *Service) days(ctx context.Context, tx *pg.TenantTx, in *question) (Counts, error) {
	return s.counts(ctx, tx, in, false)
}

func (s *Service) daysPublic(ctx context.Context, tx *pg.TenantTx, in *question) (Counts, error) {
	return s.counts(ctx, tx, in, true)
}

func (s *Service) counts(ctx context.Context, tx *pg.TenantTx, in *question, publicOnly bool) (Counts, error) {
	if err := in.check(); err != nil {
		return Counts{}, err
	}
	p, err := s.plan(ctx, tx, in.Subject, publicOnly)
	if err != nil {
		return Counts{}, err
	}
	days, err := s.Days(ctx, tx, p, in.From, in.To, publicOnly)
	return Counts{days, p.ZoneName}, err
}

type explained struct {
	Subject
	Start time.Time `query:"start" required:"true" doc:"An instant with offset."`
}

func (s *Service) explain(ctx context.Context, tx *pg.TenantTx, in *explained) (Explanation, error) {
	e, err := s.why(ctx, tx, in, false)
	if err != nil {
		return e, err
	}
	all, own := tx.Actor.Can(role.AppointmentsAll), []id.ID[resource.Resource]{}
	if !all { // others' appointments are not for everybody's eyes
		if own, err = OwnResources(ctx, tx); err != nil {
			return e, err
		}
	}
	for i, r := range e.Reasons {
		if key := r.Appointment(); key != "" && (all || r.ResourceID != nil && slices.Contains(own, *r.ResourceID)) {
			e.Reasons[i].AppointmentID = &key
		}
	}
	return e, nil
}

func (s *Service) explainPublic(ctx context.Context, tx *pg.TenantTx, in *explained) (Explanation, error) {
	return s.why(ctx, tx, in, true)
}

func (s *Service) why(ctx context.Context, tx *pg.TenantTx, in *explained, publicOnly bool) (Explanation, error) {
	if !calendar.InYears(in.Start) {
		return Explanation{}, fault.At("query.start", "Use a date between 1970 and 2200.")
	}
	p, err := s.plan(ctx, tx, in.Subject, publicOnly)
	if err != nil {
		return Explanation{}, err
	}
	zone, _, err := in.zone(p)
	if err != nil {
		return Explanation{}, err
	}
	e, err := s.Explain(ctx, tx, p, in.Start, publicOnly)
	e.Start = e.Start.In(zone)
	return e, err
}
