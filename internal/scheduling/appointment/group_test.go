package appointment_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

type session struct {
	apptest.Object
	ResourceIDs  []string `json:"resource_ids"`
	Status       string   `json:"status"`
	Start        string   `json:"start"`
	End          string   `json:"end"`
	Capacity     int      `json:"capacity"`
	Taken        int      `json:"taken"`
	Held         int      `json:"held"`
	TooFewNow    bool     `json:"too_few_now"`
	Open         bool     `json:"open"`
	AdHoc        bool     `json:"ad_hoc"`
	CancelReason *string  `json:"cancel_reason"`
}

type seat struct {
	apptest.Appointment
	SessionID  *string `json:"session_id"`
	FreeCancel bool    `json:"free_cancel"`
}

const theDay = "from=2026-06-01T00:00:00Z&to=2026-06-03T00:00:00Z"

// class is an hour for ten, whose sessions staff plan.
func (s salon) class(t *testing.T, group object, more ...object) string {
	t.Helper()
	of := with(object{"capacity": 10}, group)
	return s.Service(t, []string{s.ann}, append([]object{{"duration_minutes": 60, "group": of, "max_party_size": 10}}, more...)...)
}

func (s salon) plan(t *testing.T, service, start string, more ...object) session {
	t.Helper()
	return apptest.Into[session](t, s.Owner.POST("/group_sessions", with(object{"service_id": service, "start": at(start)}, more...)), http.StatusCreated)
}

func (s salon) session(t *testing.T, id string) session {
	t.Helper()
	return apptest.Into[session](t, s.Owner.GET("/group_sessions/"+id), http.StatusOK)
}

func (s salon) sessions(t *testing.T) []session {
	t.Helper()
	return apptest.Into[struct{ Data []session }](t, s.Owner.GET("/group_sessions?"+theDay), http.StatusOK).Data
}

func (s salon) seat(t *testing.T, id string) seat {
	t.Helper()
	return apptest.Into[seat](t, s.Owner.GET("/appointments/"+id), http.StatusOK)
}

// sit takes a seat as the nth guest.
func (s salon) sit(t *testing.T, service, start string, n int, more ...object) apptest.Answer {
	t.Helper()
	name := fmt.Sprintf("guest%d", n)
	return s.Env.Public().POST("/public/appointments", with(guest(service, at(start), object{"customer": object{"name": name, "email": name + "@example.com"}}), more...))
}

func (s salon) sits(t *testing.T, service, start string, n int, more ...object) string {
	t.Helper()
	return apptest.Into[apptest.Object](t, s.sit(t, service, start, n, more...), http.StatusCreated).ID
}

// left is the seats that are left of each start that is offered on the Monday: "10:00 9".
func (s salon) left(t *testing.T, service string, query ...string) string {
	t.Helper()
	path := "/public/availability?service_id=" + service + "&from=" + monday + "&to=" + monday + strings.Join(query, "")
	var all []string
	for _, o := range apptest.Into[struct {
		Data []struct {
			Start     string `json:"start"`
			Remaining int    `json:"remaining"`
		}
	}](t, s.Env.Public().GET(path), http.StatusOK).Data {
		all = append(all, fmt.Sprintf("%s %d", apptest.Instant(t, o.Start).Format(clock), o.Remaining))
	}
	return strings.Join(all, ", ")
}

