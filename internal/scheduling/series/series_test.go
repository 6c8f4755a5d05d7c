package series_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

type object = apptest.Map

type series struct {
	apptest.Object
	Start     string                           `json:"start"`
	End       string                           `json:"end"`
	From      string                           `json:"from"`
	Until     *string                          `json:"until"`
	MadeUntil string                           `json:"made_until"`
	ShiftDays int                              `json:"shift_days"`
	LeftOut   []struct{ Date, Message string } `json:"left_out"`
}

type made struct {
	Series       series                `json:"series"`
	Appointments []apptest.Appointment `json:"appointments"`
}

type date struct {
	Date         string   `json:"date"`
	Start        string   `json:"start"`
	Bookable     bool     `json:"bookable"`
	Skipped      bool     `json:"skipped"`
	Moved        bool     `json:"moved"`
	Twice        bool     `json:"twice"`
	Message      string   `json:"message"`
	Overridable  bool     `json:"overridable"`
	ResourceIDs  []string `json:"resource_ids"`
	Conflicts    []object `json:"conflicts"`
	Alternatives []object `json:"alternatives"`
}

// studio is a business in New York that is open day and night, on Sunday, the first of March 2026.
type studio struct {
	*apptest.Salon
	ann, bea, cut, cleo string
}

func open(t *testing.T) *studio {
	t.Helper()
	s := &studio{Salon: apptest.NewSalon(t, apptest.New(t).At("2026-03-01T12:00:00Z"), "America/New_York", apptest.Hours([2]string{"00:00", "24:00"}))}
	s.ann, s.bea = s.Resource(t), s.Resource(t, object{"name": "Bea"})
	s.cut, s.cleo = s.Service(t, []string{s.ann}), s.Customer(t, "Cleo")
	return s
}

func (s *studio) turn(instant string) { s.Owner = s.Env.At(instant).As(role.TenantOwner) }

func (s *studio) weekly(more ...object) object {
	body := object{"service_id": s.cut, "customer_id": s.cleo, "start": "2026-03-02T09:00", "rrule": "FREQ=WEEKLY;COUNT=5"}
	for _, m := range more {
		maps.Copy(body, m)
	}
	return body
}

func (s *studio) create(t *testing.T, more ...object) made {
	t.Helper()
	return apptest.Into[made](t, s.Owner.POST("/series", s.weekly(more...)), http.StatusCreated)
}

func (s *studio) preview(t *testing.T, more ...object) []date {
	t.Helper()
	return apptest.Into[struct{ Data []date }](t, s.Owner.POST("/series/preview", s.weekly(more...)), http.StatusOK).Data
}

// block takes the time of somebody, as another customer's appointment.
func (s *studio) taken(t *testing.T, start, who string) {
	t.Helper()
	other := s.Service(t, []string{who}, object{"public": false})
	s.Book(t, object{"service_id": other, "start": start, "customer_id": s.Customer(t, "Dan"), "resource_ids": []string{who}})
}

func starts(all []apptest.Appointment) string {
	var out []string
	for _, a := range all {
		out = append(out, a.Start)
	}
	return strings.Join(out, " ")
}

// days are the local days and hours of a series' appointments to come and past: "03-02T09".
func (s *studio) days(t *testing.T, id string) string {
	t.Helper()
	var out []string
	for from := apptest.Instant(t, "2026-03-01T00:00:00Z"); from.Year() == 2026 && from.Month() < 7; from = from.AddDate(0, 0, 60) {
		path := fmt.Sprintf("/appointments?from=%s&to=%s", from.Format(time.RFC3339), from.AddDate(0, 0, 60).Format(time.RFC3339))
		for _, a := range apptest.Into[struct {
			Data []struct {
				Start    string  `json:"start"`
				Status   string  `json:"status"`
				SeriesID *string `json:"series_id"`
			}
		}](t, s.Owner.GET(path), http.StatusOK).Data {
			if a.SeriesID != nil && *a.SeriesID == id && a.Status != "CANCELLED" {
				out = append(out, a.Start[5:13])
			}
		}
	}
	return strings.Join(out, " ")
}

func want(t testing.TB, got, want string) {
	t.Helper()
	if got != want {
		t.Fatalf("\ngot  %s\nwant %s", got, want)
	}
}

