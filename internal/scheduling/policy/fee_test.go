package policy_test

import (
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

type amount struct {
	Amount   int64
	Currency string
}

type owed struct {
	ID            string
	AppointmentID string `json:"appointment_id"`
	CustomerID    string `json:"customer_id"`
	Kind          string
	Fee           amount
	Status        string
	DueAt         string  `json:"due_at"`
	WaivedAt      *string `json:"waived_at"`
	WaiveReason   *string `json:"waive_reason"`
	Version       int
}

func fees(t *testing.T, c *apptest.Client, query string) []owed {
	t.Helper()
	return apptest.Into[struct{ Data []owed }](t, c.GET("/fees"+query), http.StatusOK).Data
}

// missed books at a time of the Monday, and marks the appointment as a no-show an hour after its start.
func (s *salon) missed(t *testing.T, service, customer, hour string) apptest.Appointment {
	t.Helper()
	s.turn("2026-05-30T12:00:00Z")
	a := s.Book(t, object{"service_id": service, "start": "2026-06-01T" + hour + ":00", "customer_id": customer})
	s.turn("2026-06-01T16:00:00Z")
	s.Owner.POST("/appointments/"+a.ID+"/no_show", nil).Want(t, http.StatusOK)
	return a
}

// late cancels an appointment of the Monday at eight on that day, for a fee of its own.
func (s *salon) late(t *testing.T, service, customer, hour string, cents int64) apptest.Appointment {
	t.Helper()
	s.turn("2026-06-01T06:00:00Z")
	a := s.Book(t, object{"service_id": service, "start": "2026-06-01T" + hour + ":00", "customer_id": customer})
	s.Owner.POST("/appointments/"+a.ID+"/cancel", object{"fee": "custom", "custom_fee": object{"amount": cents, "currency": "EUR"}}).Want(t, http.StatusOK)
	return a
}

func (s *salon) balance(t *testing.T, customer string) (outstanding, pending int64) {
	t.Helper()
	got := apptest.Into[struct{ Outstanding, Pending []amount }](t, s.Owner.GET("/customers/"+customer+"/balance"), http.StatusOK)
	sum := func(all []amount) (n int64) {
		for _, a := range all {
			if a.Currency != "EUR" || a.Amount == 0 {
				t.Errorf("%+v", a)
			}
			n += a.Amount
		}
		return n
	}
	return sum(got.Outstanding), sum(got.Pending)
}

// TestANoShowIsPendingForADay: within it staff may waive it, and from then on it is outstanding without anybody's doing.
func TestANoShowIsPendingForADay(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	cleo := s.Customer(t, "Cleo")
	a := s.missed(t, s.cut, cleo, "10:00")
	all := fees(t, s.Owner, "?appointment_id="+a.ID)
	if len(all) != 1 || all[0].Status != "PENDING" || all[0].Kind != "NO_SHOW" || all[0].Fee != (amount{8999, "EUR"}) || all[0].DueAt != "2026-06-02T16:00:00Z" || all[0].CustomerID != cleo || all[0].AppointmentID != a.ID {
		t.Fatalf("%+v", all)
	}
	if out, pending := s.balance(t, cleo); out != 0 || pending != 8999 {
		t.Errorf("%d outstanding, %d pending", out, pending)
	}
	s.turn("2026-06-02T15:59:59.999999Z")
	if got := fees(t, s.Owner, "?status=PENDING"); len(got) != 1 || len(fees(t, s.Owner, "?status=OUTSTANDING")) != 0 {
		t.Errorf("just before it is due: %+v", got)
	}
	s.turn("2026-06-02T16:00:00Z")
	s.Env.WritesNothing(t, func() {
		if got := fees(t, s.Owner, "?status=OUTSTANDING"); len(got) != 1 || got[0].Status != "OUTSTANDING" || len(fees(t, s.Owner, "?status=PENDING")) != 0 {
			t.Errorf("when it is due: %+v", got)
		}
		if out, pending := s.balance(t, cleo); out != 8999 || pending != 0 {
			t.Errorf("%d outstanding, %d pending", out, pending)
		}
	})
}

// TestWaiving is done once, by reason and by version, and the customer owes it no more.
func TestWaiving(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	cleo := s.Customer(t, "Cleo")
	s.missed(t, s.cut, cleo, "10:00")
	path := "/fees/" + fees(t, s.Owner, "")[0].ID + "/waive"
	s.Env.WritesNothing(t, func() {
		s.Owner.POST(path, object{"reason": strings.Repeat("x", 501)}).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.reason")
		s.Owner.POST(path, object{"why": "Ill"}).WantProblem(t, http.StatusUnprocessableEntity, invalid, "body.why")
		s.Owner.With("If-Match", `"v2"`).POST(path, object{}).WantProblem(t, http.StatusPreconditionFailed, "precondition_failed")
	})
	f := apptest.Into[owed](t, s.Owner.With("If-Match", `"v1"`).POST(path, object{"reason": " Was ill "}), http.StatusOK)
	if f.Status != "WAIVED" || f.WaivedAt == nil || f.WaiveReason == nil || *f.WaiveReason != "Was ill" || f.Version != 2 {
		t.Errorf("%+v", f)
	}
	s.Owner.POST(path, nil).WantProblem(t, http.StatusConflict, "state_conflict")
	s.turn("2026-06-04T16:00:00Z")
	if out, pending := s.balance(t, cleo); out != 0 || pending != 0 {
		t.Errorf("%d outstanding, %d pending", out, pending)
	}
	if got := fees(t, s.Owner, "?status=WAIVED"); len(got) != 1 || len(fees(t, s.Owner, "?status=OUTSTANDING")) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestAnUndoneNoShowCostsNothing, and one that is marked anew costs it anew.
func TestAnUndoneNoShowCostsNothing(t *testing.T) {
	t.Parallel()
	s := openSalon(t)
	cleo := s.Customer(t, "Cleo")
	a := s.missed(t, s.cut, cleo, "10:00")
	s.Owner.POST("/appointments/"+a.ID+"/undo", nil).Want(t, http.StatusOK)
	if out, pending := s.balance(t, cleo); out != 0 || pending != 0 {
		t.Errorf("%d outstanding, %d pending", out, pending)
	}
	s.Owner.POST("/appointments/"+a.ID+"/no_show", nil).Want(t, http.StatusOK)
	if out, pending := s.balance(t, cleo); out != 0 || pending != 8999 {
		t.Errorf("%d outstanding, %d pending", out, pending)
	}
}

// TestFeesOf customers and appointments, a page at a time, and their sum.
func TestFeesAreListedAndSummed(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s, theirs := openFor(t, own), openFor(t, other)
	cleo, dora := s.Customer(t, "Cleo"), s.Customer(t, "Dora")
	first := s.late(t, s.cut, cleo, "10:00", 100)
	s.late(t, s.cut, cleo, "11:00", 23)
	s.late(t, s.cut, dora, "12:00", 4000)
	theirs.late(t, theirs.cut, theirs.Customer(t, "Cleo"), "10:00", 7)
	if out, pending := s.balance(t, cleo); out != 123 || pending != 0 {
		t.Errorf("%d outstanding, %d pending", out, pending)
	}
	if all := fees(t, s.Owner, "?customer_id="+cleo); len(all) != 2 || all[0].AppointmentID != first.ID || all[0].Status != "OUTSTANDING" || all[0].DueAt != "2026-06-01T06:00:00Z" {
		t.Errorf("%+v", all)
	}
	if all := fees(t, s.Owner, "?customer_id="+cleo+"&appointment_id="+first.ID); len(all) != 1 || all[0].Fee != (amount{100, "EUR"}) {
		t.Errorf("%+v", all)
	}
	page := apptest.Into[struct {
		Data       []owed
		NextCursor *string `json:"next_cursor"`
	}](t, s.Owner.GET("/fees?limit=2"), http.StatusOK)
	if len(page.Data) != 2 || page.NextCursor == nil {
		t.Fatalf("%+v", page)
	}
	if rest := fees(t, s.Owner, "?limit=2&cursor="+*page.NextCursor); len(rest) != 1 || rest[0].CustomerID != dora {
		t.Errorf("%+v", rest)
	}
	s.Owner.GET("/fees?status=PENDING&cursor="+*page.NextCursor).WantProblem(t, http.StatusBadRequest, "invalid_cursor")
	for at, query := range map[string]string{"query.status": "status=PAID", "query.customer_id": "customer_id=nobody", "query.appointment_id": "appointment_id=" + cleo, "query.limit": "limit=0"} {
		s.Owner.GET("/fees?"+query).WantProblem(t, http.StatusUnprocessableEntity, invalid, at)
	}
}

// TestWhoSeesFees: who sees the appointment. Customers see their own and waive none; staff waive those of what they serve.
func TestWhoSeesFees(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s, theirs := openFor(t, own), openFor(t, other)
	s.turn("2026-06-01T06:00:00Z")
	staff, guest := s.Env.As(role.TenantStaff), s.Env.As(role.Customer)
	bea := s.Resource(t, object{"user_id": staff.ID()})
	hers := s.Service(t, []string{bea})
	me := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Me", "user_id": guest.ID()}), http.StatusCreated).ID
	she := apptest.Into[apptest.Object](t, s.Owner.POST("/customers", object{"name": "Bea", "user_id": staff.ID()}), http.StatusCreated).ID
	cleo := s.Customer(t, "Cleo")
	served, booked, ours := s.late(t, hers, cleo, "10:00", 1), s.late(t, s.cut, me, "10:00", 2), s.late(t, s.cut, she, "11:00", 3)
	foreign := theirs.late(t, theirs.cut, theirs.Customer(t, "Cleo"), "10:00", 4)
	of := func(c *apptest.Client, a apptest.Appointment) string {
		all := fees(t, c, "?appointment_id="+a.ID)
		if len(all) == 0 {
			return ""
		}
		return all[0].ID
	}
	if len(fees(t, staff, "")) != 2 || of(staff, served) == "" || of(staff, ours) == "" || of(staff, booked) != "" {
		t.Errorf("staff: %+v", fees(t, staff, ""))
	}
	if len(fees(t, guest, "")) != 1 || of(guest, booked) == "" || of(guest, foreign) != "" {
		t.Errorf("the customer: %+v", fees(t, guest, ""))
	}
	s.Env.Public().GET("/fees").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	waive := func(c *apptest.Client, key string) apptest.Answer { return c.POST("/fees/"+key+"/waive", object{}) }
	s.Env.WritesNothing(t, func() {
		for _, key := range []string{"fee_01k9m7e6xhf8ktexm2q2ggx7zp", of(theirs.Owner, foreign), "nonsense", cleo, of(s.Owner, booked), of(s.Owner, ours)} {
			waive(staff, key).WantProblem(t, http.StatusNotFound, "not_found")
		}
		waive(s.Owner, of(theirs.Owner, foreign)).WantProblem(t, http.StatusNotFound, "not_found")
		waive(guest, of(guest, booked)).WantProblem(t, http.StatusForbidden, "role_forbidden")
		waive(s.Env.Public(), of(guest, booked)).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	})
	waive(staff, of(staff, served)).Want(t, http.StatusOK)
	waive(s.Env.As(role.TenantManager), of(s.Owner, booked)).Want(t, http.StatusOK)
}

// TestWhoSeesABalance: who sees the customer.
func TestWhoSeesABalance(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s, theirs := openFor(t, own), openFor(t, other)
	cleo, foreign := s.Customer(t, "Cleo"), theirs.Customer(t, "Cleo")
	s.late(t, s.cut, cleo, "10:00", 1)
	for _, key := range []string{"cus_01k9m7e6xhf8ktexm2q2ggx7zp", foreign, "nonsense", s.ann} {
		s.Owner.GET("/customers/"+key+"/balance").WantProblem(t, http.StatusNotFound, "not_found")
	}
	path := "/customers/" + cleo + "/balance"
	s.Env.As(role.TenantManager).GET(path).Want(t, http.StatusOK)
	s.Env.As(role.TenantStaff).GET(path).WantProblem(t, http.StatusNotFound, "not_found")
	s.Env.As(role.TenantStaff, apptest.Switched("customers.read_all")).GET(path).Want(t, http.StatusOK)
	s.Env.As(role.Customer).GET(path).WantProblem(t, http.StatusForbidden, "role_forbidden")
}
