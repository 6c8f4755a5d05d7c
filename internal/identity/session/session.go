// Package session signs people in and out and says, on each request, who is asking.
package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Session is one signed-in browser: a row joined with its user on each request.
type Session struct {
	IDHash     []byte              `db:"id_hash"`
	UserID     id.ID[account.User] `db:"user_id"`
	TenantID   *uuid.UUID          `db:"tenant_id"`
	Mode       pg.Mode             `db:"mode"`
	LastSeenAt time.Time           `db:"last_seen_at"`
	ExpiresAt  time.Time           `db:"expires_at"`
	UserName   string              `db:"user_name"`
	Email      string              `db:"email"`
	Role       role.Role           `db:"role"`
}

var (
	errUnauthenticated = &fault.Error{Kind: fault.Unauthenticated, Code: "unauthenticated", Detail: "Sign in to continue."}
	errExpired         = &fault.Error{Kind: fault.Unauthenticated, Code: "session_expired", Detail: "Your session has ended. Sign in again."}
	errCredentials     = &fault.Error{Kind: fault.Unauthenticated, Code: "invalid_credentials", Detail: "The e-mail address or the password is not right."}
)

// lifetime is how long a session may rest and how long it may last at all.
type lifetime struct{ idle, absolute time.Duration }

const day = 24 * time.Hour

var lifetimes = map[role.Role]lifetime{
	role.Superuser: {30 * time.Minute, 12 * time.Hour}, role.PlatformManager: {30 * time.Minute, 12 * time.Hour},
	role.PlatformSales: {30 * time.Minute, 12 * time.Hour}, role.PlatformSupport: {30 * time.Minute, 12 * time.Hour},
	role.TenantOwner: {time.Hour, day}, role.TenantManager: {time.Hour, day},
	role.TenantStaff: {12 * time.Hour, 7 * day}, role.Customer: {7 * day, 30 * day},
}

// perUser is how many sessions a person may have; a new one ends the oldest.
const perUser = 10

// Service signs people in.
type Service struct {
	db     *pg.DB
	hasher *account.Hasher
	cookie Cookie
	secret []byte // keys the buckets of failed log-ins
}

// NewService returns the service.
func NewService(db *pg.DB, hasher *account.Hasher, cookie Cookie, secret []byte) *Service {
	return &Service{db, hasher, cookie, secret}
}

// place is where a session is valid: one tenant, or the platform (nil).
func place(ctx context.Context) (tenantID *uuid.UUID, err error) {
	switch h := api.HostFrom(ctx); h.Kind {
	case api.TenantHost:
		return &h.Tenant.ID, nil
	case api.PlatformHost:
		return nil, nil
	default:
		return nil, fault.ErrNotFound
	}
}

// LogIn checks the credentials on the request's host and starts a session. Every failure looks the same,
// and an unknown address costs as much as a wrong password.
func (s *Service) LogIn(ctx context.Context, email, password, ip, userAgent string) (token string, session Session, err error) {
	where, err := place(ctx)
	if err != nil {
		return "", Session{}, err
	}
	buckets := s.buckets(api.HostFrom(ctx).Name, account.NormalEmail(email), ip)
	if err := s.checkThrottle(ctx, buckets); err != nil {
		return "", Session{}, err
	}
	user, err := s.candidate(ctx, where, account.NormalEmail(email))
	if err != nil {
		return "", Session{}, err
	}
	ok := false
	if utf8.RuneCountInString(password) <= 128 {
		if ok, err = s.hasher.Matches(ctx, password, user.Hash); err != nil {
			return "", Session{}, err
		}
	}
	if !ok {
		if err := s.countFailure(ctx, buckets); err != nil {
			return "", Session{}, err
		}
		return "", Session{}, errCredentials
	}
	return s.start(ctx, where, user, buckets, ip, userAgent)
}

