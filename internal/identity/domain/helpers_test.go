package domain_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/domain"
	"smoothschedule/internal/identity/grant"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/mail"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

const base = "shop.example"

// fixture is a business, a DNS of its own and the service between the two, all with a clock that tests set.
type fixture struct {
	t       *testing.T
	lease   pgtest.Lease
	dns     *nameServer
	db      *pg.DB
	service *domain.Service
	mails   *outbox
	now     atomic.Pointer[time.Time]
}

// outbox keeps what was sent.
type outbox struct{ sent []mail.Message }

func (o *outbox) Send(_ context.Context, m mail.Message) error {
	o.sent = append(o.sent, m)
	return nil
}

func (f *fixture) Now() time.Time { return *f.now.Load() }

func (f *fixture) pass(d time.Duration) {
	now := f.Now().Add(d)
	f.now.Store(&now)
}

// start makes a fixture. The resolver may be changed before it is used.
func start(t *testing.T, change func(*domain.Resolver)) *fixture {
	t.Helper()
	f := &fixture{t: t, lease: pgtest.Tenant(t), dns: newNameServer(t)}
	now := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	f.now.Store(&now)
	f.db = pg.New(pgtest.App(t), f.Now)
	log, err := audit.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	resolver := domain.Resolver{Address: f.dns.addr, Port: f.dns.port(), Private: true}
	if change != nil {
		change(&resolver)
	}
	jobs, err := river.NewClient[pgx.Tx](riverpgxv5.New(pgtest.App(t)), &river.Config{Schema: "river"})
	if err != nil {
		t.Fatal(err)
	}
	name := func(label string) string { return label + "." + base }
	f.mails = &outbox{}
	letters := letter.NewService(f.db, f.mails, func(host string) string { return "https://" + host }, name)
	letters.Queue = job.NewQueue(jobs)
	f.service = domain.NewService(f.db, log, tenant.NewService(f.db, base), grant.NewService(f.db, log), letters, base, resolver)
	f.dns.set(t, base, "A 203.0.113.10", "AAAA 2001:db8::10")
	return f
}

// ctx is a call of the business's host.
func (f *fixture) ctx(l pgtest.Lease) context.Context {
	ctx := api.WithHost(f.t.Context(), api.Host{Kind: api.TenantHost, Tenant: l.Live})
	return authz.NewContext(ctx, authz.NewActor([16]byte{1}, role.TenantsAll, role.DomainsVerify))
}

// add asks for a host in a business's name.
func (f *fixture) add(l pgtest.Lease, host string) domain.Domain {
	f.t.Helper()
	var d domain.Domain
	err := f.db.InPlatform(f.t.Context(), func(tx *pg.PlatformTx) (err error) {
		d, err = f.service.Add(f.ctx(l), tx, id.ID[tenant.Tenant](l.ID), host)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

// prove shows in the DNS what a domain asks for.
func (f *fixture) prove(d domain.Domain) {
	f.t.Helper()
	f.dns.set(f.t, d.TXTName, `TXT "`+d.TXTValue+`"`)
	f.dns.set(f.t, d.Host, "CNAME "+base+".")
}

// state is a domain as the database has it.
type state struct {
	status    string
	problem   *string
	failing   bool
	removed   bool
	isPrimary bool
}

func (f *fixture) state(d domain.Domain) (s state) {
	f.t.Helper()
	err := pgtest.Super(f.t).QueryRow(f.t.Context(), `SELECT status, problem, failing_since IS NOT NULL, removed_at IS NOT NULL, is_primary FROM public.domains WHERE id = $1`, d.ID.UUID()).
		Scan(&s.status, &s.problem, &s.failing, &s.removed, &s.isPrimary)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

func (f *fixture) recheck() {
	f.t.Helper()
	if err := f.service.Recheck(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

func number(t *testing.T, text string, args ...any) (n int) {
	t.Helper()
	if err := pgtest.Super(t).QueryRow(t.Context(), text, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}
