package appointment_test

import (
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// list is the appointments of a query, as their starts' clock times.
func list(t testing.TB, c *apptest.Client, query string) string {
	t.Helper()
	page := apptest.Into[struct {
		Data       []apptest.Appointment `json:"data"`
		NextCursor *string               `json:"next_cursor"`
	}](t, c.GET("/appointments?"+query), http.StatusOK)
	if page.NextCursor != nil {
		t.Error("appointments come whole")
	}
	var out []string
	for _, a := range page.Data {
		out = append(out, apptest.Instant(t, a.Start).Format(clock))
	}
	return strings.Join(out, " ")
}

func TestAppointmentsOfARange(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea})
	cleo := s.Customer(t, "Cleo")
	book := func(start, resource, customer string) apptest.Appointment {
		return s.Book(t, object{"service_id": cut, "start": at(start), "customer_id": customer, "resource_ids": []string{resource}})
	}
	book("11:00", bea, cleo)
	book("10:00", s.ann, cleo)
	gone := book("12:00", s.ann, s.Customer(t, "Dan"))
	s.Owner.POST("/appointments/"+gone.ID+"/cancel", object{"reason": "ill"}).Want(t, http.StatusOK)
	day := "from=2026-06-01T00:00:00-04:00&to=2026-06-02T00:00:00-04:00"
	for query, starts := range map[string]string{
		day:                           "10:00 11:00 12:00",
		day + "&status=CONFIRMED":     "10:00 11:00",
		day + "&status=CANCELLED":     "12:00",
		day + "&resource_id=" + s.ann: "10:00 12:00",
		day + "&customer_id=" + cleo:  "10:00 11:00",
		"from=2026-06-01T14:30:00Z&to=2026-06-01T15:00:00Z": "", // [10:30, 11:00): both only touch it
		"from=2026-06-01T14:29:59Z&to=2026-06-01T15:00:01Z": "10:00 11:00",
		"from=2026-06-01T14:10:00Z&to=2026-06-01T14:20:00Z": "10:00", // inside one
	} {
		if got := list(t, s.Owner, query); got != starts {
			t.Errorf("%s: %q, want %q", query, got, starts)
		}
	}
	for _, bad := range []string{
		"from=2026-06-01T00:00:00Z&to=2026-06-01T00:00:00Z", "from=2026-06-02T00:00:00Z&to=2026-06-01T00:00:00Z",
		"from=2026-06-01T00:00:00Z&to=2026-08-02T02:00:01Z",
	} {
		s.Owner.GET("/appointments?"+bad).WantProblem(t, http.StatusUnprocessableEntity, invalid, "query.to")
	}
	s.Owner.GET("/appointments?to=2026-06-01T00:00:00Z").WantProblem(t, http.StatusUnprocessableEntity, invalid, "query.from")
	s.Owner.GET("/appointments?from=2026-06-01T00:00:00Z&to=2026-08-02T00:00:00Z").Want(t, http.StatusOK)
}

func TestCancellingFreesTheTimeAndStaysOnRecord(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	a := s.booked(t, cut, "10:00")
	got := apptest.Into[object](t, s.Owner.POST("/appointments/"+a.ID+"/cancel", object{"reason": "ill"}), http.StatusOK)
	if got["status"] != "CANCELLED" || got["cancel_reason"] != "ill" || got["cancelled_at"] != "2026-05-30T12:00:00Z" || got["version"] != 2.0 {
		t.Errorf("want it cancelled, with the reason, in version 2: %v", got)
	}
	s.booked(t, cut, "10:00")
	s.Owner.GET("/appointments/"+a.ID).Want(t, http.StatusOK)
}

func TestCancellingNeedsNoBody(t *testing.T) {
	t.Parallel()
	s := open(t)
	a := s.booked(t, s.Service(t, []string{s.ann}), "10:00")
	s.Owner.POST("/appointments/"+a.ID+"/cancel", nil).Want(t, http.StatusOK)
}