func (s *Service) start(ctx context.Context, where *uuid.UUID, user candidate, buckets []bucket, ip, userAgent string) (string, Session, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand.Read ends the program rather than return an error
	token := base64.RawURLEncoding.EncodeToString(raw)
	var session Session
	err := s.in(ctx, where, func(tx shared) error {
		// Again: guesses sent all at once pass the first check together.
		if err := blocked(ctx, tx, buckets); err != nil {
			return err
		}
		if err := forgive(ctx, tx, buckets); err != nil {
			return err
		}
		if err := endOldest(ctx, tx, user.ID); err != nil {
			return err
		}
		var err error
		session, err = insert(ctx, tx, newSession{
			idHash: hashToken(token), user: user, tenantID: where, mode: pg.Live,
			expiresAt: tx.Now().Add(lifetimes[user.Role].absolute), ip: ip, userAgent: truncate(userAgent, 256),
		})
		return err
	})
	return token, session, err
}

// Find returns the session of a token on the request's host, in one round trip, or errUnauthenticated.
func (s *Service) Find(ctx context.Context, token string) (Session, error) {
	where, err := place(ctx)
	if err != nil {
		return Session{}, err
	}
	var found Session
	args := pg.Args{"id_hash": hashToken(token)}
	if where != nil {
		found, err = pg.OneShared[Session](ctx, s.db, *where, byTokenSQL, args)
	} else {
		found, err = pg.OnePlatform[Session](ctx, s.db, byTokenOfPlatformSQL, args)
	}
	if errors.Is(err, pg.ErrNoRow) {
		return Session{}, errUnauthenticated
	}
	if err != nil {
		return Session{}, err
	}
	now := s.db.Now()
	if !now.Before(found.ExpiresAt) || now.Sub(found.LastSeenAt) >= lifetimes[found.Role].idle {
		return Session{}, errExpired
	}
	return found, s.touch(ctx, where, found, now)
}

// touch notes that the session is in use, at most once a minute.
func (s *Service) touch(ctx context.Context, where *uuid.UUID, found Session, now time.Time) error {
	if now.Sub(found.LastSeenAt) < time.Minute {
		return nil
	}
	return s.in(ctx, where, func(tx shared) error { return seen(ctx, tx, found.IDHash) })
}

// LogOut ends the session of a token; a token without one is fine.
func (s *Service) LogOut(ctx context.Context, token string) error {
	where, err := place(ctx)
	if err != nil {
		return err
	}
	return s.in(ctx, where, func(tx shared) error { return end(ctx, tx, hashToken(token)) })
}

// Authenticate is the edge's question on each request that isn't public. A cookie that is good for nothing here is cleared.
func (s *Service) Authenticate(w http.ResponseWriter, r *http.Request) (context.Context, error) {
	token := s.cookie.read(r)
	if token == "" {
		return nil, errUnauthenticated
	}
	found, err := s.Find(r.Context(), token)
	if err != nil {
		if fault.As(err) != nil && fault.As(err).Kind == fault.Unauthenticated {
			http.SetCookie(w, s.cookie.cleared())
		}
		return nil, err
	}
	ctx := authz.NewContext(r.Context(), authz.NewActor(found.UserID.UUID(), found.Role.Permissions()...))
	return context.WithValue(ctx, key{}, found), nil
}

type key struct{}

// From returns the session of the request.
func From(ctx context.Context) (Session, bool) {
	s, ok := ctx.Value(key{}).(Session)
	return s, ok
}

// Business is the tenant as its own people see it.
type Business struct {
	ID       id.ID[tenant.Tenant] `json:"id"`
	Slug     string               `json:"slug"`
	Name     string               `json:"name"`
	Currency string               `json:"currency"`
}

// shared is a transaction on the rows of the session's place.
type shared interface {
	pg.Querier
	Now() time.Time
}

// in opens a transaction on one tenant's shared rows, or on the platform's.
func (s *Service) in(ctx context.Context, where *uuid.UUID, f func(shared) error) error {
	if where == nil {
		return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error { return f(tx) })
	}
	return s.db.InShared(ctx, *where, func(tx *pg.SharedTx) error { return f(tx) })
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func truncate(s string, n int) string {
	s = strings.ToValidUTF8(s, "?") // headers may hold any bytes, the database not
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
