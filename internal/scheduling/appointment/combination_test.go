package appointment_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// menu is a service of half an hour for 30.00, and what can be chosen of it.
type menu struct {
	service string
	wash    string // half an hour more, 5.00
	gift    string // no time, 1.00
	secret  string // ten minutes, 7.00, for staff to choose
	long    string // an hour for 50.00 instead
}

func euros(cents int) object { return object{"amount": cents, "currency": "EUR"} }

func (s salon) menu(t *testing.T, more ...object) menu {
	t.Helper()
	id := s.Service(t, []string{s.ann}, append([]object{{
		"addons": []object{
			{"name": "Wash", "duration_minutes": 30, "price": euros(500)},
			{"name": "Gift", "price": euros(100)},
			{"name": "Secret", "duration_minutes": 10, "price": euros(700), "public": false},
		},
		"variants": []object{{"name": "Long", "duration_minutes": 60, "price": euros(5000)}},
	}}, more...)...)
	got := apptest.Into[struct{ Addons, Variants []apptest.Object }](t, s.Owner.GET("/services/"+id), http.StatusOK)
	return menu{id, got.Addons[0].ID, got.Addons[1].ID, got.Addons[2].ID, got.Variants[0].ID}
}

// chosen is an appointment with what was chosen of its service.
type chosen struct {
	apptest.Appointment
	Price   amount
	Deposit amount
	Variant *struct{ ID, Name string }
	Addons  []struct {
		ID, Name        string
		DurationMinutes int `json:"duration_minutes"`
		Price           amount
	}
}

func (c chosen) text() string {
	names := []string{}
	if c.Variant != nil {
		names = append(names, c.Variant.Name)
	}
	for _, a := range c.Addons {
		names = append(names, a.Name)
	}
	return strings.Join(names, "+")
}

func (s salon) read(t *testing.T, id string) chosen {
	t.Helper()
	return apptest.Into[chosen](t, s.Owner.GET("/appointments/"+id), http.StatusOK)
}

// TestTimesFitTheCombination: a gap of 45 minutes takes the half hour, and neither it with a wash nor the long variant.
func TestTimesFitTheCombination(t *testing.T) {
	t.Parallel()
	s := open(t)
	m, other := s.menu(t, object{"slot_interval_minutes": 15}), s.Service(t, []string{s.ann})
	for from, to := range map[string]string{"09:00": "10:00", "10:45": "16:00"} {
		s.Book(t, object{"service_id": other, "start": at(from), "end": at(to), "customer_id": s.Customer(t, "Cleo")})
	}
	for query, starts := range map[string]string{
		"": "10:00 10:15 16:00 16:15 16:30", "addon_ids=" + m.gift: "10:00 10:15 16:00 16:15 16:30",
		"addon_ids=" + m.wash: "16:00", "variant_id=" + m.long: "16:00", "addon_ids=" + m.wash + "&addon_ids=" + m.gift: "16:00",
		"variant_id=" + m.long + "&addon_ids=" + m.wash: "",
	} {
		want(t, apptest.Starts(t, s.Free(t, m.service, monday, monday, query), clock), starts)
		for prefix, c := range map[string]*apptest.Client{"/public": s.Env.Public(), "": s.Owner} {
			days := apptest.Into[struct{ Data []struct{ Count int } }](t, c.GET(prefix+"/availability/days?service_id="+m.service+"&from="+monday+"&to="+monday+"&"+query), http.StatusOK).Data
			if n := len(strings.Fields(starts)); days[0].Count != n {
				t.Errorf("%s: %d starts are counted, %d listed", query, days[0].Count, n)
			}
			if why := explain(t, c, prefix, m.service, at("10:15")+":00-04:00", query); why.Offered != strings.Contains(starts, "10:15") {
				t.Errorf("%s: 10:15 is explained by %+v", query, why)
			}
		}
	}
	dan := s.Customer(t, "Dan")
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest(m.service, at("10:00"), object{"addon_ids": []string{m.wash}})).WantProblem(t, http.StatusConflict, taken)
		s.Owner.POST("/appointments", object{"service_id": m.service, "start": at("10:00"), "variant_id": m.long, "customer_id": dan}).WantProblem(t, http.StatusConflict, taken)
	})
	got := apptest.Into[chosen](t, s.Env.Public().POST("/public/appointments", guest(m.service, at("16:00"), object{"addon_ids": []string{m.wash}})), http.StatusCreated)
	want(t, got.End, "2026-06-01T17:00:00-04:00")
}

