package session

import (
	"context"
	"encoding/json"
	"net/http"

	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Challenge is a question to the person's authenticator.
type Challenge struct {
	ChallengeID id.ID[mfa.Challenge] `json:"challenge_id"`
	Options     any                  `json:"options" doc:"For navigator.credentials, as JSON."`
}

// AssertionInput is the authenticator's answer.
type AssertionInput struct {
	ChallengeID id.ID[mfa.Challenge] `json:"challenge_id"`
	Credential  map[string]any       `json:"credential" doc:"What navigator.credentials returned, as JSON."`
}

func (a AssertionInput) credential() json.RawMessage {
	text, _ := json.Marshal(a.Credential) // it has been JSON
	return text
}

// Enrolled is the answer to a factor that was set up.
type Enrolled struct {
	RecoveryCodes []string `json:"recovery_codes" nullable:"true" doc:"Shown once; null where there are some already."`
	SignIn        SignIn   `json:"sign_in"`
}

type enrolledAnswer struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Enrolled
}

func (s *Service) registerFactors(srv *api.Server) {
	op := func(name, do, summary string, needs authz.Permission) api.Op {
		return api.Op{ID: name, Do: do, Summary: summary, Needs: needs, Hosts: bothHosts, Also: api.PendingMFA | api.SuspendedTenant, OnlySelf: needs != authz.Public}
	}
	api.Plain(srv, op("get-sign-in", "GET /api/v1/auth/mfa", "How far signing in has come", authz.SignedIn), s.signInState)
	api.Plain(srv, op("prove-totp", "POST /api/v1/auth/mfa/totp", "Prove the second factor by a code of the app", authz.SignedIn), s.proveTOTP)
	api.Plain(srv, op("prove-recovery-code", "POST /api/v1/auth/mfa/recovery", "Prove the second factor by a recovery code", authz.SignedIn), s.proveRecovery)
	api.Plain(srv, op("ask-passkey", "POST /api/v1/auth/mfa/passkey/options", "Begin to prove the second factor by a passkey", authz.SignedIn), s.askPasskey)
	api.Plain(srv, op("prove-passkey", "POST /api/v1/auth/mfa/passkey", "Prove the second factor by a passkey", authz.SignedIn), s.provePasskey)
	api.Plain(srv, op("enroll-totp", "POST /api/v1/auth/mfa/totp/enroll", "Begin to set up an authenticator app", authz.SignedIn), s.enrollTOTP)
	api.Plain(srv, op("confirm-totp", "POST /api/v1/auth/mfa/totp/confirm", "Finish setting up an authenticator app", authz.SignedIn), s.confirmTOTP)
	api.Plain(srv, op("ask-new-passkey", "POST /api/v1/auth/mfa/passkey/enroll/options", "Begin to set up a passkey", authz.SignedIn), s.askNewPasskey)
	api.Plain(srv, op("enroll-passkey", "POST /api/v1/auth/mfa/passkey/enroll", "Finish setting up a passkey", authz.SignedIn), s.enrollPasskey)
	api.Plain(srv, op("ask-sign-in-passkey", "POST /api/v1/auth/passkey/options", "Begin to sign in by a passkey", authz.Public), s.askSignIn)
	api.Plain(srv, op("sign-in-passkey", "POST /api/v1/auth/passkey", "Sign in by a passkey", authz.Public), s.signInPasskey)
	again := op("reauth", "POST /api/v1/auth/reauth", "Prove again who it is", authz.SignedIn)
	again.Also = api.SuspendedTenant
	api.Plain(srv, again, s.reauth)
	again.ID, again.Do, again.Summary = "reauth-passkey", "POST /api/v1/auth/reauth/passkey", "Prove again who it is, by a passkey"
	api.Plain(srv, again, s.provePasskey)
}

func (s *Service) signInState(ctx context.Context, _ *struct{}) (*struct{ Body SignIn }, error) {
	in, err := Current(ctx)
	if err != nil {
		return nil, err
	}
	started := Started{Session: in, Next: SignedIn}
	switch {
	case in.Kind == Pending && in.MFAEnrolledAt != nil:
		started.Next = MFARequired
	case in.Kind == Pending:
		started.Next = EnrollmentRequired
	}
	out, err := s.answer(ctx, started)
	if err != nil {
		return nil, err
	}
	return &struct{ Body SignIn }{out.Body}, nil
}

