package session

import (
	"context"
	"net/http"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Credentials are what a person signs in with.
type Credentials struct {
	Email    string `json:"email" maxLength:"254"`
	Password string `json:"password" maxLength:"512"`
}

// Me is who is signed in, where, and what they may do there.
type Me struct {
	User        Person               `json:"user"`
	Permissions []authz.Permission   `json:"permissions"`
	Tenant      api.OrNull[Business] `json:"tenant" doc:"null on the platform's host."`
	Mode        pg.Mode              `json:"mode" enum:"live,test"`
	Masquerade  api.OrNull[struct{}] `json:"masquerade" doc:"Who really acts, while someone acts as this user."`
}

// Person is the signed-in user.
type Person struct {
	ID    id.ID[account.User] `json:"id"`
	Name  string              `json:"name"`
	Email string              `json:"email"`
	Role  role.Role           `json:"role"`
}

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	hosts := []api.Kind{api.TenantHost, api.PlatformHost}
	api.Plain(srv, api.Op{ID: "log-in", Do: "POST /api/v1/auth/login", Summary: "Sign in", Needs: authz.Public, Hosts: hosts}, s.logIn)
	api.Plain(srv, api.Op{ID: "log-out", Do: "POST /api/v1/auth/logout", Summary: "Sign out", Needs: authz.Public, Hosts: hosts, Status: http.StatusNoContent}, s.logOut)
	api.Plain(srv, api.Op{ID: "get-me", Do: "GET /api/v1/me", Summary: "Who is signed in", Needs: authz.SignedIn, Hosts: hosts}, s.me)
}

type meAnswer struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Me
}

func (s *Service) logIn(ctx context.Context, in *struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      Credentials
},
) (*meAnswer, error) {
	token, session, err := s.LogIn(ctx, in.Body.Email, in.Body.Password, api.ClientIP(ctx), in.UserAgent)
	if err != nil {
		return nil, err
	}
	return &meAnswer{SetCookie: []http.Cookie{*s.cookie.with(token)}, Body: me(ctx, session)}, nil
}

func (s *Service) logOut(ctx context.Context, in *struct {
	Secure   string `cookie:"__Host-ss_session"`
	Insecure string `cookie:"ss_session"`
},
) (*struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	ClearData string        `header:"Clear-Site-Data"`
}, error,
) {
	token := in.Secure
	if s.cookie.Insecure {
		token = in.Insecure
	}
	out := &struct {
		SetCookie []http.Cookie `header:"Set-Cookie"`
		ClearData string        `header:"Clear-Site-Data"`
	}{SetCookie: []http.Cookie{*s.cookie.cleared()}, ClearData: `"cache", "storage"`}
	if token == "" {
		return out, nil
	}
	return out, s.LogOut(ctx, token)
}

func (s *Service) me(ctx context.Context, _ *struct{}) (*struct{ Body Me }, error) {
	session, ok := From(ctx)
	if !ok {
		return nil, errUnauthenticated
	}
	return &struct{ Body Me }{me(ctx, session)}, nil
}

func me(ctx context.Context, s Session) Me {
	m := Me{
		User:        Person{ID: s.UserID, Name: s.UserName, Email: s.Email, Role: s.Role},
		Permissions: authz.NewActor(s.UserID.UUID(), s.Role.Permissions()...).Permissions(), Mode: s.Mode,
	}
	if t, err := tenant.Of(ctx); err == nil {
		m.Tenant.V = &Business{ID: t.ID, Slug: t.Slug, Name: t.Name, Currency: t.Currency}
	}
	return m
}