func TestPlannedSessionsAreTakenSeatBySeat(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	want(t, s.left(t, yoga), "")
	s.refused(t, yoga, at("10:00"))
	g := s.plan(t, yoga, "10:00", object{"capacity": 5})
	if g.Status != "SCHEDULED" || g.Capacity != 5 || g.AdHoc || !g.Open || !slices.Equal(g.ResourceIDs, []string{s.ann}) {
		t.Fatalf("planned: %+v", g)
	}
	want(t, s.left(t, yoga), "10:00 5")
	a := s.sits(t, yoga, "10:00", 1, object{"party_size": 3})
	want(t, s.left(t, yoga), "10:00 2")
	want(t, s.left(t, yoga, "&party_size=2"), "10:00 2")
	want(t, s.left(t, yoga, "&party_size=3"), "")
	s.sit(t, yoga, "10:00", 2, object{"party_size": 3}).WantProblem(t, http.StatusConflict, "slot_unavailable")
	s.sits(t, yoga, "10:00", 2, object{"party_size": 2})
	want(t, s.left(t, yoga), "")
	s.sit(t, yoga, "10:00", 3).WantProblem(t, http.StatusConflict, "slot_unavailable")
	s.refused(t, yoga, at("10:30"))
	s.Owner.POST("/appointments/"+a+"/cancel", nil).Want(t, http.StatusOK)
	want(t, s.left(t, yoga), "10:00 3")
	if got := s.session(t, g.ID); got.Taken != 2 || got.Status != "SCHEDULED" {
		t.Errorf("the others stay: %+v", got)
	}
	cut := s.Service(t, []string{s.ann})
	s.refused(t, cut, at("10:30"))
	s.Owner.POST("/group_sessions", object{"service_id": yoga, "start": at("10:30")}).WantProblem(t, http.StatusConflict, "slot_unavailable")
	s.Owner.POST("/group_sessions", object{"service_id": cut, "start": at("12:00")}).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.service_id")
	s.Owner.POST("/group_sessions", object{"service_id": yoga, "start": "soon"}).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.start")
	s.Owner.POST("/group_sessions", object{"service_id": yoga, "start": at("12:00"), "minimum": 4, "capacity": 3}).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.minimum")
}

// TestSessionsAgainstRulesAreOnRecord: whoever plans or moves one against rules is in the audit log, as with appointments.
func TestSessionsAgainstRulesAreOnRecord(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga, cut := s.class(t, nil), s.Service(t, []string{s.ann})
	s.booked(t, cut, "15:00")
	g := s.plan(t, yoga, "10:00")
	against := object{"override": []string{"double_booking"}, "override_reason": "The room is large"}
	recorded := func(id string) int {
		return s.count(t, `SELECT count(*) FROM public.audit_log WHERE action = 'APPOINTMENT_OVERRIDE' AND line LIKE '%' || $1 || '%' AND line LIKE '%The room is large%'`, id)
	}
	plan := object{"service_id": yoga, "start": at("15:00")}
	s.Owner.POST("/group_sessions", plan).WantProblem(t, http.StatusConflict, "slot_unavailable")
	planned := apptest.Into[session](t, s.Owner.POST("/group_sessions", with(plan, against)), http.StatusCreated)
	s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", with(object{"start": at("14:30")}, against)).Want(t, http.StatusOK)
	for _, id := range []string{planned.ID, g.ID} {
		if n := recorded(id); n != 1 {
			t.Errorf("%s: %d audit entries", id, n)
		}
	}
}

func TestStaffOverfillAFullSession(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	g := s.plan(t, yoga, "10:00", object{"capacity": 1})
	s.sits(t, yoga, "10:00", 1)
	body := object{"service_id": yoga, "start": at("10:00"), "customer_id": s.Customer(t, "Dan")}
	p := s.Owner.POST("/appointments", body).WantProblem(t, http.StatusConflict, "slot_unavailable")
	if !p.Overridable || len(p.Conflicts) != 1 || p.Conflicts[0].Rule != "double_booking" {
		t.Fatalf("what is in the way: %+v", p)
	}
	s.Owner.POST("/appointments", with(body, object{"override": []string{"double_booking"}, "override_reason": "A friend"})).Want(t, http.StatusCreated)
	if got := s.session(t, g.ID); got.Taken != 2 {
		t.Errorf("taken: %+v", got)
	}
	s.Owner.PATCH("/group_sessions/"+g.ID, object{"capacity": 1}).WantProblem(t, http.StatusConflict, "state_conflict")
	s.Owner.PATCH("/group_sessions/"+g.ID, object{"capacity": 3, "notes": "Mats"}).Want(t, http.StatusOK)
	want(t, s.left(t, yoga), "10:00 1")
}

