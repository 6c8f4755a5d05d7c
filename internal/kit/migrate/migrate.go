// Package migrate brings a database to the version of this program: first what tenants share, then
// tenant after tenant, four at a time. A tenant that fails is recorded and reported; the rest go on.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"golang.org/x/sync/errgroup"

	"smoothschedule/migrations"
)

// RiverSchema is where the job queue's tables live.
const RiverSchema = "river"

// Migrator works as the owner of the database.
type Migrator struct {
	owner  *pgxpool.Pool
	tenant []step
	public []step
}

// step is one migration file.
type step struct {
	version int
	name    string
	sql     string
}

// New returns a Migrator to the version of this program.
func New(owner *pgxpool.Pool) (*Migrator, error) {
	return NewWith(owner, migrations.Tenant())
}

// NewWith is New with other tenant migrations than this program's.
func NewWith(owner *pgxpool.Pool, tenant fs.FS) (*Migrator, error) {
	public, err := load(migrations.Public())
	if err != nil {
		return nil, err
	}
	steps, err := load(tenant)
	return &Migrator{owner: owner, public: public, tenant: steps}, err
}

// load reads files named 0001_domain_what.sql, in order and without gaps.
func load(files fs.FS) ([]step, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("listing migrations: %w", err)
	}
	slices.Sort(names)
	steps := make([]step, 0, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if v, err := strconv.Atoi(number); err != nil || v != i+1 {
			return nil, fmt.Errorf("migration %s: want number %04d", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading migration: %w", err)
		}
		steps = append(steps, step{i + 1, name, string(text)})
	}
	return steps, nil
}

// lockKey keeps two migrators of one database apart.
const lockKey = 7362914450

// Up migrates the shared schema and then every tenant. The error names each tenant that failed.
func (m *Migrator) Up(ctx context.Context) error {
	conn, err := m.owner.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connecting as the owner: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lockKey); err != nil {
		return fmt.Errorf("waiting for another migration: %w", err)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", lockKey) // closing the connection frees it too
	}()
	if err := m.shared(ctx); err != nil {
		return err
	}
	return m.tenants(ctx)
}

func (m *Migrator) shared(ctx context.Context) error {
	if _, err := m.owner.Exec(ctx, migrations.Bootstrap()); err != nil {
		return fmt.Errorf("roles and extensions: %w", err)
	}
	river, err := rivermigrate.New(riverpgxv5.New(m.owner), &rivermigrate.Config{Schema: RiverSchema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	if _, err := river.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	done, err := m.publicVersion(ctx)
	if err != nil {
		return err
	}
	for _, s := range m.public[min(done, len(m.public)):] {
		text := fmt.Sprintf("BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL search_path TO public; %s; INSERT INTO public.schema_migrations (version, name, applied_at) VALUES (%d, '%s', now()); COMMIT", s.sql, s.version, s.name)
		if _, err := m.owner.Exec(ctx, text); err != nil {
			return fmt.Errorf("migration %s: %w", s.name, err)
		}
	}
	return nil
}

func (m *Migrator) publicVersion(ctx context.Context) (v int, err error) {
	_, err = m.owner.Exec(ctx, `CREATE TABLE IF NOT EXISTS public.schema_migrations (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL);
		GRANT SELECT ON public.schema_migrations TO smoothschedule`)
	if err != nil {
		return 0, fmt.Errorf("registry of migrations: %w", err)
	}
	err = m.owner.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM public.schema_migrations`).Scan(&v)
	return v, err
}

// atOnce is how many tenants are migrated side by side.
const atOnce = 4

type behind struct {
	Schema  string
	Version int
}

func (m *Migrator) tenants(ctx context.Context) error {
	rows, err := m.owner.Query(ctx, `SELECT schema, version FROM public.tenant_schemas WHERE version < $1 ORDER BY schema`, len(m.tenant))
	if err != nil {
		return fmt.Errorf("listing tenants: %w", err)
	}
	todo, err := pgx.CollectRows(rows, pgx.RowToStructByName[behind])
	if err != nil {
		return fmt.Errorf("listing tenants: %w", err)
	}
	var (
		g      errgroup.Group
		mu     sync.Mutex
		failed []error
	)
	g.SetLimit(atOnce)
	for _, b := range todo {
		g.Go(func() error {
			if err := m.one(ctx, b); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, err)
			}
			return nil
		})
	}
	_ = g.Wait() // the workers report into failed
	return errors.Join(failed...)
}

// one migrates one schema: one transaction in one message.
func (m *Migrator) one(ctx context.Context, b behind) error {
	name := pgx.Identifier{b.Schema}.Sanitize()
	var text strings.Builder
	fmt.Fprintf(&text, "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL search_path TO %s;\n", name)
	for _, s := range m.tenant[b.Version:] {
		text.WriteString(s.sql)
		text.WriteString(";\n")
	}
	fmt.Fprintf(&text, "UPDATE public.tenant_schemas SET version = %d, state = 'READY', error = NULL, updated_at = now() WHERE schema = '%s'; COMMIT", len(m.tenant), b.Schema)
	_, err := m.owner.Exec(ctx, text.String())
	if err == nil {
		return nil
	}
	_, note := m.owner.Exec(ctx, `UPDATE public.tenant_schemas SET state = 'FAILED', error = $2, updated_at = now() WHERE schema = $1`, b.Schema, err.Error())
	return errors.Join(fmt.Errorf("schema %s: %w", b.Schema, err), note)
}

// ErrBehind says that the database has not been migrated to this program's version.
var ErrBehind = errors.New("the database is behind this program: run `smoothschedule migrate`, then start again")

// Check returns ErrBehind when anything but a failed tenant is behind; q may be the restricted login.
// A failed tenant has been reported by Up and must not keep the others from being served.
func (m *Migrator) Check(ctx context.Context, q *pgxpool.Pool) error {
	var registry bool
	if err := q.QueryRow(ctx, `SELECT to_regclass('public.schema_migrations') IS NOT NULL`).Scan(&registry); err != nil {
		return fmt.Errorf("reading the database's version: %w", err)
	}
	if !registry {
		return ErrBehind
	}
	var current bool
	err := q.QueryRow(ctx, `SELECT (SELECT coalesce(max(version), 0) FROM public.schema_migrations) >= $1
		AND NOT EXISTS (SELECT FROM public.tenant_schemas WHERE version < $2 AND state <> 'FAILED')`, len(m.public), len(m.tenant)).Scan(&current)
	if err != nil {
		return fmt.Errorf("reading the database's version: %w", err)
	}
	if !current {
		return ErrBehind
	}
	return nil
}
