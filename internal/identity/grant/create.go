package grant

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Create grants. What is refused is put on record too.
func (s *Service) Create(ctx context.Context, n New) (g Grant, err error) {
	who, err := session.Current(ctx)
	if err != nil {
		return Grant{}, err
	}
	n.Reason = strings.TrimSpace(n.Reason)
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		g, err = s.create(ctx, tx, who, n)
		return err
	})
	if f := fault.As(err); f != nil && f.Kind != fault.Unavailable {
		return Grant{}, errors.Join(s.denied(ctx, who, n, f.Code), err)
	}
	return g, err
}

func (s *Service) create(ctx context.Context, tx *pg.PlatformTx, who session.Session, n New) (Grant, error) {
	a, about, err := check(ctx, tx, who, n)
	if err != nil {
		return Grant{}, err
	}
	// Both rows stay as they are until the grant is there: neither may be deactivated or demoted meanwhile.
	grantee, err := partyOf(ctx, tx, n.GranteeID)
	if errors.Is(err, pg.ErrNoRow) {
		return Grant{}, fault.Unknown("body.grantee_id")
	}
	if err != nil {
		return Grant{}, err
	}
	if err := mayReceive(a, who, grantee, about); err != nil {
		return Grant{}, err
	}
	if err := checkTarget(ctx, tx, a, who, n, about.ID.UUID()); err != nil {
		return Grant{}, err
	}
	if err := checkLimits(ctx, tx, who, grantee); err != nil {
		return Grant{}, err
	}
	key := id.New[Grant]()
	if err := insert(ctx, tx, key, who.UserID, n, about.ID); err != nil {
		return Grant{}, err
	}
	g, err := byID(ctx, tx, key)
	if err != nil {
		return Grant{}, err
	}
	if err := s.Created(ctx, tx, g); err != nil {
		return Grant{}, err
	}
	if err := s.record(ctx, tx, "GRANT_CREATED", session.PersonOf(who), g); err != nil {
		return Grant{}, err
	}
	// No line, no grant: it is written last, when nothing but the commit itself can fail.
	return g, s.audit.Require(ctx, tx.Now(), audit.SecurityEvent{
		Event: "GRANT_CREATED", Result: audit.Allowed, UserID: who.UserID.UUID(), Email: who.Email, TenantSlug: about.Slug, Mode: string(who.Mode),
		Details: map[string]any{"grant_id": g.ID.String(), "grant_action": g.Action, "grantee_id": g.Grantee.ID.String()},
	})
}

// check finds the action and the business that a grant is about, and whether the grantor holds what it gives there.
func check(ctx context.Context, tx *pg.PlatformTx, who session.Session, n New) (a Action, about tenant.Tenant, err error) {
	a, ok := Find(n.Action)
	if !ok {
		return a, about, errUnknownAction
	}
	if l := utf8.RuneCountInString(n.Reason); l < 10 || l > 500 {
		return a, about, fault.At("body.reason", "Say why, in 10 to 500 characters.")
	}
	if n.GranteeID == who.UserID {
		return a, about, errSelf
	}
	if !slices.Contains(a.By, who.Role) {
		return a, about, errExceeds
	}
	key := n.TenantID
	if who.TenantID != nil {
		own := id.ID[tenant.Tenant](*who.TenantID)
		if key != nil && *key != own {
			return a, about, fault.ErrNotFound
		}
		key = &own
	}
	if key == nil {
		return a, about, fault.At("body.tenant_id", "Choose the business that this is about.")
	}
	about, err = tenant.ByID(ctx, tx, *key)
	if errors.Is(err, fault.ErrNotFound) {
		return a, about, fault.Unknown("body.tenant_id")
	}
	if err == nil && about.Status != tenant.Active {
		return a, about, fault.At("body.tenant_id", "This business is suspended. Reactivate it first.")
	}
	return a, about, err
}

