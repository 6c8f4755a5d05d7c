package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// ofANoun reports whether the operation is about one object of a tenant's schema.
func (o operation) ofANoun() bool { return tables[o.noun()] != "" }

// hasVersion reports whether an answer is an object with a version.
func hasVersion(t *testing.T, a apptest.Answer) bool {
	t.Helper()
	var is apptest.Map
	if err := json.Unmarshal(a.Body, &is); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	return is["version"] != nil
}

// TestEveryObjectHasItsVersionAsETag reads an object of each noun: its ETag is strong, and whoever has it gets no body.
func TestEveryObjectHasItsVersionAsETag(t *testing.T) {
	t.Parallel()
	s := busySalon(t)
	found := 0
	for _, o := range operations(t) {
		if !o.ofANoun() || o.Method != http.MethodGet {
			continue
		}
		found++
		path := o.at(first(t, s.Env.Lease.Live.Schema, o.noun()))
		a := s.Owner.GET(path).Want(t, http.StatusOK)
		if !hasVersion(t, a) { // a list of what belongs to an object, say
			continue
		}
		if tag := a.Header.Get("ETag"); tag != `"v1"` {
			t.Errorf("%s: ETag %q of %s", o, tag, a.Body)
		}
		for _, has := range []string{`"v1"`, `W/"v1"`, `"v7", "v1"`, `*`} {
			again := s.Owner.With("If-None-Match", has).GET(path).Want(t, http.StatusNotModified)
			if len(again.Body) != 0 || again.Header.Get("ETag") != `"v1"` {
				t.Errorf("%s of %s: ETag %q, body %q", o, has, again.Header.Get("ETag"), again.Body)
			}
		}
		for _, has := range []string{`"v2"`, `v1`, `"1"`, `"x"`} {
			s.Owner.With("If-None-Match", has).GET(path).Want(t, http.StatusOK)
		}
	}
	if found < 7 {
		t.Errorf("found %d operations: the search itself is broken", found)
	}
}

// TestEveryChangeOfAnotherVersionIsRefused tries all changes of one object with ETags that are not its own.
func TestEveryChangeOfAnotherVersionIsRefused(t *testing.T) {
	t.Parallel()
	s := busySalon(t)
	found := 0
	for _, o := range operations(t) {
		if !o.ofANoun() || o.Method == http.MethodGet {
			continue
		}
		found++
		path := o.at(first(t, s.Env.Lease.Live.Schema, o.noun()))
		for _, stale := range []string{`"v7"`, `W/"v1"`, `v1`, `"1"`, `"v11", "x"`, `*`} {
			if stale == "*" && o.Method == http.MethodDelete {
				continue
			}
			s.Env.WritesNothing(t, func() {
				a := s.Owner.With("If-Match", stale).Do(o.Method, path, o.body())
				if (o.noun() == "apt" || o.noun() == "grs") && a.Status != http.StatusPreconditionFailed && a.Status >= http.StatusBadRequest {
					return // the sample of its body is refused for another reason, before its version is looked at
				}
				if a.Status != http.StatusPreconditionFailed {
					t.Errorf("%s with %s: want 412, got %d %s", o, stale, a.Status, a.Body)
					return
				}
				a.WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
			})
		}
	}
	if found < 12 {
		t.Errorf("found %d operations: the search itself is broken", found)
	}
}

// TestAChangeOfTheVersionThatWasReadGoesThrough once: the second one with the same ETag finds another version.
func TestAChangeOfTheVersionThatWasReadGoesThrough(t *testing.T) {
	t.Parallel()
	s := busySalon(t)
	for noun, path := range map[string]string{"loc": "/locations", "res": "/resources", "grp": "/resource_groups", "svc": "/services", "cus": "/customers", "blk": "/blocks"} {
		path += "/" + first(t, s.Env.Lease.Live.Schema, noun)
		one := s.Owner.With("If-Match", `"v0", "v1"`)
		a := one.PATCH(path, apptest.Map{}).Want(t, http.StatusOK)
		if a.Header.Get("ETag") != `"v2"` || !strings.Contains(string(a.Body), `"version":2`) {
			t.Errorf("%s: ETag %q of %s", path, a.Header.Get("ETag"), a.Body)
		}
		one.PATCH(path, apptest.Map{}).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
		one.DELETE(path).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
		s.Owner.With("If-None-Match", `"v1"`).GET(path).Want(t, http.StatusOK)
	}
	for noun, path := range map[string]string{"blk": "/blocks", "grp": "/resource_groups", "svc": "/services", "cus": "/customers"} {
		path += "/" + first(t, s.Env.Lease.Live.Schema, noun)
		s.Owner.With("If-Match", `"v2"`).DELETE(path).Want(t, http.StatusNoContent)
		s.Owner.With("If-Match", "*").DELETE(path).Want(t, http.StatusNoContent)
	}
}

// TestWhoCantSeeAnObjectLearnsNoVersion: a missing one answers alike with and without an ETag.
func TestWhoCantSeeAnObjectLearnsNoVersion(t *testing.T) {
	t.Parallel()
	s := busySalon(t)
	path := "/customers/cus_01k9m7e6xhf8ktexm2q2ggx7zp"
	for _, tag := range []string{`"v1"`, `"v7"`, `*`} {
		s.Owner.With("If-Match", tag).PATCH(path, apptest.Map{}).WantProblem(t, http.StatusNotFound, "not_found")
		s.Owner.With("If-None-Match", tag).GET(path).WantProblem(t, http.StatusNotFound, "not_found")
	}
}

// TestALostAnswerIsRepeatedWithItsETag: that of the object as it was made.
func TestALostAnswerIsRepeatedWithItsETag(t *testing.T) {
	t.Parallel()
	s := busySalon(t)
	c := s.Owner.With("Idempotency-Key", "k")
	first := c.POST("/resource_groups", apptest.Map{"name": "A"}).Want(t, http.StatusCreated)
	again := c.POST("/resource_groups", apptest.Map{"name": "A"}).Want(t, http.StatusCreated)
	if first.Header.Get("ETag") != `"v1"` || again.Header.Get("ETag") != `"v1"` || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("first %v, again %v", first.Header, again.Header)
	}
}

// TestOfTwoChangesOfTheSameVersionOneGoesThrough: the other waited for its lock and finds the next version.
func TestOfTwoChangesOfTheSameVersionOneGoesThrough(t *testing.T) {
	t.Parallel()
	s := busySalon(t)
	for noun, path := range map[string]string{"loc": "/locations", "res": "/resources", "grp": "/resource_groups", "svc": "/services", "cus": "/customers", "blk": "/blocks"} {
		path += "/" + first(t, s.Env.Lease.Live.Schema, noun)
		got := map[int]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				a := s.Owner.With("If-Match", `"v1"`).PATCH(path, apptest.Map{})
				mu.Lock()
				defer mu.Unlock()
				got[a.Status]++
			})
		}
		wg.Wait()
		if got[http.StatusOK] != 1 || got[http.StatusPreconditionFailed] != 3 {
			t.Errorf("%s: %v", path, got)
		}
	}
}
