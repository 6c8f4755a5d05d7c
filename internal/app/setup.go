package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/signup"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// NewTenant is what `tenant create` asks for.
type NewTenant struct {
	Slug, Name, TimeZone, Currency string
	OwnerEmail, OwnerPassword      string
}

// CreateTenant makes a business that can be booked at once: its schemas, its owner, and in both its live data and its
// sandbox one location, one person and one service.
func (s *System) CreateTenant(ctx context.Context, n NewTenant) (tenant.Tenant, error) {
	business := tenant.New{Slug: n.Slug, Name: n.Name, Currency: n.Currency}
	owner := account.New{Name: ownerName(n.OwnerEmail), Email: n.OwnerEmail, Role: role.TenantOwner, Password: n.OwnerPassword}
	if bad := slices.Concat(business.Problems(), location.ZoneProblems("body.time_zone", n.TimeZone), owner.Problems()); len(bad) > 0 {
		return tenant.Tenant{}, fault.Validation(bad...) // all of them, and before anything is made
	}
	t, err := s.tenants.Create(ctx, s.Migrator, business)
	if err != nil {
		return tenant.Tenant{}, err
	}
	tenantID := t.ID.UUID()
	owner.TenantID = &tenantID
	if _, err = s.accounts.Create(ctx, owner); err == nil {
		err = inBoth(ctx, s.db, t, func(tx *pg.TenantTx) error { return s.usableStart(ctx, tx, t, n.TimeZone, owner.Name) })
	}
	if err != nil { // half a business is of no use, and would keep its slug from a second attempt
		return tenant.Tenant{}, errors.Join(err, s.tenants.Remove(context.WithoutCancel(ctx), s.Migrator, t))
	}
	return t, nil
}

// maker makes the businesses that people sign up.
func (a *App) maker(m *migrate.Migrator) signup.Maker {
	return signup.Maker{
		Make: func(ctx context.Context, b signup.Business, reached func(context.Context, signup.Step) error) error {
			return a.make(ctx, m, b, reached)
		},
		Drop: func(ctx context.Context, tenantID uuid.UUID) error {
			return a.tenants.Drop(ctx, m, id.ID[tenant.Tenant](tenantID))
		},
	}
}

func (a *App) make(ctx context.Context, m *migrate.Migrator, b signup.Business, reached func(context.Context, signup.Step) error) error {
	if err := reached(ctx, signup.Reserved); err != nil {
		return err
	}
	n := tenant.New{ID: id.ID[tenant.Tenant](b.TenantID), Slug: b.Slug, Name: b.Name, Currency: b.Currency, IsDemo: b.IsDemo}
	if b.IsDemo {
		n.ExpiresAt = new(a.db.Now().Add(tenant.DemoTime))
	}
	t, err := a.tenants.Create(ctx, m, n)
	if err != nil {
		return err
	}
	if err := reached(ctx, signup.Provided); err != nil {
		return err
	}
	if err := inBoth(ctx, a.db, t, func(tx *pg.TenantTx) error { return a.usableStart(ctx, tx, t, b.TimeZone, b.OwnerName) }); err != nil {
		return err
	}
	return reached(ctx, signup.Usable)
}

// inBoth does the same in a tenant's sandbox and then in its live data: what live holds, both hold.
func inBoth(ctx context.Context, db *pg.DB, t tenant.Tenant, f func(*pg.TenantTx) error) error {
	live, err := t.Live()
	if err != nil {
		return err
	}
	sandbox, err := t.Sandbox()
	if err != nil {
		return err
	}
	if err := db.InTenant(ctx, sandbox, f); err != nil {
		return err
	}
	return db.InTenant(ctx, live, f)
}

func ownerName(email string) string {
	name, _, _ := strings.Cut(email, "@")
	if name == "" {
		return "Owner"
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// weekly is the same window on each of the days.
func weekly(from, to calendar.Clock, days ...int) calendar.Hours {
	h := make(calendar.Hours, len(days))
	for i, d := range days {
		h[i] = calendar.Window{Weekday: d, From: from, To: to}
	}
	return h
}

func (a *App) usableStart(ctx context.Context, tx *pg.TenantTx, t tenant.Tenant, zone, person string) error {
	place, err := a.locations.Create(ctx, tx, location.New{Name: t.Name, TimeZone: zone, OpeningHours: weekly(9*60, 17*60, 1, 2, 3, 4, 5)})
	if err != nil {
		return fmt.Errorf("first location: %w", err)
	}
	staff, err := a.resources.Create(ctx, tx, resource.New{Name: person, Kind: "STAFF", LocationID: place.ID})
	if err != nil {
		return fmt.Errorf("first person: %w", err)
	}
	_, err = a.services.CreateIn(ctx, tx, t.Currency, service.New{
		Name: "Appointment", DurationMinutes: 30, SlotIntervalMinutes: new(30),
		Price: money.Money{Currency: t.Currency}, ResourceIDs: []id.ID[resource.Resource]{staff.ID},
	})
	if err != nil {
		return fmt.Errorf("first service: %w", err)
	}
	return nil
}

// NewUser is what `user create` asks for.
type NewUser struct {
	Tenant                string // slug; "" for the platform's own roles
	Email, Name, Password string
	Role                  string
}

// CreateUser makes a user, of a tenant or of the platform.
func (a *App) CreateUser(ctx context.Context, n NewUser) (account.User, error) {
	u := account.New{Name: n.Name, Email: n.Email, Role: role.Role(n.Role), Password: n.Password}
	if n.Tenant != "" {
		t, err := a.tenants.BySlug(ctx, n.Tenant)
		if errors.Is(err, fault.ErrNotFound) {
			return account.User{}, fmt.Errorf("no business has the slug %q: `smoothschedule tenant list` shows all", n.Tenant)
		}
		if err != nil {
			return account.User{}, err
		}
		tenantID := t.ID.UUID()
		u.TenantID = &tenantID
	}
	return a.accounts.Create(ctx, u)
}

// WriteTenants writes one line for each business, oldest first.
func (a *App) WriteTenants(ctx context.Context, out io.Writer) error {
	return a.tenants.Each(ctx, func(t tenant.Tenant) {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", t.ID, t.Slug, t.Status, t.Tier, t.Name)
	})
}

// Address is where a business is found.
func (a *App) Address(slug string) string { return a.cfg.Origin(a.cfg.Host(slug)) }
