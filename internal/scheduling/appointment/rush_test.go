package appointment_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/pgtest"
)

// answered is how a booking of a rush ended.
type answered struct {
	status int
	body   []byte
	took   time.Duration
}

// rush is a real HTTP server in front of a salon, with database connections of its own.
type rush struct {
	salon
	url    string
	client *http.Client
	pool   *pgxpool.Pool
	name   string // of its connections
}

// rushing keeps the rushes apart: what is measured is one crowd, not three.
var rushing sync.Mutex

func newRush(t *testing.T) *rush {
	t.Helper()
	rushing.Lock()
	t.Cleanup(rushing.Unlock)
	r := &rush{name: "rush " + t.Name()}
	if len(r.name) > 60 {
		r.name = r.name[:60]
	}
	cfg := pgtest.App(t).Config().Copy()
	cfg.ConnConfig.RuntimeParams["application_name"] = r.name
	var err error
	if r.pool, err = pgxpool.NewWithConfig(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.pool.Close)
	r.salon = open(t, func(p *app.Parts) { p.Pool = r.pool })
	server := httptest.NewServer(r.Env.Handler)
	t.Cleanup(server.Close)
	r.url, r.client = server.URL, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 300}, Timeout: 2 * time.Minute}
	t.Cleanup(r.client.CloseIdleConnections)
	return r
}

// all posts the bookings, and holds where there is no customer, at once, each over a connection of its own.
func (r *rush) all(t *testing.T, bookings []object) []answered {
	t.Helper()
	var wg sync.WaitGroup
	start, answers := make(chan struct{}), make([]answered, len(bookings))
	for i, b := range bookings {
		wg.Go(func() {
			<-start
			answers[i] = r.insist(t, b)
		})
	}
	close(start)
	wg.Wait()
	return answers
}

// insist asks again when the answer is to try again, as a slow machine's may be: some wait for the lock too long.
func (r *rush) insist(t *testing.T, booking object) (a answered) {
	t.Helper()
	began := time.Now()
	for range 20 {
		if a = r.post(t, booking); a.status != http.StatusServiceUnavailable {
			break
		}
	}
	a.took = time.Since(began)
	return a
}

