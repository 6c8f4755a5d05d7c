// Package masquerade lets a person act as another under exact rules: who as whom, for how long, with what left out,
// and all of it on record.
package masquerade

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// ID is a masquerade's, mq_….
type ID = id.ID[session.Masqueraded]

const (
	lasts       = 60 * time.Minute // and never longer than the actor's own session
	codeTime    = 60 * time.Second
	perHour     = 20
	canPerMin   = 60               // questions whether one may act as somebody
	idleRelease = 15 * time.Minute // after it, to return asks for a recent proof
)

// Service starts and ends masquerades.
type Service struct {
	db       *pg.DB
	audit    *audit.Log
	sessions *session.Service
	address  func(slug string) string // of a host, by its first label: "platform", or a business's slug
	hostOf   func(slug string) string // its name
	asked    *api.Limiter             // of each who asks whether they may

	// SuperuserActed is told that a superuser acts as another: all others learn of it.
	SuperuserActed func(ctx context.Context, tx *pg.PlatformTx, actor, subject audit.Person) error
}

// NewService returns the service. hostOf and address tell a host's name and address by its first label.
func NewService(db *pg.DB, log *audit.Log, sessions *session.Service, hostOf, address func(label string) string) *Service {
	return &Service{db: db, audit: log, sessions: sessions, hostOf: hostOf, address: address, asked: api.NewLimiter(canPerMin)}
}

// Ask is a wish to act as somebody.
type Ask struct {
	UserID     string // as it was sent: an unknown one is put on record too
	Reason     string
	TicketID   string
	ReturnPath string
	UserAgent  string
}

// Started is a masquerade that has begun.
type Started struct {
	ID          ID
	Subject     session.Person
	ExpiresAt   time.Time
	Token       string // for the cookie of this host: the child's, or the actor's new one
	RedirectURL string
}

// Start begins to act as somebody. Every attempt leaves exactly one line: of the start, or of its refusal.
func (s *Service) Start(ctx context.Context, who session.Session, ask Ask) (out Started, err error) {
	ask.Reason = strings.TrimSpace(ask.Reason)
	var subject *user
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		subject = nil
		if err := mayAsk(who); err != nil {
			return err
		}
		actor, err := userOf(ctx, tx, who.UserID)
		if err != nil {
			return err
		}
		if subject, err = find(ctx, tx, ask.UserID); err != nil {
			return err
		}
		if err := allowed(ctx, tx, who, actor, subject, ask); err != nil {
			return err
		}
		out, err = s.begin(ctx, tx, who, actor, *subject, ask)
		return err
	})
	if f := fault.As(err); f != nil && !errors.Is(err, audit.ErrUnavailable) {
		return Started{}, errors.Join(s.refused(ctx, who, subject, ask, f), err)
	}
	return out, err
}

// mayAsk is rules 1 to 4, about the session itself.
func mayAsk(who session.Session) error {
	switch {
	case who.Kind == session.Masquerade:
		return errDepth
	case who.Kind != session.Full:
		return errChannel
	case who.IsParent:
		return errAlready
	}
	return nil
}

// find returns the user that was asked for, or nil. What is no id of a user names nobody.
func find(ctx context.Context, tx *pg.PlatformTx, text string) (*user, error) {
	var key id.ID[account.User]
	_ = key.UnmarshalText([]byte(text)) // leaves it zero
	if key.IsZero() {
		return nil, nil
	}
	u, err := userOf(ctx, tx, key)
	if errors.Is(err, pg.ErrNoRow) {
		return nil, nil
	}
	return &u, err
}

// allowed is rules 2 and 5 to 13. Both users' rows are locked: neither can be deactivated while this is decided.
func allowed(ctx context.Context, tx *pg.PlatformTx, who session.Session, actor user, subject *user, ask Ask) error {
	if subject == nil {
		if !actor.person().IsActive {
			return errActor
		}
		return errNotFound
	}
	if err := pair(actor, *subject).Check(); err != nil {
		return err
	}
	if !who.IsRecent(tx.Now()) {
		return session.ErrReauth
	}
	if l := utf8.RuneCountInString(ask.Reason); l > 500 || l < 10 && actor.Role.IsPlatform() {
		return errReason
	}
	n, err := startedSince(ctx, tx, who.UserID, tx.Now().Add(-time.Hour))
	if err == nil && n >= perHour {
		return errRate
	}
	return err
}

func pair(actor, subject user) Pair {
	return Pair{
		Actor: actor.person(), Subject: subject.person(), ActorTenantActive: actor.TenantStatus == nil || *actor.TenantStatus == "ACTIVE",
		TenantSuspended: subject.TenantStatus != nil && *subject.TenantStatus == "SUSPENDED", TenantDeleted: subject.TenantStatus != nil && *subject.TenantStatus == "DELETED",
	}
}

