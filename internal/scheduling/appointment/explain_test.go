package appointment_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

type explanation struct {
	Start   string `json:"start"`
	Offered bool   `json:"offered"`
	Reasons []struct {
		Rule          string  `json:"rule"`
		ResourceID    *string `json:"resource_id"`
		Message       string  `json:"message"`
		AppointmentID *string `json:"appointment_id"`
	} `json:"reasons"`
}

func (e explanation) rules() (all []string) {
	for _, r := range e.Reasons {
		all = append(all, r.Rule)
	}
	return all
}

// explain asks why a start, an instant, is offered or not.
func explain(t testing.TB, c *apptest.Client, prefix, service, instant string, query ...string) explanation {
	t.Helper()
	path := prefix + "/availability/explain?service_id=" + service + "&start=" + url.QueryEscape(instant)
	for _, q := range query {
		path += "&" + q
	}
	return apptest.Into[explanation](t, c.GET(path), http.StatusOK)
}

// TestEachRuleIsExplainedAndRefused (A22): where it is the reason the start is not in the list, and cannot be booked either.
func TestA22EachRuleIsExplainedAndRefused(t *testing.T) {
	t.Parallel()
	hours := func(from, to string) object { return object{"hours": apptest.Hours([2]string{from, to})} }
	for rule, c := range map[string]struct {
		start   string // on the Monday, or an instant
		service object
		make    func(s salon)
	}{
		"past":           {start: "2026-05-30T11:00:00Z"},
		"minimum_notice": {service: object{"min_notice_minutes": 3 * 24 * 60}},
		"booking_window": {service: object{"max_advance_days": 1}},
		"season":         {service: object{"bookable_from": "2026-06-02"}},
		"limit": {service: object{"limits": object{"day": 1}}, make: func(s salon) {
			s.booked(t, s.id(t, "svc", `SELECT id FROM services`), "15:00")
		}},
		"off_grid":      {start: "2026-06-01T10:10:00-04:00"},
		"outside_hours": {service: hours("13:00", "16:00")},
		"time_off": {make: func(s salon) {
			s.Owner.POST("/blocks", object{"resource_id": s.ann, "start": "2026-06-01T09:30:00-04:00", "end": "2026-06-01T10:15:00-04:00"}).Want(t, http.StatusCreated)
		}},
		"double_booking": {make: func(s salon) { s.booked(t, s.Service(t, []string{s.ann}), "10:00") }},
		"inactive": {make: func(s salon) {
			s.Owner.PATCH("/resources/"+s.ann, object{"active_from": "2026-06-02"}).Want(t, http.StatusOK)
		}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			more := []object{}
			if c.service != nil {
				more = append(more, c.service)
			}
			service, start := s.Service(t, []string{s.ann}, more...), "2026-06-01T10:00:00-04:00"
			if c.start != "" {
				start = c.start
			}
			if c.make == nil {
				c.make = func(salon) {}
			}
			c.make(s)
			for prefix, who := range map[string]*apptest.Client{"": s.Owner, "/public": s.Env.Public()} {
				e := explain(t, who, prefix, service, start)
				if e.Offered || !slices.Contains(e.rules(), rule) {
					t.Errorf("%s: %+v", prefix, e)
				}
				for _, r := range e.Reasons {
					if r.Message == "" || r.AppointmentID != nil && prefix != "" {
						t.Errorf("%s: %+v", prefix, r)
					}
				}
			}
			s.refused(t, service, start)
		})
	}
}

// TestARequirementIsExplained: each of two needs has somebody free, who is the same person.
func TestARequirementIsExplained(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	both := []string{s.ann, bea}
	duo := s.Service(t, nil, object{"requirements": []object{{"label": "Left", "resource_ids": both}, {"label": "Right", "resource_ids": both}}})
	start := "2026-06-01T10:00:00-04:00"
	if e := explain(t, s.Env.Public(), "/public", duo, start); !e.Offered || len(e.Reasons) != 0 {
		t.Fatalf("offered: %+v", e)
	}
	s.Book(t, object{"service_id": s.Service(t, both), "start": at("10:00"), "resource_ids": []string{bea}, "customer_id": s.Customer(t, "Cleo")})
	if e := explain(t, s.Env.Public(), "/public", duo, start); e.Offered || len(e.Reasons) == 0 {
		t.Fatalf("one is taken: %+v", e)
	}
	s.refused(t, duo, start)
}

// TestWhoIsInTheWayIsToldToWhoMaySeeIt, and to nobody else.
func TestWhoIsInTheWayIsToldToWhoMaySeeIt(t *testing.T) {
	t.Parallel()
	s := open(t)
	staff := s.Env.As(role.TenantStaff)
	bea := s.Resource(t, object{"name": "Bea", "user_id": staff.ID()})
	cut := s.Service(t, []string{s.ann, bea})
	book := func(who string) string {
		return s.Book(t, object{"service_id": cut, "start": at("10:00"), "resource_ids": []string{who}, "customer_id": s.Customer(t, "Cleo")}).ID
	}
	anns, beas := book(s.ann), book(bea)
	told := func(c *apptest.Client, prefix string, query ...string) (ids []string) {
		for _, r := range explain(t, c, prefix, cut, "2026-06-01T10:00:00-04:00", query...).Reasons {
			if r.Rule != "double_booking" {
				t.Errorf("%+v", r)
			}
			if r.AppointmentID != nil {
				ids = append(ids, *r.AppointmentID)
			}
		}
		slices.Sort(ids)
		return ids
	}
	all := []string{anns, beas}
	slices.Sort(all)
	if got := told(s.Owner, ""); !slices.Equal(got, all) {
		t.Errorf("the owner: %v", got)
	}
	if got := told(staff, "", "resource_id="+s.ann); len(got) != 0 {
		t.Errorf("staff of a colleague's: %v", got)
	}
	if got := told(staff, "", "resource_id="+bea); !slices.Equal(got, []string{beas}) {
		t.Errorf("staff of their own: %v, not %s", got, beas)
	}
	if got := told(s.Env.Public(), "/public"); len(got) != 0 {
		t.Errorf("the public: %v", got)
	}
}

