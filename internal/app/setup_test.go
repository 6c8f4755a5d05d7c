package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

// site is the program on a database of the test's own.
type site struct {
	*app.System
	t    *testing.T
	cfg  config.Config
	name string // of the database
}

// newSite makes the database, dropped at the end with the roles of the given tenants.
func newSite(t *testing.T, slugs ...string) *site {
	t.Helper()
	s := &site{t: t, name: fmt.Sprintf("ss_test_%d_%s", os.Getpid(), pgtest.Slug())} // pgtest sweeps such names after a crash
	s.admin(`CREATE DATABASE ` + s.name + ` OWNER ss_owner`)
	t.Cleanup(func() {
		s.admin(`DROP DATABASE ` + s.name + ` WITH (FORCE)`)
		for _, slug := range slugs {
			s.admin(`DROP ROLE IF EXISTS tenant_` + slug + `, sandbox_` + slug)
		}
	})
	s.cfg = config.Config{
		Env: config.Development, BaseDomain: "localhost", ListenAddr: "127.0.0.1:0", DataDir: t.TempDir(), MailFrom: "SmoothSchedule <no-reply@localhost>",
		DatabaseURL: s.url("ss_owner"), AppDatabaseURL: s.url(pg.Login),
	}
	return s
}

func (s *site) url(user string) string {
	c := pgtest.Super(s.t).Config().ConnConfig
	q := url.Values{"host": {c.Host}, "port": {fmt.Sprint(c.Port)}, "sslmode": {"prefer"}}
	return (&url.URL{Scheme: "postgres", User: url.UserPassword(user, c.Password), Path: "/" + s.name, RawQuery: q.Encode()}).String()
}

func (s *site) admin(sql string) {
	s.t.Helper()
	if _, err := pgtest.Super(s.t).Exec(context.WithoutCancel(s.t.Context()), sql); err != nil {
		s.t.Errorf("%s: %v", sql, err)
	}
}

