package resource_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"smoothschedule/internal/app/apptest"
)

func requires(ids ...string) apptest.Map { return apptest.Map{"requires": ids} }

func TestAHallRequiresItsHalves(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	a, b := s.Resource(t), s.Resource(t)
	hall := s.Resource(t, requires(b, a, b))
	list := func() string {
		return fmt.Sprint(apptest.Into[apptest.Map](t, s.Owner.GET("/resources/"+hall), http.StatusOK)["requires"])
	}
	if got := list(); got != fmt.Sprint([]string{a, b}) {
		t.Errorf("requires %s", got)
	}
	s.Owner.PATCH("/resources/"+hall, apptest.Map{"name": "Hall"}).Want(t, http.StatusOK)
	if got := list(); got != fmt.Sprint([]string{a, b}) {
		t.Errorf("after a patch of the name it requires %s", got)
	}
	s.Owner.PATCH("/resources/"+hall, requires(b)).Want(t, http.StatusOK)
	if got := list(); got != fmt.Sprint([]string{b}) {
		t.Errorf("after a patch it requires %s", got)
	}
}

func TestBadLinksAreNamed(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	there := apptest.Into[apptest.Object](t, s.Owner.POST("/locations", apptest.Map{"name": "There", "time_zone": "UTC"}), http.StatusCreated).ID
	away, gone := s.Resource(t, apptest.Map{"location_id": there}), s.Resource(t)
	s.Owner.DELETE("/resources/"+gone).Want(t, http.StatusNoContent)
	c := s.Resource(t)
	b := s.Resource(t, requires(c))
	a := s.Resource(t, requires(b))
	s.Env.WritesNothing(t, func() {
		for name, v := range map[string]struct {
			of, at string
			change apptest.Map
		}{
			"itself":                   {a, "body.requires[1]", requires(b, a)},
			"one of another location":  {a, "body.requires[1]", requires(b, away)},
			"an archived one":          {a, "body.requires[0]", requires(gone)},
			"a missing one":            {a, "body.requires[0]", requires("res_01k9m7e6xhf8ktexm2q2ggx7zp")},
			"a circle of two":          {b, "body.requires[1]", requires(c, a)},
			"a circle of three":        {c, "body.requires[0]", requires(a)},
			"a move away from its own": {a, "body.requires[0]", apptest.Map{"location_id": there}},
			"a move away from another": {c, "body.location_id", apptest.Map{"location_id": there}},
		} {
			t.Log(name)
			s.Owner.PATCH("/resources/"+v.of, v.change).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", v.at)
		}
		s.Owner.POST("/resources", apptest.Map{"name": "D", "kind": "ROOM", "location_id": s.Location, "requires": []string{away}}).
			WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.requires[0]")
	})
	s.Owner.PATCH("/resources/"+a, apptest.Map{"location_id": there, "requires": []string{away}}).Want(t, http.StatusOK)
}

// TestTwoAtOnceMakeNoCircle: of two changes that would each require the other's resource, one is refused.
func TestTwoAtOnceMakeNoCircle(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	for range 5 {
		a, b := s.Resource(t), s.Resource(t)
		var wg sync.WaitGroup
		var status [2]int
		for i, path := range []string{"/resources/" + a, "/resources/" + b} {
			wg.Go(func() { status[i] = s.Owner.PATCH(path, requires([]string{b, a}[i])).Status })
		}
		wg.Wait()
		if status[0]+status[1] != http.StatusOK+http.StatusUnprocessableEntity {
			t.Fatalf("statuses %v", status)
		}
	}
}

// TestARequiredResourceIsNotArchived: the refusal names those that require it, until none does or they are archived themselves.
func TestARequiredResourceIsNotArchived(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	a, b := s.Resource(t), s.Resource(t)
	hall := s.Resource(t, apptest.Map{"name": "Hall"}, requires(a, b))
	foyer := s.Resource(t, apptest.Map{"name": "Foyer"}, requires(a))
	refused := func(id, detail string) {
		t.Helper()
		if p := s.Owner.DELETE("/resources/"+id).WantProblem(t, http.StatusConflict, "state_conflict"); p.Detail != detail {
			t.Errorf("%q, want %q", p.Detail, detail)
		}
	}
	s.Env.WritesNothing(t, func() {
		refused(a, "These resources require it: Hall, Foyer. Change them first.")
		refused(b, "Hall requires it. Change Hall first.")
	})
	s.Owner.DELETE("/resources/"+foyer).Want(t, http.StatusNoContent)
	refused(a, "Hall requires it. Change Hall first.")
	s.Owner.PATCH("/resources/"+hall, requires(b)).Want(t, http.StatusOK)
	s.Owner.DELETE("/resources/"+a).Want(t, http.StatusNoContent)
	s.Owner.PATCH("/resources/"+hall, requires(a, b)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.requires[0]")
}

// TestNoneIsRequiredAndArchivedAtOnce: of the two the later one sees the other, also where the one that requires it is new.
func TestNoneIsRequiredAndArchivedAtOnce(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	hall := s.Resource(t)
	for name, link := range map[string]func(half string) apptest.Answer{
		"changed": func(half string) apptest.Answer { return s.Owner.PATCH("/resources/"+hall, requires(half)) },
		"new": func(half string) apptest.Answer {
			return s.Owner.POST("/resources", apptest.Map{"name": "New", "kind": "ROOM", "location_id": s.Location, "requires": []string{half}})
		},
	} {
		for range 5 {
			half := s.Resource(t)
			var linked, archived apptest.Answer
			var wg sync.WaitGroup
			wg.Go(func() { linked = link(half) })
			wg.Go(func() { archived = s.Owner.DELETE("/resources/" + half) })
			wg.Wait()
			ok := linked.Status < http.StatusMultipleChoices
			if ok && archived.Status != http.StatusConflict || !ok && (linked.Status != http.StatusUnprocessableEntity || archived.Status != http.StatusNoContent) {
				t.Errorf("%s: linked with %d, archived with %d", name, linked.Status, archived.Status)
			}
		}
	}
}
