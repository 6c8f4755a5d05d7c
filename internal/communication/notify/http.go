package notify

import (
	"context"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-outbox", Do: "GET /api/v1/outbox", Summary: "List mails to customers", Needs: role.OutboxRead, Sensitive: true}, s.list)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct{ api.Page }) (api.List[Mail], error) {
	rows, err := list(ctx, tx, in.Page)
	return api.Paged(rows, in.Page, func(m Mail) uuid.UUID { return m.ID.UUID() }), err
}
