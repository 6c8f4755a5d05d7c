package policy_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

type object = apptest.Map

type inForce struct {
	Terms     object `json:"terms"`
	Inherited bool   `json:"inherited"`
	Version   int    `json:"version"`
}

type fee struct {
	ID            string      `json:"id"`
	AppointmentID string      `json:"appointment_id"`
	Kind          string      `json:"kind"`
	Fee           apptest.Map `json:"fee"`
	Status        string      `json:"status"`
	DueAt         string      `json:"due_at"`
	WaiveReason   *string     `json:"waive_reason"`
	Reason        *string     `json:"reason"`
}

// shop is a business in Berlin whose service costs 89.99, on the Saturday before Monday, the first of June 2026.
type shop struct {
	*apptest.Salon
	ann, cut string
}

func open(t *testing.T, e *apptest.Env) *shop {
	t.Helper()
	s := &shop{Salon: apptest.NewSalon(t, e.At("2026-05-30T12:00:00Z"), "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))}
	s.ann = s.Resource(t)
	s.cut = s.Service(t, []string{s.ann}, object{"price": object{"amount": 8999, "currency": "EUR"}})
	return s
}

func (s *shop) turn(instant string) { s.Owner = s.Env.At(instant).As(role.TenantOwner) }

// terms are those that hold without a policy, with changes.
func (s *shop) terms(t *testing.T, changes object) object {
	t.Helper()
	all := apptest.Into[inForce](t, s.Owner.GET("/policy"), http.StatusOK).Terms
	maps.Copy(all, changes)
	return all
}

// half is due within a day of the start.
func halfDue() object {
	return object{"tiers": []object{{"before_minutes": 1440, "fee": object{}}, {"before_minutes": 0, "fee": object{"percent": 50}}}, "grace_minutes": 0}
}

func (s *shop) put(t *testing.T, path string, changes object) inForce {
	t.Helper()
	return apptest.Into[inForce](t, s.Owner.Do(http.MethodPut, path, s.terms(t, changes)), http.StatusOK)
}

func (s *shop) at(t *testing.T, start string) string {
	t.Helper()
	return s.Book(t, object{"service_id": s.cut, "start": start, "customer_id": s.Customer(t, "Cleo")}).ID
}

func (s *shop) fees(t *testing.T, query string) []fee {
	t.Helper()
	return apptest.Into[struct{ Data []fee }](t, s.Owner.GET("/fees?limit=50"+query), http.StatusOK).Data
}

func TestServicesInheritTheBusinesssPolicy(t *testing.T) {
	t.Parallel()
	s := open(t, apptest.New(t))
	own := "/services/" + s.cut + "/policy"
	get := func(path string) inForce {
		t.Helper()
		return apptest.Into[inForce](t, s.Owner.GET(path), http.StatusOK)
	}
	for _, path := range []string{"/policy", own} {
		if p := get(path); !p.Inherited || p.Version != 0 || p.Terms["cancel_until_minutes"] != 1440.0 {
			t.Fatalf("%s before anybody said anything: %+v", path, p)
		}
	}
	if p := s.put(t, "/policy", object{"cancel_until_minutes": 60}); p.Inherited || p.Version != 1 {
		t.Fatalf("the business's: %+v", p)
	}
	if p := get(own); !p.Inherited || p.Version != 1 || p.Terms["cancel_until_minutes"] != 60.0 {
		t.Fatalf("inherited: %+v", p)
	}
	if p := s.put(t, own, object{"cancel_until_minutes": 30}); p.Inherited || p.Version != 2 {
		t.Fatalf("its own: %+v", p)
	}
	if p := s.put(t, own, object{"cancel_until_minutes": 45}); p.Version != 3 || p.Terms["cancel_until_minutes"] != 45.0 {
		t.Fatalf("its own, changed: %+v", p)
	}
	if p := get("/policy"); p.Terms["cancel_until_minutes"] != 60.0 || p.Inherited {
		t.Fatalf("the business's is another: %+v", p)
	}
	s.Owner.DELETE(own).Want(t, http.StatusNoContent)
	s.Owner.DELETE(own).Want(t, http.StatusNoContent)
	if p := get(own); !p.Inherited || p.Terms["cancel_until_minutes"] != 60.0 {
		t.Fatalf("inherited again: %+v", p)
	}
}

func TestCustomersReadThePolicy(t *testing.T) {
	t.Parallel()
	s := open(t, apptest.New(t))
	s.put(t, "/policy", halfDue())
	read := apptest.Into[struct{ Summary []string }](t, s.Env.Public().GET("/public/services/"+s.cut+"/policy"), http.StatusOK)
	want := []string{"Cancelling at least 24 hours before the start is free.", "Cancelling later than that costs 45.00 EUR.", "Not coming costs 89.99 EUR."}
	if !slices.Equal(read.Summary, want) {
		t.Fatalf("got %q", read.Summary)
	}
	hidden := s.Service(t, []string{s.ann}, object{"public": false})
	s.Env.Public().GET("/public/services/"+hidden+"/policy").WantProblem(t, http.StatusNotFound, "not_found")
	s.Owner.DELETE("/services/"+s.cut).Want(t, http.StatusNoContent)
	s.Env.Public().GET("/public/services/"+s.cut+"/policy").WantProblem(t, http.StatusNotFound, "not_found")
}

func TestBadTermsNameTheirField(t *testing.T) {
	t.Parallel()
	s := open(t, apptest.New(t))
	for field, change := range map[string]object{
		"body.cancel_until_minutes": {"cancel_until_minutes": -1}, "body.max_reschedules": {"max_reschedules": 101}, "body.late_cancel": {"late_cancel": "sometimes"},
		"body.no_show_fee.percent": {"no_show_fee": object{"percent": 101}}, "body.no_show_fee": {"no_show_fee": object{"percent": 1, "amount": 1}},
		"body.deposit.amount": {"deposit": object{"amount": -1}}, "body.deposit": {"deposit": object{"percent": 1, "amount": 1}},
		"body.tiers[1].before_minutes": {"tiers": []object{{"before_minutes": 5, "fee": object{}}, {"before_minutes": 5, "fee": object{}}}},
		"body.tiers[1].fee":            {"tiers": []object{{"before_minutes": 60, "fee": object{"percent": 20}}, {"before_minutes": 5, "fee": object{"percent": 10}}}},
		"body.no_such":                 {"no_such": 1},
	} {
		body := s.terms(t, change)
		s.Env.WritesNothing(t, func() {
			for _, path := range []string{"/policy", "/services/" + s.cut + "/policy"} {
				s.Owner.Do(http.MethodPut, path, body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", field)
			}
		})
	}
	s.Owner.GET("/fees?customer_id=nonsense").WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.customer_id")
}

func TestAnotherTenantsPoliciesAndFeesAreNotFound(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s, theirs := open(t, own), open(t, other)
	theirs.put(t, "/policy", halfDue())
	id := theirs.at(t, "2026-05-31T10:00")
	theirs.turn("2026-05-30T12:00:01Z")
	theirs.Owner.POST("/appointments/"+id+"/cancel", object{"fee": "apply_policy"}).Want(t, http.StatusOK)
	all := theirs.fees(t, "")
	if len(all) != 1 || len(s.fees(t, "")) != 0 {
		t.Fatalf("theirs: %v", all)
	}
	terms := s.terms(t, nil)
	for _, a := range []apptest.Answer{
		s.Owner.GET("/services/" + theirs.cut + "/policy"), s.Owner.Do(http.MethodPut, "/services/"+theirs.cut+"/policy", terms), s.Owner.DELETE("/services/" + theirs.cut + "/policy"),
		s.Env.Public().GET("/public/services/" + theirs.cut + "/policy"), s.Owner.POST("/fees/"+all[0].ID+"/waive", nil), s.Owner.GET("/customers/" + theirs.Customer(t, "X") + "/balance"),
	} {
		a.WantProblem(t, http.StatusNotFound, "not_found")
	}
	if got := s.fees(t, "&appointment_id="+id); len(got) != 0 {
		t.Errorf("another tenant's fees: %v", got)
	}
}

// TestAppointmentsKeepTheTermsTheyWereBookedWith when the policy changes later.
func TestAppointmentsKeepTheTermsTheyWereBookedWith(t *testing.T) {
	t.Parallel()
	s := open(t, apptest.New(t))
	s.put(t, "/policy", halfDue())
	before := s.at(t, "2026-06-01T10:00")
	s.put(t, "/policy", object{"cancel_until_minutes": 0, "tiers": []object{}})
	after := s.at(t, "2026-06-01T11:00")
	s.put(t, "/services/"+s.cut+"/policy", object{"tiers": []object{{"before_minutes": 0, "fee": object{"percent": 100}}}})
	last := s.at(t, "2026-06-01T12:00")
	s.turn("2026-06-01T06:00:00Z")
	for id, want := range map[string]float64{before: 4500, after: 0, last: 8999} {
		got := apptest.Into[struct{ Cancel struct{ Fee object } }](t, s.Owner.GET("/appointments/"+id+"/quote"), http.StatusOK).Cancel
		if got.Fee["amount"] != want {
			t.Errorf("%v, want %v", got.Fee, want)
		}
	}
	s.Owner.POST("/appointments/"+before+"/cancel", object{"fee": "apply_policy", "reason": "Ill"}).Want(t, http.StatusOK)
	all := s.fees(t, "&appointment_id="+before)
	if len(all) != 1 || all[0].Kind != "LATE_CANCELLATION" || all[0].Status != "OUTSTANDING" || all[0].Fee["amount"] != 4500.0 || *all[0].Reason != "Ill" {
		t.Fatalf("recorded: %+v", all)
	}
}

func (s *shop) balance(t *testing.T, customer string) (b struct{ Outstanding, Pending []object }) {
	t.Helper()
	return apptest.Into[struct{ Outstanding, Pending []object }](t, s.Owner.GET("/customers/"+customer+"/balance"), http.StatusOK)
}

// TestANoShowIsChargedADayLater: it is pending until then, and withdrawn when the customer came after all.
func TestANoShowIsPendingForADayAndWithdrawnByUndo(t *testing.T) {
	t.Parallel()
	s := open(t, apptest.New(t))
	cleo := s.Customer(t, "Cleo")
	id := s.Book(t, object{"service_id": s.cut, "start": "2026-06-01T10:00", "customer_id": cleo}).ID
	amounts := func(outstanding, pending any) {
		t.Helper()
		b := s.balance(t, cleo)
		for _, c := range []struct {
			got  []object
			want any
		}{{b.Outstanding, outstanding}, {b.Pending, pending}} {
			if c.want == nil && len(c.got) == 0 || len(c.got) == 1 && c.got[0]["amount"] == c.want && c.got[0]["currency"] == "EUR" {
				continue
			}
			t.Errorf("%v, want %v in %v", c.got, c.want, b)
		}
	}
	amounts(nil, nil)
	s.turn("2026-06-01T08:15:00Z")
	s.Owner.POST("/appointments/"+id+"/no_show", nil).Want(t, http.StatusOK)
	amounts(nil, 8999.0)
	if f := s.fees(t, "&customer_id="+cleo); len(f) != 1 || f[0].Status != "PENDING" || f[0].Kind != "NO_SHOW" || f[0].DueAt != "2026-06-02T08:15:00Z" {
		t.Fatalf("a pending fee: %+v", f)
	}
	s.Owner.POST("/appointments/"+id+"/undo", nil).Want(t, http.StatusOK)
	amounts(nil, nil)
	if f := s.fees(t, ""); len(f) != 1 || f[0].Status != "WAIVED" {
		t.Fatalf("withdrawn: %+v", f)
	}
	s.Owner.POST("/appointments/"+id+"/no_show", nil).Want(t, http.StatusOK)
	s.turn("2026-06-02T08:14:59Z")
	amounts(nil, 8999.0)
	s.turn("2026-06-02T08:15:00Z")
	amounts(8999.0, nil)
	owed := s.fees(t, "")[1]
	if owed.Status != "OUTSTANDING" {
		t.Fatalf("outstanding: %+v", owed)
	}
	waived := apptest.Into[fee](t, s.Owner.POST("/fees/"+owed.ID+"/waive", object{"reason": "Snow"}), http.StatusOK)
	if waived.Status != "WAIVED" || *waived.WaiveReason != "Snow" {
		t.Fatalf("waived: %+v", waived)
	}
	s.Env.WritesNothing(t, func() {
		s.Owner.POST("/fees/"+owed.ID+"/waive", nil).WantProblem(t, http.StatusConflict, "state_conflict")
	})
	amounts(nil, nil)
}

// TestFeesFollowTheRowRuleOfAppointments: who sees only their own appointments sees, and waives, only their fees.
func TestFeesFollowTheRowRuleOfAppointments(t *testing.T) {
	t.Parallel()
	s := open(t, apptest.New(t))
	s.put(t, "/policy", halfDue())
	staff, guest := s.Env.As(role.TenantStaff), s.Env.As(role.Customer)
	bea := s.Resource(t, object{"name": "Bea", "user_id": staff.ID()})
	s.Owner.PATCH("/services/"+s.cut, object{"resource_ids": []string{s.ann, bea}}).Want(t, http.StatusOK)
	me := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Me", "user_id": guest.ID()}), http.StatusCreated).ID
	fees, booked := map[string]string{}, map[string]string{}
	for name, b := range map[string]object{
		"ann": {"resource_ids": []string{s.ann}, "customer_id": s.Customer(t, "Cleo")}, "bea": {"resource_ids": []string{bea}, "customer_id": s.Customer(t, "Dan")},
		"me": {"resource_ids": []string{s.ann}, "customer_id": me, "start": "2026-05-31T12:00"},
	} {
		body := object{"service_id": s.cut, "start": "2026-05-31T10:00"}
		maps.Copy(body, b)
		booked[name] = s.Book(t, body).ID
	}
	s.Env.At("2026-05-30T12:00:01Z") // not at the moment of booking, which is free
	for name, id := range booked {
		s.Owner.POST("/appointments/"+id+"/cancel", object{"fee": "apply_policy"}).Want(t, http.StatusOK)
		fees[name] = s.fees(t, "&appointment_id="+id)[0].ID
	}
	for who, want := range map[*apptest.Client][]string{staff: {fees["bea"]}, guest: {fees["me"]}} {
		var got []string
		for _, f := range apptest.Into[struct{ Data []fee }](t, who.GET("/fees"), http.StatusOK).Data {
			got = append(got, f.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", who.Role, got, want)
		}
	}
	s.Env.WritesNothing(t, func() {
		staff.POST("/fees/"+fees["ann"]+"/waive", nil).WantProblem(t, http.StatusNotFound, "not_found")
		guest.POST("/fees/"+fees["me"]+"/waive", nil).WantProblem(t, http.StatusForbidden, "role_forbidden")
		staff.Do(http.MethodPut, "/policy", s.terms(t, nil)).WantProblem(t, http.StatusForbidden, "role_forbidden")
	})
	staff.POST("/fees/"+fees["bea"]+"/waive", nil).Want(t, http.StatusOK)
	staff.GET("/policy").Want(t, http.StatusOK)
	if all := s.fees(t, ""); len(all) != 3 {
		t.Errorf("the owner sees all: %v", all)
	}
}

func TestACustomFeeIsWithinThePrice(t *testing.T) {
	t.Parallel()
	s := open(t, apptest.New(t))
	id := s.at(t, "2026-06-01T10:00")
	for field, fee := range map[string]any{
		"body.custom_fee": object{"amount": 5, "currency": "USD"}, "body.custom_fee.amount": object{"amount": 9000, "currency": "EUR"},
	} {
		s.Owner.POST("/appointments/"+id+"/cancel", object{"fee": "custom", "custom_fee": fee}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", field)
	}
	s.Owner.POST("/appointments/"+id+"/cancel", object{"fee": "custom"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.custom_fee")
	s.Owner.POST("/appointments/"+id+"/cancel", object{"fee": "custom", "custom_fee": object{"amount": 8999, "currency": "EUR"}}).Want(t, http.StatusOK)
	if all := s.fees(t, "&appointment_id="+id); len(all) != 1 || all[0].Kind != "CUSTOM" {
		t.Errorf("recorded: %+v", all)
	}
	if f := s.fees(t, ""); len(f) != 1 || f[0].Fee["amount"] != 8999.0 {
		t.Errorf("recorded: %v", f)
	}
}
