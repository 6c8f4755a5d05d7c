package domain

import (
	"context"
	"net/http"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// New is a host to ask for.
type New struct {
	Host string `json:"host" maxLength:"253" doc:"Such as book.example.com."`
}

// PlatformNew is a host to ask for in a business's name.
type PlatformNew struct {
	TenantID id.ID[tenant.Tenant] `json:"tenant_id"`
	New
}

var errRole = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "Your role doesn't allow this for this business. Ask who runs the platform."}

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	s.registerTenant(srv)
	s.registerPlatform(srv)
}

func (s *Service) registerTenant(srv *api.Server) {
	op := func(name, do, summary string, status int) api.Op {
		return api.Op{ID: name, Do: do, Summary: summary, Needs: role.DomainsWrite, Hosts: []api.Kind{api.TenantHost}, Status: status, OnlySelf: true, Reauth: true}
	}
	list := api.Op{ID: "list-domains", Do: "GET /api/v1/domains", Summary: "List the hosts of the business", Needs: role.DomainsRead, Hosts: []api.Kind{api.TenantHost}}
	api.Platform(srv, list, s.listOwn)
	api.Platform(srv, op("add-domain", "POST /api/v1/domains", "Ask for a host", http.StatusCreated), s.addOwn)
	api.Plain(srv, op("verify-domain", "POST /api/v1/domains/{id}/verify", "Check now whether a host is the business's", http.StatusOK), s.verifyOwn)
	api.Platform(srv, op("make-domain-primary", "POST /api/v1/domains/{id}/primary", "Name this host in mails and links", http.StatusOK), s.primaryOwn)
	api.Platform(srv, op("remove-domain", "DELETE /api/v1/domains/{id}", "Give a host up", http.StatusNoContent), s.removeOwn)
}

func (s *Service) registerPlatform(srv *api.Server) {
	const path = "/api/v1/platform/domains"
	op := func(name, do, summary string, status int) api.Op {
		return api.Op{ID: name, Do: do, Summary: summary, Needs: role.DomainsManage, Hosts: []api.Kind{api.PlatformHost}, Status: status, OnlySelf: true, Reauth: true}
	}
	api.Platform(srv, api.Op{ID: "list-platform-domains", Do: "GET " + path, Summary: "List the hosts of businesses", Needs: role.DomainsSee}, s.listAll)
	api.Platform(srv, op("add-platform-domain", "POST "+path, "Ask for a host in a business's name", http.StatusCreated), s.addAny)
	verify := op("verify-platform-domain", "POST "+path+"/{id}/verify", "Check now whether a host is its business's", http.StatusOK)
	verify.Needs, verify.Reauth = role.DomainsVerify, false
	api.Plain(srv, verify, s.verifyAny)
	api.Platform(srv, op("make-platform-domain-primary", "POST "+path+"/{id}/primary", "Name this host in a business's mails and links", http.StatusOK), s.primaryAny)
	api.Platform(srv, op("remove-platform-domain", "DELETE "+path+"/{id}", "Give a business's host up", http.StatusNoContent), s.removeAny)
}

// own finds a domain of the business whose host was asked.
func (s *Service) own(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain]) (row, error) {
	d, err := s.find(ctx, tx, key)
	if err == nil && d.TenantID != *api.HostFrom(ctx).Place() {
		return row{}, fault.ErrNotFound
	}
	return d, err
}

// known finds a domain of a business that the caller may know of.
func (s *Service) known(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain]) (row, error) {
	d, err := s.find(ctx, tx, key)
	if err == nil {
		err = tenant.Tenant{IsDemo: d.TenantIsDemo}.Known(ctx)
	}
	return d, err
}

// verifiable is known for who may verify: by role, or by a grant, which is then noted as used.
func (s *Service) verifiable(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain]) (row, error) {
	d, err := s.known(ctx, tx, key)
	if err == nil && !authz.From(ctx).May(role.DomainsVerify, &d.TenantID, nil) {
		err = errRole
	}
	return d, err
}

func (s *Service) listOwn(ctx context.Context, tx *pg.PlatformTx, in *struct{ api.Page }) (api.List[Domain], error) {
	rows, err := s.list(ctx, tx, Filter{TenantID: id.ID[tenant.Tenant](*api.HostFrom(ctx).Place())}, false, in.Page)
	return api.Paged(rows, in.Page, idOf), err
}

func (s *Service) listAll(ctx context.Context, tx *pg.PlatformTx, in *struct {
	api.Page
	Filter
},
) (api.List[Domain], error) {
	rows, err := s.list(ctx, tx, in.Filter, !authz.From(ctx).Can(role.TenantsAll), in.Page)
	return api.Paged(rows, in.Page, idOf), err
}

func (s *Service) addOwn(ctx context.Context, tx *pg.PlatformTx, in *struct{ Body New }) (Domain, error) {
	return s.Add(ctx, tx, id.ID[tenant.Tenant](*api.HostFrom(ctx).Place()), in.Body.Host)
}

func (s *Service) addAny(ctx context.Context, tx *pg.PlatformTx, in *struct{ Body PlatformNew }) (Domain, error) {
	d, err := s.Add(ctx, tx, in.Body.TenantID, in.Body.Host)
	if f := fault.As(err); f != nil && f.Kind == fault.NotFound {
		return d, fault.Unknown("body.tenant_id")
	}
	return d, err
}

type answer struct{ Body Domain }

func (s *Service) verifyOwn(ctx context.Context, in *api.ByID[Domain]) (*answer, error) {
	d, err := s.Verify(ctx, in.ID, s.own)
	return &answer{d}, err
}

func (s *Service) verifyAny(ctx context.Context, in *api.ByID[Domain]) (*answer, error) {
	d, err := s.Verify(ctx, in.ID, s.verifiable)
	return &answer{d}, err
}

func (s *Service) primaryOwn(ctx context.Context, tx *pg.PlatformTx, in *api.ByID[Domain]) (Domain, error) {
	return s.primary(ctx, tx, in.ID, s.own)
}

func (s *Service) primaryAny(ctx context.Context, tx *pg.PlatformTx, in *api.ByID[Domain]) (Domain, error) {
	return s.primary(ctx, tx, in.ID, s.known)
}

func (s *Service) removeOwn(ctx context.Context, tx *pg.PlatformTx, in *api.ByID[Domain]) (api.None, error) {
	return s.remove(ctx, tx, in.ID, s.own)
}

func (s *Service) removeAny(ctx context.Context, tx *pg.PlatformTx, in *api.ByID[Domain]) (api.None, error) {
	return s.remove(ctx, tx, in.ID, s.known)
}

type finder func(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain]) (row, error)

// primary holds the whole business: of two that become primary at once the second comes after the first.
func (s *Service) primary(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain], find finder) (Domain, error) {
	d, err := find(ctx, tx, key)
	if err != nil {
		return Domain{}, err
	}
	if _, err := tenant.ForChange(ctx, tx, d.tenantID()); err != nil {
		return Domain{}, err
	}
	if err := hold(ctx, tx, key); err != nil {
		return Domain{}, err
	}
	if d, err = find(ctx, tx, key); err != nil {
		return Domain{}, err
	}
	return s.Primary(ctx, tx, d)
}

func (s *Service) remove(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain], find finder) (api.None, error) {
	d, err := find(ctx, tx, key)
	if err != nil {
		return api.None{}, err
	}
	return api.None{}, s.Remove(ctx, tx, d)
}
