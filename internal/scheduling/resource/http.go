package resource

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
	api.Tenant(srv, api.Op{ID: "list-resources", Do: "GET /api/v1/resources", Summary: "List resources", Needs: role.ResourcesRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-resource", Do: "GET /api/v1/resources/{id}", Summary: "Get a resource", Needs: role.ResourcesRead}, s.get)
	api.Tenant(srv, api.Op{ID: "create-resource", Do: "POST /api/v1/resources", Summary: "Add a resource", Needs: role.ResourcesWrite, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-resource", Do: "PATCH /api/v1/resources/{id}", Summary: "Change a resource", Needs: role.ResourcesWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "archive-resource", Do: "DELETE /api/v1/resources/{id}", Summary: "Archive a resource", Needs: role.ResourcesWrite, Status: http.StatusNoContent}, s.archive)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	api.Archived
},
) (api.List[Resource], error) {
	rows, err := list(ctx, tx, in.Archived.Archived, in.Page)
	return api.Paged(rows, in.Page, func(r Resource) uuid.UUID { return r.ID.UUID() }), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Resource]) (Resource, error) {
	return byID(ctx, tx, in.ID)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Resource, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Resource]
	Body api.Merge[New]
},
) (Resource, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Service) archive(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Resource]) (api.None, error) {
	return api.None{}, s.Archive(ctx, tx, in.ID)
}
