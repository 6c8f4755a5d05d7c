package series

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-series", Do: "GET /api/v1/series", Summary: "List series", Needs: role.AppointmentsRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-series", Do: "GET /api/v1/series/{id}", Summary: "Get a series", Needs: role.AppointmentsRead}, s.get)
	api.Tenant(srv, api.Op{ID: "preview-series", Do: "POST /api/v1/series/preview", Summary: "Show every date of a series before it is booked", Needs: role.AppointmentsCreate}, s.preview)
	api.Tenant(srv, api.Op{ID: "create-series", Do: "POST /api/v1/series", Summary: "Book a series", Needs: role.AppointmentsCreate, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "reschedule-series", Do: "POST /api/v1/series/{id}/reschedule", Summary: "Move a part of a series", Needs: role.AppointmentsWrite}, s.reschedule)
	api.Tenant(srv, api.Op{ID: "cancel-series", Do: "POST /api/v1/series/{id}/cancel", Summary: "Cancel a part of a series", Needs: role.AppointmentsWrite}, s.cancel)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct{ api.Page }) (api.List[Series], error) {
	rows, err := list(ctx, tx, in.Page)
	return api.Paged(rows, in.Page, func(one Series) uuid.UUID { return one.ID.UUID() }), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[appointment.InSeries]) (Series, error) {
	one, err := byID(ctx, tx, in.ID)
	return one.shown(), err
}

func (s *Service) preview(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Preview, error) {
	return s.Preview(ctx, tx, in.Body)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Made, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) reschedule(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[appointment.InSeries]
	Body Move
},
) (Made, error) {
	return s.Reschedule(ctx, tx, in.ID, in.Body)
}

func (s *Service) cancel(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[appointment.InSeries]
	Body Cancellation
},
) (Made, error) {
	return s.Cancel(ctx, tx, in.ID, in.Body)
}
