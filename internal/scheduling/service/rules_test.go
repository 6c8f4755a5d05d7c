package service_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

func salon(t *testing.T) (s *apptest.Salon, ann string) {
	t.Helper()
	s = apptest.NewSalon(t, apptest.New(t), "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	return s, s.Resource(t)
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	s, _ := salon(t)
	body := apptest.Map{"name": "Cut", "duration_minutes": 30, "price": apptest.Map{"amount": 3000, "currency": "EUR"}}
	got := apptest.Into[apptest.Map](t, s.Owner.POST("/services", body), http.StatusCreated)
	for name, want := range map[string]any{
		"buffer_before_minutes": 0.0, "buffer_after_minutes": 0.0, "buffers_inside_hours": false, "slot_interval_minutes": nil,
		"min_notice_minutes": nil, "max_advance_days": 60.0, "public": true,
		"bookable_from": nil, "bookable_until": nil, "align": "window", "fill_gaps": false,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	for _, name := range []string{"limits", "customer_limits"} {
		if none, ok := got[name].(apptest.Map); !ok || len(none) > 0 {
			t.Errorf("%s are %v, want none", name, got[name])
		}
	}
	if hours, ok := got["hours"]; !ok || hours != nil {
		t.Errorf("hours are %v, want null", hours)
	}
	if ids, ok := got["resource_ids"].([]any); !ok || len(ids) != 0 {
		t.Errorf("resource_ids is %v, want an empty list", got["resource_ids"])
	}
}

// TestNullTakesTheDefault: what null removes is as if it had never been given.
func TestNullTakesTheDefault(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	cut := s.Service(t, []string{ann}, apptest.Map{"slot_interval_minutes": 5, "buffer_after_minutes": 5})
	patch := apptest.Map{"slot_interval_minutes": nil, "buffer_after_minutes": nil}
	got := apptest.Into[apptest.Map](t, s.Owner.PATCH("/services/"+cut, patch), http.StatusOK)
	if got["slot_interval_minutes"] != nil || got["buffer_after_minutes"] != 0.0 || got["max_advance_days"] != 60.0 {
		t.Errorf("want the defaults: %v", got)
	}
}

// TestASlotIntervalOfNullIsTheLocations: of each location its own, and 15 where it has none. The row has a number all the same, for
// the release before.
func TestASlotIntervalOfNullIsTheLocations(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	s.Env.At("2026-05-30T12:00:00Z")
	south := apptest.Into[apptest.Object](t, s.Owner.POST("/locations", apptest.Map{
		"name": "South", "time_zone": "Europe/Berlin", "opening_hours": apptest.Hours([2]string{"09:00", "17:00"}), "slot_interval_minutes": 20,
	}), http.StatusCreated).ID
	bob := s.Resource(t, apptest.Map{"name": "Bob", "location_id": south})
	hours := []apptest.Map{{"weekday": 1, "from": "09:00", "to": "10:30"}}
	cut := s.Service(t, []string{ann, bob}, apptest.Map{"slot_interval_minutes": nil, "hours": hours})
	free := func(location, want string) {
		t.Helper()
		if got := apptest.Starts(t, s.Free(t, cut, "2026-06-01", "2026-06-01", "location_id="+location), "15:04"); got != want {
			t.Errorf("free at %q, want %q", got, want)
		}
	}
	row := func(wantMinutes int, wantInherited bool) {
		t.Helper()
		var (
			minutes   int
			inherited bool
		)
		s.Env.Row(t, `SELECT slot_interval_minutes, slot_interval_inherited FROM services`, &minutes, &inherited)
		if minutes != wantMinutes || inherited != wantInherited {
			t.Errorf("the row has %d, inherited: %v", minutes, inherited)
		}
	}
	row(15, true)
	free(s.Location, "09:00 09:15 09:30 09:45 10:00")
	free(south, "09:00 09:20 09:40 10:00")
	s.Owner.PATCH("/locations/"+s.Location, apptest.Map{"slot_interval_minutes": 60}).Want(t, http.StatusOK)
	free(s.Location, "09:00 10:00")
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest(cut, ann, "2026-06-01T09:15")).WantProblem(t, http.StatusConflict, "slot_unavailable")
	})
	s.Owner.PATCH("/services/"+cut, apptest.Map{"slot_interval_minutes": 10}).Want(t, http.StatusOK)
	row(10, false)
	free(south, "09:00 09:10 09:20 09:30 09:40 09:50 10:00")
	s.Owner.PATCH("/services/"+cut, apptest.Map{"slot_interval_minutes": nil}).Want(t, http.StatusOK)
	row(15, true)
	s.Env.Public().POST("/public/appointments", guest(cut, bob, "2026-06-01T09:20")).Want(t, http.StatusCreated)
}

