package app_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// trips counts the messages that a program sends to its database and waits for.
type trips struct{ atomic.Int64 }

func (c *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.Add(1)
	return ctx
}
func (*trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *trips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.Add(1)
	return ctx
}
func (*trips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (*trips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

func (c *trips) TracePrepareStart(ctx context.Context, _ *pgx.Conn, _ pgx.TracePrepareStartData) context.Context {
	c.Add(1)
	return ctx
}
func (*trips) TracePrepareEnd(context.Context, *pgx.Conn, pgx.TracePrepareEndData) {}

// counted starts a program with one connection of its own, whose messages are counted.
func counted(t testing.TB) (*apptest.Env, *trips) {
	t.Helper()
	c := &trips{}
	cfg := pgtest.App(t).Config()
	cfg.ConnConfig.Tracer, cfg.MaxConns = c, 1
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return apptest.New(t, func(p *app.Parts) { p.Pool = pool }), c
}

// asks are calls by name: public, signed in, and acting as somebody.
func asks(t testing.TB, e *apptest.Env) map[string]func() apptest.Answer {
	t.Helper()
	owner, staff, support := e.As(role.TenantOwner), e.As(role.TenantOwner), e.As(role.PlatformSupport)
	a := owner.POST("/masquerade", apptest.Map{"user_id": e.As(role.TenantStaff).ID()}).Want(t, http.StatusCreated)
	child := owner.Continue(a, e.Host())
	get := func(c *apptest.Client, path string) func() apptest.Answer {
		return func() apptest.Answer { return c.GET(path) }
	}
	return map[string]func() apptest.Answer{
		"public": get(e.Public(), "/public/business"), "me": get(staff, "/me"), "me acting": get(child, "/me"), "me platform": get(support, "/me"),
		"tenant": get(staff, "/resources"), "tenant acting": get(child, "/resources"), "platform": get(support, "/platform/tenants"),
	}
}

// Knowing who asks, who really acts, what they hold and whether a masquerade may go on costs one message to the database.
func TestToKnowWhoAsksTakesOneRoundTrip(t *testing.T) {
	t.Parallel()
	e, c := counted(t)
	at := e.Now()
	e.At(at.Format("2006-01-02T15:04:05Z07:00")) // the host stays remembered
	all := asks(t, e)
	cost := func(name string) int64 {
		t.Helper()
		for range 2 { // statements are prepared the first time
			all[name]().Want(t, http.StatusOK)
		}
		before := c.Load()
		all[name]().Want(t, http.StatusOK)
		return c.Load() - before
	}
	for name, want := range map[string]int64{
		"me": 1, "me acting": 1, "me platform": 1,
		"tenant": cost("public") + 1, "tenant acting": cost("public") + 1,
	} {
		if got := cost(name); got != want {
			t.Errorf("%s: %d round trips, want %d", name, got, want)
		}
	}
	if cost("public") != 3 {
		t.Errorf("the public call, which opens, reads and ends a transaction, takes %d", cost("public"))
	}
}

// BenchmarkAuthenticatedRequest measures calls that differ in who asks.
func BenchmarkAuthenticatedRequest(b *testing.B) {
	e, c := counted(b)
	for name, ask := range asks(b, e) {
		b.Run(name, func(b *testing.B) {
			ask().Want(b, http.StatusOK)
			before := c.Load()
			for b.Loop() {
				ask().Want(b, http.StatusOK)
			}
			b.ReportMetric(float64(c.Load()-before)/float64(b.N), "trips/op")
		})
	}
}