func TestA25TheWallClockIsKept(t *testing.T) {
	t.Parallel()
	m := open(t).create(t, object{"rrule": "FREQ=WEEKLY;COUNT=2"})
	want(t, starts(m.Appointments), "2026-03-02T09:00:00-05:00 2026-03-09T09:00:00-04:00")
	want(t, m.Series.Start+" "+m.Series.End, "2026-03-02T09:00:00-05:00 2026-03-02T09:30:00-05:00")
}

func TestA26OneDateIsSkippedOrNothingIsBooked(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.taken(t, "2026-03-16T09:00", s.ann)
	s.Env.WritesNothing(t, func() {
		p := s.Owner.POST("/series", s.weekly()).WantProblem(t, http.StatusConflict, "slot_unavailable")
		if !strings.Contains(p.Detail, "2026-03-16") || len(p.Conflicts) == 0 || p.Conflicts[0].Start != "2026-03-16T09:00:00-04:00" || !p.Overridable {
			t.Errorf("which date: %+v", p)
		}
		for _, d := range s.preview(t) {
			if third := d.Date == "2026-03-16"; d.Bookable == third || third && (d.Message == "" || !d.Overridable || len(d.Conflicts) == 0 || len(d.Alternatives) == 0) {
				t.Errorf("previewed: %+v", d)
			}
		}
	})
	m := s.create(t, object{"choices": []object{{"date": "2026-03-16", "skip": true}}})
	want(t, s.days(t, m.Series.ID), "03-02T09 03-09T09 03-23T09 03-30T09")
	if len(m.Appointments) != 4 {
		t.Errorf("%d rows", len(m.Appointments))
	}
}

func TestChoicesForADate(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Owner.PATCH("/services/"+s.cut, object{"resource_ids": []string{s.ann, s.bea}}).Want(t, http.StatusOK)
	for _, d := range []string{"2026-03-09", "2026-03-16", "2026-03-23"} {
		s.taken(t, d+"T09:00", s.ann)
	}
	m := s.create(t, object{"resource_ids": []string{s.ann}, "choices": []object{
		{"date": "2026-03-09", "start": "2026-03-10T11:00"},
		{"date": "2026-03-16", "resource_ids": []string{s.bea}},
		{"date": "2026-03-23", "override": []string{"double_booking"}, "override_reason": "Friends"},
		{"date": "2026-03-30", "skip": true},
	}})
	want(t, s.days(t, m.Series.ID), "03-02T09 03-10T11 03-16T09 03-23T09")
	var who []string
	for _, a := range m.Appointments {
		who = append(who, a.ResourceIDs...)
	}
	if !slices.Equal(who, []string{s.ann, s.ann, s.bea, s.ann}) {
		t.Errorf("served by %v", who)
	}
}

func TestTheSameResourceIfFreeOrTheNextInTurn(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann, s.bea}, object{"strategy": "round_robin"})
	s.taken(t, "2026-03-09T09:00", s.ann)
	served := func(m made) (out string) {
		for _, a := range m.Appointments {
			out += map[string]string{s.ann: "Ann ", s.bea: "Bea "}[a.ResourceIDs[0]]
		}
		return out
	}
	same := served(s.create(t, object{"service_id": cut}))
	first, _, _ := strings.Cut(same, " ")
	if got := strings.Count(same, first); got < 4 {
		t.Errorf("the same: %s", same)
	}
	want(t, served(s.create(t, object{"service_id": cut, "rotate": true, "start": "2026-03-02T12:00", "rrule": "FREQ=WEEKLY;COUNT=4"}))[:8], map[string]string{"Ann": "Bea Ann ", "Bea": "Ann Bea "}[strings.Fields(same)[4]])
}

func TestOccurrencesInGapsAndOverlapsAreFlagged(t *testing.T) {
	t.Parallel()
	s := open(t)
	flags := func(start, rrule string) (out []string) {
		for _, d := range s.preview(t, object{"start": start, "rrule": rrule}) {
			if d.Moved || d.Twice {
				out = append(out, fmt.Sprint(d.Start, d.Moved, d.Twice))
			}
			if !d.Bookable {
				t.Errorf("%+v", d)
			}
		}
		return out
	}
	if got := flags("2026-03-07T02:30", "FREQ=DAILY;COUNT=3"); !slices.Equal(got, []string{"2026-03-08T03:30:00-04:00true false"}) {
		t.Errorf("gap: %v", got)
	}
	if got := flags("2026-10-31T01:30", "FREQ=DAILY;COUNT=3"); !slices.Equal(got, []string{"2026-11-01T01:30:00-04:00false true"}) {
		t.Errorf("overlap: %v", got)
	}
}

