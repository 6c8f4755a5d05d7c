package appointment_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// rules lists the rules that a refusal names.
func rules(p apptest.Problem) (all []string) {
	for _, c := range p.Conflicts {
		if !slices.Contains(all, c.Rule) {
			all = append(all, c.Rule)
		}
	}
	slices.Sort(all)
	return all
}

// TestA23StaffBookAgainstTheRules: the first answer names what is in the way, the second call books all the same, on record.
func TestA23StaffBookAgainstTheRules(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann}, object{"min_notice_minutes": 120, "max_advance_days": 5, "bookable_until": "2026-06-03", "limits": object{"day": 3}})
	s.booked(t, cut, "12:00")
	s.Owner.POST("/blocks", object{"resource_id": s.ann, "start": "2026-06-01T15:00:00-04:00", "end": "2026-06-01T16:00:00-04:00"}).Want(t, http.StatusCreated)
	manager := s.Env.As(role.TenantManager)
	for name, v := range map[string]struct {
		start string
		rules []string
	}{
		"taken":          {at("12:00"), []string{"double_booking"}},
		"time off":       {at("15:00"), []string{"time_off"}},
		"outside hours":  {at("08:00"), []string{"outside_hours"}},
		"in the past":    {"2026-05-29T10:00:00-04:00", []string{"past"}},
		"too soon":       {"2026-05-30T09:30:00-04:00", []string{"minimum_notice"}},
		"too far":        {"2026-06-05T10:00:00-04:00", []string{"booking_window", "season"}},
		"outside twice":  {"2026-06-05T07:00:00-04:00", []string{"booking_window", "outside_hours", "season"}},
		"half of a slot": {at("11:45"), []string{"double_booking"}},
	} {
		t.Run(name, func(t *testing.T) {
			body := object{"service_id": cut, "start": v.start, "customer_id": s.Customer(t, "Cleo")}
			s.Env.WritesNothing(t, func() {
				p := manager.POST("/appointments", body).WantProblem(t, http.StatusConflict, taken)
				if !p.Overridable || !slices.Equal(rules(p), v.rules) {
					t.Errorf("overridable %t because of %v, want %v", p.Overridable, rules(p), v.rules)
				}
				manager.POST("/appointments", with(body, object{"override": append([]string{"inactive"}, v.rules[1:]...)})).WantProblem(t, http.StatusConflict, taken)
			})
			a := apptest.Into[overbooked](t, manager.POST("/appointments", with(body, object{"override": v.rules, "override_reason": "She called"})), http.StatusCreated)
			if !a.Overbooked || !slices.Equal(a.Overridden, v.rules) || a.OverrideReason != "She called" {
				t.Errorf("stored as %+v", a)
			}
			if n := s.count(t, `SELECT count(*) FROM public.audit_log WHERE action = 'APPOINTMENT_OVERRIDE' AND line LIKE '%' || $1 || '%'`, a.ID); n != 1 {
				t.Errorf("%d audit entries", n)
			}
			s.Owner.POST("/appointments/"+a.ID+"/cancel", nil).Want(t, http.StatusOK)
		})
	}
}

type overbooked struct {
	apptest.Appointment
	Overbooked     bool     `json:"overbooked"`
	Overridden     []string `json:"overridden"`
	OverrideReason string   `json:"override_reason"`
}

// TestOnlyManagersOverride: staff learn what is in the way, and that it is not theirs to override.
func TestOnlyManagersOverride(t *testing.T) {
	t.Parallel()
	s := open(t)
	staff := s.Env.As(role.TenantStaff)
	s.Owner.PATCH("/resources/"+s.ann, object{"user_id": staff.ID()}).Want(t, http.StatusOK)
	cut := s.Service(t, []string{s.ann})
	body := object{"service_id": cut, "start": at("08:00"), "customer_id": s.Customer(t, "Cleo")}
	trusted := s.Env.As(role.TenantStaff, apptest.Switched("appointments.all", "customers.read_all"))
	if p := trusted.POST("/appointments", body).WantProblem(t, http.StatusConflict, taken); p.Overridable || !slices.Equal(rules(p), []string{"outside_hours"}) {
		t.Errorf("%+v", p)
	}
	s.Env.WritesNothing(t, func() {
		trusted.POST("/appointments", with(body, object{"override": []string{"outside_hours"}})).WantProblem(t, http.StatusForbidden, "role_forbidden")
	})
	s.Owner.POST("/appointments", with(body, object{"override": []string{"everything"}})).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.override[0]")
}

// TestAFreeResourceIsBetterThanOneTakenTwice, also for who may double-book.
func TestAFreeResourceIsBetterThanOneTakenTwice(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea})
	early := object{"service_id": cut, "start": at("08:00"), "override": []string{"outside_hours", "double_booking"}}
	first := s.Book(t, with(early, object{"customer_id": s.Customer(t, "Cleo")}))
	second := s.Book(t, with(early, object{"customer_id": s.Customer(t, "Dan")}))
	if first.ResourceIDs[0] == second.ResourceIDs[0] {
		t.Error("booked twice beside somebody free")
	}
	third := apptest.Into[overbooked](t, s.Owner.POST("/appointments", with(early, object{"customer_id": s.Customer(t, "Eve")})), http.StatusCreated)
	want(t, strings.Join(third.Overridden, " "), "double_booking outside_hours")
	// What was booked twice still keeps others away.
	s.Owner.POST("/appointments", object{"service_id": cut, "start": at("08:00"), "customer_id": s.Customer(t, "Fay"), "override": []string{"outside_hours"}}).WantProblem(t, http.StatusConflict, taken)
}

// TestOneMoreSeatThanThereAre: 4.4, over capacity is one more in the session that is full, where the seats make the sessions too; but
// a new session with somebody free is better.
func TestOneMoreSeatThanThereAre(t *testing.T) {
	t.Parallel()
	s := open(t)
	tour := s.class(t, object{"capacity": 1, "ad_hoc": true})
	s.sits(t, tour, "10:00", 1)
	body := object{"service_id": tour, "start": at("10:00"), "override": []string{"double_booking"}}
	one := apptest.Into[overbooked](t, s.Owner.POST("/appointments", with(body, object{"customer_id": s.Customer(t, "Cleo")})), http.StatusCreated)
	want(t, strings.Join(one.Overridden, " "), "double_booking")
	if all := s.sessions(t); len(all) != 1 || all[0].Taken != 2 {
		t.Errorf("%+v", all)
	}
	s.Owner.PATCH("/services/"+tour, object{"resource_ids": []string{s.ann, s.Resource(t)}}).Want(t, http.StatusOK)
	s.Owner.POST("/appointments", with(body, object{"customer_id": s.Customer(t, "Dan")})).Want(t, http.StatusCreated)
	if all := s.sessions(t); len(all) != 2 || all[0].Taken+all[1].Taken != 3 {
		t.Errorf("%+v", all)
	}
	apptest.Sound(t, s.Env)
}
