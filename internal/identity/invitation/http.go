package invitation

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	s.register(srv, "invitation", "/api/v1/invitations", role.PeopleInvite, api.TenantHost)
	s.register(srv, "platform-invitation", "/api/v1/platform/invitations", role.StaffWrite, api.PlatformHost)
	both := []api.Kind{api.TenantHost, api.PlatformHost}
	api.Plain(srv, api.Op{ID: "look-at-invitation", Do: "POST /api/v1/auth/invitation/look", Summary: "What an invitation offers", Needs: authz.Public, Hosts: both}, s.look)
	api.Plain(srv, api.Op{ID: "accept-invitation", Do: "POST /api/v1/auth/invitation/accept", Summary: "Accept an invitation", Needs: authz.Public, Hosts: both}, s.accept)
}

func (s *Service) register(srv *api.Server, noun, path string, needs authz.Permission, host api.Kind) {
	op := func(name, do, summary string) api.Op {
		return api.Op{ID: name, Do: do, Summary: summary, Needs: needs, Hosts: []api.Kind{host}, OnlySelf: true}
	}
	list := op("list-"+noun+"s", "GET "+path, "List invitations")
	list.OnlySelf = false
	api.Place(srv, list, s.list)
	create := op("create-"+noun, "POST "+path, "Invite somebody")
	create.Status, create.Reauth = http.StatusCreated, true // it gives a role
	api.Place(srv, create, s.create)
	resend := op("resend-"+noun, "POST "+path+"/{id}/resend", "Send an invitation again")
	resend.Reauth = true
	api.Place(srv, resend, s.resend)
	api.Place(srv, op("revoke-"+noun, "POST "+path+"/{id}/revoke", "Take an invitation back"), s.revoke)
}

func (s *Service) list(ctx context.Context, tx pg.PlaceTx, in *struct {
	api.Page
	Status string `query:"status" enum:"PENDING,ACCEPTED,EXPIRED,REVOKED"`
},
) (api.List[Invitation], error) {
	rows, err := s.List(ctx, tx, api.HostFrom(ctx).Place(), in.Status, in.Page)
	return api.Paged(rows, in.Page, func(i Invitation) uuid.UUID { return i.ID.UUID() }), err
}

func (s *Service) create(ctx context.Context, tx pg.PlaceTx, in *struct{ Body New }) (Invitation, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return Invitation{}, err
	}
	return s.Invite(ctx, tx, who, in.Body)
}

func (s *Service) resend(ctx context.Context, tx pg.PlaceTx, in *api.ByID[Invitation]) (Invitation, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return Invitation{}, err
	}
	return s.Resend(ctx, tx, who, in.ID)
}

func (s *Service) revoke(ctx context.Context, tx pg.PlaceTx, in *api.ByID[Invitation]) (Invitation, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return Invitation{}, err
	}
	return s.Revoke(ctx, tx, who, in.ID)
}

func (s *Service) look(ctx context.Context, in *struct {
	Body struct {
		Token string `json:"token" maxLength:"128" doc:"From the link."`
	}
},
) (*struct{ Body Look }, error) {
	l, err := s.Look(ctx, in.Body.Token)
	return &struct{ Body Look }{l}, err
}

func (s *Service) accept(ctx context.Context, in *struct {
	session.Browser
	Body Acceptance
},
) (*session.SignedInAnswer, error) {
	return s.Accept(ctx, in.Body, s.sessions.Client(in.Browser))
}
