package appointment_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// TestReassigningIsForWhoSeesAll (1.3: the check of the object is that of every other way to write): the right to change resources alone
// moves nobody's appointments, and tells no ids of them.
func TestReassigningIsForWhoSeesAll(t *testing.T) {
	t.Parallel()
	s := open(t)
	bea := s.Resource(t)
	a := s.Book(t, object{"service_id": s.Service(t, []string{s.ann, bea}), "start": at("10:00"), "customer_id": s.Customer(t, "Cleo"), "resource_ids": []string{s.ann}})
	staff := s.Env.As(role.TenantStaff, apptest.Switched("resources.write"))
	own := s.Resource(t, object{"user_id": wireID(staff)})
	s.Env.WritesNothing(t, func() {
		for _, from := range []string{s.ann, own} {
			staff.POST("/resources/"+from+"/reassign", object{"to": bea}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		}
	})
	all := s.Env.As(role.TenantStaff, apptest.Switched("resources.write", "appointments.all"))
	done := apptest.Into[struct{ Moved []string }](t, all.POST("/resources/"+s.ann+"/reassign", object{"to": bea}), http.StatusOK)
	if len(done.Moved) != 1 || done.Moved[0] != a.ID {
		t.Errorf("moved: %v", done.Moved)
	}
}
