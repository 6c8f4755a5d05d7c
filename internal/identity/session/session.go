// Package session signs people in and out and says, on each request, who is asking.
package session

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Kind says what a session is good for.
type Kind string

// The kinds of session.
const (
	Full       Kind = "full"
	Pending    Kind = "mfa_pending" // good for proving a second factor, and for nothing else
	Masquerade Kind = "masquerade"  // somebody else acts as its user
)

// Session is one signed-in browser: a row joined with its user, and with who really acts, on each request.
type Session struct {
	IDHash       []byte              `db:"id_hash"`
	ID           id.ID[Session]      `db:"id"`
	Kind         Kind                `db:"kind"`
	UserID       id.ID[account.User] `db:"user_id"`
	TenantID     *uuid.UUID          `db:"tenant_id"`
	Mode         pg.Mode             `db:"mode"`
	AuthTime     time.Time           `db:"auth_time"`
	MFATime      *time.Time          `db:"mfa_time"`
	LastSeenAt   time.Time           `db:"last_seen_at"`
	ExpiresAt    time.Time           `db:"expires_at"`
	IsRemembered bool                `db:"is_remembered"`
	IsParent     bool                `db:"is_parent"` // another session acts in its name

	UserTenantID  *uuid.UUID         `db:"user_tenant_id"`
	UserName      string             `db:"user_name"`
	Email         string             `db:"email"`
	Role          role.Role          `db:"role"`
	Switches      []authz.Permission `db:"switches"`
	IsActive      bool               `db:"is_active"` // neither deactivated, nor locked, nor anonymised
	IsTemporary   bool               `db:"is_temporary"`
	MFAEnrolledAt *time.Time         `db:"mfa_enrolled_at"`

	Acting
	Grants []heldGrant `db:"grants"`
}

// Acting is who really acts in a masquerade; its pointers are nil in any other session.
type Acting struct {
	MasqueradeID           *uuid.UUID           `db:"masquerade_id"`
	MasqueradeReason       *string              `db:"masquerade_reason"`
	MasqueradeStartedAt    *time.Time           `db:"masquerade_started_at"`
	ActorID                *id.ID[account.User] `db:"actor_id"`
	ActorName              *string              `db:"actor_name"`
	ActorEmail             *string              `db:"actor_email"`
	ActorRole              *role.Role           `db:"actor_role"`
	ActorTenantID          *uuid.UUID           `db:"actor_tenant_id"`
	ActorIsActive          *bool                `db:"actor_is_active"`
	ActorPasswordChangedAt *time.Time           `db:"actor_password_changed_at"`
}

// heldGrant is an active grant of the person behind the session.
type heldGrant struct {
	ID          uuid.UUID  `json:"id"`
	Action      string     `json:"action"`
	TenantID    *uuid.UUID `json:"tenant_id"`
	TargetID    *uuid.UUID `json:"target_user_id"`
	GrantorRole role.Role  `json:"grantor_role"`
}

// IDPrefix makes ids of sessions look like ses_….
func (Session) IDPrefix() string { return "ses" }

// Permissions lists what the session's user holds, switches included.
func (s Session) Permissions() []authz.Permission { return s.Role.Permissions(s.Switches...) }

var (
	errUnauthenticated = &fault.Error{Kind: fault.Unauthenticated, Code: "unauthenticated", Detail: "Sign in to continue."}
	// errReplaced looks the same: it is that of a session which has just ended, by itself or for another.
	errReplaced    = &fault.Error{Kind: fault.Unauthenticated, Code: errUnauthenticated.Code, Detail: errUnauthenticated.Detail}
	errExpired     = &fault.Error{Kind: fault.Unauthenticated, Code: "session_expired", Detail: "Your session has ended. Sign in again."}
	errCleared     = &fault.Error{Kind: fault.Unauthenticated, Code: "session_cleared", Detail: "This account belongs to a business, not to the platform. Sign in with an account of the platform."}
	errCredentials = &fault.Error{Kind: fault.Unauthenticated, Code: "invalid_credentials", Detail: "The e-mail address or the password is not right."}
	errPending     = &fault.Error{Kind: fault.Unauthenticated, Code: "mfa_required", Detail: "Prove your second factor to finish signing in."}
	errOnlySelf    = &fault.Error{Kind: fault.Forbidden, Code: "forbidden_while_masquerading", Detail: "This can't be done while acting as somebody else. Return to your own account first."}
	errActing      = &fault.Error{Kind: fault.Conflict, Code: "masquerade_active", Detail: "You are acting as somebody else in another window. Return to your own account first."}
)

// ErrReauth asks for a recent proof of who it is.
var ErrReauth = &fault.Error{Kind: fault.Forbidden, Code: "reauth_required", Detail: "This needs a recent sign-in. Confirm your password, then try again."}

// lifetime is how long a session may rest and how long it may last at all.
type lifetime struct{ idle, absolute time.Duration }

const day = 24 * time.Hour

var lifetimes = map[role.Role]lifetime{
	role.Superuser: {30 * time.Minute, 12 * time.Hour}, role.PlatformManager: {30 * time.Minute, 12 * time.Hour},
	role.PlatformSales: {30 * time.Minute, 12 * time.Hour}, role.PlatformSupport: {30 * time.Minute, 12 * time.Hour},
	role.TenantOwner: {time.Hour, day}, role.TenantManager: {time.Hour, day},
	role.TenantStaff: {12 * time.Hour, 7 * day}, role.Customer: {7 * day, 30 * day},
}

const (
	// perUser is how many sessions a person may have; a new one ends the oldest.
	perUser = 10
	// pendingTime is how long one may take to prove a second factor.
	pendingTime = 10 * time.Minute
	// reauthTime is how long a proof of who it is counts as recent.
	reauthTime = 30 * time.Minute
	// masqueradeIdle is how long a masquerade may rest.
	masqueradeIdle = 15 * time.Minute
)

// idle is how long the session may rest.
func (s Session) idle() time.Duration {
	switch s.Kind {
	case Masquerade:
		return masqueradeIdle
	case Pending:
		return pendingTime
	case Full:
	}
	return lifetimes[s.Role].idle
}

// IsRecent reports whether its user proved who they are a short while ago.
func (s Session) IsRecent(now time.Time) bool { return now.Before(s.recentUntil()) }

// recentUntil is how long a proof counts: of the second factor too where there is one, which a remembered device is not.
func (s Session) recentUntil() time.Time {
	proved := s.AuthTime
	switch {
	case s.MFAEnrolledAt == nil:
	case s.MFATime == nil:
		return time.Time{}
	case s.MFATime.Before(proved):
		proved = *s.MFATime
	}
	return proved.Add(reauthTime)
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
