// Package service holds what a business sells: how long it takes, what it costs, the rules of booking it,
// and which resources can perform it.
package service

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// Service is one thing that can be booked. (The domain's own service is Services.)
type Service struct {
	ID                  id.ID[Service]             `json:"id" db:"id"`
	Name                string                     `json:"name" db:"name"`
	DurationMinutes     int                        `json:"duration_minutes" db:"duration_minutes"`
	Price               money.Money                `json:"price" db:"price"`
	BufferBeforeMinutes int                        `json:"buffer_before_minutes" db:"buffer_before_minutes"`
	BufferAfterMinutes  int                        `json:"buffer_after_minutes" db:"buffer_after_minutes"`
	BuffersInsideHours  bool                       `json:"buffers_inside_hours" db:"buffers_inside_hours"`
	SlotIntervalMinutes int                        `json:"slot_interval_minutes" db:"slot_interval_minutes"`
	MinNoticeMinutes    int                        `json:"min_notice_minutes" db:"min_notice_minutes"`
	MaxAdvanceDays      int                        `json:"max_advance_days" db:"max_advance_days"`
	BookableFrom        *calendar.Date             `json:"bookable_from" db:"bookable_from" nullable:"true" format:"date" doc:"The first local date on which it can be booked."`
	BookableUntil       *calendar.Date             `json:"bookable_until" db:"bookable_until" nullable:"true" format:"date" doc:"The last one."`
	Align               string                     `json:"align" db:"align" enum:"window,clock"`
	FillGaps            bool                       `json:"fill_gaps" db:"fill_gaps"`
	Limits              calendar.Limits            `json:"limits" db:"limits"`
	CustomerLimits      calendar.Limits            `json:"customer_limits" db:"customer_limits"`
	Public              bool                       `json:"public" db:"public"`
	Hours               calendar.Hours             `json:"hours" db:"hours" nullable:"true" doc:"When it can be booked within the opening hours; null is always."`
	ResourceIDs         []id.ID[resource.Resource] `json:"resource_ids" db:"resource_ids"`
	pg.Stamps
	ArchivedAt *time.Time `json:"archived_at" db:"archived_at" doc:"null unless archived."`
}

// IDPrefix makes ids of services look like svc_….
func (Service) IDPrefix() string { return "svc" }

// Defaults of the booking rules.
const (
	defaultMinNotice  = 120
	defaultMaxAdvance = 60
)

