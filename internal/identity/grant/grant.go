// Package grant gives people a right for a while: who gave it to whom, for what, until when, and each use of it.
package grant

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Grant is a right for a while.
type Grant struct {
	ID           id.ID[Grant]          `json:"id" db:"id"`
	TenantID     *id.ID[tenant.Tenant] `json:"tenant_id" db:"tenant_id"`
	TenantName   *string               `json:"tenant_name" db:"tenant_name"`
	TargetUserID *id.ID[account.User]  `json:"target_user_id" db:"target_user_id" doc:"The one user it is about, if any."`
	Action       string                `json:"action" db:"action"`
	Reason       string                `json:"reason" db:"reason"`
	Status       Status                `json:"status" db:"status" enum:"ACTIVE,SCHEDULED,EXPIRED,REVOKED"`
	CreatedAt    time.Time             `json:"created_at" db:"created_at"`
	StartsAt     time.Time             `json:"starts_at" db:"starts_at"`
	ExpiresAt    time.Time             `json:"expires_at" db:"expires_at"`
	RevokedAt    *time.Time            `json:"revoked_at" db:"revoked_at"`
	RevokeReason *string               `json:"revoke_reason" db:"revoke_reason"`
	LastUsedAt   *time.Time            `json:"last_used_at" db:"last_used_at"`
	UseCount     int                   `json:"use_count" db:"use_count"`
	Grantor      Person                `json:"grantor" db:"-"`
	Grantee      Person                `json:"grantee" db:"-"`
	RevokedBy    *Person               `json:"revoked_by" db:"-"`
}

// Person is who gave or received.
type Person struct {
	ID    id.ID[account.User] `json:"id"`
	Name  string              `json:"name"`
	Email string              `json:"email"`
	Role  role.Role           `json:"role"`
}

// Status says how far a grant has come.
type Status string

// The states of a grant.
const (
	Active    Status = "ACTIVE"
	Scheduled Status = "SCHEDULED"
	Expired   Status = "EXPIRED"
	Revoked   Status = "REVOKED"
)

// IDPrefix makes ids of grants look like grt_….
func (Grant) IDPrefix() string { return "grt" }

// New is what it takes to grant.
type New struct {
	GranteeID       id.ID[account.User]   `json:"grantee_id"`
	Action          string                `json:"action" maxLength:"64"`
	Reason          string                `json:"reason" maxLength:"2000" doc:"10 to 500 characters; the grantee and the business see it."`
	DurationMinutes int                   `json:"duration_minutes" required:"false" default:"30" minimum:"1" maximum:"240"`
	TenantID        *id.ID[tenant.Tenant] `json:"tenant_id" required:"false" doc:"The business it is about; on a business's own host that one."`
	TargetUserID    *id.ID[account.User]  `json:"target_user_id" required:"false" doc:"The one user it is about, where the action asks for one."`
}

// Limits of granting.
const (
	maxActive  = 10  // grants that a person may hold at once
	maxCreated = 100 // grants that a person may give in a day
)

var (
	errUnknownAction = &fault.Error{Kind: fault.Invalid, Code: "unknown_action", Detail: "There is no such action to grant.", Fields: []fault.Field{{Location: "body.action", Message: "Choose one of the list of actions."}}}
	errExceeds       = &fault.Error{Kind: fault.Forbidden, Code: "grant_exceeds_grantor", Detail: "You can't give what your own role doesn't hold."}
	errSelf          = &fault.Error{Kind: fault.Forbidden, Code: "self_grant", Detail: "You can't grant something to yourself."}
	errGrantee       = &fault.Error{Kind: fault.Forbidden, Code: "grantee_not_allowed", Detail: "This person's role can't receive this. See the list of actions for who can."}
	errTooManyActive = &fault.Error{Kind: fault.Conflict, Code: "limit_exceeded", Detail: "This person holds 10 active grants already. Revoke one first."}
	errTooManyToday  = &fault.Error{Kind: fault.TooMany, Code: "rate_limited", Detail: "You have given 100 grants today. Try again tomorrow.", RetryAfter: time.Hour}
	errMayNotRevoke  = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "You may not revoke this grant. Ask who gave it."}
)

// Service grants and revokes.
type Service struct {
	db    *pg.DB
	audit *audit.Log

	// Created is told of a new grant, so that whom it concerns learns of it.
	Created func(ctx context.Context, tx *pg.PlatformTx, g Grant) error
}

// NewService returns the service.
func NewService(db *pg.DB, log *audit.Log) *Service { return &Service{db: db, audit: log} }

// party is a person with what decides whether they may give or receive.
type party struct {
	ID       id.ID[account.User] `db:"id"`
	TenantID *uuid.UUID          `db:"tenant_id"`
	Email    string              `db:"email"`
	Role     role.Role           `db:"role"`
	IsActive bool                `db:"is_active"`
}
