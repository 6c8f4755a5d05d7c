// Package domain lets businesses use hosts of their own: it checks in the DNS that a host is theirs, and checks it again every day.
package domain

import (
	"context"
	"crypto/rand"
	"net"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/grant"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Domain is a host of a business: its own, below our base domain, or one that it brings along.
type Domain struct {
	ID             id.ID[Domain] `json:"id" db:"id"`
	Tenant         Business      `json:"tenant" db:"-"`
	Host           string        `json:"host" db:"host"`
	Status         Status        `json:"status" db:"status" enum:"PENDING,VERIFIED,SUSPENDED"`
	IsPrimary      bool          `json:"is_primary" db:"is_primary" doc:"Mails and links name this one."`
	IsCustomDomain bool          `json:"is_custom_domain" db:"is_custom_domain" doc:"false for the host that every business has from us."`
	VerifiedAt     *time.Time    `json:"verified_at" db:"verified_at"`
	Route53ZoneID  *string       `json:"route53_zone_id" db:"route53_zone_id"`
	TXTName        string        `json:"txt_name" db:"-" doc:"Where the DNS must show txt_value."`
	TXTValue       string        `json:"txt_value" db:"txt_value"`
	CNAMETarget    string        `json:"cname_target" db:"-" doc:"What the host must be an alias of."`
	CheckedAt      *time.Time    `json:"checked_at" db:"checked_at"`
	Problem        *string       `json:"problem" db:"problem" doc:"What the last check found wrong, and what to do."`
}

// Business is the tenant of a domain.
type Business struct {
	ID   id.ID[tenant.Tenant] `json:"id"`
	Name string               `json:"name"`
	Slug string               `json:"slug"`
}

// IDPrefix makes ids of domains look like dom_….
func (Domain) IDPrefix() string { return "dom" }

// Status says whether a domain leads anywhere.
type Status string

// The states of a domain.
const (
	Pending   Status = "PENDING"
	Verified  Status = "VERIFIED"
	Suspended Status = "SUSPENDED" // checks failed for three days
)

const (
	challenge  = "_smoothschedule-challenge."
	perTenant  = 5
	suspendDue = 3 * 24 * time.Hour  // of failing
	removeDue  = 30 * 24 * time.Hour // of failing
	freeAgain  = 7 * 24 * time.Hour  // after its removal another business may have a host
)

var (
	errTaken   = &fault.Error{Kind: fault.Conflict, Code: "already_exists", Detail: "This host is another business's, or was until a few days ago."}
	errAsked   = &fault.Error{Kind: fault.Conflict, Code: "already_exists", Detail: "This host is in the list already."}
	errLimit   = &fault.Error{Kind: fault.Conflict, Code: "limit_exceeded", Detail: "A business can have 5 hosts of its own. Remove one first."}
	errOwn     = &fault.Error{Kind: fault.Conflict, Code: "own_host", Detail: "This host comes with the business. It needs no check, and it can't be removed."}
	errPending = &fault.Error{Kind: fault.Conflict, Code: "not_verified", Detail: "This host is not verified. Verify it first."}
	errDemo    = &fault.Error{Kind: fault.Forbidden, Code: "demo_forbidden", Detail: "A demo can't have a host of its own."}
)

// Service keeps the domains.
type Service struct {
	db       *pg.DB
	audit    *audit.Log
	tenants  *tenant.Service
	grants   *grant.Service
	letters  *letter.Service
	base     string
	resolver Resolver
}

// NewService returns the service. base is the domain below which all businesses have a host, and what theirs must lead to.
func NewService(db *pg.DB, log *audit.Log, tenants *tenant.Service, grants *grant.Service, letters *letter.Service, base string, resolver Resolver) *Service {
	return &Service{db: db, audit: log, tenants: tenants, grants: grants, letters: letters, base: base, resolver: resolver}
}

// normal is a host as it is stored, or what is wrong with it.
func (s *Service) normal(host string) (string, error) {
	bad := func(message string) (string, error) { return "", fault.At("body.host", "%s", message) }
	host = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(host)), ".")
	host, err := idna.Lookup.ToASCII(host)
	labels := strings.Split(host, ".")
	switch {
	case err != nil || len(host) > 253 || len(labels) < 2 || net.ParseIP(host) != nil || strings.ContainsAny(host, "_:/*"):
		return bad("Give a host name such as book.example.com, without http:// and without a path.")
	case host == s.base || strings.HasSuffix(host, "."+s.base):
		return bad("This host is ours. Give one of your own domain.")
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return bad("Give a host name such as book.example.com, without http:// and without a path.")
		}
	}
	if _, err := publicsuffix.EffectiveTLDPlusOne(host); err != nil {
		return bad("Everybody can have names below this one. Give a host of your own domain.")
	}
	return host, nil
}

