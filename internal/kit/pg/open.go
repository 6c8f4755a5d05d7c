package pg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Login is the restricted login that serves requests.
const Login = "smoothschedule"

// OpenOwner connects as the owner of the database, for migrations and provisioning only.
func OpenOwner(ctx context.Context, url string) (*pgxpool.Pool, error) {
	return open(ctx, url, 4, "")
}

// OpenApp connects as the login that serves requests. Without a URL of its own it starts from the owner's
// and becomes smoothschedule with the connection's first message.
func OpenApp(ctx context.Context, appURL, ownerURL string, conns int32) (*pgxpool.Pool, error) {
	if appURL != "" {
		return open(ctx, appURL, conns, "")
	}
	return open(ctx, ownerURL, conns, Login)
}

func open(ctx context.Context, url string, conns int32, role string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("DATABASE_URL or SS_APP_DATABASE_URL can't be read: want postgres://user:password@host:5432/database") // the parser's error holds the URL
	}
	c.MaxConns = conns
	c.MaxConnLifetime = 15 * time.Minute // a backend keeps memory for every tenant's table it ever touched
	c.MaxConnLifetimeJitter = 5 * time.Minute
	c.ConnConfig.ConnectTimeout = 3 * time.Second
	c.ConnConfig.RuntimeParams["application_name"] = "smoothschedule"
	Configure(c)
	if role != "" {
		c.ConnConfig.RuntimeParams["role"] = role
	}
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	return pool, nil
}

// Configure sets what every connection has: no search path, so that a query that forgot its scope finds nothing,
// instants in UTC, whatever zone the machine is in, and no compiling of statements: ours read few rows, but where
// there are no statistics yet some look as if they read many, and are compiled for a second to run for a millisecond.
func Configure(c *pgxpool.Config) {
	c.ConnConfig.RuntimeParams["search_path"] = ""
	c.ConnConfig.RuntimeParams["timezone"] = "UTC"
	c.ConnConfig.RuntimeParams["jit"] = "off"
	c.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
}

// CheckLogin refuses a login that could read a tenant's rows without naming the tenant.
func CheckLogin(ctx context.Context, app *pgxpool.Pool) error {
	var unsafe bool
	err := app.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname ~ '^(tenant|sandbox)_|^ss_(tenant|identity|platform)$' AND pg_has_role(oid, 'USAGE'))
		    OR (SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user)`).Scan(&unsafe)
	if err != nil {
		return fmt.Errorf("checking the serving login: %w", err)
	}
	if unsafe {
		return errors.New("the login that serves requests can reach tenants' data without choosing a tenant: " +
			"make it `smoothschedule` LOGIN NOINHERIT, without superuser, BYPASSRLS or CREATEROLE, and grant the tenant roles to it anew")
	}
	return nil
}
