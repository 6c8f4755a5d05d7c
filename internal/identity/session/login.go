package session

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// Attempt is a try to sign in: what was typed, and from where.
type Attempt struct {
	Email, Password string
	Remember        bool
	From            Client
}

// Client is the browser that asks.
type Client struct {
	UserAgent string
	Known     string // the cookie of a browser that signed in before
	Device    string // the cookie of a browser that may skip the second factor
	Session   string // the cookie of the session it has now, if any
}

// Started is a session that was just begun, with the secret for its cookie.
type Started struct {
	Token   string
	Session Session
	Next    Next
}

// Next is what is still to be done to be signed in.
type Next string

// What may come after the password.
const (
	SignedIn           Next = "SIGNED_IN"
	MFARequired        Next = "MFA_REQUIRED"
	EnrollmentRequired Next = "ENROLLMENT_REQUIRED"
)

// LogIn checks the credentials on the request's host and starts a session. Every failure looks the same,
// and an unknown address costs as much as a wrong password.
func (s *Service) LogIn(ctx context.Context, a Attempt) (Started, error) {
	where, err := place(ctx)
	if err != nil {
		return Started{}, err
	}
	email := account.NormalEmail(a.Email)
	buckets := s.buckets(api.HostFrom(ctx).Name, email, api.ClientIP(ctx), a.From.Known)
	user, err := s.lookUp(ctx, where, email, buckets)
	if err != nil {
		return Started{}, err
	}
	ok, err := s.passwordIs(ctx, user, a.Password)
	if err != nil {
		return Started{}, err
	}
	started, err := Started{}, error(errCredentials)
	if ok {
		started, err = s.start(ctx, where, user, a, buckets)
	}
	if errors.Is(err, errCredentials) { // also of those who may not sign in now: to count none of theirs would tell that the password was right
		s.security(ctx, "LOGIN_FAILED", "denied", Session{UserID: user.ID, Email: email})
		return Started{}, s.refuse(ctx, where, user, buckets)
	}
	return started, err
}

// lookUp finds who may be signing in, unless there were too many failures: one look for both.
func (s *Service) lookUp(ctx context.Context, where *uuid.UUID, email string, buckets []bucket) (user candidate, err error) {
	err = s.db.InPlace(ctx, where, func(tx pg.PlaceTx) error {
		if err := blocked(ctx, tx, buckets); err != nil {
			s.security(ctx, "LOGIN_THROTTLED", "denied", Session{Email: email})
			return err
		}
		var err error
		user, err = candidateOf(ctx, tx, where, email)
		return err
	})
	return user, err
}

func (s *Service) passwordIs(ctx context.Context, user candidate, password string) (bool, error) {
	if utf8.RuneCountInString(password) > account.MaxPassword {
		return false, nil // is nobody's, and worth no memory
	}
	hash := user.Hash
	if user.PasswordLockedAt != nil {
		hash = ""
	}
	return s.hasher.Matches(ctx, password, hash)
}

// refuse counts a failure. After a hundred in a row the password is worth nothing until it is reset.
func (s *Service) refuse(ctx context.Context, where *uuid.UUID, user candidate, buckets []bucket) error {
	err := s.db.InPlace(ctx, where, func(tx pg.PlaceTx) error {
		failures, err := countFailures(ctx, tx, buckets)
		if err != nil || failures < lockAfter || user.ID.IsZero() || user.PasswordLockedAt != nil {
			return err
		}
		if err := lockPassword(ctx, tx, user.ID); err != nil {
			return err
		}
		return s.PasswordLocked(ctx, tx, Session{UserID: user.ID, TenantID: where})
	})
	if err != nil {
		return err
	}
	return errCredentials
}

// Forgive forgets the failures of an account on the request's host: its password was set anew by whoever reads its mails.
func (s *Service) Forgive(ctx context.Context, tx pg.PlaceTx, email string) error {
	return forgive(ctx, tx, s.buckets(api.HostFrom(ctx).Name, email, "", ""))
}

// lockAfter is how many failures in a row end log-in by password until a reset.
const lockAfter = 100

func (s *Service) start(ctx context.Context, where *uuid.UUID, user candidate, a Attempt, buckets []bucket) (out Started, err error) {
	err = s.db.InPlace(ctx, where, func(tx pg.PlaceTx) error {
		// Again: guesses sent all at once pass the first check together.
		if err := blocked(ctx, tx, buckets); err != nil {
			return err
		}
		if err := forgive(ctx, tx, buckets); err != nil {
			return err
		}
		var err error
		out, err = s.Begin(ctx, tx, Begin{UserID: user.ID, Remember: a.Remember, From: a.From})
		return err
	})
	if err != nil {
		return Started{}, err
	}
	return out, s.Leave(ctx, a.From)
}