func TestAnAdHocSessionGoesWithItsLastSeat(t *testing.T) {
	t.Parallel()
	s := open(t)
	tour, cut := s.class(t, object{"ad_hoc": true, "capacity": 2}), s.Service(t, []string{s.ann})
	one, two := s.sits(t, tour, "10:00", 1), s.sits(t, tour, "10:00", 2)
	if all := s.sessions(t); len(all) != 1 || !all[0].AdHoc || all[0].Taken != 2 {
		t.Fatalf("one session: %+v", all)
	}
	s.refused(t, cut, at("10:00"))
	s.Owner.POST("/appointments/"+one+"/cancel", nil).Want(t, http.StatusOK)
	s.refused(t, cut, at("10:00"))
	s.Owner.POST("/appointments/"+two+"/cancel", nil).Want(t, http.StatusOK)
	if all := s.sessions(t); len(all) != 1 || all[0].Status != "CANCELLED" {
		t.Fatalf("it is gone: %+v", all)
	}
	s.Env.Public().POST("/public/appointments", guest(cut, at("10:00"))).Want(t, http.StatusCreated)
}

// TestARequestThatExpiresTakesItsSessionAlong where it was the only seat.
func TestARequestThatExpiresTakesItsSessionAlong(t *testing.T) {
	t.Parallel()
	s := open(t)
	tour, cut := s.class(t, object{"ad_hoc": true}, object{"confirmation": "request", "pending_minutes": 60}), s.Service(t, []string{s.ann})
	s.sits(t, tour, "10:00", 1)
	s.refused(t, cut, at("10:00"))
	s.turn("2026-05-30T13:00:01Z")
	s.Env.Expire()
	if all := s.sessions(t); len(all) != 1 || all[0].Status != "CANCELLED" {
		t.Fatalf("it is gone: %+v", all)
	}
	s.Env.Public().POST("/public/appointments", guest(cut, at("10:00"))).Want(t, http.StatusCreated)
}

func TestMovingASessionMovesAllAndMakesCallingOffFree(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga, cut := s.class(t, nil), s.Service(t, []string{s.ann})
	s.policy(t, yoga)
	g := s.plan(t, yoga, "10:00")
	one, two := s.sits(t, yoga, "10:00", 1), s.sits(t, yoga, "10:00", 2)
	s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": at("10:00")}).WantProblem(t, http.StatusUnprocessableEntity, "unchanged", "body.start")
	s.booked(t, cut, "15:00")
	s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": at("14:30")}).WantProblem(t, http.StatusConflict, "slot_unavailable")
	moved := apptest.Into[session](t, s.Owner.POST("/group_sessions/"+g.ID+"/reschedule", object{"start": at("10:30")}), http.StatusOK)
	want(t, moved.Start+" "+moved.End, "2026-06-01T10:30:00-04:00 2026-06-01T11:30:00-04:00")
	s.turn("2026-06-01T13:00:00Z") // half an hour before: that would cost half of it
	for _, id := range []string{one, two} {
		a := s.seat(t, id)
		if a.Start != moved.Start || a.End != moved.End || !a.FreeCancel || a.SessionID == nil || *a.SessionID != g.ID {
			t.Errorf("moved: %+v", a)
		}
		q := apptest.Into[struct{ Cancel quote }](t, s.Owner.GET("/appointments/"+id+"/quote"), http.StatusOK).Cancel
		if q.Fee.Amount != 0 || !q.Allowed {
			t.Errorf("calling off costs %+v", q)
		}
	}
	s.Env.Public().POST("/public/appointments", guest(cut, at("10:00"))).Want(t, http.StatusCreated)
	s.refused(t, cut, at("11:00"))
}

func TestCancellingASessionCancelsAllAtNoCost(t *testing.T) {
	t.Parallel()
	for name, group := range map[string]object{"planned": {}, "ad hoc": {"ad_hoc": true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			yoga := s.class(t, group)
			s.policy(t, yoga)
			if name == "planned" {
				s.plan(t, yoga, "10:00")
			}
			one, two := s.sits(t, yoga, "10:00", 1), s.sits(t, yoga, "10:00", 2)
			g := s.sessions(t)[0]
			s.turn("2026-06-01T13:00:00Z")
			off := apptest.Into[session](t, s.Owner.POST("/group_sessions/"+g.ID+"/cancel", object{"reason": "Ill"}), http.StatusOK)
			if off.Status != "CANCELLED" || off.CancelReason == nil || *off.CancelReason != "Ill" || off.Taken != 0 {
				t.Errorf("cancelled: %+v", off)
			}
			for _, id := range []string{one, two} {
				want(t, s.seat(t, id).Status, "CANCELLED")
			}
			if n := s.count(t, `SELECT count(*) FROM fees`); n != 0 {
				t.Errorf("%d fees", n)
			}
			if n := s.count(t, `SELECT count(*) FROM allocations WHERE active`); n != 0 {
				t.Errorf("%d allocations are left", n)
			}
			for _, verb := range []string{"cancel", "reschedule"} {
				s.Owner.POST("/group_sessions/"+g.ID+"/"+verb, map[string]object{"cancel": {}, "reschedule": {"start": at("14:00")}}[verb]).WantProblem(t, http.StatusConflict, "state_conflict")
			}
		})
	}
}

