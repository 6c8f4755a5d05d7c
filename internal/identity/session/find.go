package session

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// Find returns the session of a token on the request's host, its user and who really acts: in one round trip.
func (s *Service) Find(ctx context.Context, token string) (Session, error) {
	where, err := place(ctx)
	if err != nil {
		return Session{}, err
	}
	found, err := s.read(ctx, where, secret.Hash(token))
	if errors.Is(err, pg.ErrNoRow) {
		return Session{}, s.whyNot(ctx, where, secret.Hash(token))
	}
	if err != nil {
		return Session{}, err
	}
	now := s.db.Now()
	if found.Kind != Masquerade && !found.IsActive {
		return Session{}, errUnauthenticated
	}
	if !found.lives(now) {
		if found.Kind == Masquerade {
			return Session{}, ErrMasqueradeEnded
		}
		return Session{}, errExpired
	}
	return found, nil
}

// lives reports whether the session's time is not over. One in whose name another acts rests meanwhile.
func (s Session) lives(now time.Time) bool {
	return now.Before(s.ExpiresAt) && (s.IsParent || now.Sub(s.LastSeenAt) < s.idle())
}

func (s *Service) read(ctx context.Context, where *uuid.UUID, hash []byte) (Session, error) {
	args := pg.Args{"id_hash": hash, "tenant_id": where, "host": api.HostFrom(ctx).Name, "now": s.db.Now()}
	if where == nil {
		return pg.OnePlatform[Session](ctx, s.db, byTokenPlatformSQL, args)
	}
	return pg.OneShared[Session](ctx, s.db, *where, byTokenSQL, args)
}

// whyNot tells a cookie of a tenant's person on the platform's host, and one that was good once, from nonsense.
func (s *Service) whyNot(ctx context.Context, where *uuid.UUID, hash []byte) error {
	var trace trace
	err := s.db.InPlace(ctx, where, func(tx pg.PlaceTx) error {
		var err error
		trace, err = traceOf(ctx, tx, where, hash)
		return err
	})
	switch {
	case err != nil:
		return err
	case trace.Elsewhere:
		return errCleared
	case trace.IsOver:
		return ErrMasqueradeEnded
	case trace.DeadUser != nil:
		s.security(ctx, "SESSION_REPLAY", "denied", trace.user())
	}
	if trace.IsRecent {
		return errReplaced
	}
	return errUnauthenticated
}

// onTheWay is how long after the end of a session calls may still come that were sent before the browser had another cookie. Their
// refusal leaves the cookie alone: it would take that other one away.
const onTheWay = time.Minute

// touch notes that the session is in use, at most once a minute.
func (s *Service) touch(ctx context.Context, found Session) error {
	if s.db.Now().Sub(found.LastSeenAt) < time.Minute {
		return nil
	}
	return s.db.InPlace(ctx, api.HostFrom(ctx).Place(), func(tx pg.PlaceTx) error { return seen(ctx, tx, found.IDHash) })
}

// Authenticate is the edge's question about each call. A cookie that is good for nothing here is cleared.
func (s *Service) Authenticate(w http.ResponseWriter, r *http.Request, op api.Op) (context.Context, error) {
	ctx := r.Context()
	closed := suspended(ctx) && op.Also&api.SuspendedTenant == 0
	if op.Needs == authz.Public {
		if closed {
			return ctx, fault.ErrNotFound
		}
		return s.visiting(w, r), nil
	}
	found, err := s.find(w, r)
	switch {
	case err != nil && suspended(ctx) && !strings.HasPrefix(r.URL.Path, api.Prefix+"/auth/"):
		return ctx, fault.ErrNotFound
	case err != nil:
		return ctx, err
	}
	ctx = s.actor(ctx, found)
	tell(w, found)
	return ctx, s.admit(ctx, found, op, closed)
}

