package clock_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

type object = apptest.Map

type change struct {
	AppointmentID *string   `json:"appointment_id"`
	SessionID     *string   `json:"session_id"`
	ServiceName   string    `json:"service_name"`
	Start         time.Time `json:"start"`
	AgreedLocal   string    `json:"agreed_local"`
	KeptStart     time.Time `json:"kept_start"`
	Note          string    `json:"note"`
}

type changes struct {
	TimeZone string   `json:"time_zone"`
	Data     []change `json:"data"`
	More     bool     `json:"more"`
}

type kept struct {
	Moved         []string `json:"moved"`
	MovedSessions []string `json:"moved_sessions"`
	Left          []struct {
		AppointmentID string `json:"appointment_id"`
		SessionID     string `json:"session_id"`
		Rule          string `json:"rule"`
		Start         string `json:"start"`
		Message       string `json:"message"`
	} `json:"left"`
}

// studio is a business that is open day and night, on Monday, the second of November 2026.
type studio struct {
	*apptest.Salon
	ann, cut, cleo string
}

func open(t *testing.T, zone string) *studio {
	t.Helper()
	s := &studio{Salon: apptest.NewSalon(t, apptest.New(t).At("2026-11-02T08:00:00Z"), zone, apptest.Hours([2]string{"00:00", "24:00"}))}
	s.ann = s.Resource(t)
	s.cut, s.cleo = s.Service(t, []string{s.ann}), s.Customer(t, "Cleo")
	return s
}

func (s *studio) turn(instant string) { s.Owner = s.Env.At(instant).As(role.TenantOwner) }

func (s *studio) book(t *testing.T, start string, more ...object) string {
	t.Helper()
	body := object{"service_id": s.cut, "start": start, "customer_id": s.cleo}
	for _, m := range more {
		maps.Copy(body, m)
	}
	return s.Book(t, body).ID
}

func (s *studio) movesTo(t *testing.T, zone string) {
	t.Helper()
	s.Owner.PATCH("/locations/"+s.Location, object{"time_zone": zone}).Want(t, http.StatusOK)
}

func (s *studio) path() string { return "/locations/" + s.Location + "/clock_changes" }

func (s *studio) changes(t *testing.T) changes {
	t.Helper()
	return apptest.Into[changes](t, s.Owner.GET(s.path()), http.StatusOK)
}

// keep asks for the preview first: it writes nothing, and says what is done then.
func (s *studio) keep(t *testing.T, body any) (is kept) {
	t.Helper()
	var before kept
	s.Env.WritesNothing(t, func() { before = apptest.Into[kept](t, s.Owner.POST(s.path()+"/preview", body), http.StatusOK) })
	is = apptest.Into[kept](t, s.Owner.POST(s.path()+"/keep", body), http.StatusOK)
	want(t, fmt.Sprint(is), fmt.Sprint(before))
	apptest.Sound(t, s.Env)
	return is
}

// at is when an appointment is, and in which zone.
func (s *studio) at(t *testing.T, id string) string {
	t.Helper()
	a := apptest.Into[apptest.Appointment](t, s.Owner.GET("/appointments/"+id), http.StatusOK)
	return a.Start + " " + a.TimeZone
}