func (s *Service) proveTOTP(ctx context.Context, in *struct {
	Browser
	Body struct {
		Code           string `json:"code" maxLength:"16"`
		RememberDevice bool   `json:"remember_device" required:"false" doc:"Ask for no second factor on this device for 30 days: for the people of a business."`
	}
},
) (*SignedInAnswer, error) {
	out, err := s.complete(ctx, s.Client(in.Browser), func(who Session) error { return s.mfa.Check(ctx, s.db, factorsOf(who), in.Body.Code) })
	if err != nil || !in.Body.RememberDevice {
		return out, err
	}
	who, _ := From(ctx)
	err = s.db.InPlace(ctx, who.TenantID, func(tx pg.PlaceTx) error {
		token, err := s.mfa.Remember(ctx, tx, factorsOf(who))
		if token != "" {
			out.SetCookie = append(out.SetCookie, s.opts.Cookie.with(deviceCookie, token, mfa.DeviceTime))
		}
		return err
	})
	return out, err
}

func (s *Service) proveRecovery(ctx context.Context, in *struct {
	Browser
	Body struct {
		Code string `json:"code" maxLength:"32"`
	}
},
) (*SignedInAnswer, error) {
	return s.complete(ctx, s.Client(in.Browser), func(who Session) error { return s.mfa.UseRecoveryCode(ctx, s.db, factorsOf(who), in.Body.Code) })
}

// challenge asks the authenticator something in a transaction.
func (s *Service) challenge(ctx context.Context, who Session, ask func(tx pg.PlaceTx) (id.ID[mfa.Challenge], any, error)) (*struct{ Body Challenge }, error) {
	out := &struct{ Body Challenge }{}
	err := s.db.InPlace(ctx, who.TenantID, func(tx pg.PlaceTx) error {
		var err error
		out.Body.ChallengeID, out.Body.Options, err = ask(tx)
		return err
	})
	return out, err
}

func (s *Service) askPasskey(ctx context.Context, _ *struct{}) (*struct{ Body Challenge }, error) {
	who, err := Current(ctx)
	if err != nil {
		return nil, err
	}
	return s.challenge(ctx, who, func(tx pg.PlaceTx) (id.ID[mfa.Challenge], any, error) {
		return s.mfa.ProvePasskey(ctx, tx, api.HostFrom(ctx).Name, factorsOf(who), who.Kind == Full)
	})
}

func (s *Service) provePasskey(ctx context.Context, in *struct {
	Browser
	Body AssertionInput
},
) (*SignedInAnswer, error) {
	return s.prove(ctx, s.Client(in.Browser), func(who Session) error {
		return s.db.InPlace(ctx, who.TenantID, func(tx pg.PlaceTx) error {
			return s.mfa.FinishProvePasskey(ctx, tx, api.HostFrom(ctx).Name, factorsOf(who), in.Body.ChallengeID, in.Body.credential())
		})
	})
}

func (s *Service) enrollTOTP(ctx context.Context, _ *struct{}) (out *struct{ Body mfa.Enrollment }, err error) {
	who, err := s.mayEnroll(ctx)
	if err != nil {
		return nil, err
	}
	out = &struct{ Body mfa.Enrollment }{}
	err = s.db.InPlace(ctx, who.TenantID, func(tx pg.PlaceTx) error {
		out.Body, err = s.mfa.Enroll(ctx, tx, factorsOf(who))
		return err
	})
	return out, err
}

func (s *Service) confirmTOTP(ctx context.Context, in *struct {
	Browser
	Body struct {
		Code string `json:"code" maxLength:"16"`
	}
},
) (*enrolledAnswer, error) {
	return s.enroll(ctx, in.Browser, func(tx pg.PlaceTx, who mfa.User) ([]string, error) { return s.mfa.Confirm(ctx, tx, who, in.Body.Code) })
}

