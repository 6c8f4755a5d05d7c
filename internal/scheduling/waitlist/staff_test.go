package waitlist_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

func TestOneClickBooks(t *testing.T) {
	t.Parallel()
	s, cut, early, _ := full(t)
	a, b := s.waits(t, cut, "Ada", object{"notes": "window seat"}), s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	s.Owner.POST("/waitlist/"+a+"/book", object{"start": half}).WantProblem(t, http.StatusConflict, "slot_unavailable")
	want(t, s.states(t, a), "OFFERED "+nine) // still kept
	e := apptest.Into[entry](t, s.Owner.POST("/waitlist/"+a+"/book", object{"start": nine}), http.StatusOK)
	want(t, e.Status, "BOOKED")
	booked := apptest.Into[object](t, s.Owner.GET("/appointments/"+*e.AppointmentID), http.StatusOK)
	want(t, booked["notes"], "window seat")
	s.work(t)
	want(t, s.states(t, a, b), "BOOKED, WAITING")
	for _, again := range []apptest.Answer{
		s.Owner.POST("/waitlist/"+a+"/book", object{"start": nine}), s.Owner.DELETE("/waitlist/" + a), s.Owner.PATCH("/waitlist/"+a, object{"priority": 1}),
	} {
		again.WantProblem(t, http.StatusConflict, "state_conflict")
	}
	s.Owner.POST("/waitlist/"+b+"/book", object{"start": half, "override": []string{"double_booking"}, "override_reason": "friend"}).Want(t, http.StatusOK)
}

// What was kept goes to the next when staff book another time.
func TestBookingAnotherTimeFreesTheOffer(t *testing.T) {
	t.Parallel()
	s, cut, early, late := full(t)
	a, b := s.waits(t, cut, "Ada"), s.waits(t, cut, "Bea")
	s.cancel(t, early)
	s.work(t)
	s.cancel(t, late)
	s.Owner.POST("/waitlist/"+a+"/book", object{"start": half}).Want(t, http.StatusOK)
	s.work(t)
	want(t, s.states(t, a, b), "BOOKED, OFFERED "+nine)
}

func TestOneEntryForTheSame(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, ada := s.offers(t), s.person(t, "Ada")
	first := s.waitsFor(t, cut, ada)
	body := object{"service_id": cut, "customer_id": ada, "from_date": "2026-05-31", "to_date": "2026-06-05"}
	s.Env.WritesNothing(t, func() { s.Owner.POST("/waitlist", body).WantProblem(t, http.StatusConflict, "already_exists") })
	second := s.waitsFor(t, cut, ada, object{"from_date": tuesday, "to_date": tuesday})
	s.Owner.PATCH("/waitlist/"+second.ID, object{"from_date": monday}).WantProblem(t, http.StatusConflict, "already_exists")
	s.Owner.DELETE("/waitlist/"+first.ID).Want(t, http.StatusNoContent)
	s.Owner.POST("/waitlist", with(body, object{"to_date": monday})).Want(t, http.StatusCreated)
}

func TestChangesAreMeantForAVersion(t *testing.T) {
	t.Parallel()
	s := open(t)
	a := s.waitsFor(t, s.offers(t), s.person(t, "Ada"))
	path := "/waitlist/" + a.ID
	got := s.Owner.GET(path).Want(t, http.StatusOK)
	want(t, got.Header.Get("ETag"), `"v1"`)
	e := apptest.Into[entry](t, s.Owner.With("If-Match", `"v1"`).PATCH(path, object{"priority": 3, "notes": "x", "to_date": tuesday}), http.StatusOK)
	want(t, e.Priority, 3)
	want(t, e.Version, 2)
	want(t, e.ExpiresAt, "2026-06-03T00:00:00+02:00") // follows the dates
	old := s.Owner.With("If-Match", `"v1"`)
	s.Env.WritesNothing(t, func() {
		old.PATCH(path, object{"priority": 4}).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
		old.DELETE(path).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
		old.POST(path+"/book", object{"start": nine}).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
	})
	s.Owner.With("If-Match", `"v2"`).POST(path+"/book", object{"start": nine}).Want(t, http.StatusOK)
}

