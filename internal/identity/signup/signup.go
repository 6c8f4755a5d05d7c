// Package signup makes new businesses: for whoever proves an address, and for the platform's people who make one for others.
package signup

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/currency"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/invitation"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Signup is a business on its way. Whoever knows the id sees no more of it than this.
type Signup struct {
	ID       id.ID[Signup] `json:"id"`
	State    string        `json:"state" enum:"WAITING,MAKING,READY,FAILED"`
	Steps    []Progress    `json:"steps"`
	Slug     string        `json:"slug"`
	LoginURL *string       `json:"login_url" doc:"Once it is ready."`
	Problem  *string       `json:"problem" doc:"Why it failed."`
}

// Progress is one step of making a business.
type Progress struct {
	Name string `json:"name"`
	Done bool   `json:"done"`
}

// IDPrefix makes ids of sign-ups look like sgn_….
func (Signup) IDPrefix() string { return "sgn" }

// The states of a sign-up.
const (
	waiting = "WAITING" // for the address to be proved
	making  = "MAKING"
	ready   = "READY"
	failed  = "FAILED"
)

// Step is how far a business has come.
type Step int

// The steps, in their order.
const (
	Reserved Step = iota + 1 // nobody else gets the address
	Provided                 // the database is made
	Usable                   // there is a first location and service
	done                     // and the owner
)

var stepNames = []string{"Reserve the address", "Make the database", "Add the first location and service", "Ready"}

// New is the business that somebody wants.
type New struct {
	BusinessName string `json:"business_name" maxLength:"200"`
	Slug         string `json:"slug" maxLength:"60"`
	Name         string `json:"name" maxLength:"200" doc:"The owner's."`
	Email        string `json:"email" maxLength:"254" doc:"The owner's."`
	TimeZone     string `json:"time_zone" maxLength:"64" doc:"IANA."`
	Currency     string `json:"currency" maxLength:"3" doc:"ISO 4217."`
}

// Business is what to make.
type Business struct {
	TenantID                       uuid.UUID // it must get this id
	Slug, Name, TimeZone, Currency string
	OwnerName                      string
	IsDemo                         bool
}

// Maker makes and removes businesses; package app knows how.
type Maker struct {
	// Make makes the business whole but for its owner, and calls reached after each of the first three steps.
	// It returns tenant.ErrTaken when the address is somebody else's.
	Make func(ctx context.Context, b Business, reached func(context.Context, Step) error) error
	// Drop removes everything of a business that was not made whole: its schemas, then its entry. It goes by the id alone,
	// because the address may be somebody else's; without an entry there is nothing to remove.
	Drop func(ctx context.Context, tenantID uuid.UUID) error
}

// Service signs businesses up.
type Service struct {
	Maker Maker // set by who has the rights to make a database: a process without one works no such jobs

	db          *pg.DB
	hasher      *account.Hasher
	invitations *invitation.Service
	sessions    *session.Service
	letters     *letter.Service
	audit       *audit.Log
}

// NewService returns the service.
func NewService(db *pg.DB, hasher *account.Hasher, invitations *invitation.Service, sessions *session.Service, letters *letter.Service, log *audit.Log) *Service {
	return &Service{db: db, hasher: hasher, invitations: invitations, sessions: sessions, letters: letters, audit: log}
}

// Problems lists what is wrong with n.
func (n New) Problems() []fault.Field {
	bad := account.EmailProblems("body.email", n.Email)
	bad = append(bad, account.NameProblems("body.name", n.Name)...)
	if problem := slugProblem(n.Slug); problem != "" {
		bad = append(bad, fault.Field{Location: "body.slug", Message: problem})
	}
	if strings.TrimSpace(n.BusinessName) == "" || utf8.RuneCountInString(n.BusinessName) > 200 {
		bad = append(bad, fault.Field{Location: "body.business_name", Message: "Give the business a name of at most 200 characters."})
	}
	if _, err := time.LoadLocation(n.TimeZone); err != nil || n.TimeZone == "" || n.TimeZone == "Local" {
		bad = append(bad, fault.Field{Location: "body.time_zone", Message: "Use an IANA time zone such as Europe/Berlin or America/New_York."})
	}
	if _, err := currency.ParseISO(n.Currency); err != nil || n.Currency != strings.ToUpper(n.Currency) {
		bad = append(bad, fault.Field{Location: "body.currency", Message: "Use a currency of ISO 4217 in capitals, such as EUR or USD."})
	}
	return bad
}

func (n New) tidy() New {
	n.BusinessName, n.Name, n.Email = strings.TrimSpace(n.BusinessName), strings.TrimSpace(n.Name), account.NormalEmail(n.Email)
	return n
}

