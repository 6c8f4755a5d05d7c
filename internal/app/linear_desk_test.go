package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// desk is where clients book, over real connections: a salon with four people, each of whom may do all.
type desk struct {
	url, host string
	client    *http.Client
	session   http.Header
	faults    bool // servers and connections may die: clients ask again until they know
	first     time.Time
	location  string
	staff     []string
	solo, duo string // services for one and for two people
	customers []string

	began time.Time
	keys  atomic.Int64
	mu    sync.Mutex
	again map[string]int // why clients asked again, and how often
	worst time.Duration
}

const clients = 32

// furnish makes the salon. Its first day is the one after first.
func (d *desk) furnish(t *testing.T, first time.Time) *desk {
	t.Helper()
	d.first, d.began, d.again = first, time.Now(), map[string]int{}
	var hours []object
	for day := 1; day <= 7; day++ {
		hours = append(hours, object{"weekday": day, "from": "10:00", "to": "12:00"})
	}
	d.location = d.make(t, "/locations", object{"name": "Linear", "time_zone": "Europe/Berlin", "opening_hours": hours})
	for i := range hands {
		d.staff = append(d.staff, d.make(t, "/resources", object{"name": fmt.Sprint("Hand ", i), "kind": "STAFF", "location_id": d.location}))
	}
	d.solo = d.service(t, 1)
	d.duo = d.service(t, 2)
	for i := range clients {
		d.customers = append(d.customers, d.make(t, "/customers", object{"name": fmt.Sprint("Customer ", i)}))
	}
	if r := d.ask(t, http.MethodPatch, "/settings/booking", object{"overlapping_customers": true}); r.status != http.StatusOK {
		t.Fatalf("overlapping customers: %d %s", r.status, r.body)
	}
	return d
}

// service needs some of the staff, each for another of its requirements.
func (d *desk) service(t *testing.T, size int) string {
	t.Helper()
	n := object{
		"name": "Care", "duration_minutes": 15 * lasting, "slot_interval_minutes": 15, "price": object{"amount": 3000, "currency": "EUR"},
		"min_notice_minutes": 0, "max_advance_days": 300, "resource_ids": d.staff,
	}
	if size > 1 {
		var all []object
		for i := range size {
			all = append(all, object{"label": fmt.Sprint("Hand ", i), "resource_ids": d.staff})
		}
		n["requirements"], n["resource_ids"] = all, []string{}
	}
	return d.make(t, "/services", n)
}

func (d *desk) make(t *testing.T, path string, body object) string {
	t.Helper()
	r := d.ask(t, http.MethodPost, path, body)
	if r.status != http.StatusCreated {
		t.Fatalf("%s: %d %s", path, r.status, r.body)
	}
	return idOf(t, r.body)
}

// reply is a definite answer.
type reply struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration // of the last try
}

func (r reply) code() string {
	var p struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal(r.body, &p)
	return p.Code
}

// patience is how long a client asks for the answer to one question.
const patience = 60 * time.Second

// ask asks with one Idempotency-Key until there is a definite answer: not now, still at it and silence are none.
func (d *desk) ask(t *testing.T, method, path string, body any) reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	key := fmt.Sprintf("linear %d", d.keys.Add(1))
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := d.try(ctx, method, path, key, body)
		why := d.indefinite(t, r, err)
		if why == "" {
			return r
		}
		d.count(why)
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Errorf("%s %s: no answer, at last %v %d %s", method, path, err, r.status, r.body)
			return r
		}
	}
}

// indefinite says why to ask again, if so.
func (d *desk) indefinite(t *testing.T, r reply, err error) string {
	t.Helper()
	switch {
	case err != nil && d.faults:
		return "silence"
	case err != nil:
		t.Errorf("no answer: %v", err)
	case r.status == http.StatusServiceUnavailable:
		if r.header.Get("Retry-After") == "" {
			t.Errorf("503 without Retry-After: %s", r.body)
		}
		return "503 " + r.code()
	case r.status >= 500:
		t.Errorf("status %d: %s", r.status, r.body)
	case r.status == http.StatusConflict && r.code() == "idempotency_in_flight":
		return "409 idempotency_in_flight"
	}
	return ""
}

func (d *desk) count(why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.again[why]++
}

