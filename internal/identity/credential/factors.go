package credential

import (
	"context"
	"errors"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

var (
	errNoFactor = &fault.Error{Kind: fault.Conflict, Code: "mfa_not_enrolled", Detail: "No second factor of this kind is set up."}
	errRequired = &fault.Error{Kind: fault.Conflict, Code: "mfa_required_by_role", Detail: "Your role needs a second factor. Set up another one before you remove this."}
	errLast     = fault.At("body.password", "This is your last second factor. Give your password, and a recovery code or the passkey.")
)

// Factors is what a person has set up.
type Factors struct {
	TOTP              bool          `json:"totp"`
	Passkeys          []mfa.Passkey `json:"passkeys"`
	RecoveryCodesLeft int           `json:"recovery_codes_left"`
	Required          bool          `json:"required" doc:"The role needs a second factor."`
}

// Factors lists what the session's user has set up.
func (s *Service) Factors(ctx context.Context, tx pg.PlaceTx, in session.Session) (Factors, error) {
	state, err := s.mfa.State(ctx, tx, in.UserID.UUID())
	if err != nil {
		return Factors{}, err
	}
	keys, err := s.mfa.Passkeys(ctx, tx, in.UserID.UUID())
	return Factors{TOTP: state.TOTP, Passkeys: keys, RecoveryCodesLeft: state.RecoveryCodesLeft, Required: s.sessions.RequiresMFA(ctx, in.Role, tx.Now())}, err
}

// Removal is what it takes to remove the authenticator app.
type Removal struct {
	Password    string `json:"password" maxLength:"512"`
	Code        string `json:"code" maxLength:"16"`
	NewPassword string `json:"new_password" required:"false" maxLength:"512" doc:"Needed when the present password is too short to stand alone."`
}

// RemoveTOTP removes the authenticator app of who gives the password and a code.
func (s *Service) RemoveTOTP(ctx context.Context, in session.Session, r Removal, from session.Client) (session.Started, error) {
	err := s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error {
		state, err := s.mfa.State(ctx, tx, in.UserID.UUID())
		if err == nil && !state.TOTP {
			return errNoFactor
		}
		return err
	})
	if err != nil {
		return session.Started{}, err
	}
	if err := s.sessions.Confirm(ctx, in, r.Password, r.Code); err != nil {
		return session.Started{}, err
	}
	fresh, err := s.fresh(ctx, in, r.Password, r.NewPassword)
	if err != nil {
		return session.Started{}, err
	}
	return s.change(ctx, in, proved, from, "MFA_REMOVED", letter.MFARemoved, func(tx pg.PlaceTx, user account.Holder) error {
		if err := s.mfa.RemoveTOTP(ctx, tx, factorsOf(user)); err != nil {
			return err
		}
		return s.without(ctx, tx, user, proved, fresh, in.IDHash)
	})
}

// proved is what a password and a factor prove that came with a request itself.
var proved = session.Proof{Person: true, Factor: true} //nolint:gochecknoglobals // immutable

// fresh hashes the new password, if one was given: by the rule of those who have no second factor.
func (s *Service) fresh(ctx context.Context, in session.Session, current, password string) (hash string, err error) {
	if password == "" {
		return "", nil
	}
	user := account.Holder{Name: in.UserName, Email: in.Email}
	if _, err := judge(ctx, "body.new_password", password, current, user); err != nil {
		return "", err
	}
	return s.hasher.Hash(ctx, password)
}

// without settles what follows when a factor is gone: nothing while there is another. The last one takes a proof, and leaves a password
// that stands alone; with a new one all sessions end but the one that stays.
func (s *Service) without(ctx context.Context, tx pg.PlaceTx, user account.Holder, now session.Proof, fresh string, stay []byte) error {
	state, err := s.mfa.State(ctx, tx, user.ID.UUID())
	if err != nil || state.Enrolled() {
		return err
	}
	if s.sessions.RequiresMFA(ctx, user.Role, tx.Now()) {
		return errRequired
	}
	if now != proved {
		return errLast
	}
	if err := errors.Join(account.NoteMFA(ctx, tx, user.ID, false), s.mfa.ForgetDevices(ctx, tx, user.ID.UUID())); err != nil {
		return err
	}
	switch {
	case fresh != "":
		return s.setPassword(ctx, tx, user, fresh, false, stay)
	case user.PasswordIsShort:
		return fault.At("body.new_password", "Without a second factor the password must have at least 15 characters. Choose a new one.")
	}
	return nil
}

