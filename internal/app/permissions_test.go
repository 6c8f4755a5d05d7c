package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

const (
	platformHost = "platform.localhost"
	apexHost     = "localhost"
	apiHost      = "api.localhost"
)

// hosts are those that the operation is served on.
func (o operation) hosts(tenant string) (all []string) {
	names, _ := o.Extensions["x-hosts"].([]string)
	for _, name := range names {
		all = append(all, map[string]string{"tenant": tenant, "platform": platformHost, "apex": apexHost, "api": apiHost}[name])
	}
	return all
}

// refused is the code of a refusal by the edge, for who or what role asks.
func refused(t *testing.T, a apptest.Answer) string {
	t.Helper()
	if a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden {
		return ""
	}
	var p apptest.Problem
	if err := json.Unmarshal(a.Body, &p); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	if p.Code == "invalid_credentials" { // the log-in has been tried: it was open
		return ""
	}
	return p.Code
}

func (o operation) call(c *apptest.Client) apptest.Answer {
	return c.Do(o.Method, o.at(o.id()), o.body())
}

// home is the host that a role signs in on.
func home(e *apptest.Env, r role.Role) string {
	if r.IsPlatform() {
		return platformHost
	}
	return e.Host()
}

func TestEveryOperationIsMissingOnOtherKindsOfHost(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	superuser, owner := e.As(role.Superuser), e.As(role.TenantOwner)
	for _, o := range operations(t) {
		for _, host := range []string{apexHost, apiHost, platformHost, e.Host()} {
			if slices.Contains(o.hosts(e.Host()), host) {
				continue
			}
			missing := plain(t, e.On(host).GET("/nowhere").Want(t, http.StatusNotFound))
			for name, c := range map[string]*apptest.Client{"anonymous": e.Public(), "superuser": superuser, "owner": owner} {
				if a := o.call(c.At(host)); a.Status != http.StatusNotFound || plain(t, a) != missing {
					t.Errorf("%s as %s on %s: want the 404 of a missing route, got %d %s", o, name, host, a.Status, a.Body)
				}
			}
		}
	}
}

func TestASessionOfAnotherHostOpensNoOperation(t *testing.T) {
	t.Parallel()
	a, b := apptest.New(t), apptest.New(t)
	for _, o := range operations(t) {
		if o.needs == authz.Public {
			continue
		}
		for _, host := range o.hosts(a.Host()) {
			for name, c := range map[string]*apptest.Client{"another tenant's owner": b.As(role.TenantOwner), "a superuser": a.As(role.Superuser), "this tenant's owner": a.As(role.TenantOwner)} {
				at := o.call(c.At(host))
				if home := host == platformHost && name == "a superuser" || host == a.Host() && name == "this tenant's owner"; !home && refused(t, at) != strayCode(host) {
					t.Errorf("%s by %s on %s: want 401, got %d %s", o, name, host, at.Status, at.Body)
				}
			}
		}
	}
}

// strayCode is the refusal of a session that belongs elsewhere.
func strayCode(host string) string {
	if host == platformHost {
		return "session_cleared"
	}
	return "unauthenticated"
}

// plain is the answer's body without the request's id, which differs always.
func plain(t *testing.T, a apptest.Answer) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(a.Body, &m); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	delete(m, "request_id")
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// copyRows gives one schema the rows of another, ids and all.
func copyRows(t *testing.T, from, to pg.Tenant) {
	t.Helper()
	_, err := pgtest.Super(t).Exec(t.Context(), `DO $$ DECLARE r record; BEGIN
		SET LOCAL session_replication_role = replica;
		FOR r IN SELECT c.relname, string_agg(quote_ident(a.attname), ', ') AS columns FROM pg_catalog.pg_class c
			JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
			WHERE c.relnamespace = '`+from.Schema+`'::regnamespace AND c.relkind = 'r' GROUP BY c.relname
		LOOP EXECUTE format('INSERT INTO `+to.Schema+`.%I (%s) SELECT %s FROM `+from.Schema+`.%I', r.relname, r.columns, r.columns, r.relname); END LOOP;
	END $$`)
	if err != nil {
		t.Fatal(err)
	}
}

// busySalon is a business that has one of each noun.
func busySalon(t *testing.T) *apptest.Salon {
	t.Helper()
	s := apptest.NewSalon(t, apptest.New(t).At("2027-03-01T08:00:00Z"), "Europe/Berlin", apptest.Hours([2]string{"08:00", "20:00"}))
	person, guest := s.Resource(t), s.Customer(t, "Guest")
	service := s.Service(t, []string{person})
	waits(t, s, service, guest, []string{person})
	s.Book(t, apptest.Map{"service_id": service, "start": "2027-03-01T12:00:00+01:00", "customer_id": guest})
	s.Owner.POST("/blocks", apptest.Map{"resource_id": person, "start": "2027-03-02T08:00:00Z", "end": "2027-03-02T09:00:00Z", "reason": "Dentist"}).Want(t, http.StatusCreated)
	s.Owner.POST("/resource_groups", apptest.Map{"name": "People", "resource_ids": []string{person}}).Want(t, http.StatusCreated)
	terms := apptest.Into[struct{ Terms apptest.Map }](t, s.Owner.GET("/policy"), http.StatusOK).Terms
	s.Owner.Do(http.MethodPut, "/services/"+first(t, s.Env.Lease.Live.Schema, "svc")+"/policy", terms).Want(t, http.StatusOK)
	book(t, s, service, guest)
	planned(t, s, person)
	owed(t, s, s.Book(t, apptest.Map{"service_id": service, "start": "2027-03-01T15:00:00+01:00", "customer_id": guest}).ID)
	return s
}

// rows are all that the schema holds of the nouns.
func rows(t *testing.T, tn pg.Tenant) []string {
	t.Helper()
	got, err := pgtest.Super(t).Query(t.Context(), `
		SELECT 'location ' || l::text FROM `+tn.Schema+`.locations l UNION ALL SELECT 'resource ' || r::text FROM `+tn.Schema+`.resources r
		UNION ALL SELECT 'service ' || s::text FROM `+tn.Schema+`.services s UNION ALL SELECT 'customer ' || c::text FROM `+tn.Schema+`.customers c
		UNION ALL SELECT 'block ' || b::text FROM `+tn.Schema+`.blocks b UNION ALL SELECT 'group ' || g::text FROM `+tn.Schema+`.resource_groups g UNION ALL SELECT 'appointment ' || a::text FROM `+tn.Schema+`.appointments a
		UNION ALL SELECT 'wait list ' || w::text FROM `+tn.Schema+`.waitlist_entries w
		UNION ALL SELECT 'series ' || s::text FROM `+tn.Schema+`.series s UNION ALL SELECT 'session ' || g::text FROM `+tn.Schema+`.group_sessions g
		UNION ALL SELECT 'fee ' || f::text FROM `+tn.Schema+`.fees f UNION ALL SELECT 'policy ' || p::text FROM `+tn.Schema+`.policies p ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(got, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}