func guest(service, resource, start string) apptest.Map {
	return apptest.Map{"service_id": service, "resource_id": resource, "start": start, "customer": apptest.Map{"name": "Gil", "email": "gil@example.com"}}
}

// TestHoursOfAService: absent they stay; an empty list is never, null is always again.
func TestHoursOfAService(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	s.Env.At("2026-05-30T12:00:00Z")
	cut := s.Service(t, []string{ann}, apptest.Map{"hours": []apptest.Map{{"weekday": 1, "from": "16:00", "to": "20:00"}}})
	free := func(want string) {
		t.Helper()
		if got := apptest.Starts(t, s.Free(t, cut, "2026-06-01", "2026-06-02"), "Mon15:04"); got != want {
			t.Errorf("free at %q, want %q", got, want)
		}
	}
	free("Mon16:00 Mon16:30")
	guest := apptest.Map{"service_id": cut, "start": "2026-06-01T15:00", "customer": apptest.Map{"name": "Gil", "email": "gil@example.com"}}
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest).WantProblem(t, http.StatusConflict, "slot_unavailable")
	})
	s.Owner.PATCH("/services/"+cut, apptest.Map{"name": "Late cut"}).Want(t, http.StatusOK)
	free("Mon16:00 Mon16:30")
	s.Owner.PATCH("/services/"+cut, apptest.Map{"hours": []apptest.Map{}}).Want(t, http.StatusOK)
	free("")
	s.Owner.PATCH("/services/"+cut, apptest.Map{"hours": nil}).Want(t, http.StatusOK)
	s.Env.Public().POST("/public/appointments", guest).Want(t, http.StatusCreated)
}

func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	cut := s.Service(t, []string{ann})
	s.Env.WritesNothing(t, func() {
		for name, v := range map[string]struct {
			change apptest.Map
			at     string
		}{
			"another currency":      {apptest.Map{"price": apptest.Map{"amount": 1, "currency": "USD"}}, "body.price.currency"},
			"a negative price":      {apptest.Map{"price": apptest.Map{"amount": -1, "currency": "EUR"}}, "body.price.amount"},
			"half a cent":           {apptest.Map{"price": apptest.Map{"amount": 0.5, "currency": "EUR"}}, "body.price.amount"},
			"no duration":           {apptest.Map{"duration_minutes": 0}, "body.duration_minutes"},
			"more than a week":      {apptest.Map{"duration_minutes": 10081}, "body.duration_minutes"},
			"a negative buffer":     {apptest.Map{"buffer_after_minutes": -1}, "body.buffer_after_minutes"},
			"no slot interval":      {apptest.Map{"slot_interval_minutes": 0}, "body.slot_interval_minutes"},
			"a day between starts":  {apptest.Map{"slot_interval_minutes": 1441}, "body.slot_interval_minutes"},
			"a negative notice":     {apptest.Map{"min_notice_minutes": -1}, "body.min_notice_minutes"},
			"two years and more":    {apptest.Map{"max_advance_days": 731}, "body.max_advance_days"},
			"no name":               {apptest.Map{"name": "\t"}, "body.name"},
			"a name that is long":   {apptest.Map{"name": strings.Repeat("x", 201)}, "body.name"},
			"hours that end first":  {apptest.Map{"hours": []apptest.Map{{"weekday": 1, "from": "12:00", "to": "11:00"}}}, "body.hours[0].to"},
			"an eighth weekday":     {apptest.Map{"hours": []apptest.Map{{"weekday": 8, "from": "12:00", "to": "13:00"}}}, "body.hours[0].weekday"},
			"a season backwards":    {apptest.Map{"bookable_from": "2026-06-02", "bookable_until": "2026-06-01"}, "body.bookable_until"},
			"a season long ago":     {apptest.Map{"bookable_until": "0001-01-01"}, "body.bookable_until"},
			"a season far away":     {apptest.Map{"bookable_from": "2201-01-01"}, "body.bookable_from"},
			"no date":               {apptest.Map{"bookable_from": "soon"}, "body.bookable_from"},
			"a limit of none":       {apptest.Map{"limits": apptest.Map{"day": 0}}, "body.limits.day"},
			"minutes of none":       {apptest.Map{"limits": apptest.Map{"day_minutes": 0}}, "body.limits.day_minutes"},
			"a limit that is none":  {apptest.Map{"customer_limits": apptest.Map{"week": "few"}}, "body.customer_limits.week"},
			"a limit per year":      {apptest.Map{"customer_limits": apptest.Map{"year": 1}}, "body.customer_limits.year"},
			"another grid":          {apptest.Map{"align": "moon"}, "body.align"},
			"gaps that are no yes":  {apptest.Map{"fill_gaps": "yes"}, "body.fill_gaps"},
			"public that is no yes": {apptest.Map{"public": "yes"}, "body.public"},
		} {
			t.Log(name)
			body := apptest.Map{"name": "A", "duration_minutes": 20, "price": apptest.Map{"amount": 1, "currency": "EUR"}}
			maps.Copy(body, v.change)
			s.Owner.POST("/services", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", v.at)
			s.Owner.PATCH("/services/"+cut, v.change).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", v.at)
		}
	})
}

