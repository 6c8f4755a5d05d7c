// Package tenant holds the businesses of the platform: their registry, their schemas and their hosts.
package tenant

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/currency"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
)

// Tenant is one business.
type Tenant struct {
	ID             id.ID[Tenant] `json:"id" db:"id"`
	Slug           string        `json:"slug" db:"slug" doc:"The first label of its host."`
	Schema         string        `json:"-" db:"schema"`
	Name           string        `json:"name" db:"name"`
	Currency       string        `json:"currency" db:"currency" doc:"ISO 4217."`
	Tier           string        `json:"tier" db:"tier" enum:"FREE,STARTER,PROFESSIONAL,ENTERPRISE"`
	Status         string        `json:"status" db:"status" enum:"ACTIVE,SUSPENDED,DELETED"`
	IsDemo         bool          `json:"is_demo" db:"is_demo"`
	SandboxEnabled bool          `json:"sandbox_enabled" db:"sandbox_enabled"`
	StaffNeedMFA   bool          `json:"staff_need_mfa" db:"staff_need_mfa" doc:"Whether its managers and staff must have a second factor, as its owners must."`
	StatusReason   *string       `json:"status_reason" db:"status_reason" doc:"Why it is suspended."`
	ExpiresAt      *time.Time    `json:"expires_at" db:"expires_at" doc:"When a demo ends."`
	CreatedAt      time.Time     `json:"created_at" db:"created_at"`
	UpdatedAt      time.Time     `json:"updated_at" db:"updated_at"`
	Version        int           `json:"version" db:"version"`
}

// A demo lasts so long at first, and so long at most.
const (
	DemoTime    = 14 * 24 * time.Hour
	DemoMaxTime = 60 * 24 * time.Hour
)

// The states of a tenant.
const (
	Active    = "ACTIVE"
	Suspended = "SUSPENDED" // its owner may sign in and see why; to everybody else it is gone
	Deleted   = "DELETED"
)

// IDPrefix makes ids of tenants look like ten_….
func (Tenant) IDPrefix() string { return "ten" }

// Live is the scope of the tenant's live data.
func (t Tenant) Live() (pg.Tenant, error) { return pg.NewTenant(t.ID.UUID(), t.Schema) }

// Sandbox is the scope of its test data.
func (t Tenant) Sandbox() (pg.Tenant, error) {
	return pg.NewTenant(t.ID.UUID(), "sandbox_"+strings.TrimPrefix(t.Schema, "tenant_"))
}

// ErrTaken says that the slug belongs to another business.
var ErrTaken = &fault.Error{Kind: fault.Conflict, Code: "already_exists", Detail: "This address is taken. Choose another slug."}

// New is what it takes to make a tenant.
type New struct {
	ID       id.ID[Tenant] // a new one when unset
	Slug     string        // 3 to 40 letters, digits and hyphens, a letter first
	Name     string
	Currency string // ISO 4217
	IsDemo   bool
	// ExpiresAt is when a demo ends, if it does.
	ExpiresAt *time.Time
}

