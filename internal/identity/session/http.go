package session

import (
	"context"
	"net/http"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// Credentials are what a person signs in with.
type Credentials struct {
	Email    string `json:"email" maxLength:"254"`
	Password string `json:"password" maxLength:"512"`
	Remember bool   `json:"remember" required:"false" doc:"Stay signed in when the browser is closed: for staff and customers."`
}

// SignIn is how far somebody has come in signing in.
type SignIn struct {
	Status  Next           `json:"status" enum:"SIGNED_IN,MFA_REQUIRED,ENROLLMENT_REQUIRED"`
	Methods []string       `json:"methods" doc:"How the second factor can be proved: totp, passkey, recovery_code."`
	Me      api.OrNull[Me] `json:"me" doc:"null until signed in."`
}

// SignedInAnswer carries the cookies of a session that was begun or renewed.
type SignedInAnswer struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      SignIn
}

var bothHosts = []api.Kind{api.TenantHost, api.PlatformHost}

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Plain(srv, api.Op{ID: "log-in", Do: "POST /api/v1/auth/login", Summary: "Sign in", Needs: authz.Public, Hosts: bothHosts, Also: api.SuspendedTenant}, s.logIn)
	api.Plain(srv, api.Op{ID: "log-out", Do: "POST /api/v1/auth/logout", Summary: "Sign out", Needs: authz.Public, Hosts: bothHosts, Status: http.StatusNoContent, Also: api.SuspendedTenant}, s.logOut)
	api.Plain(srv, api.Op{ID: "get-me", Do: "GET /api/v1/me", Summary: "Who is signed in", Needs: authz.SignedIn, Hosts: bothHosts, Also: api.Acting | api.SuspendedTenant}, s.me)
	s.registerFactors(srv)
	s.registerSessions(srv)
}

// Answer tells the browser how far it has come, with the cookies for it.
func (s *Service) Answer(ctx context.Context, tx pg.PlaceTx, started Started) (*SignedInAnswer, error) {
	out := &SignedInAnswer{SetCookie: s.Cookies(ctx, started), Body: SignIn{Status: started.Next, Methods: []string{}}}
	switch started.Next {
	case SignedIn:
		out.Body.Me.V = new(s.Me(ctx, started.Session))
	case MFARequired:
		state, err := s.mfa.State(ctx, tx, started.Session.UserID.UUID())
		if err != nil {
			return nil, err
		}
		out.Body.Methods = state.Methods()
	case EnrollmentRequired:
	}
	return out, nil
}

// answer is Answer in a transaction of its own.
func (s *Service) answer(ctx context.Context, started Started) (out *SignedInAnswer, err error) {
	err = s.db.InPlace(ctx, started.Session.TenantID, func(tx pg.PlaceTx) error {
		var err error
		out, err = s.Answer(ctx, tx, started)
		return err
	})
	return out, err
}

func (s *Service) logIn(ctx context.Context, in *struct {
	Browser
	Body Credentials
},
) (*SignedInAnswer, error) {
	started, err := s.LogIn(ctx, Attempt{Email: in.Body.Email, Password: in.Body.Password, Remember: in.Body.Remember, From: s.Client(in.Browser)})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, started)
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
	token := s.Pick(in.Secure, in.Insecure)
	out := &struct {
		SetCookie []http.Cookie `header:"Set-Cookie"`
		ClearData string        `header:"Clear-Site-Data"`
	}{SetCookie: s.ClearCookie(), ClearData: `"cache", "storage"`}
	if token == "" {
		return out, nil
	}
	return out, s.LogOut(ctx, token)
}

func (s *Service) me(ctx context.Context, _ *struct{}) (*struct{ Body Me }, error) {
	in, err := Current(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.meNow(ctx, in)
	return &struct{ Body Me }{m}, err
}
