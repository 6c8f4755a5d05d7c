package block_test

import (
	"maps"
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// berlin is a business with Ann, who cuts from nine to five on every day, seen on the Saturday before 2026-06-01.
func berlin(t *testing.T) (s *apptest.Salon, ann, cut string) {
	t.Helper()
	s = apptest.NewSalon(t, apptest.New(t).At("2026-05-30T12:00:00Z"), "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	ann = s.Resource(t)
	return s, ann, s.Service(t, []string{ann}, apptest.Map{"duration_minutes": 60, "slot_interval_minutes": 60, "max_advance_days": 365})
}

type recurring struct {
	apptest.Object
	RRule       *string        `json:"rrule"`
	TimeZone    *string        `json:"time_zone"`
	Occurrences []apptest.Slot `json:"occurrences"`
}

// lunch is Ann's, from twelve to two on the clock of Berlin, on Mondays and Wednesdays.
func lunch(ann string) apptest.Map {
	return apptest.Map{"resource_id": ann, "start": "2026-06-01T12:00:00+02:00", "end": "2026-06-01T14:00:00+02:00", "rrule": "FREQ=WEEKLY;BYDAY=MO,WE"}
}

func TestBadRecurrencesAreNamed(t *testing.T) {
	t.Parallel()
	s, ann, _ := berlin(t)
	s.Env.WritesNothing(t, func() {
		for name, v := range map[string]struct {
			change apptest.Map
			at     string
		}{
			"no rule":                      {apptest.Map{"rrule": ""}, "body.rrule"},
			"a rule of no such name":       {apptest.Map{"rrule": "FREQ=YEARLY"}, "body.rrule"},
			"more than 104 times":          {apptest.Map{"rrule": "FREQ=DAILY;COUNT=105"}, "body.rrule"},
			"for more than two years":      {apptest.Map{"rrule": "FREQ=DAILY;UNTIL=20280602"}, "body.rrule"},
			"until before the start":       {apptest.Map{"rrule": "FREQ=DAILY;UNTIL=20260531"}, "body.rrule"},
			"from another weekday on":      {apptest.Map{"rrule": "FREQ=WEEKLY;BYDAY=TU"}, "body.rrule"},
			"a Monday in another zone":     {apptest.Map{"start": "2026-06-01T23:00:00Z", "end": "2026-06-01T23:30:00Z"}, "body.rrule"},
			"no such zone":                 {apptest.Map{"time_zone": "Mars/Olympus"}, "body.time_zone"},
			"the business without a zone":  {apptest.Map{"resource_id": nil}, "body.time_zone"},
			"longer than 62 days":          {apptest.Map{"end": "2026-08-02T12:00:01+02:00"}, "body.end"},
			"backwards on the wall clock":  {apptest.Map{"start": "2026-10-25T02:30:00+02:00", "end": "2026-10-25T02:15:00+01:00", "rrule": "FREQ=DAILY"}, "body.end"},
			"nobody's":                     {apptest.Map{"resource_id": "res_01k9m7e6xhf8ktexm2q2ggx7zp"}, "body.resource_id"},
			"nowhere":                      {apptest.Map{"resource_id": nil, "location_id": "loc_01k9m7e6xhf8ktexm2q2ggx7zp"}, "body.location_id"},
			"a rule that is no text":       {apptest.Map{"rrule": 1}, "body.rrule"},
			"occurrences can't be written": {apptest.Map{"occurrences": []string{}}, "body.occurrences"},
		} {
			t.Log(name)
			body := lunch(ann)
			maps.Copy(body, v.change)
			s.Owner.POST("/blocks", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", v.at)
		}
	})
}

// TestTimeOffRecursOnTheWallClock: in summer and in winter, until the rule is taken away.
func TestTimeOffRecursOnTheWallClock(t *testing.T) {
	t.Parallel()
	s, ann, cut := berlin(t)
	made := apptest.Into[recurring](t, s.Owner.POST("/blocks", lunch(ann)), http.StatusCreated)
	if made.TimeZone == nil || *made.TimeZone != "Europe/Berlin" || made.Occurrences != nil {
		t.Errorf("want the location's zone: %+v", made)
	}
	free := func(date, want string) {
		t.Helper()
		if got := apptest.Starts(t, s.Free(t, cut, date, date), "15:04"); got != want {
			t.Errorf("on %s %q is free, want %q", date, got, want)
		}
	}
	without := "09:00 10:00 11:00 14:00 15:00 16:00"
	for _, date := range []string{"2026-06-01", "2026-06-03", "2026-10-26", "2026-12-30"} { // Mondays and Wednesdays
		free(date, without)
		body := apptest.Map{"service_id": cut, "start": date + "T12:00", "customer": apptest.Map{"name": "Gil", "email": "gil@example.com"}}
		s.Env.WritesNothing(t, func() {
			s.Env.Public().POST("/public/appointments", body).WantProblem(t, http.StatusConflict, "slot_unavailable")
		})
	}
	free("2026-06-02", apptest.Every("09:00", "16:00", 60))
	one := "/blocks/" + made.ID
	s.Owner.PATCH(one, apptest.Map{"reason": "Lunch"}).Want(t, http.StatusOK)
	free("2026-06-08", without)
	s.Owner.PATCH(one, apptest.Map{"rrule": "FREQ=WEEKLY;COUNT=1"}).Want(t, http.StatusOK)
	free("2026-06-01", without)
	free("2026-06-08", apptest.Every("09:00", "16:00", 60))
	once := apptest.Into[recurring](t, s.Owner.PATCH(one, apptest.Map{"rrule": nil}), http.StatusOK)
	if once.RRule != nil || once.TimeZone != nil {
		t.Errorf("want one that doesn't recur: %+v", once)
	}
	free("2026-06-01", without)
	s.Owner.DELETE(one).Want(t, http.StatusNoContent)
	free("2026-06-01", apptest.Every("09:00", "16:00", 60))
}

// TestTheWholeBusinessIsClosed, once, and again and again on each location's own clock.
func TestTheWholeBusinessIsClosed(t *testing.T) {
	t.Parallel()
	s, ann, _ := berlin(t)
	tokyo := apptest.Into[apptest.Object](t, s.Owner.POST("/locations",
		apptest.Map{"name": "East", "time_zone": "Asia/Tokyo", "opening_hours": apptest.Hours([2]string{"09:00", "17:00"})}), http.StatusCreated).ID
	ken := s.Resource(t, apptest.Map{"name": "Ken", "location_id": tokyo})
	cut := s.Service(t, []string{ann, ken}, apptest.Map{"duration_minutes": 60, "slot_interval_minutes": 60})
	free := func(resource, from, to, want string) {
		t.Helper()
		if got := apptest.Starts(t, s.Free(t, cut, from, to, "resource_id="+resource), "02T15:04"); got != want {
			t.Errorf("%s is free at %q, want %q", resource, got, want)
		}
	}
	closed := apptest.Map{"start": "2026-06-01T11:00:00+02:00", "end": "2026-06-02T15:00:00+02:00"}
	once := apptest.Into[apptest.Object](t, s.Owner.POST("/blocks", closed), http.StatusCreated).ID
	free(ann, "2026-06-01", "2026-06-02", "01T09:00 01T10:00 02T15:00 02T16:00")
	free(ken, "2026-06-01", "2026-06-02", "01T09:00 01T10:00 01T11:00 01T12:00 01T13:00 01T14:00 01T15:00 01T16:00") // to 22:00 on the 2nd
	s.Owner.DELETE("/blocks/"+once).Want(t, http.StatusNoContent)

	mornings := apptest.Map{"start": "2026-06-01T00:00:00+02:00", "end": "2026-06-01T14:00:00+02:00", "rrule": "FREQ=DAILY;UNTIL=20260602", "time_zone": "Europe/Berlin"}
	s.Owner.POST("/blocks", mornings).Want(t, http.StatusCreated)
	for _, r := range []string{ann, ken} {
		free(r, "2026-06-01", "2026-06-02", "01T14:00 01T15:00 01T16:00 02T14:00 02T15:00 02T16:00")
	}
	// Whoever plans their own time off alone closes no business.
	staff := s.Env.As(role.TenantStaff)
	s.Env.WritesNothing(t, func() {
		staff.POST("/blocks", closed).WantProblem(t, http.StatusForbidden, "role_forbidden")
	})
}

// TestListTellsWhenBlocksRecur, from their first time to their last.
func TestListTellsWhenBlocksRecur(t *testing.T) {
	t.Parallel()
	s, ann, _ := berlin(t)
	body := lunch(ann)
	body["rrule"] = "FREQ=WEEKLY;COUNT=3"
	made := apptest.Into[apptest.Object](t, s.Owner.POST("/blocks", body), http.StatusCreated).ID
	for query, want := range map[string]string{
		"&from=2026-06-01T00:00:00Z&to=2026-06-16T00:00:00Z": "01T12:00 08T12:00 15T12:00 ",
		"&from=2026-06-08T12:00:00Z&to=2026-06-16T00:00:00Z": "15T12:00 ", // half-open: 14:00 in Berlin
		"&from=2026-06-02T00:00:00Z&to=2026-06-03T00:00:00Z": "",          // it runs, but not then
		"&from=2026-06-01T00:00:00Z&to=2027-06-16T00:00:00Z": "",          // longer than times are told
		"&from=2026-06-15T11:59:59Z":                         "",
		"":                                                   "",
		"&to=2026-06-01T10:00:00Z":                           "none",
		"&from=2026-06-15T12:00:00Z":                         "none",
	} {
		all := apptest.Into[struct{ Data []recurring }](t, s.Owner.GET("/blocks?limit=10"+query), http.StatusOK).Data
		got := "none"
		if len(all) == 1 && all[0].ID == made {
			got = ""
			for _, o := range all[0].Occurrences {
				got += apptest.Instant(t, o.Start).Format("02T15:04") + " "
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// TestClocksFarApart: what the whole business does by Berlin's clock it does by that of the ends of the world.
func TestClocksFarApart(t *testing.T) {
	t.Parallel()
	s, _, _ := berlin(t)
	for _, v := range [][2]string{{"2026-06-01T00:00:00+02:00", "2026-06-01T01:00:00+02:00"}, {"2026-06-01T23:00:00+02:00", "2026-06-02T00:00:00+02:00"}} {
		s.Owner.POST("/blocks", apptest.Map{"start": v[0], "end": v[1], "rrule": "FREQ=DAILY;COUNT=2", "time_zone": "Europe/Berlin"}).Want(t, http.StatusCreated)
	}
	night := apptest.Hours([2]string{"00:00", "02:00"}, [2]string{"22:00", "24:00"})
	for _, zone := range []string{"Pacific/Pago_Pago", "Pacific/Kiritimati"} {
		place := apptest.Into[apptest.Object](t, s.Owner.POST("/locations", apptest.Map{"name": zone, "time_zone": zone, "opening_hours": night}), http.StatusCreated).ID
		cut := s.Service(t, []string{s.Resource(t, apptest.Map{"location_id": place})}, apptest.Map{"duration_minutes": 60, "slot_interval_minutes": 60})
		for date, want := range map[string]string{"2026-06-01": "01:00 22:00", "2026-06-02": "01:00 22:00", "2026-06-03": "00:00 01:00 22:00 23:00"} {
			if got := apptest.Starts(t, s.Free(t, cut, date, date), "15:04"); got != want {
				t.Errorf("%s on %s: %q is free, want %q", zone, date, got, want)
			}
		}
	}
}