func TestAppointmentsKeepWhatWasAgreed(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"buffer_after_minutes": 30})
	a := s.booked(t, cut, "10:00")
	was := apptest.Into[object](t, s.Owner.GET("/appointments/"+a.ID), http.StatusOK)
	change := object{"name": "Shave", "duration_minutes": 90, "price": object{"amount": 1, "currency": "EUR"}, "buffer_after_minutes": 0}
	s.Owner.PATCH("/services/"+cut, change).Want(t, http.StatusOK)
	s.Owner.PATCH("/locations/"+s.Location, object{"time_zone": "Asia/Tokyo"}).Want(t, http.StatusOK)
	is := apptest.Into[object](t, s.Owner.GET("/appointments/"+a.ID), http.StatusOK)
	for _, name := range []string{"service_name", "start", "end", "time_zone", "version"} {
		if is[name] != was[name] {
			t.Errorf("%s was %v and became %v", name, was[name], is[name])
		}
	}
	if n := s.count(t, `SELECT count(*) FROM allocations WHERE upper(busy_range) = '2026-06-01T15:00:00Z'`); n != 1 {
		t.Error("the buffer as agreed is not kept free")
	}
}

// TestArchivedKeepTheirAppointments archives all that an appointment names: it stays as it is, and nothing new is booked.
func TestArchivedKeepTheirAppointments(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	a := s.booked(t, cut, "10:00")
	was := s.Owner.GET("/appointments/"+a.ID).Want(t, http.StatusOK)
	s.Owner.DELETE("/resources/"+s.ann).WantProblem(t, http.StatusConflict, "state_conflict")
	s.Env.At("2026-06-01T14:45:00Z") // once it is over
	s.Owner = s.Env.As(role.TenantOwner)
	body := object{"service_id": cut, "start": at("11:00"), "customer_id": a.CustomerID}
	for _, gone := range []struct{ path, code, at string }{
		{"/customers/" + a.CustomerID, invalid, "body.customer_id"},
		{"/resources/" + s.ann, taken, ""},
		{"/services/" + cut, invalid, "body.service_id"},
	} {
		s.Owner.DELETE(gone.path).Want(t, http.StatusNoContent)
		status := map[string]int{invalid: http.StatusUnprocessableEntity, taken: http.StatusConflict}[gone.code]
		w := wrong{http.MethodPost, "/appointments", body, status, gone.code, gone.at}
		w.check(t, s, s.Owner)
		if gone.at == "body.customer_id" {
			body["customer_id"] = s.Customer(t, "Dan")
		}
	}
	s.Owner.DELETE("/locations/"+s.Location).Want(t, http.StatusNoContent)
	want(t, string(s.Owner.GET("/appointments/"+a.ID).Want(t, http.StatusOK).Body), string(was.Body))
}

func TestStaffChooseTheEndAndAnyMinute(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	a := s.Book(t, object{"service_id": cut, "start": at("10:07"), "end": at("11:01"), "customer_id": s.Customer(t, "Cleo")})
	want(t, a.Start+" "+a.End, "2026-06-01T10:07:00-04:00 2026-06-01T11:01:00-04:00")
	moved := apptest.Into[apptest.Appointment](t, s.Owner.POST("/appointments/"+a.ID+"/reschedule", object{"start": at("12:00")}), http.StatusOK)
	want(t, moved.End, "2026-06-01T12:54:00-04:00") // its length stays
}

func TestAnyGoesToTheLeastBookedOfTheDay(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut, long := s.Service(t, []string{s.ann, bea}), s.Service(t, []string{s.ann}, object{"duration_minutes": 60})
	if a := s.booked(t, cut, "09:00"); a.ResourceIDs[0] != s.ann {
		t.Error("equally booked: want the first")
	}
	s.booked(t, long, "12:00")
	for _, start := range []string{"09:30", "10:00", "10:30"} {
		if a := s.booked(t, cut, start); a.ResourceIDs[0] != bea {
			t.Errorf("%s went to Ann, who is booked for longer", start)
		}
	}
	if a := s.booked(t, cut, "11:00"); a.ResourceIDs[0] != s.ann {
		t.Error("now both have 90 minutes: want the first")
	}
}

