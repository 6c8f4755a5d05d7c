package appointment_test

import (
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// wrong is a request that must be refused with nothing written.
type wrong struct {
	method, path string
	body         any
	status       int
	code         string
	at           string // the field that the answer names
}

func (w wrong) check(t *testing.T, s salon, c *apptest.Client) {
	t.Helper()
	s.Env.WritesNothing(t, func() {
		var at []string
		if w.at != "" {
			at = []string{w.at}
		}
		c.Do(w.method, w.path, w.body).WantProblem(t, w.status, w.code, at...)
	})
}

const (
	invalid = "validation_failed"
	taken   = "slot_unavailable"
)

// TestBookingsThatAreRefused: 422 for what no calendar could allow, 409 for what this one doesn't.
func TestBookingsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	cleo := s.Customer(t, "Cleo")
	s.booked(t, cut, "10:00")
	book := func(more object) object {
		return with(object{"service_id": cut, "start": at("11:00"), "customer_id": cleo}, more)
	}
	for name, w := range map[string]wrong{
		"end before start":          {"", "", book(object{"end": at("10:30")}), 422, invalid, "body.end"},
		"end at start":              {"", "", book(object{"end": at("11:00")}), 422, invalid, "body.end"},
		"end after a week and more": {"", "", book(object{"end": "2026-06-08T11:00:01-04:00"}), 422, invalid, "body.end"},
		"start is no time":          {"", "", book(object{"start": "tomorrow"}), 422, invalid, "body.start"},
		"start in another century":  {"", "", book(object{"start": "2300-06-01T11:00:00Z"}), 422, invalid, "body.start"},
		"start is empty":            {"", "", book(object{"start": ""}), 422, invalid, "body.start"},
		"start is a number":         {"", "", book(object{"start": 11}), 422, invalid, "body.start"},
		"two resources":             {"", "", book(object{"resource_ids": []string{s.ann, s.ann}}), 422, invalid, "body.resource_ids[1]"},
		"unknown field":             {"", "", book(object{"colour": "red"}), 422, invalid, "body.colour"},
		"no start":                  {"", "", object{"service_id": cut, "customer_id": cleo}, 422, invalid, "body.start"},
		"past time":                 {"", "", book(object{"start": "2026-05-29T11:00:00-04:00"}), 409, taken, ""},
		"a time just past":          {"", "", book(object{"start": "2026-05-30T11:59:59Z"}), 409, taken, ""},
		"taken":                     {"", "", book(object{"start": at("10:00")}), 409, taken, ""},
		"half taken":                {"", "", book(object{"start": at("09:45")}), 409, taken, ""},
		"before opening":            {"", "", book(object{"start": at("08:59")}), 409, taken, ""},
		"past closing":              {"", "", book(object{"start": at("16:31")}), 409, taken, ""},
		"longer than the day":       {"", "", book(object{"end": at("17:01")}), 409, taken, ""},
		"beyond the window":         {"", "", book(object{"start": "2026-08-03T10:00"}), 409, taken, ""},
	} {
		w.method, w.path = http.MethodPost, "/appointments"
		t.Run(name, func(t *testing.T) { w.check(t, s, s.Owner) }) //nolint:paralleltest // one salon, whose content is compared
	}
}

// TestPublicBookingsThatAreRefused: customers start on the grid.
func TestPublicBookingsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"min_notice_minutes": 60})
	hidden := s.Service(t, []string{s.ann}, object{"public": false})
	idle := s.Service(t, nil)
	person := func(name, email string) object { return object{"customer": object{"name": name, "email": email}} }
	s.Env.At("2026-06-01T13:01:00Z") // 09:01 on the Monday there
	for name, w := range map[string]wrong{
		"off the grid":                {"", "", guest(cut, at("11:15")), 409, taken, ""},
		"a second off":                {"", "", guest(cut, at("11:00:01")), 409, taken, ""},
		"within the notice":           {"", "", guest(cut, at("10:00")), 409, taken, ""},
		"past":                        {"", "", guest(cut, at("09:00")), 409, taken, ""},
		"a service nobody performs":   {"", "", guest(idle, at("11:00")+":00Z"), 409, taken, ""},
		"a service that isn't public": {"", "", guest(hidden, at("11:00")), 422, invalid, "body.service_id"},
		"no name":                     {"", "", guest(cut, at("11:00"), person(" ", "a@example.com")), 422, invalid, "body.customer.name"},
		"no address":                  {"", "", guest(cut, at("11:00"), person("A", "")), 422, invalid, "body.customer.email"},
		"bad address":                 {"", "", guest(cut, at("11:00"), person("A", "a@")), 422, invalid, "body.customer.email"},
		"address with a name":         {"", "", guest(cut, at("11:00"), person("A", "A <a@example.com>")), 422, invalid, "body.customer.email"},
		"unknown field":               {"", "", guest(cut, at("11:00"), object{"end": at("12:00")}), 422, invalid, "body.end"},
		"unknown field of the guest":  {"", "", guest(cut, at("11:00"), object{"customer": object{"name": "A", "email": "a@b.de", "id": 1}}), 422, invalid, "body.customer.id"},
	} {
		w.method, w.path = http.MethodPost, "/public/appointments"
		t.Run(name, func(t *testing.T) { w.check(t, s, s.Env.Public()) }) //nolint:paralleltest // one salon, whose content is compared
	}
}