// sql changes the business's rows behind the program's back.
func (s *studio) sql(t *testing.T, text string) {
	t.Helper()
	text = strings.ReplaceAll(text, "$schema", s.Env.Lease.Live.Schema)
	if _, err := pgtest.Super(t).Exec(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

func want(t testing.TB, got, want string) {
	t.Helper()
	if got != want {
		t.Fatalf("\ngot  %s\nwant %s", got, want)
	}
}

// TestAZoneChangeMovesNothingUntilTheClockIsKept: spec 4.5. The day is full, so that each stands where another has to go, both ways.
func TestAZoneChangeMovesNothingUntilTheClockIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, first string }{
		{"America/New_York", "2026-11-05T04:00:00-05:00"}, // six hours later
		{"Asia/Tokyo", "2026-11-05T18:00:00+09:00"},       // eight hours earlier
	} {
		t.Run(c.zone, func(t *testing.T) {
			t.Parallel()
			s := open(t, "Europe/Berlin")
			local := map[string]string{}
			for at := apptest.Instant(t, "2026-11-05T10:00:00Z"); at.Hour() < 23; at = at.Add(30 * time.Minute) {
				local[s.book(t, at.Format("2006-01-02T15:04"))] = at.Format("2006-01-02T15:04")
			}
			want(t, fmt.Sprint(s.changes(t)), "{Europe/Berlin [] false}")
			want(t, fmt.Sprint(s.keep(t, nil)), "{[] [] []}")
			s.movesTo(t, c.zone)
			list := s.changes(t)
			want(t, fmt.Sprint(list.TimeZone, len(list.Data), list.More), fmt.Sprint(c.zone, len(local), false))
			want(t, list.Data[0].Start.Format(time.RFC3339), c.first)
			for _, one := range list.Data {
				agreed := local[*one.AppointmentID]
				want(t, one.AgreedLocal+" "+one.KeptStart.Format("2006-01-02T15:04")+one.Note, agreed+" "+agreed)
			}
			is := s.keep(t, nil)
			want(t, fmt.Sprint(len(is.Moved), is.MovedSessions, is.Left), fmt.Sprint(len(local), []string{}, []string{}))
			want(t, local[is.Moved[0]], "2026-11-05T10:00") // in order, whichever was moved first
			for id, at := range local {
				if got := s.at(t, id); !strings.HasPrefix(got, at) || !strings.HasSuffix(got, " "+c.zone) {
					t.Errorf("agreed for %s, is at %s", at, got)
				}
			}
			want(t, fmt.Sprint(s.changes(t).Data), "[]")
			want(t, fmt.Sprint(s.keep(t, nil)), "{[] [] []}")
		})
	}
}

