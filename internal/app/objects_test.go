package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

// The variants of an object, as somebody sees it.
const (
	none       = "no object"
	own        = "their own"
	colleagues = "a colleague's"
	foreign    = "another tenant's"
	otherMode  = "the other mode's"
	missing    = "a missing one"
	malformed  = "nonsense"
	otherKind  = "one of another kind"
)

// world is a business with its people, another one, a demo, and the platform.
type world struct {
	mine, theirs, demo *apptest.Salon
	t                  testing.TB
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{mine: busySalon(t), theirs: busySalon(t), demo: busySalon(t), t: t}
	copyRows(t, w.theirs.Env.Lease.Live, w.mine.Env.Lease.Sandbox)
	_, err := pgtest.Super(t).Exec(t.Context(), `UPDATE public.tenants SET is_demo = true WHERE id = $1`, w.demo.Env.Lease.ID)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// maker makes or finds an object for who asks about it.
type maker func(who *apptest.Client) string

// objectsOf are the objects that an operation is asked about as a role, by variant.
func (w *world) objectsOf(t *testing.T, o operation, r role.Role) map[string]maker {
	t.Helper()
	fixed := func(id string) maker { return func(*apptest.Client) string { return id } }
	if o.id() == "" {
		return map[string]maker{none: fixed("")}
	}
	all := map[string]maker{missing: fixed(o.id()), malformed: fixed("nonsense"), otherKind: fixed("xyz_01k9m7e6xhf8ktexm2q2ggx7zp")}
	if tables[o.noun()] != "" {
		all[foreign] = fixed(first(t, w.theirs.Env.Lease.Live.Schema, o.noun()))
		all[otherMode] = all[foreign] // its rows are copied into this business's sandbox
		all[own] = func(who *apptest.Client) string { return w.ownRow(t, o.noun(), who) }
		all[colleagues] = fixed(first(t, w.mine.Env.Lease.Live.Schema, o.noun()))
		return all
	}
	kinds := makers[o.noun()]
	if kinds == nil {
		t.Fatalf("%s: say in makers how to make objects of kind %s", o, o.noun())
	}
	maps.Copy(all, kinds(w, r))
	return all
}

// tables are those of a tenant's schema that hold the objects of a kind.
var tables = map[string]string{
	"loc": "locations", "res": "resources", "grp": "resource_groups", "svc": "services", "cus": "customers", "blk": "blocks", "apt": "appointments",
	"wle": "waitlist_entries", "ser": "series", "grs": "group_sessions", "fee": "fees",
}

type anything struct{}

func (anything) IDPrefix() string { return "x" }

// typeID writes an id of a kind.
func typeID(prefix string, key uuid.UUID) string {
	return prefix + strings.TrimPrefix(id.ID[anything](key).String(), "x")
}

// first is an object of the schema.
func first(t *testing.T, schema, noun string) string {
	t.Helper()
	var key uuid.UUID
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT id FROM `+pgx.Identifier{schema, tables[noun]}.Sanitize()+` ORDER BY id LIMIT 1`).Scan(&key)
	if err != nil {
		t.Fatalf("busySalon must make one of %s: %v", noun, err)
	}
	return typeID(noun, key)
}

// ownRow makes an object that is somebody's own: at their own resource, or booked by them.
func (w *world) ownRow(t *testing.T, noun string, who *apptest.Client) string {
	t.Helper()
	s := apptest.NewSalon(t, w.mine.Env, "Europe/Berlin", apptest.Hours([2]string{"08:00", "20:00"}))
	user := who.ID()
	if who.Role == role.Customer {
		guest := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", apptest.Map{"name": "Me", "user_id": user}), http.StatusCreated).ID
		person := s.Resource(t)
		service := s.Service(t, []string{person})
		if noun == "wle" {
			return waits(t, s, service, guest, nil)
		}
		if noun == "ser" {
			return book(t, s, service, guest)
		}
		booked := s.Book(t, apptest.Map{"service_id": service, "start": "2027-03-01T12:00:00+01:00", "customer_id": guest}).ID
		if noun == "fee" {
			return owed(t, s, booked)
		}
		if noun == "grs" {
			session, class := planned(t, s, person)
			s.Book(t, apptest.Map{"service_id": class, "start": "2027-03-03T10:00:00+01:00", "customer_id": guest})
			return session
		}
		return map[string]string{"cus": guest, "loc": s.Location, "res": person, "svc": s.Location, "grp": s.Location, "blk": s.Location, "apt": booked}[noun]
	}
	return w.ownOfStaff(t, s, noun, s.Resource(t, apptest.Map{"user_id": user}))
}

// ownOfStaff makes an object at somebody's own resource.
func (w *world) ownOfStaff(t *testing.T, s *apptest.Salon, noun, person string) string {
	t.Helper()
	service := s.Service(t, []string{person})
	switch noun {
	case "res":
		return person
	case "svc":
		return service
	case "grp":
		return apptest.Into[apptest.Object](t, s.Owner.POST("/resource_groups", apptest.Map{"name": "Mine", "resource_ids": []string{person}}), http.StatusCreated).ID
	case "blk":
		return apptest.Into[apptest.Object](t, s.Owner.POST("/blocks", apptest.Map{"resource_id": person, "start": "2027-03-02T08:00:00Z", "end": "2027-03-02T09:00:00Z"}), http.StatusCreated).ID
	case "wle":
		return waits(t, s, service, s.Customer(t, "Guest"), []string{person})
	case "cus", "apt":
		guest := s.Customer(t, "Guest")
		booked := s.Book(t, apptest.Map{"service_id": service, "start": "2027-03-01T12:00:00+01:00", "customer_id": guest}).ID
		return map[string]string{"cus": guest, "apt": booked}[noun]
	case "ser":
		return book(t, s, service, s.Customer(t, "Guest"))
	case "grs":
		session, _ := planned(t, s, person)
		return session
	case "fee":
		return owed(t, s, s.Book(t, apptest.Map{"service_id": service, "start": "2027-03-01T12:00:00+01:00", "customer_id": s.Customer(t, "Guest")}).ID)
	}
	return s.Location
}

// waits puts a customer on the wait list.
func waits(t *testing.T, s *apptest.Salon, service, customer string, wish []string) string {
	t.Helper()
	return apptest.Into[apptest.Object](t, s.Owner.POST("/waitlist", apptest.Map{
		"service_id": service, "customer_id": customer, "from_date": "2027-03-01", "to_date": "2027-03-05", "resource_ids": wish,
	}), http.StatusCreated).ID
}

// book makes a series.
func book(t *testing.T, s *apptest.Salon, service, guest string) string {
	t.Helper()
	body := apptest.Map{"service_id": service, "start": "2027-03-02T14:00:00+01:00", "customer_id": guest, "rrule": "FREQ=WEEKLY;COUNT=2"}
	return apptest.Into[struct{ Series apptest.Object }](t, s.Owner.POST("/series", body), http.StatusCreated).Series.ID
}

// planned makes a session of a group that somebody holds.
func planned(t *testing.T, s *apptest.Salon, person string) (session, class string) {
	t.Helper()
	class = s.Service(t, []string{person}, apptest.Map{"group": apptest.Map{"capacity": 5}})
	return apptest.Into[apptest.Object](t, s.Owner.POST("/group_sessions", apptest.Map{"service_id": class, "start": "2027-03-03T10:00:00+01:00"}), http.StatusCreated).ID, class
}

// owed cancels an appointment at a price.
func owed(t *testing.T, s *apptest.Salon, appointment string) string {
	t.Helper()
	body := apptest.Map{"fee": "custom", "custom_fee": apptest.Map{"amount": 500, "currency": "EUR"}}
	s.Owner.POST("/appointments/"+appointment+"/cancel", body).Want(t, http.StatusOK)
	return apptest.Into[apptest.Page](t, s.Owner.GET("/fees?appointment_id="+appointment), http.StatusOK).Data[0].ID
}

// makers say how to make the objects of the kinds that all tenants share, as a role sees them.
var makers = map[string]func(w *world, r role.Role) map[string]maker{
	"ses": func(w *world, _ role.Role) map[string]maker {
		return map[string]maker{
			own: func(who *apptest.Client) string { return w.one("ses", "login_sessions", "user_id", who.UserID) },
			colleagues: func(who *apptest.Client) string {
				return w.one("ses", "login_sessions", "user_id", w.mine.Env.As(who.Role).UserID)
			},
			foreign: func(*apptest.Client) string { return w.one("ses", "login_sessions", "user_id", w.theirs.Owner.UserID) },
		}
	},
	"usr": (*world).users,
	"psk": func(w *world, _ role.Role) map[string]maker {
		key := func(who *apptest.Client) string {
			return w.insert("psk", `INSERT INTO public.passkeys (id, user_id, tenant_id, rp_id, name, credential_id, credential, created_at)
				SELECT $1, u.id, u.tenant_id, 'x', 'A key', uuid_send($1), '{}', now() FROM public.users u WHERE u.id = $2`, who.UserID)
		}
		return map[string]maker{
			own:        key,
			colleagues: func(who *apptest.Client) string { return key(w.mine.Env.As(who.Role)) },
			foreign:    func(*apptest.Client) string { return key(w.theirs.Owner) },
		}
	},
	"inv": func(w *world, r role.Role) map[string]maker {
		invite := func(by *apptest.Client) string {
			return w.insert("inv", `INSERT INTO public.invitations (id, tenant_id, is_sandbox, email, role, is_temporary, invited_by, mailed_at, created_at, expires_at)
				SELECT $1, u.tenant_id, false, $1::uuid || '@people.test', CASE WHEN u.tenant_id IS NULL THEN 'PLATFORM_SALES' ELSE 'TENANT_STAFF' END, false, u.id, '{}',
					'2027-03-01T07:00:00Z', '2027-03-07T07:00:00Z' FROM public.users u WHERE u.id = $2`, by.UserID)
		}
		all := map[string]maker{own: invite, foreign: func(*apptest.Client) string { return invite(w.theirs.Owner) }}
		if r == role.TenantManager { // an invitation of a colleague is the business's
			all[own] = func(*apptest.Client) string { return invite(w.mine.Owner) }
		}
		return all
	},
	"grt": func(w *world, r role.Role) map[string]maker {
		give := func(grantor, grantee, about uuid.UUID) string {
			return w.insert("grt", `INSERT INTO public.permission_grants (id, tenant_id, grantor_id, grantee_id, action, reason, created_at, starts_at, expires_at)
				VALUES ($1, $4, $2, $3, 'edit_settings', 'A reason that is long', '2027-03-01T07:55:00Z', '2027-03-01T07:55:00Z', '2027-03-01T08:25:00Z')`, grantor, grantee, about)
		}
		between := func(s *apptest.Salon) string {
			return give(s.Owner.UserID, s.Env.As(role.TenantStaff).UserID, s.Env.Lease.ID)
		}
		all := map[string]maker{own: func(who *apptest.Client) string {
			return give(who.UserID, w.mine.Env.As(role.TenantStaff).UserID, w.mine.Env.Lease.ID)
		}}
		if !r.IsPlatform() {
			all[colleagues] = func(*apptest.Client) string { return between(w.mine) }
			all[foreign] = func(*apptest.Client) string { return between(w.theirs) }
		}
		return all
	},
	"mq": func(w *world, _ role.Role) map[string]maker {
		act := func(s *apptest.Salon) maker {
			return func(*apptest.Client) string {
				return w.insert("mq", `INSERT INTO public.masquerades (id, actor_id, subject_id, tenant_id, mode, reason, return_path, started_at, expires_at)
					VALUES ($1, $2, $3, $4, 'live', 'A reason that is long', '/', now(), now())`, s.Owner.UserID, s.Env.As(role.TenantStaff).UserID, s.Env.Lease.ID)
			}
		}
		return map[string]maker{own: act(w.mine), foreign: act(w.theirs)}
	},
	"ten": func(w *world, r role.Role) map[string]maker {
		demo := func(*apptest.Client) string { return typeID("ten", w.demo.Env.Lease.ID) }
		if r != role.PlatformSales {
			return map[string]maker{own: demo}
		}
		return map[string]maker{own: demo, colleagues: func(*apptest.Client) string { return typeID("ten", w.theirs.Env.Lease.ID) }}
	},
	"dom": func(w *world, r role.Role) map[string]maker {
		bring := func(s *apptest.Salon) maker {
			return func(*apptest.Client) string {
				return w.insert("dom", `INSERT INTO public.domains (id, tenant_id, host, status, txt_value, created_at) VALUES ($1, $2, $1::uuid || '.example', 'PENDING', 'x', now())`, s.Env.Lease.ID)
			}
		}
		all := map[string]maker{own: bring(w.mine)}
		if !r.IsPlatform() {
			all[foreign] = bring(w.theirs)
		}
		return all
	},
	"sgn": func(w *world, r role.Role) map[string]maker {
		ask := func(by *apptest.Client) string {
			return w.insert("sgn", `INSERT INTO public.signups (id, tenant_id, slug, business_name, owner_name, email, time_zone, currency, is_demo, requested_by, state, steps_done, ip_address, created_at, updated_at)
				VALUES ($1, $1, 's' || $1::uuid, 'B', 'O', 'o@people.test', 'UTC', 'EUR', true, $2, 'FAILED', 1, '', now(), now())`, by.UserID)
		}
		all := map[string]maker{own: ask}
		if r == role.PlatformSales {
			all[colleagues] = func(*apptest.Client) string { return ask(w.mine.Env.As(role.PlatformSales)) }
		}
		return all
	},
}

// users are people whom a role may administer, and others.
func (w *world) users(r role.Role) map[string]maker {
	member := func(s *apptest.Salon, traits ...apptest.Trait) maker {
		return func(*apptest.Client) string { return s.Env.As(role.TenantStaff, traits...).ID() }
	}
	all := map[string]maker{own: member(w.mine), otherMode: member(w.mine, apptest.Sandbox)}
	switch {
	case r == role.PlatformSales:
		all[own], all[colleagues] = member(w.demo, apptest.Temporary), member(w.theirs)
	case !r.IsPlatform():
		all[foreign] = member(w.theirs)
	}
	return all
}

// one is the id of a row of a shared table.
func (w *world) one(prefix, table, column string, value uuid.UUID) string {
	w.t.Helper()
	var key uuid.UUID
	err := pgtest.Super(w.t).QueryRow(w.t.Context(), fmt.Sprintf(`SELECT id FROM public.%s WHERE %s = $1 LIMIT 1`, table, column), value).Scan(&key)
	if err != nil {
		w.t.Fatal(err)
	}
	return typeID(prefix, key)
}

// insert makes a row with a new id, its first argument.
func (w *world) insert(prefix, sql string, args ...any) string {
	w.t.Helper()
	key := uuid.Must(uuid.NewV7())
	if _, err := pgtest.Super(w.t).Exec(w.t.Context(), sql, append([]any{key}, args...)...); err != nil {
		w.t.Fatalf("making one of kind %s: %v", prefix, err)
	}
	return typeID(prefix, key)
}
