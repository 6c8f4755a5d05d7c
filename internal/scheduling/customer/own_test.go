package customer_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// TestStaffChangeHowTheirCustomersAreReached and neither customers of others nor whose login a customer has.
func TestStaffChangeHowTheirCustomersAreReached(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2026-05-30T12:00:00Z")
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	staff := e.As(role.TenantStaff, apptest.Switched("customers.write"))
	trusted := e.As(role.TenantStaff, apptest.Switched("customers.write", "customers.read_all"))
	login := e.As(role.Customer)
	own := s.Resource(t, apptest.Map{"user_id": staff.ID()})
	cut := s.Service(t, []string{own})
	served, other := s.Customer(t, "Served"), s.Customer(t, "Other")
	s.Book(t, apptest.Map{"service_id": cut, "start": "2026-06-01T10:00", "customer_id": served, "resource_ids": []string{own}})
	e.WritesNothing(t, func() {
		staff.PATCH("/customers/"+other, apptest.Map{"phone": "1"}).WantProblem(t, http.StatusNotFound, "not_found")
		staff.DELETE("/customers/"+other).WantProblem(t, http.StatusNotFound, "not_found")
		staff.PATCH("/customers/"+served, apptest.Map{"user_id": login.ID()}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		staff.POST("/customers", apptest.Map{"name": "Linked", "user_id": staff.ID()}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	})
	staff.PATCH("/customers/"+served, apptest.Map{"phone": "030 1234"}).Want(t, http.StatusOK)
	staff.POST("/customers", apptest.Map{"name": "New"}).Want(t, http.StatusCreated)
	trusted.PATCH("/customers/"+other, apptest.Map{"user_id": login.ID()}).Want(t, http.StatusOK)
	trusted.DELETE("/customers/"+other).Want(t, http.StatusNoContent)
	staff.DELETE("/customers/"+served).Want(t, http.StatusNoContent)
}

// TestWhoBlocksACustomer: staff who see only the customers they serve change how one is reached, and not whether one can book.
func TestWhoBlocksACustomer(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2026-05-30T12:00:00Z")
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	staff := e.As(role.TenantStaff, apptest.Switched("customers.write"))
	own := s.Resource(t, apptest.Map{"user_id": staff.ID()})
	served := s.Customer(t, "Served")
	s.Book(t, apptest.Map{"service_id": s.Service(t, []string{own}), "start": "2026-06-01T10:00", "customer_id": served})
	path := "/customers/" + served
	status := func() any { return apptest.Into[apptest.Map](t, s.Owner.GET(path), http.StatusOK)["status"] }
	if status() != "ACTIVE" {
		t.Errorf("made as %v", status())
	}
	e.WritesNothing(t, func() {
		staff.PATCH(path, apptest.Map{"status": "BLOCKED"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		staff.POST("/customers", apptest.Map{"name": "New", "status": "BLOCKED"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		s.Owner.PATCH(path, apptest.Map{"status": "GONE"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.status")
	})
	s.Owner.PATCH(path, apptest.Map{"status": "BLOCKED"}).Want(t, http.StatusOK)
	staff.PATCH(path, apptest.Map{"phone": "030 1234", "status": "BLOCKED"}).Want(t, http.StatusOK) // as it is
	staff.PATCH(path, apptest.Map{"status": nil}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	if status() != "BLOCKED" {
		t.Errorf("it is %v", status())
	}
	e.As(role.TenantManager).PATCH(path, apptest.Map{"status": "ACTIVE"}).Want(t, http.StatusOK)
	staff.PATCH(path, apptest.Map{"phone": nil}).Want(t, http.StatusOK)
	if status() != "ACTIVE" {
		t.Errorf("it is %v", status())
	}
}
