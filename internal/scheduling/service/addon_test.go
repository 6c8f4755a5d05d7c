package service_test

import (
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

func euros(cents int) apptest.Map { return apptest.Map{"amount": cents, "currency": "EUR"} }

func addon(name string, more ...apptest.Map) apptest.Map {
	return merged(apptest.Map{"name": name, "price": euros(500)}, more...)
}

func variant(name string, minutes int) apptest.Map {
	return apptest.Map{"name": name, "duration_minutes": minutes, "price": euros(6000)}
}

func merged(m apptest.Map, more ...apptest.Map) apptest.Map {
	for _, extra := range more {
		maps.Copy(m, extra)
	}
	return m
}

// list is one of a service's lists, as it is on the wire.
func list(t *testing.T, s *apptest.Salon, service, name string) []any {
	t.Helper()
	return apptest.Into[apptest.Map](t, s.Owner.GET("/services/"+service), http.StatusOK)[name].([]any)
}

// TestAddonsAndVariantsKeepTheirIDs in whatever order they are sent back, and what is new gets one.
func TestAddonsAndVariantsKeepTheirIDs(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	plain := s.Service(t, []string{ann})
	if a, v := list(t, s, plain, "addons"), list(t, s, plain, "variants"); len(a)+len(v) > 0 {
		t.Errorf("without any: %v, %v", a, v)
	}
	cut := s.Service(t, []string{ann}, apptest.Map{
		"addons":   []apptest.Map{addon(" Wash "), addon("Dye", apptest.Map{"duration_minutes": 30, "buffer_before_minutes": 5, "buffer_after_minutes": 10, "public": false})},
		"variants": []apptest.Map{variant(" Long ", 60)},
	})
	addons, variants := list(t, s, cut, "addons"), list(t, s, cut, "variants")
	wash, dye, long := addons[0].(apptest.Map), addons[1].(apptest.Map), variants[0].(apptest.Map)
	for prefix, one := range map[string]apptest.Map{"add_": wash, "var_": long} {
		if !strings.HasPrefix(one["id"].(string), prefix) {
			t.Errorf("the id of %v does not begin with %s", one, prefix)
		}
	}
	price := apptest.Map{"amount": 500.0, "currency": "EUR"}
	same := func(got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	same(wash, apptest.Map{"id": wash["id"], "name": "Wash", "duration_minutes": 0.0, "price": price, "buffer_before_minutes": 0.0, "buffer_after_minutes": 0.0, "public": true})
	same(dye, apptest.Map{"id": dye["id"], "name": "Dye", "duration_minutes": 30.0, "price": price, "buffer_before_minutes": 5.0, "buffer_after_minutes": 10.0, "public": false})
	same(long, apptest.Map{"id": long["id"], "name": "Long", "duration_minutes": 60.0, "price": apptest.Map{"amount": 6000.0, "currency": "EUR"}})

	s.Owner.PATCH("/services/"+cut, apptest.Map{"name": "Other"}).Want(t, http.StatusOK)
	same(list(t, s, cut, "addons"), addons)
	same(list(t, s, cut, "variants"), variants)
	s.Owner.PATCH("/services/"+cut, apptest.Map{"addons": []any{dye, addon("New"), wash}}).Want(t, http.StatusOK)
	got := list(t, s, cut, "addons")
	same([]any{got[0], got[2]}, []any{dye, wash})
	if added := got[1].(apptest.Map); added["name"] != "New" || added["id"] == wash["id"] || added["id"] == dye["id"] {
		t.Errorf("added %v", added)
	}
	s.Owner.PATCH("/services/"+cut, apptest.Map{"addons": nil, "variants": []apptest.Map{}}).Want(t, http.StatusOK)
	same(list(t, s, cut, "addons"), []any{})
	same(list(t, s, cut, "variants"), []any{})
}

func TestBadAddonsAndVariantsAreNamed(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	other := list(t, s, s.Service(t, []string{ann}, apptest.Map{"addons": []apptest.Map{addon("Wash")}, "variants": []apptest.Map{variant("Long", 60)}}), "addons")[0]
	dollars := apptest.Map{"price": apptest.Map{"amount": 1, "currency": "USD"}}
	many := make([]apptest.Map, 21)
	for i := range many {
		many[i] = addon("One of many")
	}
	week := 7 * 24 * 60
	s.Env.WritesNothing(t, func() {
		for at, change := range map[string]apptest.Map{
			"addons[1].name":                  {"addons": []apptest.Map{addon("A"), addon(" ")}},
			"addons[0].duration_minutes":      {"addons": []apptest.Map{addon("A", apptest.Map{"duration_minutes": -1})}},
			"addons[0].price.amount":          {"addons": []apptest.Map{addon("A", apptest.Map{"price": euros(-1)})}},
			"addons[0].price.currency":        {"addons": []apptest.Map{addon("A", dollars)}},
			"addons[0].buffer_before_minutes": {"addons": []apptest.Map{addon("A", apptest.Map{"buffer_before_minutes": 1441})}},
			"addons[0].id":                    {"addons": []any{other}}, // of another service
			"addons[0].minutes":               {"addons": []apptest.Map{addon("A", apptest.Map{"minutes": 1})}},
			"variants[0].name":                {"variants": []apptest.Map{variant("\t", 5)}},
			"variants[0].duration_minutes":    {"variants": []apptest.Map{variant("A", 0)}},
			"variants[1].price.currency":      {"variants": []apptest.Map{variant("A", 5), merged(variant("B", 5), dollars)}},
			"variants[0].id":                  {"variants": []apptest.Map{merged(variant("A", 5), apptest.Map{"id": "var_01k9m7e6xhf8ktexm2q2ggx7zp"})}},
		} {
			refused(t, s, change, "body."+at)
		}
		for name, change := range map[string]apptest.Map{
			"too many":           {"addons": many},
			"longer than a week": {"addons": []apptest.Map{addon("A", apptest.Map{"duration_minutes": week - 30}), addon("B", apptest.Map{"duration_minutes": 1})}},
			"a week's variant":   {"addons": []apptest.Map{addon("A", apptest.Map{"duration_minutes": 1})}, "variants": []apptest.Map{variant("V", week)}},
			"too much buffer":    {"buffer_after_minutes": 1000, "addons": []apptest.Map{addon("A", apptest.Map{"buffer_after_minutes": 441})}},
			"too dear":           {"addons": []apptest.Map{addon("A", apptest.Map{"price": euros(100_000_000_000)})}},
		} {
			t.Log(name)
			refused(t, s, change, "body.addons")
		}
	})
	s.Service(t, []string{ann}, apptest.Map{"addons": []apptest.Map{addon("A", apptest.Map{"duration_minutes": week - 30})}}) // 7 days are not too long
	cut := s.Service(t, []string{ann}, apptest.Map{"addons": []apptest.Map{addon("A")}})
	one := list(t, s, cut, "addons")[0]
	s.Owner.PATCH("/services/"+cut, apptest.Map{"addons": []any{one, one}}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.addons[1].id")
}

// TestAVariantReachesAllParts of the service's requirements: nobody is booked for no time.
func TestAVariantReachesAllParts(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	needs := apptest.Map{"duration_minutes": 90, "requirements": []apptest.Map{
		{"resource_ids": []string{ann}, "parts": []apptest.Map{{"to_minutes": 20}, {"from_minutes": 60, "to_minutes": 80}}},
	}}
	refused(t, s, merged(apptest.Map{"variants": []apptest.Map{variant("Short", 80), variant("Shorter", 79)}}, needs), "body.variants[1].duration_minutes")
	s.Service(t, nil, needs, apptest.Map{"variants": []apptest.Map{variant("Short", 80), variant("Long", 300)}})
}

// TestGroupsHaveNoVariants, nor add-ons that take time: a session is as long as it is for all who sit in it.
func TestGroupsHaveNoVariants(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	group := apptest.Map{"capacity": 10}
	refused(t, s, apptest.Map{"group": group, "variants": []apptest.Map{variant("Long", 60)}}, "body.variants")
	for _, field := range []string{"duration_minutes", "buffer_before_minutes", "buffer_after_minutes"} {
		refused(t, s, apptest.Map{"group": group, "addons": []apptest.Map{addon("Mat"), addon("A", apptest.Map{field: 5})}}, "body.addons[1]")
	}
	yoga := s.Service(t, []string{ann}, apptest.Map{"group": group, "addons": []apptest.Map{addon("Mat")}})
	s.Owner.PATCH("/services/"+yoga, apptest.Map{"variants": []apptest.Map{variant("Long", 60)}}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.variants")
}

// TestCustomersSeePublicAddons and nothing of what is the business's own.
func TestCustomersSeePublicAddons(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	cut := s.Service(t, []string{ann, s.Resource(t)}, apptest.Map{
		"addons": []apptest.Map{addon("Wash", apptest.Map{"buffer_after_minutes": 5}), addon("Secret", apptest.Map{"public": false})}, "variants": []apptest.Map{variant("Long", 60)},
	})
	s.Service(t, []string{ann})
	got := apptest.Into[struct{ Data []apptest.Map }](t, s.Env.Public().GET("/public/services"), http.StatusOK).Data
	wash := list(t, s, cut, "addons")[0].(apptest.Map)
	want := []any{apptest.Map{"id": wash["id"], "name": "Wash", "duration_minutes": 0.0, "price": wash["price"]}}
	if !reflect.DeepEqual(got[0]["addons"], any(want)) || !reflect.DeepEqual(got[0]["variants"], any(list(t, s, cut, "variants"))) {
		t.Errorf("got %v and %v", got[0]["addons"], got[0]["variants"])
	}
	if none := []any{}; !reflect.DeepEqual(got[1]["addons"], any(none)) || !reflect.DeepEqual(got[1]["variants"], any(none)) {
		t.Errorf("without any: %v", got[1])
	}
}
