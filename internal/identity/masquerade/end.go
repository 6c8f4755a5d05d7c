package masquerade

import (
	"context"
	"errors"
	"time"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// Released is what a return to one's own account leads to.
type Released struct {
	Restored *session.Person
	Token    string // of the actor's own session on this host, "" on another's
	URL      string
}

// Release ends a masquerade and restores the actor: asked by the session that acts, or by the actor's own on its host. After a pause it
// restores nobody: whoever is at the browser by then signs in first.
func (s *Service) Release(ctx context.Context, token string) (out Released, err error) {
	who, err := s.sessions.Peek(ctx, token)
	if errors.Is(err, session.ErrGone) {
		return s.again(ctx, token)
	}
	if err != nil {
		return Released{}, err
	}
	var lost error // ends both sessions, and so must not undo that
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		lost = nil
		m, err := runningOf(ctx, tx, who)
		if err != nil {
			return err
		}
		if m.rested(tx.Now()) {
			lost = session.ErrMasqueradeEnded
			return s.close(ctx, tx, m, audit.HijackExpired, "time")
		}
		actor, err := userOf(ctx, tx, m.ActorID)
		if err != nil {
			return err
		}
		if !mayReturn(actor, m) {
			lost = session.ErrMasqueradeEnded
			return errors.Join(s.sessions.EndParent(ctx, tx, m.ParentHash, m.ID.UUID()), s.close(ctx, tx, m, audit.HijackTerminated, "actor"))
		}
		out, err = s.restore(ctx, tx, who, actor, m)
		if err != nil {
			return err
		}
		return s.close(ctx, tx, m, audit.HijackEnd, "release")
	})
	return out, errors.Join(err, lost)
}

// rested reports whether nobody acted for so long that somebody else may be at the browser.
func (m running) rested(now time.Time) bool {
	return m.LastSeenAt != nil && now.Sub(*m.LastSeenAt) >= idleRelease
}

func runningOf(ctx context.Context, tx *pg.PlatformTx, who session.Session) (m running, err error) {
	switch {
	case who.Kind == session.Masquerade:
		m, err = byID(ctx, tx, *who.MasqueradeID)
	case who.IsParent:
		m, err = byParent(ctx, tx, who.IDHash)
	default:
		return m, errNothingHere
	}
	if errors.Is(err, pg.ErrNoRow) {
		return m, errNothingHere
	}
	return m, err
}

// again answers a second release of the same masquerade within a minute as the first one.
func (s *Service) again(ctx context.Context, token string) (out Released, err error) {
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		m, err := wasReleased(ctx, tx, secret.Hash(token), tx.Now().Add(-time.Minute))
		if errors.Is(err, pg.ErrNoRow) {
			return session.ErrGone
		}
		if err != nil {
			return err
		}
		actor, err := userOf(ctx, tx, m.ActorID)
		out = Released{Restored: new(actor.asPerson()), URL: s.returnURL(ctx, actor, m)}
		return err
	})
	if errors.Is(err, session.ErrGone) {
		return out, s.sessions.WhyNot(ctx, token)
	}
	return out, err
}

// mayReturn reports whether the actor's own session is still worth something.
func mayReturn(actor user, m running) bool {
	return actor.IsActive && !m.outlived(actor) && (actor.TenantStatus == nil || *actor.TenantStatus == tenant.Active) && m.ParentHash != nil
}

// outlived reports whether the actor has another password than at the start.
func (m running) outlived(actor user) bool {
	return actor.PasswordChangedAt != nil && actor.PasswordChangedAt.After(m.StartedAt)
}

// restore gives the actor's own session a new id where its host is the one that asks.
func (s *Service) restore(ctx context.Context, tx *pg.PlatformTx, who session.Session, actor user, m running) (Released, error) {
	out := Released{Restored: new(actor.asPerson()), URL: s.returnURL(ctx, actor, m)}
	if !sameHost(who, actor) {
		return out, s.sessions.Touch(ctx, tx, m.ParentHash)
	}
	token, hash := secret.New()
	out.Token = token
	return out, s.sessions.Restore(ctx, tx, m.ParentHash, hash)
}

func (s *Service) returnURL(ctx context.Context, actor user, m running) string {
	if actor.TenantID == nil && api.HostFrom(ctx).Kind != api.PlatformHost {
		return s.address("platform") + m.ReturnPath
	}
	return m.ReturnPath
}