func TestBadSeriesNameTheirField(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Env.WritesNothing(t, func() {
		for _, c := range []struct {
			field string
			more  object
		}{
			{"body.rrule", object{"rrule": "FREQ=YEARLY"}},
			{"body.rrule", object{"rrule": "FREQ=WEEKLY;COUNT=105"}},
			{"body.rrule", object{"rrule": "FREQ=WEEKLY;UNTIL=20290101"}},
			{"body.rrule", object{"rrule": "FREQ=DAILY;INTERVAL=36;COUNT=104"}}, // until 2036, ten years and a month later
			{"body.rrule", object{"rrule": "FREQ=WEEKLY;BYDAY=TU"}},
			{"body.rrule", object{"rrule": ""}},
			{"body.rrule", object{"rrule": "FREQ=WEEKLY;UNTIL=20260201"}},
			{"body.start", object{"start": "soon"}},
			{"body.service_id", object{"service_id": "svc_01k9m7e6xhf8ktexm2q2ggx7zp"}},
			{"body.customer_id", object{"customer_id": "cus_01k9m7e6xhf8ktexm2q2ggx7zp"}},
			{"body.resource_ids[0]", object{"resource_ids": []string{s.bea}}},
			{"body.choices[0].date", object{"choices": []object{{"date": "2026-03-03", "skip": true}}}},
			{"body.choices[1].date", object{"choices": []object{{"date": "2026-03-02", "skip": true}, {"date": "2026-03-02"}}}},
			{"body.choices[0].start", object{"choices": []object{{"date": "2026-03-09", "start": "soon"}}}},
			{"body.choices[0].resource_ids[0]", object{"choices": []object{{"date": "2026-03-09", "resource_ids": []string{s.bea}}}}},
		} {
			for _, path := range []string{"/series", "/series/preview"} {
				s.Owner.POST(path, s.weekly(c.more)).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", c.field)
			}
		}
		all := []object{}
		for _, d := range s.preview(t) {
			all = append(all, object{"date": d.Date, "skip": true})
		}
		s.Owner.POST("/series", s.weekly(object{"choices": all})).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.choices")
		s.Owner.POST("/series", s.weekly(object{"start": "2026-03-08T02:30", "rrule": "FREQ=DAILY;COUNT=2"})).WantProblem(t, http.StatusUnprocessableEntity, "nonexistent_local_time", "body.start")
	})
}

// TestSeriesWithoutEndAreMadeAYearAhead, and more as time goes on; what can't be booked is told.
func TestSeriesWithoutEndAreMadeAYearAhead(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Owner.PATCH("/services/"+s.cut, object{"resource_ids": []string{s.ann, s.bea}}).Want(t, http.StatusOK)
	m := s.create(t, object{"rrule": "FREQ=WEEKLY", "resource_ids": []string{}})
	if len(m.Appointments) != 53 || m.Series.MadeUntil != "2027-03-02" || m.Series.Until != nil {
		t.Fatalf("%d appointments, %+v", len(m.Appointments), m.Series)
	}
	who := m.Appointments[0].ResourceIDs[0]
	s.turn("2026-03-29T12:00:00Z")
	first, second := "2027-03-08T09:00:00-05:00", "2027-03-15T09:00:00-04:00"
	for _, r := range []string{s.ann, s.bea} {
		s.Owner.POST("/blocks", object{"resource_id": r, "start": first, "end": "2027-03-08T10:00:00-05:00"}).Want(t, http.StatusCreated)
	}
	s.Env.WritesNothing(t, func() {
		s.Env.At("2026-03-02T12:00:00Z")
		s.Env.TopUp()
	})
	s.turn("2026-03-29T12:00:00Z")
	for range 2 {
		s.Env.TopUp()
	}
	is := apptest.Into[series](t, s.Owner.GET("/series/"+m.Series.ID), http.StatusOK)
	if is.MadeUntil != "2027-03-29" || len(is.LeftOut) != 1 || is.LeftOut[0].Date != "2027-03-08" || is.LeftOut[0].Message == "" {
		t.Fatalf("topped up: %+v", is)
	}
	more := apptest.Into[struct{ Data []apptest.Appointment }](t, s.Owner.GET("/appointments?from=2027-03-03T00:00:00Z&to=2027-04-30T00:00:00Z"), http.StatusOK).Data
	want(t, starts(more), second+" 2027-03-22T09:00:00-04:00 2027-03-29T09:00:00-04:00")
	for _, a := range more {
		if a.ResourceIDs[0] != who {
			t.Errorf("served by %v, not by %s", a.ResourceIDs, who)
		}
	}
}

