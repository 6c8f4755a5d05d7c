// Package appointment books: who comes when, for which service, with which resources.
//
// There is one write path. The public page, staff and later all others come through Service.book,
// which locks the resources, asks the same engine as the list of slots, and writes under a constraint.
package appointment

import (
	"context"
	"errors"
	"time"

	"smoothschedule/internal/kit/event"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Appointment is a booked service. Name, price and length are what was agreed at booking.
type Appointment struct {
	ID           id.ID[Appointment]         `json:"id" db:"id"`
	LocationID   id.ID[location.Location]   `json:"location_id" db:"location_id"`
	ServiceID    id.ID[service.Service]     `json:"service_id" db:"service_id"`
	CustomerID   id.ID[customer.Customer]   `json:"customer_id" db:"customer_id"`
	ResourceIDs  []id.ID[resource.Resource] `json:"resource_ids" db:"resource_ids" doc:"All that are booked."`
	Status       string                     `json:"status" db:"status" enum:"CONFIRMED,CANCELLED"`
	Start        time.Time                  `json:"start" db:"starts_at"`
	End          time.Time                  `json:"end" db:"ends_at"`
	TimeZone     string                     `json:"time_zone" db:"time_zone" doc:"The location's zone at booking."`
	ServiceName  string                     `json:"service_name" db:"service_name"`
	CustomerName string                     `json:"customer_name" db:"customer_name"`
	Price        money.Money                `json:"price" db:"price"`
	CancelReason *string                    `json:"cancel_reason" db:"cancel_reason"`
	CancelledAt  *time.Time                 `json:"cancelled_at" db:"cancelled_at"`
	pg.Stamps

	BufferBefore int `json:"-" db:"buffer_before_minutes"`
	BufferAfter  int `json:"-" db:"buffer_after_minutes"`
}

// IDPrefix makes ids of appointments look like apt_….
func (Appointment) IDPrefix() string { return "apt" }

// The statuses.
const (
	Confirmed = "CONFIRMED"
	Cancelled = "CANCELLED"
)

// New is what staff give to book. Start is an instant with offset, or the location's wall clock without one.
type New struct {
	ServiceID   id.ID[service.Service]     `json:"service_id"`
	Start       string                     `json:"start" maxLength:"40" example:"2026-03-03T10:00:00+01:00" doc:"An instant with offset; without one the location's wall clock."`
	End         string                     `json:"end" required:"false" maxLength:"40" doc:"Start plus the service's duration by default."`
	LocationID  *id.ID[location.Location]  `json:"location_id" required:"false" nullable:"true" doc:"Needed when the service is offered at several locations and no resource is chosen."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"1" doc:"The resource to book; without it any that is free."`
	CustomerID  id.ID[customer.Customer]   `json:"customer_id"`
}

// Move is where an appointment goes.
type Move struct {
	Start       string                     `json:"start" maxLength:"40" doc:"An instant with offset; without one the location's wall clock."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"1" doc:"The resource to move to; without it the appointment stays with its own."`
}

// Cancellation says why.
type Cancellation struct {
	Reason string `json:"reason" required:"false" maxLength:"500"`
}

// Change is what a PATCH changes; times and resources change by reschedule.
type Change struct {
	CustomerID id.ID[customer.Customer] `json:"customer_id" doc:"Whom it is for."`
}

// Errors a caller may act on.
var (
	ErrSlotUnavailable = &fault.Error{Kind: fault.Conflict, Code: "slot_unavailable", Detail: "This time can't be booked. Choose one of the times offered."}
	ErrCancelled       = &fault.Error{Kind: fault.Conflict, Code: "state_conflict", Detail: "This appointment is cancelled."}
	errNotOwnCalendar  = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "You can book your own calendar only."}
)

// Created is announced in the transaction that booked.
type Created struct{ Appointment Appointment }

// Service is the domain. Its hooks are filled in package app.
type Service struct {
	Availability *availability.Service
	Customers    *customer.Service
	OnCreated    event.Hook[Created]
}

// Get returns one appointment that the actor may see.
func (s *Service) Get(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	return byID(ctx, tx, key)
}

// Cancel frees the time. The appointment stays on record.
func (s *Service) Cancel(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], c Cancellation) (Appointment, error) {
	if _, err := s.lockConfirmed(ctx, tx, key); err != nil {
		return Appointment{}, err
	}
	if err := cancel(ctx, tx, key, c.Reason); err != nil {
		return Appointment{}, err
	}
	return s.Get(ctx, tx, key)
}

// ChangeCustomer books the appointment on another customer.
func (s *Service) ChangeCustomer(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], c id.ID[customer.Customer]) (Appointment, error) {
	was, err := s.lockConfirmed(ctx, tx, key)
	if err != nil || was.CustomerID == c {
		return was, err
	}
	if err := s.checkCustomer(ctx, tx, c); err != nil {
		return Appointment{}, err
	}
	if err := checkOftenFor(ctx, tx, was, c); err != nil {
		return Appointment{}, err
	}
	if err := setCustomer(ctx, tx, key, c); err != nil {
		return Appointment{}, err
	}
	return s.Get(ctx, tx, key)
}

// lockConfirmed returns the appointment, which nobody else can change until the transaction ends.
func (s *Service) lockConfirmed(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	if err := lockRow(ctx, tx, key); err != nil {
		return Appointment{}, err
	}
	a, err := s.Get(ctx, tx, key)
	if err == nil && a.Status != Confirmed {
		err = ErrCancelled
	}
	return a, err
}

func (s *Service) checkCustomer(ctx context.Context, tx *pg.TenantTx, key id.ID[customer.Customer]) error {
	c, err := s.Customers.Get(ctx, tx, key)
	if errors.Is(err, fault.ErrNotFound) || err == nil && c.ArchivedAt != nil {
		return fault.Unknown("body.customer_id")
	}
	return err
}