func TestBadInputIsNamed(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, ada := s.offers(t, object{"max_party_size": 2}), s.person(t, "Ada")
	other := open(t)
	good := object{"service_id": cut, "customer_id": ada, "from_date": monday, "to_date": monday}
	entry := s.waitsFor(t, cut, s.person(t, "Bea")).ID
	window := func(from, to string) object { return object{"windows": []object{{"from": from, "to": to}}} }
	for at, bad := range map[string][]object{
		"body.service_id":      {{"service_id": "svc_01k9m7e6xhf8ktexm2q2ggx7zp"}},
		"body.customer_id":     {{"customer_id": "cus_01k9m7e6xhf8ktexm2q2ggx7zp"}, {"customer_id": other.Customer(t, "X")}},
		"body.location_id":     {{"location_id": other.Location}},
		"body.to_date":         {{"to_date": "2026-05-31"}, {"to_date": "2026-08-02"}, {"from_date": "2026-05-01", "to_date": "2026-05-29"}},
		"body.from_date":       {{"from_date": "1950-01-01"}},
		"body.windows[0].to":   {window("10:00", "10:00"), window("10:00", "09:00"), window("10:00", "26:00")},
		"body.windows[0].from": {window("24:00", "24:00")},
		"body.resource_ids[0]": {{"resource_ids": []string{other.ann}}},
		"body.resource_ids[1]": {{"resource_ids": []string{s.ann, s.Resource(t)}}},
		"body.party_size":      {{"party_size": 3}, {"party_size": 0}},
		"body.priority":        {{"priority": 1001}},
		"body.expires_at":      {{"expires_at": "2026-05-30T10:00:00Z"}},
	} {
		for _, b := range bad {
			s.Env.WritesNothing(t, func() {
				s.Owner.POST("/waitlist", with(good, b)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
				if b["service_id"] == nil && b["customer_id"] == nil && b["location_id"] == nil {
					s.Owner.PATCH("/waitlist/"+entry, b).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
				}
			})
		}
	}
	s.Owner.POST("/waitlist", with(good, object{"to_date": "2026-08-01"})).Want(t, http.StatusCreated) // 62 days
}

func TestThoseWithTheirOwnCalendarSeeTheirOwnWaiters(t *testing.T) {
	t.Parallel()
	s := open(t)
	staff := s.Env.As(role.TenantStaff)
	me := s.Resource(t, object{"user_id": staff.ID()})
	cut := s.offers(t, object{"resource_ids": []string{s.ann, me}})
	anybody, mine := s.waits(t, cut, "Ada"), s.waits(t, cut, "Bea", object{"resource_ids": []string{s.ann, me}})
	all := apptest.Into[apptest.Page](t, staff.GET("/waitlist"), http.StatusOK).Data
	want(t, len(all), 1)
	want(t, all[0].ID, mine)
	s.Env.WritesNothing(t, func() {
		staff.GET("/waitlist/"+anybody).WantProblem(t, http.StatusNotFound, "not_found")
		staff.DELETE("/waitlist/"+anybody).WantProblem(t, http.StatusNotFound, "not_found")
		staff.POST("/waitlist/"+anybody+"/book", object{"start": nine}).WantProblem(t, http.StatusNotFound, "not_found")
		staff.PATCH("/waitlist/"+mine, object{"resource_ids": []string{s.ann}}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		staff.POST("/waitlist/"+mine+"/book", object{"start": nine, "resource_ids": []string{s.ann}}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	})
	staff.POST("/waitlist/"+mine+"/book", object{"start": nine, "resource_ids": []string{me}}).Want(t, http.StatusOK)
}

func TestLists(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut, dye := s.offers(t), s.offers(t)
	a, b := s.waits(t, cut, "Ada"), s.waits(t, dye, "Bea")
	c := s.waitsFor(t, cut, s.person(t, "Cleo")).ID
	s.Owner.DELETE("/waitlist/"+c).Want(t, http.StatusNoContent)
	n := apptest.Noun{Owner: s.Owner, Path: "/waitlist"}
	want(t, n.IDs(t, 1, ""), []string{a, b, c})
	want(t, n.IDs(t, 5, "&status=WAITING"), []string{a, b})
	want(t, n.IDs(t, 5, "&status=WAITING&service_id="+cut), []string{a})
}