// open starts the program as a command does.
func (s *site) open() *site {
	s.t.Helper()
	sys, err := app.Open(s.t.Context(), s.cfg, app.Opening{Migrate: true, Say: func(string) {}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.System = sys
	s.t.Cleanup(func() {
		if err := sys.Close(context.WithoutCancel(s.t.Context())); err != nil {
			s.t.Error(err)
		}
	})
	return s
}

// rows is one column of text, read as the owner.
func (s *site) rows(sql string) []string {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.cfg.DatabaseURL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(s.t.Context()))
	found, err := conn.Query(s.t.Context(), sql)
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// call is one request to the program; the answer is decoded into v.
func (s *site) call(method, host, path, body string, status int, v any) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, "http://"+host+"/api/v1"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	if w.Code != status {
		s.t.Fatalf("%s %s: want %d, got %d %s", method, path, status, w.Code, w.Body)
	}
	if v == nil {
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
		s.t.Fatalf("%v in %s", err, w.Body)
	}
}

// everything is what there is of tenants.
const everything = `SELECT 'tenant ' || slug FROM public.tenants UNION ALL SELECT 'user ' || email FROM public.users UNION ALL SELECT 'entry ' || schema FROM public.tenant_schemas
	UNION ALL SELECT 'schema ' || nspname FROM pg_catalog.pg_namespace WHERE nspname ~ '^(tenant|sandbox)_' ORDER BY 1`

func TestANewTenantCanBeBookedAtOnce(t *testing.T) {
	t.Parallel()
	slug := pgtest.Slug()
	s := newSite(t, slug).open()
	host := slug + ".localhost"
	s.call(http.MethodGet, host, "/public/business", "", http.StatusNotFound, nil)
	n := app.NewTenant{Slug: slug, Name: "Corner Shop", TimeZone: "America/New_York", Currency: "USD", OwnerEmail: "ärin@corner.test", OwnerPassword: crashPassword}
	if _, err := s.CreateTenant(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	var services struct {
		Data []struct {
			ID              string `json:"id"`
			DurationMinutes int    `json:"duration_minutes"`
		} `json:"data"`
	}
	s.call(http.MethodGet, host, "/public/services", "", http.StatusOK, &services)
	if len(services.Data) != 1 || services.Data[0].DurationMinutes != 30 {
		t.Fatalf("services: %+v", services)
	}
	day := time.Now().AddDate(0, 0, 7)
	for day.Weekday() != time.Monday {
		day = day.AddDate(0, 0, 1)
	}
	date := day.Format(time.DateOnly)
	var free struct {
		Data     []apptest.Slot `json:"data"`
		TimeZone string         `json:"time_zone"`
	}
	s.call(http.MethodGet, host, "/public/availability?service_id="+services.Data[0].ID+"&from="+date+"&to="+date, "", http.StatusOK, &free)
	if len(free.Data) != 16 || free.TimeZone != "America/New_York" || !strings.HasPrefix(free.Data[0].Start, date+"T09:00:00-0") {
		t.Errorf("a Monday from nine to five has the free times %+v", free)
	}
	s.call(http.MethodPost, host, "/public/appointments", `{"service_id": "`+services.Data[0].ID+`", "start": "`+free.Data[0].Start+`", "customer": {"name": "Cy", "email": "cy@example.test", "phone": "1"}}`, http.StatusCreated, nil)
	s.call(http.MethodPost, host, "/auth/login", `{"email": "ärin@corner.test", "password": "`+crashPassword+`"}`, http.StatusOK, nil)
	if got := s.rows(`SELECT name FROM sandbox_` + slug + `.locations UNION ALL SELECT name FROM sandbox_` + slug + `.resources UNION ALL SELECT name FROM sandbox_` + slug + `.services`); !slices.Equal(got, []string{"Corner Shop", "Ärin", "Appointment"}) {
		t.Errorf("the sandbox holds %v", got)
	}
}

func TestATenantOfBadInputNamesTheFieldsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	slug := pgtest.Slug()
	s := newSite(t, slug).open()
	fine := app.NewTenant{Slug: slug, Name: "Corner Shop", TimeZone: "America/New_York", Currency: "USD", OwnerEmail: "ann@corner.test", OwnerPassword: crashPassword}
	for _, c := range []struct {
		change func(*app.NewTenant)
		want   []string
	}{
		{func(n *app.NewTenant) { n.Slug = "www" }, []string{"body.slug"}},
		{func(n *app.NewTenant) { n.Name = "" }, []string{"body.name"}},
		{func(n *app.NewTenant) { n.TimeZone = "Mars/Base" }, []string{"body.time_zone"}},
		{func(n *app.NewTenant) { n.TimeZone = "" }, []string{"body.time_zone"}},
		{func(n *app.NewTenant) { n.TimeZone = "Local" }, []string{"body.time_zone"}},
		{func(n *app.NewTenant) { n.Currency = "usd" }, []string{"body.currency"}},
		{func(n *app.NewTenant) { n.OwnerEmail = "ann" }, []string{"body.email"}},
		{func(n *app.NewTenant) { n.OwnerPassword = "short" }, []string{"body.password"}},
		{func(n *app.NewTenant) { *n = app.NewTenant{} }, []string{"body.slug", "body.name", "body.currency", "body.time_zone", "body.email", "body.password"}},
	} {
		n := fine
		c.change(&n)
		_, err := s.CreateTenant(t.Context(), n)
		f := fault.As(err)
		for _, want := range c.want {
			if f == nil || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Location == want && x.Message != "" }) {
				t.Errorf("%+v: want a message about %s, got %+v", n, want, err)
			}
		}
	}
	if left := s.rows(everything); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := s.CreateTenant(t.Context(), fine); err != nil {
		t.Fatal(err)
	}
	before := s.rows(everything)
	if _, err := s.CreateTenant(t.Context(), fine); fault.As(err) == nil || fault.As(err).Code != "already_exists" || !slices.Equal(before, s.rows(everything)) {
		t.Errorf("the same again: want already_exists and nothing changed, got %v", err)
	}
}

