package appointment_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/pgtest"
)

// post is one POST, and another that differs from it.
type post struct {
	path   string
	status int
	body   object
	other  any // another body; as text the path of another object, where there is no body
}

// posts is every POST that runs on a tenant.
func posts(t testing.TB, s salon) map[string]post {
	t.Helper()
	cut := s.Service(t, []string{s.ann})
	cleo := s.Customer(t, "Cleo")
	moved, cancelled := s.booked(t, cut, "09:00"), s.booked(t, cut, "09:30")
	all := verbs(t, s, cut)
	maps.Copy(all, map[string]post{
		"/api/v1/locations":       {"/locations", 201, object{"name": "A", "time_zone": "Europe/Berlin"}, object{"name": "B", "time_zone": "Europe/Berlin"}},
		"/api/v1/resources":       {"/resources", 201, object{"name": "A", "kind": "ROOM", "location_id": s.Location}, object{"name": "B", "kind": "ROOM", "location_id": s.Location}},
		"/api/v1/resource_groups": {"/resource_groups", 201, object{"name": "A", "resource_ids": []string{s.ann}}, object{"name": "B", "resource_ids": []string{s.ann}}},
		"/api/v1/blocks": {
			"/blocks", 201,
			object{"resource_id": s.ann, "start": "2026-07-01T10:00:00Z", "end": "2026-07-01T11:00:00Z"},
			object{"resource_id": s.ann, "start": "2026-07-01T10:00:00Z", "end": "2026-07-01T12:00:00Z"},
		},
		"/api/v1/services": {
			"/services", 201,
			object{"name": "A", "duration_minutes": 20, "price": object{"amount": 1, "currency": "EUR"}},
			object{"name": "A", "duration_minutes": 25, "price": object{"amount": 1, "currency": "EUR"}},
		},
		"/api/v1/customers": {"/customers", 201, object{"name": "A", "email": "a@example.com"}, object{"name": "B", "email": "a@example.com"}},
		"/api/v1/appointments": {
			"/appointments", 201,
			object{"service_id": cut, "start": at("11:00"), "customer_id": cleo},
			object{"service_id": cut, "start": at("12:00"), "customer_id": cleo},
		},
		"/api/v1/appointments/{id}/reschedule": {"/appointments/" + moved.ID + "/reschedule", 200, object{"start": at("13:00")}, object{"start": at("14:00")}},
		"/api/v1/appointments/{id}/cancel":     {"/appointments/" + cancelled.ID + "/cancel", 200, object{"reason": "ill"}, object{"reason": "well"}},
		"/api/v1/public/appointments":          {"/public/appointments", 201, guest(cut, at("15:00")), guest(cut, at("16:00"))},
		"/api/v1/availability/holds":           {"/availability/holds", 201, object{"service_id": cut, "start": tuesday("09:00")}, object{"service_id": cut, "start": tuesday("10:00")}},
		"/api/v1/public/availability/holds":    {"/public/availability/holds", 201, object{"service_id": cut, "start": tuesday("11:00")}, object{"service_id": cut, "start": tuesday("12:00")}},
		"/api/v1/resources/{id}/reassign":      {"/resources/" + s.Resource(t) + "/reassign", 200, object{}, object{"to": s.ann}},
	})
	return all
}

func tuesday(clock string) string { return "2026-06-02T" + clock }