// Add asks for a host. It leads nowhere until it is verified.
func (s *Service) Add(ctx context.Context, tx *pg.PlatformTx, tenantID id.ID[tenant.Tenant], host string) (Domain, error) {
	t, err := tenant.ForChange(ctx, tx, tenantID) // two at once must not pass the limit together
	if err != nil {
		return Domain{}, err
	}
	if t.IsDemo {
		return Domain{}, errDemo
	}
	if host, err = s.normal(host); err != nil {
		return Domain{}, err
	}
	n, err := count(ctx, tx, tenantID)
	if err != nil {
		return Domain{}, err
	}
	if n >= perTenant {
		return Domain{}, errLimit
	}
	key := id.New[Domain]()
	if err := insert(ctx, tx, key, tenantID, host, rand.Text()); err != nil {
		return Domain{}, err
	}
	d, err := s.find(ctx, tx, key)
	if err != nil {
		return Domain{}, err
	}
	return d.Domain, s.record(ctx, tx, d, "DOMAIN_ADDED")
}

// Primary makes a host the one that mails and links name.
func (s *Service) Primary(ctx context.Context, tx *pg.PlatformTx, d row) (Domain, error) {
	if d.Status != Verified {
		return Domain{}, errPending
	}
	if err := setPrimary(ctx, tx, d.tenantID(), d.ID); err != nil {
		return Domain{}, err
	}
	now, err := s.find(ctx, tx, d.ID)
	if err != nil {
		return Domain{}, err
	}
	return now.Domain, s.record(ctx, tx, now, "DOMAIN_PRIMARY_CHANGED")
}

// Remove gives a host up. Another business can have it after a week.
func (s *Service) Remove(ctx context.Context, tx *pg.PlatformTx, d row) error {
	if !d.IsCustomDomain {
		return errOwn
	}
	if err := remove(ctx, tx, d); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.tenants.Forget(d.tenantID()) })
	return s.record(ctx, tx, d, "DOMAIN_REMOVED")
}

// record puts a change on record: in the security log, and as the transaction's last statement in the audit.
func (s *Service) record(ctx context.Context, tx *pg.PlatformTx, d row, action string) error {
	var actor audit.Person // nobody where the daily check does it
	if who, ok := session.From(ctx); ok {
		actor = session.PersonOf(who)
	}
	tx.AfterCommit(func() {
		s.audit.Security(ctx, tx.Now(), audit.SecurityEvent{
			Event: action, Result: audit.Allowed, UserID: actor.ID, Email: actor.Email, TenantSlug: d.TenantSlug, Mode: string(pg.Live),
			Details: map[string]any{"host": d.Host},
		})
	})
	return s.audit.Append(ctx, tx, audit.Entry{
		Action: action, Result: audit.Allowed, TenantID: new(d.tenantID().UUID()), TenantSlug: d.TenantSlug, Mode: string(pg.Live), Actor: actor,
		Details: map[string]any{"host": d.Host},
	})
}

func idOf(d Domain) uuid.UUID { return d.ID.UUID() }
