package migrate_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// database is one of a test's own, empty, and dropped at the end with the roles that were made for it.
type database struct {
	t     *testing.T
	name  string
	owner *pgxpool.Pool
	trace *trace
	roles []string
}

func newDatabase(t *testing.T) *database {
	t.Helper()
	d := &database{t: t, name: fmt.Sprintf("ss_test_%d_%s", os.Getpid(), pgtest.Slug()), trace: &trace{}} // pgtest sweeps such names after a crash
	d.admin(`CREATE DATABASE ` + d.name + ` OWNER ss_owner`)
	t.Cleanup(d.drop)
	d.owner = d.pool(d.trace)
	return d
}

// admin runs a statement of the cluster as the superuser.
func (d *database) admin(sql string) {
	d.t.Helper()
	if _, err := pgtest.Super(d.t).Exec(context.WithoutCancel(d.t.Context()), sql); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

func (d *database) drop() {
	d.admin(`DROP DATABASE ` + d.name + ` WITH (FORCE)`)
	if len(d.roles) > 0 {
		d.admin(`DROP ROLE IF EXISTS ` + strings.Join(d.roles, ", "))
	}
}

// pool connects as the database's owner.
func (d *database) pool(tracer pgx.QueryTracer) *pgxpool.Pool {
	d.t.Helper()
	c := pgtest.Owner(d.t).Config()
	c.ConnConfig.Database, c.ConnConfig.Tracer, c.MaxConns = d.name, tracer, 10
	pool, err := pgxpool.NewWithConfig(d.t.Context(), c)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(pool.Close) // before the database is dropped
	return pool
}

// up migrates with the given tenant migrations.
func (d *database) up(files fstest.MapFS) error {
	d.t.Helper()
	return d.migrator(files).Up(d.t.Context())
}

func (d *database) migrator(files fstest.MapFS) *migrate.Migrator {
	d.t.Helper()
	m, err := migrate.NewWith(d.owner, files)
	if err != nil {
		d.t.Fatal(err)
	}
	return m
}

// tenant registers a business; its schema is for the test to make.
func (d *database) tenant() pg.Tenant {
	d.t.Helper()
	slug := pgtest.Slug()
	tn, err := pg.NewTenant(uuid.Must(uuid.NewV7()), "tenant_"+slug)
	if err != nil {
		d.t.Fatal(err)
	}
	d.roles = append(d.roles, tn.Schema)
	d.exec(`INSERT INTO public.tenants (id, slug, schema, name, currency, tier, status, is_demo, sandbox_enabled, created_at, updated_at, version)
		VALUES ($1, $2, $3, 'A business', 'EUR', 'FREE', 'ACTIVE', false, true, now(), now(), 1)`, tn.ID, slug, tn.Schema)
	return tn
}

func (d *database) exec(sql string, args ...any) {
	d.t.Helper()
	if _, err := d.owner.Exec(d.t.Context(), sql, args...); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

// texts reads one column of text.
func (d *database) texts(sql string, args ...any) []string {
	d.t.Helper()
	rows, err := d.owner.Query(d.t.Context(), sql, args...)
	if err != nil {
		d.t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

// state is what the registry says of the schemas, most frequent first: "199 READY 2".
func (d *database) state() []string {
	d.t.Helper()
	return d.texts(`SELECT count(*) || ' ' || state || ' ' || version FROM public.tenant_schemas GROUP BY state, version ORDER BY count(*) DESC`)
}

// trace counts messages to the server, and how many migrations of a schema run at once.
type trace struct {
	messages  atomic.Int64
	prepares  atomic.Int64
	mu        sync.Mutex
	migrating int
	most      int
	migrated  []string // the texts
}

type isMigration struct{}

func (tr *trace) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	tr.messages.Add(1)
	if !strings.Contains(q.SQL, "UPDATE public.tenant_schemas SET version") {
		return ctx
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.migrating++
	tr.most = max(tr.most, tr.migrating)
	tr.migrated = append(tr.migrated, q.SQL)
	return context.WithValue(ctx, isMigration{}, true)
}

func (tr *trace) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if ctx.Value(isMigration{}) == nil {
		return
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.migrating--
}

func (tr *trace) TracePrepareStart(ctx context.Context, _ *pgx.Conn, _ pgx.TracePrepareStartData) context.Context {
	tr.prepares.Add(1)
	return ctx
}

func (*trace) TracePrepareEnd(context.Context, *pgx.Conn, pgx.TracePrepareEndData) {}

// files are migrations, numbered in order.
func files(sql ...string) fstest.MapFS {
	all := fstest.MapFS{}
	for i, text := range sql {
		all[fmt.Sprintf("%04d_test_step.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}