func (s *studio) move(t *testing.T, m made, n int, scope, start string) made {
	t.Helper()
	return apptest.Into[made](t, s.Owner.POST("/series/"+m.Series.ID+"/reschedule", object{"scope": scope, "appointment_id": m.Appointments[n].ID, "start": start}), http.StatusOK)
}

func TestMovingThisOneFollowingOnesOrAllToCome(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.create(t)
	s.turn("2026-03-03T12:00:00Z") // after the first
	if got := s.move(t, m, 1, "this", "2026-03-10T11:00"); got.Series.ID != m.Series.ID || len(got.Appointments) != 1 {
		t.Fatalf("this: %+v", got)
	}
	want(t, s.days(t, m.Series.ID), "03-02T09 03-10T11 03-16T09 03-23T09 03-30T09")
	split := s.move(t, m, 2, "following", "2026-03-17T10:00")
	if split.Series.ID == m.Series.ID || split.Series.From != "2026-03-16" || split.Series.ShiftDays != 1 || split.Series.Start != "2026-03-17T10:00:00-04:00" {
		t.Fatalf("following: %+v", split.Series)
	}
	want(t, s.days(t, m.Series.ID), "03-02T09 03-10T11")
	want(t, s.days(t, split.Series.ID), "03-17T10 03-24T10 03-31T10")
	is := apptest.Into[series](t, s.Owner.GET("/series/"+m.Series.ID), http.StatusOK)
	if is.Until == nil || *is.Until != "2026-03-15" {
		t.Fatalf("the old one ends: %+v", is)
	}
	s.turn("2026-03-18T12:00:00Z")
	all := s.move(t, split, 1, "future", "2026-03-24T08:00")
	want(t, s.days(t, all.Series.ID), "03-17T10 03-24T08 03-31T08")
	want(t, all.Series.ID+all.Series.Start, split.Series.ID+split.Series.Start) // the first one is past
	s.Owner.POST("/series/"+m.Series.ID+"/reschedule", object{"scope": "future", "appointment_id": m.Appointments[0].ID, "start": "2026-04-01T10:00"}).WantProblem(t, http.StatusConflict, "state_conflict")
	s.Owner.POST("/series/"+m.Series.ID+"/reschedule", object{"scope": "future", "appointment_id": split.Appointments[0].ID, "start": "2026-04-01T10:00"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.appointment_id")
	s.Owner.POST("/series/"+all.Series.ID+"/reschedule", object{"scope": "future", "appointment_id": split.Appointments[1].ID, "start": "2026-03-24T08:00"}).WantProblem(t, http.StatusUnprocessableEntity, "unchanged", "body.start")
}

func TestMovingAllFromTheFirstKeepsTheSeries(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.create(t, object{"rrule": "FREQ=WEEKLY;COUNT=3"})
	s.move(t, m, 1, "this", "2026-03-09T10:00") // is where the others go to
	got := s.move(t, m, 0, "following", "2026-03-02T10:00")
	want(t, got.Series.ID+" "+got.Series.Start, m.Series.ID+" 2026-03-02T10:00:00-05:00")
	want(t, s.days(t, m.Series.ID), "03-02T10 03-09T10 03-16T10")
}

// TestMovingWhereNeighboursWouldCollide by a day and by less than one's length, on and back.
func TestMovingWhereNeighboursWouldCollide(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.create(t, object{"rrule": "FREQ=DAILY;COUNT=4"})
	for _, c := range []struct{ start, days string }{
		{"2026-03-03T09:00", "03-03T09 03-04T09 03-05T09 03-06T09"},
		{"2026-03-02T09:00", "03-02T09 03-03T09 03-04T09 03-05T09"},
		{"2026-03-04T09:00", "03-04T09 03-05T09 03-06T09 03-07T09"},
		{"2026-03-02T09:15", "03-02T09 03-03T09 03-04T09 03-05T09"},
	} {
		m = s.move(t, m, 0, "future", c.start)
		want(t, s.days(t, m.Series.ID), c.days)
	}
}

func TestAMoveIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.create(t)
	s.taken(t, "2026-03-30T10:00", s.ann)
	s.Env.WritesNothing(t, func() {
		p := s.Owner.POST("/series/"+m.Series.ID+"/reschedule", object{"scope": "future", "appointment_id": m.Appointments[0].ID, "start": "2026-03-02T10:00"}).WantProblem(t, http.StatusConflict, "slot_unavailable")
		if !strings.Contains(p.Detail, "2026-03-30") {
			t.Errorf("which date: %s", p.Detail)
		}
	})
}

func TestCancellingThisOneFollowingOnesOrAllToCome(t *testing.T) {
	t.Parallel()
	s := open(t)
	cancel := func(m made, n int, scope string) {
		t.Helper()
		s.Owner.POST("/series/"+m.Series.ID+"/cancel", object{"scope": scope, "appointment_id": m.Appointments[n].ID, "reason": "Away"}).Want(t, http.StatusOK)
	}
	m, endless := s.create(t), s.create(t, object{"start": "2026-03-02T12:00", "rrule": "FREQ=WEEKLY"})
	called := s.create(t, object{"start": "2026-03-02T15:00", "rrule": "FREQ=MONTHLY"})
	s.turn("2026-03-03T12:00:00Z")
	cancel(m, 1, "this")
	want(t, s.days(t, m.Series.ID), "03-02T09 03-16T09 03-23T09 03-30T09")
	cancel(m, 3, "following")
	want(t, s.days(t, m.Series.ID), "03-02T09 03-16T09")
	cancel(m, 2, "future")
	want(t, s.days(t, m.Series.ID), "03-02T09")
	s.Owner.POST("/series/"+m.Series.ID+"/cancel", object{"scope": "future", "appointment_id": m.Appointments[0].ID}).WantProblem(t, http.StatusConflict, "state_conflict")
	cancel(endless, 3, "following")
	want(t, s.days(t, endless.Series.ID), "03-02T12 03-09T12 03-16T12")
	for _, a := range called.Appointments[1:] {
		s.Owner.POST("/appointments/"+a.ID+"/cancel", nil).Want(t, http.StatusOK)
	}
	cancel(called, 0, "future")
	s.turn("2026-06-03T12:00:00Z")
	s.Env.TopUp()
	want(t, s.days(t, endless.Series.ID), "03-02T12 03-09T12 03-16T12")
	if is := apptest.Into[series](t, s.Owner.GET("/series/"+called.Series.ID), http.StatusOK); is.MadeUntil >= "2027-06" {
		t.Errorf("it goes on: %+v", is)
	}
}

// TestEndingASeriesWhoseDatesAreCalledOff by any of its appointments, as long as more would be booked.
func TestEndingASeriesWhoseDatesAreCalledOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scope string
		n     int // the appointment that it is ended by
		keeps int // so many of those to come are not called off
		until string
	}{
		"by a past one":                  {"future", 0, 0, "2026-03-02"},
		"by one that is called off":      {"future", 5, 0, "2026-03-02"},
		"from one that is called off":    {"following", 3, 2, "2026-05-02"},
		"from a past one":                {"following", 0, 0, "2026-03-02"},
		"not with one that is past":      {"this", 0, 0, ""},
		"not with one that is cancelled": {"this", 5, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			m := s.create(t, object{"rrule": "FREQ=MONTHLY;BYMONTHDAY=2"})
			s.turn("2026-03-03T12:00:00Z") // after the first
			for _, a := range m.Appointments[1+c.keeps:] {
				s.Owner.POST("/appointments/"+a.ID+"/cancel", nil).Want(t, http.StatusOK)
			}
			before, path := s.days(t, m.Series.ID), "/series/"+m.Series.ID
			ending := object{"scope": c.scope, "appointment_id": m.Appointments[c.n].ID}
			if c.until == "" {
				s.Owner.POST(path+"/cancel", ending).WantProblem(t, http.StatusConflict, "state_conflict")
				return
			}
			s.Owner.POST(path+"/cancel", ending).Want(t, http.StatusOK)
			want(t, s.days(t, m.Series.ID), before)
			want(t, *apptest.Into[series](t, s.Owner.GET(path), http.StatusOK).Until, c.until)
			ending["appointment_id"] = m.Appointments[12].ID
			s.Owner.POST(path+"/cancel", ending).WantProblem(t, http.StatusConflict, "state_conflict")
		})
	}
}

