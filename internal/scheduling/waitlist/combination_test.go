package waitlist_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// extended gives a service an add-on of half an hour, one that customers don't see, and a variant of an hour.
func (s salon) extended(t *testing.T, service string) (wash, secret, long string) {
	t.Helper()
	euro := object{"amount": 100, "currency": "EUR"}
	got := apptest.Into[struct{ Addons, Variants []apptest.Object }](t, s.Owner.PATCH("/services/"+service, object{
		"addons":   []object{{"name": "Wash", "duration_minutes": 30, "price": euro}, {"name": "Secret", "price": euro, "public": false}},
		"variants": []object{{"name": "Long", "duration_minutes": 60, "price": euro}},
	}), http.StatusOK)
	return got.Addons[0].ID, got.Addons[1].ID, got.Variants[0].ID
}

type wish struct {
	VariantID *string  `json:"variant_id"`
	AddonIDs  []string `json:"addon_ids"`
}

func (s salon) wish(t *testing.T, id string) wish {
	t.Helper()
	return apptest.Into[wish](t, s.Owner.GET("/waitlist/"+id), http.StatusOK)
}

// TestACombinationWaitsForATimeThatIsLongEnough: half an hour that is free is offered to the next, who wants no more; what is kept
// for a combination is booked with it, also when the service offers it no longer.
func TestACombinationWaitsForATimeThatIsLongEnough(t *testing.T) {
	t.Parallel()
	s, cut, early, late := full(t)
	wash, _, _ := s.extended(t, cut)
	j := s.joins(t, cut, object{"addon_ids": []string{wash}})
	b := s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	want(t, s.states(t, j.ID, b), "WAITING, OFFERED "+nine)
	s.Owner.DELETE("/waitlist/"+b).Want(t, http.StatusNoContent)
	s.cancel(t, late)
	s.work(t)
	want(t, s.states(t, j.ID), "OFFERED "+nine)
	s.Owner.PATCH("/services/"+cut, object{"addons": nil}).Want(t, http.StatusOK)
	a := apptest.Into[struct {
		End    string
		Addons []struct{ Name string }
	}](t, s.public("accept", j.Token), http.StatusOK)
	want(t, a.End+" "+a.Addons[0].Name, "2026-06-01T10:00:00+02:00 Wash")
}

// TestStaffBookTheCombinationOfAnEntry, and change it before.
func TestStaffBookTheCombinationOfAnEntry(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.offers(t)
	wash, secret, long := s.extended(t, cut)
	e := s.waits(t, cut, "Ada", object{"variant_id": long, "addon_ids": []string{secret}})
	if got := s.wish(t, e); got.VariantID == nil || *got.VariantID != long || len(got.AddonIDs) != 1 || got.AddonIDs[0] != secret {
		t.Errorf("waits for %+v", got)
	}
	s.Owner.PATCH("/waitlist/"+e, object{"variant_id": nil, "addon_ids": []string{wash, secret}}).Want(t, http.StatusOK)
	if got := s.wish(t, e); got.VariantID != nil || len(got.AddonIDs) != 2 {
		t.Errorf("waits for %+v", got)
	}
	id := apptest.Into[entry](t, s.Owner.POST("/waitlist/"+e+"/book", object{"start": nine}), http.StatusOK).AppointmentID
	a := apptest.Into[struct {
		End   string
		Price struct{ Amount int }
	}](t, s.Owner.GET("/appointments/"+*id), http.StatusOK)
	want(t, a.End, "2026-06-01T10:00:00+02:00")
	want(t, a.Price.Amount, 3200)
}

// TestAWishThatCanNotBeChosenIsNamed, for customers and for staff.
func TestAWishThatCanNotBeChosenIsNamed(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.offers(t)
	wash, secret, _ := s.extended(t, cut)
	cleo, e := s.person(t, "Cleo"), s.waits(t, cut, "Ada", object{"addon_ids": []string{wash}})
	s.Env.WritesNothing(t, func() {
		staff := object{"service_id": cut, "customer_id": cleo, "from_date": monday, "to_date": monday}
		for at, choice := range map[string]object{
			"body.variant_id":   {"variant_id": "var_01k9m7e6xhf8ktexm2q2ggx7zp"},
			"body.addon_ids[0]": {"addon_ids": []string{"add_01k9m7e6xhf8ktexm2q2ggx7zp"}},
			"body.addon_ids[2]": {"addon_ids": []string{wash, secret, wash}},
		} {
			s.Owner.POST("/waitlist", with(staff, choice)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
			s.Owner.PATCH("/waitlist/"+e, choice).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
		}
		s.Env.Public().POST("/public/waitlist", guest(cut, object{"addon_ids": []string{wash, secret}})).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.addon_ids[1]")
	})
	s.Owner.PATCH("/services/"+cut, object{"addons": nil}).Want(t, http.StatusOK)
	s.Owner.POST("/waitlist/"+e+"/book", object{"start": nine}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.addon_ids[0]")
	s.Owner.PATCH("/waitlist/"+e, object{"addon_ids": nil}).Want(t, http.StatusOK)
	s.Owner.POST("/waitlist/"+e+"/book", object{"start": nine}).Want(t, http.StatusOK)
}
