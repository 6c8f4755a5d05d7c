package appointment_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pgtest"
)

type object = apptest.Map

const (
	newYork = "America/New_York"
	before  = "2026-05-30T12:00:00Z" // the Saturday before monday
	monday  = "2026-06-01"
	clock   = "15:04"
)

// salon is a business in New York that is open from nine to five, seen on the Saturday before monday.
type salon struct {
	*apptest.Salon
	ann string // its first member of staff
}

func open(t testing.TB, options ...apptest.Option) salon {
	t.Helper()
	return openFor(t, apptest.New(t, options...))
}

func openFor(t testing.TB, e *apptest.Env) salon {
	t.Helper()
	s := apptest.NewSalon(t, e.At(before), newYork, apptest.Hours([2]string{"09:00", "17:00"}))
	return salon{s, s.Resource(t)}
}

// turn turns the clock, and signs the owner in anew: sessions end with time.
func (s salon) turn(instant string) {
	s.Owner = s.Env.At(instant).As(role.TenantOwner)
}

// at is a wall-clock time of the Monday, in the form that needs no offset.
func at(clock string) string { return monday + "T" + clock }

// free is the starts that are offered on the Monday.
func (s salon) free(t testing.TB, service string) string {
	t.Helper()
	return apptest.Starts(t, s.Free(t, service, monday, monday), clock)
}

// booked books on the Monday as the owner, for a customer of its own.
func (s salon) booked(t testing.TB, service, start string) apptest.Appointment {
	t.Helper()
	return s.Book(t, object{"service_id": service, "start": at(start), "customer_id": s.Customer(t, "Cleo")})
}

// guest is what the public page sends.
func guest(service, start string, more ...object) object {
	return with(object{"service_id": service, "start": start, "customer": object{"name": "Gil Guest", "email": "gil@example.com"}}, more...)
}

func with(m object, more ...object) object {
	n := object{}
	for _, part := range append([]object{m}, more...) {
		maps.Copy(n, part)
	}
	return n
}

// refused books as a customer does what must not be booked; nothing may be written.
func (s salon) refused(t testing.TB, service, start string) {
	t.Helper()
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest(service, start)).WantProblem(t, http.StatusConflict, "slot_unavailable")
	})
}

func want(t testing.TB, got, want string) {
	t.Helper()
	if got != want {
		t.Fatalf("\ngot  %s\nwant %s", got, want)
	}
}

// behind runs f as the superuser in the business's schema: behind everybody's back.
func (s salon) behind(t testing.TB, f func(ctx context.Context, tx pgx.Tx) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := pgx.BeginFunc(ctx, pgtest.Super(t), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL search_path TO `+s.Env.Lease.Live.Schema+`, public`); err != nil {
			return err
		}
		return f(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// count asks the database for a number.
func (s salon) count(t testing.TB, sql string, args ...any) (n int) {
	t.Helper()
	s.behind(t, func(ctx context.Context, tx pgx.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(&n) })
	return n
}

func (s salon) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	s.behind(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
}

// id is the only id that a query finds, as the API writes it.
func (s salon) id(t testing.TB, prefix, sql string) string {
	t.Helper()
	var key uuid.UUID
	s.behind(t, func(ctx context.Context, tx pgx.Tx) error { return tx.QueryRow(ctx, sql).Scan(&key) })
	return wire(prefix, key)
}

type anything struct{}

func (anything) IDPrefix() string { return "x" }

// wire writes an id of a kind.
func wire(prefix string, key uuid.UUID) string {
	return prefix + strings.TrimPrefix(id.ID[anything](key).String(), "x")
}

// may tells whether the program, at work for the business, has a right on a table.
func (s salon) may(t testing.TB, table, right string) (yes bool) {
	t.Helper()
	schema := s.Env.Lease.Live.Schema
	s.behind(t, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT has_table_privilege($1::name, $2, $3)`, schema, schema+"."+table, right).Scan(&yes)
	})
	return yes
}

// allocated is an active allocation, by the location's wall clock.
type allocated struct{ resource, from, to string }

func (s salon) allocations(t testing.TB) (all []allocated) {
	t.Helper()
	s.behind(t, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT resource_id, to_char(lower(busy_range) AT TIME ZONE 'America/New_York', 'HH24:MI'), to_char(upper(busy_range) AT TIME ZONE 'America/New_York', 'HH24:MI') FROM allocations WHERE active`)
		if err != nil {
			return err
		}
		var (
			key      uuid.UUID
			from, to string
		)
		_, err = pgx.ForEachRow(rows, []any{&key, &from, &to}, func() error {
			all = append(all, allocated{wire("res", key), from, to})
			return nil
		})
		return err
	})
	return all
}