// begin makes the child session and everything that goes with it, the record last: its chain stays locked until the end.
func (s *Service) begin(ctx context.Context, tx *pg.PlatformTx, who session.Session, actor, subject user, ask Ask) (Started, error) {
	m := newMasquerade{
		id: id.New[session.Masqueraded](), actor: who.UserID, subject: subject.ID, tenantID: subject.TenantID, mode: who.Mode, reason: ask.Reason,
		ticketID: ask.TicketID, returnPath: safePath(ask.ReturnPath, who.TenantID == nil), expiresAt: tx.Now().Add(lasts),
	}
	if who.ExpiresAt.Before(m.expiresAt) {
		m.expiresAt = who.ExpiresAt
	}
	if err := insert(ctx, tx, m); err != nil {
		return Started{}, err
	}
	parentToken, parentHash := secret.New()
	if err := s.sessions.Suspend(ctx, tx, who, parentHash); err != nil {
		return Started{}, because(err)
	}
	code, _ := secret.New()
	child := s.sessions.ChildToken(code)
	host, same := api.HostFrom(ctx).Name, sameHost(who, subject)
	if !same {
		host = s.hostOf(*subject.TenantSlug)
	}
	err := s.sessions.BeginMasquerade(ctx, tx, session.Child{
		MasqueradeID: m.id.UUID(), ParentHash: parentHash, Token: child, UserID: subject.ID, TenantID: subject.TenantID, Mode: who.Mode,
		AuthTime: who.AuthTime, ExpiresAt: m.expiresAt, Host: host, UserAgent: ask.UserAgent,
	})
	if err != nil {
		return Started{}, err
	}
	out := Started{ID: m.id, Subject: subject.asPerson(), ExpiresAt: m.expiresAt, Token: child, RedirectURL: start(subject.TenantID == nil)}
	if !same {
		out.Token, out.RedirectURL = parentToken, s.address(*subject.TenantSlug)+"/handoff#"+code
		if err := insertHandoff(ctx, tx, handoff{code, m.id, *subject.TenantID, host, ask.UserAgent}); err != nil {
			return Started{}, err
		}
	}
	if actor.Role == role.Superuser && subject.Role == role.Superuser {
		if err := s.SuperuserActed(ctx, tx, actor.audit(), subject.audit()); err != nil {
			return Started{}, err
		}
	}
	e := s.entry(who, &subject, ask, audit.HijackStart, audit.Allowed)
	e.MasqueradeID, e.SessionHash = m.id.UUID(), secret.Hash(child)
	return out, s.audit.Append(ctx, tx, e)
}

// sameHost reports whether actor and subject sign in on the same host.
func sameHost(who session.Session, subject user) bool {
	return who.TenantID == nil && subject.TenantID == nil || sameTenant(who.TenantID, subject.TenantID)
}

// safePath keeps a path of our own host; where it is none, the start page.
func safePath(path string, platform bool) string {
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n\t") && len(path) <= 500 {
		return path
	}
	return start(platform)
}

// start is the first page after signing in.
func start(platform bool) string {
	if platform {
		return "/"
	}
	return "/app"
}

// because tells two starts at once from a session that ended: the second finds its own id gone.
func because(err error) error {
	if errors.Is(err, session.ErrGone) {
		return errAlready
	}
	return err
}

// refused puts on record that a start was refused, and why.
func (s *Service) refused(ctx context.Context, who session.Session, subject *user, ask Ask, why *fault.Error) error {
	e := s.entry(who, subject, ask, audit.HijackDenied, audit.Denied)
	e.DenyCode, e.SessionHash = why.Code, who.IDHash
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error { return s.audit.Append(ctx, tx, e) })
}

func (s *Service) entry(who session.Session, subject *user, ask Ask, action, result string) audit.Entry {
	e := audit.Entry{
		Action: action, Result: result, Mode: string(who.Mode), Actor: realPerson(who), Reason: cut(ask.Reason, 500), UserAgent: ask.UserAgent, RequestedID: ask.UserID,
	}
	if ask.TicketID != "" {
		e.Details = map[string]any{"ticket_id": ask.TicketID}
	}
	if subject != nil {
		e.Subject = new(subject.audit())
		e.TenantID = subject.TenantID
		if subject.TenantSlug != nil {
			e.TenantSlug = *subject.TenantSlug
		}
	}
	return e
}

// realPerson is who really asks: in a masquerade the actor, not the subject.
func realPerson(who session.Session) audit.Person {
	if who.Kind == session.Masquerade {
		return audit.Person{ID: who.ActorID.UUID(), Email: *who.ActorEmail, Role: string(*who.ActorRole)}
	}
	return session.PersonOf(who)
}

func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