func TestTooFewByTheDeadline(t *testing.T) {
	t.Parallel()
	s := open(t)
	group := object{"minimum": 2, "deadline_minutes": 120, "too_few": "cancel"}
	yoga := s.class(t, group)
	empty, few, warned, enough := s.plan(t, yoga, "10:00"), s.plan(t, yoga, "11:00"), s.plan(t, yoga, "12:00", object{"too_few": "warn"}), s.plan(t, yoga, "13:00")
	one := s.sits(t, yoga, "11:00", 1)
	s.sits(t, yoga, "13:00", 2, object{"party_size": 2})
	expire := func(instant string) {
		t.Helper()
		s.turn(instant)
		s.Env.Expire()
	}
	expire("2026-06-01T11:59:59Z")
	for _, g := range []session{empty, few, warned, enough} {
		if is := s.session(t, g.ID); is.Status != "SCHEDULED" || is.TooFewNow {
			t.Fatalf("before the deadline: %+v", is)
		}
	}
	expire("2026-06-01T12:00:00Z")
	want(t, s.session(t, empty.ID).Status+" "+s.session(t, few.ID).Status, "CANCELLED SCHEDULED")
	s.Env.At("2026-06-01T14:00:00Z")
	expire("2026-06-01T14:00:00Z")
	off := s.session(t, few.ID)
	want(t, off.Status+" "+s.seat(t, one).Status, "CANCELLED CANCELLED")
	if off.CancelReason == nil || !strings.Contains(*off.CancelReason, "Too few") {
		t.Errorf("the reason: %+v", off)
	}
	if is := s.session(t, warned.ID); is.Status != "SCHEDULED" || !is.TooFewNow {
		t.Errorf("staff are warned: %+v", is)
	}
	if is := s.session(t, enough.ID); is.Status != "SCHEDULED" || is.TooFewNow {
		t.Errorf("enough: %+v", is)
	}
	if h := s.history(t, one); h[len(h)-1].Action != "cancelled" {
		t.Errorf("on record: %+v", h)
	}
}

func TestASeatMovesToAnotherSession(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	from, to := s.plan(t, yoga, "10:00"), s.plan(t, yoga, "14:00", object{"capacity": 1})
	one, two := s.sits(t, yoga, "10:00", 1), s.sits(t, yoga, "10:00", 2)
	move := func(id, start string) apptest.Answer {
		return s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": at(start)})
	}
	move(one, "10:00").WantProblem(t, http.StatusUnprocessableEntity, "unchanged", "body.start")
	move(one, "12:00").WantProblem(t, http.StatusConflict, "slot_unavailable")
	move(one, "14:00").Want(t, http.StatusOK)
	if a := s.seat(t, one); *a.SessionID != to.ID || a.Start != to.Start || a.End != to.End {
		t.Errorf("moved: %+v", a)
	}
	move(two, "14:00").WantProblem(t, http.StatusConflict, "slot_unavailable")
	want(t, fmt.Sprint(s.session(t, from.ID).Taken, s.session(t, to.ID).Taken), "1 1")
	if a := s.seat(t, two); *a.SessionID != from.ID || a.Start != from.Start {
		t.Errorf("the other stays: %+v", a)
	}
}

