// Package console changes businesses: on the platform's host those that the caller may know of, on a business's own host that one.
package console

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/grant"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/signup"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Service changes businesses.
type Service struct {
	db       *pg.DB
	audit    *audit.Log
	tenants  *tenant.Service
	sessions *session.Service
	grants   *grant.Service

	// StartSignup begins to make a business for its owner, who is then invited.
	StartSignup func(ctx context.Context, tx *pg.PlatformTx, r signup.Requested) (signup.Signup, error)
}

// NewService returns the service.
func NewService(db *pg.DB, log *audit.Log, tenants *tenant.Service, sessions *session.Service, grants *grant.Service) *Service {
	return &Service{db: db, audit: log, tenants: tenants, sessions: sessions, grants: grants}
}

var (
	errNoDemo    = &fault.Error{Kind: fault.Invalid, Code: "not_a_demo", Detail: "Only a demo ends by itself and can be extended."}
	errDemoEnded = &fault.Error{Kind: fault.Conflict, Code: "demo_ended", Detail: "The time of this demo is over. Extend it first, then reactivate it."}
	errForbidden = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "Your role doesn't allow this. Ask the owner of the business if you need it."}
)

// known finds a business that the caller may know of, and keeps it from other changes until the transaction ends.
func known(ctx context.Context, tx *pg.PlatformTx, key id.ID[tenant.Tenant]) (tenant.Tenant, error) {
	t, err := tenant.ForChange(ctx, tx, key)
	if err != nil {
		return t, err
	}
	return t, t.Known(ctx)
}

// Change gives a business another name, another tier or both.
func (s *Service) Change(ctx context.Context, tx *pg.PlatformTx, key id.ID[tenant.Tenant], c Change) (tenant.Detail, error) {
	t, err := known(ctx, tx, key)
	if err != nil {
		return tenant.Detail{}, err
	}
	details := map[string]any{}
	if c.Name != nil {
		details["name_from"], details["name_to"] = t.Name, strings.TrimSpace(*c.Name)
		t.Name = strings.TrimSpace(*c.Name)
	}
	if c.Tier != nil {
		details["tier_from"], details["tier_to"] = t.Tier, *c.Tier
		t.Tier = *c.Tier
	}
	if err := checkName(t.Name); err != nil {
		return tenant.Detail{}, err
	}
	if len(details) == 0 {
		return s.tenants.Detail(ctx, tx, key)
	}
	return s.saved(ctx, tx, t, "TENANT_CHANGED", "", details)
}

func checkName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > 200 {
		return fault.At("body.name", "Give the business a name of at most 200 characters.")
	}
	return nil
}

// saved stores the business, puts the change on record and shows what it is now.
func (s *Service) saved(ctx context.Context, tx *pg.PlatformTx, t tenant.Tenant, action, reason string, details map[string]any) (tenant.Detail, error) {
	if err := s.save(ctx, tx, t, action, reason, details); err != nil {
		return tenant.Detail{}, err
	}
	return s.tenants.Detail(ctx, tx, t.ID)
}

func (s *Service) save(ctx context.Context, tx *pg.PlatformTx, t tenant.Tenant, action, reason string, details map[string]any) error {
	t, err := s.tenants.Save(ctx, tx, t)
	if err != nil {
		return err
	}
	e := audit.Entry{
		Action: action, Result: audit.Allowed, TenantID: new(t.ID.UUID()), TenantSlug: t.Slug, Mode: string(pg.Live), Actor: actor(ctx), Reason: reason, Details: details,
	}
	if who, ok := session.From(ctx); ok && who.Kind == session.Masquerade {
		e.Subject = new(session.PersonOf(who))
	}
	return s.audit.Append(ctx, tx, e)
}

// actor is who really asks; nobody where time does it.
func actor(ctx context.Context) audit.Person {
	who, ok := session.From(ctx)
	switch {
	case !ok:
		return audit.Person{}
	case who.Kind == session.Masquerade:
		return audit.Person{ID: who.ActorID.UUID(), Email: *who.ActorEmail, Role: string(*who.ActorRole)}
	}
	return session.PersonOf(who)
}

// Suspend closes a business: its people's sessions end, and the grants on it. Its owner may sign in and see why.
func (s *Service) Suspend(ctx context.Context, tx *pg.PlatformTx, key id.ID[tenant.Tenant], reason string) (tenant.Detail, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < 10 || n > 500 {
		return tenant.Detail{}, fault.At("body.reason", "Say why, in 10 to 500 characters. The owner of the business sees it.")
	}
	t, err := known(ctx, tx, key)
	if err != nil {
		return tenant.Detail{}, err
	}
	if t.Status == tenant.Suspended {
		return s.tenants.Detail(ctx, tx, key)
	}
	if err := s.suspend(ctx, tx, t, reason); err != nil {
		return tenant.Detail{}, err
	}
	return s.tenants.Detail(ctx, tx, key)
}

func (s *Service) suspend(ctx context.Context, tx *pg.PlatformTx, t tenant.Tenant, reason string) error {
	t.Status, t.StatusReason = tenant.Suspended, &reason
	if err := s.sessions.EndOfTenant(ctx, tx, t.ID.UUID()); err != nil {
		return err
	}
	if err := s.grants.RevokeOfTenant(ctx, tx, t.ID.UUID(), actor(ctx), "The business was suspended."); err != nil {
		return err
	}
	return s.save(ctx, tx, t, "TENANT_SUSPENDED", reason, nil)
}