// TestASplitSeriesStaysEnded: what was split off from a part that ends before another split doesn't go on without end.
func TestASplitSeriesStaysEnded(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.create(t, object{"rrule": "FREQ=WEEKLY"})
	tail := s.move(t, m, 4, "following", "2026-03-30T11:00")
	middle := s.move(t, m, 2, "following", "2026-03-16T10:00")
	if middle.Series.Until == nil || *middle.Series.Until != "2026-03-29" || tail.Series.Until != nil {
		t.Fatalf("the middle ends: %+v", middle.Series)
	}
	s.turn("2026-03-29T12:00:00Z")
	s.Env.TopUp()
	if n := len(apptest.Into[struct{ Data []apptest.Appointment }](t, s.Owner.GET("/appointments?from=2027-03-03T00:00:00Z&to=2027-04-30T00:00:00Z"), http.StatusOK).Data); n != 4 {
		t.Errorf("%d are made of the tail", n)
	}
}

func TestLimitsCountEarlierOccurrences(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Owner.PATCH("/services/"+s.cut, object{"customer_limits": object{"week": 2}}).Want(t, http.StatusOK)
	var booked string
	for _, d := range s.preview(t, object{"rrule": "FREQ=DAILY;COUNT=8"}) {
		booked += map[bool]string{true: "1", false: "0"}[d.Bookable]
	}
	want(t, booked, "11000001")
}

