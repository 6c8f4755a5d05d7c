package location

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-locations", Do: "GET /api/v1/locations", Summary: "List locations", Needs: role.LocationsRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-location", Do: "GET /api/v1/locations/{id}", Summary: "Get a location", Needs: role.LocationsRead}, s.get)
	api.Tenant(srv, api.Op{ID: "create-location", Do: "POST /api/v1/locations", Summary: "Add a location", Needs: role.LocationsWrite, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-location", Do: "PATCH /api/v1/locations/{id}", Summary: "Change a location", Needs: role.LocationsWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "archive-location", Do: "DELETE /api/v1/locations/{id}", Summary: "Archive a location", Needs: role.LocationsWrite, Status: http.StatusNoContent}, s.archive)
	api.Tenant(srv, api.Op{ID: "get-public-business", Do: "GET /api/v1/public/business", Summary: "The business as its customers see it", Needs: authz.Public}, s.business)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	api.Archived
},
) (api.List[Location], error) {
	rows, err := list(ctx, tx, in.Archived.Archived, in.Page)
	return api.Paged(rows, in.Page, func(l Location) uuid.UUID { return l.ID.UUID() }), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Location]) (Location, error) {
	return byID(ctx, tx, in.ID)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Location, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Location]
	Body api.Merge[New]
},
) (Location, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Service) archive(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Location]) (api.None, error) {
	return api.None{}, s.Archive(ctx, tx, in.ID)
}

func (s *Service) business(ctx context.Context, tx *pg.TenantTx, _ *struct{}) (Business, error) {
	t, err := tenant.Of(ctx)
	if err != nil {
		return Business{}, err
	}
	places, err := listPublic(ctx, tx)
	return Business{t.Name, t.Currency, t.IsDemo, places}, err
}