func TestResourcesAreReplacedAsASet(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	bea := s.Resource(t)
	cut := s.Service(t, []string{ann, ann})
	get := func() string {
		ids := apptest.Into[struct {
			ResourceIDs []string `json:"resource_ids"`
		}](t, s.Owner.GET("/services/"+cut), http.StatusOK).ResourceIDs
		return strings.Join(ids, " ")
	}
	if get() != ann {
		t.Error("the same one twice is one")
	}
	s.Owner.PATCH("/services/"+cut, apptest.Map{"resource_ids": []string{bea}}).Want(t, http.StatusOK)
	if get() != bea {
		t.Errorf("performed by %s, want Bea alone", get())
	}
	// An archived one may stay, but not come in.
	s.Owner.DELETE("/resources/"+bea).Want(t, http.StatusNoContent)
	s.Owner.PATCH("/services/"+cut, apptest.Map{"resource_ids": []string{bea, ann}}).Want(t, http.StatusOK)
	s.Owner.DELETE("/resources/"+ann).Want(t, http.StatusNoContent)
	s.Env.WritesNothing(t, func() {
		body := apptest.Map{"name": "A", "duration_minutes": 20, "price": apptest.Map{"amount": 1, "currency": "EUR"}, "resource_ids": []string{ann}}
		s.Owner.POST("/services", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.resource_ids[0]")
	})
}

// TestPublicServices shows customers what they can book, and no more of it than they need.
func TestPublicServices(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	gone := s.Resource(t, apptest.Map{"name": "Gone"})
	shown := s.Service(t, []string{ann, gone}, apptest.Map{"name": "Shown"})
	hidden := s.Service(t, []string{ann}, apptest.Map{"public": false})
	s.Service(t, nil, apptest.Map{"name": "Nobody performs it"})
	archived := s.Service(t, []string{ann})
	s.Owner.DELETE("/services/"+archived).Want(t, http.StatusNoContent)
	s.Owner.DELETE("/resources/"+gone).Want(t, http.StatusNoContent)
	all := apptest.Into[struct{ Data []apptest.Map }](t, s.Env.Public().GET("/public/services"), http.StatusOK).Data
	if len(all) != 1 || all[0]["id"] != shown {
		t.Fatalf("want the one that can be booked: %v", all)
	}
	for _, internal := range []string{"buffer_after_minutes", "min_notice_minutes", "public", "version", "created_at", "archived_at", "resource_ids"} {
		if _, ok := all[0][internal]; ok {
			t.Errorf("customers see %s", internal)
		}
	}
	people, _ := all[0]["resources"].([]any)
	if len(people) != 1 || people[0].(apptest.Map)["id"] != ann || people[0].(apptest.Map)["user_id"] != nil {
		t.Errorf("want Ann to choose from: %v", people)
	}
	for _, id := range []string{hidden, archived} {
		s.Env.Public().GET("/public/availability?service_id="+id+"&from=2026-06-01&to=2026-06-01").WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.service_id")
	}
}

// TestPatchOfAFieldInside: a merge patch names what changes, in an object inside too (RFC 7396).
func TestPatchOfAFieldInside(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	cut := s.Service(t, []string{ann})
	got := apptest.Into[apptest.Map](t, s.Owner.PATCH("/services/"+cut, `{"price": {"amount": 4500}}`), http.StatusOK)
	price, ok := got["price"].(apptest.Map)
	if !ok || price["amount"] != 4500.0 || price["currency"] != "EUR" {
		t.Errorf("price is %v, want 45.00 EUR", got["price"])
	}
	s.Owner.PATCH("/services/"+cut, `{"price": {"amount": null}}`).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.price.amount")
	s.Owner.PATCH("/services/"+cut, `{"price": {"amount": 1, "tip": 2}}`).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.price.tip")
}
