package app

import (
	"context"
	"errors"
	"time"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// The demo's fixed points. Everybody knows this password: production refuses a database that holds these users.
const (
	DemoSlug     = "demo"
	DemoPassword = "smooth-demo-password"
)

const demoZone = "Europe/Berlin"

var demoPlatform = []account.New{
	{Name: "Sky Super", Email: "superuser@platform.test", Role: role.Superuser},
	{Name: "Mo Manager", Email: "manager@platform.test", Role: role.PlatformManager},
	{Name: "Sam Sales", Email: "sales@platform.test", Role: role.PlatformSales},
	{Name: "Sol Support", Email: "support@platform.test", Role: role.PlatformSupport},
}

var demoPeople = []account.New{
	{Name: "Olivia Berg", Email: "owner@demo.test", Role: role.TenantOwner},
	{Name: "Marek Novak", Email: "manager@demo.test", Role: role.TenantManager},
	{Name: "Anna Lindt", Email: "staff@demo.test", Role: role.TenantStaff},
	{Name: "Chris Wood", Email: "customer@demo.test", Role: role.Customer},
}

// Demo makes the demo business, its people, and the platform's. It may be repeated: what is there stays as it is.
func (s *System) Demo(ctx context.Context) error {
	s.say("Making the demo business …")
	for _, n := range demoPlatform {
		n.Password = DemoPassword
		if _, err := s.accounts.CreateOnce(ctx, n); err != nil {
			return err
		}
	}
	t, err := s.demoTenant(ctx)
	if err != nil {
		return err
	}
	tenantID := t.ID.UUID()
	users := map[role.Role]id.ID[account.User]{}
	for _, n := range demoPeople {
		n.Password, n.TenantID, n.IsTemporary = DemoPassword, &tenantID, true
		u, err := s.accounts.CreateOnce(ctx, n)
		if err != nil {
			return err
		}
		users[u.Role] = u.ID
	}
	return s.demoData(ctx, t, users)
}

// demoMissing reports whether the database is new: it has no business yet, or a demo that was interrupted while it was made.
func (s *System) demoMissing(ctx context.Context) (bool, error) {
	t, err := s.tenants.BySlug(ctx, DemoSlug)
	if errors.Is(err, fault.ErrNotFound) {
		empty := true
		err = s.tenants.Each(ctx, func(tenant.Tenant) { empty = false })
		return empty, err
	}
	if err != nil {
		return false, err
	}
	live, err := t.Live()
	if err != nil {
		return false, err
	}
	has := false
	err = s.db.InTenantRO(ctx, live, func(tx *pg.TenantTx) error {
		var err error
		has, err = s.locations.Any(ctx, tx)
		return err
	})
	return !has, err
}

func (s *System) demoTenant(ctx context.Context) (tenant.Tenant, error) {
	t, err := s.tenants.BySlug(ctx, DemoSlug)
	if errors.Is(err, fault.ErrNotFound) {
		return s.tenants.Create(ctx, s.Migrator, tenant.New{Slug: DemoSlug, Name: "Willow Hair Studio", Currency: "EUR", IsDemo: true})
	}
	return t, err
}

// demoData fills the live schema and the sandbox, each in one transaction, unless there are locations already.
// The clock of that transaction is this morning's: the demo's day is full whenever it is made.
func (s *System) demoData(ctx context.Context, t tenant.Tenant, users map[role.Role]id.ID[account.User]) error {
	zone, err := location.LoadZone(demoZone)
	if err != nil {
		return err
	}
	today := calendar.DateOf(time.Now(), zone)
	morning, _ := today.At(0).In(zone)
	early := pg.New(s.pool, func() time.Time { return morning[0] })
	ctx = authz.NewContext(ctx, authz.NewActor(users[role.TenantOwner].UUID(), role.TenantOwner.Permissions()...))
	return inBoth(ctx, early, t, func(tx *pg.TenantTx) error {
		has, err := s.locations.Any(ctx, tx)
		if err != nil || has {
			return err
		}
		d := demo{App: s.App, tx: tx, today: today, zone: zone, users: users}
		return d.fill(ctx, t)
	})
}

// demo is one filling of one schema.
type demo struct {
	*App
	tx     *pg.TenantTx
	today  calendar.Date
	zone   *time.Location
	users  map[role.Role]id.ID[account.User]
	place  id.ID[location.Location]
	staff  []id.ID[resource.Resource]
	guests []id.ID[customer.Customer]
}

func (d *demo) fill(ctx context.Context, t tenant.Tenant) error {
	place, err := d.locations.Create(ctx, d.tx, location.New{Name: "Linden Street 4", TimeZone: demoZone, OpeningHours: weekly(9*60, 19*60, 1, 2, 3, 4, 5, 6, 7)})
	if err != nil {
		return err
	}
	d.place = place.ID
	if err := d.addPeople(ctx); err != nil {
		return err
	}
	services, err := d.addServices(ctx, t.Currency)
	if err != nil {
		return err
	}
	return d.addAppointments(ctx, services)
}

// login is the demo user of a role. Live logins don't exist in the sandbox.
func (d *demo) login(r role.Role) *id.ID[account.User] {
	if d.tx.Tenant.Mode != pg.Live {
		return nil
	}
	u := d.users[r]
	return &u
}

func (d *demo) addPeople(ctx context.Context) error {
	lateShift := weekly(11*60, 19*60, 1, 2, 3, 4, 5, 6, 7)
	for _, n := range []resource.New{
		{Name: "Anna Lindt", Kind: "STAFF", UserID: d.login(role.TenantStaff)},
		{Name: "Ben Okafor", Kind: "STAFF"},
		{Name: "Clara Rossi", Kind: "STAFF", Hours: lateShift},
		{Name: "Colour station", Kind: "EQUIPMENT"},
	} {
		n.LocationID = d.place
		r, err := d.resources.Create(ctx, d.tx, n)
		if err != nil {
			return err
		}
		d.staff = append(d.staff, r.ID)
	}
	for i, name := range []string{"Chris Wood", "Maya Ito", "Jonas Keller", "Lena Fischer", "Omar Haddad", "Sofia Marino", "Tom Becker", "Nadia Petrov"} {
		email := "guest" + string(rune('0'+i)) + "@example.test"
		n := customer.New{Name: name, Email: &email}
		if i == 0 {
			mine := "customer@demo.test"
			n.Email, n.UserID = &mine, d.login(role.Customer)
		}
		c, err := d.customers.Create(ctx, d.tx, n)
		if err != nil {
			return err
		}
		d.guests = append(d.guests, c.ID)
	}
	return nil
}

func (d *demo) addServices(ctx context.Context, currency string) ([]service.Service, error) {
	people := d.staff[:3]
	notice := 0 // walk-ins are welcome
	var made []service.Service
	for _, n := range []service.New{
		{Name: "Haircut", DurationMinutes: 45, Price: money.Money{Amount: 3900}, ResourceIDs: people},
		{Name: "Beard trim", DurationMinutes: 20, Price: money.Money{Amount: 1800}, ResourceIDs: people[:2]},
		{Name: "Wash and style", DurationMinutes: 30, Price: money.Money{Amount: 2900}, BufferAfterMinutes: 10, ResourceIDs: people},
		{Name: "Colour", DurationMinutes: 90, Price: money.Money{Amount: 8500}, BufferAfterMinutes: 15, ResourceIDs: d.staff[3:]},
	} {
		n.Price.Currency, n.MinNoticeMinutes = currency, &notice
		svc, err := d.services.CreateIn(ctx, d.tx, currency, n)
		if err != nil {
			return nil, err
		}
		made = append(made, svc)
	}
	return made, nil
}

// addAppointments books two weeks through the ordinary write path. A time that is taken is left out.
func (d *demo) addAppointments(ctx context.Context, services []service.Service) error {
	starts := []calendar.Clock{9*60 + 30, 10*60 + 45, 12 * 60, 13*60 + 30, 15 * 60, 16*60 + 15, 17*60 + 30}
	for day := range 14 {
		for i, start := range starts {
			for r, person := range d.staff {
				if (day+i*2+r*3)%5 > 1 { // some gaps, so that there is something left to book
					continue
				}
				svc := services[(day+i+r)%3]
				if r == 3 { // the colour station does one thing
					svc = services[r]
				}
				if err := d.book(ctx, svc, person, d.today.AddDays(day).At(start), d.guests[(day+i+r)%len(d.guests)]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// book leaves out what can't be: a time that is taken, a service that the person doesn't offer, a wall-clock time that doesn't exist.
func (d *demo) book(ctx context.Context, svc service.Service, person id.ID[resource.Resource], start calendar.Wall, guest id.ID[customer.Customer]) error {
	_, err := d.appointments.Create(ctx, d.tx, appointment.New{
		ServiceID: svc.ID, Start: start.String(), ResourceIDs: []id.ID[resource.Resource]{person}, CustomerID: guest,
	})
	if f := fault.As(err); f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		return nil
	}
	return err
}