var (
	slugForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,38}[a-z0-9]$`)
	reserved = []string{
		"platform", "api", "www", "app", "admin", "static", "mail", "ftp", "cdn", "status", "assets", "ws",
		"help", "docs", "sandbox", "sign", "localhost", "smoothschedule",
	}
)

// Problems lists what is wrong with n.
func (n New) Problems() (bad []fault.Field) {
	if !slugForm.MatchString(n.Slug) || slices.Contains(reserved, n.Slug) || strings.HasPrefix(n.Slug, "xn--") {
		bad = append(bad, fault.Field{Location: "body.slug", Message: "Use 3 to 40 lower-case letters, digits and hyphens, a letter first, and no reserved name such as www or api."})
	}
	if strings.TrimSpace(n.Name) == "" || len(n.Name) > 200 {
		bad = append(bad, fault.Field{Location: "body.name", Message: "Give the business a name of at most 200 characters."})
	}
	if _, err := currency.ParseISO(n.Currency); err != nil || n.Currency != strings.ToUpper(n.Currency) {
		bad = append(bad, fault.Field{Location: "body.currency", Message: "Use a currency of ISO 4217 in capitals, such as EUR or USD."})
	}
	return bad
}

// Service is the registry of businesses.
type Service struct {
	db    *pg.DB
	hosts *hosts
}

// NewService returns the registry. Hosts end in baseDomain.
func NewService(db *pg.DB, baseDomain string) *Service {
	return &Service{db: db, hosts: &hosts{base: baseDomain, seen: map[string]seen{}}}
}

// Create makes a tenant with its live and its sandbox schema, and leaves nothing behind when it fails.
// The schemas come first: the tenant can't be found before it is whole.
func (s *Service) Create(ctx context.Context, m *migrate.Migrator, n New) (Tenant, error) {
	if bad := n.Problems(); bad != nil {
		return Tenant{}, fault.Validation(bad...)
	}
	if n.ID.IsZero() {
		n.ID = id.New[Tenant]()
	}
	t := Tenant{
		ID: n.ID, Slug: n.Slug, Schema: "tenant_" + strings.ReplaceAll(n.Slug, "-", "_"), Name: strings.TrimSpace(n.Name),
		Currency: n.Currency, Tier: "FREE", Status: "ACTIVE", IsDemo: n.IsDemo, SandboxEnabled: true, ExpiresAt: n.ExpiresAt,
	}
	live, err := t.Live()
	if err != nil {
		return Tenant{}, err
	}
	sandbox, err := t.Sandbox()
	if err != nil {
		return Tenant{}, err
	}
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		t, err = insert(ctx, tx, t)
		return err
	})
	if err != nil {
		return Tenant{}, err
	}
	for _, scope := range []pg.Tenant{live, sandbox} {
		if err := m.Provision(ctx, scope); err != nil {
			return Tenant{}, errors.Join(err, s.Remove(context.WithoutCancel(ctx), m, t))
		}
	}
	return t, nil
}

// Drop is Remove for a tenant by its id; that there is none is fine.
func (s *Service) Drop(ctx context.Context, m *migrate.Migrator, key id.ID[Tenant]) error {
	var t Tenant
	err := s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		t, err = ByID(ctx, tx, key)
		return err
	})
	if errors.Is(err, fault.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Remove(ctx, m, t)
}

// Remove takes back a tenant that could not be made whole: its schemas, its users and its entry.
func (s *Service) Remove(ctx context.Context, m *migrate.Migrator, t Tenant) error {
	live, err := t.Live()
	sandbox, err2 := t.Sandbox()
	return errors.Join(err, err2, m.Drop(ctx, live), m.Drop(ctx, sandbox), m.Forget(ctx, t.ID.UUID()))
}

// BySlug finds a tenant that is not deleted, or fault.ErrNotFound.
func (s *Service) BySlug(ctx context.Context, slug string) (Tenant, error) {
	return pg.Found(pg.OnePlatform[Tenant](ctx, s.db, bySlugSQL, pg.Args{"slug": slug}))
}

// byHost finds the tenant that has verified a domain of its own.
func (s *Service) byHost(ctx context.Context, host string) (Tenant, error) {
	return pg.Found(pg.OnePlatform[Tenant](ctx, s.db, byHostSQL, pg.Args{"host": host}))
}

// Of returns the tenant of the request's host.
func Of(ctx context.Context) (Tenant, error) {
	t, ok := api.HostFrom(ctx).Info.(Tenant)
	if !ok {
		return Tenant{}, fmt.Errorf("no tenant on host %q", api.HostFrom(ctx).Name)
	}
	return t, nil
}

// Schemas lists the scopes of all active tenants, live and test, for what is done in each from time to time.
func (s *Service) Schemas(ctx context.Context) (scopes []pg.Tenant, err error) {
	var tenants []Tenant
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) (err error) {
		tenants, err = active(ctx, tx)
		return err
	})
	for _, t := range tenants {
		live, errLive := t.Live()
		test, errTest := t.Sandbox()
		scopes, err = append(scopes, live, test), errors.Join(err, errLive, errTest)
	}
	return scopes, err
}

// Name returns what a tenant is called.
func (s *Service) Name(ctx context.Context, tenantID uuid.UUID) (string, error) {
	got, err := pg.OnePlatform[struct {
		Name string `db:"name"`
	}](ctx, s.db, `SELECT name FROM public.tenants WHERE id = @id`, pg.Args{"id": tenantID})
	return got.Name, err
}

// MayMail tells whether a business's mail to an address may leave: a demo writes to its own people alone (spec identity 4c).
func (s *Service) MayMail(ctx context.Context, tenantID uuid.UUID, to string) (bool, error) {
	got, err := pg.OnePlatform[struct {
		May bool `db:"may"`
	}](ctx, s.db, `
		SELECT NOT t.is_demo OR EXISTS (SELECT FROM public.users u WHERE u.tenant_id = t.id AND u.email = lower(@to)) AS may
		FROM public.tenants t WHERE t.id = @id`, pg.Args{"id": tenantID, "to": to})
	return got.May, err
}

// Each calls f with every tenant, oldest first.
func (s *Service) Each(ctx context.Context, f func(Tenant)) error {
	var rows []Tenant
	err := s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		rows, err = all(ctx, tx)
		return err
	})
	for _, t := range rows {
		f(t)
	}
	return err
}