// TestMoveOverTheEdge: rescheduling is refused as booking is.
func TestMovesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	a, gone := s.booked(t, cut, "10:00"), s.booked(t, cut, "12:00")
	s.Owner.POST("/appointments/"+gone.ID+"/cancel", object{}).Want(t, http.StatusOK)
	other := s.Resource(t, object{"name": "Bea"}) // doesn't perform it
	for name, w := range map[string]wrong{
		"to the past":               {"", a.ID + "/reschedule", object{"start": "2026-05-29T11:00:00-04:00"}, 409, taken, ""},
		"out of hours":              {"", a.ID + "/reschedule", object{"start": at("18:00")}, 409, taken, ""},
		"to who doesn't perform it": {"", a.ID + "/reschedule", object{"start": at("11:00"), "resource_ids": []string{other}}, 422, invalid, "body.resource_ids[0]"},
		"without a start":           {"", a.ID + "/reschedule", object{}, 422, invalid, "body.start"},
		"a cancelled one":           {"", gone.ID + "/reschedule", object{"start": at("11:00")}, 409, "state_conflict", ""},
		"cancelling twice":          {"", gone.ID + "/cancel", object{}, 409, "state_conflict", ""},
		"a reason too long":         {"", a.ID + "/cancel", object{"reason": strings.Repeat("x", 501)}, 422, invalid, "body.reason"},
	} {
		w.method, w.path = http.MethodPost, "/appointments/"+w.path
		t.Run(name, func(t *testing.T) { w.check(t, s, s.Owner) }) //nolint:paralleltest // one salon, whose content is compared
	}
}

// TestLocalTimes sends starts without an offset on the days of the clock changes.
func TestLocalTimesThatDontExistOrExistTwice(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2026-01-01T12:00:00Z")
	s := salon{Salon: apptest.NewSalon(t, e, newYork, apptest.Hours([2]string{"00:00", "24:00"}))}
	cut := s.Service(t, []string{s.Resource(t)}, object{"max_advance_days": 365})
	for start, v := range map[string]struct{ code, alternatives string }{
		"2026-03-08T02:30": {"nonexistent_local_time", "2026-03-08T03:00:00-04:00"},
		"2026-11-01T01:30": {"ambiguous_local_time", "2026-11-01T01:30:00-04:00 2026-11-01T01:30:00-05:00"},
	} {
		s.Env.WritesNothing(t, func() {
			p := s.Env.Public().POST("/public/appointments", guest(cut, start)).WantProblem(t, http.StatusUnprocessableEntity, v.code, "body.start")
			var got []string
			for _, a := range p.Alternatives {
				got = append(got, a.Start)
			}
			want(t, strings.Join(got, " "), v.alternatives)
		})
	}
	// Each of the alternatives can be booked.
	for _, start := range []string{"2026-03-08T03:00:00-04:00", "2026-11-01T01:30:00-05:00"} {
		s.Env.Public().POST("/public/appointments", guest(cut, start)).Want(t, http.StatusCreated)
	}
}

// TestBodiesThatCantBeRead: the edge refuses them alike for every noun.
func TestBodiesThatCantBeRead(t *testing.T) {
	t.Parallel()
	s := open(t)
	big := `{"name": "` + strings.Repeat("x", 1<<20) + `"}`
	for _, path := range []string{"/locations", "/resources", "/blocks", "/services", "/customers", "/appointments"} {
		for name, w := range map[string]wrong{
			"malformed":        {"", "", `{"name": `, 400, "malformed_json", ""},
			"no JSON":          {"", "", `name=A`, 400, "malformed_json", ""},
			"two objects":      {"", "", `{} {}`, 400, "malformed_json", ""},
			"over 1 MiB":       {"", "", big, 413, "too_large", ""},
			"an array":         {"", "", `[]`, 422, invalid, "body"},
			"unknown field":    {"", "", object{"no_such": 1}, 422, invalid, "body.no_such"},
			"nothing required": {"", "", object{}, 422, invalid, ""},
		} {
			w.method, w.path = http.MethodPost, path
			t.Run(path+" "+name, func(t *testing.T) { w.check(t, s, s.Owner) }) //nolint:paralleltest // one salon, whose content is compared
		}
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/merge-patch+json", ""} {
			wrong{http.MethodPost, path, `{"name":"A"}`, 415, "unsupported_media_type", ""}.check(t, s, s.Owner.With("Content-Type", kind))
		}
	}
}

func TestBodyOfExactly1MiBIsRead(t *testing.T) {
	t.Parallel()
	s := open(t)
	body := `{"name": "A"}`
	body += strings.Repeat(" ", 1<<20-len(body))
	s.Owner.POST("/customers", body).Want(t, http.StatusCreated)
	wrong{http.MethodPost, "/customers", body + " ", 413, "too_large", ""}.check(t, s, s.Owner)
}
