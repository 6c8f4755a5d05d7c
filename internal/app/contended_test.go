package app_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/pgtest"
)

// attempts are as many as fit in `make test`; `make soak` sets SS_TEST_SOAK for all.
func attempts() int64 {
	if os.Getenv("SS_TEST_SOAK") != "" {
		return 10_000
	}
	return 1_000
}

// TestContendedBookings has clients book, all of them a few starts of the same people, named in random order. Whoever gets one gives
// it back most times, so that the others go on contending.
func TestContendedBookings(t *testing.T) {
	t.Parallel()
	d, pool, e := newDesk(t)
	trio := d.service(t, 3)
	before := deadlocks(t)
	var left atomic.Int64
	left.Store(attempts())
	began := time.Now()
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		results = map[int]int{}
	)
	for client := range clients {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(11, uint64(client)))
			for left.Add(-1) >= 0 && !t.Failed() {
				status := d.contend(t, random, client, trio)
				mu.Lock()
				results[status]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("%d attempts in %s: %v; asked again: %v; worst answer after %s",
		attempts(), time.Since(began).Round(time.Millisecond), results, d.again, d.worst.Round(time.Millisecond))
	if results[http.StatusCreated] < 50 || results[http.StatusConflict] < int(attempts()/4) || len(results) != 2 {
		t.Errorf("%v: want many that were booked, more that were not, and nothing else", results)
	}
	apptest.Sound(t, e)
	ended(t, pool)
	if after := deadlocks(t); after != before {
		t.Errorf("%d deadlocks in the database", after-before)
	}
}

// contend books one to three people at one of three starts of a day. What it gets it gives back, but for one in fifty.
func (d *desk) contend(t *testing.T, random *rand.Rand, client int, trio string) int {
	t.Helper()
	ids := d.ids(1<<hands - 1)[:1+random.IntN(3)]
	s := step{day: random.IntN(4), start: 2 + random.IntN(3)}
	body := object{"service_id": []string{d.solo, d.duo, trio}[len(ids)-1], "start": d.clock(s), "customer_id": d.customers[client], "resource_ids": ids}
	r := d.ask(t, http.MethodPost, "/appointments", body)
	if r.status == http.StatusCreated && random.IntN(50) > 0 {
		if c := d.ask(t, http.MethodPost, "/appointments/"+idOf(t, r.body)+"/cancel", object{}); c.status != http.StatusOK {
			t.Errorf("cancelling: %d %s", c.status, c.body)
		}
	}
	return r.status
}

func deadlocks(t *testing.T) (n int) {
	t.Helper()
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// ended closes a pool's connections, which report what they counted when they end, and waits for that.
func ended(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	name := pool.Config().ConnConfig.RuntimeParams["application_name"]
	pool.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var n int
		if err := pgtest.Super(t).QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE application_name = $1`, name).Scan(&n); err != nil {
			t.Fatalf("the connections don't end: %v", err)
		}
		if n == 0 {
			return
		}
		<-tick.C
	}
}
