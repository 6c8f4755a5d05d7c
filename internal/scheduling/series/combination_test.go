package series_test

import (
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// menu gives the service an add-on of half an hour and a variant of an hour, for one euro each.
func (s *studio) menu(t *testing.T) (wash, long string) {
	t.Helper()
	euro := object{"amount": 100, "currency": "EUR"}
	got := apptest.Into[struct{ Addons, Variants []apptest.Object }](t, s.Owner.PATCH("/services/"+s.cut, object{
		"addons": []object{{"name": "Wash", "duration_minutes": 30, "price": euro}}, "variants": []object{{"name": "Long", "duration_minutes": 60, "price": euro}},
	}), http.StatusOK)
	return got.Addons[0].ID, got.Variants[0].ID
}

type chosen struct {
	Start, End string
	Price      struct{ Amount int }
	Variant    *struct{ Name string }
	Addons     []struct{ Name string }
}

func (c chosen) text() string {
	if c.Variant == nil || len(c.Addons) != 1 {
		return "not what was chosen"
	}
	return c.Variant.Name + "+" + c.Addons[0].Name
}

// TestASeriesKeepsItsCombination: it is previewed and booked with what was chosen, and goes on with that when the service offers it no longer.
func TestASeriesKeepsItsCombination(t *testing.T) {
	t.Parallel()
	s := open(t)
	wash, long := s.menu(t)
	s.Book(t, object{"service_id": s.cut, "start": "2026-03-09T10:00", "end": "2026-03-09T11:00", "customer_id": s.Customer(t, "Dan")})
	choice := object{"variant_id": long, "addon_ids": []string{wash}, "rrule": "FREQ=WEEKLY"}
	if dates := s.preview(t, choice); dates[0].Bookable != true || dates[1].Bookable {
		t.Errorf("an hour and a half fits the first date, and not the second: %+v", dates[:2])
	}
	if dates := s.preview(t); !dates[1].Bookable {
		t.Errorf("half an hour fits: %+v", dates[1])
	}
	m := apptest.Into[struct {
		Series struct {
			ID string
			chosen
		}
		Appointments []chosen
	}](t, s.Owner.POST("/series", s.weekly(choice, object{"choices": []object{{"date": "2026-03-09", "skip": true}}})), http.StatusCreated)
	want(t, m.Series.text()+" "+m.Series.End, "Long+Wash 2026-03-02T10:30:00-05:00")
	for _, a := range m.Appointments {
		want(t, a.text(), "Long+Wash")
	}
	s.Owner.PATCH("/services/"+s.cut, object{"addons": nil, "variants": nil}).Want(t, http.StatusOK)
	s.turn("2026-03-29T12:00:00Z")
	for range 2 {
		s.Env.TopUp()
	}
	more := apptest.Into[struct{ Data []chosen }](t, s.Owner.GET("/appointments?from=2027-03-03T00:00:00Z&to=2027-04-30T00:00:00Z"), http.StatusOK).Data
	if len(more) == 0 {
		t.Fatal("nothing was topped up")
	}
	for _, a := range more {
		want(t, a.text()+" "+a.Start[11:16]+"-"+a.End[11:16], "Long+Wash 09:00-10:30")
		if a.Price.Amount != 200 {
			t.Errorf("it costs %d", a.Price.Amount)
		}
	}
}

// TestASeriesNamesWhatCanNotBeChosen, in its preview too.
func TestASeriesNamesWhatCanNotBeChosen(t *testing.T) {
	t.Parallel()
	s := open(t)
	wash, _ := s.menu(t)
	s.Env.WritesNothing(t, func() {
		for at, choice := range map[string]object{
			"variant_id":   {"variant_id": "var_01k9m7e6xhf8ktexm2q2ggx7zp"},
			"addon_ids[1]": {"addon_ids": []string{wash, wash}},
			"addon_ids[0]": {"addon_ids": []string{strings.Replace(wash, "add_0", "add_1", 1)}},
		} {
			for _, path := range []string{"/series", "/series/preview"} {
				s.Owner.POST(path, s.weekly(choice)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body."+at)
			}
		}
	})
}
