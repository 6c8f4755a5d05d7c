package appointment

import (
	"context"
	"net/http"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/resource"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-appointments", Do: "GET /api/v1/appointments", Summary: "List appointments of a range", Needs: role.AppointmentsRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-appointment", Do: "GET /api/v1/appointments/{id}", Summary: "Get an appointment", Needs: role.AppointmentsRead}, s.get)
	api.Tenant(srv, api.Op{ID: "create-appointment", Do: "POST /api/v1/appointments", Summary: "Book an appointment", Needs: role.AppointmentsCreate, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-appointment", Do: "PATCH /api/v1/appointments/{id}", Summary: "Change whom an appointment is for", Needs: role.AppointmentsWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "reschedule-appointment", Do: "POST /api/v1/appointments/{id}/reschedule", Summary: "Move an appointment", Needs: role.AppointmentsWrite}, s.reschedule)
	api.Tenant(srv, api.Op{ID: "cancel-appointment", Do: "POST /api/v1/appointments/{id}/cancel", Summary: "Cancel an appointment", Needs: role.AppointmentsWrite}, s.cancel)
	api.Tenant(srv, api.Op{ID: "create-public-appointment", Do: "POST /api/v1/public/appointments", Summary: "Book an appointment as a customer", Needs: authz.Public, Status: http.StatusCreated}, s.createPublic)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	From       time.Time                `query:"from" required:"true" doc:"Appointments that end after this instant."`
	To         time.Time                `query:"to" required:"true" doc:"Appointments that start before this instant; at most 62 days after from."`
	ResourceID id.ID[resource.Resource] `query:"resource_id"`
	CustomerID id.ID[customer.Customer] `query:"customer_id"`
	Status     string                   `query:"status" enum:"CONFIRMED,CANCELLED"`
},
) (api.List[Appointment], error) {
	const slack = 2 * time.Hour // the days of a clock change are longer
	if length := in.To.Sub(in.From); length <= 0 || length > availability.MaxDays*24*time.Hour+slack {
		return api.List[Appointment]{}, fault.At("query.to", "Choose an end after the start, at most %d days later.", availability.MaxDays)
	}
	f := filter{from: in.From, to: in.To, resourceID: api.Optional(in.ResourceID), customerID: api.Optional(in.CustomerID)}
	if in.Status != "" {
		f.status = &in.Status
	}
	rows, err := between(ctx, tx, f)
	return api.Whole(rows), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Appointment]) (Appointment, error) {
	return s.Get(ctx, tx, in.ID)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Appointment, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Appointment]
	Body api.Merge[Change]
},
) (Appointment, error) {
	was, err := s.Get(ctx, tx, in.ID)
	if err != nil {
		return Appointment{}, err
	}
	c, err := in.Body.Apply(Change{was.CustomerID})
	if err != nil {
		return Appointment{}, err
	}
	return s.ChangeCustomer(ctx, tx, in.ID, c.CustomerID)
}

func (s *Service) reschedule(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Appointment]
	Body Move
},
) (Appointment, error) {
	return s.Reschedule(ctx, tx, in.ID, in.Body)
}

func (s *Service) cancel(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Appointment]
	Body *Cancellation
},
) (Appointment, error) {
	var c Cancellation // the body may be left out
	if in.Body != nil {
		c = *in.Body
	}
	return s.Cancel(ctx, tx, in.ID, c)
}

func (s *Service) createPublic(ctx context.Context, tx *pg.TenantTx, in *struct{ Body PublicNew }) (PublicAppointment, error) {
	return s.CreatePublic(ctx, tx, in.Body)
}
