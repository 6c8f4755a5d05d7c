// Package waitlist holds who waits for a time that is taken, and what becomes of them when time is free again.
//
// It books and keeps nothing itself: offers are holds, and those who get a time get it by the one write path, with all its rules.
package waitlist

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/event"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Entry is a customer who waits for a time of a service.
type Entry struct {
	ID            id.ID[Entry]                    `json:"id" db:"id"`
	ServiceID     id.ID[service.Service]          `json:"service_id" db:"service_id"`
	LocationID    id.ID[location.Location]        `json:"location_id" db:"location_id"`
	CustomerID    id.ID[customer.Customer]        `json:"customer_id" db:"customer_id"`
	ServiceName   string                          `json:"service_name" db:"service_name"`
	CustomerName  string                          `json:"customer_name" db:"customer_name"`
	TimeZone      string                          `json:"time_zone" db:"time_zone" doc:"The location's, whose dates and clock these are."`
	From          calendar.Date                   `json:"from_date" db:"from_date" format:"date"`
	To            calendar.Date                   `json:"to_date" db:"to_date" format:"date"`
	Windows       []Window                        `json:"windows" db:"windows" doc:"When it may begin; an empty list is at any time."`
	ResourceIDs   []id.ID[resource.Resource]      `json:"resource_ids" db:"resource_ids" doc:"Any one of these, the first best; an empty list is any."`
	PartySize     int                             `json:"party_size" db:"party_size" doc:"How many people come."`
	VariantID     *id.ID[service.Variant]         `json:"variant_id" db:"variant_id" nullable:"true" doc:"In which of the service's lengths; null is its own."`
	AddonIDs      []id.ID[service.Addon]          `json:"addon_ids" db:"addon_ids" doc:"What is wanted on top of it, as it is when it is booked."`
	Notes         *string                         `json:"notes" db:"notes" nullable:"true"`
	Priority      int                             `json:"priority" db:"priority" doc:"Higher comes first; then who waits longest."`
	Status        Status                          `json:"status" db:"status" enum:"WAITING,OFFERED,BOOKED,EXPIRED,CANCELLED"`
	OfferedStart  *time.Time                      `json:"offered_start" db:"offered_start" nullable:"true" doc:"What is kept for them, while it is OFFERED."`
	OfferedEnd    *time.Time                      `json:"offered_end" db:"offered_end" nullable:"true"`
	OfferedUntil  *time.Time                      `json:"offered_until" db:"offered_until" nullable:"true" doc:"From then on the next one is offered it."`
	AppointmentID *id.ID[appointment.Appointment] `json:"appointment_id" db:"appointment_id" nullable:"true" doc:"What came of it."`
	ExpiresAt     time.Time                       `json:"expires_at" db:"expires_at" doc:"From then on they wait no longer."`
	pg.Stamps

	Archived    bool        `json:"-" db:"archived"`    // the customer
	AsCustomer  bool        `json:"-" db:"as_customer"` // the actor is who waits, and not who is waited for
	OfferedHold *uuid.UUID  `json:"-" db:"offered_hold"`
	Offers      []time.Time `json:"-" db:"offers"` // all starts that it was offered
}

// IDPrefix makes ids of entries look like wle_….
func (Entry) IDPrefix() string { return "wle" }

// Status is what became of an entry.
type Status string

// The statuses. Waiting and Offered are open.
const (
	Waiting   Status = "WAITING"
	Offered   Status = "OFFERED" // a start is kept for them
	Booked    Status = "BOOKED"
	Expired   Status = "EXPIRED"
	Cancelled Status = "CANCELLED"
)

func (s Status) open() bool { return s == Waiting || s == Offered }

// New is what staff give to put a customer on the list. A service without a wait list has one for staff all the same: they book
// from it themselves.
type New struct {
	ServiceID  id.ID[service.Service]    `json:"service_id"`
	LocationID *id.ID[location.Location] `json:"location_id" required:"false" nullable:"true" doc:"Needed when the service is offered at several locations."`
	CustomerID id.ID[customer.Customer]  `json:"customer_id"`
	Wishes
}

var (
	errTaken    = &fault.Error{Kind: fault.Conflict, Code: "already_exists", Detail: "This customer waits for this service on some of these dates already. Change that entry instead."}
	errState    = &fault.Error{Kind: fault.Conflict, Code: "state_conflict"}
	errArchived = errState.With("This customer was archived, so nothing can be booked for them.")
	errOwn      = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "You can put customers on the list for your own calendar only. Choose yourself among the resources."}
)

// Made is announced of an offer, in the transaction that made it.
type Made struct{ Entry Entry }

// Free is announced when a time that somebody wishes for is free for the first to book.
type Free struct {
	Entry Entry
	Start time.Time
}

// Service is the domain. Its hooks are filled in package app.
type Service struct {
	DB           *pg.DB
	Queue        *job.Queue
	Appointments *appointment.Service
	Availability *availability.Service
	Customers    *customer.Service

	OnOffered event.Hook[Made]
	OnFree    event.Hook[Free]
}

// Get returns one entry that the actor may see, as they see it.
func (s *Service) Get(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry]) (Entry, error) {
	e, err := byID(ctx, tx, key)
	return e.shown(), err
}

// shown is an entry as the actor sees it: whoever waits reads no notes of staff.
func (e Entry) shown() Entry {
	if e.AsCustomer {
		e.Notes = nil
	}
	return e
}

