package availability_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// statement is a query as the program sent it.
type statement struct {
	sql  string
	args []any
}

// trace keeps the queries of a pool, those that begin and end transactions apart.
type trace struct {
	mu       sync.Mutex
	opening  string
	queries  []statement
	disabled bool
}

func (tr *trace) add(sql string, args []any) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	switch word := strings.ToUpper(strings.TrimSpace(sql)); {
	case tr.disabled:
	case strings.HasPrefix(word, "BEGIN"):
		tr.opening = sql
	case strings.HasPrefix(word, "COMMIT"), strings.HasPrefix(word, "ROLLBACK"), strings.HasPrefix(word, "SELECT SET_CONFIG"): // of a session's scope
	default:
		tr.queries = append(tr.queries, statement{sql, args})
	}
}

// take returns what was sent since the last time.
func (tr *trace) take() []statement {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	taken := tr.queries
	tr.queries = nil
	return taken
}

func (tr *trace) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	tr.add(q.SQL, q.Args)
	return ctx
}
func (tr *trace) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (tr *trace) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (tr *trace) TraceBatchQuery(_ context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	tr.add(q.SQL, q.Args)
}
func (tr *trace) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// month is a busy business: every resource has appointments all day, every day, for 62 days from monday.
type month struct {
	*apptest.Salon
	service string
	pool    *pgxpool.Pool
	trace   *trace
}

func newMonth(t testing.TB, resources, perDay int) *month {
	t.Helper()
	m := &month{trace: &trace{}}
	cfg := pgtest.App(t).Config().Copy()
	cfg.ConnConfig.Tracer = m.trace
	var err error
	if m.pool, err = pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.pool.Close)
	e := apptest.New(t, func(p *app.Parts) { p.Pool = m.pool }).At("2026-05-30T12:00:00Z")
	m.Salon = apptest.NewSalon(t, e, newYork, apptest.Hours([2]string{"09:00", "18:00"}))
	var people []string
	for range resources {
		people = append(people, m.Resource(t))
	}
	m.service = m.Service(t, people, object{"slot_interval_minutes": 15, "buffer_after_minutes": 5, "max_advance_days": 100})
	m.fill(t, perDay)
	return m
}

// fill writes perDay appointments for every resource on each of 62 days, of 20 to 35 minutes.
func (m *month) fill(t testing.TB, perDay int) {
	t.Helper()
	sql := fmt.Sprintf(`WITH customer AS (
			INSERT INTO {s}.customers (id, name, created_at, updated_at, version) VALUES (gen_random_uuid(), 'Cleo', now(), now(), 1) RETURNING id
		), plan AS (
			SELECT gen_random_uuid() AS id, r.id AS resource_id, r.location_id,
				timestamptz '2026-06-01T09:00-04:00' + make_interval(days => d, mins => n * 540 / %[1]d + (r.nth * 5 %% 15)::int) AS start, 20 + (r.nth + n) %% 4 * 5 AS length
			FROM (SELECT *, row_number() OVER (ORDER BY id) AS nth FROM {s}.resources) r, generate_series(0, 61) d, generate_series(0, %[1]d - 1) n
		), booked AS (
			INSERT INTO {s}.appointments (id, location_id, service_id, customer_id, status, starts_at, ends_at, time_zone, service_name, price_amount, price_currency,
				buffer_before_minutes, buffer_after_minutes, assignment_reason, created_at, updated_at, version)
			SELECT plan.id, location_id, s.id, c.id, 'CONFIRMED', start, start + make_interval(mins => length::int), '%[2]s', s.name, 0, 'EUR', 0, 0, 'chosen', now(), now(), 1
			FROM plan, customer c, {s}.services s
		)
		INSERT INTO {s}.allocations (id, appointment_id, resource_id, busy_range, units, exclusive, active)
		SELECT gen_random_uuid(), id, resource_id, tstzrange(start, start + make_interval(mins => length::int)), 1, true, true FROM plan`, perDay, newYork)
	ctx := t.Context()
	tx, err := pgtest.Super(t).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// The references are those of one statement's own rows; a replica's session does not look them up one by one.
	_, err = tx.Exec(ctx, "SET LOCAL session_replication_role = replica; SET LOCAL search_path TO public")
	if err == nil {
		_, err = tx.Exec(ctx, strings.ReplaceAll(sql, "{s}", m.Env.Lease.Live.Schema))
	}
	if err == nil {
		err = tx.Commit(ctx)
	}
	if err == nil {
		_, err = pgtest.Super(t).Exec(ctx, strings.ReplaceAll("ANALYZE {s}.allocations, {s}.appointments, {s}.resources", "{s}", m.Env.Lease.Live.Schema))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// sink takes an answer as a connection does, without keeping it.
type sink struct {
	header        http.Header
	status, bytes int
}

func (s *sink) Header() http.Header    { return s.header }
func (s *sink) WriteHeader(status int) { s.status = status }
func (s *sink) Write(b []byte) (int, error) {
	s.bytes += len(b)
	return len(b), nil
}

// ask reads the public list of so many days, and returns how long it is.
func (m *month) ask(t testing.TB, days int) int {
	t.Helper()
	return m.get(t, "availability", days)
}

// get asks one of the public lists.
func (m *month) get(t testing.TB, list string, days int) int {
	t.Helper()
	to := apptest.Instant(t, monday+"T00:00:00Z").AddDate(0, 0, days-1).Format("2006-01-02")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet,
		"http://"+m.Env.Host()+"/api/v1/public/"+list+"?service_id="+m.service+"&from="+monday+"&to="+to, nil)
	w := &sink{header: http.Header{}}
	m.Env.Handler.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		t.Fatalf("status %d", w.status)
	}
	return w.bytes
}

// TestFourQueriesForAnyRange counts what the list of free times asks the database: of the public, of who manages
// and of who sees their own calendar, the session included.
func TestFourQueriesForAnyRange(t *testing.T) {
	t.Parallel()
	m := newMonth(t, 10, 6)
	staff := m.Env.As(role.TenantStaff)
	for path, c := range map[string]*apptest.Client{"/public/availability": m.Env.Public(), "/availability": m.Owner, "/availability?": staff} {
		path = strings.TrimSuffix(path, "?") + "?service_id=" + m.service + "&from=" + monday
		c.GET(path+"&to="+monday).Want(t, http.StatusOK) // finds the host, which is remembered
		m.trace.take()
		for _, to := range []string{monday, "2026-07-01", "2026-08-01"} { // 1, 31 and 62 days
			c.GET(path+"&to="+to).Want(t, http.StatusOK)
			if n := m.trace.take(); len(n) > 4 || len(n) < 2 {
				t.Errorf("%s to %s: %d queries: %v", path, to, len(n), n)
			}
		}
	}
}
