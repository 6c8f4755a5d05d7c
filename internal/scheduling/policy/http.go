package policy

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/service"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "get-policy", Do: "GET /api/v1/policy", Summary: "The business's terms of cancelling", Needs: role.ServicesRead}, s.get)
	api.Tenant(srv, api.Op{ID: "set-policy", Do: "PUT /api/v1/policy", Summary: "Set the business's terms of cancelling", Needs: role.ServicesWrite}, s.set)
	api.Tenant(srv, api.Op{ID: "get-service-policy", Do: "GET /api/v1/services/{id}/policy", Summary: "A service's terms of cancelling", Needs: role.ServicesRead}, s.getOf)
	api.Tenant(srv, api.Op{ID: "set-service-policy", Do: "PUT /api/v1/services/{id}/policy", Summary: "Set a service's terms of cancelling", Needs: role.ServicesWrite}, s.setOf)
	api.Tenant(srv, api.Op{ID: "unset-service-policy", Do: "DELETE /api/v1/services/{id}/policy", Summary: "Take a service back to the business's terms", Needs: role.ServicesWrite, Status: http.StatusNoContent}, s.unset)
	api.Tenant(srv, api.Op{ID: "read-public-policy", Do: "GET /api/v1/public/services/{id}/policy", Summary: "The terms that customers agree to", Needs: authz.Public}, s.readPublic)
	api.Tenant(srv, api.Op{ID: "list-fees", Do: "GET /api/v1/fees", Summary: "List fees", Needs: role.AppointmentsRead}, s.list)
	api.Tenant(srv, api.Op{ID: "waive-fee", Do: "POST /api/v1/fees/{id}/waive", Summary: "Let a customer off a fee", Needs: role.AppointmentsWrite}, s.waive)
	api.Tenant(srv, api.Op{ID: "get-customer-balance", Do: "GET /api/v1/customers/{id}/balance", Summary: "What a customer owes", Needs: role.CustomersRead, Sensitive: true}, s.balance)
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, _ *struct{}) (Policy, error) {
	return s.Get(ctx, tx, nil)
}

func (s *Service) set(ctx context.Context, tx *pg.TenantTx, in *struct{ Body Terms }) (Policy, error) {
	return s.Set(ctx, tx, nil, in.Body)
}

func (s *Service) getOf(ctx context.Context, tx *pg.TenantTx, in *api.ByID[service.Service]) (Policy, error) {
	if err := known(ctx, tx, in.ID); err != nil {
		return Policy{}, err
	}
	return s.Get(ctx, tx, &in.ID)
}

func (s *Service) setOf(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[service.Service]
	Body Terms
},
) (Policy, error) {
	return s.Set(ctx, tx, &in.ID, in.Body)
}

func (s *Service) unset(ctx context.Context, tx *pg.TenantTx, in *api.ByID[service.Service]) (api.None, error) {
	return api.None{}, s.Unset(ctx, tx, in.ID)
}

func (s *Service) readPublic(ctx context.Context, tx *pg.TenantTx, in *api.ByID[service.Service]) (Read, error) {
	return s.ReadPublic(ctx, tx, in.ID)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	AppointmentID id.ID[Appointment]       `query:"appointment_id"`
	CustomerID    id.ID[customer.Customer] `query:"customer_id"`
	Status        string                   `query:"status" enum:"PENDING,OUTSTANDING,WAIVED"`
},
) (api.List[Owed], error) {
	f := feeFilter{appointmentID: api.Optional(in.AppointmentID), customerID: api.Optional(in.CustomerID)}
	if in.Status != "" {
		f.status = &in.Status
	}
	rows, err := fees(ctx, tx, f, in.Page)
	for i := range rows {
		rows[i] = rows[i].shown()
	}
	return api.Paged(rows, in.Page, func(f Owed) uuid.UUID { return f.ID.UUID() }), err
}

func (s *Service) waive(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Owed]
	Body *struct {
		Reason string `json:"reason" required:"false" maxLength:"500"`
	}
},
) (Owed, error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	return s.Waive(ctx, tx, in.ID, reason)
}

func (s *Service) balance(ctx context.Context, tx *pg.TenantTx, in *api.ByID[customer.Customer]) (Balance, error) {
	return s.Balance(ctx, tx, in.ID)
}
