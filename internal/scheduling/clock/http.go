package clock

import (
	"context"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
)

// Register declares the domain's operations. They show and move the appointments of everybody: whoever may change locations has
// appointments.all and appointments.write, too.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-clock-changes", Do: "GET /api/v1/locations/{id}/clock_changes", Summary: "What is booked at another time of the location's clock than was agreed", Needs: role.LocationsWrite}, s.list)
	api.Tenant(srv, api.Op{ID: "preview-clock-changes", Do: "POST /api/v1/locations/{id}/clock_changes/preview", Summary: "Show what keeping the time of the clock would do", Needs: role.LocationsWrite}, s.preview)
	api.Tenant(srv, api.Op{ID: "keep-clock-changes", Do: "POST /api/v1/locations/{id}/clock_changes/keep", Summary: "Move what is booked to the time of the clock that was agreed", Needs: role.LocationsWrite}, s.keep)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *api.ByID[location.Location]) (Changes, error) {
	return s.List(ctx, tx, in.ID)
}

// keeping asks for it; without a body by the rules, and customers are told.
type keeping struct {
	api.ByID[location.Location]
	Body *How
}

func (k *keeping) how() (h How) {
	if k.Body != nil {
		h = *k.Body
	}
	return h
}

func (s *Service) preview(ctx context.Context, tx *pg.TenantTx, in *keeping) (Kept, error) {
	return s.Preview(ctx, tx, in.ID, in.how())
}

func (s *Service) keep(ctx context.Context, tx *pg.TenantTx, in *keeping) (Kept, error) {
	return s.Keep(ctx, tx, in.ID, in.how())
}