// TestSeriesFollowTheRowRule: staff see and change the series that they serve.
func TestSeriesFollowTheRowRule(t *testing.T) {
	t.Parallel()
	s := open(t)
	staff, guest := s.Env.As(role.TenantStaff, apptest.Switched("customers.read_all")), s.Env.As(role.Customer)
	me := s.Resource(t, object{"name": "Me", "user_id": staff.ID()})
	s.Owner.PATCH("/services/"+s.cut, object{"resource_ids": []string{s.ann, me}}).Want(t, http.StatusOK)
	anns := s.create(t, object{"resource_ids": []string{s.ann}})
	mine := apptest.Into[made](t, staff.POST("/series", s.weekly(object{"start": "2026-03-03T09:00"})), http.StatusCreated)
	for _, a := range mine.Appointments {
		if !slices.Equal(a.ResourceIDs, []string{me}) {
			t.Errorf("with %v", a.ResourceIDs)
		}
	}
	if all := apptest.Into[struct{ Data []series }](t, staff.GET("/series"), http.StatusOK).Data; len(all) != 1 || all[0].ID != mine.Series.ID {
		t.Errorf("staff see %+v", all)
	}
	s.Env.WritesNothing(t, func() {
		scope := object{"scope": "future", "appointment_id": anns.Appointments[0].ID, "start": "2026-03-02T10:00"}
		staff.GET("/series/"+anns.Series.ID).WantProblem(t, http.StatusNotFound, "not_found")
		staff.POST("/series/"+anns.Series.ID+"/reschedule", scope).WantProblem(t, http.StatusNotFound, "not_found")
		delete(scope, "start")
		staff.POST("/series/"+anns.Series.ID+"/cancel", scope).WantProblem(t, http.StatusNotFound, "not_found")
		staff.POST("/series", s.weekly(object{"resource_ids": []string{s.ann}, "start": "2026-03-04T09:00"})).WantProblem(t, http.StatusForbidden, "role_forbidden")
		guest.POST("/series", s.weekly()).WantProblem(t, http.StatusForbidden, "role_forbidden")
	})
	staff.POST("/series/"+mine.Series.ID+"/cancel", object{"scope": "future", "appointment_id": mine.Appointments[0].ID}).Want(t, http.StatusOK)
}

