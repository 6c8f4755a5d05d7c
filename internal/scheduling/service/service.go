// Package service holds what a business sells: how long it takes, what it costs, the rules of booking it,
// and which resources can perform it.
package service

import (
	"cmp"
	"context"
	"strings"
	"time"

	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/event"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/setting"
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
	SlotIntervalMinutes *int                       `json:"slot_interval_minutes" db:"slot_interval_minutes" nullable:"true" doc:"null is the location's."`
	MinNoticeMinutes    *int                       `json:"min_notice_minutes" db:"min_notice_minutes" nullable:"true" doc:"null is the location's, or else the business's."`
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
	Requirements        requirements               `json:"requirements" db:"requirements" doc:"What it needs at once; an empty list is one of resource_ids."`
	Strategy            string                     `json:"strategy" db:"strategy" enum:"least_booked_day,least_booked_week,round_robin,priority,weighted,random"`
	PreferLast          bool                       `json:"prefer_last" db:"prefer_last"`
	CountPerPerson      bool                       `json:"count_per_person" db:"count_per_person"`
	MaxPartySize        int                        `json:"max_party_size" db:"max_party_size"`
	Confirmation        string                     `json:"confirmation" db:"confirmation" enum:"automatic,request"`
	PendingBlocksSlot   bool                       `json:"pending_blocks_slot" db:"pending_blocks_slot"`
	PendingMinutes      int                        `json:"pending_minutes" db:"pending_minutes"`
	UnassignedRequests  bool                       `json:"unassigned_requests" db:"unassigned_requests"`
	DayBefore           *calendar.Clock            `json:"day_before" db:"day_before" nullable:"true"`
	BookableDays        *int                       `json:"bookable_days" db:"bookable_days" nullable:"true"`
	ForCustomers        string                     `json:"for_customers" db:"for_customers" enum:"all,new,known"`
	Group               api.OrNull[Group]          `json:"group" db:"group_rules" doc:"How several customers take it at once; null is one each time."`
	Waitlist            string                     `json:"waitlist" db:"waitlist" enum:"off,notify_all,offer_next,auto_enrol"`
	AutoPromoteUntil    int                        `json:"auto_promote_until_minutes" db:"auto_promote_until_minutes"`
	Addons              []Addon                    `json:"addons" db:"addons" doc:"What can be had on top of it, in order."`
	Variants            []Variant                  `json:"variants" db:"variants" doc:"In which other lengths it can be had, in order."`
	pg.Stamps
	ArchivedAt *time.Time `json:"archived_at" db:"archived_at" doc:"null unless archived."`
}

// IDPrefix makes ids of services look like svc_….
func (Service) IDPrefix() string { return "svc" }

// Defaults of the booking rules.
const (
	defaultInterval   = 15 // where the location doesn't say either
	defaultMaxAdvance = 60
	defaultPending    = 24 * 60
	defaultPromote    = 120
)