// TestASessionMovesWithItsSeats to the location's zone of now.
func TestASessionMovesWithItsSeats(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	yoga := s.Service(t, []string{s.ann}, object{"name": "Yoga", "group": object{"capacity": 5}})
	session := apptest.Into[apptest.Object](t, s.Owner.POST("/group_sessions", object{"service_id": yoga, "start": "2026-11-05T10:00"}), http.StatusCreated).ID
	seat := s.book(t, "2026-11-05T10:00", object{"service_id": yoga})
	s.book(t, "2026-11-05T16:00") // where the session has to go
	s.movesTo(t, "America/New_York")
	news := func() (n int) {
		err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE kind = 'notify.session_news' AND args->>'tenant_id' = $1`, s.Env.Lease.ID.String()).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	list := s.changes(t).Data
	if len(list) != 2 || list[0].SessionID == nil || *list[0].SessionID != session || list[0].AppointmentID != nil || list[0].ServiceName != "Yoga" {
		t.Fatalf("one session and one appointment: %+v", list)
	}
	is := s.keep(t, nil)
	want(t, fmt.Sprint(len(is.Moved), is.MovedSessions, is.Left), fmt.Sprint(1, []string{session}, []string{}))
	want(t, s.at(t, seat), "2026-11-05T10:00:00-05:00 America/New_York")
	want(t, fmt.Sprint(news()), "1") // whoever sits in it is told
	g := apptest.Into[apptest.Appointment](t, s.Owner.GET("/group_sessions/"+session), http.StatusOK)
	want(t, g.Start+" "+g.TimeZone, "2026-11-05T10:00:00-05:00 America/New_York")
	want(t, fmt.Sprint(s.changes(t).Data), "[]")
	s.Owner.PATCH("/group_sessions/"+session, object{"notes": "Mats"}).Want(t, http.StatusOK)
	want(t, fmt.Sprint(s.changes(t).Data), "[]")
}

// TestSeriesKeepTheClockToo: what was booked after the zone had changed, and what is booked after it was kept.
func TestSeriesKeepTheClockToo(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	cut := s.Service(t, []string{s.ann}, object{"max_advance_days": 700})
	made := func(rule string) string {
		body := object{"service_id": cut, "customer_id": s.cleo, "start": "2026-11-05T10:00", "rrule": rule}
		return apptest.Into[struct{ Series apptest.Object }](t, s.Owner.POST("/series", body), http.StatusCreated).Series.ID
	}
	id := made("FREQ=MONTHLY;BYMONTHDAY=5")
	s.movesTo(t, "America/New_York")
	s.turn("2026-12-06T12:00:00Z")
	s.Env.TopUp() // by the clock of Berlin: nobody has said otherwise yet
	if n := len(s.changes(t).Data); n != 12 {
		t.Fatalf("%d changes, want those of a year", n)
	}
	if is := s.keep(t, nil); len(is.Moved) != 12 || len(is.Left) != 0 {
		t.Fatalf("kept: %+v", is)
	}
	series := apptest.Into[object](t, s.Owner.GET("/series/"+id), http.StatusOK)
	want(t, fmt.Sprint(series["time_zone"], series["start"]), "America/New_York2026-11-05T04:00:00-05:00") // the first has been
	s.turn("2027-02-06T12:00:00Z")
	s.Env.TopUp()
	all := apptest.Into[struct{ Data []apptest.Appointment }](t, s.Owner.GET("/appointments?from=2027-12-01T00:00:00Z&to=2028-01-30T00:00:00Z"), http.StatusOK).Data
	var starts []string
	for _, a := range all {
		starts = append(starts, a.Start+a.TimeZone)
	}
	want(t, fmt.Sprint(starts), "[2027-12-05T10:00:00-05:00America/New_York 2028-01-05T10:00:00-05:00America/New_York]")
	want(t, fmt.Sprint(s.changes(t).Data), "[]")
	apptest.Sound(t, s.Env)
}

// TestWhatCantBeKeptIsLeftWithItsReason, and goes with an override like any other move.
func TestWhatCantBeKeptIsLeftWithItsReason(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	one, two := s.book(t, "2026-11-05T10:00"), s.book(t, "2026-11-06T10:00")
	s.movesTo(t, "America/New_York")
	s.book(t, "2026-11-05T10:00", object{"customer_id": s.Customer(t, "Dan")})
	is := s.keep(t, nil)
	if len(is.Left) != 1 || is.Left[0].AppointmentID != one || is.Left[0].Rule != "double_booking" || is.Left[0].Start != "2026-11-05T04:00:00-05:00" || is.Left[0].Message == "" {
		t.Fatalf("left: %+v", is.Left)
	}
	want(t, fmt.Sprint(is.Moved), fmt.Sprint([]string{two}))
	want(t, s.at(t, one), "2026-11-05T10:00:00+01:00 Europe/Berlin")
	is = s.keep(t, object{"override": []string{"double_booking"}, "override_reason": "They share the room"})
	want(t, fmt.Sprint(is), fmt.Sprintf("{[%s] [] []}", one))
	want(t, s.at(t, one), "2026-11-05T10:00:00-05:00 America/New_York")
}

// TestNothingIsMovedIntoThePast: in Tokyo the agreed time was eight hours ago already.
func TestNothingIsMovedIntoThePast(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	id := s.book(t, "2026-11-02T12:00")
	s.movesTo(t, "Asia/Tokyo")
	if is := s.keep(t, nil); len(is.Moved) != 0 || len(is.Left) != 1 || is.Left[0].Rule != "past" {
		t.Fatalf("kept: %+v", is)
	}
	want(t, s.at(t, id), "2026-11-02T12:00:00+01:00 Europe/Berlin")
}

// TestWhoGetsAnotherPersonAgreesToNoOtherTime: the clock of the agreement stays until the start is another.
func TestWhoGetsAnotherPersonAgreesToNoOtherTime(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	bea := s.Resource(t, object{"name": "Bea"})
	cut := s.Service(t, []string{s.ann, bea})
	id := s.book(t, "2026-11-05T10:00", object{"service_id": cut, "resource_ids": []string{s.ann}})
	s.movesTo(t, "America/New_York")
	s.Owner.POST("/resources/"+s.ann+"/reassign", object{"to": bea}).Want(t, http.StatusOK)
	if list := s.changes(t).Data; len(list) != 1 || list[0].AgreedLocal != "2026-11-05T10:00" {
		t.Fatalf("after reassigning: %+v", list)
	}
	s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": "2026-11-05T11:00"}).Want(t, http.StatusOK)
	want(t, fmt.Sprint(s.changes(t).Data), "[]")
	want(t, s.at(t, id), "2026-11-05T11:00:00-05:00 America/New_York")
}

// TestWhatIsOverOrCalledOffIsNotListed, nor what is elsewhere.
func TestWhatIsOverOrCalledOffIsNotListed(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	s.book(t, "2026-11-03T10:00")
	off := s.book(t, "2026-11-05T10:00")
	s.Owner.POST("/appointments/"+off+"/cancel", nil).Want(t, http.StatusOK)
	s.turn("2026-11-04T08:00:00Z")
	other := apptest.NewSalon(t, s.Env, "Europe/Berlin", apptest.Hours([2]string{"00:00", "24:00"}))
	there := other.Service(t, []string{other.Resource(t)})
	other.Book(t, object{"service_id": there, "start": "2026-11-05T10:00", "customer_id": s.cleo})
	s.movesTo(t, "America/New_York")
	want(t, fmt.Sprint(s.changes(t)), "{America/New_York [] false}")
	want(t, fmt.Sprint(s.keep(t, nil)), "{[] [] []}")
}

// TestKeepingAtOnceWithOtherMoves gives way to one or the other, and breaks neither.
func TestKeepingAtOnceWithOtherMoves(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	var ids []string
	for hour := 10; hour < 22; hour++ {
		ids = append(ids, s.book(t, fmt.Sprintf("2026-11-05T%d:00", hour), object{"customer_id": s.Customer(t, "Dan")}))
	}
	s.movesTo(t, "America/New_York")
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { s.Owner.POST(s.path()+"/keep", nil).Want(t, http.StatusOK) })
	}
	for i, id := range ids[:6] {
		all.Go(func() {
			s.Owner.POST("/appointments/"+id+"/reschedule", object{"start": fmt.Sprintf("2026-11-06T%d:00", 10+i)}).Want(t, http.StatusOK)
		})
	}
	all.Wait()
	want(t, fmt.Sprint(s.changes(t).Data), "[]")
	for i, id := range ids {
		day := 5
		if i < 6 {
			day = 6
		}
		want(t, s.at(t, id), fmt.Sprintf("2026-11-%02dT%d:00:00-05:00 America/New_York", day, 10+i))
	}
	apptest.Sound(t, s.Env)
}

// TestTheListIsBounded and says that there is more.
func TestTheListIsBounded(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	s.book(t, "2026-11-05T10:00")
	s.sql(t, `INSERT INTO $schema.appointments SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid()))).* FROM $schema.appointments a, generate_series(1, 499)`)
	s.movesTo(t, "America/New_York")
	list := s.changes(t)
	want(t, fmt.Sprint(len(list.Data), list.More), "500 false")
	s.sql(t, `INSERT INTO $schema.appointments SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid()))).* FROM $schema.appointments a LIMIT 1`)
	list = s.changes(t)
	want(t, fmt.Sprint(len(list.Data), list.More), "500 true")
}

// TestOnlyThoseWhoMayChangeLocationsSeeIt, and they may see and move everybody's appointments.
func TestOnlyThoseWhoMayChangeLocationsSeeIt(t *testing.T) {
	t.Parallel()
	own, foreign := apptest.Two(t)
	s := apptest.NewSalon(t, own, "Europe/Berlin", apptest.Hours([2]string{"00:00", "24:00"}))
	path := "/locations/" + s.Location + "/clock_changes"
	ask := func(c *apptest.Client, status int, code string) {
		t.Helper()
		for _, a := range []apptest.Answer{c.GET(path), c.POST(path+"/preview", nil), c.POST(path+"/keep", nil)} {
			if code == "" {
				a.Want(t, status)
			} else {
				a.WantProblem(t, status, code)
			}
		}
	}
	ask(own.As(role.TenantManager), http.StatusOK, "")
	ask(own.As(role.TenantStaff), http.StatusForbidden, "role_forbidden")
	ask(own.As(role.TenantStaff, apptest.Switched("appointments.all")), http.StatusForbidden, "role_forbidden")
	ask(own.As(role.Customer), http.StatusForbidden, "role_forbidden")
	ask(foreign.As(role.TenantOwner), http.StatusNotFound, "not_found")
	for _, r := range role.All() {
		held := r.Permissions()
		if slices.Contains(held, role.LocationsWrite) && (!slices.Contains(held, role.AppointmentsAll) || !slices.Contains(held, role.AppointmentsWrite)) {
			t.Errorf("%s may change locations, but not everybody's appointments", r)
		}
	}
}
