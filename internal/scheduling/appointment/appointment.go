// Package appointment books: who comes when, for which service, with which resources.
//
// There is one write path. The public page, staff, series and all others come through Service.book,
// which locks the resources, asks the same engine as the list of slots, and writes under a constraint.
package appointment

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/event"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/policy"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Appointment is a booked service. Name, price, length, buffers and policy are what was agreed at booking.
type Appointment struct {
	ID             id.ID[Appointment]         `json:"id" db:"id"`
	LocationID     id.ID[location.Location]   `json:"location_id" db:"location_id"`
	ServiceID      id.ID[service.Service]     `json:"service_id" db:"service_id"`
	CustomerID     id.ID[customer.Customer]   `json:"customer_id" db:"customer_id"`
	ResourceIDs    []id.ID[resource.Resource] `json:"resource_ids" db:"resource_ids" doc:"All that were booked, in the order of the service's requirements; empty for a request that nobody is assigned to yet."`
	Status         Status                     `json:"status" db:"status" enum:"PENDING,CONFIRMED,CHECKED_IN,IN_PROGRESS,COMPLETED,NO_SHOW,CANCELLED,DECLINED,EXPIRED"`
	Start          time.Time                  `json:"start" db:"starts_at"`
	End            time.Time                  `json:"end" db:"ends_at"`
	TimeZone       string                     `json:"time_zone" db:"time_zone" doc:"The location's zone when the start was agreed."`
	PartySize      int                        `json:"party_size" db:"party_size" doc:"How many people come."`
	ServiceName    string                     `json:"service_name" db:"service_name"`
	CustomerName   string                     `json:"customer_name" db:"customer_name"`
	Price          money.Money                `json:"price" db:"price"`
	Deposit        money.Money                `json:"deposit" db:"deposit" doc:"Of the price, what is due at booking."`
	Notes          *string                    `json:"notes" db:"notes" nullable:"true"`
	PendingUntil   *time.Time                 `json:"pending_until" db:"pending_until" nullable:"true" doc:"A request that is not answered by then expires."`
	Overbooked     bool                       `json:"overbooked" db:"overbooked" doc:"Whether it was booked against the rules, by somebody who may."`
	Overridden     []availability.Rule        `json:"overridden" db:"overridden" doc:"Which rules."`
	OverrideReason *string                    `json:"override_reason" db:"override_reason" nullable:"true"`
	CancelReason   *string                    `json:"cancel_reason" db:"cancel_reason"`
	CancelledAt    *time.Time                 `json:"cancelled_at" db:"cancelled_at"`
	CancelledBy    *string                    `json:"cancelled_by" db:"cancelled_by" nullable:"true" enum:"customer,staff,system"`
	CancelledLate  bool                       `json:"cancelled_late" db:"cancelled_late" doc:"Whether it was too late to cancel freely."`
	CheckedInAt    *time.Time                 `json:"checked_in_at" db:"checked_in_at" nullable:"true"`
	StartedAt      *time.Time                 `json:"started_at" db:"started_at" nullable:"true"`
	FinishedAt     *time.Time                 `json:"finished_at" db:"finished_at" nullable:"true"`
	ReleasedAt     *time.Time                 `json:"released_at" db:"released_at" nullable:"true" doc:"From then on its resources are free for others."`
	Reschedules    int                        `json:"reschedules" db:"reschedules" doc:"How often the customer moved it."`
	SeriesID       *id.ID[InSeries]           `json:"series_id" db:"series_id" nullable:"true" doc:"The series that it is one of."`
	SessionID      *id.ID[group.Session]      `json:"session_id" db:"session_id" nullable:"true" doc:"The group session that it is a seat of."`
	FreeCancel     bool                       `json:"free_cancel" db:"free_cancel" doc:"The business moved it: calling it off costs nothing."`
	Chosen
	pg.Stamps

	BufferBefore int             `json:"-" db:"buffer_before_minutes"`
	BufferAfter  int             `json:"-" db:"buffer_after_minutes"`
	Terms        json.RawMessage `json:"-" db:"policy"`
	UTCOffset    *int            `json:"-" db:"utc_offset_seconds"` // of its zone at the start, when that was agreed
	AsCustomer   bool            `json:"-" db:"as_customer"`        // the actor is whom it is for, at most, and no one who serves it
}

