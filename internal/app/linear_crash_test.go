package app_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"smoothschedule/internal/app/apptest"
)

// TestLinearizableWithFaults is TestLinearizable while the server is killed and its connections are cut. Clients ask again with their
// key until they know: what they asked for happens once, between the first time that they asked and the answer, or never.
func TestLinearizableWithFaults(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program")
	}
	p := newProgram(t)
	kill := p.start(t)
	d := &desk{url: "http://" + p.address, host: p.slug + ".localhost", session: p.signedIn(t), client: p.client, faults: true}
	d.furnish(t, time.Now())
	const rounds, days, steps = 5, 8, 6
	var (
		all         []porcupine.Operation
		kills, cuts int
	)
	for i := range rounds {
		answered, done := make(chan struct{}, clients*steps), make(chan []porcupine.Operation, 1)
		go func() { done <- d.round(t, uint64(100+i), i*days, days, steps, answered) }()
		for fault := range 4 {
			for range clients {
				<-answered
			}
			if (i+fault)%2 == 0 {
				kill()
				kill = p.start(t)
				kills++
			} else {
				cuts += p.cut(t)
			}
		}
		history := <-done
		linear(t, history)
		all = append(all, history...)
		if t.Failed() {
			break
		}
	}
	t.Logf("%d kills, %d connections cut; %d steps: %v; asked again: %v", kills, cuts, len(all), tallied(all), d.again)
	if d.again["silence"] == 0 {
		t.Error("no client noticed anything")
	}
	p.kept(t, all)
	apptest.SoundIn(t, p.db, p.schema, time.Now())
}

// cut ends all of the server's connections to its database, and says how many.
func (p *program) cut(t *testing.T) int {
	t.Helper()
	return p.rows(t, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`)
}

// kept checks that what is stored is what clients were told, and nothing else.
func (p *program) kept(t *testing.T, all []porcupine.Operation) {
	t.Helper()
	told := map[string]bool{}
	for _, o := range all {
		s, a := o.Input.(step), o.Output.(answer)
		if a.status != http.StatusCreated || s.kind == "hold" {
			continue
		}
		if told[a.key] {
			t.Errorf("two clients were told of %s", a.key)
		}
		told[a.key] = true
	}
	var keys []string
	for key := range told {
		keys = append(keys, apptest.UUID(t, key))
	}
	slices.Sort(keys)
	var stored, lost int
	err := p.db.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE a.id <> ALL($1::uuid[])) FROM `+p.schema+`.appointments a`, keys).Scan(&stored, &lost)
	if err != nil {
		t.Fatal(err)
	}
	if stored != len(keys) || lost > 0 {
		t.Errorf("%d appointments, of which %d are nobody's; clients were told of %d", stored, lost, len(keys))
	}
}