// Create puts a customer on the list.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Entry, error) {
	c, err := s.Customers.Get(ctx, tx, n.CustomerID)
	if f := fault.As(err); f != nil && f.Kind == fault.NotFound || err == nil && c.ArchivedAt != nil {
		return Entry{}, fault.Unknown("body.customer_id")
	}
	if err != nil {
		return Entry{}, err
	}
	e := Entry{ID: id.New[Entry](), ServiceID: n.ServiceID, CustomerID: n.CustomerID}
	if err := s.fill(ctx, tx, &e, n.Wishes, asked{location: n.LocationID, resourceAt: "body.resource_ids[%d]"}); err != nil {
		return Entry{}, err
	}
	if err := checkOwn(ctx, tx, e.ResourceIDs); err != nil {
		return Entry{}, err
	}
	if err := insert(ctx, tx, e, nil, false); err != nil {
		return Entry{}, err
	}
	return byID(ctx, tx, e.ID)
}

// checkOwn keeps who may see only their own calendar to entries that wish for them.
func checkOwn(ctx context.Context, tx *pg.TenantTx, wish []id.ID[resource.Resource]) error {
	if tx.Actor.Can(role.AppointmentsAll) {
		return nil
	}
	own, err := availability.OwnResources(ctx, tx)
	if err != nil {
		return err
	}
	for _, r := range own {
		if slices.Contains(wish, r) {
			return nil
		}
	}
	return errOwn
}

// Change changes what an entry that is open wishes for. An offer stands.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry], patch api.Merge[Wishes]) (Entry, error) {
	e, err := lock(ctx, tx, key)
	if err != nil {
		return Entry{}, err
	}
	was := e.wishes()
	w, err := patch.Apply(was)
	if err != nil {
		return Entry{}, err
	}
	if !e.Status.open() {
		return Entry{}, e.refuse("changed")
	}
	if w.To != was.To && w.ExpiresAt != nil && w.ExpiresAt.Equal(e.ExpiresAt) {
		w.ExpiresAt = nil
	}
	if err := s.fill(ctx, tx, &e, w, asked{location: &e.LocationID, resourceAt: "body.resource_ids[%d]"}); err != nil {
		return Entry{}, err
	}
	if err := checkOwn(ctx, tx, e.ResourceIDs); err != nil {
		return Entry{}, err
	}
	if err := update(ctx, tx, e); err != nil {
		return Entry{}, err
	}
	return byID(ctx, tx, key)
}

func (e Entry) refuse(verb string) error {
	return errState.With("This entry is %s, so it can't be %s any more.", e.Status, verb)
}

// Cancel takes an entry off the list. What was kept for it goes to the next.
func (s *Service) Cancel(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry]) error {
	e, err := lock(ctx, tx, key)
	if err != nil {
		return err
	}
	return s.leave(ctx, tx, e)
}

// leave ends an entry. One that has ended already stays as it is.
func (s *Service) leave(ctx context.Context, tx *pg.TenantTx, e Entry) error {
	if e.Status == Booked {
		return e.refuse("cancelled")
	}
	if !e.Status.open() {
		return nil
	}
	if err := s.giveBack(ctx, tx, e); err != nil {
		return err
	}
	return settle(ctx, tx, e.ID, Cancelled, nil)
}

// giveBack frees what is kept for an entry, and has the others asked.
func (s *Service) giveBack(ctx context.Context, tx *pg.TenantTx, e Entry) error {
	if e.OfferedHold == nil {
		return nil
	}
	if err := s.Appointments.GiveBack(ctx, tx, *e.OfferedHold); err != nil {
		return err
	}
	return s.Queue.Add(ctx, tx, Match{Scope: job.Of(tx), LocationID: e.LocationID, Start: *e.OfferedStart, End: *e.OfferedEnd, Except: &e.ID})
}

// Booking is what staff give to book for somebody on the list.
type Booking struct {
	Start       string                     `json:"start" maxLength:"40" doc:"An instant with offset, or the location's wall clock without one."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"Those that must be among the resources; without any, what the entry wishes for where that is one alone, or else those that are free."`
	appointment.Override
}

// Book books for somebody on the list, as staff do.
func (s *Service) Book(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry], b Booking) (Entry, error) {
	e, err := lock(ctx, tx, key)
	if err != nil {
		return Entry{}, err
	}
	if !e.Status.open() {
		return Entry{}, e.refuse("booked")
	}
	if e.Archived {
		return Entry{}, errArchived
	}
	if err := s.giveBack(ctx, tx, e); err != nil {
		return Entry{}, err
	}
	d := appointment.Draft{New: e.appointment(b.Start, b.ResourceIDs), Listed: true}
	d.Override = b.Override
	if len(b.ResourceIDs) == 0 && len(e.ResourceIDs) == 1 {
		d.ResourceIDs = e.ResourceIDs
	}
	a, err := s.Appointments.Place(ctx, tx, d)
	if err != nil {
		return Entry{}, fmt.Errorf("booking from the wait list: %w", err)
	}
	if err := settle(ctx, tx, key, Booked, &a.ID); err != nil {
		return Entry{}, err
	}
	return byID(ctx, tx, key)
}

// appointment is what is booked for an entry.
func (e Entry) appointment(start string, with []id.ID[resource.Resource]) appointment.New {
	return appointment.New{
		ServiceID: e.ServiceID, Start: start, LocationID: &e.LocationID, ResourceIDs: with, CustomerID: e.CustomerID, PartySize: e.PartySize, Notes: e.Notes,
		Combination: e.combination(),
	}
}