// New is what makes a service, and what a PATCH changes. Pointers tell "not given" from zero where the default is another.
type New struct {
	Name                string                     `json:"name" minLength:"1" maxLength:"200"`
	DurationMinutes     int                        `json:"duration_minutes" minimum:"1" maximum:"10080"`
	Price               money.Money                `json:"price" doc:"In the business's currency."`
	BufferBeforeMinutes int                        `json:"buffer_before_minutes" required:"false" minimum:"0" maximum:"1440" doc:"Kept free before each appointment."`
	BufferAfterMinutes  int                        `json:"buffer_after_minutes" required:"false" minimum:"0" maximum:"1440" doc:"Kept free after each appointment."`
	BuffersInsideHours  bool                       `json:"buffers_inside_hours" required:"false" doc:"Whether buffers must lie inside opening hours too."`
	SlotIntervalMinutes int                        `json:"slot_interval_minutes" required:"false" default:"15" minimum:"1" maximum:"1440" doc:"Spacing of the starts that are offered."`
	MinNoticeMinutes    *int                       `json:"min_notice_minutes,omitempty" default:"120" minimum:"0" maximum:"525600" doc:"How long before its start an appointment can still be booked."`
	MaxAdvanceDays      *int                       `json:"max_advance_days,omitempty" default:"60" minimum:"0" maximum:"730" doc:"How many days ahead it can be booked; 0 is today only."`
	BookableFrom        *calendar.Date             `json:"bookable_from" required:"false" nullable:"true" format:"date" doc:"The first date on which it can be booked, on the location's calendar."`
	BookableUntil       *calendar.Date             `json:"bookable_until" required:"false" nullable:"true" format:"date" doc:"The last such date, included. max_advance_days counts too."`
	Align               string                     `json:"align" required:"false" enum:"window,clock" doc:"Where the starts that are offered begin: with each opening window, as without this; or by the clock, on multiples of slot_interval_minutes since midnight."`
	FillGaps            bool                       `json:"fill_gaps" required:"false" doc:"Whether starts right after and right before other appointments are offered too."`
	Limits              calendar.Limits            `json:"limits" required:"false" doc:"How many appointments for it there may be."`
	CustomerLimits      calendar.Limits            `json:"customer_limits" required:"false" doc:"How many of them one customer may have."`
	Public              *bool                      `json:"public,omitempty" default:"true" doc:"Whether customers can book it themselves."`
	Hours               calendar.Hours             `json:"hours" required:"false" nullable:"true" maxItems:"70" doc:"Weekly windows on the location's wall clock, within the opening hours; null is always, an empty list never."`
	ResourceIDs         []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"500" doc:"Which resources can perform it."`
}

func (s Service) editable() New {
	return New{
		s.Name, s.DurationMinutes, s.Price, s.BufferBeforeMinutes, s.BufferAfterMinutes, s.BuffersInsideHours, s.SlotIntervalMinutes,
		&s.MinNoticeMinutes, &s.MaxAdvanceDays, s.BookableFrom, s.BookableUntil, s.Align, s.FillGaps, s.Limits, s.CustomerLimits, &s.Public, s.Hours, s.ResourceIDs,
	}
}

func (n New) clean(currency string) (New, error) {
	n.Name = strings.TrimSpace(n.Name)
	var bad []fault.Field
	if n.Name == "" {
		bad = append(bad, fault.Field{Location: "body.name", Message: "Give the service a name."})
	}
	if n.Price.Currency != currency {
		bad = append(bad, fault.Field{Location: "body.price.currency", Message: "Use the business's currency, " + currency + "."})
	}
	bad = append(bad, location.DateProblems("body.bookable_from", n.BookableFrom)...)
	bad = append(bad, location.DateProblems("body.bookable_until", n.BookableUntil)...)
	if n.BookableFrom != nil && n.BookableUntil != nil && n.BookableUntil.Before(*n.BookableFrom) {
		bad = append(bad, fault.Field{Location: "body.bookable_until", Message: "The last date must not be before the first."})
	}
	if bad = append(bad, location.HoursProblems("body.hours", n.Hours)...); bad != nil {
		return n, fault.Validation(bad...)
	}
	n.MinNoticeMinutes = orDefault(n.MinNoticeMinutes, defaultMinNotice)
	n.MaxAdvanceDays = orDefault(n.MaxAdvanceDays, defaultMaxAdvance)
	n.Public = orDefault(n.Public, true)
	n.Align = cmp.Or(n.Align, "window")
	n.ResourceIDs = distinct(n.ResourceIDs)
	return n, nil
}

func orDefault[T any](v *T, d T) *T {
	if v == nil {
		return &d
	}
	return v
}

func distinct(ids []id.ID[resource.Resource]) []id.ID[resource.Resource] {
	kept := make([]id.ID[resource.Resource], 0, len(ids))
	for _, v := range ids {
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	return kept
}

// Services is the domain.
type Services struct{}

// Create adds a service.
func (s *Services) Create(ctx context.Context, tx *pg.TenantTx, n New) (Service, error) {
	t, err := tenant.Of(ctx)
	if err != nil {
		return Service{}, err
	}
	return s.CreateIn(ctx, tx, t.Currency, n)
}

// CreateIn is Create for a caller who knows the business's currency: provisioning, outside of a request.
func (s *Services) CreateIn(ctx context.Context, tx *pg.TenantTx, currency string, n New) (Service, error) {
	n, err := n.clean(currency)
	if err != nil {
		return Service{}, err
	}
	key := id.New[Service]()
	if err := insert(ctx, tx, key, n); err != nil {
		return Service{}, err
	}
	if err := setResources(ctx, tx, key, n.ResourceIDs); err != nil {
		return Service{}, err
	}
	return byID(ctx, tx, key)
}

// Change applies a patch. Appointments keep what was agreed at booking.
func (s *Services) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], patch api.Merge[New]) (Service, error) {
	t, err := tenant.Of(ctx)
	if err != nil {
		return Service{}, err
	}
	was, err := forChange(ctx, tx, key)
	if err != nil {
		return Service{}, err
	}
	n, err := patch.Apply(was.editable())
	if err != nil {
		return Service{}, err
	}
	if n, err = n.clean(t.Currency); err != nil {
		return Service{}, err
	}
	if err := update(ctx, tx, key, n); err != nil {
		return Service{}, err
	}
	if err := setResources(ctx, tx, key, n.ResourceIDs); err != nil {
		return Service{}, err
	}
	return byID(ctx, tx, key)
}

// Public is a service as its customers see it: no internal fields.
type Public struct {
	ID              id.ID[Service]             `json:"id"`
	Name            string                     `json:"name"`
	DurationMinutes int                        `json:"duration_minutes"`
	Price           money.Money                `json:"price"`
	LocationIDs     []id.ID[location.Location] `json:"location_ids" doc:"Where it is offered."`
	Resources       []Performer                `json:"resources" doc:"Whom or what to choose from."`
}

// Performer is a resource as customers see it.
type Performer struct {
	ID         id.ID[resource.Resource] `json:"id"`
	Name       string                   `json:"name"`
	LocationID id.ID[location.Location] `json:"location_id"`
}

// ListPublic returns what customers can book: public services that some resource can perform.
func (s *Services) ListPublic(ctx context.Context, tx *pg.TenantTx) ([]Public, error) {
	rows, err := offers(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := []Public{}
	for _, o := range rows { // sorted by service
		if len(all) == 0 || all[len(all)-1].ID != o.ID {
			all = append(all, Public{ID: o.ID, Name: o.Name, DurationMinutes: o.DurationMinutes, Price: o.Price})
		}
		p := &all[len(all)-1]
		p.Resources = append(p.Resources, Performer{o.ResourceID, o.ResourceName, o.LocationID})
		if !slices.Contains(p.LocationIDs, o.LocationID) {
			p.LocationIDs = append(p.LocationIDs, o.LocationID)
		}
	}
	return all, nil
}
