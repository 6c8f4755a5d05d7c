package people

import (
	"slices"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
)

// Verb is something that one person does to another's account.
type Verb string

// The verbs.
const (
	ChangeRole    Verb = "change_role"
	Deactivate    Verb = "deactivate"
	Reactivate    Verb = "reactivate"
	ResetPassword Verb = "reset_password"
	ResetMFA      Verb = "reset_mfa"
	EndSessions   Verb = "end_sessions"
	SetSwitches   Verb = "set_switches"
)

// Party is a person as the rules see them.
type Party struct {
	ID          uuid.UUID
	TenantID    *uuid.UUID
	Role        role.Role
	IsTemporary bool
	IsDemo      bool // of a demo business
}

// Pair is who wants to change whom.
type Pair struct {
	Caller, Target Party
	HasGrant       bool // the caller may reset this target's second factor by a grant
}

var (
	errRank = &fault.Error{Kind: fault.Forbidden, Code: "rank_forbidden", Detail: "You can't change this account: nobody changes their own account here, nor one of their own rank or above."}
	errRole = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "Your role doesn't allow this. Ask the owner of the business if you need it."}
)

// needs are the permissions of a verb: on a business's host, on the platform's about the people of businesses, and there about staff.
var needs = map[Verb][3]authz.Permission{
	ChangeRole:    {role.PeopleRoles, role.UsersWrite, role.StaffWrite},
	Deactivate:    {role.PeopleDeactivate, role.UsersWrite, role.StaffWrite},
	Reactivate:    {role.PeopleDeactivate, role.UsersWrite, role.StaffWrite},
	ResetPassword: {role.PeopleResetPassword, role.UsersReset, role.StaffWrite},
	ResetMFA:      {role.PeopleResetMFA, role.UsersResetMFA, role.StaffWrite},
	EndSessions:   {role.PeopleEndSessions, role.UsersSessions, role.StaffWrite},
	SetSwitches:   {role.PeopleSwitches, role.UsersWrite, role.StaffWrite},
}

// Needs is the permission that a verb takes between the two.
func (p Pair) Needs(v Verb) authz.Permission {
	switch {
	case !p.Caller.Role.IsPlatform():
		return needs[v][0]
	case !p.Target.Role.IsPlatform():
		return needs[v][1]
	}
	return needs[v][2]
}

// Sees reports whether the caller may know of the target at all.
func (p Pair) Sees() bool {
	switch p.Caller.Role {
	case role.Superuser, role.PlatformManager, role.PlatformSupport:
		return true
	case role.PlatformSales:
		return p.Target.IsDemo || p.self()
	case role.TenantOwner, role.TenantManager:
		return p.Caller.TenantID != nil && p.Target.TenantID != nil && *p.Caller.TenantID == *p.Target.TenantID
	case role.TenantStaff, role.Customer:
		return false
	}
	return false
}

func (p Pair) self() bool { return p.Caller.ID == p.Target.ID }

// Check decides whether the caller may do v to the target: the letters of the table, then ranks, then the limits of each role.
func (p Pair) Check(v Verb) error {
	switch code := p.Caller.Role.Code(p.Needs(v)); {
	case !p.Sees():
		return fault.ErrNotFound
	case p.self() || !p.outranks(v):
		return errRank
	case code == role.None, code == role.Granted && !p.HasGrant:
		return errRole
	case code == role.DemoTenants && (!p.Target.IsDemo || !p.Target.IsTemporary):
		return errRole
	case !p.within(v):
		return errRole
	}
	return nil
}

// outranks is the rule that nobody edits a peer or a superior. Superusers, above whom is nobody, are each other's exception;
// and to end a session edits nothing, so managers of the platform may do that for each other.
func (p Pair) outranks(v Verb) bool {
	if p.Caller.Role == p.Target.Role {
		return p.Caller.Role == role.Superuser || p.Caller.Role == role.PlatformManager && v == EndSessions
	}
	return p.Caller.Role.Outranks(p.Target.Role)
}

// within holds what the letters alone don't say.
func (p Pair) within(v Verb) bool {
	staff := p.Target.Role == role.TenantStaff
	switch {
	case v == SetSwitches && (len(p.Target.Role.Switches()) == 0 || p.Caller.Role == role.PlatformManager):
		return false
	case p.Caller.Role != role.TenantManager:
		return true
	case v == ResetPassword:
		return staff || p.Target.Role == role.Customer
	}
	return staff
}

// Roles lists what the caller may make of the target: never more than the caller is, and never of the other side.
func (p Pair) Roles() (all []role.Role) {
	all = []role.Role{}
	if p.Check(ChangeRole) != nil {
		return all
	}
	for _, r := range role.All() {
		if r != p.Target.Role && r.IsPlatform() == p.Target.Role.IsPlatform() && p.mayGive(r) {
			all = append(all, r)
		}
	}
	return all
}

// mayGive says that a role may be given by those above it; at the top, by those who have it.
func (p Pair) mayGive(r role.Role) bool {
	top := r == role.Superuser || r == role.TenantOwner
	return p.Caller.Role.Outranks(r) || top && p.Caller.Role == r
}

// CheckRole decides whether the caller may make the target a person of role r.
func (p Pair) CheckRole(r role.Role) error {
	switch err := p.Check(ChangeRole); {
	case err != nil:
		return err
	case r.IsPlatform() != p.Target.Role.IsPlatform():
		return fault.At("body.role", "A person stays on their side: of the platform, or of the business.")
	case !slices.Contains(p.Roles(), r):
		return errRank.With("You can give only roles below your own.")
	}
	return nil
}