// Ask notes what somebody wants and mails them a link that proves the address.
func (s *Service) Ask(ctx context.Context, n New) error {
	n = n.tidy()
	if bad := n.Problems(); bad != nil {
		return fault.Validation(bad...)
	}
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		if ok, err := s.sessions.MayAskForLetter(ctx, tx, n.Email); err != nil || !ok {
			return err
		}
		tx.AfterCommit(func() { s.security(ctx, "SIGNUP_ASKED", n.Email, n.Slug) })
		if err := prune(ctx, tx); err != nil {
			return err
		}
		row, err := insert(ctx, tx, newRow{New: n, state: waiting, ip: api.ClientIP(ctx)})
		if err != nil {
			return err
		}
		return s.letters.Post(ctx, tx, Letter{SignupID: row.ID, RequestID: uuid.New()})
	})
}

// Confirmation proves the address, and says how the owner will sign in.
type Confirmation struct {
	Token    string `json:"token" maxLength:"128" doc:"From the link."`
	Password string `json:"password" maxLength:"512"`
	Slug     string `json:"slug" required:"false" maxLength:"60" doc:"Another address, when the first one was taken meanwhile."`
}

// Confirm begins to make the business of who holds the link.
func (s *Service) Confirm(ctx context.Context, c Confirmation) (out Signup, err error) {
	row, err := s.find(ctx, c)
	if err != nil {
		return out, err
	}
	if err := s.check(c, row); err != nil {
		return out, err
	}
	hash, err := s.hasher.Hash(ctx, c.Password)
	if err != nil {
		return out, err
	}
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		if _, err := letter.UseLink(ctx, tx, nil, letter.SignUp, c.Token); err != nil {
			return err
		}
		row, err := begin(ctx, tx, row.ID, row.Slug, hash)
		if err != nil {
			return gone(err)
		}
		out = s.view(row)
		return s.letters.Post(ctx, tx, Job{SignupID: row.ID})
	})
	if err == nil {
		s.security(ctx, "SIGNUP_CONFIRMED", row.Email, row.Slug)
	}
	return out, err
}

// find is the sign-up of a link, at the address that it shall have.
func (s *Service) find(ctx context.Context, c Confirmation) (row stored, err error) {
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		link, err := letter.FindLink(ctx, tx, nil, letter.SignUp, c.Token)
		if err != nil {
			return err
		}
		row, err = byID(ctx, tx, id.ID[Signup](*link.SubjectID))
		return gone(err)
	})
	if c.Slug != "" {
		row.Slug = c.Slug
	}
	return row, err
}

// gone is the answer for a sign-up that is not there any more, or is made already.
func gone(err error) error {
	if errors.Is(err, pg.ErrNoRow) {
		return letter.ErrExpired
	}
	return err
}

func (s *Service) check(c Confirmation, row stored) error {
	var bad []fault.Field
	about := account.About{Names: []string{row.BusinessName, row.OwnerName, row.Slug}, Email: row.Email}
	if problem := account.PasswordProblem(c.Password, about); problem != "" {
		bad = append(bad, fault.Field{Location: "body.password", Message: problem})
	}
	if problem := slugProblem(row.Slug); problem != "" {
		bad = append(bad, fault.Field{Location: "body.slug", Message: problem})
	}
	if bad != nil {
		return fault.Validation(bad...)
	}
	return nil
}

// Get returns how far a sign-up is. Before its address is proved there is nothing to see.
func (s *Service) Get(ctx context.Context, tx *pg.PlatformTx, which id.ID[Signup]) (Signup, error) {
	row, err := pg.Found(byID(ctx, tx, which))
	if err == nil && row.State == waiting {
		err = fault.ErrNotFound
	}
	return s.view(row), err
}

// GetOwn is Get for the platform's people: those who may not know all businesses see what they asked for themselves.
func (s *Service) GetOwn(ctx context.Context, tx *pg.PlatformTx, which id.ID[Signup]) (Signup, error) {
	row, err := pg.Found(byID(ctx, tx, which))
	actor := authz.From(ctx)
	if err == nil && !actor.Can(role.TenantsAll) && (row.RequestedBy == nil || row.RequestedBy.UUID() != actor.UserID) {
		err = fault.ErrNotFound
	}
	return s.view(row), err
}

func (s *Service) view(row stored) Signup {
	v := Signup{ID: row.ID, State: row.State, Slug: row.Slug, Problem: row.Problem}
	for i, name := range stepNames {
		v.Steps = append(v.Steps, Progress{Name: name, Done: row.StepsDone > i})
	}
	if row.State == ready {
		_, origin := s.letters.AddressOf(row.Slug)
		v.LoginURL = new(origin + "/login")
	}
	return v
}

func (s *Service) security(ctx context.Context, event, email, slug string) {
	s.audit.Security(ctx, s.db.Now(), audit.SecurityEvent{Event: event, Result: audit.Allowed, Email: email, Mode: string(pg.Live), Details: map[string]any{"slug": slug}})
}

// errTaken is the registry's answer.
var errTaken = tenant.ErrTaken
