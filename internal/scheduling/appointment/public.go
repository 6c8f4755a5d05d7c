package appointment

import (
	"context"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
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
	Customer   Guest                     `json:"customer"`
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
	ResourceName string             `json:"resource_name"`
	Start        time.Time          `json:"start"`
	End          time.Time          `json:"end"`
	TimeZone     string             `json:"time_zone"`
	Status       string             `json:"status" enum:"CONFIRMED,CANCELLED"`
}

// CreatePublic books for a customer: a public service, on the grid.
func (s *Service) CreatePublic(ctx context.Context, tx *pg.TenantTx, n PublicNew) (PublicAppointment, error) {
	guest, err := customer.Clean(customer.New{Name: n.Customer.Name, Email: &n.Customer.Email, Phone: &n.Customer.Phone})
	if err != nil {
		return PublicAppointment{}, err
	}
	b := booking{serviceID: n.ServiceID, locationID: n.LocationID, start: n.Start, resourceAt: "body.resource_id", byPublic: true}
	if n.ResourceID != nil {
		b.resources = []id.ID[resource.Resource]{*n.ResourceID}
	}
	b.customer = func() (id.ID[customer.Customer], error) { return s.Customers.FindOrCreate(ctx, tx, guest) }
	a, err := s.book(ctx, tx, b)
	if err != nil {
		return PublicAppointment{}, err
	}
	name, err := resourceName(ctx, tx, a.ResourceIDs[0])
	return PublicAppointment{a.ID, a.ServiceName, name, a.Start, a.End, a.TimeZone, a.Status}, err
}

func resourceName(ctx context.Context, tx *pg.TenantTx, key id.ID[resource.Resource]) (string, error) {
	got, err := pg.One[struct {
		Name string `db:"name"`
	}](ctx, tx, `SELECT name FROM resources WHERE id = @id`, pg.Args{"id": key})
	return got.Name, err
}
