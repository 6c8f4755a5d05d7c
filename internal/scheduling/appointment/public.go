package appointment

import (
	"context"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// PublicNew is what a customer gives to book without an account.
type PublicNew struct {
	ServiceID  id.ID[service.Service]    `json:"service_id"`
	Start      string                    `json:"start" maxLength:"40" doc:"One of the starts that availability offers."`
	LocationID *id.ID[location.Location] `json:"location_id" required:"false" nullable:"true" doc:"Needed when the service is offered at several locations and no resource is chosen."`
	ResourceID *id.ID[resource.Resource] `json:"resource_id" required:"false" nullable:"true" doc:"Whom or what; without it any that is free."`
	PartySize  int                       `json:"party_size" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"How many people come."`
	HoldToken  string                    `json:"hold_token" required:"false" maxLength:"100" doc:"Of a hold on this start."`
	availability.Combination
	Customer Guest `json:"customer"`
}

// Guest is how customers name themselves.
type Guest struct {
	Name  string `json:"name" minLength:"1" maxLength:"200"`
	Email string `json:"email" maxLength:"254"`
	Phone string `json:"phone" required:"false" maxLength:"40"`
}

// PublicAppointment is an appointment as the person who booked it sees it. It doesn't tell whether they were known before.
type PublicAppointment struct {
	ID           id.ID[Appointment] `json:"id"`
	ServiceName  string             `json:"service_name"`
	ResourceName string             `json:"resource_name" doc:"Whom or what it is with; empty while nobody is assigned."`
	Start        time.Time          `json:"start"`
	End          time.Time          `json:"end"`
	TimeZone     string             `json:"time_zone"`
	Status       Status             `json:"status" enum:"PENDING,CONFIRMED,CHECKED_IN,IN_PROGRESS,COMPLETED,NO_SHOW,CANCELLED,DECLINED,EXPIRED"`
	Price        money.Money        `json:"price"`
	Deposit      money.Money        `json:"deposit" doc:"Of the price, what is due at booking."`
	Chosen
}

// CreatePublic books for a customer: a public service, on the grid.
func (s *Service) CreatePublic(ctx context.Context, tx *pg.TenantTx, n PublicNew) (PublicAppointment, error) {
	guest, err := customer.Clean(customer.New{Name: n.Customer.Name, Email: &n.Customer.Email, Phone: &n.Customer.Phone})
	if err != nil {
		return PublicAppointment{}, err
	}
	b := booking{
		serviceID: n.ServiceID, locationID: n.LocationID, start: n.Start, party: n.PartySize, combined: n.Combination, hold: n.HoldToken,
		resourceAt: "body.resource_id", byPublic: true,
	}
	if n.ResourceID != nil {
		b.resources = []id.ID[resource.Resource]{*n.ResourceID}
	}
	b.customer = func() (id.ID[customer.Customer], error) { return s.Customers.FindOrCreate(ctx, tx, guest) }
	b.known = func() (id.ID[customer.Customer], bool, error) { return s.Customers.Find(ctx, tx, *guest.Email) }
	a, err := s.book(ctx, tx, b)
	if err != nil {
		return PublicAppointment{}, err
	}
	return s.Shown(ctx, tx, a)
}

// Shown is an appointment as the person who booked it sees it.
func (s *Service) Shown(ctx context.Context, tx *pg.TenantTx, a Appointment) (PublicAppointment, error) {
	names, err := resourceNames(ctx, tx, a.ResourceIDs)
	return PublicAppointment{a.ID, a.ServiceName, names, a.Start, a.End, a.TimeZone, a.Status, a.Price, a.Deposit, a.Chosen}, err
}

func resourceNames(ctx context.Context, tx *pg.TenantTx, ids []id.ID[resource.Resource]) (string, error) {
	got, err := pg.One[struct {
		Names string `db:"names"`
	}](ctx, tx, `SELECT coalesce(string_agg(name, ', ' ORDER BY array_position(@ids::uuid[], id)), '') AS names FROM resources WHERE id = ANY(@ids::uuid[])`, pg.Args{"ids": ids})
	return got.Names, err
}