func TestClosedGroupsAreForStaffOnly(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	g := s.plan(t, yoga, "10:00", object{"open": false})
	s.plan(t, yoga, "12:00")
	want(t, s.left(t, yoga), "12:00 10")
	s.refused(t, yoga, at("10:00"))
	s.booked(t, yoga, "10:00")
	if is := s.session(t, g.ID); is.Taken != 1 || is.Open {
		t.Errorf("taken by staff: %+v", is)
	}
	public := func() (starts string) {
		for _, p := range apptest.Into[struct {
			Data []struct {
				Start string
				Left  int
			}
		}](t, s.Env.Public().GET("/public/group_sessions?"+theDay), http.StatusOK).Data {
			starts += fmt.Sprintf("%s %d ", p.Start, p.Left)
		}
		return starts
	}
	want(t, public(), "2026-06-01T12:00:00-04:00 10 ")
	s.Owner.PATCH("/services/"+yoga, object{"public": false}).Want(t, http.StatusOK)
	want(t, public(), "")
	s.Env.Public().GET("/public/group_sessions?from=2026-06-01T00:00:00Z&to=2026-05-01T00:00:00Z").WantProblem(t, http.StatusUnprocessableEntity, invalid, "query.to")
}

func TestRosterCheckInAndMessages(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	g := s.plan(t, yoga, "10:00")
	one, two := s.sits(t, yoga, "10:00", 1), s.sits(t, yoga, "10:00", 2)
	off := s.sits(t, yoga, "10:00", 3)
	s.Owner.POST("/appointments/"+off+"/cancel", nil).Want(t, http.StatusOK)
	roster := func(a apptest.Answer) (all string) {
		for _, p := range apptest.Into[struct{ Data []seat }](t, a, http.StatusOK).Data {
			all += p.CustomerName + " " + p.Status + " "
		}
		return all
	}
	want(t, roster(s.Owner.GET("/group_sessions/"+g.ID+"/roster")), "guest1 CONFIRMED guest2 CONFIRMED guest3 CANCELLED ")
	sent := s.Owner.POST("/group_sessions/"+g.ID+"/message", object{"subject": "Mats", "text": "Bring one."})
	if n := apptest.Into[struct{ Recipients int }](t, sent, http.StatusOK).Recipients; n != 2 {
		t.Errorf("%d are written to", n)
	}
	s.Owner.POST("/group_sessions/"+g.ID+"/message", object{"subject": "", "text": "Bring one."}).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.subject")
	want(t, roster(s.Owner.POST("/group_sessions/"+g.ID+"/check_in", nil)), "guest1 CHECKED_IN guest2 CHECKED_IN ")
	for _, id := range []string{one, two} {
		want(t, s.seat(t, id).Status, "CHECKED_IN")
	}
}

