package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

const (
	platformHost = "platform.localhost"
	apexHost     = "localhost"
	apiHost      = "api.localhost"
)

// hosts are those that the operation is served on.
func (o operation) hosts(tenant string) []string {
	switch first, _, _ := strings.Cut(strings.TrimPrefix(o.Path, "/api/v1/"), "/"); first {
	case "platform":
		return []string{platformHost}
	case "auth", "me":
		return []string{tenant, platformHost}
	}
	return []string{tenant}
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

func TestEveryOperationAdmitsTheRolesThatHoldItsPermission(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, o := range operations(t) {
		t.Run(o.OperationID, func(t *testing.T) {
			for _, host := range o.hosts(e.Host()) {
				want := "unauthenticated"
				if o.needs == authz.Public {
					want = ""
				}
				if got := refused(t, o.call(e.On(host))); got != want {
					t.Errorf("anonymous on %s: refused as %q, want %q", host, got, want)
				}
			}
			for _, r := range role.All() {
				if !slices.Contains(o.hosts(e.Host()), home(e, r)) {
					continue // the wrong host: another test's
				}
				want := "role_forbidden"
				if o.needs == authz.Public || o.needs == authz.SignedIn || slices.Contains(r.Permissions(), o.needs) {
					want = ""
				}
				a := o.call(e.As(r))
				if got := refused(t, a); got != want {
					t.Errorf("%s: refused as %q, want %q: %d %s", r, got, want, a.Status, a.Body)
				}
				if want == "" && o.id() != "" && a.Status != http.StatusNotFound {
					t.Errorf("%s: an id of no object answers %d %s", r, a.Status, a.Body)
				}
				if a.Status >= http.StatusInternalServerError {
					t.Errorf("%s: %d %s", r, a.Status, a.Body)
				}
			}
		})
	}
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
				if home := host == platformHost && name == "a superuser" || host == a.Host() && name == "this tenant's owner"; !home && refused(t, at) != "unauthenticated" {
					t.Errorf("%s by %s on %s: want 401, got %d %s", o, name, host, at.Status, at.Body)
				}
			}
		}
	}
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

func TestAnotherTenantsObjectIsMissing(t *testing.T) {
	t.Parallel()
	mine := apptest.New(t).At("2027-03-01T08:00:00Z")
	theirs := busySalon(t)
	owner := mine.As(role.TenantOwner)
	before := rows(t, theirs.Env)
	for _, o := range operations(t) {
		if o.id() == "" {
			continue
		}
		missing := owner.Do(o.Method, o.at(o.id()), o.body()).Want(t, http.StatusNotFound)
		for what, path := range map[string]string{
			"another tenant's": o.at(foreign(t, theirs.Env, o)), "malformed": o.at("nonsense"), "another kind's": o.at("ten_01k9m7e6xhf8ktexm2q2ggx7zp"),
		} {
			a := owner.Do(o.Method, path, o.body())
			if a.Status != http.StatusNotFound || plain(t, a) != plain(t, missing) {
				t.Errorf("%s with %s id: want the answer of a missing one, %s, got %d %s", o, what, plain(t, missing), a.Status, a.Body)
			}
		}
	}
	if after := rows(t, theirs.Env); !slices.Equal(before, after) {
		t.Errorf("the other tenant's rows changed from %v to %v", before, after)
	}
}

// busySalon is a business that has one of each noun.
func busySalon(t *testing.T) *apptest.Salon {
	t.Helper()
	s := apptest.NewSalon(t, apptest.New(t).At("2027-03-01T08:00:00Z"), "Europe/Berlin", apptest.Hours([2]string{"08:00", "20:00"}))
	person, guest := s.Resource(t), s.Customer(t, "Guest")
	s.Book(t, apptest.Map{"service_id": s.Service(t, []string{person}), "start": "2027-03-01T12:00:00+01:00", "customer_id": guest})
	s.Owner.POST("/blocks", apptest.Map{"resource_id": person, "start": "2027-03-02T08:00:00Z", "end": "2027-03-02T09:00:00Z", "reason": "Dentist"}).Want(t, http.StatusCreated)
	return s
}

type anything struct{}

func (anything) IDPrefix() string { return "x" }

// foreign is the id of a real object of the other tenant, of the kind that the operation takes. The noun in the path is its table.
func foreign(t *testing.T, e *apptest.Env, o operation) string {
	t.Helper()
	noun, _, _ := strings.Cut(strings.TrimPrefix(o.Path, "/api/v1/"), "/")
	var key uuid.UUID
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT id FROM `+pgx.Identifier{e.Lease.Live.Schema, strings.ReplaceAll(noun, "-", "_")}.Sanitize()+` LIMIT 1`).Scan(&key)
	if err != nil {
		t.Fatalf("%s: busySalon must make one of %s: %v", o, noun, err)
	}
	prefix, _, _ := strings.Cut(o.id(), "_")
	return prefix + strings.TrimPrefix(id.ID[anything](key).String(), "x")
}

// rows are versions and states of all that the tenant has.
func rows(t *testing.T, e *apptest.Env) []string {
	t.Helper()
	schema := e.Lease.Live.Schema
	got, err := pgtest.Super(t).Query(t.Context(), `
		SELECT 'location ' || l::text FROM `+schema+`.locations l UNION ALL SELECT 'resource ' || r::text FROM `+schema+`.resources r
		UNION ALL SELECT 'service ' || s::text FROM `+schema+`.services s UNION ALL SELECT 'customer ' || c::text FROM `+schema+`.customers c
		UNION ALL SELECT 'block ' || b::text FROM `+schema+`.blocks b UNION ALL SELECT 'appointment ' || a::text FROM `+schema+`.appointments a ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(got, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}
