package waitlist_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

type object = apptest.Map

const (
	before   = "2026-05-30T10:00:00Z" // the Saturday before monday, noon in Berlin
	monday   = "2026-06-01"
	tuesday  = "2026-06-02"
	patience = 30 * time.Second
)

// working is held by the test whose program works jobs: the queue is the whole database's, and each program has a clock of its own.
var (
	working sync.Mutex
	holders sync.Map
)

// alone keeps the other tests waiting until this one is over.
func alone(t *testing.T) {
	t.Helper()
	if _, again := holders.LoadOrStore(t, true); again {
		return
	}
	working.Lock()
	t.Cleanup(working.Unlock)
}

// salon is a business in Berlin that is open from nine to ten: one chair, two half hours a day.
type salon struct {
	*apptest.Salon
	ann string
}

func open(t *testing.T) salon {
	t.Helper()
	return openOn(t, before, "09:00", "10:00")
}

func openOn(t *testing.T, now, from, to string) salon {
	t.Helper()
	alone(t)
	s := apptest.NewSalon(t, apptest.New(t).At(now), "Europe/Berlin", apptest.Hours([2]string{from, to}))
	return salon{s, s.Resource(t)}
}

// turn turns the clock, and signs the owner in anew: sessions end with time.
func (s salon) turn(instant string) { s.Owner = s.Env.At(instant).As(role.TenantOwner) }

// offers is a service of which free times are offered one by one.
func (s salon) offers(t *testing.T, more ...object) string {
	t.Helper()
	return s.Service(t, []string{s.ann}, with(object{"waitlist": "offer_next", "max_advance_days": 200}, more...))
}

func with(m object, more ...object) object {
	n := object{}
	for _, part := range append([]object{m}, more...) {
		maps.Copy(n, part)
	}
	return n
}

// person is a customer with an address.
func (s salon) person(t *testing.T, name string) string {
	t.Helper()
	return apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": name, "email": strings.ToLower(name) + "@example.com"}), http.StatusCreated).ID
}

// taken books a start for somebody of their own.
func (s salon) taken(t *testing.T, service, start string) string {
	t.Helper()
	return s.Book(t, object{"service_id": service, "start": start, "customer_id": s.Customer(t, "Early")}).ID
}

func (s salon) cancel(t *testing.T, appointment string) {
	t.Helper()
	s.Owner.POST("/appointments/"+appointment+"/cancel", object{}).Want(t, http.StatusOK)
}

type entry struct {
	apptest.Object
	Status        string  `json:"status"`
	CustomerName  string  `json:"customer_name"`
	OfferedStart  *string `json:"offered_start"`
	OfferedUntil  *string `json:"offered_until"`
	AppointmentID *string `json:"appointment_id"`
	ExpiresAt     string  `json:"expires_at"`
	Priority      int     `json:"priority"`
	Notes         *string `json:"notes"`
}

// waits puts somebody on the list for the Monday.
func (s salon) waits(t *testing.T, service, name string, more ...object) string {
	t.Helper()
	return s.waitsFor(t, service, s.person(t, name), more...).ID
}

func (s salon) waitsFor(t *testing.T, service, customer string, more ...object) entry {
	t.Helper()
	body := with(object{"service_id": service, "customer_id": customer, "from_date": monday, "to_date": monday}, more...)
	return apptest.Into[entry](t, s.Owner.POST("/waitlist", body), http.StatusCreated)
}

func (s salon) get(t *testing.T, id string) entry {
	t.Helper()
	return apptest.Into[entry](t, s.Owner.GET("/waitlist/"+id), http.StatusOK)
}

// states are the statuses of entries, with what is offered.
func (s salon) states(t *testing.T, ids ...string) string {
	t.Helper()
	var all []string
	for _, id := range ids {
		e := s.get(t, id)
		state := e.Status
		if e.OfferedStart != nil {
			state += " " + *e.OfferedStart
		}
		all = append(all, state)
	}
	return strings.Join(all, ", ")
}

// work does all jobs there are, those that they cause too.
func (s salon) work(t *testing.T) {
	t.Helper()
	if err := s.Env.App.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Env.App.Stop(ctx); err != nil {
			t.Errorf("stopping jobs: %v", err)
		}
	}()
	deadline, tick := time.After(patience), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for s.jobs(t, `state IN ('available', 'pending', 'running', 'scheduled', 'retryable')`) > 0 {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("jobs are not done")
		}
	}
	if n := s.jobs(t, `cardinality(errors) > 0`); n > 0 {
		t.Fatalf("%d jobs have failed", n)
	}
}

func (s salon) jobs(t *testing.T, where string) (n int) {
	t.Helper()
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE args->>'tenant_id' = $1 AND `+where, s.Env.Lease.ID.String()).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// expire ends what ran out, and does what comes of it.
func (s salon) expire(t *testing.T) {
	t.Helper()
	s.Env.Expire()
	s.work(t)
}

// letters are the mails about the wait list: to whom, and their subjects.
func (s salon) letters(t *testing.T) (all []string) {
	t.Helper()
	type letter struct {
		To      string `json:"to"`
		Subject string `json:"subject"`
	}
	for _, l := range apptest.Into[struct{ Data []letter }](t, s.Owner.GET("/outbox?limit=200"), http.StatusOK).Data {
		all = append(all, l.To+": "+l.Subject)
	}
	slices.Sort(all)
	return all
}

func want(t testing.TB, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Fatalf("\ngot  %s\nwant %s", g, w)
	}
}

// guest is what the public page sends.
func guest(service string, more ...object) object {
	return with(object{"service_id": service, "from_date": monday, "to_date": monday, "customer": object{"name": "Gil", "email": "gil@example.com"}}, more...)
}

type joined struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

func (s salon) joins(t *testing.T, service string, more ...object) joined {
	t.Helper()
	return apptest.Into[joined](t, s.Env.Public().POST("/public/waitlist", guest(service, more...)), http.StatusCreated)
}

func (s salon) public(path string, token string) apptest.Answer {
	return s.Env.Public().POST("/public/waitlist/"+path, object{"token": token})
}