func (r *rush) post(t *testing.T, booking object) answered {
	t.Helper()
	path := "/appointments"
	if booking["customer"] == nil {
		path = "/availability/holds"
	}
	text, err := json.Marshal(booking)
	if err != nil {
		t.Error(err)
		return answered{}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/api/v1/public"+path, bytes.NewReader(text))
	if err != nil {
		t.Error(err)
		return answered{}
	}
	req.Host = r.Env.Host()
	req.Header.Set("Content-Type", "application/json")
	res, err := r.client.Do(req)
	if err != nil {
		t.Error(err)
		return answered{}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	if res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "" {
		t.Errorf("503 without Retry-After: %s", body)
	}
	return answered{status: res.StatusCode, body: body}
}

// noDeadlock closes the connections of the rush, which makes them report what they counted, and compares with before.
func (r *rush) noDeadlock(t *testing.T, before int) {
	t.Helper()
	r.pool.Close()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for r.count(t, `SELECT count(*) FROM pg_stat_activity WHERE application_name = $1`, r.name) > 0 {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the connections of the rush don't end")
		}
	}
	if after := r.deadlocks(t); after != before {
		t.Errorf("%d deadlocks in the database", after-before)
	}
}

func (r *rush) deadlocks(t *testing.T) int {
	t.Helper()
	return r.count(t, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`)
}

// oneWinner has n customers book the same time of the same person at once.
func oneWinner(t *testing.T, n int) {
	t.Helper()
	r := newRush(t)
	cut := r.Service(t, []string{r.ann})
	deadlocks := r.deadlocks(t)
	bookings := make([]object, n)
	for i := range bookings {
		bookings[i] = guest(cut, at("12:00"), object{"resource_id": r.ann, "customer": object{"name": "Guest", "email": fmt.Sprintf("guest%d@example.com", i)}})
	}
	statuses, worst := map[int]int{}, time.Duration(0)
	for _, a := range r.all(t, bookings) {
		statuses[a.status]++
		worst = max(worst, a.took)
		if a.status == http.StatusConflict {
			nearestThree(t, a.body)
		}
	}
	t.Logf("%d bookings of one slot: worst answer after %s", n, worst.Round(time.Millisecond))
	if statuses[http.StatusCreated] != 1 || statuses[http.StatusConflict] != n-1 {
		t.Fatalf("statuses %v, want one 201 and the rest 409", statuses)
	}
	if got := r.count(t, `SELECT count(*) FROM allocations WHERE active`); got != 1 {
		t.Errorf("%d active allocations, want 1", got)
	}
	apptest.Sound(t, r.Env)
	if got := r.count(t, `SELECT count(*) FROM customers`); got != 1 {
		t.Errorf("%d customers, want only the one who got the slot", got)
	}
	r.noDeadlock(t, deadlocks)
}

func nearestThree(t *testing.T, body []byte) {
	t.Helper()
	var p apptest.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatal(err)
	}
	var starts []string
	for _, a := range p.Alternatives {
		starts = append(starts, a.Start)
	}
	nearest := []string{"2026-06-01T11:30:00-04:00", "2026-06-01T12:30:00-04:00", "2026-06-01T11:00:00-04:00"}
	slices.Sort(starts)
	slices.Sort(nearest)
	later := []string{"2026-06-01T11:30:00-04:00", "2026-06-01T12:30:00-04:00", "2026-06-01T13:00:00-04:00"}
	if p.Code != "slot_unavailable" || !slices.Equal(starts, nearest) && !slices.Equal(starts, later) {
		t.Fatalf("want slot_unavailable with the nearest three: %s", body)
	}
}

func TestA18FiftyParallelBookingsOfOneSlot(t *testing.T) {
	t.Parallel()
	oneWinner(t, 50)
}

func TestRushOf64OnOneSlotOfOneResource(t *testing.T) {
	t.Parallel()
	oneWinner(t, 64)
}

// TestRushOf200OnFiftySlots has customers, some of them twice and in other letters, book at random: of anybody or of one person,
// services of several people and of one, with and without buffers.
func TestRushOf200OnFiftySlots(t *testing.T) {
	t.Parallel()
	r := newRush(t)
	people := []string{r.ann, r.Resource(t, object{"name": "Bea"}), r.Resource(t, object{"name": "Cem"})}
	grid := object{"duration_minutes": 30, "slot_interval_minutes": 10}
	services := []string{
		r.Service(t, people, grid),
		r.Service(t, []string{people[2], people[0]}, grid, object{"duration_minutes": 20, "buffer_after_minutes": 10}),
		r.Service(t, people[1:2], grid),
	}
	deadlocks := r.deadlocks(t)
	random := rand.New(rand.NewPCG(7, 200))
	bookings := make([]object, 200)
	for i := range bookings {
		n := random.IntN(50)
		start := fmt.Sprintf("%sT%02d:%02d", monday, 9+n/6, n%6*10)
		email := fmt.Sprintf("%s%d@example.com", []string{"guest", "GUEST", "Guest"}[random.IntN(3)], random.IntN(60))
		bookings[i] = guest(services[random.IntN(3)], start, object{"customer": object{"name": "Guest", "email": email}})
		if random.IntN(3) == 0 {
			bookings[i]["service_id"], bookings[i]["resource_id"] = services[0], people[random.IntN(3)]
		}
	}
	r.sound(t, r.all(t, bookings))
	r.noDeadlock(t, deadlocks)
}

// sound checks what must hold after any rush.
func (r *rush) sound(t *testing.T, answers []answered) {
	t.Helper()
	booked, worst := []string{}, time.Duration(0)
	for _, a := range answers {
		worst = max(worst, a.took)
		switch a.status {
		case http.StatusCreated:
			var o apptest.Object
			if err := json.Unmarshal(a.body, &o); err != nil {
				t.Fatal(err)
			}
			booked = append(booked, o.ID)
		case http.StatusConflict:
		default:
			t.Errorf("status %d: %s", a.status, a.body)
		}
	}
	apptest.Sound(t, r.Env)
	t.Logf("%d of %d booked, worst answer after %s", len(booked), len(answers), worst.Round(time.Millisecond))
	if len(booked) < 20 {
		t.Errorf("only %d of %d booked", len(booked), len(answers))
	}
	if n := r.count(t, `SELECT count(*) FROM allocations a JOIN allocations b ON a.resource_id = b.resource_id AND a.id < b.id AND a.active AND b.active AND a.busy_range && b.busy_range`); n != 0 {
		t.Errorf("%d pairs of appointments overlap", n)
	}
	if n := r.count(t, `SELECT count(*) FROM appointments WHERE status = 'CONFIRMED'`); n != len(booked) {
		t.Errorf("%d appointments, but %d were told so", n, len(booked))
	}
	for _, one := range booked {
		r.Owner.GET("/appointments/"+one).Want(t, http.StatusOK)
	}
	if n := r.count(t, `SELECT count(*) FROM appointments p WHERE (SELECT count(*) FROM allocations a WHERE a.appointment_id = p.id AND a.active) <> 1`); n != 0 {
		t.Errorf("%d appointments without their one allocation", n)
	}
	if n := r.count(t, `SELECT count(*) - count(DISTINCT lower(email)) FROM customers`); n != 0 {
		t.Errorf("%d customers twice", n)
	}
	if n := r.count(t, `SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT FROM appointments a WHERE a.customer_id = c.id)`); n != 0 {
		t.Errorf("%d customers of bookings that failed", n)
	}
}