// New is what makes a service, and what a PATCH changes. Pointers tell "not given" from zero where the default is another.
type New struct {
	Name                string                     `json:"name" minLength:"1" maxLength:"200"`
	DurationMinutes     int                        `json:"duration_minutes" minimum:"1" maximum:"10080"`
	Price               money.Money                `json:"price" doc:"In the business's currency."`
	BufferBeforeMinutes int                        `json:"buffer_before_minutes" required:"false" minimum:"0" maximum:"1440" doc:"Kept free before each appointment."`
	BufferAfterMinutes  int                        `json:"buffer_after_minutes" required:"false" minimum:"0" maximum:"1440" doc:"Kept free after each appointment."`
	BuffersInsideHours  bool                       `json:"buffers_inside_hours" required:"false" doc:"Whether buffers must lie inside opening hours too."`
	SlotIntervalMinutes *int                       `json:"slot_interval_minutes" required:"false" nullable:"true" minimum:"1" maximum:"1440" doc:"Spacing of the starts that are offered; null is the location's."`
	MinNoticeMinutes    *int                       `json:"min_notice_minutes" required:"false" nullable:"true" minimum:"0" maximum:"525600" doc:"How long before its start an appointment can still be booked; null, as without this, is the location's, or else the business's."`
	MaxAdvanceDays      *int                       `json:"max_advance_days,omitempty" default:"60" minimum:"0" maximum:"730" doc:"How many days ahead it can be booked; 0 is today only."`
	BookableFrom        *calendar.Date             `json:"bookable_from" required:"false" nullable:"true" format:"date" doc:"The first date on which it can be booked, on the location's calendar."`
	BookableUntil       *calendar.Date             `json:"bookable_until" required:"false" nullable:"true" format:"date" doc:"The last such date, included. max_advance_days counts too."`
	Align               string                     `json:"align" required:"false" enum:"window,clock" doc:"Where the starts that are offered begin: with each opening window, as without this; or by the clock, on multiples of the slot interval since midnight."`
	FillGaps            bool                       `json:"fill_gaps" required:"false" doc:"Whether starts right after and right before other appointments are offered too."`
	Limits              calendar.Limits            `json:"limits" required:"false" doc:"How many appointments for it there may be."`
	CustomerLimits      calendar.Limits            `json:"customer_limits" required:"false" doc:"How many of them one customer may have."`
	Public              *bool                      `json:"public,omitempty" default:"true" doc:"Whether customers can book it themselves."`
	Hours               calendar.Hours             `json:"hours" required:"false" nullable:"true" maxItems:"70" doc:"Weekly windows on the location's wall clock, within the opening hours; null is always, an empty list never."`
	ResourceIDs         []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"500" doc:"Which resources can perform it, one for each appointment."`
	Requirements        []Requirement              `json:"requirements" required:"false" maxItems:"20" doc:"What it needs at once. With any, resource_ids counts for nothing."`
	Strategy            string                     `json:"strategy" required:"false" enum:"least_booked_day,least_booked_week,round_robin,priority,weighted,random" doc:"Which of resource_ids that are free is taken; least_booked_day without this."`
	PreferLast          bool                       `json:"prefer_last" required:"false" doc:"Whether whoever served the customer last comes first."`
	CountPerPerson      bool                       `json:"count_per_person" required:"false" doc:"Whether each person of the party takes a unit of the capacity of one of resource_ids."`
	MaxPartySize        int                        `json:"max_party_size" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"How many people one appointment can be for."`
	Confirmation        string                     `json:"confirmation" required:"false" enum:"automatic,request" doc:"Whether what customers book is confirmed at once, as without this, or is a request that somebody confirms."`
	PendingBlocksSlot   *bool                      `json:"pending_blocks_slot,omitempty" default:"true" doc:"Whether a request takes its time while it waits."`
	PendingMinutes      int                        `json:"pending_minutes" required:"false" default:"1440" minimum:"1" maximum:"525600" doc:"How long a request waits before it expires."`
	UnassignedRequests  bool                       `json:"unassigned_requests" required:"false" doc:"Whether a request names no resource until it is confirmed; needs confirmation=request."`
	DayBefore           *calendar.Clock            `json:"day_before" required:"false" nullable:"true" pattern:"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" patternDescription:"a time of day up to 24:00" doc:"Until when on the day before it can be booked, on the location's clock; null is without this rule."`
	BookableDays        *int                       `json:"bookable_days" required:"false" nullable:"true" minimum:"1" maximum:"730" doc:"On how many dates with free times it can be booked, the next ones; null is without this rule."`
	ForCustomers        string                     `json:"for_customers" required:"false" enum:"all,new,known" doc:"Who can book it: all, as without this; those who have never come; or those who have."`
	Group               api.OrNull[Group]          `json:"group" required:"false" doc:"How several customers take it at once; null is one each time."`
	Waitlist            string                     `json:"waitlist" required:"false" enum:"off,notify_all,offer_next,auto_enrol" doc:"What becomes of its wait list when time is free again: off, as without this, is that customers can't wait; all who wait for it are told; the next one is offered it for half an hour; or, of a group, the next one is given the seat."`
	AutoPromoteUntil    *int                       `json:"auto_promote_until_minutes,omitempty" default:"120" minimum:"0" maximum:"525600" doc:"So long before the start nobody is given a seat any more."`
	Addons              []Addon                    `json:"addons" required:"false" maxItems:"20" doc:"What can be had on top of it, in order. Appointments keep those that they were booked with."`
	Variants            []Variant                  `json:"variants" required:"false" maxItems:"20" doc:"In which other lengths it can be had, in order; without one of them it has its own duration and price."`
}

func (s Service) editable() New {
	return New{
		s.Name, s.DurationMinutes, s.Price, s.BufferBeforeMinutes, s.BufferAfterMinutes, s.BuffersInsideHours, s.SlotIntervalMinutes,
		s.MinNoticeMinutes,
		&s.MaxAdvanceDays, s.BookableFrom, s.BookableUntil, s.Align, s.FillGaps, s.Limits, s.CustomerLimits, &s.Public, s.Hours, s.ResourceIDs,
		s.Requirements, s.Strategy, s.PreferLast, s.CountPerPerson, s.MaxPartySize, s.Confirmation, &s.PendingBlocksSlot, s.PendingMinutes, s.UnassignedRequests,
		s.DayBefore, s.BookableDays, s.ForCustomers, s.Group, s.Waitlist, &s.AutoPromoteUntil, s.Addons, s.Variants,
	}
}

func (n New) clean(currency string) (New, error) {
	n = n.completed()
	if bad := n.problems(currency); bad != nil {
		return n, fault.Validation(bad...)
	}
	return n, nil
}

// completed has all that was left out.
func (n New) completed() New {
	n.Name = strings.TrimSpace(n.Name)
	n.MaxAdvanceDays = orDefault(n.MaxAdvanceDays, defaultMaxAdvance)
	n.Public, n.PendingBlocksSlot = orDefault(n.Public, true), orDefault(n.PendingBlocksSlot, true)
	n.Align, n.Strategy = cmp.Or(n.Align, "window"), cmp.Or(n.Strategy, defaultStrategy)
	n.MaxPartySize, n.PendingMinutes = cmp.Or(n.MaxPartySize, 1), cmp.Or(n.PendingMinutes, defaultPending)
	n.Confirmation, n.ForCustomers = cmp.Or(n.Confirmation, "automatic"), cmp.Or(n.ForCustomers, "all")
	n.Waitlist, n.AutoPromoteUntil = cmp.Or(n.Waitlist, WaitlistOff), orDefault(n.AutoPromoteUntil, defaultPromote)
	n.ResourceIDs = resource.Distinct(n.ResourceIDs)
	all := make([]Requirement, len(n.Requirements))
	for i, r := range n.Requirements {
		all[i] = r.clean()
	}
	n.Requirements, n.Group.V = all, n.Group.V.completed()
	n.Addons, n.Variants = cleanAddons(n.Addons), cleanVariants(n.Variants)
	return n
}

func (n New) problems(currency string) (bad []fault.Field) {
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
	if n.UnassignedRequests && n.Confirmation != "request" {
		bad = append(bad, fault.Field{Location: "body.unassigned_requests", Message: "Only requests can wait for a resource. Set confirmation to request, or leave this out."})
	}
	if n.DayBefore != nil && *n.DayBefore > calendar.Midnight {
		bad = append(bad, fault.Field{Location: "body.day_before", Message: "Use a time of day up to 24:00."})
	}
	bad = append(bad, n.Group.V.problems()...)
	bad = append(bad, n.waitlistProblems()...)
	bad = append(bad, requirementProblems(n.Requirements, n.DurationMinutes)...)
	bad = append(bad, n.combinationProblems(currency)...)
	return append(bad, location.HoursProblems("body.hours", n.Hours)...)
}

func orDefault[T any](v *T, d T) *T {
	if v == nil {
		return &d
	}
	return v
}

// Services is the domain.
type Services struct {
	OnOpened event.Hook[Opened]

	settings setting.Service
}

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
	if err := s.write(ctx, tx, insert, key, n, Service{}); err != nil {
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
	if err := s.write(ctx, tx, update, key, n, was); err != nil {
		return Service{}, err
	}
	is, err := byID(ctx, tx, key)
	if err != nil {
		return Service{}, err
	}
	return is, s.opened(ctx, tx, was, is)
}

// Archive takes a service out of new bookings. Old appointments keep it.
func (s *Services) Archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Service]) error {
	if _, err := forChange(ctx, tx, key); err != nil {
		return err
	}
	return archive(ctx, tx, key)
}

// write stores a service and what hangs on it. A notice that is not its own is written down too, as it is now.
func (s *Services) write(ctx context.Context, tx *pg.TenantTx, row func(context.Context, *pg.TenantTx, id.ID[Service], New, int) error, key id.ID[Service], n New, was Service) error {
	notice := n.MinNoticeMinutes
	if notice == nil {
		b, err := s.settings.Get(ctx, tx)
		if err != nil {
			return err
		}
		notice = &b.MinNoticeMinutes
	}
	if err := n.identified(was); err != nil {
		return err
	}
	if err := row(ctx, tx, key, n, *notice); err != nil {
		return err
	}
	if err := resource.CheckKnown(ctx, tx, "body.resource_ids", n.ResourceIDs, was.ResourceIDs); err != nil {
		return err
	}
	if err := setResources(ctx, tx, key, n.ResourceIDs); err != nil {
		return err
	}
	return setRequirements(ctx, tx, key, n.Requirements, was.Requirements)
}
