package waitlist

import (
	"context"
	"errors"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// PublicNew is what a customer gives to wait for a time.
type PublicNew struct {
	ServiceID  id.ID[service.Service]    `json:"service_id"`
	LocationID *id.ID[location.Location] `json:"location_id" required:"false" nullable:"true" doc:"Needed when the service is offered at several locations and no resource is chosen."`
	From       calendar.Date             `json:"from_date" format:"date" doc:"The first date, on the location's calendar."`
	To         calendar.Date             `json:"to_date" format:"date" doc:"The last date, included; at most 62 days."`
	Windows    []Window                  `json:"windows" required:"false" maxItems:"50" doc:"When it may begin; without any at any time."`
	ResourceID *id.ID[resource.Resource] `json:"resource_id" required:"false" nullable:"true" doc:"Whom or what; without it any that is free."`
	PartySize  int                       `json:"party_size" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"How many people come."`
	Customer   appointment.Guest         `json:"customer"`
	availability.Combination
}

// Joined is the answer to who waits now.
type Joined struct {
	ID id.ID[Entry] `json:"id"`
	Key
}

// Key opens one entry: whoever has it may see it, take what is offered and leave, without a login.
type Key struct {
	Token string `json:"token" maxLength:"100" doc:"Send it in a body, never in a URL. Keep it to yourself."`
}

// Place is an entry as its key shows it: nothing about the person.
type Place struct {
	ServiceName  string        `json:"service_name"`
	From         calendar.Date `json:"from_date" format:"date"`
	To           calendar.Date `json:"to_date" format:"date"`
	TimeZone     string        `json:"time_zone" doc:"The location's."`
	Status       Status        `json:"status" enum:"WAITING,OFFERED,BOOKED,EXPIRED,CANCELLED"`
	OfferedStart *time.Time    `json:"offered_start" nullable:"true" doc:"What is kept for you, while it is OFFERED."`
	OfferedEnd   *time.Time    `json:"offered_end" nullable:"true"`
	OfferedUntil *time.Time    `json:"offered_until" nullable:"true" doc:"Take it before this."`
}

var (
	errLink    = &fault.Error{Kind: fault.Gone, Code: "link_expired", Detail: "This link is no longer valid. Call the business if you need to change something."}
	errNoOffer = errState.With("Nothing is kept for you at the moment. You will be told when it is.")
)

// Join puts a customer on the list who names themselves.
//
// The answer doesn't tell whether they were known. Who waits for the same already gets an entry whose key works like any other's and of
// which nothing comes: without a row the key would open nothing, and that would tell.
func (s *Service) Join(ctx context.Context, tx *pg.TenantTx, n PublicNew) (Joined, error) {
	guest, err := customer.Clean(customer.New{Name: n.Customer.Name, Email: &n.Customer.Email, Phone: &n.Customer.Phone})
	if err != nil {
		return Joined{}, err
	}
	e := Entry{ID: id.New[Entry](), ServiceID: n.ServiceID}
	w := Wishes{From: n.From, To: n.To, Windows: n.Windows, PartySize: n.PartySize, Combination: n.Combination}
	if n.ResourceID != nil {
		w.ResourceIDs = []id.ID[resource.Resource]{*n.ResourceID}
	}
	if err := s.fill(ctx, tx, &e, w, asked{location: n.LocationID, resourceAt: "body.resource_id", public: true}); err != nil {
		return Joined{}, err
	}
	strategy, err := strategyOf(ctx, tx, n.ServiceID)
	if err == nil && strategy == service.WaitlistOff {
		err = fault.At("body.service_id", "This service has no wait list. Choose one of the times offered.")
	}
	if err != nil {
		return Joined{}, err
	}
	if e.CustomerID, err = s.Customers.FindOrCreate(ctx, tx, guest); err != nil {
		return Joined{}, err
	}
	token, hash := secret.New()
	err = pg.Try(ctx, tx, func(tx *pg.TenantTx) error { return insert(ctx, tx, e, hash, false) })
	if errors.Is(err, errTaken) {
		err = insert(ctx, tx, e, hash, true)
	}
	return Joined{e.ID, Key{token}}, err
}

// byToken is the entry that a key opens, which nobody else can change until the transaction ends.
func byToken(ctx context.Context, tx *pg.TenantTx, k Key) (Entry, error) {
	key, err := idByToken(ctx, tx, k.Token)
	if err != nil {
		return Entry{}, err
	}
	if err := lockRow(ctx, tx, key); err != nil {
		return Entry{}, err
	}
	return readBack(ctx, tx, key)
}

// Leave takes the entry of a key off the list.
func (s *Service) Leave(ctx context.Context, tx *pg.TenantTx, k Key) error {
	e, err := byToken(ctx, tx, k)
	if err != nil {
		return err
	}
	return s.leave(ctx, tx, e)
}

// Look shows the entry of a key.
func (s *Service) Look(ctx context.Context, tx *pg.TenantTx, k Key) (Place, error) {
	e, err := byToken(ctx, tx, k)
	return Place{e.ServiceName, e.From, e.To, e.TimeZone, e.Status, e.OfferedStart, e.OfferedEnd, e.OfferedUntil}, err
}

// Accept books what is kept for the entry of a key.
func (s *Service) Accept(ctx context.Context, tx *pg.TenantTx, k Key) (appointment.PublicAppointment, error) {
	e, err := byToken(ctx, tx, k)
	if err != nil {
		return appointment.PublicAppointment{}, err
	}
	if e.Archived || e.Status != Offered || !tx.Now().Before(*e.OfferedUntil) {
		return appointment.PublicAppointment{}, errNoOffer
	}
	a, err := s.Appointments.Place(ctx, tx, appointment.Draft{
		New: e.appointment(e.OfferedStart.Format(time.RFC3339Nano), nil), HoldID: e.OfferedHold, System: true, Public: true,
	})
	if err != nil {
		return appointment.PublicAppointment{}, err
	}
	if err := settle(ctx, tx, e.ID, Booked, &a.ID); err != nil {
		return appointment.PublicAppointment{}, err
	}
	return s.Appointments.Shown(ctx, tx, a)
}
