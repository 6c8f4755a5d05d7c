package appointment_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// business is a random business: where, when and by whom a random service is performed, and what is in the way.
type business struct {
	zone, now, from string
	hours           []object
	people          []object // what is special about each
	dates           []object // overrides of the location
	service         object
	booked, blocked []int // minutes since the first date's midnight in UTC
	rrule           any   // of the blocks
	everybody       bool  // whether the blocks close the whole business
	variant         int   // which one is asked for, -1 for none
	addons          []int // and which add-ons
}

// seasons are first dates whose next two days hold nothing special, or a change of clocks somewhere.
var seasons = []string{"2026-06-01", "2026-03-07", "2026-10-31", "2026-03-28", "2026-10-24", "2026-04-04", "2026-10-03", "2026-04-23"}

func drawHours(t *rapid.T, label string) []object {
	out := []object{}
	for day := 1; day <= 7; day++ {
		for range rapid.IntRange(0, 2).Draw(t, fmt.Sprint(label, " windows ", day)) {
			from := rapid.IntRange(0, 23*4).Draw(t, "from") * 15
			to := from + rapid.IntRange(1, 10*4).Draw(t, "length")*15
			out = append(out, object{"weekday": day, "from": fmt.Sprintf("%02d:%02d", from/60, from%60), "to": fmt.Sprintf("%02d:%02d", to/60, to%60)})
		}
	}
	return out
}

// later is a date so many days after another.
func later(date string, days int) string {
	first, _ := time.Parse(time.DateOnly, date)
	return first.AddDate(0, 0, days).Format(time.DateOnly)
}

// drawDates draws overrides of some of the first three dates.
func drawDates(t *rapid.T, from string) []object {
	out := []object{}
	for i := range 3 {
		if rapid.IntRange(0, 3).Draw(t, "override") > 0 {
			continue
		}
		windows := []object{}
		for range rapid.IntRange(0, 2).Draw(t, "windows") {
			start := rapid.IntRange(0, 23*4).Draw(t, "from") * 15
			end := start + rapid.IntRange(1, 10*4).Draw(t, "length")*15
			windows = append(windows, object{"from": fmt.Sprintf("%02d:%02d", start/60, start%60), "to": fmt.Sprintf("%02d:%02d", end/60, end%60)})
		}
		out = append(out, object{"date": later(from, i), "windows": windows})
	}
	return out
}

