package signup

import (
	"context"
	"net/http"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	op := func(name, do, summary string, status int) api.Op {
		return api.Op{ID: name, Do: do, Summary: summary, Needs: authz.Public, Hosts: []api.Kind{api.ApexHost}, Status: status}
	}
	api.Plain(srv, op("check-slug", "GET /api/v1/signup/slug", "Whether an address is free", http.StatusOK), s.slug)
	api.Plain(srv, op("sign-up", "POST /api/v1/signup", "Sign up a business", http.StatusAccepted), s.ask)
	api.Plain(srv, op("confirm-sign-up", "POST /api/v1/signup/confirm", "Begin to make the business by a link", http.StatusAccepted), s.confirm)
	api.Plain(srv, op("get-sign-up", "GET /api/v1/signup/{id}", "How far a business is", http.StatusOK), s.get)
	api.Platform(srv, api.Op{ID: "get-platform-sign-up", Do: "GET /api/v1/platform/signups/{id}", Summary: "How far a business is", Needs: role.TenantsCreate}, s.getPlatform)
}

func (s *Service) slug(ctx context.Context, in *struct {
	Slug string `query:"slug" required:"true" maxLength:"200"`
},
) (*struct{ Body Availability }, error) {
	out := &struct{ Body Availability }{}
	return out, s.db.InPlatform(ctx, func(tx *pg.PlatformTx) (err error) {
		out.Body, err = s.Availability(ctx, tx, in.Slug)
		return err
	})
}

func (s *Service) ask(ctx context.Context, in *struct{ Body New }) (*struct{}, error) {
	return &struct{}{}, s.Ask(ctx, in.Body)
}

func (s *Service) confirm(ctx context.Context, in *struct{ Body Confirmation }) (*struct{ Body Signup }, error) {
	out, err := s.Confirm(ctx, in.Body)
	return &struct{ Body Signup }{out}, err
}

func (s *Service) get(ctx context.Context, in *api.ByID[Signup]) (*struct{ Body Signup }, error) {
	out := &struct{ Body Signup }{}
	return out, s.db.InPlatform(ctx, func(tx *pg.PlatformTx) (err error) {
		out.Body, err = s.Get(ctx, tx, in.ID)
		return err
	})
}

func (s *Service) getPlatform(ctx context.Context, tx *pg.PlatformTx, in *api.ByID[Signup]) (Signup, error) {
	return s.GetOwn(ctx, tx, in.ID)
}
