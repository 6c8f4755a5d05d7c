package appointment_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// marker is in all that staff write.
const marker = "INTERNAL"

// remembered is a customer with a login, whose every kind of object bears what staff wrote about them; its ids, by the operation's path.
func (s salon) remembered(t *testing.T, me string) map[string][]string {
	t.Helper()
	words := object{"override": []string{"double_booking"}, "override_reason": marker}
	post := func(path string, more ...object) string {
		t.Helper()
		return apptest.Into[apptest.Object](t, s.Owner.POST(path, with(object{}, more...)), http.StatusCreated).ID
	}
	cut, yoga := s.Service(t, []string{s.ann}), s.Service(t, []string{s.Resource(t)}, object{"group": object{"capacity": 5}})
	asked := s.Service(t, []string{s.Resource(t)}, object{"confirmation": "request"})
	s.booked(t, cut, "10:00")
	about := func(service, start string) object {
		return object{"service_id": service, "start": at(start), "customer_id": me, "notes": marker}
	}
	kept := post("/appointments", about(cut, "10:00"), words)
	s.Owner.PATCH("/appointments/"+kept, object{"notes": marker + " still"}).Want(t, http.StatusOK)
	s.booked(t, cut, "11:00")
	s.Owner.POST("/appointments/"+kept+"/reschedule", with(object{"start": at("11:00")}, words)).Want(t, http.StatusOK)
	off := post("/appointments", about(cut, "12:00"))
	s.Owner.POST("/appointments/"+off+"/cancel", object{"reason": marker, "fee": "custom", "custom_fee": object{"amount": 5, "currency": "EUR"}}).Want(t, http.StatusOK)
	fee := s.id(t, "fee", `SELECT id FROM fees`)
	s.Owner.POST("/fees/"+fee+"/waive", object{"reason": marker}).Want(t, http.StatusOK)
	s.Owner.PATCH("/customers/"+me, object{"email": "me@example.com"}).Want(t, http.StatusOK)
	turned := s.request(t, asked, "12:00", "me@example.com")
	s.Owner.POST("/appointments/"+turned+"/decline", object{"reason": marker}).Want(t, http.StatusOK)
	session := post("/group_sessions", object{"service_id": yoga, "start": at("14:00"), "notes": marker})
	seat := post("/appointments", about(yoga, "14:00"))
	s.Owner.POST("/group_sessions/"+session+"/cancel", object{"reason": marker}).Want(t, http.StatusOK)
	series := apptest.Into[struct{ Series apptest.Object }](t, s.Owner.POST("/series", with(about(cut, "15:00"), object{"rrule": "FREQ=WEEKLY;COUNT=2"})), http.StatusCreated).Series.ID
	s.exec(t, `UPDATE series SET left_out = '[{"date": "2026-06-15", "message": "`+marker+`"}]'`)
	entry := post("/waitlist", object{"service_id": cut, "customer_id": me, "from_date": monday, "to_date": monday, "notes": marker})
	return map[string][]string{
		"/api/v1/appointments/{id}": {kept, off, turned, seat}, "/api/v1/group_sessions/{id}": {session}, "/api/v1/series/{id}": {series}, "/api/v1/waitlist/{id}": {entry},
	}
}

// TestCustomersReadNothingThatStaffWrote: an appointment is its customer's own to read (4.7: as little as will do), and notes, reasons
// to book against rules and names of staff are not. Every operation that customers may read by is asked, also those of tomorrow.
func TestCustomersReadNothingThatStaffWrote(t *testing.T) {
	t.Parallel()
	s := open(t)
	login := s.Env.As(role.Customer)
	me := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Me", "user_id": wireID(login)}), http.StatusCreated).ID
	ids := s.remembered(t, me)
	asked := 0
	for path, item := range s.Env.App.Server().OpenAPI().Paths {
		if item.Get == nil || item.Get.Extensions["x-permission"] != role.AppointmentsRead {
			continue
		}
		noun, one, _ := strings.Cut(path, "{id}")
		objects := ids[noun+"{id}"]
		if one == "" && !strings.Contains(path, "{id}") {
			objects = []string{""}
		}
		if len(objects) == 0 {
			t.Errorf("%s: say in remembered which objects there are", path)
		}
		for _, id := range objects {
			asked++
			address := strings.TrimPrefix(strings.ReplaceAll(path, "{id}", id), "/api/v1")
			if slices.ContainsFunc(item.Get.Parameters, func(p *huma.Param) bool { return p.Name == "from" }) {
				address += "?from=2026-05-30T00:00:00Z&to=2026-06-30T00:00:00Z"
			}
			theirs, ours := login.GET(address).Want(t, http.StatusOK), s.Owner.GET(address).Want(t, http.StatusOK)
			for _, secret := range []string{marker, "double_booking", `"overbooked":true`, `"acting":true`, "TENANT_OWNER"} {
				if strings.Contains(string(theirs.Body), secret) {
					t.Errorf("%s tells its customer %q: %s", address, secret, theirs.Body)
				}
			}
			if !strings.Contains(path, "quote") && !strings.Contains(string(ours.Body), marker) {
				t.Errorf("%s tells staff nothing of it: %s", address, ours.Body)
			}
		}
	}
	if asked < 15 {
		t.Errorf("asked %d times: the search itself is broken", asked)
	}
	// What customers say themselves they may read.
	mine := s.Book(t, object{"service_id": s.Service(t, []string{s.ann}), "start": "2026-06-03T10:00", "customer_id": me}).ID
	link := apptest.Into[object](t, s.Owner.POST("/appointments/"+mine+"/link", nil), http.StatusOK)
	s.Env.Public().POST("/public/appointments/manage/cancel", with(link, object{"reason": "I am ill"})).Want(t, http.StatusOK)
	for _, path := range []string{"", "/history"} {
		if a := login.GET("/appointments/"+mine+path).Want(t, http.StatusOK); !strings.Contains(string(a.Body), "I am ill") {
			t.Errorf("their own reason is missing: %s", a.Body)
		}
	}
}
