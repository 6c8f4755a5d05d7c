package service_test

import (
	"maps"
	"net/http"
	"reflect"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// group adds a resource group.
func group(t *testing.T, s *apptest.Salon, resources ...string) string {
	t.Helper()
	return apptest.Into[apptest.Object](t, s.Owner.POST("/resource_groups", apptest.Map{"name": "Stylists", "resource_ids": resources}), http.StatusCreated).ID
}

// requirements are those of a service as they are on the wire.
func requirements(t *testing.T, s *apptest.Salon, service string) []any {
	t.Helper()
	return apptest.Into[apptest.Map](t, s.Owner.GET("/services/"+service), http.StatusOK)["requirements"].([]any)
}

func TestRequirementsAreKeptInOrderWithTheirDefaults(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	chair := s.Resource(t, apptest.Map{"name": "Chair", "kind": "ROOM"})
	stylists := group(t, s, ann)
	colour := s.Service(t, nil, apptest.Map{"duration_minutes": 90, "requirements": []apptest.Map{
		{"label": " Stylist ", "group_id": stylists, "parts": []apptest.Map{{"to_minutes": 30}, {"from_minutes": 75}}, "strategy": "round_robin"},
		{"resource_ids": []string{chair, chair}, "units": 2, "per_person": true, "customer_selectable": false},
		{"kind": "EQUIPMENT", "quantity": 2, "parts": []apptest.Map{{}}},
	}})
	want := []any{
		apptest.Map{
			"label": "Stylist", "group_id": stylists, "quantity": 1.0, "units": 1.0, "per_person": false, "customer_selectable": true, "strategy": "round_robin",
			"parts": []any{apptest.Map{"from_minutes": 0.0, "to_minutes": 30.0}, apptest.Map{"from_minutes": 75.0, "to_minutes": nil}},
		},
		apptest.Map{"label": "", "resource_ids": []any{chair}, "quantity": 1.0, "units": 2.0, "per_person": true, "customer_selectable": false, "strategy": "least_booked_day", "parts": []any{}},
		apptest.Map{"label": "", "kind": "EQUIPMENT", "quantity": 2.0, "units": 1.0, "per_person": false, "customer_selectable": true, "strategy": "least_booked_day", "parts": []any{}},
	}
	same := func(when string, want []any) {
		t.Helper()
		if got := requirements(t, s, colour); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
	same("as made", want)
	s.Owner.PATCH("/services/"+colour, apptest.Map{"name": "Other"}).Want(t, http.StatusOK)
	same("after a patch of something else", want)
	s.Owner.PATCH("/services/"+colour, apptest.Map{"requirements": []any{want[2], want[0]}}).Want(t, http.StatusOK)
	same("after a patch of the order", []any{want[2], want[0]})
	s.Owner.PATCH("/services/"+colour, apptest.Map{"requirements": nil}).Want(t, http.StatusOK)
	same("after null", []any{})
}

func TestBadRequirementsAreNamed(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s := apptest.NewSalon(t, own, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	ann := s.Resource(t)
	foreign := apptest.NewSalon(t, other, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	alien, stylists := foreign.Resource(t), group(t, s, ann)
	gone := group(t, s)
	s.Owner.DELETE("/resource_groups/"+gone).Want(t, http.StatusNoContent)
	part := func(parts ...apptest.Map) apptest.Map { return apptest.Map{"kind": "ROOM", "parts": parts} }
	s.Env.WritesNothing(t, func() {
		for at, r := range map[string]apptest.Map{
			"resource_ids":            {},
			"group_id":                {"resource_ids": []string{ann}, "group_id": stylists},
			"kind":                    {"resource_ids": []string{ann}, "kind": "ROOM"},
			"quantity":                {"resource_ids": []string{ann}, "quantity": 2},
			"units":                   {"kind": "ROOM", "units": 1001},
			"strategy":                {"kind": "ROOM", "strategy": "luck"},
			"resource_ids[1]":         {"resource_ids": []string{ann, alien}},
			"parts[0].from_minutes":   part(apptest.Map{"from_minutes": 30}),
			"parts[0].to_minutes":     part(apptest.Map{"to_minutes": 31}),
			"parts[1].from_minutes":   part(apptest.Map{"to_minutes": 20}, apptest.Map{"from_minutes": 10, "to_minutes": 25}),
			"parts[1].to_minutes":     part(apptest.Map{"to_minutes": 10}, apptest.Map{"from_minutes": 20, "to_minutes": 15}),
			"parts[2].from_minutes":   part(apptest.Map{"to_minutes": 10}, apptest.Map{"from_minutes": 10}, apptest.Map{"from_minutes": 20}),
			"parts[0].minutes_before": part(apptest.Map{"minutes_before": 5}),
		} {
			refused(t, s, apptest.Map{"requirements": []apptest.Map{{"kind": "STAFF"}, r}}, "body.requirements[1]."+at)
		}
		refused(t, s, apptest.Map{"requirements": []apptest.Map{{"group_id": gone}}}, "body.requirements[0].group_id")
		refused(t, s, apptest.Map{"requirements": []apptest.Map{{"group_id": "grp_01k9m7e6xhf8ktexm2q2ggx7zp"}}}, "body.requirements[0].group_id")
	})
	cut := s.Service(t, nil, apptest.Map{"requirements": []apptest.Map{part(apptest.Map{"to_minutes": 30})}})
	s.Owner.PATCH("/services/"+cut, apptest.Map{"duration_minutes": 20}).
		WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.requirements[0].parts[0].to_minutes")
}

// refused asks for a service with a change.
func refused(t *testing.T, s *apptest.Salon, change apptest.Map, at string) {
	t.Helper()
	body := apptest.Map{"name": "A", "duration_minutes": 30, "price": apptest.Map{"amount": 1, "currency": "EUR"}}
	maps.Copy(body, change)
	s.Owner.POST("/services", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
}

func TestArchivedResourcesStayInRequirements(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	bob := s.Resource(t)
	cut := s.Service(t, nil, apptest.Map{"requirements": []apptest.Map{{"resource_ids": []string{ann}}}})
	s.Owner.DELETE("/resources/"+ann).Want(t, http.StatusNoContent)
	s.Owner.PATCH("/services/"+cut, apptest.Map{"requirements": []apptest.Map{{"resource_ids": []string{ann, bob}}}}).Want(t, http.StatusOK)
	refused(t, s, apptest.Map{"requirements": []apptest.Map{{"resource_ids": []string{ann}}}}, "body.requirements[0].resource_ids[0]")
}

// TestAGroupInUseIsNotArchived names the services that need it, until none does.
func TestAGroupInUseIsNotArchived(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	stylists := group(t, s, ann)
	cut := s.Service(t, nil, apptest.Map{"requirements": []apptest.Map{{"group_id": stylists}}})
	s.Env.WritesNothing(t, func() {
		p := s.Owner.DELETE("/resource_groups/"+stylists).WantProblem(t, http.StatusConflict, "state_conflict")
		if p.Detail != "These services need this group: Cut. Take it out of their requirements first." {
			t.Error(p.Detail)
		}
	})
	s.Owner.DELETE("/services/"+cut).Want(t, http.StatusNoContent)
	s.Owner.DELETE("/resource_groups/"+stylists).Want(t, http.StatusNoContent)
}

func TestNewFieldsOfAServiceHaveDefaults(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	cut := apptest.Into[apptest.Map](t, s.Owner.GET("/services/"+s.Service(t, []string{ann})), http.StatusOK)
	for name, want := range map[string]any{
		"strategy": "least_booked_day", "prefer_last": false, "count_per_person": false, "max_party_size": 1.0, "confirmation": "automatic", "pending_blocks_slot": true,
		"pending_minutes": 1440.0, "unassigned_requests": false, "day_before": nil, "bookable_days": nil, "for_customers": "all", "requirements": []any{},
	} {
		if !reflect.DeepEqual(cut[name], want) {
			t.Errorf("%s is %v, want %v", name, cut[name], want)
		}
	}
}

func TestNewFieldsOfAServiceChangeAndStay(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	cut := s.Service(t, []string{ann})
	change := apptest.Map{
		"strategy": "weighted", "prefer_last": true, "count_per_person": true, "max_party_size": 8.0, "confirmation": "request", "pending_blocks_slot": false,
		"pending_minutes": 60.0, "unassigned_requests": true, "day_before": "24:00", "bookable_days": 3.0, "for_customers": "known", "min_notice_minutes": 0.0,
	}
	s.Owner.PATCH("/services/"+cut, change).Want(t, http.StatusOK)
	got := apptest.Into[apptest.Map](t, s.Owner.PATCH("/services/"+cut, apptest.Map{}), http.StatusOK)
	for name, want := range change {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	s.Owner.PATCH("/services/"+cut, apptest.Map{"confirmation": "automatic"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.unassigned_requests")
}

func TestBadNewFieldsOfAServiceAreNamed(t *testing.T) {
	t.Parallel()
	s, _ := salon(t)
	s.Env.WritesNothing(t, func() {
		for at, change := range map[string]apptest.Map{
			"body.strategy":            {"strategy": "luck"},
			"body.max_party_size":      {"max_party_size": 1001},
			"body.confirmation":        {"confirmation": "later"},
			"body.pending_minutes":     {"pending_minutes": 0},
			"body.unassigned_requests": {"unassigned_requests": true},
			"body.day_before":          {"day_before": "24:01"},
			"body.bookable_days":       {"bookable_days": 731},
			"body.for_customers":       {"for_customers": "nobody"},
			"body.min_notice_minutes":  {"min_notice_minutes": -1},
			"body.requirements":        {"requirements": make([]apptest.Map, 21)},
		} {
			refused(t, s, change, at)
		}
	})
}

// TestNoticeIsInherited (spec 4.3.8: service, location, tenant): where a service says none, or null. The row has the business's too, for the
// release before.
func TestNoticeIsInherited(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	s.Owner.PATCH("/settings/booking", apptest.Map{"min_notice_minutes": 45}).Want(t, http.StatusOK)
	notice := func(id string) any {
		return apptest.Into[apptest.Map](t, s.Owner.GET("/services/"+id), http.StatusOK)["min_notice_minutes"]
	}
	cut := s.Service(t, []string{ann}, apptest.Map{"min_notice_minutes": nil})
	if got := notice(cut); got != nil {
		t.Errorf("made with null: %v", got)
	}
	s.Owner.PATCH("/services/"+cut, apptest.Map{"name": "Other"}).Want(t, http.StatusOK)
	if got := notice(cut); got != nil {
		t.Errorf("null became %v by a patch of something else", got)
	}
	row := func() (minutes int, inherited bool) {
		s.Env.Row(t, `SELECT min_notice_minutes, min_notice_inherited FROM services`, &minutes, &inherited)
		return minutes, inherited
	}
	if minutes, inherited := row(); minutes != 45 || !inherited {
		t.Errorf("the row has %d, inherited: %v", minutes, inherited)
	}
	s.Owner.PATCH("/services/"+cut, apptest.Map{"min_notice_minutes": 7}).Want(t, http.StatusOK)
	if minutes, inherited := row(); minutes != 7 || inherited || notice(cut) != 7.0 {
		t.Errorf("the row has %d, inherited: %v", minutes, inherited)
	}
	s.Owner.PATCH("/services/"+cut, apptest.Map{"min_notice_minutes": nil}).Want(t, http.StatusOK)
	if _, inherited := row(); !inherited || notice(cut) != nil {
		t.Error("null by a patch is not inherited")
	}
	body := apptest.Map{"name": "A", "duration_minutes": 30, "price": apptest.Map{"amount": 1, "currency": "EUR"}}
	if got := notice(apptest.Into[apptest.Object](t, s.Owner.POST("/services", body), http.StatusCreated).ID); got != nil {
		t.Errorf("made without: %v", got)
	}
}

// TestCustomersChooseFromTheFirstRequirementThatLetsThem: by ids, group or kind; from nothing where none does.
func TestCustomersChooseFromTheFirstRequirementThatLetsThem(t *testing.T) {
	t.Parallel()
	s, ann := salon(t)
	bob, room := s.Resource(t, apptest.Map{"name": "Bob"}), s.Resource(t, apptest.Map{"name": "Room", "kind": "ROOM"})
	stylists := group(t, s, bob)
	for _, v := range []struct {
		requirements []apptest.Map
		want         []string
	}{
		{[]apptest.Map{}, []string{ann}},
		{[]apptest.Map{{"resource_ids": []string{bob, room}}, {"kind": "STAFF"}}, []string{bob, room}},
		{[]apptest.Map{{"resource_ids": []string{ann}, "customer_selectable": false}, {"group_id": stylists}}, []string{bob}},
		{[]apptest.Map{{"kind": "ROOM"}}, []string{room}},
		{[]apptest.Map{{"kind": "STAFF", "customer_selectable": false}}, []string{}},
	} {
		cut := s.Service(t, []string{ann}, apptest.Map{"requirements": v.requirements, "max_party_size": 4, "confirmation": "request"})
		all := apptest.Into[struct {
			Data []struct {
				ID           string           `json:"id"`
				LocationIDs  []string         `json:"location_ids"`
				Resources    []apptest.Object `json:"resources"`
				MaxPartySize int              `json:"max_party_size"`
				Confirmation string           `json:"confirmation"`
			} `json:"data"`
		}](t, s.Env.Public().GET("/public/services"), http.StatusOK).Data
		got := all[len(all)-1]
		ids := []string{}
		for _, r := range got.Resources {
			ids = append(ids, r.ID)
		}
		if got.ID != cut || !reflect.DeepEqual(ids, v.want) || !reflect.DeepEqual(got.LocationIDs, []string{s.Location}) || got.MaxPartySize != 4 || got.Confirmation != "request" {
			t.Errorf("with %v: %+v, want to choose from %v", v.requirements, got, v.want)
		}
	}
}