// verbs are the steps of appointments, each of one of its own, and what is done by a link or to a series.
func verbs(t testing.TB, s salon, cut string) map[string]post {
	t.Helper()
	one := func(start string) string {
		return s.Book(t, object{"service_id": cut, "start": "2026-06-03T" + start, "customer_id": s.Customer(t, "Dan")}).ID
	}
	asked := s.Service(t, []string{s.ann}, object{"confirmation": "request"})
	request := func(start, email string) string {
		return apptest.Into[apptest.Object](t, s.Env.Public().POST("/public/appointments", guest(asked, tuesday(start), object{"customer": object{"name": "Gil", "email": email}})), http.StatusCreated).ID
	}
	token := func(id string) object {
		return apptest.Into[object](t, s.Owner.POST("/appointments/"+id+"/link", nil), http.StatusOK)
	}
	away, elsewhere := one("09:00"), one("09:30")
	all := map[string]post{
		"/api/v1/appointments/{id}/confirm":             {"/appointments/" + request("13:00", "a@b.c") + "/confirm", 200, object{}, object{"override_reason": "x"}},
		"/api/v1/locations/{id}/clock_changes/preview":  {"/locations/" + s.Location + "/clock_changes/preview", 200, object{}, object{"override_reason": "x"}},
		"/api/v1/locations/{id}/clock_changes/keep":     {"/locations/" + s.Location + "/clock_changes/keep", 200, object{}, object{"override_reason": "x"}},
		"/api/v1/appointments/{id}/decline":             {"/appointments/" + request("14:00", "b@b.c") + "/decline", 200, object{}, object{"reason": "x"}},
		"/api/v1/public/appointments/manage":            {"/public/appointments/manage", 200, token(elsewhere), token(away)},
		"/api/v1/public/appointments/manage/cancel":     {"/public/appointments/manage/cancel", 200, token(away), with(token(away), object{"reason": "x"})},
		"/api/v1/public/appointments/manage/reschedule": {"/public/appointments/manage/reschedule", 200, with(token(elsewhere), object{"start": tuesday("15:00")}), with(token(elsewhere), object{"start": tuesday("16:00")})},
	}
	maps.Copy(all, sessions(t, s))
	maps.Copy(all, series(t, s, cut))
	maps.Copy(all, waitlist(t, s))
	late := s.begun(t, cut, "cancel")
	s.Owner.POST("/appointments/"+late+"/cancel", object{"fee": "custom", "custom_fee": object{"amount": 5, "currency": "EUR"}}).Want(t, http.StatusOK)
	all["/api/v1/fees/{id}/waive"] = post{"/fees/" + s.id(t, "fee", `SELECT id FROM fees`) + "/waive", 200, object{"reason": "x"}, object{"reason": "y"}}
	for _, verb := range []string{"check_in", "start", "complete", "no_show", "undo", "release", "link"} {
		a, b := s.begun(t, cut, verb), s.begun(t, cut, verb)
		all["/api/v1/appointments/{id}/"+verb] = post{"/appointments/" + a + "/" + verb, 200, object{}, "/appointments/" + b + "/" + verb}
	}
	return all
}

// sessions are the posts about groups.
func sessions(t testing.TB, s salon) map[string]post {
	t.Helper()
	yoga := s.Service(t, []string{s.ann}, object{"group": object{"capacity": 5}})
	plan := func(clock string) object { return object{"service_id": yoga, "start": "2026-06-04T" + clock} }
	made := func(clock string) string {
		return "/group_sessions/" + apptest.Into[apptest.Object](t, s.Owner.POST("/group_sessions", plan(clock)), http.StatusCreated).ID
	}
	one, two := made("11:00"), made("12:00")
	return map[string]post{
		"/api/v1/group_sessions":                 {"/group_sessions", 201, plan("09:00"), plan("10:00")},
		"/api/v1/group_sessions/{id}/reschedule": {one + "/reschedule", 200, object{"start": "2026-06-04T13:00"}, object{"start": "2026-06-04T14:00"}},
		"/api/v1/group_sessions/{id}/cancel":     {made("15:00") + "/cancel", 200, object{"reason": "x"}, object{"reason": "y"}},
		"/api/v1/group_sessions/{id}/message":    {two + "/message", 200, object{"subject": "x", "text": "y"}, object{"subject": "x", "text": "z"}},
		"/api/v1/group_sessions/{id}/check_in":   {two + "/check_in", 200, object{}, one + "/check_in"},
	}
}