// TestBuffersOfAddonsAddUp to those of the service.
func TestBuffersOfAddonsAddUp(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"buffer_before_minutes": 5, "buffer_after_minutes": 5, "addons": []object{
		{"name": "A", "price": euros(0), "buffer_before_minutes": 10, "buffer_after_minutes": 15}, {"name": "B", "price": euros(0), "buffer_after_minutes": 20, "duration_minutes": 5},
	}})
	addons := apptest.Into[struct{ Addons []apptest.Object }](t, s.Owner.GET("/services/"+cut), http.StatusOK).Addons
	body := guest(cut, at("12:00"), object{"addon_ids": []string{addons[1].ID, addons[0].ID}})
	id := apptest.Into[chosen](t, s.Env.Public().POST("/public/appointments", body), http.StatusCreated).ID
	want(t, s.ranges(t, s.ann), "11:45-13:15")
	s.Owner.PATCH("/services/"+cut, object{"addons": []object{}}).Want(t, http.StatusOK)
	s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": at("14:00")}).Want(t, http.StatusOK)
	want(t, s.ranges(t, s.ann), "13:45-15:15")
}

// TestAnAppointmentKeepsWhatWasChosen, whatever becomes of the service's add-ons and variants.
func TestAnAppointmentKeepsWhatWasChosen(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.menu(t)
	plain := s.booked(t, m.service, "09:00")
	if a := s.read(t, plain.ID); a.Variant != nil || a.Addons == nil || len(a.Addons) > 0 || a.Price.Amount != 3000 {
		t.Errorf("of the service as it is: %+v", a)
	}
	id := s.Book(t, object{
		"service_id": m.service, "start": at("10:00"), "customer_id": s.Customer(t, "Cleo"), "variant_id": m.long, "addon_ids": []string{m.secret, m.wash},
	}).ID
	check := func(when, start, end string) {
		t.Helper()
		a := s.read(t, id)
		want(t, a.text(), "Long+Secret+Wash")
		if a.Price != (amount{6200, "EUR"}) || a.Variant.ID != m.long || a.Addons[1].ID != m.wash || a.Addons[1].DurationMinutes != 30 || a.Addons[1].Price.Amount != 500 {
			t.Errorf("%s: %+v", when, a)
		}
		want(t, a.Start[11:16]+"-"+a.End[11:16], start+"-"+end)
	}
	check("as booked", "10:00", "11:40")
	s.Owner.PATCH("/services/"+m.service, object{"addons": []object{{"id": m.wash, "name": "Rinse", "duration_minutes": 5, "price": euros(1)}}, "variants": nil}).Want(t, http.StatusOK)
	check("after a change of the service", "10:00", "11:40")
	s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": at("12:00")}).Want(t, http.StatusOK)
	check("moved", "12:00", "13:40")
	link := apptest.Into[object](t, s.Owner.POST("/appointments/"+id+"/link", nil), http.StatusOK)
	want(t, apptest.Into[chosen](t, s.Env.Public().POST("/public/appointments/manage", link), http.StatusOK).text(), "Long+Secret+Wash")
	s.Env.Public().POST("/public/appointments/manage/reschedule", with(link, object{"start": at("14:00")})).Want(t, http.StatusOK)
	check("moved by its customer", "14:00", "15:40")
}

// TestFeesAreOfTheWholePrice: half of what was booked with its add-ons, and so is the deposit.
func TestFeesAreOfTheWholePrice(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.menu(t)
	s.policy(t, m.service)
	terms := apptest.Into[object](t, s.Owner.GET("/services/"+m.service+"/policy"), http.StatusOK)["terms"].(object)
	s.Owner.Do(http.MethodPut, "/services/"+m.service+"/policy", with(terms, object{"deposit": object{"percent": 10}})).Want(t, http.StatusOK)
	s.turn("2026-05-31T10:00:00-04:00")
	a := apptest.Into[chosen](t, s.Env.Public().POST("/public/appointments", guest(m.service, at("12:00"), object{"variant_id": m.long, "addon_ids": []string{m.wash, m.gift}})), http.StatusCreated)
	if a.Price.Amount != 5600 || a.Deposit.Amount != 560 {
		t.Errorf("price %d, deposit %d", a.Price.Amount, a.Deposit.Amount)
	}
	want(t, a.text(), "Long+Wash+Gift")
	s.Owner.PATCH("/services/"+m.service, object{"addons": nil, "variants": nil}).Want(t, http.StatusOK)
	s.turn("2026-06-01T08:00:00-04:00")
	link := apptest.Into[object](t, s.Owner.POST("/appointments/"+a.ID+"/link", nil), http.StatusOK)
	if q := apptest.Into[managed](t, s.Env.Public().POST("/public/appointments/manage", link), http.StatusOK).Cancel; q.Fee.Amount != 2800 {
		t.Errorf("quoted %+v", q)
	}
}

