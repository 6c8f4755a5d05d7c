package customer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
)

type user struct{}

func (user) IDPrefix() string { return "usr" }

// add makes a customer and returns its id.
func add(t *testing.T, c *apptest.Client, name, email, phone string) string {
	t.Helper()
	body := apptest.Map{"name": name}
	if email != "" {
		body["email"] = email
	}
	if phone != "" {
		body["phone"] = phone
	}
	return apptest.Into[apptest.Object](t, c.POST("/customers", body), http.StatusCreated).ID
}

func names(t *testing.T, c *apptest.Client, query string) string {
	t.Helper()
	page := apptest.Into[struct{ Data []struct{ Name string } }](t, c.GET("/customers?"+query), http.StatusOK)
	var out []string
	for _, one := range page.Data {
		out = append(out, one.Name)
	}
	return strings.Join(out, ", ")
}

func TestSearchFindsPartsOfNameAddressAndPhone(t *testing.T) {
	t.Parallel()
	c := apptest.New(t).As(role.TenantOwner)
	add(t, c, "Zoë Ångström", "zoe@example.com", "+49 30 1234")
	add(t, c, "100% Bob_Builder", "bob@example.com", "")
	add(t, c, `Back\slash`, "", "555")
	for q, found := range map[string]string{
		"":            `Zoë Ångström, 100% Bob_Builder, Back\slash`,
		"Zoë Å":       "Zoë Ångström", // in other case too, where the database's locale knows these letters
		"NGSTR":       "Zoë Ångström",
		"  example  ": "Zoë Ångström, 100% Bob_Builder",
		"30 12":       "Zoë Ångström",
		"%":           "100% Bob_Builder",
		"_":           "100% Bob_Builder",
		`\`:           `Back\slash`,
		"b%b":         "",
		"b_b":         "100% Bob_Builder",
		"z_e":         "",
		"' OR 1=1 --": "",
	} {
		if got := names(t, c, "q="+url.QueryEscape(q)); got != found {
			t.Errorf("%q found %q, want %q", q, got, found)
		}
	}
}

func TestSearchIsPagedWithItsOwnCursor(t *testing.T) {
	t.Parallel()
	n := customers(t, apptest.New(t))
	for i := range 4 {
		n.Make(t, i)
	}
	if got := n.IDs(t, 2, "&q=cleo"); len(got) != 4 {
		t.Errorf("%d found, want 4", len(got))
	}
}

func TestOneCustomerForEachAddress(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	c := e.As(role.TenantOwner)
	first := add(t, c, "Cleo", " Cleo@Example.COM ", "")
	if got := apptest.Into[struct{ Email string }](t, c.GET("/customers/"+first), http.StatusOK).Email; got != "cleo@example.com" {
		t.Errorf("stored as %q, want lower case", got)
	}
	second := add(t, c, "Dan", "", "")
	e.WritesNothing(t, func() {
		c.POST("/customers", apptest.Map{"name": "Eve", "email": "CLEO@example.com"}).WantProblem(t, http.StatusConflict, "already_exists", "body.email")
		c.PATCH("/customers/"+second, apptest.Map{"email": "cleo@example.com"}).WantProblem(t, http.StatusConflict, "already_exists", "body.email")
	})
	c.DELETE("/customers/"+first).Want(t, http.StatusNoContent)
	c.PATCH("/customers/"+second, apptest.Map{"email": "cleo@example.com"}).Want(t, http.StatusOK) // the address is free again
}

func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	c := e.As(role.TenantOwner)
	e.WritesNothing(t, func() {
		for at, body := range map[string]apptest.Map{
			"body.name":  {"name": "   "},
			"body.email": {"name": "A", "email": "nowhere"},
			"body.phone": {"name": "A", "phone": strings.Repeat("1", 41)},
		} {
			c.POST("/customers", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
		}
	})
}

// TestStaffSeeTheCustomersTheyServe: without customers.read_all a customer of others does not exist.
func TestStaffSeeTheCustomersTheyServe(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2026-05-30T12:00:00Z")
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	staff := e.As(role.TenantStaff)
	own := s.Resource(t, apptest.Map{"user_id": id.ID[user](staff.UserID).String()})
	cut := s.Service(t, []string{own, s.Resource(t)})
	served, other := s.Customer(t, "Served"), s.Customer(t, "Other")
	s.Book(t, apptest.Map{"service_id": cut, "start": "2026-06-01T10:00", "customer_id": served, "resource_ids": []string{own}})
	if got := names(t, staff, ""); got != "Served" {
		t.Errorf("sees %q, want the one served", got)
	}
	staff.GET("/customers/"+served).Want(t, http.StatusOK)
	staff.GET("/customers/"+other).WantProblem(t, http.StatusNotFound, "not_found")
	staff.PATCH("/customers/"+served, apptest.Map{}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	staff.POST("/customers", apptest.Map{"name": "A"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	staff.DELETE("/customers/"+served).WantProblem(t, http.StatusForbidden, "role_forbidden")
}
