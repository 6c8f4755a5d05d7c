package session

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// Service signs people in.
type Service struct {
	db     *pg.DB
	hasher *account.Hasher
	mfa    *mfa.Service
	audit  *audit.Log
	opts   Options
	throttle
	passkeys *api.Limiter // of each address that begins to sign in by one

	// Recheck decides on each request whether a masquerade may go on; it ends one that may not.
	Recheck func(ctx context.Context, s Session) error
	// Granted lists what an action gives, if the grantor's role still may give it: of package grant.
	Granted func(action string, grantor role.Role) (p authz.Permission, ok bool)
	// EndMasquerade ends one whose person signs out.
	EndMasquerade func(ctx context.Context, s Session, why string) error
	// UseGrants puts on record that grants were made use of.
	UseGrants func(ctx context.Context, tx pg.Tx, ids []uuid.UUID) error
	// IsPersonal says which permissions are worth nothing to whoever acts as another.
	IsPersonal func(p authz.Permission) bool
	// PasswordLocked is told that a hundred failures in a row made a password worth nothing until it is reset.
	PasswordLocked func(ctx context.Context, tx pg.PlaceTx, s Session) error
	// FactorLocked is told that too many wrong codes closed a second factor.
	FactorLocked func(ctx context.Context, tx pg.PlaceTx, s Session) error
	// Enrolled is told that somebody has a new second factor.
	Enrolled func(ctx context.Context, tx pg.PlaceTx, s Session) error
	// NewDevice is told of a sign-in from a browser that was not seen before.
	NewDevice func(ctx context.Context, tx pg.PlaceTx, s Session) error
}

// Options are what the program's configuration says about signing in.
type Options struct {
	Cookie     Cookie
	Secret     []byte // keys what is stored of addresses
	RequireMFA bool   // of the platform's people and of owners
}

// passkeysPerMin is how often an address may begin to sign in by a passkey: each leaves a row for five minutes.
const passkeysPerMin = 60

// NewService returns the service.
func NewService(db *pg.DB, hasher *account.Hasher, factors *mfa.Service, log *audit.Log, opts Options) *Service {
	return &Service{db: db, hasher: hasher, mfa: factors, audit: log, opts: opts, throttle: throttle{secret: opts.Secret}, passkeys: api.NewLimiter(passkeysPerMin)}
}

// place is where a session is valid: one tenant, or the platform (nil).
func place(ctx context.Context) (tenantID *uuid.UUID, err error) {
	switch h := api.HostFrom(ctx); h.Kind {
	case api.TenantHost, api.PlatformHost:
		return h.Place(), nil
	default:
		return nil, fault.ErrNotFound
	}
}

// mfaGrace is how long the owner of a new business may do without a second factor.
const mfaGrace = 7 * day

// RequiresMFA reports whether a person of role r must have a second factor at the request's place: by the platform's rule, or by the
// owner's, who may ask it of those who work in the business.
func (s *Service) RequiresMFA(ctx context.Context, r role.Role, now time.Time) bool {
	t, err := tenant.Of(ctx)
	switch r {
	case role.TenantOwner:
		return s.opts.RequireMFA && (err != nil || now.Sub(t.CreatedAt) >= mfaGrace)
	case role.TenantManager, role.TenantStaff:
		return err == nil && t.StaffNeedMFA
	case role.Customer:
		return false
	case role.Superuser, role.PlatformManager, role.PlatformSales, role.PlatformSupport:
	}
	return s.opts.RequireMFA
}

type key struct{}

// From returns the session of the request.
func From(ctx context.Context) (Session, bool) {
	s, ok := ctx.Value(key{}).(Session)
	return s, ok
}

// Current returns the session of the request, or the answer for somebody who has none.
func Current(ctx context.Context) (Session, error) {
	s, ok := From(ctx)
	if !ok {
		return Session{}, errUnauthenticated
	}
	return s, nil
}

// happened writes to the security log what the transaction does, once it has committed: what is rolled back has not happened.
func (s *Service) happened(ctx context.Context, tx pg.Tx, event string, who Session) {
	tx.AfterCommit(func() { s.security(ctx, event, "allowed", who) })
}

// security writes what happened to the security log.
func (s *Service) security(ctx context.Context, event, result string, who Session) {
	ev := audit.SecurityEvent{Event: event, Result: result, UserID: who.UserID.UUID(), Email: who.Email, Mode: string(pg.Live)}
	if t, err := tenant.Of(ctx); err == nil {
		ev.TenantSlug = t.Slug
	}
	s.audit.Security(ctx, s.db.Now(), ev)
}