func (s *Service) enroll(ctx context.Context, from Browser, finish func(pg.PlaceTx, mfa.User) ([]string, error)) (*enrolledAnswer, error) {
	who, err := s.mayEnroll(ctx)
	if err != nil {
		return nil, err
	}
	out := &enrolledAnswer{}
	err = s.db.InPlace(ctx, who.TenantID, func(tx pg.PlaceTx) error {
		codes, err := finish(tx, factorsOf(who))
		if err != nil {
			return err
		}
		started, err := s.enrolled(ctx, tx, who, s.Client(from))
		if err != nil {
			return err
		}
		answer, err := s.Answer(ctx, tx, started)
		if err == nil {
			out.SetCookie, out.Body = answer.SetCookie, Enrolled{RecoveryCodes: codes, SignIn: answer.Body}
		}
		return err
	})
	return out, err
}

func (s *Service) askNewPasskey(ctx context.Context, _ *struct{}) (*struct{ Body Challenge }, error) {
	who, err := s.mayEnroll(ctx)
	if err != nil {
		return nil, err
	}
	return s.challenge(ctx, who, func(tx pg.PlaceTx) (id.ID[mfa.Challenge], any, error) {
		return s.mfa.EnrollPasskey(ctx, tx, api.HostFrom(ctx).Name, factorsOf(who))
	})
}

func (s *Service) enrollPasskey(ctx context.Context, in *struct {
	Browser
	Body struct {
		AssertionInput
		Name string `json:"name" maxLength:"100" doc:"What you call it."`
	}
},
) (*enrolledAnswer, error) {
	return s.enroll(ctx, in.Browser, func(tx pg.PlaceTx, who mfa.User) ([]string, error) {
		return s.mfa.FinishEnrollPasskey(ctx, tx, api.HostFrom(ctx).Name, who, in.Body.ChallengeID, in.Body.Name, in.Body.credential())
	})
}

func (s *Service) askSignIn(ctx context.Context, _ *struct{}) (*struct{ Body Challenge }, error) {
	where, err := place(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.passkeys.Take(api.ClientIP(ctx), s.db.Now()); err != nil {
		return nil, err
	}
	return s.challenge(ctx, Session{TenantID: where}, func(tx pg.PlaceTx) (id.ID[mfa.Challenge], any, error) {
		return s.mfa.SignInOptions(ctx, tx, api.HostFrom(ctx).Name, where)
	})
}

func (s *Service) signInPasskey(ctx context.Context, in *struct {
	Browser
	Body struct {
		AssertionInput
		Remember bool `json:"remember" required:"false"`
	}
},
) (out *SignedInAnswer, err error) {
	where, err := place(ctx)
	if err != nil {
		return nil, err
	}
	from := s.Client(in.Browser)
	err = s.db.InPlace(ctx, where, func(tx pg.PlaceTx) error {
		user, err := s.mfa.FinishSignIn(ctx, tx, api.HostFrom(ctx).Name, where, in.Body.ChallengeID, in.Body.credential())
		if err != nil {
			return err
		}
		started, err := s.Begin(ctx, tx, Begin{UserID: userID(user), Remember: in.Body.Remember, Proved: true, From: from})
		if err != nil {
			return err
		}
		out, err = s.Answer(ctx, tx, started)
		return err
	})
	if f := fault.As(err); f != nil && f.Kind == fault.Unauthenticated {
		s.security(ctx, "LOGIN_FAILED", "denied", Session{})
	}
	if err != nil {
		return nil, err
	}
	return out, s.Leave(ctx, from)
}

func (s *Service) reauth(ctx context.Context, in *struct {
	Browser
	Body struct {
		Password string `json:"password" maxLength:"512"`
		Code     string `json:"code" required:"false" maxLength:"16" doc:"Of the authenticator app, where there is one."`
	}
},
) (*SignedInAnswer, error) {
	who, err := Current(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Confirm(ctx, who, in.Body.Password, in.Body.Code); err != nil {
		return nil, err
	}
	return s.renew(ctx, who, Proof{Person: true, Factor: who.MFAEnrolledAt != nil}, s.Client(in.Browser))
}
