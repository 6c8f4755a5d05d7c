package invitation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// Look is what an invitation says to whoever holds its link.
type Look struct {
	Email      string    `json:"email"`
	Role       role.Role `json:"role"`
	TenantName *string   `json:"tenant_name" doc:"null for the platform."`
	InvitedBy  string    `json:"invited_by"`
	ExpiresAt  time.Time `json:"expires_at"`
}

// Acceptance is what it takes to join.
type Acceptance struct {
	Token    string `json:"token" maxLength:"128" doc:"From the link."`
	Name     string `json:"name" maxLength:"200"`
	Password string `json:"password" maxLength:"512"`
}

// Look tells what an invitation offers.
func (s *Service) Look(ctx context.Context, token string) (l Look, err error) {
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		o, err := s.open(ctx, tx, token)
		l = Look{Email: o.Email, Role: o.Role, TenantName: o.TenantName, InvitedBy: o.InviterName, ExpiresAt: o.ExpiresAt}
		return err
	})
	return l, err
}

// Accept makes the user that an invitation is for and signs them in, as far as a password alone does.
func (s *Service) Accept(ctx context.Context, a Acceptance, from session.Client) (out *session.SignedInAnswer, err error) {
	l, err := s.Look(ctx, a.Token)
	if err != nil {
		return nil, err
	}
	hash, err := s.check(ctx, a, l)
	if err != nil {
		return nil, err
	}
	// Who invites may be of the platform, whom a tenant's own transaction does not see: this one names its tenant in each statement.
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		o, err := s.open(ctx, tx, a.Token)
		if err != nil {
			return err
		}
		user, err := account.Join(ctx, tx, account.Joining{
			TenantID: o.TenantID, Name: strings.TrimSpace(a.Name), Email: o.Email, Role: o.Role, Hash: hash, IsTemporary: o.IsTemporary,
		})
		if err != nil {
			return err
		}
		if err := accept(ctx, tx, o.ID); err != nil {
			return err
		}
		started, err := s.sessions.Begin(ctx, tx, session.Begin{UserID: user.ID, From: from})
		if err != nil {
			return err
		}
		if out, err = s.sessions.Answer(ctx, tx, started); err != nil {
			return err
		}
		return s.record(ctx, tx, "INVITATION_ACCEPTED", o.stored, By{ID: user.ID, Email: user.Email, Role: user.Role}, slug(ctx))
	})
	if err != nil {
		return nil, err
	}
	return out, s.sessions.Leave(ctx, from)
}

// check refuses a bad name or password, and hashes a good one.
func (s *Service) check(ctx context.Context, a Acceptance, l Look) (hash string, err error) {
	bad := account.NameProblems("body.name", a.Name)
	about := account.About{Names: []string{a.Name, slug(ctx)}, Email: l.Email}
	if l.TenantName != nil {
		about.Names = append(about.Names, *l.TenantName)
	}
	if problem := account.PasswordProblem(a.Password, about); problem != "" {
		bad = append(bad, fault.Field{Location: "body.password", Message: problem})
	}
	if bad != nil {
		return "", fault.Validation(bad...)
	}
	return s.hasher.Hash(ctx, a.Password)
}

// open finds the invitation of a token on the request's host and judges it anew: who invited may have lost the right to, and the
// business may be closed. The rows that this rests on are held until the transaction ends.
func (s *Service) open(ctx context.Context, tx *pg.PlatformTx, token string) (offered, error) {
	o, err := byToken(ctx, tx, api.HostFrom(ctx).Place(), token)
	if err != nil {
		return offered{}, gone(err)
	}
	switch {
	case o.status(tx.Now()) != pending:
	case o.TenantStatus != nil && *o.TenantStatus != tenant.Active:
	case !o.InviterIsActive:
	case !allowed(o.InviterRole, o.TenantID, o.Role, o.InviterIsElsewhere):
	default:
		return o, nil
	}
	return offered{}, errGone
}

// allowed reports whether somebody may invite to a role. Whoever makes businesses for others invites their first owner from the platform.
func allowed(by role.Role, tenantID *uuid.UUID, invited role.Role, elsewhere bool) bool {
	if elsewhere {
		return by.IsPlatform() && tenantID != nil && invited == role.TenantOwner && by.Code(role.TenantsCreate) != role.None
	}
	return by.IsPlatform() == (tenantID == nil) && slices.Contains(Invitable(by), invited)
}

// record puts what happened on record: in the security log once it is committed, and as the transaction's last statement in the audit.
func (s *Service) record(ctx context.Context, tx pg.PlaceTx, action string, row stored, by By, slug string) error {
	tx.AfterCommit(func() {
		s.audit.Security(ctx, tx.Now(), audit.SecurityEvent{
			Event: action, Result: audit.Allowed, UserID: by.ID.UUID(), Email: by.Email, TenantSlug: slug, Mode: string(pg.Live),
			Details: map[string]any{"invited": row.Email, "role": string(row.Role)},
		})
	})
	return s.audit.Append(ctx, tx, audit.Entry{
		Action: action, Result: audit.Allowed, TenantID: row.TenantID, TenantSlug: slug, Mode: string(pg.Live),
		Actor:   audit.Person{ID: by.ID.UUID(), Email: by.Email, Role: string(by.Role)},
		Details: map[string]any{"invitation_id": row.ID.String(), "email": row.Email, "role": string(row.Role)},
	})
}

func slug(ctx context.Context) string {
	t, err := tenant.Of(ctx)
	if err != nil {
		return ""
	}
	return t.Slug
}
