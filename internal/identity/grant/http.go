package grant

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Filter narrows a list of grants.
type Filter struct {
	GranteeID id.ID[account.User]  `query:"grantee_id" json:"grantee_id" required:"false"`
	GrantorID id.ID[account.User]  `query:"grantor_id" json:"grantor_id" required:"false"`
	TenantID  id.ID[tenant.Tenant] `query:"tenant_id" json:"tenant_id" required:"false"`
	Action    string               `query:"action" json:"action" required:"false"`
	Status    Status               `query:"status" json:"-" enum:"ACTIVE,SCHEDULED,EXPIRED,REVOKED"`
}

func (f Filter) isEmpty() bool {
	return f.GranteeID.IsZero() && f.GrantorID.IsZero() && f.TenantID.IsZero() && f.Action == ""
}

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	hosts := []api.Kind{api.TenantHost, api.PlatformHost}
	api.Plain(srv, api.Op{ID: "create-grant", Do: "POST /api/v1/grants", Summary: "Give somebody a right for a while", Needs: role.GrantsCreate, Hosts: hosts, Status: http.StatusCreated, OnlySelf: true}, s.post)
	api.Platform(srv, api.Op{ID: "list-grants", Do: "GET /api/v1/grants", Summary: "List grants", Needs: role.GrantsRead, Hosts: hosts}, s.list)
	api.Plain(srv, api.Op{ID: "list-grant-actions", Do: "GET /api/v1/grants/actions", Summary: "List what you may grant", Needs: role.GrantsRead, Hosts: hosts}, s.actions)
	api.Platform(srv, api.Op{ID: "list-grantees", Do: "GET /api/v1/grants/grantees", Summary: "List whom you may grant something", Needs: role.GrantsCreate, Hosts: hosts, OnlySelf: true}, s.candidates)
	api.Plain(srv, api.Op{ID: "revoke-grant", Do: "POST /api/v1/grants/{id}/revoke", Summary: "Revoke a grant", Needs: role.GrantsRevoke, Hosts: hosts, OnlySelf: true}, s.postRevoke)
	api.Plain(srv, api.Op{ID: "revoke-grants", Do: "POST /api/v1/grants/bulk-revoke", Summary: "Revoke many grants", Needs: role.GrantsRevoke, Hosts: hosts, OnlySelf: true}, s.revokeMany)
}

type answer struct{ Body Grant }

func (s *Service) post(ctx context.Context, in *struct{ Body New }) (*answer, error) {
	g, err := s.Create(ctx, in.Body)
	return &answer{g}, err
}

func (s *Service) list(ctx context.Context, tx *pg.PlatformTx, in *struct {
	api.Page
	Filter
},
) (api.List[Grant], error) {
	who, err := session.Current(ctx)
	if err != nil {
		return api.List[Grant]{}, err
	}
	rows, err := list(ctx, tx, who, in.Filter, in.Page)
	return api.Paged(rows, in.Page, func(g Grant) uuid.UUID { return g.ID.UUID() }), err
}

func (s *Service) actions(ctx context.Context, _ *struct{}) (*struct{ Body api.List[Action] }, error) {
	who, err := session.Current(ctx)
	return &struct{ Body api.List[Action] }{api.Whole(For(who.Role))}, err
}

func (s *Service) postRevoke(ctx context.Context, in *struct {
	api.ByID[Grant]
	Body *struct {
		Reason string `json:"reason" required:"false" maxLength:"500"`
	}
},
) (*answer, error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	g, err := s.Revoke(ctx, in.ID, reason)
	return &answer{g}, err
}

// Many names the grants to revoke: by their ids, or by a filter.
type Many struct {
	IDs    []id.ID[Grant] `json:"ids" required:"false" maxItems:"500"`
	Filter *Filter        `json:"filter" required:"false"`
	Reason string         `json:"reason" required:"false" maxLength:"500"`
}

func (m Many) check() error {
	switch {
	case m.Filter != nil && len(m.IDs) > 0:
		return fault.At("body.filter", "Give ids or a filter, not both.")
	case m.Filter == nil && len(m.IDs) == 0:
		return fault.At("body.ids", "Name the grants to revoke, or give a filter.")
	case m.Filter != nil && m.Filter.isEmpty():
		return fault.At("body.filter", "Give the filter at least one of grantee_id, grantor_id, tenant_id and action.")
	}
	return nil
}

// Results tells what became of each.
type Results struct {
	Results []Outcome `json:"results"`
}

func (s *Service) revokeMany(ctx context.Context, in *struct{ Body Many }) (*struct{ Body Results }, error) {
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	all, err := s.RevokeMany(ctx, in.Body.IDs, in.Body.Filter, in.Body.Reason)
	return &struct{ Body Results }{Results{all}}, err
}