// TestStaffSeeAndBookTheirOwnCalendar holds TENANT_STAFF to the resource that they are.
func TestStaffSeeAndBookTheirOwnCalendar(t *testing.T) {
	t.Parallel()
	s := open(t)
	staff := s.Env.As(role.TenantStaff)
	bea := s.Resource(t, object{"name": "Bea", "user_id": wireID(staff)})
	cut := s.Service(t, []string{s.ann, bea})
	cleo := s.Customer(t, "Cleo")
	book := func(start, resource string) object {
		return object{"service_id": cut, "start": at(start), "customer_id": cleo, "resource_ids": []string{resource}}
	}
	anns, beas := s.Book(t, book("10:00", s.ann)), s.Book(t, book("11:00", bea))
	want(t, list(t, staff, "from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z"), "11:00")
	staff.GET("/appointments/"+beas.ID).Want(t, http.StatusOK)
	staff.GET("/appointments/"+anns.ID).WantProblem(t, http.StatusNotFound, "not_found")
	staff.POST("/appointments/"+anns.ID+"/cancel", object{}).WantProblem(t, http.StatusNotFound, "not_found")
	staff.POST("/appointments/"+anns.ID+"/reschedule", object{"start": at("12:00")}).WantProblem(t, http.StatusNotFound, "not_found")

	staff.POST("/appointments", book("12:00", bea)).Want(t, http.StatusCreated)
	staff.POST("/appointments", book("13:00", s.ann)).WantProblem(t, http.StatusForbidden, "role_forbidden")
	a := apptest.Into[apptest.Appointment](t, staff.POST("/appointments", object{"service_id": cut, "start": at("14:00"), "customer_id": cleo}), http.StatusCreated)
	if a.ResourceIDs[0] != bea {
		t.Error("any is their own calendar")
	}
	staff.POST("/appointments/"+beas.ID+"/reschedule", object{"start": at("15:00"), "resource_ids": []string{s.ann}}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	staff.POST("/appointments/"+beas.ID+"/reschedule", object{"start": at("15:00")}).Want(t, http.StatusOK)

	nobody := s.Env.As(role.TenantStaff) // who is no resource
	self := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Nobody", "user_id": wireID(nobody)}), http.StatusCreated).ID
	nobody.POST("/appointments", with(book("16:00", bea), object{"customer_id": self})).WantProblem(t, http.StatusForbidden, "role_forbidden")
}

// TestCustomersSeeTheirOwnAppointments holds CUSTOMER to what was booked for them.
func TestCustomersSeeTheirOwnAppointments(t *testing.T) {
	t.Parallel()
	s := open(t)
	me := s.Env.As(role.Customer)
	cut := s.Service(t, []string{s.ann})
	mine := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Me", "user_id": wireID(me)}), http.StatusCreated).ID
	own := s.Book(t, object{"service_id": cut, "start": at("10:00"), "customer_id": mine})
	others := s.booked(t, cut, "11:00")
	want(t, list(t, me, "from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z"), "10:00")
	want(t, list(t, me, "from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z&customer_id="+others.CustomerID), "")
	me.GET("/appointments/"+own.ID).Want(t, http.StatusOK)
	me.GET("/appointments/"+others.ID).WantProblem(t, http.StatusNotFound, "not_found")
	for _, a := range []apptest.Answer{
		me.POST("/appointments", object{"service_id": cut, "start": at("12:00"), "customer_id": mine}),
		me.POST("/appointments/"+own.ID+"/cancel", object{}), me.POST("/appointments/"+own.ID+"/reschedule", object{"start": at("12:00")}),
		me.PATCH("/appointments/"+own.ID, object{}), me.GET("/customers"), me.POST("/customers", object{"name": "A"}), me.GET("/resources"),
	} {
		a.WantProblem(t, http.StatusForbidden, "role_forbidden")
	}
}
