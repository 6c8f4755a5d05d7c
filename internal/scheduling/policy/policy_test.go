package policy_test

import (
	"maps"
	"net/http"
	"sync"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

const (
	invalid = "validation_failed"
	nowhere = "svc_01k9m7e6xhf8ktexm2q2ggx7zp"
)

// salon is a business in Berlin, seen on the Saturday before the Monday of its appointments.
type salon struct {
	*apptest.Salon
	ann, cut string
}

func openSalon(t *testing.T) salon {
	t.Helper()
	return openFor(t, apptest.New(t))
}

func openFor(t *testing.T, e *apptest.Env) salon {
	t.Helper()
	s := apptest.NewSalon(t, e.At("2026-05-30T12:00:00Z"), "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	ann := s.Resource(t)
	return salon{s, ann, s.Service(t, []string{ann}, object{"price": object{"amount": 8999, "currency": "EUR"}})}
}

// turn turns the clock, and signs the owner in anew: sessions end with time.
func (s salon) turn(instant string) { s.Owner = s.Env.At(instant).As(role.TenantOwner) }

// terms are complete, and differ from the defaults everywhere.
func terms(changes ...object) object {
	m := object{
		"cancel_until_minutes": 2880, "reschedule_until_minutes": 60, "max_reschedules": 1,
		"tiers":       []object{{"before_minutes": 1440, "fee": object{"percent": 25}}, {"before_minutes": 0, "fee": object{"percent": 100}}},
		"no_show_fee": object{"amount": 1500}, "no_show_after_minutes": 5, "grace_minutes": 0, "late_cancel": "blocked",
		"deposit": object{"percent": 20}, "deposit_refundable_until_minutes": 120,
	}
	for _, c := range changes {
		maps.Copy(m, c)
	}
	return m
}

type policyBody struct {
	Terms     object
	Inherited bool
	Version   int
}

func put(c *apptest.Client, path string, body any) apptest.Answer {
	return c.Do(http.MethodPut, path, body)
}

func (s salon) policy(t *testing.T, path string) policyBody {
	t.Helper()
	return apptest.Into[policyBody](t, s.Owner.GET(path), http.StatusOK)
}

// check compares who has the terms, and whose they are by their maximum of reschedules.
func (s salon) check(t *testing.T, path string, inherited bool, version, reschedules int) {
	t.Helper()
	if p := s.policy(t, path); p.Inherited != inherited || p.Version != version || p.Terms["max_reschedules"] != float64(reschedules) {
		t.Errorf("%s: %+v, want inherited %v, version %d, %d reschedules", path, p, inherited, version, reschedules)
	}
}

// TestAServiceHasTheBusinessesTermsOrItsOwn: what holds for all at first, the business's, its own, and back again.
func TestAServiceHasTheBusinessesTermsOrItsOwn(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	of := "/services/" + s.cut + "/policy"
	other := "/services/" + s.Service(t, []string{s.ann}) + "/policy"
	s.Env.WritesNothing(t, func() {
		s.check(t, "/policy", true, 0, 3)
		s.check(t, of, true, 0, 3)
		if p := s.policy(t, of); p.Terms["cancel_until_minutes"] != 1440.0 || p.Terms["late_cancel"] != "allowed_with_fee" || p.Terms["reschedule_until_minutes"] != nil {
			t.Errorf("at first: %+v", p)
		}
		s.Owner.DELETE(of).Want(t, http.StatusNoContent) // it has none of its own
	})
	got := apptest.Into[policyBody](t, put(s.Owner, "/policy", terms()), http.StatusOK)
	if got.Inherited || got.Version != 1 || got.Terms["late_cancel"] != "blocked" || got.Terms["deposit_refundable_until_minutes"] != 120.0 {
		t.Errorf("the business's: %+v", got)
	}
	s.check(t, of, true, 1, 1)
	put(s.Owner, of, terms(object{"max_reschedules": 7})).Want(t, http.StatusOK)
	put(s.Owner, of, terms(object{"max_reschedules": 8})).Want(t, http.StatusOK)
	s.check(t, of, false, 3, 8)
	s.check(t, other, true, 1, 1)
	s.check(t, "/policy", false, 1, 1)
	s.Owner.DELETE(of).Want(t, http.StatusNoContent)
	s.Owner.DELETE(of).Want(t, http.StatusNoContent)
	s.check(t, of, true, 4, 1)
	put(s.Owner, of, terms(object{"max_reschedules": 9})).Want(t, http.StatusOK)
	s.check(t, of, false, 5, 9)
}

// TestNullIsThePlainRule: what may be null is null again where a PUT leaves it out.
func TestNullIsThePlainRule(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	put(s.Owner, "/policy", terms()).Want(t, http.StatusOK)
	less := terms(object{"tiers": []object{}})
	delete(less, "reschedule_until_minutes")
	less["deposit_refundable_until_minutes"] = nil
	p := apptest.Into[policyBody](t, put(s.Owner, "/policy", less), http.StatusOK)
	if tiers, ok := p.Terms["tiers"].([]any); !ok || len(tiers) > 0 || p.Terms["reschedule_until_minutes"] != nil || p.Terms["deposit_refundable_until_minutes"] != nil {
		t.Errorf("%+v", p)
	}
}

// TestWhoReadsAndWhoChangesTerms: staff read them with the services, and only who changes services changes them.
func TestWhoReadsAndWhoChangesTerms(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	of := "/services/" + s.cut + "/policy"
	for r, want := range map[role.Role][5]int{
		role.TenantOwner: {200, 200, 200, 200, 204}, role.TenantManager: {200, 200, 200, 200, 204},
		role.TenantStaff: {200, 403, 200, 403, 403}, role.Customer: {403, 403, 403, 403, 403},
	} {
		who := s.Env.As(r)
		got := [5]int{who.GET("/policy").Status, put(who, "/policy", terms()).Status, who.GET(of).Status, put(who, of, terms()).Status, who.DELETE(of).Status}
		if got != want {
			t.Errorf("%s: %v, want %v", r, got, want)
		}
	}
	for _, path := range []string{"/policy", of} {
		s.Env.Public().GET(path).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	}
}

// TestUnknownServicesAreAlike: missing ones, another business's, and ids of another kind.
func TestUnknownServicesAreAlike(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s, theirs := openFor(t, own), openFor(t, other)
	put(theirs.Owner, "/services/"+theirs.cut+"/policy", terms()).Want(t, http.StatusOK)
	s.Env.WritesNothing(t, func() {
		for _, key := range []string{nowhere, theirs.cut, "nonsense", s.ann} {
			path := "/services/" + key + "/policy"
			s.Owner.GET(path).WantProblem(t, http.StatusNotFound, "not_found")
			put(s.Owner, path, terms()).WantProblem(t, http.StatusNotFound, "not_found")
			s.Owner.DELETE(path).WantProblem(t, http.StatusNotFound, "not_found")
			s.Env.Public().GET("/public"+path).WantProblem(t, http.StatusNotFound, "not_found")
		}
	})
	theirs.check(t, "/services/"+theirs.cut+"/policy", false, 1, 1)
}

// TestAnETagNamesOneContent, of inherited terms too: it changes with the business's, and none comes back.
func TestAnETagNamesOneContent(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	of := "/services/" + s.cut + "/policy"
	seen := map[string]bool{}
	for i, change := range []func() apptest.Answer{
		func() apptest.Answer { return s.Owner.GET(of) },
		func() apptest.Answer { return put(s.Owner, "/policy", terms()) },
		func() apptest.Answer { return put(s.Owner, of, terms(object{"max_reschedules": 2})) },
		func() apptest.Answer { return s.Owner.DELETE(of) },
		func() apptest.Answer { return put(s.Owner, of, terms(object{"max_reschedules": 3})) },
		func() apptest.Answer { return put(s.Owner, "/policy", terms(object{"max_reschedules": 4})) },
	} {
		if a := change(); a.Status >= http.StatusBadRequest {
			t.Fatalf("change %d: %d %s", i, a.Status, a.Body)
		}
		tag := s.Owner.GET(of).Want(t, http.StatusOK).Header.Get("ETag")
		if tag == "" || seen[tag] {
			t.Errorf("change %d: ETag %s again", i, tag)
		}
		seen[tag] = true
		s.Owner.With("If-None-Match", tag).GET(of).Want(t, http.StatusNotModified)
	}
}

// TestAChangeIsMeantForAVersion that the policy still has.
func TestAChangeIsMeantForAVersion(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	for _, path := range []string{"/policy", "/services/" + s.cut + "/policy"} {
		was := s.Owner.With("If-Match", s.Owner.GET(path).Header.Get("ETag"))
		is := s.Owner.With("If-Match", put(was, path, terms()).Want(t, http.StatusOK).Header.Get("ETag"))
		put(was, path, terms()).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
		put(is, path, terms()).Want(t, http.StatusOK)
	}
	path := "/services/" + s.cut + "/policy"
	s.Owner.With("If-Match", `"v1"`).DELETE(path).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
	s.Owner.With("If-Match", s.Owner.GET(path).Header.Get("ETag")).DELETE(path).Want(t, http.StatusNoContent)
}

// TestPutsAtOnce: all are written, one after the other, and one policy comes of them.
func TestPutsAtOnce(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	for i, path := range []string{"/policy", "/services/" + s.cut + "/policy"} {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if a := put(s.Owner, path, terms()); a.Status != http.StatusOK {
					t.Errorf("%d %s", a.Status, a.Body)
				}
			})
		}
		all.Wait()
		s.check(t, path, false, 8*(i+1), 1)
	}
}
