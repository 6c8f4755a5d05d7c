package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
)

type (
	object      = map[string]any
	data[T any] struct{ Data []T }
)

// booking is one customer's request, which is sent again with its key until it is answered.
type booking struct {
	key   string
	body  object
	acked string // the id that the customer was told
	lost  bool   // whether the first answer gets lost on its way, as the last ones before a crash do
}

func (b *booking) header() http.Header { return http.Header{"Idempotency-Key": {b.key}} }

// signedIn signs the business's owner in.
func (p *program) signedIn(t *testing.T) http.Header {
	t.Helper()
	_, header, answer, err := p.exchange(t, http.MethodPost, "/api/v1/auth/login", nil, object{"email": "owner@crash.test", "password": crashPassword})
	if err != nil || header.Get("Set-Cookie") == "" {
		t.Fatalf("signing in: %v %s", err, answer)
	}
	cookie, err := http.ParseSetCookie(header.Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	return http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}}
}

// load is every booking that the business can take: a second person makes it possible to book one thing twice.
func load(t *testing.T, p *program) []*booking {
	t.Helper()
	as := p.signedIn(t)
	place := get[data[struct{ ID string }]](t, p, http.MethodGet, "/api/v1/locations", as, nil).Data[0].ID
	service := get[data[struct {
		ID          string
		ResourceIDs []string `json:"resource_ids"`
	}]](t, p, http.MethodGet, "/api/v1/services", as, nil).Data[0]
	second := get[struct{ ID string }](t, p, http.MethodPost, "/api/v1/resources", as, object{"name": "Second", "kind": "STAFF", "location_id": place})
	get[struct{ ID string }](t, p, http.MethodPatch, "/api/v1/services/"+service.ID, as, object{"resource_ids": append(service.ResourceIDs, second.ID)})

	today := time.Now()
	path := fmt.Sprintf("/api/v1/public/availability?service_id=%s&from=%s&to=%s", service.ID, today.Format(time.DateOnly), today.AddDate(0, 0, 30).Format(time.DateOnly))
	var all []*booking
	for i, slot := range get[data[struct{ Start string }]](t, p, http.MethodGet, path, nil, nil).Data {
		all = append(all, &booking{key: fmt.Sprint("booking ", i), lost: i%8 == 0, body: object{
			"service_id": service.ID, "start": slot.Start, "customer": object{"name": "Guest", "email": fmt.Sprintf("guest%d@example.com", i%40)},
		}})
	}
	return all
}

// send books one after another on several connections until the server is gone, and returns how many were answered.
// enough is told of each answer.
func send(t *testing.T, p *program, all []*booking, enough chan<- struct{}) {
	t.Helper()
	queue := make(chan *booking, len(all))
	for _, b := range all {
		queue <- b
	}
	close(queue)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for b := range queue {
				if err := p.book(t, b); killed(err) {
					return
				} else if err != nil {
					t.Error(err)
					return
				}
				enough <- struct{}{}
			}
		})
	}
	wg.Wait()
}

// book sends one booking. Only a whole answer counts.
func (p *program) book(t *testing.T, b *booking) error {
	t.Helper()
	status, header, answer, err := p.exchange(t, http.MethodPost, "/api/v1/public/appointments", b.header(), b.body)
	if err != nil {
		return err
	}
	if status != http.StatusCreated {
		return fmt.Errorf("%s: status %d, want 201: %s", b.key, status, answer)
	}
	if b.lost {
		b.lost = false
		return nil
	}
	id := idOf(t, answer)
	if b.acked != "" && (b.acked != id || header.Get("Idempotent-Replayed") != "true") {
		return fmt.Errorf("%s: first told %s, then %s", b.key, b.acked, id)
	}
	b.acked = id
	return nil
}

// TestKillUnderBookingLoad kills the server while customers book. After a restart every booking that was acknowledged
// is there, and customers who ask again with their key are booked once.
func TestKillUnderBookingLoad(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program")
	}
	p := newProgram(t)
	kill := p.start(t)
	all := load(t, p)
	if len(all) < 200 {
		t.Fatalf("only %d times to book", len(all))
	}
	for range 3 {
		answers, sent := make(chan struct{}, len(all)), make(chan struct{})
		go func() { defer close(sent); send(t, p, open(all), answers) }()
		for range 40 {
			<-answers
		}
		kill()
		<-sent
		acked, stored := len(all)-len(open(all)), p.rows(t, `SELECT count(*) FROM {schema}.appointments`)
		if acked == len(all) || stored <= acked {
			t.Fatalf("%d acknowledged, %d stored, of %d: want some that were stored and not acknowledged", acked, stored, len(all))
		}
		t.Logf("killed: %d bookings acknowledged, %d stored", acked, stored)
		kill = p.start(t)
	}
	for _, b := range all { // those that were acknowledged are told the same again
		b.lost = false
		if err := p.book(t, b); err != nil {
			t.Error(err)
		}
	}
	if left := open(all); len(left) > 0 {
		t.Fatalf("%d bookings are not acknowledged in the end", len(left))
	}
	once(t, p, all)
	apptest.SoundIn(t, p.db, p.schema, time.Now())
}

// open lists the bookings that were not acknowledged.
func open(all []*booking) (rest []*booking) {
	for _, b := range all {
		if b.acked == "" {
			rest = append(rest, b)
		}
	}
	return rest
}

// once checks that every acknowledged booking is there, and none twice.
func once(t *testing.T, p *program, all []*booking) {
	t.Helper()
	told := map[string]bool{}
	for _, b := range all {
		if b.acked != "" {
			told[b.acked] = true
		}
	}
	if n := p.rows(t, `SELECT count(*) FROM {schema}.appointments WHERE status = 'CONFIRMED'`); n != len(told) {
		t.Errorf("%d appointments for %d customers", n, len(told))
	}
	if n := p.rows(t, `SELECT count(*) - count(DISTINCT starts_at) FROM {schema}.appointments`); n != 0 {
		t.Errorf("%d times booked twice, each was asked for once", n)
	}
	if n := p.rows(t, `SELECT count(*) FROM {schema}.allocations WHERE active`); n != len(told) {
		t.Errorf("%d allocations for %d appointments", n, len(told))
	}
	if n := p.rows(t, `SELECT count(*) FROM river.river_job WHERE kind = 'notify.booking_confirmation'`); n != len(told) {
		t.Errorf("%d confirmation jobs for %d appointments", n, len(told))
	}
}

func idOf(t *testing.T, answer []byte) string {
	t.Helper()
	var o struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(answer, &o); err != nil || o.ID == "" {
		t.Errorf("no id in %s", answer)
	}
	return o.ID
}
