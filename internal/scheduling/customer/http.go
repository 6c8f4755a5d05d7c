package customer

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-customers", Do: "GET /api/v1/customers", Summary: "List customers", Needs: role.CustomersRead, Sensitive: true}, s.list)
	api.Tenant(srv, api.Op{ID: "get-customer", Do: "GET /api/v1/customers/{id}", Summary: "Get a customer", Needs: role.CustomersRead, Sensitive: true}, s.get)
	api.Tenant(srv, api.Op{ID: "create-customer", Do: "POST /api/v1/customers", Summary: "Add a customer", Needs: role.CustomersWrite, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-customer", Do: "PATCH /api/v1/customers/{id}", Summary: "Change a customer", Needs: role.CustomersWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "archive-customer", Do: "DELETE /api/v1/customers/{id}", Summary: "Archive a customer", Needs: role.CustomersWrite, Status: http.StatusNoContent}, s.archive)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	api.Archived
	Q string `query:"q" maxLength:"200" doc:"Part of a name, an e-mail address or a phone number."`
},
) (api.List[Customer], error) {
	rows, err := list(ctx, tx, in.Q, in.Archived.Archived, in.Page)
	return api.Paged(rows, in.Page, func(c Customer) uuid.UUID { return c.ID.UUID() }), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Customer]) (Customer, error) {
	return byID(ctx, tx, in.ID)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Customer, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Customer]
	Body api.Merge[New]
},
) (Customer, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Service) archive(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Customer]) (api.None, error) {
	return api.None{}, s.Archive(ctx, tx, in.ID)
}