// mayReceive keeps a grant to the roles of its list: on the platform, or in the business that it is about.
func mayReceive(a Action, who session.Session, grantee party, about tenant.Tenant) error {
	inTenant := grantee.TenantID != nil && *grantee.TenantID == about.ID.UUID()
	switch {
	case grantee.TenantID != nil && !inTenant: // another business's people don't exist here
		return fault.Unknown("body.grantee_id")
	case who.TenantID != nil && grantee.TenantID == nil && grantee.Role != role.PlatformSupport:
		return fault.Unknown("body.grantee_id")
	case !grantee.IsActive, !slices.Contains(a.To, grantee.Role):
		return errGrantee
	case grantee.Role == role.PlatformSales && !about.IsDemo:
		return errGrantee
	}
	return nil
}

// checkTarget holds the named user to those to whom the grantor may do it themselves: the ones below them.
func checkTarget(ctx context.Context, tx *pg.PlatformTx, a Action, who session.Session, n New, tenantID uuid.UUID) error {
	switch {
	case !a.NeedsTarget && n.TargetUserID == nil:
		return nil
	case !a.NeedsTarget:
		return fault.At("body.target_user_id", "This action is not about one user. Leave this out.")
	case n.TargetUserID == nil:
		return fault.At("body.target_user_id", "Name the user whom this is about.")
	}
	target, err := partyOf(ctx, tx, *n.TargetUserID)
	if errors.Is(err, pg.ErrNoRow) || err == nil && (target.TenantID == nil || *target.TenantID != tenantID) {
		return fault.Unknown("body.target_user_id")
	}
	if err == nil && !who.Role.Outranks(target.Role) {
		return errExceeds
	}
	return err
}

func checkLimits(ctx context.Context, tx *pg.PlatformTx, who session.Session, grantee party) error {
	active, today, err := counts(ctx, tx, grantee.ID, who.UserID, tx.Now().Add(-24*time.Hour))
	switch {
	case err != nil:
		return err
	case active >= maxActive:
		return errTooManyActive
	case today >= maxCreated:
		return errTooManyToday
	}
	return nil
}

// denied puts on record that a grant was refused, and why.
func (s *Service) denied(ctx context.Context, who session.Session, n New, code string) error {
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		return s.audit.Append(ctx, tx, audit.Entry{
			Action: "GRANT_DENIED", Result: audit.Denied, TenantID: who.TenantID, TenantSlug: slugOf(ctx), Mode: string(who.Mode), Actor: session.PersonOf(who),
			RequestedID: n.GranteeID.String(), Reason: n.Reason, DenyCode: code, Details: map[string]any{"grant_action": n.Action},
		})
	})
}

func slugOf(ctx context.Context) string {
	t, err := tenant.Of(ctx)
	if err != nil {
		return ""
	}
	return t.Slug
}

// record puts on record what happened to a grant.
func (s *Service) record(ctx context.Context, tx *pg.PlatformTx, action string, by audit.Person, g Grant) error {
	b := brief{ID: g.ID, Action: g.Action, Reason: g.Reason, GranteeID: g.Grantee.ID}
	if g.TenantID != nil {
		b.TenantID = new(g.TenantID.UUID())
	}
	e := b.entry(action, by)
	e.Subject.Email, e.Subject.Role = g.Grantee.Email, string(g.Grantee.Role)
	return s.audit.Append(ctx, tx, e)
}

// brief is what the record says about a grant.
type brief struct {
	ID        id.ID[Grant]        `db:"id"`
	TenantID  *uuid.UUID          `db:"tenant_id"`
	Action    string              `db:"action"`
	Reason    string              `db:"reason"`
	GranteeID id.ID[account.User] `db:"grantee_id"`
}

func (b brief) entry(action string, by audit.Person) audit.Entry {
	return audit.Entry{
		Action: action, Result: audit.Allowed, Mode: string(pg.Live), TenantID: b.TenantID, Actor: by, Reason: b.Reason,
		Subject: &audit.Person{ID: b.GranteeID.UUID()}, Details: map[string]any{"grant_id": b.ID.String(), "grant_action": b.Action},
	}
}
