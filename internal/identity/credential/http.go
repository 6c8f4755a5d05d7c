package credential

import (
	"context"
	"net/http"
	"strings"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// Cookies is the answer that gives the browser the session's new id.
type Cookies struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// TokenInput is the body of what a link does.
type TokenInput struct {
	Body struct {
		Token string `json:"token" maxLength:"128" doc:"From the link."`
	}
}

// Profile is what people change of themselves at once.
type Profile struct {
	Name string `json:"name" maxLength:"200"`
}

func place(name, do, summary string, status int) api.Op {
	return api.Op{ID: name, Do: do, Summary: summary, Needs: authz.Public, Also: api.SuspendedTenant, Status: status}
}

func self(name, do, summary string, status int) api.Op {
	return api.Op{ID: name, Do: do, Summary: summary, Needs: authz.SignedIn, Hosts: []api.Kind{api.TenantHost, api.PlatformHost}, OnlySelf: true, Status: status}
}

func recent(op api.Op) api.Op {
	op.Reauth = true
	return op
}

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Place(srv, place("ask-reset", "POST /api/v1/auth/reset", "Ask for a link to choose a new password", http.StatusAccepted), s.askReset)
	confirm := place("reset-password", "POST /api/v1/auth/reset/confirm", "Choose a new password by a link", http.StatusNoContent)
	confirm.Hosts = []api.Kind{api.TenantHost, api.PlatformHost}
	api.Plain(srv, confirm, s.reset)
	api.Place(srv, place("confirm-email", "POST /api/v1/auth/email/confirm", "Confirm a new e-mail address by a link", http.StatusNoContent), s.confirmEmail)
	api.Place(srv, place("undo-email", "POST /api/v1/auth/email/undo", "Put the old e-mail address back by a link", http.StatusNoContent), s.undoEmail)

	api.Place(srv, self("change-me", "PATCH /api/v1/me", "Change my name", http.StatusOK), s.changeMe)
	api.Plain(srv, self("change-password", "POST /api/v1/me/password", "Change my password", http.StatusNoContent), s.changePassword)
	api.Place(srv, recent(self("change-email", "POST /api/v1/me/email", "Ask for a link to change my e-mail address", http.StatusAccepted)), s.askEmail)
	api.Place(srv, self("get-my-factors", "GET /api/v1/me/mfa", "My second factors", http.StatusOK), s.factors)
	api.Plain(srv, recent(self("remove-totp", "POST /api/v1/me/mfa/totp/remove", "Remove my authenticator app", http.StatusNoContent)), s.removeTOTP)
	api.Plain(srv, recent(self("remove-passkey", "POST /api/v1/me/passkeys/{id}/remove", "Remove one of my passkeys", http.StatusNoContent)), s.removePasskey)
	api.Plain(srv, recent(self("make-recovery-codes", "POST /api/v1/me/mfa/recovery-codes", "Make new recovery codes", http.StatusOK)), s.newCodes)
}

func (s *Service) askReset(ctx context.Context, tx pg.PlaceTx, in *struct {
	Body struct {
		Email string `json:"email" maxLength:"254"`
	}
},
) (api.None, error) {
	return api.None{}, s.AskReset(ctx, tx, in.Body.Email)
}

func (s *Service) reset(ctx context.Context, in *struct {
	Body struct {
		Token    string `json:"token" maxLength:"128" doc:"From the link."`
		Password string `json:"password" maxLength:"512"`
	}
},
) (*struct{}, error) {
	return &struct{}{}, s.Reset(ctx, in.Body.Token, in.Body.Password)
}

func (s *Service) confirmEmail(ctx context.Context, tx pg.PlaceTx, in *TokenInput) (api.None, error) {
	return api.None{}, s.ChangeEmail(ctx, tx, in.Body.Token)
}

func (s *Service) undoEmail(ctx context.Context, tx pg.PlaceTx, in *TokenInput) (api.None, error) {
	return api.None{}, s.UndoEmail(ctx, tx, in.Body.Token)
}

func (s *Service) changeMe(ctx context.Context, tx pg.PlaceTx, in *struct{ Body api.Merge[Profile] }) (session.Me, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return session.Me{}, err
	}
	next, err := in.Body.Apply(Profile{Name: who.UserName})
	if err != nil {
		return session.Me{}, err
	}
	if bad := account.NameProblems("body.name", next.Name); bad != nil {
		return session.Me{}, fault.Validation(bad...)
	}
	who.UserName = strings.TrimSpace(next.Name)
	return s.sessions.Me(ctx, who), account.SetName(ctx, tx, who.UserID, who.UserName)
}

func (s *Service) changePassword(ctx context.Context, in *struct {
	session.Browser
	Body struct {
		Current  string `json:"current" maxLength:"512"`
		Password string `json:"password" maxLength:"512"`
	}
},
) (*Cookies, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return nil, err
	}
	return s.cookies(ctx)(s.ChangePassword(ctx, who, in.Body.Current, in.Body.Password, s.sessions.Client(in.Browser)))
}

// cookies turns a renewed session into the answer that carries it.
func (s *Service) cookies(ctx context.Context) func(session.Started, error) (*Cookies, error) {
	return func(started session.Started, err error) (*Cookies, error) {
		if err != nil {
			return nil, err
		}
		return &Cookies{SetCookie: s.sessions.Cookies(ctx, started)}, nil
	}
}

func (s *Service) askEmail(ctx context.Context, tx pg.PlaceTx, in *struct {
	Body struct {
		Email string `json:"email" maxLength:"254"`
	}
},
) (api.None, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return api.None{}, err
	}
	return api.None{}, s.AskEmail(ctx, tx, who, in.Body.Email)
}

func (s *Service) factors(ctx context.Context, tx pg.PlaceTx, _ *struct{}) (Factors, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return Factors{}, err
	}
	return s.Factors(ctx, tx, who)
}

func (s *Service) removeTOTP(ctx context.Context, in *struct {
	session.Browser
	Body Removal
},
) (*Cookies, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return nil, err
	}
	return s.cookies(ctx)(s.RemoveTOTP(ctx, who, in.Body, s.sessions.Client(in.Browser)))
}

func (s *Service) removePasskey(ctx context.Context, in *struct {
	session.Browser
	api.ByID[mfa.Passkey]
	Body PasskeyRemoval
},
) (*Cookies, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return nil, err
	}
	return s.cookies(ctx)(s.RemovePasskey(ctx, who, in.ID, in.Body, s.sessions.Client(in.Browser)))
}

// codesAnswer shows recovery codes, once.
type codesAnswer struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}
}

func (s *Service) newCodes(ctx context.Context, in *struct{ session.Browser }) (*codesAnswer, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return nil, err
	}
	codes, started, err := s.NewCodes(ctx, who, s.sessions.Client(in.Browser))
	if err != nil {
		return nil, err
	}
	out := &codesAnswer{SetCookie: s.sessions.Cookies(ctx, started)}
	out.Body.RecoveryCodes = codes
	return out, nil
}