// TestStaffSeeTheSessionsTheyHold and neither others' nor who sits in them.
func TestStaffSeeTheSessionsTheyHold(t *testing.T) {
	t.Parallel()
	s := open(t)
	staff := s.Env.As(role.TenantStaff, apptest.Switched("customers.read_all"))
	bea := s.Resource(t, object{"name": "Bea", "user_id": staff.ID()})
	yoga := s.Service(t, []string{s.ann, bea}, object{"duration_minutes": 60, "group": object{"capacity": 3}})
	anns := s.plan(t, yoga, "10:00", object{"resource_ids": []string{s.ann}})
	s.plan(t, yoga, "12:00", object{"resource_ids": []string{bea}})
	mine := apptest.Into[session](t, staff.POST("/group_sessions", object{"service_id": yoga, "start": at("14:00")}), http.StatusCreated)
	if !slices.Equal(mine.ResourceIDs, []string{bea}) {
		t.Errorf("planned for %v", mine.ResourceIDs)
	}
	if all := apptest.Into[struct{ Data []session }](t, staff.GET("/group_sessions?"+theDay), http.StatusOK).Data; len(all) != 2 {
		t.Errorf("staff see %v", all)
	}
	one := "/group_sessions/" + anns.ID
	s.Env.WritesNothing(t, func() {
		for _, a := range []apptest.Answer{
			staff.GET(one), staff.GET(one + "/roster"), staff.PATCH(one, object{"notes": "x"}), staff.POST(one+"/cancel", nil), staff.POST(one+"/check_in", nil),
			staff.POST(one+"/reschedule", object{"start": at("11:00")}), staff.POST(one+"/message", object{"subject": "x", "text": "x"}),
		} {
			a.WantProblem(t, http.StatusNotFound, "not_found")
		}
		staff.POST("/group_sessions", object{"service_id": yoga, "start": at("16:00"), "resource_ids": []string{s.ann}}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		staff.POST("/group_sessions/"+mine.ID+"/reschedule", object{"start": at("16:00"), "resource_ids": []string{s.ann}}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	})
	guest := s.Customer(t, "Guest")
	seat := func(hour string) apptest.Answer {
		return staff.POST("/appointments", object{"service_id": yoga, "customer_id": guest, "start": at(hour)})
	}
	s.Env.WritesNothing(t, func() { seat("10:00").WantProblem(t, http.StatusConflict, "slot_unavailable") }) // Ann's
	seat("14:00").Want(t, http.StatusCreated)
	staff.POST("/group_sessions/"+mine.ID+"/reschedule", object{"start": at("15:00")}).Want(t, http.StatusOK)
	staff.POST("/group_sessions/"+mine.ID+"/cancel", nil).Want(t, http.StatusOK)
}

// TestCustomersSeeTheSessionTheySitIn and of its roster themselves.
func TestCustomersSeeTheSessionTheySitIn(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	g := s.plan(t, yoga, "10:00", object{"notes": "Watch the till"})
	one, me := "/group_sessions/"+g.ID, s.Env.As(role.Customer)
	s.sits(t, yoga, "10:00", 1)
	me.GET(one).WantProblem(t, http.StatusNotFound, "not_found")
	me.GET(one+"/roster").WantProblem(t, http.StatusNotFound, "not_found")
	mine := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Me", "user_id": me.ID()}), http.StatusCreated).ID
	seat := s.Book(t, object{"service_id": yoga, "start": at("10:00"), "customer_id": mine}).ID
	if is := apptest.Into[object](t, me.GET(one), http.StatusOK); is["notes"] != nil || is["taken"] != 2.0 {
		t.Errorf("seen: %v", is)
	}
	if all := apptest.Into[apptest.Page](t, me.GET(one+"/roster"), http.StatusOK).Data; len(all) != 1 || all[0].ID != seat {
		t.Errorf("others: %v", all)
	}
	me.POST(one+"/cancel", nil).WantProblem(t, http.StatusForbidden, "role_forbidden")
}

// TestCustomersListTheSessionsTheySitIn as they see each: without those of others, and without one that they gave up.
func TestCustomersListTheSessionsTheySitIn(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga, me := s.class(t, nil), s.Env.As(role.Customer)
	mine := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Me", "user_id": me.ID()}), http.StatusCreated).ID
	s.plan(t, yoga, "09:00")
	g, off := s.plan(t, yoga, "10:00", object{"notes": "Watch the till"}), s.plan(t, yoga, "12:00")
	s.sits(t, yoga, "09:00", 1)
	s.sits(t, yoga, "10:00", 1)
	s.Book(t, object{"service_id": yoga, "start": at("10:00"), "customer_id": mine})
	given := s.Book(t, object{"service_id": yoga, "start": at("12:00"), "customer_id": mine}).ID
	list := func(query string) (ids []string) {
		for _, is := range apptest.Into[struct{ Data []object }](t, me.GET("/group_sessions?"+query), http.StatusOK).Data {
			id := is["id"].(string)
			if alone := apptest.Into[object](t, me.GET("/group_sessions/"+id), http.StatusOK); !reflect.DeepEqual(is, alone) || is["notes"] != nil {
				t.Errorf("listed as %v, alone %v", is, alone)
			}
			ids = append(ids, id)
		}
		return ids
	}
	want(t, fmt.Sprint(list(theDay)), fmt.Sprint([]string{g.ID, off.ID}))
	s.Owner.POST("/appointments/"+given+"/cancel", nil).Want(t, http.StatusOK)
	want(t, fmt.Sprint(list(theDay)), fmt.Sprint([]string{g.ID}))
	want(t, fmt.Sprint(list(theDay+"&service_id="+s.class(t, nil))), "[]")
	want(t, fmt.Sprint(list("from=2026-06-02T00:00:00Z&to=2026-06-03T00:00:00Z")), "[]")
	if a := s.Env.As(role.Customer).GET("/group_sessions?" + theDay); len(apptest.Into[apptest.Page](t, a, http.StatusOK).Data) != 0 {
		t.Errorf("another customer sees %s", a.Body)
	}
	if a := me.GET("/group_sessions?" + theDay); strings.Contains(string(a.Body), "guest1") || strings.Contains(string(a.Body), "Watch") {
		t.Errorf("shows others: %s", a.Body)
	}
}