func (d *desk) try(ctx context.Context, method, path, key string, body any) (reply, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return reply{}, err
	}
	r, err := http.NewRequestWithContext(ctx, method, d.url+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		return reply{}, err
	}
	maps.Copy(r.Header, d.session)
	r.Host = d.host
	r.Header.Set("Content-Type", "application/json")
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", key)
	}
	began := time.Now()
	res, err := d.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	took := time.Since(began)
	if err == nil {
		d.mu.Lock()
		d.worst = max(d.worst, took)
		d.mu.Unlock()
	}
	return reply{res.StatusCode, res.Header, answer, took}, err
}

func (d *desk) date(day int) string { return d.first.AddDate(0, 0, 1+day).Format(time.DateOnly) }

// clock is a start as the salon's wall clock shows it.
func (d *desk) clock(s step) string {
	return fmt.Sprintf("%sT%02d:%02d", d.date(s.day), 10+s.start/4, s.start%4*15)
}

// ids are those of a crew, in random order.
func (d *desk) ids(c crew) []string {
	all := []string{}
	for i, one := range d.staff {
		if c&(1<<i) != 0 {
			all = append(all, one)
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func (d *desk) crew(ids []string) (c crew) {
	for _, one := range ids {
		c |= 1 << slices.Index(d.staff, one)
	}
	return c
}

// quarter is which start an instant is.
func (d *desk) quarter(t *testing.T, instant string) int {
	t.Helper()
	at, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		t.Error(err)
	}
	return (at.Hour()-10)*4 + at.Minute()/15
}

// do asks what a step asks for.
func (d *desk) do(t *testing.T, client int, s step) answer {
	t.Helper()
	service := d.solo
	if s.size == 2 {
		service = d.duo
	}
	switch s.kind {
	case "hold":
		r := d.ask(t, http.MethodPost, "/availability/holds", object{"service_id": service, "start": d.clock(s), "resource_id": d.ids(s.want)[0]})
		return answer{status: r.status, code: r.code(), key: field[string](r, "token")}
	case "release":
		return answer{status: d.ask(t, http.MethodPost, "/public/availability/holds/release", object{"token": s.key}).status}
	case "cancel":
		r := d.ask(t, http.MethodPost, "/appointments/"+s.key+"/cancel", object{})
		return answer{status: r.status, code: r.code()}
	case "list":
		return d.list(t, s)
	case "look":
		return d.look(t, s)
	}
	body, path := object{"start": d.clock(s)}, "/appointments"
	if s.want != 0 && s.kind != "redeem" {
		body["resource_ids"] = d.ids(s.want)
	}
	if s.kind == "move" {
		path += "/" + s.key + "/reschedule"
	} else {
		body["service_id"], body["customer_id"] = service, d.customers[client]
	}
	if s.kind == "redeem" {
		body["hold_token"] = s.key
	}
	r := d.ask(t, http.MethodPost, path, body)
	return answer{status: r.status, code: r.code(), key: field[string](r, "id"), took: d.crew(field[[]string](r, "resource_ids"))}
}

// field is one of an answer, or nothing.
func field[T any](r reply, name string) (v T) {
	var all map[string]json.RawMessage
	if json.Unmarshal(r.body, &all) == nil {
		_ = json.Unmarshal(all[name], &v)
	}
	return v
}

// list asks for the free starts of one person, or of any.
func (d *desk) list(t *testing.T, s step) answer {
	t.Helper()
	path := fmt.Sprintf("/availability?service_id=%s&from=%s&to=%s", d.solo, d.date(s.day), d.date(s.day))
	if s.want != 0 {
		path += "&resource_id=" + d.ids(s.want)[0]
	}
	r := d.ask(t, http.MethodGet, path, nil)
	a := answer{status: r.status, code: r.code()}
	for _, one := range field[[]struct{ Start string }](r, "data") {
		a.free |= 1 << d.quarter(t, one.Start)
	}
	return a
}

// look asks for the appointments of a day.
func (d *desk) look(t *testing.T, s step) answer {
	t.Helper()
	r := d.ask(t, http.MethodGet, fmt.Sprintf("/appointments?status=CONFIRMED&from=%sT00:00:00Z&to=%sT23:59:00Z", d.date(s.day), d.date(s.day)), nil)
	a := answer{status: r.status, code: r.code()}
	for _, one := range field[[]struct {
		ID, Start   string
		ResourceIDs []string `json:"resource_ids"`
	}](r, "data") {
		a.all = a.all.with(entry{key: one.ID, took: d.crew(one.ResourceIDs), start: d.quarter(t, one.Start)})
	}
	return a
}