// Chosen is what was chosen of the service at booking, as that was then. The price and the end are those of all together.
type Chosen struct {
	Variant api.OrNull[service.Variant] `json:"variant" db:"variant" doc:"In which of the service's lengths; null is its own."`
	Addons  []service.ShownAddon        `json:"addons" db:"addons" doc:"What was booked on top of it."`
}

// IDPrefix makes ids of appointments look like apt_….
func (Appointment) IDPrefix() string { return "apt" }

// New is what staff give to book. Start is an instant with offset, or the location's wall clock without one.
type New struct {
	ServiceID   id.ID[service.Service]     `json:"service_id"`
	Start       string                     `json:"start" maxLength:"40" example:"2026-03-03T10:00:00+01:00" doc:"An instant with offset; without one the location's wall clock."`
	End         string                     `json:"end" required:"false" maxLength:"40" doc:"Start plus the service's duration by default."`
	LocationID  *id.ID[location.Location]  `json:"location_id" required:"false" nullable:"true" doc:"Needed when the service is offered at several locations and no resource is chosen."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"Those that must be among the resources; without any the service's strategies choose."`
	CustomerID  id.ID[customer.Customer]   `json:"customer_id"`
	PartySize   int                        `json:"party_size" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"How many people come."`
	HoldToken   string                     `json:"hold_token" required:"false" maxLength:"100" doc:"Of a hold on this start."`
	Notes       *string                    `json:"notes" required:"false" nullable:"true" maxLength:"2000"`
	availability.Combination
	Override
}

// Override is what staff with appointments.override send to book against rules, once a 409 has named them.
type Override struct {
	Override       []availability.Rule `json:"override" required:"false" maxItems:"20" enum:"past,minimum_notice,booking_window,season,limit,outside_hours,time_off,double_booking,inactive,customer_blocked,customer_limit,customer_overlap,customer_open_appointments,customer_kind" doc:"The rules to book against."`
	OverrideReason string              `json:"override_reason" required:"false" maxLength:"500"`
}

// Change is what a PATCH changes; times and resources change by reschedule.
type Change struct {
	CustomerID id.ID[customer.Customer] `json:"customer_id" doc:"Whom it is for."`
	Notes      *string                  `json:"notes" required:"false" nullable:"true" maxLength:"2000"`
	Override
}

// Errors a caller may act on.
var (
	ErrSlotUnavailable = &fault.Error{Kind: fault.Conflict, Code: "slot_unavailable", Detail: "This time can't be booked. Choose one of the times offered."}
	errState           = &fault.Error{Kind: fault.Conflict, Code: "state_conflict"}
	errNotOwnCalendar  = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "You can book your own calendar only."}
)

// Created is announced in the transaction that booked or took a request.
type Created struct{ Appointment Appointment }

// Accepted is announced when a request is confirmed.
type Accepted struct{ Appointment Appointment }

// News is announced of what its customer doesn't know: staff cancelled, moved or declined it, or nobody answered a request in time.
type News struct {
	AppointmentID id.ID[Appointment]
	Version       int
	Action        string // as in the history: cancelled, rescheduled, declined, expired
	Requested     bool   // it is a request, not booked yet
}

// Notice is whether staff want the customer told.
type Notice struct {
	Notify *bool `json:"notify,omitempty" default:"true" doc:"Whether the customer is told by mail."`
}

func (n Notice) wanted() bool { return n.Notify == nil || *n.Notify }

// Moved is announced of each seat of a session that staff move.
type Moved struct{ Appointment Appointment }

// CalledOff is announced of each seat of a session that is cancelled.
type CalledOff struct{ Appointment Appointment }

// Released is announced when the time of an appointment, of a hold, or of a seat, may be free for others, also of a seat that is new.
type Released struct {
	LocationID id.ID[location.Location]
	ServiceID  id.ID[service.Service]
	Start, End time.Time
}