// visiting is the context of a call of a business's public pages. They are the same for everybody; but who acts as somebody else is
// told so there too, and what they do is on record. They may no more than the public.
func (s *Service) visiting(w http.ResponseWriter, r *http.Request) context.Context {
	ctx := r.Context()
	token := s.opts.Cookie.Read(r)
	if token == "" || !strings.HasPrefix(r.URL.Path, api.Prefix+"/public/") {
		return ctx
	}
	found, err := s.read(ctx, api.HostFrom(ctx).Place(), secret.Hash(token))
	if err != nil || found.Kind != Masquerade || !found.lives(s.db.Now()) || s.Recheck(ctx, found) != nil || s.touch(ctx, found) != nil {
		return ctx
	}
	tell(w, found)
	a := authz.NewActor(found.UserID.UUID())
	a.ActedBy = found.ActorID.UUID()
	return context.WithValue(authz.NewContext(ctx, a), key{}, found)
}

// tell says in the answer that somebody acts as another, also to pages that do not know yet.
func tell(w http.ResponseWriter, found Session) {
	if found.Kind == Masquerade {
		w.Header().Set("X-Masquerade", "active")
	}
}

// find reads the cookie's session, and ends a masquerade that may not go on.
func (s *Service) find(w http.ResponseWriter, r *http.Request) (Session, error) {
	token := s.opts.Cookie.Read(r)
	if token == "" {
		return Session{}, errUnauthenticated
	}
	found, err := s.Find(r.Context(), token)
	if err == nil && found.Kind == Masquerade {
		err = s.Recheck(r.Context(), found)
	}
	if err == nil {
		err = s.touch(r.Context(), found)
	}
	if f := fault.As(err); f != nil && f.Kind == fault.Unauthenticated && f != errReplaced {
		gone := s.opts.Cookie.cleared()
		http.SetCookie(w, &gone)
	}
	return found, err
}

// Of returns the session of a request's cookie.
func (s *Service) Of(r *http.Request) (Session, error) {
	return s.Find(r.Context(), s.opts.Cookie.Read(r))
}

// IsOpen reports whether the request comes from somebody whom a suspended business's host admits: its owner, or who acts there.
func (s *Service) IsOpen(r *http.Request) bool {
	found, err := s.Of(r)
	return err == nil && (found.Role == role.TenantOwner || found.Kind == Masquerade)
}

// suspended reports whether the business of the request's host is suspended.
func suspended(ctx context.Context) bool {
	t, err := tenant.Of(ctx)
	return err == nil && t.Status == tenant.Suspended
}

// admit refuses what the session's state does not allow.
func (s *Service) admit(ctx context.Context, found Session, op api.Op, closed bool) error {
	switch {
	case op.OnlySelf && found.Kind == Masquerade:
		return s.blocked(ctx, op)
	case closed && (found.Kind != Masquerade || !op.Reads()):
		return fault.ErrNotFound
	case suspended(ctx) && found.Kind != Masquerade && found.Role != role.TenantOwner:
		return fault.ErrNotFound
	case found.Kind == Pending && op.Also&api.PendingMFA == 0:
		return errPending
	case found.IsParent && op.Also&api.Acting == 0:
		return errActing
	case op.Reauth && !found.IsRecent(s.db.Now()):
		return ErrReauth
	}
	return nil
}

// actor says who asks: the user with what their role, their switches and their grants give.
func (s *Service) actor(ctx context.Context, found Session) context.Context {
	a := authz.NewActor(found.UserID.UUID(), s.held(found)...)
	if found.Kind == Masquerade {
		a.ActedBy = found.ActorID.UUID() // a grant binds to the real person and does not widen the subject's rights
	} else {
		a = a.WithGrants(s.grantsOf(found))
	}
	return context.WithValue(authz.NewContext(ctx, a), key{}, found)
}

// held lists what the session gives: to whoever acts as another without what is the person's own.
func (s *Service) held(found Session) []authz.Permission {
	if found.Kind != Masquerade {
		return found.Permissions()
	}
	return slices.DeleteFunc(found.Permissions(), s.IsPersonal)
}

func (s *Service) grantsOf(found Session) (all []authz.Grant) {
	for _, g := range found.Grants {
		p, ok := s.Granted(g.Action, g.GrantorRole)
		if ok && found.Role.Code(p) == role.Granted {
			all = append(all, authz.Grant{ID: g.ID, Permission: p, TenantID: g.TenantID, TargetID: g.TargetID})
		}
	}
	return all
}
