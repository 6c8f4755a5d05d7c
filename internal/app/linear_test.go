package app_test

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/jackc/pgx/v5/pgxpool"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// known is a hold or an appointment that a client was told of, and may be of any client's next step.
type known struct {
	step
	took crew
}

// board is where clients tell each other.
type board struct {
	mu      sync.Mutex
	holds   []known
	booked  []known
	history []porcupine.Operation
}

func (b *board) tell(o porcupine.Operation) {
	s, a := o.Input.(step), o.Output.(answer)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.history = append(b.history, o)
	if a.status != http.StatusCreated {
		return
	}
	s.key = a.key
	if s.kind == "hold" {
		b.holds = append(b.holds, known{s, s.want})
	} else {
		b.booked = append(b.booked, known{s, a.took})
	}
}

// next is what a client does, at random, on one of the days first..first+days.
func (b *board) next(random *rand.Rand, first, days int) step {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := step{day: first + random.IntN(days), start: random.IntN(starts), size: 1}
	one := crew(1) << random.IntN(hands)
	switch n := random.IntN(100); {
	case n < 18 && len(b.booked) > 0:
		k := b.booked[random.IntN(len(b.booked))]
		return step{kind: "cancel", day: k.day, key: k.key}
	case n < 34 && len(b.booked) > 0:
		return b.moving(random, s.start)
	case n < 44 && len(b.holds) > 0:
		k := b.holds[random.IntN(len(b.holds))]
		return step{kind: "redeem", day: k.day, key: k.key, size: 1, start: k.start}
	case n < 48 && len(b.holds) > 0:
		k := b.holds[random.IntN(len(b.holds))]
		return step{kind: "release", day: k.day, key: k.key}
	case n < 60:
		s.kind, s.want = "hold", one
	case n < 68:
		s.kind, s.want = "list", one*crew(random.IntN(2))
	case n < 72:
		s.kind = "look"
	case n < 86:
		if s.kind, s.size = "book", 2; random.IntN(4) > 0 {
			s.want = two(random)
		}
	default:
		s.kind, s.want = "book", one*crew(random.IntN(2))
	}
	return s
}

// moving moves an appointment: with whom it is, or to as many others.
func (b *board) moving(random *rand.Rand, start int) step {
	k := b.booked[random.IntN(len(b.booked))]
	s := step{kind: "move", day: k.day, key: k.key, start: start}
	switch {
	case random.IntN(2) == 0:
	case k.size == 2:
		s.want = two(random)
	default:
		s.want = 1 << random.IntN(hands)
	}
	return s
}

func two(random *rand.Rand) crew {
	all := random.Perm(hands)
	return 1<<all[0] | 1<<all[1]
}

// round has all clients take steps at once, and look at the days in the end. The days are nobody's before.
// answered is told of each answer, and has room for all of them.
func (d *desk) round(t *testing.T, seed uint64, first, days, steps int, answered chan<- struct{}) []porcupine.Operation {
	t.Helper()
	var b board
	take := func(client int, s step) {
		call := time.Since(d.began).Nanoseconds()
		a := d.do(t, client, s)
		b.tell(porcupine.Operation{ClientId: client, Input: s, Call: call, Output: a, Return: time.Since(d.began).Nanoseconds()})
	}
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(client)))
			for range steps {
				take(client, b.next(random, first, days))
				answered <- struct{}{}
			}
		})
	}
	wg.Wait()
	for day := first; day < first+days; day++ {
		take(0, step{kind: "look", day: day})
		take(0, step{kind: "list", day: day})
		for i := range hands {
			take(0, step{kind: "list", day: day, want: 1 << i})
		}
	}
	return b.history
}

// tallied says how often each kind of step ended how.
func tallied(all []porcupine.Operation) map[string]map[int]int {
	n := map[string]map[int]int{}
	for _, o := range all {
		kind := o.Input.(step).kind
		if n[kind] == nil {
			n[kind] = map[int]int{}
		}
		n[kind][o.Output.(answer).status]++
	}
	return n
}

// newDesk is a desk at a server in this process, with database connections of its own.
func newDesk(t *testing.T) (*desk, *pgxpool.Pool, *apptest.Env) {
	t.Helper()
	cfg := pgtest.App(t).Config().Copy()
	cfg.ConnConfig.RuntimeParams["application_name"] = t.Name()
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	e := apptest.New(t, func(p *app.Parts) { p.Pool = pool }).At("2026-05-30T12:00:00Z")
	server := httptest.NewServer(e.Handler)
	t.Cleanup(server.Close)
	d := &desk{url: server.URL, host: e.Host(), session: e.As(role.TenantOwner).Session(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 30 * time.Second}}
	t.Cleanup(d.client.CloseIdleConnections)
	return d.furnish(t, e.Now()), pool, e
}

// TestLinearizable has clients book, hold, move and cancel at random, and looks for one order of all steps that explains every answer.
func TestLinearizable(t *testing.T) {
	t.Parallel()
	d, _, e := newDesk(t)
	const rounds, days, steps = 8, 8, 6
	var all []porcupine.Operation
	for i := range rounds {
		history := d.round(t, uint64(i), i*days, days, steps, make(chan struct{}, clients*steps))
		linear(t, history)
		all = append(all, history...)
		if t.Failed() {
			break
		}
	}
	t.Logf("%d days, %d steps: %v; asked again: %v; worst answer after %s", rounds*days, len(all), tallied(all), d.again, d.worst.Round(time.Millisecond))
	apptest.Sound(t, e)
}
