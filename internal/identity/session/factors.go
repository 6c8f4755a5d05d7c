package session

import (
	"context"
	"errors"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// maxWrongCodes is how many wrong codes end a session that is to be completed.
const maxWrongCodes = 5

var (
	errCodeNeeded = &fault.Error{Kind: fault.Unauthenticated, Code: "mfa_code_required", Detail: "Give the code of your authenticator app too, or use your passkey."}
	errSignedIn   = &fault.Error{Kind: fault.Conflict, Code: "state_conflict", Detail: "You are signed in already. To confirm who you are, give your password too."}
	errUseFactor  = &fault.Error{Kind: fault.Unauthenticated, Code: "mfa_required", Detail: "Prove your second factor before you set up another."}
)

// complete finishes signing in by a code. Of somebody who is signed in, a code alone proves nothing: Confirm asks for the password too.
func (s *Service) complete(ctx context.Context, from Client, check func(Session) error) (*SignedInAnswer, error) {
	in, err := Current(ctx)
	if err != nil {
		return nil, err
	}
	if in.Kind != Pending {
		return nil, errSignedIn
	}
	return s.prove(ctx, from, check)
}

// prove completes a pending session, or renews a full one, when the second factor is proved.
func (s *Service) prove(ctx context.Context, from Client, check func(Session) error) (*SignedInAnswer, error) {
	in, err := Current(ctx)
	if err != nil {
		return nil, err
	}
	if err := check(in); err != nil {
		return nil, s.wrong(ctx, in, err)
	}
	return s.renew(ctx, in, Proof{Person: true, Factor: true}, from)
}

// renew gives the session a new id, and tells the browser.
func (s *Service) renew(ctx context.Context, in Session, now Proof, from Client) (out *SignedInAnswer, err error) {
	err = s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error {
		started, err := s.Proved(ctx, tx, in, now, from)
		if err != nil {
			return err
		}
		out, err = s.Answer(ctx, tx, started)
		return err
	})
	return out, err
}

// wrong counts a wrong code; the fifth ends a session that was to be completed.
func (s *Service) wrong(ctx context.Context, in Session, cause error) error {
	s.security(ctx, "MFA_FAILED", "denied", in)
	if errors.Is(cause, mfa.ErrNowLocked) {
		if err := s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error { return s.FactorLocked(ctx, tx, in) }); err != nil {
			return err
		}
	}
	if in.Kind != Pending || fault.As(cause) == nil {
		return cause
	}
	err := s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error {
		n, err := wrongCode(ctx, tx, in.IDHash)
		if err != nil || n < maxWrongCodes {
			return err
		}
		cause = errUnauthenticated
		return s.End(ctx, tx, in)
	})
	return errors.Join(err, cause)
}

// mayEnroll refuses to set up a factor before an existing one is proved, and without a recent sign-in.
func (s *Service) mayEnroll(ctx context.Context) (Session, error) {
	in, err := Current(ctx)
	switch {
	case err != nil:
		return in, err
	case in.Kind == Pending && in.MFAEnrolledAt != nil:
		return in, errUseFactor
	case !in.IsRecent(s.db.Now()):
		return in, ErrReauth
	}
	return in, nil
}

// enrolled notes that there is a second factor now, and completes or renews the session: an id from before is worth nothing after.
func (s *Service) enrolled(ctx context.Context, tx pg.PlaceTx, in Session, from Client) (Started, error) {
	if err := stillFirst(ctx, tx, in); err != nil {
		return Started{}, err
	}
	if err := account.NoteMFA(ctx, tx, in.UserID, true); err != nil {
		return Started{}, err
	}
	s.happened(ctx, tx, "MFA_ENROLLED", in)
	if err := s.Enrolled(ctx, tx, in); err != nil {
		return Started{}, err
	}
	return s.Proved(ctx, tx, in, Proof{Factor: true}, from)
}

// stillFirst refuses a factor of a session that may set up the first one alone, when another was first.
func stillFirst(ctx context.Context, tx pg.PlaceTx, in Session) error {
	enrolled, err := enrolledAt(ctx, tx, in.UserID)
	if err == nil && in.Kind == Pending && enrolled != nil {
		return errUseFactor
	}
	return err
}

// Confirm checks a password, and the second factor's code where there is an app, of somebody who is signed in.
func (s *Service) Confirm(ctx context.Context, in Session, password, code string) error {
	state, err := s.confirmPassword(ctx, in, password)
	if err != nil {
		return err
	}
	return s.confirmFactor(ctx, in, state, code)
}

// ConfirmByPasskey is Confirm with a passkey in the code's place.
func (s *Service) ConfirmByPasskey(ctx context.Context, in Session, password string, a AssertionInput) error {
	if _, err := s.confirmPassword(ctx, in, password); err != nil {
		return err
	}
	err := s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error {
		return s.mfa.FinishProvePasskey(ctx, tx, api.HostFrom(ctx).Name, factorsOf(in), a.ChallengeID, a.credential())
	})
	if err != nil {
		return s.wrong(ctx, in, err)
	}
	return nil
}

// confirmPassword checks a password of somebody who is signed in, and says which factors they have besides.
func (s *Service) confirmPassword(ctx context.Context, in Session, password string) (state mfa.State, err error) {
	buckets := s.sessionBuckets(in, api.ClientIP(ctx))
	var user candidate
	err = s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error {
		if err := blocked(ctx, tx, buckets); err != nil {
			return err
		}
		var err error
		if user, err = passwordOf(ctx, tx, in.UserID); err != nil {
			return err
		}
		state, err = s.mfa.State(ctx, tx, in.UserID.UUID())
		return err
	})
	if err != nil {
		return state, err
	}
	ok, err := s.passwordIs(ctx, user, password)
	if err != nil {
		return state, err
	}
	if !ok {
		s.security(ctx, "REAUTH_FAILED", "denied", in)
		return state, s.refuse(ctx, in.TenantID, user, buckets)
	}
	return state, s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error { return forgive(ctx, tx, buckets) })
}

// confirmFactor checks the second factor of somebody whose password was right. Whoever has a passkey alone proves it by that,
// or gives a recovery code.
func (s *Service) confirmFactor(ctx context.Context, in Session, state mfa.State, code string) error {
	check := s.mfa.UseRecoveryCode
	switch {
	case !state.Enrolled():
		return nil
	case code == "":
		return errCodeNeeded
	case state.TOTP:
		check = s.mfa.Check
	}
	if err := check(ctx, s.db, factorsOf(in), code); err != nil {
		return s.wrong(ctx, in, err)
	}
	return nil
}
