package masquerade

import (
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// Person is a user as the rules see them.
type Person struct {
	ID          uuid.UUID
	TenantID    *uuid.UUID
	Role        role.Role
	IsActive    bool // neither deactivated, nor locked, nor anonymised
	IsTemporary bool
	Mode        pg.Mode
}

// Pair is who wants to act, and as whom.
type Pair struct {
	Actor, Subject Person
	// TenantSuspended and ActorTenantActive are of their businesses.
	TenantSuspended   bool
	TenantDeleted     bool
	ActorTenantActive bool
}

// The refusals, each with the code that the record gives (spec identity 4a.2).
var (
	errChannel     = &fault.Error{Kind: fault.Forbidden, Code: "bad_channel", Detail: "Acting as somebody else takes a complete sign-in in a browser."}
	errActor       = &fault.Error{Kind: fault.Unauthenticated, Code: "actor_inactive", Detail: "Your account is not active. Sign in again."}
	errDepth       = &fault.Error{Kind: fault.Conflict, Code: "depth", Detail: "You are acting as somebody else already. Return to your own account first."}
	errAlready     = &fault.Error{Kind: fault.Conflict, Code: "already_masquerading", Detail: "You are acting as somebody else in another window. Return to your own account first."}
	errSelf        = &fault.Error{Kind: fault.Forbidden, Code: "self", Detail: "You can't act as yourself."}
	errInactive    = &fault.Error{Kind: fault.Forbidden, Code: "target_inactive", Detail: "This account is not active, so nobody can act as it."}
	errSuperuser   = &fault.Error{Kind: fault.Forbidden, Code: "target_superuser", Detail: "Only a superuser can act as a superuser."}
	errMatrix      = &fault.Error{Kind: fault.Forbidden, Code: "matrix", Detail: "Your role can't act as a person of this role."}
	errMode        = &fault.Error{Kind: fault.Forbidden, Code: "mode", Detail: "Live sessions can act as live users only, test sessions as test users."}
	errReason      = &fault.Error{Kind: fault.Invalid, Code: "reason_required", Detail: "Say why, in 10 to 500 characters.", Fields: []fault.Field{{Location: "body.reason", Message: "Say why, in 10 to 500 characters. The business sees it."}}}
	errRate        = &fault.Error{Kind: fault.TooMany, Code: "rate", Detail: "You have started this 20 times within an hour. Wait a little.", RetryAfter: 10 * time.Minute}
	errNotFound    = fault.ErrNotFound
	errNothingHere = &fault.Error{Kind: fault.Conflict, Code: "not_masquerading", Detail: "You are not acting as anybody else."}
)

// Check decides whether the pair may be, now: rules 2 and 5 to 10, in their order. It is asked at the start and on every request after.
func (p Pair) Check() error {
	switch {
	case !p.Actor.IsActive || !p.ActorTenantActive:
		return errActor
	case p.Actor.ID == p.Subject.ID:
		return errSelf
	case !p.knows():
		return errNotFound
	case !p.Subject.IsActive:
		return errInactive
	case p.Subject.Role == role.Superuser && p.Actor.Role != role.Superuser:
		return errSuperuser
	case !p.matrix():
		return errMatrix
	case p.Actor.Mode != p.Subject.Mode:
		return errMode
	}
	return nil
}

// knows is rule 6: whom the actor may know of at all. To be refused about somebody is to know that they exist.
func (p Pair) knows() bool {
	if p.TenantDeleted || p.TenantSuspended && p.Actor.Role != role.Superuser && p.Actor.Role != role.PlatformSupport {
		return false
	}
	switch p.Actor.Role {
	case role.Superuser, role.PlatformManager, role.PlatformSupport: // the platform's staff included
		return true
	case role.PlatformSales:
		return p.Subject.IsTemporary
	case role.TenantOwner, role.TenantManager, role.TenantStaff:
		return sameTenant(p.Actor.TenantID, p.Subject.TenantID)
	case role.Customer: // may list nobody
		return false
	}
	return false
}

// matrix is rule 9.
func (p Pair) matrix() bool {
	switch p.Actor.Role {
	case role.Superuser:
		return isKnown(p.Subject.Role)
	case role.PlatformSupport:
		return isTenantRole(p.Subject.Role)
	case role.PlatformSales:
		return isTenantRole(p.Subject.Role) && p.Subject.IsTemporary
	case role.TenantOwner:
		return p.Subject.Role == role.TenantStaff && sameTenant(p.Actor.TenantID, p.Subject.TenantID)
	case role.PlatformManager, role.TenantManager, role.TenantStaff, role.Customer:
		return false
	}
	return false
}

func isTenantRole(r role.Role) bool {
	return r == role.TenantOwner || r == role.TenantManager || r == role.TenantStaff || r == role.Customer
}

func isKnown(r role.Role) bool { return r.IsPlatform() || isTenantRole(r) }

func sameTenant(a, b *uuid.UUID) bool { return a != nil && b != nil && *a == *b }
