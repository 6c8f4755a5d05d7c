package appointment_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// nasty are JSON values that no field is made for.
var nasty = []string{
	`"\u0000"`, `"a\u0000b"`, `"\ud800"`, "\"\xff\xfe\"", `""`, `" "`, `"` + strings.Repeat("é", 150) + `"`, `"'; DROP TABLE customers; --"`, `"\u202e\ufeff"`,
	`null`, `true`, `-1`, `0`, `1e30`, `-1e30`, `9223372036854775807`, `9223372036854775808`, `1.5`, `[]`, `{}`, `[null]`, `[[]]`, `[{}]`, `{"a":{}}`,
	`"0000-01-01T00:00:00Z"`, `"9999-12-31T23:59:59Z"`, `"2026-06-01T24:00"`, `"2026-06-01T23:59:60Z"`, `"2026-06-01T10:00:00.123456789Z"`, `"2026-06-01T10:00+99:99"`,
}

// TestNastyValuesNeverBreakIt puts each of them into each field of each body: an answer, never a failure of ours.
func TestNastyValuesNeverBreakIt(t *testing.T) {
	t.Parallel()
	s := open(t)
	for path, p := range posts(t, s) {
		fields := map[string]bool{"customer.name": path == "/api/v1/public/appointments", "customer.email": path == "/api/v1/public/appointments"}
		for name := range with(p.body, object{"phone": 1, "email": 1, "end": 1, "hours": 1, "opening_hours": 1, "user_id": 1, "resource_ids": 1, "reason": 1, "buffer_after_minutes": 1, "max_advance_days": 1}) {
			fields[name] = true
		}
		for name, there := range fields {
			for _, value := range nasty {
				if there && !sendNasty(t, s, p, name, value) {
					break
				}
			}
		}
	}
}

// sendNasty tells whether the operation knows the field: if not, each value is answered alike.
func sendNasty(t *testing.T, s salon, p post, name, value string) (known bool) {
	t.Helper()
	body := with(p.body)
	outer, inner, nested := strings.Cut(name, ".")
	if nested {
		body[outer] = with(body[outer].(object), object{inner: "PLACEHOLDER"})
	} else {
		body[name] = "PLACEHOLDER"
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	sent := strings.Replace(string(text), `"PLACEHOLDER"`, value, 1)
	a := s.Owner.POST(p.path, sent)
	if a.Status >= http.StatusInternalServerError {
		t.Errorf("POST %s with %s = %s: status %d", p.path, name, value, a.Status)
	}
	return !strings.Contains(string(a.Body), "There is no such field.")
}

// TestNastyQueriesNeverBreakIt does the same with what stands in an address.
func TestNastyQueriesNeverBreakIt(t *testing.T) {
	t.Parallel()
	s := open(t)
	cut := s.Service(t, []string{s.ann})
	for _, query := range []string{
		"/customers?q=X", "/customers?cursor=X", "/customers?limit=X", "/customers?archived=X", "/customers/X", "/appointments/X",
		"/appointments?from=X&to=2026-06-01T00:00:00Z", "/appointments?from=2026-06-01T00:00:00Z&to=X", "/appointments?from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z&status=X",
		"/blocks?from=X", "/blocks?to=X", "/blocks?resource_id=X",
		"/availability?from=2026-06-01&to=2026-06-01&service_id=X", "/availability?service_id=" + cut + "&from=X&to=2026-06-01",
		"/availability?service_id=" + cut + "&from=2026-06-01&to=X", "/availability?service_id=" + cut + "&from=2026-06-01&to=2026-06-01&time_zone=X",
	} {
		for _, value := range []string{"\x00", "\xff", "%", "'", "../../etc/passwd", "0000-01-01", "9999-12-31", "-0001-01-01", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-1", "1e9", strings.Repeat("x", 3000)} {
			if a := s.Owner.GET(strings.Replace(query, "X", url.QueryEscape(value), 1)); a.Status >= http.StatusInternalServerError {
				t.Errorf("GET %s with %.20q: status %d", query, value, a.Status)
			}
		}
	}
}
