package tenant

import (
	"context"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Platform(srv, api.Op{ID: "list-tenants", Do: "GET /api/v1/platform/tenants", Summary: "List businesses", Needs: role.TenantsRead}, s.list)
}

func (s *Service) list(ctx context.Context, tx *pg.PlatformTx, in *struct{ api.Page }) (api.List[Tenant], error) {
	rows, err := s.List(ctx, tx, in.Page)
	return api.Paged(rows, in.Page, uuidOf), err
}