// PasskeyRemoval is what it takes to remove a passkey: nothing of it while there is another factor.
type PasskeyRemoval struct {
	Password    string                  `json:"password" required:"false" maxLength:"512" doc:"Needed for the last second factor, with a recovery code or a passkey."`
	Code        string                  `json:"code" required:"false" maxLength:"32" doc:"A recovery code."`
	Passkey     *session.AssertionInput `json:"passkey" required:"false" doc:"In the code's place: the answer to what POST /api/v1/auth/mfa/passkey/options asks."`
	NewPassword string                  `json:"new_password" required:"false" maxLength:"512" doc:"Needed when the present password is too short to stand alone."`
}

// RemovePasskey removes one of the user's passkeys; the last second factor, of who gives the password and a factor.
func (s *Service) RemovePasskey(ctx context.Context, in session.Session, which id.ID[mfa.Passkey], r PasskeyRemoval, from session.Client) (session.Started, error) {
	now, err := s.proof(ctx, in, r)
	if err != nil {
		return session.Started{}, err
	}
	fresh, err := s.fresh(ctx, in, r.Password, r.NewPassword)
	if err != nil {
		return session.Started{}, err
	}
	return s.change(ctx, in, now, from, "MFA_REMOVED", letter.MFARemoved, func(tx pg.PlaceTx, user account.Holder) error {
		if err := s.mfa.RemovePasskey(ctx, tx, user.ID.UUID(), which); err != nil {
			return err
		}
		return s.without(ctx, tx, user, now, fresh, in.IDHash)
	})
}

// proof checks what was given with the request to prove who it is: nothing proves nothing.
func (s *Service) proof(ctx context.Context, in session.Session, r PasskeyRemoval) (session.Proof, error) {
	switch {
	case r.Password == "":
		return session.Proof{}, nil
	case r.Passkey != nil:
		return proved, s.sessions.ConfirmByPasskey(ctx, in, r.Password, *r.Passkey)
	}
	return proved, s.sessions.Confirm(ctx, in, r.Password, r.Code)
}

// NewCodes makes recovery codes in the place of all older ones.
func (s *Service) NewCodes(ctx context.Context, in session.Session, from session.Client) (codes []string, out session.Started, err error) {
	out, err = s.change(ctx, in, session.Proof{}, from, "RECOVERY_CODES_MADE", letter.NewCodes, func(tx pg.PlaceTx, user account.Holder) error {
		if user.MFAEnrolledAt == nil {
			return errNoFactor
		}
		var err error
		codes, err = s.mfa.NewRecoveryCodes(ctx, tx, factorsOf(user))
		return err
	})
	return codes, out, err
}

// change changes the user's factors, gives the session a new id, tells the user, and puts it on record.
func (s *Service) change(ctx context.Context, in session.Session, now session.Proof, from session.Client, action string, what letter.What,
	do func(pg.PlaceTx, account.Holder) error,
) (out session.Started, err error) {
	err = s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error {
		user, err := holder(ctx, tx, in)
		if err != nil {
			return err
		}
		if err := do(tx, user); err != nil {
			return err
		}
		if out, err = s.sessions.Proved(ctx, tx, in, now, from); err != nil {
			return err
		}
		if err := s.letters.Tell(ctx, tx, user.TenantID, user.ID, what); err != nil {
			return err
		}
		return s.record(ctx, tx, action, user, nil)
	})
	return out, err
}

func factorsOf(u account.Holder) mfa.User {
	return mfa.User{ID: u.ID.UUID(), TenantID: u.TenantID, Name: u.Name, Email: u.Email}
}
