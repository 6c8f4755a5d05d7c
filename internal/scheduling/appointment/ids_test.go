package appointment_test

import (
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
)

// reference is a place in a request where an id goes.
type reference struct {
	method, path string
	body         object // to which the id is added
	field        string // "resource_ids" takes a list
	foreign      string // another tenant's
	missing      string
	malformed    string
	at           string
}

func (r reference) with(id string) object {
	switch {
	case r.body == nil:
		return nil
	case strings.HasSuffix(r.field, "_ids"):
		return with(r.body, object{r.field: []string{id}})
	}
	return with(r.body, object{r.field: id})
}

// userID is the wire form of another tenant's user.
type user struct{}

func (user) IDPrefix() string { return "usr" }

// TestIDsThatNameNothingHere puts malformed, missing and another tenant's ids wherever a body or a query takes one:
// all are answered alike, and nothing is written.
func TestIDsThatNameNothingHere(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s, o := openFor(t, own), openFor(t, other)
	cut, otherCut := s.Service(t, []string{s.ann}), o.Service(t, []string{o.ann})
	cleo, otherCleo := s.Customer(t, "Cleo"), o.Customer(t, "Cleo")
	a := s.booked(t, cut, "10:00")
	stranger := id.ID[user](other.As(role.TenantStaff).UserID).String()
	book := object{"service_id": cut, "start": at("11:00"), "customer_id": cleo}
	person := object{"name": "A", "kind": "STAFF", "location_id": s.Location}
	span := object{"start": "2026-07-01T10:00:00Z", "end": "2026-07-01T11:00:00Z"}
	offer := object{"name": "A", "duration_minutes": 20, "price": object{"amount": 1, "currency": "EUR"}}
	days := "&from=2026-06-01&to=2026-06-01"
	const post, get, patch = http.MethodPost, http.MethodGet, http.MethodPatch
	for _, r := range []reference{
		{post, "/appointments", book, "service_id", otherCut, "", "", "body.service_id"},
		{post, "/appointments", book, "customer_id", otherCleo, "", "", "body.customer_id"},
		{post, "/appointments", book, "resource_ids", o.ann, "", "", "body.resource_ids[0]"},
		{post, "/appointments", book, "location_id", o.Location, "", "", "body.location_id"},
		{post, "/public/appointments", guest(cut, at("11:00")), "location_id", o.Location, "", "", "body.location_id"},
		{post, "/appointments/" + a.ID + "/reschedule", object{"start": at("12:00")}, "resource_ids", o.ann, "", "", "body.resource_ids[0]"},
		{patch, "/appointments/" + a.ID, object{}, "customer_id", otherCleo, "", "", "body.customer_id"},
		{post, "/public/appointments", guest(cut, at("11:00")), "service_id", otherCut, "", "", "body.service_id"},
		{post, "/public/appointments", guest(cut, at("11:00")), "resource_id", o.ann, "", "", "body.resource_id"},
		{post, "/resources", person, "location_id", o.Location, "", "", "body.location_id"},
		{post, "/resources", person, "user_id", stranger, "", "", "body.user_id"},
		{patch, "/resources/" + s.ann, object{}, "location_id", o.Location, "", "", "body.location_id"},
		{patch, "/resources/" + s.ann, object{}, "user_id", stranger, "", "", "body.user_id"},
		{post, "/blocks", span, "location_id", o.Location, "", "", "body.location_id"},
		{post, "/blocks", span, "resource_id", o.ann, "", "", "body.resource_id"},
		{post, "/services", offer, "resource_ids", o.ann, "", "", "body.resource_ids[0]"},
		{patch, "/services/" + cut, object{}, "resource_ids", o.ann, "", "", "body.resource_ids[0]"},
		{post, "/customers", object{"name": "A"}, "user_id", stranger, "", "", "body.user_id"},
		{patch, "/customers/" + cleo, object{}, "user_id", stranger, "", "", "body.user_id"},
		{get, "/availability?service_id={id}" + days, nil, "", otherCut, "", "", "query.service_id"},
		{get, "/availability?service_id=" + cut + "&resource_id={id}" + days, nil, "", o.ann, "", "", "query.resource_id"},
		{get, "/availability?service_id=" + cut + "&location_id={id}" + days, nil, "", o.Location, "", "", "query.location_id"},
		{get, "/public/availability?service_id={id}" + days, nil, "", otherCut, "", "", "query.service_id"},
		{get, "/public/availability?service_id=" + cut + "&resource_id={id}" + days, nil, "", o.ann, "", "", "query.resource_id"},
	} {
		prefix, _, _ := strings.Cut(r.foreign, "_")
		r.missing, r.malformed = prefix+"_01k9m7e6xhf8ktexm2q2ggx7zp", prefix+"_1"
		t.Run(r.method+" "+r.path+" "+r.field, func(t *testing.T) { r.check(t, s) }) //nolint:paralleltest // one salon, whose content is compared
	}
}

func (r reference) check(t *testing.T, s salon) {
	t.Helper()
	bodies := map[string]string{}
	s.Env.WritesNothing(t, func() {
		for _, id := range []string{r.foreign, r.missing, r.malformed, "cat_01k9m7e6xhf8ktexm2q2ggx7zp", "7"} {
			var body any
			if b := r.with(id); b != nil {
				body = b
			}
			answer := s.Owner.Do(r.method, strings.ReplaceAll(r.path, "{id}", id), body)
			p := answer.WantProblem(t, http.StatusUnprocessableEntity, invalid, r.at)
			bodies[strings.ReplaceAll(string(answer.Body), p.RequestID, "")] = id
		}
	})
	if len(bodies) != 1 {
		t.Errorf("want one body for all: %v", bodies)
	}
}

// TestAppointmentsInPathsThatNameNothingHere does the same for the ids of appointments in paths.
func TestAppointmentsInPathsThatNameNothingHere(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s, o := openFor(t, own), openFor(t, other)
	foreign := o.booked(t, o.Service(t, []string{o.ann}), "10:00").ID
	bodies := map[string]string{}
	s.Env.WritesNothing(t, func() {
		for _, id := range []string{foreign, "apt_01k9m7e6xhf8ktexm2q2ggx7zp", "apt_1", "7"} {
			for _, answer := range []apptest.Answer{
				s.Owner.GET("/appointments/" + id), s.Owner.PATCH("/appointments/"+id, object{}),
				s.Owner.POST("/appointments/"+id+"/cancel", object{}), s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": at("11:00")}),
			} {
				p := answer.WantProblem(t, http.StatusNotFound, "not_found")
				bodies[strings.ReplaceAll(string(answer.Body), p.RequestID, "")] = id
			}
		}
	})
	if len(bodies) != 1 {
		t.Errorf("want one body for all: %v", bodies)
	}
	if n := o.count(t, `SELECT count(*) FROM appointments WHERE status = 'CONFIRMED'`); n != 1 {
		t.Error("the other tenant's appointment was touched")
	}
}