// close ends a masquerade once: its session is dead and the record is complete. After a pause the actor's own session ends with it; else
// it was in use as long as the other. The record comes last, its chain stays locked until the end.
func (s *Service) close(ctx context.Context, tx *pg.PlatformTx, m running, action, why string) error {
	open, err := end(ctx, tx, m.ID, action, why)
	if err != nil || !open {
		return err
	}
	if err := s.endSessions(ctx, tx, m); err != nil {
		return err
	}
	actor, err := userOf(ctx, tx, m.ActorID)
	if err != nil {
		return err
	}
	subject, err := userOf(ctx, tx, m.SubjectID)
	if err != nil {
		return err
	}
	e := audit.Entry{
		Action: action, Result: audit.Allowed, TenantID: m.TenantID, Mode: string(m.Mode), Actor: actor.audit(), Subject: new(subject.audit()),
		MasqueradeID: m.ID.UUID(), SessionHash: m.SessionHash, Reason: m.Reason, Details: map[string]any{"ended_by": why},
	}
	if subject.TenantSlug != nil {
		e.TenantSlug = *subject.TenantSlug
	}
	return s.audit.Append(ctx, tx, e)
}

func (s *Service) endSessions(ctx context.Context, tx *pg.PlatformTx, m running) error {
	switch {
	case m.ChildHash == nil: // ended with the actor's own, or by the subject
		return nil
	case m.rested(tx.Now()):
		return s.sessions.EndParent(ctx, tx, m.ParentHash, m.ID.UUID())
	}
	return errors.Join(s.sessions.EndChild(ctx, tx, m.ChildHash), s.sessions.Touch(ctx, tx, m.ParentHash))
}

// Recheck decides on each request in a masquerade whether it may go on, from what was read with the session: it asks the database
// nothing more. A masquerade that may not is ended.
func (s *Service) Recheck(ctx context.Context, who session.Session) error {
	err := recheck(ctx, who)
	if err == nil {
		return nil
	}
	why := "changed"
	if f := fault.As(err); f != nil {
		why = f.Code
	}
	return errors.Join(s.endBy(ctx, who, audit.HijackTerminated, why), session.ErrMasqueradeEnded)
}

func recheck(ctx context.Context, who session.Session) error {
	if who.ActorPasswordChangedAt != nil && who.ActorPasswordChangedAt.After(*who.MasqueradeStartedAt) {
		return errActor
	}
	p := Pair{
		Actor:   Person{ID: who.ActorID.UUID(), TenantID: who.ActorTenantID, Role: *who.ActorRole, IsActive: *who.ActorIsActive, Mode: who.Mode},
		Subject: Person{ID: who.UserID.UUID(), TenantID: who.UserTenantID, Role: who.Role, IsActive: who.IsActive, IsTemporary: who.IsTemporary, Mode: who.Mode},
		// A deleted business's host resolves no more, and a suspended one ends its own people's sessions.
		ActorTenantActive: true,
	}
	if t, err := tenant.Of(ctx); err == nil {
		p.TenantSuspended = t.Status == tenant.Suspended
		p.ActorTenantActive = who.ActorTenantID == nil || t.Status == tenant.Active
	}
	return p.Check()
}

// End closes a masquerade whose actor signs out, here or at home: both sessions are over.
func (s *Service) End(ctx context.Context, who session.Session, why string) error {
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		m, err := runningOf(ctx, tx, who)
		if errors.Is(err, errNothingHere) {
			return nil
		}
		if err != nil {
			return err
		}
		return errors.Join(s.sessions.EndParent(ctx, tx, m.ParentHash, m.ID.UUID()), s.close(ctx, tx, m, audit.HijackEnd, why))
	})
}

func (s *Service) endBy(ctx context.Context, who session.Session, action, why string) error {
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		m, err := byID(ctx, tx, *who.MasqueradeID)
		if errors.Is(err, pg.ErrNoRow) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.close(ctx, tx, m, action, why)
	})
}

// Sweep closes masquerades whose time is over, and those whose session was ended.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		if err := pruneHandoffs(ctx, tx); err != nil {
			return err
		}
		all, err := over(ctx, tx, tx.Now().Add(-idleRelease))
		if err != nil {
			return err
		}
		for _, m := range all {
			action, why := audit.HijackExpired, "time"
			if m.ChildHash == nil && tx.Now().Before(m.ExpiresAt) {
				action = audit.HijackTerminated
				if why, err = whyGone(ctx, tx, m); err != nil {
					return err
				}
			}
			if err := s.close(ctx, tx, m, action, why); err != nil {
				return err
			}
		}
		return nil
	})
}

// whyGone says why a masquerade's session was ended with the actor's own: by a rule that would not let it go on, or by one of the two.
func whyGone(ctx context.Context, tx *pg.PlatformTx, m running) (string, error) {
	actor, err := userOf(ctx, tx, m.ActorID)
	if err != nil {
		return "", err
	}
	subject, err := userOf(ctx, tx, m.SubjectID)
	if err != nil {
		return "", err
	}
	return m.barred(actor, subject), nil
}

// barred names the rule by which the two may not go on, if there is one.
func (m running) barred(actor, subject user) string {
	f := fault.As(pair(actor, subject).Check())
	switch {
	case f != nil:
		return f.Code
	case m.outlived(actor):
		return errActor.Code
	}
	return "session_ended"
}