// Reactivate opens a suspended business again.
func (s *Service) Reactivate(ctx context.Context, tx *pg.PlatformTx, key id.ID[tenant.Tenant]) (tenant.Detail, error) {
	t, err := known(ctx, tx, key)
	switch {
	case err != nil:
		return tenant.Detail{}, err
	case t.Status == tenant.Active:
		return s.tenants.Detail(ctx, tx, key)
	case t.IsDemo && t.ExpiresAt != nil && !tx.Now().Before(*t.ExpiresAt):
		return tenant.Detail{}, errDemoEnded
	}
	t.Status, t.StatusReason = tenant.Active, nil
	return s.saved(ctx, tx, t, "TENANT_REACTIVATED", "", nil)
}

// Extend lets a demo go on for some days more: from its end, or from now where it has ended, and to 60 days after it was made at most.
func (s *Service) Extend(ctx context.Context, tx *pg.PlatformTx, key id.ID[tenant.Tenant], days int) (tenant.Detail, error) {
	t, err := known(ctx, tx, key)
	if err != nil {
		return tenant.Detail{}, err
	}
	if !t.IsDemo {
		return tenant.Detail{}, errNoDemo
	}
	from := tx.Now()
	if t.ExpiresAt != nil && t.ExpiresAt.After(from) {
		from = *t.ExpiresAt
	}
	until := from.AddDate(0, 0, days)
	if last := t.CreatedAt.Add(tenant.DemoMaxTime); until.After(last) {
		return tenant.Detail{}, fault.At("body.days", "A demo lasts 60 days at most: this one to %s.", last.UTC().Format(time.DateOnly))
	}
	t.ExpiresAt = &until
	return s.saved(ctx, tx, t, "TENANT_EXTENDED", "", map[string]any{"days": days, "expires_at": until.UTC().Format(time.RFC3339)})
}

// Create begins to make a business. Those who know demos alone make demos alone.
func (s *Service) Create(ctx context.Context, tx *pg.PlatformTx, n New) (signup.Signup, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return signup.Signup{}, err
	}
	return s.StartSignup(ctx, tx, signup.Requested{
		New:    signup.New{BusinessName: n.Name, Slug: n.Slug, Email: n.OwnerEmail, TimeZone: n.TimeZone, Currency: n.Currency},
		IsDemo: n.IsDemo || !authz.From(ctx).Can(role.TenantsAll), By: who.UserID,
	})
}

// EndDemos suspends the demos whose time is over, each in a transaction of its own.
func (s *Service) EndDemos(ctx context.Context) error {
	for more := true; more; {
		err := s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
			t, err := tenant.Ended(ctx, tx)
			if more = err == nil; more {
				err = s.suspend(ctx, tx, t, "The demo has ended.")
			} else if errors.Is(err, pg.ErrNoRow) {
				err = nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// own is the business of the request's host, for somebody who may change its settings: by role, or by a grant, which is then noted as used.
func own(ctx context.Context) (tenant.Tenant, error) {
	t, err := tenant.Of(ctx)
	if err == nil && !authz.From(ctx).May(role.SettingsWrite, new(t.ID.UUID()), nil) {
		err = errForbidden
	}
	return t, err
}

// Settings returns what the business's people may change of it.
func (s *Service) Settings(ctx context.Context, tx *pg.PlatformTx) (Business, error) {
	t, err := own(ctx)
	if err != nil {
		return Business{}, err
	}
	if t, err = tenant.ByID(ctx, tx, t.ID); err != nil { // the host's is up to five seconds old
		return Business{}, err
	}
	return businessOf(t), nil
}

// Rename gives the business of the request's host another name.
func (s *Service) Rename(ctx context.Context, tx *pg.PlatformTx, name string) (Business, error) {
	t, err := own(ctx)
	if err != nil {
		return Business{}, err
	}
	name = strings.TrimSpace(name)
	if err := checkName(name); err != nil {
		return Business{}, err
	}
	if t, err = tenant.ForChange(ctx, tx, t.ID); err != nil {
		return Business{}, err
	}
	details := map[string]any{"name_from": t.Name, "name_to": name}
	t.Name = name
	return businessOf(t), s.save(ctx, tx, t, "TENANT_CHANGED", "", details)
}

// AskFactor sets whether those who work in the business of the request's host must have a second factor. Who has none sets one up at
// their next sign-in (spec identity 4d.5).
func (s *Service) AskFactor(ctx context.Context, tx *pg.PlatformTx, of bool) (Business, error) {
	t, err := own(ctx)
	if err != nil {
		return Business{}, err
	}
	if t, err = tenant.ForChange(ctx, tx, t.ID); err != nil {
		return Business{}, err
	}
	if t.StaffNeedMFA == of {
		return businessOf(t), nil
	}
	t.StaffNeedMFA = of
	return businessOf(t), s.save(ctx, tx, t, "TENANT_CHANGED", "", map[string]any{"staff_need_mfa": of})
}
