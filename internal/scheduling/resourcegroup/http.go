package resourcegroup

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
	api.Tenant(srv, api.Op{ID: "list-resource-groups", Do: "GET /api/v1/resource_groups", Summary: "List resource groups", Needs: role.ResourcesRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-resource-group", Do: "GET /api/v1/resource_groups/{id}", Summary: "Get a resource group", Needs: role.ResourcesRead}, s.get)
	api.Tenant(srv, api.Op{ID: "create-resource-group", Do: "POST /api/v1/resource_groups", Summary: "Add a resource group", Needs: role.ResourcesWrite, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-resource-group", Do: "PATCH /api/v1/resource_groups/{id}", Summary: "Change a resource group", Needs: role.ResourcesWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "archive-resource-group", Do: "DELETE /api/v1/resource_groups/{id}", Summary: "Archive a resource group", Needs: role.ResourcesWrite, Status: http.StatusNoContent}, s.archive)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	api.Archived
},
) (api.List[Group], error) {
	rows, err := list(ctx, tx, in.Archived.Archived, in.Page)
	return api.Paged(rows, in.Page, func(g Group) uuid.UUID { return g.ID.UUID() }), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Group]) (Group, error) {
	return byID(ctx, tx, in.ID)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Group, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Group]
	Body api.Merge[New]
},
) (Group, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Service) archive(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Group]) (api.None, error) {
	return api.None{}, s.Archive(ctx, tx, in.ID)
}