// TestWhatCanNotBeChosenIsNamed at each door, for customers and for staff.
func TestWhatCanNotBeChosenIsNamed(t *testing.T) {
	t.Parallel()
	s := open(t)
	m, other := s.menu(t), s.menu(t)
	cleo := s.Customer(t, "Cleo")
	none := "_01k9m7e6xhf8ktexm2q2ggx7zp"
	type wish struct {
		variant string
		addons  []string
		at      string
	}
	wishes := []wish{
		{"var" + none, nil, "variant_id"},
		{other.long, nil, "variant_id"},
		{"", []string{m.wash, "add" + none}, "addon_ids[1]"},
		{"", []string{other.wash}, "addon_ids[0]"},
		{"", []string{m.wash, m.gift, m.wash}, "addon_ids[2]"},
		{"", []string{m.gift, "add_x"}, "addon_ids[1]"},
	}
	try := func(w wish, publicly bool) {
		query, body := "", object{"service_id": m.service, "start": at("10:00"), "customer_id": cleo}
		prefix, c := "", s.Owner
		if publicly {
			prefix, c, body = "/public", s.Env.Public(), guest(m.service, at("10:00"))
		}
		if w.variant != "" {
			query, body["variant_id"] = "&variant_id="+w.variant, w.variant
		}
		for _, a := range w.addons {
			query += "&addon_ids=" + a
		}
		body["addon_ids"] = w.addons
		hold := with(body)
		delete(hold, "customer")
		delete(hold, "customer_id")
		c.POST(prefix+"/appointments", body).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body."+w.at)
		c.POST(prefix+"/availability/holds", hold).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body."+w.at)
		for _, path := range []string{"?from=" + monday + "&to=" + monday, "/days?from=" + monday + "&to=" + monday, "/explain?start=2026-06-01T10:00:00Z"} {
			c.GET(prefix+"/availability"+path+"&service_id="+m.service+query).WantProblem(t, http.StatusUnprocessableEntity, invalid, "query."+w.at)
		}
	}
	s.Env.WritesNothing(t, func() {
		for _, w := range wishes {
			try(w, false)
			try(w, true)
		}
		try(wish{"", []string{m.secret}, "addon_ids[0]"}, true)
	})
	s.Book(t, object{"service_id": m.service, "start": at("10:00"), "customer_id": cleo, "addon_ids": []string{m.secret}})
	s.Owner.PATCH("/services/"+m.service, object{"addons": nil}).Want(t, http.StatusOK)
	try(wish{"", []string{m.wash}, "addon_ids[0]"}, false) // removed
}

// TestAHoldIsForOneCombination, and for nothing else; that one can be booked also when it is offered no longer.
func TestAHoldIsForOneCombination(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.menu(t)
	h := s.hold(t, m.service, "12:00", object{"variant_id": m.long, "addon_ids": []string{m.wash, m.gift}})
	want(t, s.ranges(t, s.ann), "12:00-13:30")
	token := object{"hold_token": h.Token}
	s.Env.WritesNothing(t, func() {
		for name, other := range map[string]object{
			"nothing": {}, "another variant": {"addon_ids": []string{m.wash, m.gift}}, "fewer add-ons": {"variant_id": m.long, "addon_ids": []string{m.wash}},
			"others": {"variant_id": m.long, "addon_ids": []string{m.wash, m.secret}}, "more": {"variant_id": m.long, "addon_ids": []string{m.wash, m.gift, m.secret}},
		} {
			t.Log(name)
			s.Env.Public().POST("/public/appointments", guest(m.service, at("12:00"), token, other)).WantProblem(t, http.StatusConflict, taken)
		}
	})
	s.Owner.PATCH("/services/"+m.service, object{"addons": nil, "variants": nil}).Want(t, http.StatusOK)
	same := object{"variant_id": m.long, "addon_ids": []string{m.gift, m.wash}}
	got := apptest.Into[chosen](t, s.Env.Public().POST("/public/appointments", guest(m.service, at("12:00"), token, same)), http.StatusCreated)
	want(t, got.text()+" "+got.End, "Long+Gift+Wash 2026-06-01T13:30:00-04:00")
	if got.Price.Amount != 5600 {
		t.Errorf("it costs %d", got.Price.Amount)
	}
}