// series are the posts about series.
func series(t testing.TB, s salon, cut string) map[string]post {
	t.Helper()
	plan := func(date string, count string) object {
		return object{"service_id": cut, "start": date + "T16:00", "rrule": "FREQ=DAILY;COUNT=" + count, "customer_id": s.Customer(t, "Eve")}
	}
	type made struct {
		Series       apptest.Object   `json:"series"`
		Appointments []apptest.Object `json:"appointments"`
	}
	moved := apptest.Into[made](t, s.Owner.POST("/series", plan("2026-06-05", "2")), http.StatusCreated)
	ended := apptest.Into[made](t, s.Owner.POST("/series", plan("2026-06-08", "2")), http.StatusCreated)
	return map[string]post{
		"/api/v1/series":                 {"/series", 201, plan("2026-06-10", "2"), plan("2026-06-10", "3")},
		"/api/v1/series/preview":         {"/series/preview", 200, plan("2026-06-14", "2"), plan("2026-06-14", "3")},
		"/api/v1/series/{id}/reschedule": {"/series/" + moved.Series.ID + "/reschedule", 200, object{"scope": "future", "appointment_id": moved.Appointments[0].ID, "start": "2026-06-05T15:00"}, object{"scope": "this", "appointment_id": moved.Appointments[0].ID, "start": "2026-06-05T15:00"}},
		"/api/v1/series/{id}/cancel":     {"/series/" + ended.Series.ID + "/cancel", 200, object{"scope": "this", "appointment_id": ended.Appointments[0].ID}, object{"scope": "future", "appointment_id": ended.Appointments[0].ID}},
	}
}

// waitlist are the posts about the wait list.
func waitlist(t testing.TB, s salon) map[string]post {
	t.Helper()
	cut := s.Service(t, []string{s.ann}, object{"waitlist": "offer_next"})
	wish := func(more ...object) object {
		return with(object{"service_id": cut, "from_date": "2026-07-06", "to_date": "2026-07-06"}, more...)
	}
	staff := func() object { return wish(object{"customer_id": s.Customer(t, "Fay")}) }
	public := func(email string) object { return wish(object{"customer": object{"name": "Gil", "email": email}}) }
	joins := func(email string) (id string, key object) {
		j := apptest.Into[object](t, s.Env.Public().POST("/public/waitlist", public(email)), http.StatusCreated)
		return j["id"].(string), object{"token": j["token"]}
	}
	entry := apptest.Into[apptest.Object](t, s.Owner.POST("/waitlist", staff()), http.StatusCreated).ID
	_, one := joins("w1@example.com")
	_, two := joins("w2@example.com")
	offered, key := joins("w3@example.com")
	hold := apptest.Into[object](t, s.Owner.POST("/availability/holds", object{"service_id": cut, "start": "2026-07-06T09:00"}), http.StatusCreated)
	s.exec(t, `UPDATE waitlist_entries SET status = 'OFFERED', offered_start = h.starts_at, offered_end = h.ends_at, offered_until = h.expires_at, offered_hold = h.id
		FROM holds h WHERE h.expires_at = $1::text::timestamptz AND h.starts_at = '2026-07-06T09:00-04' AND waitlist_entries.id = $2`, hold["expires_at"], apptest.UUID(t, offered))
	return map[string]post{
		"/api/v1/waitlist":               {"/waitlist", 201, staff(), staff()},
		"/api/v1/waitlist/{id}/book":     {"/waitlist/" + entry + "/book", 200, object{"start": "2026-07-06T10:00"}, object{"start": "2026-07-06T11:00"}},
		"/api/v1/public/waitlist":        {"/public/waitlist", 201, public("w4@example.com"), public("w5@example.com")},
		"/api/v1/public/waitlist/status": {"/public/waitlist/status", 200, one, two},
		"/api/v1/public/waitlist/accept": {"/public/waitlist/accept", 200, key, one},
	}
}

// begun is an appointment that is under way already, in a state in which the step can be taken.
func (s salon) begun(t testing.TB, cut, verb string) string {
	t.Helper()
	id := s.Book(t, object{"service_id": cut, "start": "2026-05-30T06:00", "customer_id": s.Customer(t, "Dan"), "override": []string{"past", "outside_hours", "double_booking"}}).ID
	if verb == "undo" || verb == "release" {
		s.Owner.POST("/appointments/"+id+"/complete", nil).Want(t, http.StatusOK)
	}
	return id
}

