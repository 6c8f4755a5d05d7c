package setting

import (
	"context"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "get-booking-settings", Do: "GET /api/v1/settings/booking", Summary: "How the business takes bookings", Needs: role.ServicesRead}, s.get)
	api.Tenant(srv, api.Op{ID: "change-booking-settings", Do: "PATCH /api/v1/settings/booking", Summary: "Change how the business takes bookings", Needs: role.SettingsWrite}, s.change)
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, _ *struct{}) (Booking, error) {
	return s.Get(ctx, tx)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct{ Body api.Merge[New] }) (Booking, error) {
	return s.Change(ctx, tx, in.Body)
}
