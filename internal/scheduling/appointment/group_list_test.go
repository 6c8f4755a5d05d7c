package appointment_test

import (
	"net/http"
	"slices"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// TestListsOfSessionsAreCompleteOrRefused: whatever others hold, everybody sees all that they may see; what is too long is never cut.
func TestListsOfSessionsAreCompleteOrRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	staff, me := s.Env.As(role.TenantStaff), s.Env.As(role.Customer)
	bea := s.Resource(t, object{"name": "Bea", "user_id": staff.ID()})
	yoga := s.Service(t, []string{s.ann, bea}, object{"duration_minutes": 60, "group": object{"capacity": 3}})
	held := s.plan(t, yoga, "12:00", object{"resource_ids": []string{bea}, "notes": "Watch the till"})
	sat := s.plan(t, yoga, "14:00", object{"resource_ids": []string{s.ann}, "notes": "Watch the till"})
	mine := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Me", "user_id": me.ID()}), http.StatusCreated).ID
	s.Book(t, object{"service_id": yoga, "start": at("14:00"), "customer_id": mine})
	// As many of a business that has grown for long: they are cancelled, so that they take nothing.
	more := func(n int) {
		s.exec(t, `
			INSERT INTO group_sessions (id, service_id, location_id, status, starts_at, ends_at, time_zone, service_name, buffer_before_minutes, buffer_after_minutes, capacity,
				minimum, deadline, too_few, open, ad_hoc, created_at, updated_at, version)
			SELECT gen_random_uuid(), service_id, location_id, 'CANCELLED', starts_at - interval '4 h', ends_at, time_zone, service_name, 0, 0, 3, 0, 0, 'warn', true, false, created_at, updated_at, 1
			FROM generate_series(1, $1), (SELECT * FROM group_sessions WHERE starts_at = '2026-06-01T16:00:00Z') g`, n)
	}
	list := func(c *apptest.Client) []session {
		return apptest.Into[struct{ Data []session }](t, c.GET("/group_sessions?"+theDay), http.StatusOK).Data
	}
	more(4998)
	if n := len(list(s.Owner)); n != 5000 {
		t.Errorf("the owner sees %d", n)
	}
	more(1)
	s.Owner.GET("/group_sessions?"+theDay).WantProblem(t, http.StatusUnprocessableEntity, invalid, "query.to")
	s.Owner.GET("/group_sessions?from=2026-06-01T13:00:00Z&to=2026-06-03T00:00:00Z").Want(t, http.StatusOK)
	for who, c := range map[string]struct {
		client *apptest.Client
		id     string
	}{"staff": {staff, held.ID}, "a customer": {me, sat.ID}} {
		if all := list(c.client); len(all) != 1 || all[0].ID != c.id {
			t.Errorf("%s: %d sessions", who, len(all))
		}
	}
	if all := apptest.Into[apptest.Page](t, s.Env.Public().GET("/public/group_sessions?"+theDay), http.StatusOK).Data; len(all) != 2 {
		t.Errorf("the public sees %d", len(all))
	}
	want(t, s.left(t, yoga), "12:00 3, 14:00 2")
}

// TestSessionsThatBeginTogetherAreOneStart: 4.3, a start is listed with all that can be had then; a party sits together in one of them.
func TestSessionsThatBeginTogetherAreOneStart(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea, cem := s.Resource(t, object{"name": "Bea"}), s.Resource(t, object{"name": "Cem"})
	yoga := s.Service(t, []string{s.ann, bea, cem}, object{"duration_minutes": 60, "max_party_size": 10, "group": object{"capacity": 10}})
	s.plan(t, yoga, "10:00", object{"resource_ids": []string{s.ann}, "capacity": 9})
	s.plan(t, yoga, "10:00", object{"resource_ids": []string{bea}, "capacity": 2})
	s.plan(t, yoga, "10:00", object{"resource_ids": []string{cem}, "capacity": 4, "open": false})
	want(t, s.left(t, yoga), "10:00 11")
	want(t, s.left(t, yoga, "&party_size=3"), "10:00 9")
	want(t, s.left(t, yoga, "&party_size=10"), "")
	slots := apptest.Into[struct{ Data []apptest.Slot }](t, s.Env.Public().GET("/public/availability?service_id="+yoga+"&from="+monday+"&to="+monday), http.StatusOK).Data
	if ids := slots[0].ResourceIDs; len(ids) != 2 || !slices.Contains(ids, s.ann) || !slices.Contains(ids, bea) {
		t.Errorf("with %v", ids)
	}
}