// TestAPreviewSaysWhatBookingDoes: of a random calendar, what the preview says can be booked is booked when the other dates are skipped,
// at the same times with the same people. A preview writes nothing.
func TestAPreviewSaysWhatBookingDoes(t *testing.T) {
	t.Parallel()
	s := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		people := []string{s.Resource(t), s.Resource(t)}
		s.cut = s.Service(t, people, object{"strategy": rapid.SampledFrom([]string{"round_robin", "least_booked_day"}).Draw(rt, "strategy")})
		s.cleo = s.Customer(t, "Cleo")
		first := rapid.IntRange(2, 8).Draw(rt, "first")
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 2*20-1), 0, 12).Draw(rt, "taken") {
			at := time.Date(2026, time.March, first+n/2, 8, 0, 0, 0, time.UTC).Format("2006-01-02T15:04")
			end := at[:11] + "12:00"
			s.Owner.POST("/blocks", object{"resource_id": people[n%2], "start": at + ":00-05:00", "end": end + ":00-04:00"}).Want(t, http.StatusCreated)
		}
		rrule := rapid.SampledFrom([]string{"FREQ=DAILY", "FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2"}).Draw(rt, "rule")
		more := object{
			"start": fmt.Sprintf("2026-03-%02dT%02d:%02d", first, rapid.IntRange(3, 12).Draw(rt, "hour"), rapid.IntRange(0, 59).Draw(rt, "minute")),
			"rrule": fmt.Sprintf("%s;COUNT=%d", rrule, rapid.IntRange(1, 10).Draw(rt, "count")), "rotate": rapid.Bool().Draw(rt, "rotate"),
		}
		var all []date
		s.Env.WritesNothing(t, func() { all = s.preview(t, more) })
		choices, booked := []object{}, []string{}
		for _, d := range all {
			if d.Bookable {
				booked = append(booked, d.Start+" "+d.ResourceIDs[0])
				continue
			}
			choices = append(choices, object{"date": d.Date, "skip": true})
		}
		if len(choices) > 0 {
			s.Owner.POST("/series", s.weekly(more)).WantProblem(t, http.StatusConflict, "slot_unavailable")
		}
		if len(booked) == 0 {
			return
		}
		more["choices"] = choices
		var got []string
		for _, a := range s.create(t, more).Appointments {
			got = append(got, a.Start+" "+a.ResourceIDs[0])
		}
		if !slices.Equal(got, booked) {
			rt.Fatalf("previewed %v, booked %v", booked, got)
		}
	})
}

// TestAnArchivedCustomersSeriesGoesOnNoFurther, and goes on where it was once they are back.
func TestAnArchivedCustomersSeriesGoesOnNoFurther(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.create(t, object{"rrule": "FREQ=WEEKLY"})
	s.Owner.DELETE("/customers/"+s.cleo).Want(t, http.StatusNoContent)
	s.turn("2026-05-01T12:00:00Z")
	s.Env.TopUp()
	is := apptest.Into[series](t, s.Owner.GET("/series/"+m.Series.ID), http.StatusOK)
	want(t, is.MadeUntil, m.Series.MadeUntil)
	if len(is.LeftOut) != 0 {
		t.Errorf("left out: %v", is.LeftOut)
	}
}

// TestTheInstantThatIsSentIsKept (4.5: the client sends the one it means, with its offset): of the first appointment, and of the one that
// is moved, where the clock shows it twice. The others are on the first, as 4.5 has it.
func TestTheInstantThatIsSentIsKept(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.turn("2026-10-01T12:00:00Z")
	second := "2026-11-01T01:30:00-05:00"
	days := s.preview(t, object{"start": second, "rrule": "FREQ=WEEKLY;COUNT=2"})
	want(t, days[0].Start, second)
	m := s.create(t, object{"start": second, "rrule": "FREQ=WEEKLY;COUNT=2"})
	want(t, m.Series.Start+" "+starts(m.Appointments), second+" "+second+" 2026-11-08T01:30:00-05:00")
	s.move(t, m, 0, "this", "2026-11-01T01:30:00-04:00")
	back := s.move(t, m, 0, "this", second)
	want(t, starts(back.Appointments), second)
}
