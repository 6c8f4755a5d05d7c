// Package invitation brings new people in: into a business, or into the platform's own staff.
package invitation

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Invitation is an offer to join, bound to a place, an address and a role.
type Invitation struct {
	ID        id.ID[Invitation] `json:"id"`
	Email     string            `json:"email"`
	Role      role.Role         `json:"role"`
	Status    string            `json:"status" enum:"PENDING,ACCEPTED,EXPIRED,REVOKED"`
	InvitedBy Inviter           `json:"invited_by"`
	CreatedAt time.Time         `json:"created_at"`
	ExpiresAt time.Time         `json:"expires_at"`
}

// Inviter is who invites.
type Inviter struct {
	ID   id.ID[account.User] `json:"id"`
	Name string              `json:"name"`
}

// IDPrefix makes ids of invitations look like inv_….
func (Invitation) IDPrefix() string { return "inv" }

// New is whom to invite.
type New struct {
	Email string    `json:"email" maxLength:"254"`
	Role  role.Role `json:"role" enum:"SUPERUSER,PLATFORM_MANAGER,PLATFORM_SALES,PLATFORM_SUPPORT,TENANT_OWNER,TENANT_MANAGER,TENANT_STAFF,CUSTOMER"`
}

const (
	lifetime   = 7 * 24 * time.Hour
	maxPending = 50
	perHour    = 20 // mails of one place
)

var (
	errRank     = &fault.Error{Kind: fault.Forbidden, Code: "rank_forbidden", Detail: "You can't invite somebody to this role."}
	errMany     = &fault.Error{Kind: fault.Conflict, Code: "limit", Detail: "There are 50 invitations waiting. Revoke some, or wait until they are accepted."}
	errRate     = &fault.Error{Kind: fault.TooMany, Code: "rate_limited", Detail: "Many invitations were sent in the last hour. Try again later.", RetryAfter: time.Hour}
	errSame     = &fault.Error{Kind: fault.Conflict, Code: "already_exists", Detail: "This address has been invited already. Send that invitation again, or revoke it first."}
	errAccepted = &fault.Error{Kind: fault.Conflict, Code: "state_conflict", Detail: "This invitation has been accepted already."}
	errRevoked  = &fault.Error{Kind: fault.Conflict, Code: "state_conflict", Detail: "This invitation has been revoked. Make a new one."}
)

// Service invites people.
type Service struct {
	db       *pg.DB
	hasher   *account.Hasher
	sessions *session.Service
	letters  *letter.Service
	audit    *audit.Log
}

// NewService returns the service.
func NewService(db *pg.DB, hasher *account.Hasher, sessions *session.Service, letters *letter.Service, log *audit.Log) *Service {
	return &Service{db: db, hasher: hasher, sessions: sessions, letters: letters, audit: log}
}

// Invitable lists the roles that somebody of role by may invite to, in the place where they are themselves.
func Invitable(by role.Role) []role.Role {
	switch by {
	case role.Superuser:
		return []role.Role{role.Superuser, role.PlatformManager, role.PlatformSales, role.PlatformSupport}
	case role.PlatformManager:
		return []role.Role{role.PlatformSales, role.PlatformSupport}
	case role.TenantOwner:
		return []role.Role{role.TenantOwner, role.TenantManager, role.TenantStaff}
	case role.TenantManager:
		return []role.Role{role.TenantStaff}
	case role.PlatformSales, role.PlatformSupport, role.TenantStaff, role.Customer:
	}
	return nil
}

// By is who invites.
type By struct {
	ID    id.ID[account.User]
	Name  string
	Email string
	Role  role.Role
}

// Offer is an invitation to make.
type Offer struct {
	TenantID    *uuid.UUID // nil: to the platform
	TenantSlug  string
	Email       string
	Role        role.Role
	IsTemporary bool // of a demo
	By          By
}

// Invite invites somebody in the name of the session's user.
func (s *Service) Invite(ctx context.Context, tx pg.PlaceTx, in session.Session, n New) (Invitation, error) {
	o := Offer{TenantID: in.TenantID, TenantSlug: slug(ctx), Email: account.NormalEmail(n.Email), Role: n.Role, By: by(in)}
	if bad := account.EmailProblems("body.email", o.Email); bad != nil {
		return Invitation{}, fault.Validation(bad...)
	}
	if !allowed(o.By.Role, o.TenantID, o.Role, false) {
		return Invitation{}, errRank
	}
	if err := oneAtATime(ctx, tx, o.TenantID); err != nil {
		return Invitation{}, err
	}
	if err := s.room(ctx, tx, o); err != nil {
		return Invitation{}, err
	}
	return s.Offer(ctx, tx, o)
}

