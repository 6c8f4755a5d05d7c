package apptest

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"smoothschedule/internal/identity/role"
)

// Map is a JSON object.
type Map = map[string]any

// Salon is a business with one location, made through the API.
type Salon struct {
	Env      *Env
	Owner    *Client
	Location string
}

// Object is what every noun answers with, as far as tests need it.
type Object struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// Appointment is an appointment's answer.
type Appointment struct {
	Object
	ResourceIDs  []string `json:"resource_ids"`
	CustomerID   string   `json:"customer_id"`
	Status       string   `json:"status"`
	Start        string   `json:"start"`
	End          string   `json:"end"`
	TimeZone     string   `json:"time_zone"`
	ServiceName  string   `json:"service_name"`
	CustomerName string   `json:"customer_name"`
}

// Slot is one free time.
type Slot struct {
	Start       string   `json:"start"`
	End         string   `json:"end"`
	ResourceIDs []string `json:"resource_ids"`
}

// Hours is the same windows on each day of the week.
func Hours(windows ...[2]string) (h []Map) {
	h = []Map{}
	for day := 1; day <= 7; day++ {
		for _, w := range windows {
			h = append(h, Map{"weekday": day, "from": w[0], "to": w[1]})
		}
	}
	return h
}

// NewSalon makes the business's location.
func NewSalon(t testing.TB, e *Env, zone string, hours []Map) *Salon {
	t.Helper()
	s := &Salon{Env: e, Owner: e.As(role.TenantOwner)}
	s.Location = s.make(t, "/locations", Map{"name": "Main", "time_zone": zone, "opening_hours": hours})
	return s
}

func (s *Salon) make(t testing.TB, path string, body Map) string {
	t.Helper()
	return Into[Object](t, s.Owner.POST(path, body), http.StatusCreated).ID
}

// Resource adds a member of staff.
func (s *Salon) Resource(t testing.TB, more ...Map) string {
	t.Helper()
	return s.make(t, "/resources", merge(Map{"name": "Ann", "kind": "STAFF", "location_id": s.Location}, more))
}

// Service adds a 30-minute service on a 30-minute grid, without notice, that the resources perform.
func (s *Salon) Service(t testing.TB, resources []string, more ...Map) string {
	t.Helper()
	return s.make(t, "/services", merge(Map{
		"name": "Cut", "duration_minutes": 30, "slot_interval_minutes": 30, "price": Map{"amount": 3000, "currency": "EUR"},
		"min_notice_minutes": 0, "max_advance_days": 60, "resource_ids": resources,
	}, more))
}

// Customer adds a customer.
func (s *Salon) Customer(t testing.TB, name string) string {
	t.Helper()
	return s.make(t, "/customers", Map{"name": name})
}

// Book books as the owner.
func (s *Salon) Book(t testing.TB, body Map) Appointment {
	t.Helper()
	return Into[Appointment](t, s.Owner.POST("/appointments", body), http.StatusCreated)
}

// Free lists the free times of a service as its customers see them, on the local dates from..to.
func (s *Salon) Free(t testing.TB, service, from, to string, more ...string) []Slot {
	t.Helper()
	query := append([]string{"service_id=" + service, "from=" + from, "to=" + to}, more...)
	path := "/public/availability?" + strings.Join(query, "&")
	return Into[struct {
		Data []Slot `json:"data"`
	}](t, s.Env.Public().GET(path), http.StatusOK).Data
}

func merge(m Map, more []Map) Map {
	for _, extra := range more {
		maps.Copy(m, extra)
	}
	return m
}
