package availability_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

func TestQuestionsThatCantBeAnswered(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	cut := s.Service(t, []string{ann})
	day := "&from=2026-06-01&to=2026-06-01"
	for query, at := range map[string]string{
		"service_id=" + cut + "&from=2026-06-01&to=2026-08-02":       "query.to", // 63 days
		"service_id=" + cut + "&from=2026-06-02&to=2026-06-01":       "query.to",
		"service_id=" + cut + "&from=2026-06-01":                     "query.to",
		"service_id=" + cut + "&to=2026-06-01":                       "query.from",
		"service_id=" + cut + "&from=2026-02-30&to=2026-06-01":       "query.from",
		"service_id=" + cut + "&from=2026-06-01T00:00&to=2026-06-01": "query.from",
		"from=2026-06-01&to=2026-06-01":                              "query.service_id",
		"service_id=" + cut + day + "&time_zone=Mars/Olympus":        "query.time_zone",
		"service_id=" + cut + day + "&time_zone=Local":               "query.time_zone",
		"service_id=" + cut + day + "&colour=red":                    "query.colour",
	} {
		for path, c := range map[string]*apptest.Client{"/availability?": s.Owner, "/public/availability?": s.Env.Public()} {
			c.GET(path+query).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
		}
	}
	s.Env.Public().GET("/public/availability?service_id="+cut+"&from=2026-06-01&to=2026-08-01").Want(t, http.StatusOK) // 62 days
	s.Env.As(role.Customer).GET("/availability?service_id="+cut+day).WantProblem(t, http.StatusForbidden, "role_forbidden")
	s.Env.Public().GET("/availability?service_id="+cut+day).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
}

// TestServiceOfSeveralLocations needs to know which, because dates and hours are local.
func TestServiceOfSeveralLocations(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	other := apptest.Into[apptest.Object](t, s.Owner.POST("/locations", object{"name": "East", "time_zone": "Asia/Tokyo", "opening_hours": nineToFive()}), http.StatusCreated).ID
	ken := s.Resource(t, object{"name": "Ken", "location_id": other})
	cut := s.Service(t, []string{ann, ken})
	query := "/public/availability?service_id=" + cut + "&from=2026-06-01&to=2026-06-01"
	s.Env.Public().GET(query).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.location_id")
	for location, first := range map[string]string{s.Location: "2026-06-01T09:00:00-04:00", other: "2026-06-01T09:00:00+09:00"} {
		if slots := s.Free(t, cut, monday, monday, "location_id="+location); slots[0].Start != first {
			t.Errorf("the first start is %s, want %s", slots[0].Start, first)
		}
	}
	// Who is chosen settles where.
	if slots := s.Free(t, cut, monday, monday, "resource_id="+ken); slots[0].Start != "2026-06-01T09:00:00+09:00" {
		t.Errorf("with Ken the first start is %s", slots[0].Start)
	}
	booked := apptest.Into[apptest.Appointment](t, s.Env.Public().POST("/public/appointments", with(guest(cut, monday+"T09:00"), object{"resource_id": ken})), http.StatusCreated)
	want(t, booked.Start+" "+booked.TimeZone, "2026-06-01T09:00:00+09:00 Asia/Tokyo")
}

// TestBookingAtOneOfSeveralLocations: without a resource the location must be named.
func TestBookingAtOneOfSeveralLocations(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	other := apptest.Into[apptest.Object](t, s.Owner.POST("/locations", object{"name": "East", "time_zone": "Asia/Tokyo", "opening_hours": nineToFive()}), http.StatusCreated).ID
	cut := s.Service(t, []string{ann, s.Resource(t, object{"name": "Ken", "location_id": other})})
	s.Env.WritesNothing(t, func() {
		s.Env.Public().POST("/public/appointments", guest(cut, monday+"T09:00")).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.location_id")
	})
	booked := apptest.Into[apptest.Appointment](t, s.Env.Public().POST("/public/appointments", with(guest(cut, monday+"T09:00"), object{"location_id": other})), http.StatusCreated)
	want(t, booked.Start, "2026-06-01T09:00:00+09:00")
}

func with(m, more object) object {
	maps.Copy(m, more)
	return m
}

// TestSlotsNameWhoIsFree lists, best first, any of whom will do.
func TestSlotsNameWhoIsFree(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{ann, bea})
	s.Book(t, object{"service_id": cut, "start": monday + "T10:00", "customer_id": s.Customer(t, "Cleo"), "resource_ids": []string{ann}})
	for _, slot := range s.Free(t, cut, monday, monday) {
		all := bea + " " + ann // Bea is the less booked
		if strings.Contains(slot.Start, "T10:00") {
			all = bea
		}
		want(t, strings.Join(slot.ResourceIDs, " "), all)
	}
	for _, slot := range s.Free(t, cut, monday, monday, "resource_id="+ann) {
		want(t, strings.Join(slot.ResourceIDs, " "), ann)
	}
}

func TestServiceThatNobodyPerformsIsNeverFree(t *testing.T) {
	t.Parallel()
	s, _ := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	want(t, offered(t, s, s.Service(t, nil), clock, monday, monday), "")
}

// TestManagersSeeServicesThatArentPublic, and the public doesn't know of them.
func TestStaffSeeServicesThatArentPublic(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	hidden := s.Service(t, []string{ann}, object{"public": false})
	query := "availability?service_id=" + hidden + "&from=2026-06-01&to=2026-06-01"
	got := apptest.Into[struct{ Data []apptest.Slot }](t, s.Owner.GET("/"+query), http.StatusOK)
	if len(got.Data) != 16 {
		t.Errorf("staff see %d starts, want 16", len(got.Data))
	}
	s.Env.Public().GET("/public/"+query).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "query.service_id")
}

// TestFarAwayDatesAreEmpty: nothing is offered beyond the window or in the past, however long the range.
func TestFarAwayDatesAreEmpty(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	cut := s.Service(t, []string{ann})
	for _, from := range []string{"1970-01-01", "2026-04-01", "2027-06-01", "9990-01-01"} {
		first, err := time.Parse(time.DateOnly, from)
		if err != nil {
			t.Fatal(err)
		}
		want(t, offered(t, s, cut, clock, from, first.AddDate(0, 0, 30).Format(time.DateOnly)), "")
	}
}