// TestThePublicIsToldNobodysBusiness (4.3.4: customers don't know of buffers): no names, no one whom they can't choose, each thing once.
func TestThePublicIsToldNobodysBusiness(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea", "limits": object{"day": 1}})
	hidden := s.Service(t, nil, object{"requirements": []object{{"label": "x", "resource_ids": []string{s.ann, bea}, "customer_selectable": false}}})
	chosen := s.Service(t, []string{s.ann, bea})
	s.Owner.POST("/blocks", object{"resource_id": s.ann, "start": "2026-06-01T09:30:00-04:00", "end": "2026-06-01T10:15:00-04:00"}).Want(t, http.StatusCreated)
	s.Book(t, object{"service_id": chosen, "start": at("10:00"), "customer_id": s.Customer(t, "Cleo"), "resource_ids": []string{bea}})
	for _, start := range []string{"10:00", "09:30", "11:00", "08:00", "20:00", "10:10"} {
		instant := "2026-06-01T" + start + ":00-04:00"
		for service, selectable := range map[string]bool{hidden: false, chosen: true} {
			body := string(s.Env.Public().GET("/public/availability/explain?service_id="+service+"&start="+url.QueryEscape(instant)).Want(t, http.StatusOK).Body)
			for _, secret := range []string{"Ann", "Bea", "buffer"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s tells %q: %s", start, secret, body)
				}
			}
			if names := strings.Contains(body, s.ann) || strings.Contains(body, bea); names && !selectable {
				t.Errorf("%s names whom customers can't choose: %s", start, body)
			}
			theirs, ours := explain(t, s.Env.Public(), "/public", service, instant), explain(t, s.Owner, "", service, instant)
			if theirs.Offered != ours.Offered {
				t.Errorf("%s: offered %t, to staff %t", start, theirs.Offered, ours.Offered)
			}
			for i, r := range theirs.Reasons {
				if r.Message == "" || !slices.Contains(ours.rules(), r.Rule) || !selectable && slices.Contains(theirs.rules()[:i], r.Rule) {
					t.Errorf("%s: %+v of %+v", start, r, theirs.Reasons)
				}
			}
		}
	}
}

func TestGroupsAreExplained(t *testing.T) {
	t.Parallel()
	s := open(t)
	yoga := s.class(t, nil)
	s.plan(t, yoga, "10:00", object{"capacity": 1})
	why := func(start string) explanation {
		return explain(t, s.Env.Public(), "/public", yoga, "2026-06-01T"+start+":00-04:00")
	}
	if e := why("10:00"); !e.Offered || len(e.Reasons) != 0 {
		t.Errorf("a seat is left: %+v", e)
	}
	s.sits(t, yoga, "10:00", 1)
	for _, start := range []string{"10:00", "11:00"} {
		if e := why(start); e.Offered || !slices.Equal(e.rules(), []string{"off_grid"}) {
			t.Errorf("%s: %+v", start, e)
		}
	}
}

func TestLookingBusyIsExplainedAsOffTheGrid(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	s.Owner.PATCH("/settings/booking", object{"look_busy_percent": 50}).Want(t, http.StatusOK)
	listed := s.Free(t, cut, monday, monday)
	if len(listed) == 0 || len(listed) == 16 {
		t.Fatalf("%d are listed", len(listed))
	}
	for hour := range 16 {
		start := apptest.Instant(t, "2026-06-01T09:00:00-04:00").Add(time.Duration(hour) * 30 * time.Minute).Format("2006-01-02T15:04:05Z07:00")
		seen := slices.ContainsFunc(listed, func(o apptest.Slot) bool { return o.Start == start })
		if e := explain(t, s.Env.Public(), "/public", cut, start); e.Offered != seen || seen != (len(e.Reasons) == 0) {
			t.Errorf("%s, listed %t: %+v", start, seen, e)
		}
		if e := explain(t, s.Owner, "", cut, start); !e.Offered {
			t.Errorf("%s for staff: %+v", start, e)
		}
	}
}

func TestBadQuestionsNameTheirField(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	for field, query := range map[string]string{
		"query.start": "service_id=" + cut + "&start=soon", "query.service_id": "service_id=svc_01k9m7e6xhf8ktexm2q2ggx7zp&start=2026-06-01T10:00:00Z",
		"query.time_zone": "service_id=" + cut + "&start=2026-06-01T10:00:00Z&time_zone=Mars", "query.resource_id": "service_id=" + cut + "&start=2026-06-01T10:00:00Z&resource_id=res_01k9m7e6xhf8ktexm2q2ggx7zp",
	} {
		s.Env.Public().GET("/public/availability/explain?"+query).WantProblem(t, http.StatusUnprocessableEntity, invalid, field)
	}
	s.Env.Public().GET("/public/availability/explain?service_id="+cut+"&start=2300-06-01T10:00:00Z").WantProblem(t, http.StatusUnprocessableEntity, invalid, "query.start")
}
