package console

import (
	"context"
	"net/http"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/signup"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// New is the business to make.
type New struct {
	Slug       string `json:"slug" maxLength:"60"`
	Name       string `json:"name" maxLength:"200"`
	TimeZone   string `json:"time_zone" maxLength:"64" doc:"IANA."`
	Currency   string `json:"currency" maxLength:"3" doc:"ISO 4217."`
	OwnerEmail string `json:"owner_email" maxLength:"254" doc:"An invitation goes there."`
	IsDemo     bool   `json:"is_demo" required:"false" doc:"Sales make demos whatever this says."`
}

// Change is what the platform changes of a business.
type Change struct {
	Name *string `json:"name" required:"false" minLength:"1" maxLength:"200"`
	Tier *string `json:"tier" required:"false" enum:"FREE,STARTER,PROFESSIONAL,ENTERPRISE"`
}

// Business is a business as those see it who change its settings.
type Business struct {
	ID       id.ID[tenant.Tenant] `json:"id"`
	Name     string               `json:"name"`
	Slug     string               `json:"slug"`
	Currency string               `json:"currency"`
	Tier     string               `json:"tier" enum:"FREE,STARTER,PROFESSIONAL,ENTERPRISE"`
	IsDemo   bool                 `json:"is_demo"`

	StaffNeedMFA bool `json:"staff_need_mfa" doc:"Whether managers and staff must have a second factor to sign in, as owners must."`
}

func businessOf(t tenant.Tenant) Business {
	return Business{ID: t.ID, Name: t.Name, Slug: t.Slug, Currency: t.Currency, Tier: t.Tier, IsDemo: t.IsDemo, StaffNeedMFA: t.StaffNeedMFA}
}

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	const tenants = "/api/v1/platform/tenants"
	op := func(name, do, summary string) api.Op {
		return api.Op{ID: name, Do: do, Summary: summary, Needs: role.TenantsSuspend, OnlySelf: true}
	}
	api.Platform(srv, api.Op{ID: "create-tenant", Do: "POST " + tenants, Summary: "Make a business", Needs: role.TenantsCreate, Status: http.StatusAccepted, OnlySelf: true}, s.create)
	api.Platform(srv, api.Op{ID: "change-tenant", Do: "PATCH " + tenants + "/{id}", Summary: "Change a business", Needs: role.TenantsWrite, OnlySelf: true}, s.change)
	api.Platform(srv, op("suspend-tenant", "POST "+tenants+"/{id}/suspend", "Suspend a business"), s.suspendOne)
	api.Platform(srv, op("reactivate-tenant", "POST "+tenants+"/{id}/reactivate", "Open a suspended business again"), s.reactivate)
	api.Platform(srv, api.Op{ID: "extend-tenant", Do: "POST " + tenants + "/{id}/extend", Summary: "Let a demo go on for longer", Needs: role.TenantsWrite, OnlySelf: true}, s.extend)
	api.Platform(srv, api.Op{ID: "get-summary", Do: "GET /api/v1/platform/summary", Summary: "The platform in numbers", Needs: role.TenantsRead}, s.summary)

	onTenant := []api.Kind{api.TenantHost}
	api.Platform(srv, api.Op{ID: "get-business", Do: "GET /api/v1/business", Summary: "The settings of the business", Needs: role.SettingsWrite, Hosts: onTenant}, s.business)
	api.Platform(srv, api.Op{ID: "change-business", Do: "PATCH /api/v1/business", Summary: "Change the settings of the business", Needs: role.SettingsWrite, Hosts: onTenant}, s.rename)
	api.Platform(srv, api.Op{
		ID: "change-security", Do: "PUT /api/v1/business/security", Summary: "Set whom the business asks for a second factor", Needs: role.SecurityWrite,
		Hosts: onTenant, OnlySelf: true, Reauth: true,
	}, s.security)
}

func (s *Service) create(ctx context.Context, tx *pg.PlatformTx, in *struct{ Body New }) (signup.Signup, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.PlatformTx, in *struct {
	api.ByID[tenant.Tenant]
	Body Change
},
) (tenant.Detail, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Service) suspendOne(ctx context.Context, tx *pg.PlatformTx, in *struct {
	api.ByID[tenant.Tenant]
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"10 to 500 characters; the owner of the business sees it."`
	}
},
) (tenant.Detail, error) {
	return s.Suspend(ctx, tx, in.ID, in.Body.Reason)
}

func (s *Service) reactivate(ctx context.Context, tx *pg.PlatformTx, in *api.ByID[tenant.Tenant]) (tenant.Detail, error) {
	return s.Reactivate(ctx, tx, in.ID)
}

func (s *Service) extend(ctx context.Context, tx *pg.PlatformTx, in *struct {
	api.ByID[tenant.Tenant]
	Body struct {
		Days int `json:"days" minimum:"1" maximum:"60"`
	}
},
) (tenant.Detail, error) {
	return s.Extend(ctx, tx, in.ID, in.Body.Days)
}

func (s *Service) business(ctx context.Context, tx *pg.PlatformTx, _ *struct{}) (Business, error) {
	return s.Settings(ctx, tx)
}

func (s *Service) rename(ctx context.Context, tx *pg.PlatformTx, in *struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"200"`
	}
},
) (Business, error) {
	return s.Rename(ctx, tx, in.Body.Name)
}

func (s *Service) security(ctx context.Context, tx *pg.PlatformTx, in *struct {
	Body struct {
		StaffNeedMFA bool `json:"staff_need_mfa" doc:"Of managers and staff: at their next sign-in they set one up."`
	}
},
) (Business, error) {
	return s.AskFactor(ctx, tx, in.Body.StaffNeedMFA)
}
