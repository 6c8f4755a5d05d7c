package block

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-blocks", Do: "GET /api/v1/blocks", Summary: "List blocks", Needs: role.BlocksRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-block", Do: "GET /api/v1/blocks/{id}", Summary: "Get a block", Needs: role.BlocksRead}, s.get)
	api.Tenant(srv, api.Op{ID: "create-block", Do: "POST /api/v1/blocks", Summary: "Add a block", Needs: role.BlocksWrite, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-block", Do: "PATCH /api/v1/blocks/{id}", Summary: "Change a block", Needs: role.BlocksWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "archive-block", Do: "DELETE /api/v1/blocks/{id}", Summary: "Archive a block", Needs: role.BlocksWrite, Status: http.StatusNoContent}, s.archive)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	api.Archived
	From       time.Time                `query:"from" doc:"Blocks that end after this instant, those that recur for good."`
	To         time.Time                `query:"to" doc:"Blocks that start before this instant."`
	LocationID id.ID[location.Location] `query:"location_id"`
	ResourceID id.ID[resource.Resource] `query:"resource_id"`
},
) (api.List[Block], error) {
	rows, err := list(ctx, tx, filter{
		from: api.Optional(in.From), to: api.Optional(in.To),
		locationID: api.Optional(in.LocationID), resourceID: api.Optional(in.ResourceID), archived: in.Archived.Archived,
	}, in.Page)
	if err == nil {
		err = tell(rows, in.From, in.To)
	}
	return api.Paged(rows, in.Page, func(b Block) uuid.UUID { return b.ID.UUID() }), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Block]) (Block, error) {
	return byID(ctx, tx, in.ID)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Block, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Block]
	Body api.Merge[New]
},
) (Block, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Service) archive(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Block]) (api.None, error) {
	return api.None{}, s.Archive(ctx, tx, in.ID)
}