func drawBusiness(t *rapid.T) business {
	b := business{
		zone:  rapid.SampledFrom([]string{"Europe/Berlin", newYork, "Australia/Lord_Howe", "Africa/Cairo", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"}).Draw(t, "zone"),
		from:  rapid.SampledFrom(seasons).Draw(t, "from"),
		hours: drawHours(t, "open"),
		service: object{
			"duration_minutes": rapid.IntRange(1, 24).Draw(t, "duration") * 5, "slot_interval_minutes": rapid.SampledFrom([]int{7, 10, 15, 30, 60}).Draw(t, "interval"),
			"buffer_before_minutes": rapid.IntRange(0, 3).Draw(t, "before") * 5, "buffer_after_minutes": rapid.IntRange(0, 3).Draw(t, "after") * 5,
			"buffers_inside_hours": rapid.Bool().Draw(t, "inside"), "min_notice_minutes": rapid.SampledFrom([]int{0, 90}).Draw(t, "notice"),
			"max_advance_days": rapid.SampledFrom([]int{1, 60}).Draw(t, "advance"),
		},
		booked:  rapid.SliceOfN(rapid.IntRange(0, 3*24*60), 0, 4).Draw(t, "booked"),
		blocked: rapid.SliceOfN(rapid.IntRange(0, 3*24*60), 0, 1).Draw(t, "blocked"),
	}
	b.rrule = rapid.SampledFrom([]any{nil, "FREQ=DAILY", "FREQ=DAILY;INTERVAL=2;COUNT=2"}).Draw(t, "rrule")
	b.everybody = rapid.Bool().Draw(t, "everybody")
	b.now = fmt.Sprintf("%sT%02d:03:00Z", b.from, rapid.IntRange(0, 23).Draw(t, "now"))
	for i := range rapid.IntRange(1, 3).Draw(t, "people") {
		b.people = append(b.people, object{"date_overrides": drawDates(t, b.from)})
		if rapid.Bool().Draw(t, "own hours") {
			b.people[i]["hours"] = drawHours(t, "own")
		}
	}
	b.dates = drawDates(t, b.from)
	b.service["align"] = rapid.SampledFrom([]string{"window", "clock"}).Draw(t, "align")
	b.service["fill_gaps"] = rapid.Bool().Draw(t, "fill gaps")
	if rapid.IntRange(0, 2).Draw(t, "limits") == 0 {
		b.service["limits"] = object{"day": rapid.IntRange(1, 3).Draw(t, "a day"), "week": rapid.IntRange(1, 4).Draw(t, "a week")}
		b.people[0]["limits"] = object{"day": 1}
	}
	if rapid.IntRange(0, 3).Draw(t, "season") == 0 {
		b.service["bookable_from"], b.service["bookable_until"] = b.from, later(b.from, 1)
	}
	if rapid.IntRange(0, 3).Draw(t, "active") == 0 {
		b.people[0]["active_from"], b.people[0]["active_until"] = later(b.from, 1), later(b.from, 2)
	}
	if rapid.IntRange(0, 3).Draw(t, "service hours") == 0 {
		b.service["hours"] = drawHours(t, "service")
	}
	b.drawCombination(t)
	return b
}

// drawCombination draws what there is to choose of the service, and what is chosen.
func (b *business) drawCombination(t *rapid.T) {
	addons, variants := []object{}, []object{}
	for range rapid.IntRange(0, 3).Draw(t, "addons") {
		addons = append(addons, object{
			"name": "A", "price": euros(100), "duration_minutes": rapid.IntRange(0, 6).Draw(t, "longer") * 5,
			"buffer_before_minutes": rapid.IntRange(0, 2).Draw(t, "more before") * 5, "buffer_after_minutes": rapid.IntRange(0, 2).Draw(t, "more after") * 5,
		})
		if rapid.Bool().Draw(t, "chosen") {
			b.addons = append(b.addons, len(addons)-1)
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "variants") {
		variants = append(variants, object{"name": "V", "price": euros(100), "duration_minutes": rapid.IntRange(1, 24).Draw(t, "instead") * 5})
	}
	b.variant = rapid.IntRange(-1, len(variants)-1).Draw(t, "variant")
	b.service["addons"], b.service["variants"] = addons, variants
}

// wants is the combination, in a body and in a query.
func (b business) wants(t *testing.T, s *apptest.Salon, service string) (body object, query string) {
	t.Helper()
	got := apptest.Into[struct{ Addons, Variants []apptest.Object }](t, s.Owner.GET("/services/"+service), http.StatusOK)
	body = object{}
	if b.variant >= 0 {
		body["variant_id"] = got.Variants[b.variant].ID
		query = "variant_id=" + got.Variants[b.variant].ID
	}
	ids := []string{}
	for _, i := range b.addons {
		ids = append(ids, got.Addons[i].ID)
		query += "&addon_ids=" + got.Addons[i].ID
	}
	body["addon_ids"] = ids
	return body, query
}

// build makes the business through the API and returns its service.
func (b business) build(t *testing.T, e *apptest.Env) (s *apptest.Salon, service string) {
	t.Helper()
	e.At(b.now)
	s = apptest.NewSalon(t, e, b.zone, b.hours)
	people := make([]string, len(b.people))
	for i, special := range b.people {
		people[i] = s.Resource(t, special)
	}
	s.Owner.PATCH("/locations/"+s.Location, object{"date_overrides": b.dates}).Want(t, http.StatusOK)
	service = s.Service(t, people, b.service)
	first := apptest.Instant(t, b.from+"T00:00:00Z")
	for _, m := range b.blocked {
		at := first.Add(time.Duration(m) * time.Minute)
		body := object{"start": at.Format(time.RFC3339), "end": at.Add(5 * time.Hour).Format(time.RFC3339), "rrule": b.rrule, "time_zone": "Asia/Kathmandu"}
		if !b.everybody {
			body["resource_id"] = people[0]
		}
		s.Owner.POST("/blocks", body).Want(t, http.StatusCreated)
	}
	cleo := s.Customer(t, "Cleo")
	for _, m := range b.booked { // some of these are refused
		at := first.Add(time.Duration(m) * time.Minute).Format(time.RFC3339)
		s.Owner.POST("/appointments", object{"service_id": service, "start": at, "customer_id": cleo})
	}
	return s, service
}

// TestWhatIsListedCanBeBookedAndNothingElse: of a random business, any start in the public list of a random combination is booked,
// and any other of its dates is refused.
func TestWhatIsListedCanBeBookedAndNothingElse(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	e.As(role.TenantOwner).PATCH("/settings/booking", object{"overlapping_customers": true}).Want(t, http.StatusOK) // one guest books in all businesses
	rapid.Check(t, func(rt *rapid.T) {
		b := drawBusiness(rt)
		s, service := b.build(t, e)
		zone, err := time.LoadLocation(b.zone)
		if err != nil {
			t.Fatal(err)
		}
		first := apptest.Instant(t, b.from+"T00:00:00Z")
		wanted, query := b.wants(t, s, service)
		slots := s.Free(t, service, b.from, first.AddDate(0, 0, 2).Format(time.DateOnly), query)
		listed := map[int64]bool{}
		for _, slot := range slots {
			listed[apptest.Instant(t, slot.Start).Unix()] = true
		}
		for i, m := range rapid.SliceOfN(rapid.IntRange(-12*12, 84*12), 4, 4).Draw(rt, "left out") {
			at := first.Add(time.Duration(m) * 5 * time.Minute)
			date := at.In(zone).Format(time.DateOnly)
			if listed[at.Unix()] || date < b.from || date > first.AddDate(0, 0, 2).Format(time.DateOnly) {
				continue
			}
			if why := explain(t, e.Public(), "/public", service, at.Format(time.RFC3339), query); why.Offered || len(why.Reasons) == 0 {
				rt.Fatalf("%s is not in the list, and is explained by %+v", at.In(zone), why)
			}
			a := e.Public().POST("/public/appointments", guest(service, at.Format(time.RFC3339), wanted))
			if a.Status != http.StatusConflict {
				rt.Fatalf("start %d, %s, is not in the list, and is answered with %d: %s", i, at.In(zone), a.Status, a.Body)
			}
		}
		if len(slots) == 0 {
			return
		}
		slot := rapid.SampledFrom(slots).Draw(rt, "listed")
		for _, one := range slots {
			if why := explain(t, e.Public(), "/public", service, one.Start, query); !why.Offered || len(why.Reasons) != 0 {
				rt.Fatalf("%s is in the list, and is explained by %+v", one.Start, why)
			}
		}
		a := e.Public().POST("/public/appointments", guest(service, slot.Start, wanted))
		if a.Status != http.StatusCreated {
			rt.Fatalf("%s is in the list, and is answered with %d: %s", slot.Start, a.Status, a.Body)
		}
		if got := apptest.Into[apptest.Appointment](t, a, http.StatusCreated); got.Start != slot.Start || got.End != slot.End {
			rt.Fatalf("listed %s to %s, booked %s to %s", slot.Start, slot.End, got.Start, got.End)
		}
	})
}
