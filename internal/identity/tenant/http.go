package tenant

import (
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
)

// Register declares what reads the registry. Package console changes it.
func (s *Service) Register(srv *api.Server) {
	api.Platform(srv, api.Op{ID: "list-tenants", Do: "GET /api/v1/platform/tenants", Summary: "List businesses", Needs: role.TenantsRead}, s.list)
	api.Platform(srv, api.Op{ID: "get-tenant", Do: "GET /api/v1/platform/tenants/{id}", Summary: "Get a business with how much it uses", Needs: role.TenantsRead}, s.get)
}