// takesKey reports whether the operation says that it honours a key: all that change a tenant's own data do, those about
// sessions and rights don't, whose answers are not to be kept.
func takesKey(o *huma.Operation) bool {
	return slices.ContainsFunc(o.Parameters, func(p *huma.Param) bool { return p.Name == "Idempotency-Key" })
}

// TestIdempotencyKeyOnEveryPost repeats each POST of a tenant's data with its key.
func TestIdempotencyKeyOnEveryPost(t *testing.T) {
	t.Parallel()
	s := open(t)
	all := posts(t, s)
	for path, item := range s.Env.App.Server().OpenAPI().Paths {
		_, ok := all[path]
		if item.Post != nil && !ok && takesKey(item.Post) {
			t.Errorf("POST %s has no case here", path)
		}
	}
	for path, p := range all {
		c := s.Owner.With("Idempotency-Key", "key of "+path)
		first := c.POST(p.path, p.body).Want(t, p.status)
		if first.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("%s: the first answer says it is a repeated one", path)
		}
		s.Env.WritesNothing(t, func() {
			again := c.POST(p.path, p.body).Want(t, p.status)
			if again.Header.Get("Idempotent-Replayed") != "true" || string(again.Body) != string(first.Body) {
				t.Errorf("%s: the second answer, replayed %q: %s\nwant that of the first: %s", path, again.Header.Get("Idempotent-Replayed"), again.Body, first.Body)
			}
			path, body := p.path, p.other
			if elsewhere, ok := p.other.(string); ok {
				path, body = elsewhere, object{}
			}
			c.POST(path, body).WantProblem(t, http.StatusUnprocessableEntity, "idempotency_key_reused")
		})
	}
}

// Spec sandbox_api 4f.6: what is kept for a repeated request holds no secret.
func TestIdempotencyKeepsNoSecrets(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	one := s.booked(t, cut, "09:00")
	c := s.Owner.With("Idempotency-Key", "k")
	for key, a := range map[string]apptest.Answer{
		"link": c.With("Idempotency-Key", "link").POST("/appointments/"+one.ID+"/link", object{}),
		"hold": c.With("Idempotency-Key", "hold").POST("/availability/holds", object{"service_id": cut, "start": tuesday("09:00")}),
		"wish": s.Env.Public().With("Idempotency-Key", "wish").POST("/public/appointments", guest(cut, at("15:00"))),
	} {
		for name, value := range apptest.Into[object](t, a, a.Status) {
			if secret, ok := value.(string); ok && len(secret) > 30 && !strings.Contains(name, "id") {
				if n := s.count(t, `SELECT count(*) FROM idempotency_keys k WHERE position('`+secret+`' IN k::text) > 0`); n != 0 {
					t.Errorf("the %s of a %s is in the table", name, key)
				}
			}
		}
	}
}

func TestIdempotencyKeyIgnoresSpacesAndOrder(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.Owner.With("Idempotency-Key", "k")
	first := c.POST("/customers", `{"name":"A","phone":"1"}`).Want(t, http.StatusCreated)
	again := c.POST("/customers", ` { "phone": "1", "name": "A" } `).Want(t, http.StatusCreated)
	want(t, string(again.Body), string(first.Body))
}

func TestIdempotencyKeyOfAnotherPathIsReused(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	one, two := s.booked(t, cut, "09:00"), s.booked(t, cut, "09:30")
	c := s.Owner.With("Idempotency-Key", "k")
	c.POST("/appointments/"+one.ID+"/cancel", object{}).Want(t, http.StatusOK)
	c.POST("/appointments/"+two.ID+"/cancel", object{}).WantProblem(t, http.StatusUnprocessableEntity, "idempotency_key_reused")
}

func TestIdempotencyKeyOfARefusalMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	taken := s.booked(t, cut, "10:00")
	c := s.Env.Public().With("Idempotency-Key", "k")
	s.Env.WritesNothing(t, func() {
		c.POST("/public/appointments", guest(cut, at("10:00"))).WantProblem(t, http.StatusConflict, "slot_unavailable")
	})
	s.Owner.POST("/appointments/"+taken.ID+"/cancel", object{}).Want(t, http.StatusOK)
	if a := c.POST("/public/appointments", guest(cut, at("10:00"))).Want(t, http.StatusCreated); a.Header.Get("Idempotent-Replayed") != "" {
		t.Error("the refusal was stored")
	}
}

func TestIdempotencyKeyHoldsForADay(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.Env.Public().With("Idempotency-Key", "k")
	cut := s.Service(t, []string{s.ann})
	c.POST("/public/appointments", guest(cut, at("10:00"))).Want(t, http.StatusCreated)
	s.Env.At("2026-05-31T11:59:59Z")
	if a := c.POST("/public/appointments", guest(cut, at("10:00"))).Want(t, http.StatusCreated); a.Header.Get("Idempotent-Replayed") != "true" {
		t.Error("want the stored answer within 24 hours")
	}
	s.Env.At("2026-05-31T12:00:00Z")
	c.POST("/public/appointments", guest(cut, at("11:00"))).Want(t, http.StatusCreated)
}

func TestIdempotencyKeyForm(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Env.WritesNothing(t, func() {
		for _, key := range []string{strings.Repeat("k", 256), "caf\xc3\xa9", "a\tb"} {
			s.Owner.With("Idempotency-Key", key).POST("/customers", object{"name": "A"}).WantProblem(t, http.StatusBadRequest, "invalid_parameter")
		}
	})
	s.Owner.With("Idempotency-Key", strings.Repeat("k", 255)).POST("/customers", object{"name": "A"}).Want(t, http.StatusCreated)
}

// TestIdempotencyKeyInFlight sends a request twice while the first one waits for a table that the test holds.
func TestIdempotencyKeyInFlight(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx := t.Context()
	holder, err := pgtest.Super(t).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = holder.Rollback(ctx) }()
	table := s.Env.Lease.Live.Schema + ".customers"
	if _, err := holder.Exec(ctx, "LOCK TABLE "+table+" IN SHARE ROW EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	c := s.Owner.With("Idempotency-Key", "k")
	var wg sync.WaitGroup
	var first apptest.Answer
	wg.Go(func() { first = c.POST("/customers", object{"name": "A"}) })
	waiting(t, s, table)
	second := c.POST("/customers", object{"name": "A"})
	second.WantProblem(t, http.StatusConflict, "idempotency_in_flight")
	if second.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q, want 1", second.Header.Get("Retry-After"))
	}
	if err := holder.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	first.Want(t, http.StatusCreated)
	want(t, string(c.POST("/customers", object{"name": "A"}).Body), string(first.Body))
}

// waiting returns once somebody waits for a lock on the table.
func waiting(t *testing.T, s salon, table string) {
	t.Helper()
	deadline, tick := time.After(10*time.Second), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for s.count(t, `SELECT count(*) FROM pg_locks WHERE relation = $1::text::regclass AND NOT granted`, table) == 0 {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("nobody waits for the table")
		}
	}
}

// TestIdempotencyKeyInARush sends one request 16 times at once: one does it, the others are told its answer or to wait.
func TestIdempotencyKeyInARush(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.Owner.With("Idempotency-Key", "k")
	answers := make([]apptest.Answer, 16)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = c.POST("/customers", object{"name": "A"}) })
	}
	wg.Wait()
	var bodies []string
	for _, a := range answers {
		if a.Status == http.StatusConflict {
			a.WantProblem(t, http.StatusConflict, "idempotency_in_flight")
			continue
		}
		bodies = append(bodies, string(a.Want(t, http.StatusCreated).Body))
	}
	if slices.Sort(bodies); len(slices.Compact(bodies)) != 1 {
		t.Errorf("different answers: %v", bodies)
	}
	if n := s.count(t, `SELECT count(*) FROM customers`); n != 1 {
		t.Errorf("%d customers, want 1", n)
	}
}