// Offer makes an invitation. Whether it may be made is its caller's question.
func (s *Service) Offer(ctx context.Context, tx pg.PlaceTx, o Offer) (Invitation, error) {
	row, err := insert(ctx, tx, o)
	if err != nil {
		return Invitation{}, err
	}
	if err := s.letters.Post(ctx, tx, Letter{TenantID: o.TenantID, InvitationID: row.ID}); err != nil {
		return Invitation{}, err
	}
	return row.view(tx.Now()), s.record(ctx, tx, "INVITATION_CREATED", row, o.By, o.TenantSlug)
}

// room refuses an address that is known here, and more invitations than there may be.
func (s *Service) room(ctx context.Context, tx pg.PlaceTx, o Offer) error {
	has, err := account.Has(ctx, tx, o.TenantID, o.Email)
	if err != nil {
		return err
	}
	n, err := countOf(ctx, tx, o.TenantID, o.Email)
	switch {
	case err != nil:
		return err
	case has:
		return account.ErrTaken
	case n.Same > 0:
		return errSame
	case n.Pending >= maxPending:
		return errMany
	case n.Mails >= perHour:
		return errRate
	}
	return nil
}

// Resend sends an invitation anew, in the name of the session's user. The link of the mail before is worth nothing any more.
func (s *Service) Resend(ctx context.Context, tx pg.PlaceTx, in session.Session, which id.ID[Invitation]) (Invitation, error) {
	if err := oneAtATime(ctx, tx, in.TenantID); err != nil {
		return Invitation{}, err
	}
	row, err := s.mine(ctx, tx, in, which)
	if err != nil {
		return Invitation{}, err
	}
	n, err := countOf(ctx, tx, in.TenantID, row.Email)
	switch {
	case err != nil:
		return Invitation{}, err
	case row.RevokedAt != nil:
		return Invitation{}, errRevoked
	case n.Mails >= perHour:
		return Invitation{}, errRate
	}
	if row, err = renew(ctx, tx, row.ID, in.UserID); err != nil {
		return Invitation{}, err
	}
	if err := s.letters.Post(ctx, tx, Letter{TenantID: in.TenantID, InvitationID: row.ID}); err != nil {
		return Invitation{}, err
	}
	return row.view(tx.Now()), s.record(ctx, tx, "INVITATION_CREATED", row, by(in), slug(ctx))
}

// Revoke takes an invitation back. It may have been taken back before.
func (s *Service) Revoke(ctx context.Context, tx pg.PlaceTx, in session.Session, which id.ID[Invitation]) (Invitation, error) {
	row, err := s.mine(ctx, tx, in, which)
	if err != nil || row.RevokedAt != nil {
		return row.view(tx.Now()), err
	}
	if row, err = revoke(ctx, tx, row.ID); err != nil {
		return Invitation{}, err
	}
	return row.view(tx.Now()), s.record(ctx, tx, "INVITATION_REVOKED", row, by(in), slug(ctx))
}

// mine finds an invitation of the session's place that is not accepted yet, to a role that the session's user may invite to.
func (s *Service) mine(ctx context.Context, tx pg.PlaceTx, in session.Session, which id.ID[Invitation]) (stored, error) {
	row, err := pg.Found(byID(ctx, tx, in.TenantID, which))
	switch {
	case err != nil:
		return row, err
	case !allowed(in.Role, in.TenantID, row.Role, false):
		return row, errRank
	case row.AcceptedAt != nil:
		return row, errAccepted
	}
	return row, nil
}

// List returns a page of the place's invitations.
func (s *Service) List(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID, status string, p api.Page) ([]Invitation, error) {
	rows, err := list(ctx, tx, where, status, p)
	all := make([]Invitation, len(rows))
	for i, r := range rows {
		all[i] = r.view(tx.Now())
	}
	return all, err
}

// errGone is the one answer for a token that opens nothing.
var errGone = letter.ErrExpired

func gone(err error) error {
	if errors.Is(err, pg.ErrNoRow) {
		return errGone
	}
	return err
}

func by(in session.Session) By {
	return By{ID: in.UserID, Name: in.UserName, Email: in.Email, Role: in.Role}
}
