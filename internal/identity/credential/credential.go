// Package credential lets people change what proves who they are: their password, their address and their second factors.
package credential

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Service changes credentials.
type Service struct {
	db       *pg.DB
	hasher   *account.Hasher
	mfa      *mfa.Service
	sessions *session.Service
	letters  *letter.Service
	audit    *audit.Log
}

// NewService returns the service.
func NewService(db *pg.DB, hasher *account.Hasher, factors *mfa.Service, sessions *session.Service, letters *letter.Service, log *audit.Log) *Service {
	return &Service{db: db, hasher: hasher, mfa: factors, sessions: sessions, letters: letters, audit: log}
}

// judge refuses a password that won't do for the user, and says whether only their second factor allows it.
func judge(ctx context.Context, location, password, current string, user account.Holder) (short bool, err error) {
	about := account.About{MFA: user.MFAEnrolledAt != nil, Current: current, Names: []string{user.Name}, Email: user.Email}
	if t, err := tenant.Of(ctx); err == nil {
		about.Names = append(about.Names, t.Name, t.Slug)
	}
	short, problem := account.Judge(password, about)
	if problem != "" {
		return false, fault.At(location, "%s", problem)
	}
	return short, nil
}

// holder finds the user of the session, and holds their row until the transaction ends.
func holder(ctx context.Context, tx pg.PlaceTx, in session.Session) (account.Holder, error) {
	return pg.Found(account.HolderOf(ctx, tx, in.TenantID, in.UserID))
}

// ChangePassword sets a new password for who knows the present one. The session goes on under a new id, and all others end.
func (s *Service) ChangePassword(ctx context.Context, in session.Session, current, password string, from session.Client) (out session.Started, err error) {
	// The renewed session counts as recently proved, so whoever has a second factor must have shown it.
	if in.MFAEnrolledAt != nil && !in.IsRecent(s.db.Now()) {
		return out, session.ErrReauth
	}
	if err := s.confirmPassword(ctx, in, current); err != nil {
		return out, err
	}
	user := account.Holder{Name: in.UserName, Email: in.Email, MFAEnrolledAt: in.MFAEnrolledAt}
	short, err := judge(ctx, "body.password", password, current, user)
	if err != nil {
		return out, err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return out, err
	}
	err = s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error {
		user, err := holder(ctx, tx, in)
		if err != nil {
			return err
		}
		if out, err = s.sessions.Proved(ctx, tx, in, session.Proof{Person: true}, from); err != nil {
			return err
		}
		if err := s.setPassword(ctx, tx, user, hash, short, out.Session.IDHash); err != nil {
			return err
		}
		if err := s.letters.Tell(ctx, tx, user.TenantID, user.ID, letter.PasswordChanged); err != nil {
			return err
		}
		return s.record(ctx, tx, "PASSWORD_CHANGED", user, nil)
	})
	return out, err
}

// confirmPassword checks the password alone: a code is asked for only once the password was right.
func (s *Service) confirmPassword(ctx context.Context, in session.Session, password string) error {
	err := s.sessions.Confirm(ctx, in, password, "")
	if f := fault.As(err); f != nil && f.Code == "mfa_code_required" {
		return nil
	}
	return err
}

// setPassword gives the user a new password. Sessions but the one that may stay, remembered devices and links that were sent end with the old one.
func (s *Service) setPassword(ctx context.Context, tx pg.PlaceTx, user account.Holder, hash string, short bool, stay []byte) error {
	if short && user.MFAEnrolledAt == nil { // the second factor was removed while the password was judged
		return fault.At("body.password", "Use at least 15 characters; a sentence is easy to remember.")
	}
	return errors.Join(
		account.SetPassword(ctx, tx, user.ID, hash, short),
		s.sessions.EndAll(ctx, tx, user.ID, stay),
		s.mfa.ForgetDevices(ctx, tx, user.ID.UUID()),
		letter.VoidLinks(ctx, tx, user.ID),
	)
}

// record puts a change on record: in the security log once it is committed, and as the transaction's last statement in the audit.
func (s *Service) record(ctx context.Context, tx pg.PlaceTx, action string, user account.Holder, details map[string]any) error {
	s.happened(ctx, tx, action, user.ID, user.Email)
	who := audit.Person{ID: user.ID.UUID(), Email: user.Email, Role: string(user.Role)}
	e := audit.Entry{Action: action, Result: audit.Allowed, TenantID: user.TenantID, TenantSlug: slug(ctx), Mode: string(pg.Live), Actor: who, Subject: &who, Details: details}
	return s.audit.Append(ctx, tx, e)
}

// happened writes to the security log what the transaction does, once it has committed.
func (s *Service) happened(ctx context.Context, tx pg.Tx, event string, user id.ID[account.User], email string) {
	tx.AfterCommit(func() {
		s.audit.Security(ctx, tx.Now(), audit.SecurityEvent{
			Event: event, Result: audit.Allowed, UserID: user.UUID(), Email: email, TenantSlug: slug(ctx), Mode: string(pg.Live),
		})
	})
}

func slug(ctx context.Context) string {
	t, err := tenant.Of(ctx)
	if err != nil {
		return ""
	}
	return t.Slug
}

// here is the place of the request.
func here(ctx context.Context) *uuid.UUID { return api.HostFrom(ctx).Place() }