func TestATenantThatCannotBeMadeWholeLeavesNothing(t *testing.T) {
	t.Parallel()
	slug := pgtest.Slug()
	s := newSite(t, slug).open()
	n := app.NewTenant{Slug: slug, Name: "Corner Shop", TimeZone: "America/New_York", Currency: "USD", OwnerEmail: "ann@corner.test", OwnerPassword: crashPassword}
	s.rows(`ALTER TABLE public.users ADD CONSTRAINT obstacle CHECK (false)`) // no owner can be made
	if _, err := s.CreateTenant(t.Context(), n); err == nil {
		t.Error("made without an owner")
	}
	if left := s.rows(everything); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	s.rows(`ALTER TABLE public.users DROP CONSTRAINT obstacle`)
	if _, err := s.CreateTenant(t.Context(), n); err != nil {
		t.Errorf("a second attempt: %v", err)
	}
}

func TestTheDemoCanBeRepeatedAndIsKeptOutOfProduction(t *testing.T) {
	t.Parallel()
	s := newSite(t).open() // the roles of the demo stay: another database of the cluster may use them
	const all = `SELECT 'user ' || email FROM public.users UNION ALL SELECT slug FROM public.tenants UNION ALL SELECT 'location ' || count(*) FROM tenant_demo.locations
		UNION ALL SELECT 'appointments ' || count(*) FROM tenant_demo.appointments UNION ALL SELECT 'in the sandbox ' || count(*) FROM sandbox_demo.appointments ORDER BY 1`
	if err := s.Demo(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := s.rows(all)
	if err := s.Demo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if second := s.rows(all); !slices.Equal(first, second) || len(second) != 12 {
		t.Errorf("made %v, and the second time %v", first, second)
	}
	// They were made by the clock of that day's morning.
	const firstDay = `SELECT a.id::text FROM tenant_demo.appointments a WHERE (a.starts_at AT TIME ZONE a.time_zone)::date = (a.created_at AT TIME ZONE a.time_zone)::date`
	if today := s.rows(firstDay); len(today) < 3 {
		t.Errorf("the demo's day has %d appointments", len(today))
	}
	for email, host := range map[string]string{"owner@demo.test": "demo.localhost", "customer@demo.test": "demo.localhost", "superuser@platform.test": platformHost} {
		s.call(http.MethodPost, host, "/auth/login", `{"email": "`+email+`", "password": "`+app.DemoPassword+`"}`, http.StatusOK, nil)
	}
	production := s.cfg
	production.Env, production.Secret = config.Production, "a secret of production, long enough"
	if err := app.Serve(t.Context(), production, io.Discard); err == nil || !strings.Contains(err.Error(), "demo") {
		t.Errorf("production with demo users: %v", err)
	}
}

func TestADatabaseThatIsBehindIsNamedWithItsRemedy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := app.Open(t.Context(), s.cfg, app.Opening{Say: func(string) {}})
	if !errors.Is(err, migrate.ErrBehind) || !strings.Contains(err.Error(), "smoothschedule migrate") {
		t.Errorf("an empty database: %v", err)
	}
}

func TestAUserOfAnUnknownTenantIsRefused(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	_, err := e.App.CreateUser(t.Context(), app.NewUser{Tenant: "nobody", Email: "ann@people.test", Name: "Ann", Password: crashPassword, Role: "TENANT_STAFF"})
	if err == nil || !strings.Contains(err.Error(), `"nobody"`) || !strings.Contains(err.Error(), "tenant list") {
		t.Errorf("want an error with its remedy, got %v", err)
	}
}

// Not parallel: it looks at all goroutines of the process.
func TestStoppingLeavesNoGoroutine(t *testing.T) {
	e := apptest.New(t)
	e.Public().GET("/public/business").Want(t, http.StatusOK) // the pool's own have begun
	before := goleak.IgnoreCurrent()
	ctx := context.WithoutCancel(t.Context())
	if err := e.App.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if err := e.App.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
}
