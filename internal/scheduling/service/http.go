package service

import (
	"context"
	"net/http"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// Register declares the domain's operations.
func (s *Services) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-services", Do: "GET /api/v1/services", Summary: "List services", Needs: role.ServicesRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-service", Do: "GET /api/v1/services/{id}", Summary: "Get a service", Needs: role.ServicesRead}, s.get)
	api.Tenant(srv, api.Op{ID: "create-service", Do: "POST /api/v1/services", Summary: "Add a service", Needs: role.ServicesWrite, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-service", Do: "PATCH /api/v1/services/{id}", Summary: "Change a service", Needs: role.ServicesWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "archive-service", Do: "DELETE /api/v1/services/{id}", Summary: "Archive a service", Needs: role.ServicesWrite, Status: http.StatusNoContent}, s.archive)
	api.Tenant(srv, api.Op{ID: "list-public-services", Do: "GET /api/v1/public/services", Summary: "What customers can book", Needs: authz.Public}, s.listPublic)
}

func (s *Services) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	api.Archived
},
) (api.List[Service], error) {
	rows, err := list(ctx, tx, in.Archived.Archived, in.Page)
	return api.Paged(rows, in.Page, uuidOf), err
}

func (s *Services) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Service]) (Service, error) {
	return byID(ctx, tx, in.ID)
}

func (s *Services) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Service, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Services) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Service]
	Body api.Merge[New]
},
) (Service, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Services) archive(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Service]) (api.None, error) {
	return api.None{}, s.Archive(ctx, tx, in.ID)
}

func (s *Services) listPublic(ctx context.Context, tx *pg.TenantTx, _ *struct{}) (api.List[Public], error) {
	all, err := s.ListPublic(ctx, tx)
	return api.Whole(all), err
}
