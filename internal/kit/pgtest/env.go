package pgtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/migrations"
)

const tenants = 8

// env is one test binary's database.
type env struct {
	app, owner, super *pgxpool.Pool
	free              chan Lease
	tables            []string // of a tenant's schema
	shared            []string // with rows of tenants; the audit log keeps its own
}

var once = sync.OnceValues(build) //nolint:gochecknoglobals // one database for each test binary

func shared(t testing.TB) *env {
	t.Helper()
	e, err := once()
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	return e
}

// queue is an advisory lock of the cluster's postgres database: test binaries build and clone one after another.
const queue = 7741

func build() (*env, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	url := os.Getenv(URLVariable)
	if url == "" {
		return nil, errors.New("no PostgreSQL to test on: use `make test`, or `go run ./internal/kit/embeddedpg/withpg -- go test ./...`")
	}
	admin, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock($1)", queue); err != nil {
		return nil, err
	}
	b := builder{ctx: ctx, admin: admin, url: url}
	if err := b.sweep(); err != nil {
		return nil, err
	}
	template, err := b.template()
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("ss_test_%d_%d", os.Getpid(), time.Now().UnixNano()%1e6)
	if err := b.clone(template, name); err != nil {
		return nil, err
	}
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_unlock($1)", queue); err != nil {
		return nil, err
	}
	return b.open(name)
}

type builder struct {
	ctx   context.Context //nolint:containedctx // lives for one build
	admin *pgx.Conn
	url   string
}

// template returns the name of a database with all migrations and the tenants, made if there is none yet.
func (b builder) template() (string, error) {
	hash := sha256.New()
	hash.Write([]byte(migrations.Bootstrap()))
	for _, files := range []fs.FS{migrations.Public(), migrations.Tenant()} {
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(files, name)
			hash.Write(append([]byte(name), text...))
			return err
		})
		if err != nil {
			return "", err
		}
	}
	name := fmt.Sprintf("ss_template_%x", hash.Sum(nil)[:8])
	var exists bool
	if err := b.admin.QueryRow(b.ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return name, err
	}
	return name, b.build(name)
}

// build makes the template under another name and renames it when it is whole: a killed build leaves no half template.
func (b builder) build(name string) error {
	_, err := b.admin.Exec(b.ctx, `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ss_owner') THEN CREATE ROLE ss_owner LOGIN CREATEROLE; END IF; END $$`)
	if err != nil {
		return err
	}
	building := name + "_b"
	if _, err := b.admin.Exec(b.ctx, "DROP DATABASE IF EXISTS "+building+" WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := b.admin.Exec(b.ctx, "CREATE DATABASE "+building+" OWNER ss_owner"); err != nil {
		return err
	}
	if err := b.fill(building); err != nil {
		return err
	}
	_, err = b.admin.Exec(b.ctx, "ALTER DATABASE "+building+" RENAME TO "+name)
	return err
}

func (b builder) fill(database string) error {
	owner, err := b.pool(database, "ss_owner", 2)
	if err != nil {
		return err
	}
	defer owner.Close()
	m, err := migrate.New(owner)
	if err != nil {
		return err
	}
	if err := m.Up(b.ctx); err != nil {
		return err
	}
	for i := range tenants {
		l, err := lease(i)
		if err != nil {
			return err
		}
		_, err = owner.Exec(b.ctx, `INSERT INTO public.tenants (id, slug, schema, name, currency, tier, status, is_demo, sandbox_enabled, created_at, updated_at, version)
			VALUES ($1, $2, $3, $4, 'EUR', 'FREE', 'ACTIVE', false, true, $5, $5, 1)`, l.ID, l.Slug, l.Live.Schema, "Business "+l.Slug, time.Now())
		if err != nil {
			return err
		}
		if err := errors.Join(m.Provision(b.ctx, l.Live), m.Provision(b.ctx, l.Sandbox)); err != nil {
			return err
		}
	}
	return nil
}

// lease is the same tenant in every clone: a database's privileges name roles of the cluster.
func lease(i int) (Lease, error) {
	l := Lease{ID: uuid.NewSHA1(uuid.Nil, fmt.Append(nil, "test tenant ", i)), Slug: fmt.Sprintf("test-%d", i)}
	schema := strings.ReplaceAll(l.Slug, "-", "_")
	var err error
	if l.Live, err = pg.NewTenant(l.ID, "tenant_"+schema); err != nil {
		return l, err
	}
	l.Sandbox, err = pg.NewTenant(l.ID, "sandbox_"+schema)
	return l, err
}

func (b builder) clone(template, name string) error {
	if _, err := b.admin.Exec(b.ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY FILE_COPY OWNER ss_owner"); err != nil {
		return err
	}
	// A clone carries the privileges of schemas and tables, but not those of the database itself.
	_, err := b.admin.Exec(b.ctx, "REVOKE ALL ON DATABASE "+name+" FROM PUBLIC; GRANT CONNECT ON DATABASE "+name+" TO smoothschedule")
	return err
}

func (b builder) open(name string) (*env, error) {
	e := &env{free: make(chan Lease, tenants)}
	var err error
	if e.app, err = b.pool(name, pg.Login, 2*tenants); err != nil {
		return nil, err
	}
	if e.owner, err = b.pool(name, "ss_owner", 4); err != nil {
		return nil, err
	}
	if e.super, err = b.pool(name, b.admin.Config().User, tenants); err != nil {
		return nil, err
	}
	for i := range tenants {
		l, err := lease(i)
		if err != nil {
			return nil, err
		}
		e.free <- l
	}
	if e.tables, err = e.names(b.ctx, "SELECT relname::text FROM pg_catalog.pg_class WHERE relnamespace = 'tenant_test_0'::regnamespace AND relkind = 'r' ORDER BY 1"); err != nil {
		return nil, err
	}
	e.shared, err = e.names(b.ctx, `SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('tenant_schemas', 'audit_log') ORDER BY 1`)
	return e, err
}

func (e *env) names(ctx context.Context, sql string) ([]string, error) {
	rows, err := e.super.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (b builder) pool(database, user string, conns int32) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(b.url)
	if err != nil {
		return nil, err
	}
	c.ConnConfig.Database, c.ConnConfig.User, c.MaxConns = database, user, conns
	pg.Configure(c)
	return pgxpool.NewWithConfig(context.WithoutCancel(b.ctx), c)
}
