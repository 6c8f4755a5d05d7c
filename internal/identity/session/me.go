package session

import (
	"context"
	"time"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Me is who is signed in, where, and what they may do there.
type Me struct {
	User        Person                       `json:"user"`
	Permissions []authz.Permission           `json:"permissions" doc:"What may be done now."`
	Tenant      api.OrNull[Business]         `json:"tenant" doc:"null on the platform's host."`
	Mode        pg.Mode                      `json:"mode" enum:"live,test"`
	Masquerade  api.OrNull[MasqueradeNotice] `json:"masquerade" doc:"Who really acts, while someone acts as this user."`
	ActsAs      api.OrNull[ActsAs]           `json:"acts_as" doc:"Whom this person acts as in another window."`
	MFA         MFANotice                    `json:"mfa"`
	ReauthUntil *time.Time                   `json:"reauth_until" doc:"Until when sensitive things need no new proof of who it is."`
	Notice      api.OrNull[Notice]           `json:"notice" doc:"What the business must know about its account."`
}

// Person is a user by name.
type Person struct {
	ID    id.ID[account.User] `json:"id"`
	Name  string              `json:"name"`
	Email string              `json:"email"`
	Role  role.Role           `json:"role"`
}

// Business is the tenant as its own people see it.
type Business struct {
	ID       id.ID[tenant.Tenant] `json:"id"`
	Slug     string               `json:"slug"`
	Name     string               `json:"name"`
	Currency string               `json:"currency"`
}

// MasqueradeNotice tells who really acts.
type MasqueradeNotice struct {
	ID        id.ID[Masqueraded] `json:"id"`
	Actor     Actor              `json:"actor"`
	StartedAt time.Time          `json:"started_at"`
	ExpiresAt time.Time          `json:"expires_at"`
	Reason    string             `json:"reason"`
	ReadOnly  bool               `json:"read_only"`
}

// Masqueraded is the kind of a masquerade's id, mq_….
type Masqueraded struct{}

// IDPrefix makes ids of masquerades look like mq_….
func (Masqueraded) IDPrefix() string { return "mq" }

// Actor is who really acts.
type Actor struct {
	ID   id.ID[account.User] `json:"id"`
	Name string              `json:"name"`
	Role role.Role           `json:"role"`
}

// ActsAs tells that another session acts in this one's name.
type ActsAs struct {
	Name      string    `json:"name"`
	Role      role.Role `json:"role"`
	ExpiresAt time.Time `json:"expires_at"`
}

// MFANotice tells whether there is a second factor, and whether there must be.
type MFANotice struct {
	Enrolled bool `json:"enrolled"`
	Required bool `json:"required"`
}

// Notice is what the business must know about its account.
type Notice struct {
	Kind      string     `json:"kind" enum:"SUSPENDED,DEMO"`
	Text      string     `json:"text"`
	ExpiresAt *time.Time `json:"expires_at"`
}

// Me describes the session's user.
func (s *Service) Me(ctx context.Context, in Session) Me {
	now := s.db.Now()
	m := Me{
		User: Person{ID: in.UserID, Name: in.UserName, Email: in.Email, Role: in.Role}, Permissions: authz.NewActor(in.UserID.UUID(), s.held(in)...).Permissions(),
		Mode: in.Mode, MFA: MFANotice{Enrolled: in.MFAEnrolledAt != nil, Required: s.RequiresMFA(ctx, in.Role, now)},
	}
	if until := in.recentUntil(); until.After(now) && in.Kind == Full {
		m.ReauthUntil = &until
	}
	t, err := tenant.Of(ctx)
	if err == nil {
		m.Tenant.V = &Business{ID: t.ID, Slug: t.Slug, Name: t.Name, Currency: t.Currency}
		m.Notice.V = noticeOf(t)
	}
	if in.Kind == Masquerade {
		m.Masquerade.V = &MasqueradeNotice{
			ID: id.ID[Masqueraded](*in.MasqueradeID), Actor: Actor{ID: *in.ActorID, Name: *in.ActorName, Role: *in.ActorRole},
			StartedAt: *in.MasqueradeStartedAt, ExpiresAt: in.ExpiresAt, Reason: *in.MasqueradeReason, ReadOnly: t.Status == tenant.Suspended,
		}
	}
	return m
}

func noticeOf(t tenant.Tenant) *Notice {
	switch {
	case t.Status == tenant.Suspended:
		reason := "Ask us for the reason."
		if t.StatusReason != nil {
			reason = *t.StatusReason
		}
		return &Notice{Kind: tenant.Suspended, Text: reason}
	case t.ExpiresAt != nil:
		return &Notice{Kind: "DEMO", Text: "This is a demo business. What is entered here is removed with it.", ExpiresAt: t.ExpiresAt}
	}
	return nil
}

// meNow is Me and, for somebody who acts in another window, as whom.
func (s *Service) meNow(ctx context.Context, in Session) (Me, error) {
	m := s.Me(ctx, in)
	if !in.IsParent {
		return m, nil
	}
	err := s.db.InPlace(ctx, in.TenantID, func(tx pg.PlaceTx) error {
		child, err := childOf(ctx, tx, in.IDHash)
		m.ActsAs.V = &child
		return ignoreNoRow(err)
	})
	return m, err
}
