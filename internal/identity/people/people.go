// Package people administers accounts: who may change whom, on a business's host and on the platform's, by one set of rules.
package people

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/grant"
	"smoothschedule/internal/identity/masquerade"
	"smoothschedule/internal/identity/mfa"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// User is an account as those see it who administer it.
type User struct {
	ID          id.ID[account.User]  `json:"id"`
	Name        string               `json:"name"`
	Email       string               `json:"email" doc:"Empty where the caller may know of the platform's staff by name and role alone."`
	Role        role.Role            `json:"role"`
	Status      Status               `json:"status" enum:"ACTIVE,DEACTIVATED,LOCKED"`
	IsTemporary bool                 `json:"is_temporary" doc:"Made for a demo business."`
	Tenant      api.OrNull[Business] `json:"tenant" doc:"null for the platform's staff."`
	Switches    []authz.Permission   `json:"switches" doc:"What is switched on for this person beyond their role."`
	MFAEnrolled bool                 `json:"mfa_enrolled"`
	LastLoginAt *time.Time           `json:"last_login_at"`
	CreatedAt   *time.Time           `json:"created_at"`
	Can         Can                  `json:"can" doc:"What the caller may do with this user now."`
}

// Business is the tenant of a user.
type Business struct {
	ID   id.ID[tenant.Tenant] `json:"id"`
	Name string               `json:"name"`
	Slug string               `json:"slug"`
}

// Status says whether a user can sign in.
type Status string

// The states of an account.
const (
	Active      Status = "ACTIVE"
	Deactivated Status = "DEACTIVATED"
	Locked      Status = "LOCKED" // by an administrator, or after too many wrong passwords until a reset
)

// Can is what the caller may do with a user.
type Can struct {
	ChangeRole    []role.Role `json:"change_role" doc:"The roles that the caller may give."`
	Deactivate    bool        `json:"deactivate"`
	Reactivate    bool        `json:"reactivate"`
	ResetPassword bool        `json:"reset_password"`
	ResetMFA      bool        `json:"reset_mfa"`
	EndSessions   bool        `json:"end_sessions"`
	SetSwitches   bool        `json:"set_switches"`
	Masquerade    bool        `json:"masquerade"`
}

var (
	errLastOwner = &fault.Error{Kind: fault.Conflict, Code: "last_owner", Detail: "This is the last active account of its kind here. Make another one first."}
	errInactive  = &fault.Error{Kind: fault.Conflict, Code: "target_inactive", Detail: "This account is not active. Reactivate it first."}
	errGone      = &fault.Error{Kind: fault.Unauthenticated, Code: "unauthenticated", Detail: "Sign in to continue."}
)

// Service administers accounts.
type Service struct {
	db       *pg.DB
	audit    *audit.Log
	mfa      *mfa.Service
	sessions *session.Service
	grants   *grant.Service

	// PostReset mails a user the link for a new password.
	PostReset func(ctx context.Context, tx pg.PlaceTx, user account.User) error
	// MFAWasReset is told that somebody took away a user's second factors.
	MFAWasReset func(ctx context.Context, tx pg.PlaceTx, user account.User) error
}

// NewService returns the service.
func NewService(db *pg.DB, log *audit.Log, factors *mfa.Service, sessions *session.Service, grants *grant.Service) *Service {
	return &Service{db: db, audit: log, mfa: factors, sessions: sessions, grants: grants}
}

// row is a user in the database.
type row struct {
	ID            id.ID[account.User] `db:"id"`
	TenantID      *uuid.UUID          `db:"tenant_id"`
	Name          string              `db:"name"`
	Email         string              `db:"email"`
	Role          role.Role           `db:"role"`
	Switches      []authz.Permission  `db:"switches"`
	IsActive      bool                `db:"is_active"`
	IsLocked      bool                `db:"is_locked"`     // by an administrator
	IsLockedOut   bool                `db:"is_locked_out"` // by wrong passwords
	IsTemporary   bool                `db:"is_temporary"`
	MFAEnrolledAt *time.Time          `db:"mfa_enrolled_at"`
	LastLoginAt   *time.Time          `db:"last_login_at"`
	CreatedAt     time.Time           `db:"created_at"`
}

// person is a user with their business.
type person struct {
	row
	business *tenant.Tenant // nil for the platform's staff
}

func (p person) party() Party {
	return Party{
		ID: p.ID.UUID(), TenantID: p.TenantID, Role: p.Role, IsTemporary: p.IsTemporary,
		IsDemo: p.business != nil && p.business.IsDemo,
	}
}