// TestAnOpenPartReachesTheEndOfTheCombination; one that ends at a fixed minute stays.
func TestAnOpenPartReachesTheEndOfTheCombination(t *testing.T) {
	t.Parallel()
	s := open(t)
	chair, basin := s.room(t, "Chair"), s.room(t, "Basin")
	colour := s.Service(t, nil, colouring([]string{s.ann}, []string{chair}, []string{basin}), object{"addons": []object{{"name": "Dry", "duration_minutes": 30, "price": euros(1)}}})
	dry := apptest.Into[struct{ Addons []apptest.Object }](t, s.Owner.GET("/services/"+colour), http.StatusOK).Addons[0].ID
	s.Env.Public().POST("/public/appointments", guest(colour, at("10:00"), object{"addon_ids": []string{dry}})).Want(t, http.StatusCreated)
	want(t, s.ranges(t, s.ann), "10:00-10:30 11:15-12:00")
	want(t, s.ranges(t, chair), "10:00-12:00")
	want(t, s.ranges(t, basin), "11:10-11:25")
}

// TestSeatsHaveAddonsThatTakeNoTime: a session is as long as it is. What was kept for somebody doesn't change that.
func TestSeatsHaveAddonsThatTakeNoTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.Service(t, []string{s.ann}, object{"group": object{"capacity": 5, "ad_hoc": true}, "addons": []object{{"name": "Mat", "price": euros(200)}}})
	mat := apptest.Into[struct{ Addons []apptest.Object }](t, s.Owner.GET("/services/"+yoga), http.StatusOK).Addons[0].ID
	with200 := object{"addon_ids": []string{mat}}
	if n := len(s.Free(t, yoga, monday, monday, "addon_ids="+mat)); n != 16 {
		t.Errorf("%d starts are offered", n)
	}
	seats := []chosen{
		apptest.Into[chosen](t, s.Env.Public().POST("/public/appointments", guest(yoga, at("10:00"), with200)), http.StatusCreated),
		apptest.Into[chosen](t, s.Env.Public().POST("/public/appointments", guest(yoga, at("10:00"), person("pat@example.com"))), http.StatusCreated),
	}
	if seats[0].Price.Amount != 3200 || seats[1].Price.Amount != 3000 || len(s.sessions(t)) != 1 {
		t.Errorf("%+v", seats)
	}
	m := s.menu(t)
	long, wash := object{"variant_id": m.long}, object{"addon_ids": []string{m.wash}}
	holds := []hold{s.hold(t, m.service, "12:00", long), s.hold(t, m.service, "14:00", wash)}
	s.Owner.PATCH("/services/"+m.service, object{"addons": nil, "variants": nil, "group": object{"capacity": 5, "ad_hoc": true}}).Want(t, http.StatusOK)
	s.Env.Public().POST("/public/appointments", guest(m.service, at("12:00"), long, object{"hold_token": holds[0].Token})).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.variant_id")
	s.Env.Public().POST("/public/appointments", guest(m.service, at("14:00"), wash, object{"hold_token": holds[1].Token})).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.addon_ids[0]")
}

// TestStaffChooseTheEndOfACombination too: its price stays.
func TestStaffChooseTheEndOfACombination(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.menu(t)
	id := s.Book(t, object{"service_id": m.service, "start": at("10:00"), "end": at("10:45"), "customer_id": s.Customer(t, "Cleo"), "addon_ids": []string{m.wash}}).ID
	a := s.read(t, id)
	want(t, a.text()+" "+a.End[11:16], "Wash 10:45")
	if a.Price.Amount != 3500 || slices.Contains(strings.Fields(s.free(t, m.service)), "10:30") {
		t.Errorf("%+v", a)
	}
}