// Begin is a session to start for somebody who has just proved who they are.
type Begin struct {
	UserID   id.ID[account.User]
	Remember bool
	Proved   bool // the second factor too
	From     Client
}

// Begin starts a session. It is pending where a second factor is still to be proved or to be set up.
func (s *Service) Begin(ctx context.Context, tx pg.PlaceTx, b Begin) (Started, error) {
	user, err := beginnerOf(ctx, tx, b.UserID)
	if err != nil {
		return Started{}, err
	}
	if suspended(ctx) && user.Role != role.TenantOwner {
		return Started{}, errCredentials // only the owner may sign in, to see why
	}
	next, err := s.next(ctx, tx, user, b)
	if err != nil {
		return Started{}, err
	}
	if err := errors.Join(pruneDead(ctx, tx, user.TenantID), endOldest(ctx, tx, user.ID)); err != nil {
		return Started{}, err
	}
	token, hash := secret.New()
	n := newSession{
		id: id.New[Session](), idHash: hash, user: user, mode: pg.Live, kind: Full, remember: b.Remember && mayRemember(user.Role),
		host: api.HostFrom(ctx).Name, ip: api.ClientIP(ctx), userAgent: truncate(b.From.UserAgent, 256), expiresAt: tx.Now().Add(lifetimes[user.Role].absolute),
	}
	if b.Proved {
		now := tx.Now()
		n.mfaTime = &now
	}
	if next != SignedIn {
		n.kind, n.expiresAt = Pending, tx.Now().Add(pendingTime)
	}
	if err := insert(ctx, tx, n); err != nil {
		return Started{}, err
	}
	return s.begun(ctx, tx, Started{Token: token, Next: next}, hash, b.From)
}

func (s *Service) begun(ctx context.Context, tx pg.PlaceTx, out Started, hash []byte, from Client) (Started, error) {
	var err error
	if out.Session, err = byHash(ctx, tx, hash); err != nil || out.Next != SignedIn {
		return out, err
	}
	return out, s.arrived(ctx, tx, out.Session, from)
}

// arrived notes that somebody is signed in completely.
func (s *Service) arrived(ctx context.Context, tx pg.PlaceTx, in Session, from Client) error {
	s.happened(ctx, tx, "LOGIN", in)
	if err := tenant.NoteSignIn(ctx, tx, in.TenantID); err != nil {
		return err
	}
	first, err := noteLogin(ctx, tx, in.UserID)
	if err != nil || first || s.isKnown(api.HostFrom(ctx).Name, in.Email, from.Known) {
		return err // the first sign-in ever is from a new device, of course
	}
	return s.NewDevice(ctx, tx, in)
}

// next decides what a person must still prove.
func (s *Service) next(ctx context.Context, tx pg.PlaceTx, user beginner, b Begin) (Next, error) {
	switch {
	case b.Proved:
		return SignedIn, nil
	case user.MFAEnrolledAt != nil:
		if user.Role.IsPlatform() || b.From.Device == "" {
			return MFARequired, nil
		}
		remembered, err := s.mfa.Remembered(ctx, tx, user.ID.UUID(), b.From.Device)
		if err != nil || !remembered {
			return MFARequired, err
		}
	case s.RequiresMFA(ctx, user.Role, tx.Now()):
		return EnrollmentRequired, nil
	}
	return SignedIn, nil
}

// mayRemember reports whether a person of role r may stay signed in when the browser is closed.
func mayRemember(r role.Role) bool { return r == role.TenantStaff || r == role.Customer }

// Proof is what somebody has proved just now: who they are, and their second factor. A change alone proves neither.
type Proof struct{ Person, Factor bool }

// Proved completes a pending session, or renews a full one, with an id of its own: what was known before is worth nothing after.
func (s *Service) Proved(ctx context.Context, tx pg.PlaceTx, old Session, now Proof, from Client) (Started, error) {
	token, hash := secret.New()
	p := proof{old: old.IDHash, new: hash, expiresAt: old.ExpiresAt, kind: Full, now: now}
	if old.Kind == Pending {
		p.expiresAt = tx.Now().Add(lifetimes[old.Role].absolute)
	}
	if err := errors.Join(bury(ctx, tx, old.IDHash), rotate(ctx, tx, p)); err != nil {
		return Started{}, err
	}
	out := Started{Token: token, Next: SignedIn}
	var err error
	if out.Session, err = byHash(ctx, tx, hash); err != nil || old.Kind != Pending {
		return out, err
	}
	return out, s.arrived(ctx, tx, out.Session, from)
}

// factorsOf is the session's user as package mfa knows them.
func factorsOf(s Session) mfa.User {
	return mfa.User{ID: s.UserID.UUID(), TenantID: s.TenantID, Name: s.UserName, Email: s.Email}
}

func userID(u uuid.UUID) id.ID[account.User] { return id.ID[account.User](u) }
