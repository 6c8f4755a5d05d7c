package appointment_test

import (
	"context"
	"maps"
	"net/http"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
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

// count asks the database behind everybody's back.
func (s salon) count(t testing.TB, sql string, args ...any) (n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tx, err := pgtest.Super(t).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, `SET LOCAL search_path TO `+s.Env.Lease.Live.Schema+`, public`); err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow(ctx, sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