// Service is the domain. Its hooks are filled in package app.
type Service struct {
	Availability *availability.Service
	Customers    *customer.Service
	Policies     *policy.Service
	Audit        *audit.Log
	Secret       []byte // keys the links of customers

	OnCreated   event.Hook[Created]
	OnAccepted  event.Hook[Accepted]
	OnReleased  event.Hook[Released]
	OnMoved     event.Hook[Moved]     // with its session
	OnCalledOff event.Hook[CalledOff] // with its session
	OnWritten   event.Hook[Written]
	OnNews      event.Hook[News]
}

// tell announces what became of an appointment.
func (s *Service) tell(ctx context.Context, tx *pg.TenantTx, a Appointment, action string) error {
	return s.OnNews.Fire(ctx, tx, News{a.ID, a.Version, action, a.Status == Pending})
}

// Get returns one appointment that the actor may see, as they see it.
func (s *Service) Get(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	a, err := byID(ctx, tx, key)
	return a.shown(), err
}

// Change books the appointment on another customer, or changes its notes.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], patch func(Change) (Change, error)) (Appointment, error) {
	was, err := s.lock(ctx, tx, key)
	if err != nil {
		return Appointment{}, err
	}
	to, err := patch(Change{CustomerID: was.CustomerID, Notes: was.Notes})
	if err != nil {
		return Appointment{}, err
	}
	if to.CustomerID == was.CustomerID && same(to.Notes, was.Notes) {
		return was, nil
	}
	var against []availability.Rule
	if to.CustomerID != was.CustomerID {
		if against, err = s.handOn(ctx, tx, was, to); err != nil {
			return Appointment{}, err
		}
	}
	if err := change(ctx, tx, key, to); err != nil {
		return Appointment{}, err
	}
	a, err := s.recorded(ctx, tx, was, "changed", to.OverrideReason)
	if err != nil {
		return Appointment{}, err
	}
	return a, s.auditOverride(ctx, tx, key.String(), against, to.OverrideReason)
}

func same(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// handOn asks whether an appointment may become another customer's, as if they booked it now, and notes against which rules it does.
func (s *Service) handOn(ctx context.Context, tx *pg.TenantTx, was Appointment, to Change) ([]availability.Rule, error) {
	if !was.Status.open() {
		return nil, was.refuse("given to another customer")
	}
	if err := s.CheckCustomer(ctx, tx, to.CustomerID); err != nil {
		return nil, err
	}
	plan, err := customerRules(ctx, tx, was)
	if err != nil {
		return nil, err
	}
	v := verdict{plan: plan, start: was.Start, end: was.End, except: availability.Except{AppointmentID: was.ID.UUID()}, takeover: true, override: to.Override.Override}
	if err := s.judgeCustomer(ctx, tx, &v, to.CustomerID); err != nil {
		return nil, err
	}
	if err := s.refusal(ctx, tx, &v); err != nil || len(v.overridden) == 0 {
		return nil, err
	}
	all := append(slices.Clone(was.Overridden), v.overridden...)
	slices.Sort(all)
	return v.overridden, setOverridden(ctx, tx, was.ID, slices.Compact(all), to.OverrideReason)
}

// lock returns the appointment, which nobody else can change until the transaction ends.
func (s *Service) lock(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	if err := lockRow(ctx, tx, key); err != nil {
		return Appointment{}, err
	}
	a, err := byID(ctx, tx, key)
	a = a.lapsed(tx.Now())
	if err == nil && api.About(ctx, key.String()) {
		err = api.CheckVersion(ctx, a.Version)
	}
	return a, err
}

// lapsed is an appointment as it stands, whether or not anybody has swept: a request expires by itself.
func (a Appointment) lapsed(now time.Time) Appointment {
	if a.Status == Pending && !now.Before(*a.PendingUntil) {
		a.Status = Expired
	}
	return a
}

// CheckCustomer refuses customers whom the actor may not book for, or who are archived.
func (s *Service) CheckCustomer(ctx context.Context, tx *pg.TenantTx, key id.ID[customer.Customer]) error {
	c, err := s.Customers.Get(ctx, tx, key)
	if errors.Is(err, fault.ErrNotFound) || err == nil && c.ArchivedAt != nil {
		return fault.Unknown("body.customer_id")
	}
	return err
}