func (p person) account() account.User {
	return account.User{ID: p.ID, TenantID: p.TenantID, Name: p.Name, Email: p.Email, Role: p.Role, CreatedAt: p.CreatedAt}
}

func (p person) audit() audit.Person {
	return audit.Person{ID: p.ID.UUID(), Email: p.Email, Role: string(p.Role)}
}

func (p person) slug() string {
	if p.business == nil {
		return ""
	}
	return p.business.Slug
}

func (p person) status() Status {
	switch {
	case !p.IsActive:
		return Deactivated
	case p.IsLocked || p.IsLockedOut:
		return Locked
	}
	return Active
}

// partyOf is the session's user as the rules see them.
func partyOf(who session.Session) Party {
	return Party{ID: who.UserID.UUID(), TenantID: who.UserTenantID, Role: who.Role, IsTemporary: who.IsTemporary}
}

// pairOf is for lists: a grant is looked at, not used.
func pairOf(who session.Session, p person) Pair {
	_, granted := grantFor(who, p)
	return Pair{Caller: partyOf(who), Target: p.party(), HasGrant: granted}
}

// grantFor finds the grant by which somebody may reset a user's second factor: one whose grantor may do so themselves, as of now.
func grantFor(who session.Session, p person) (uuid.UUID, bool) {
	for _, g := range who.Grants {
		gives, ok := grant.Granted(g.Action, g.GrantorRole)
		grantor := Pair{Caller: Party{TenantID: g.TenantID, Role: g.GrantorRole}, Target: p.party()}
		if ok && gives == role.UsersResetMFA && g.TargetID != nil && *g.TargetID == p.ID.UUID() && grantor.Check(ResetMFA) == nil {
			return g.ID, true
		}
	}
	return uuid.UUID{}, false
}

// show is the user as the caller may see them.
func show(who session.Session, p person) User {
	if p.TenantID == nil && namesOnly(who) {
		return p.byName()
	}
	pair := pairOf(who, p)
	self := who.Kind == session.Full // who acts as another changes nobody
	may := func(v Verb) bool { return self && pair.Check(v) == nil }
	u := User{
		ID: p.ID, Name: p.Name, Email: p.Email, Role: p.Role, Status: p.status(), IsTemporary: p.IsTemporary, Switches: p.Switches,
		MFAEnrolled: p.MFAEnrolledAt != nil, LastLoginAt: p.LastLoginAt, CreatedAt: &p.CreatedAt,
		Can: Can{
			ChangeRole: []role.Role{}, Deactivate: p.IsActive && may(Deactivate), Reactivate: !p.IsActive && may(Reactivate),
			ResetPassword: p.IsActive && may(ResetPassword), ResetMFA: p.MFAEnrolledAt != nil && may(ResetMFA), EndSessions: may(EndSessions),
			SetSwitches: may(SetSwitches), Masquerade: self && masqueradePair(who, p).May(),
		},
	}
	if self {
		u.Can.ChangeRole = pair.Roles()
	}
	if p.business != nil {
		u.Tenant.V = &Business{ID: p.business.ID, Name: p.business.Name, Slug: p.business.Slug}
	}
	return u
}

// namesOnly says whose view of the platform's staff ends with names and roles.
func namesOnly(who session.Session) bool { return who.Role == role.PlatformSupport }

// byName is what support sees of the platform's staff.
func (p person) byName() User {
	return User{ID: p.ID, Name: p.Name, Role: p.Role, Status: Active, Switches: []authz.Permission{}, Can: Can{ChangeRole: []role.Role{}}}
}

func masqueradePair(who session.Session, p person) masquerade.Pair {
	pair := masquerade.Pair{
		Actor: masquerade.Person{
			ID: who.UserID.UUID(), TenantID: who.UserTenantID, Role: who.Role, IsActive: who.IsActive, IsTemporary: who.IsTemporary, Mode: who.Mode,
		},
		Subject: masquerade.Person{
			ID: p.ID.UUID(), TenantID: p.TenantID, Role: p.Role, IsActive: p.IsActive && !p.IsLocked, IsTemporary: p.IsTemporary, Mode: pg.Live,
		},
		ActorTenantActive: true,
	}
	if p.business != nil {
		pair.TenantSuspended, pair.TenantDeleted = p.business.Status == tenant.Suspended, p.business.Status == tenant.Deleted
		pair.ActorTenantActive = who.TenantID == nil || p.business.Status == tenant.Active
	}
	return pair
}
