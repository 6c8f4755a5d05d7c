package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
)

// Client is one person's browser, or a program's client.
type Client struct {
	env     *Env
	host    string
	cookie  *http.Cookie
	headers http.Header
	UserID  uuid.UUID
	Email   string
	Role    role.Role
}

// ID is the user's id on the wire.
func (c *Client) ID() string { return id.ID[account.User](c.UserID).String() }

// Session is the header that signs the client in, for requests over a real connection.
func (c *Client) Session() http.Header {
	return http.Header{"Cookie": {c.cookie.Name + "=" + c.cookie.Value}}
}

// Continue returns a browser on the host with the session's cookie that the answer sets; with none where the answer takes it away.
func (c *Client) Continue(a Answer, host string) *Client {
	c.env.t.Helper()
	d := *c
	d.host = host
	for _, line := range a.Header.Values("Set-Cookie") {
		k, err := http.ParseSetCookie(line)
		if err != nil {
			c.env.t.Fatal(err)
		}
		if k.Name == "__Host-ss_session" {
			d.cookie = k
		}
	}
	if d.cookie != nil && d.cookie.MaxAge < 0 {
		d.cookie = nil
	}
	return &d
}

// With returns a client that sends a header too.
func (c *Client) With(name, value string) *Client {
	d := *c
	d.headers = c.headers.Clone()
	if d.headers == nil {
		d.headers = http.Header{}
	}
	d.headers.Set(name, value)
	return &d
}

// At returns the client with its session on another host.
func (c *Client) At(host string) *Client {
	d := *c
	d.host = host
	return &d
}

// Answer is a response.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// GET calls the API below /api/v1.
func (c *Client) GET(path string) Answer { return c.Do(http.MethodGet, path, nil) }

// POST sends a body: text, or anything that becomes JSON.
func (c *Client) POST(path string, body any) Answer { return c.Do(http.MethodPost, path, body) }

// PATCH sends a JSON Merge Patch.
func (c *Client) PATCH(path string, body any) Answer { return c.Do(http.MethodPatch, path, body) }

// DELETE archives.
func (c *Client) DELETE(path string) Answer { return c.Do(http.MethodDelete, path, nil) }

// Do calls the API with any method.
func (c *Client) Do(method, path string, body any) Answer {
	c.env.t.Helper()
	r := httptest.NewRequestWithContext(c.env.t.Context(), method, "http://"+c.host+"/api/v1"+path, c.reader(body))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(r.Header, c.headers)
	if r.Header.Get("X-Forwarded-For") == "" { // else through the proxy, which httptest's own address is
		r.RemoteAddr = c.env.address
	}
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	w := c.env.serve(r)
	return Answer{w.Code, w.Header(), w.Body.Bytes()}
}

func (c *Client) reader(body any) io.Reader {
	c.env.t.Helper()
	switch b := body.(type) {
	case nil:
		return nil
	case string:
		return strings.NewReader(b)
	}
	text, err := json.Marshal(body)
	if err != nil {
		c.env.t.Fatal(err)
	}
	return bytes.NewReader(text)
}

// Into decodes the body, which must have come with the status.
func Into[T any](t testing.TB, a Answer, status int) (v T) {
	t.Helper()
	a.Want(t, status)
	if err := json.Unmarshal(a.Body, &v); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	return v
}

// Want checks the status.
func (a Answer) Want(t testing.TB, status int) Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	return a
}

// Problem is an error's body.
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
	} `json:"errors"`
	Alternatives []struct {
		Start       string   `json:"start"`
		End         string   `json:"end"`
		ResourceIDs []string `json:"resource_ids"`
	} `json:"alternatives"`
	Conflicts []struct {
		Rule          string `json:"rule"`
		ResourceID    string `json:"resource_id"`
		AppointmentID string `json:"appointment_id"`
		SessionID     string `json:"session_id"`
		Start         string `json:"start"`
		End           string `json:"end"`
		Message       string `json:"message"`
	} `json:"conflicts"`
	Overridable bool   `json:"overridable"`
	RequestID   string `json:"request_id"`
}

// WantProblem checks status and code of an error, and where given the fields that it names.
func (a Answer) WantProblem(t testing.TB, status int, code string, locations ...string) Problem {
	t.Helper()
	p := Into[Problem](t, a, status)
	if p.Code != code || p.RequestID == "" || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("want code %s with a request id as application/problem+json, got %s %s", code, a.Header.Get("Content-Type"), a.Body)
	}
	for _, want := range locations {
		found := false
		for _, e := range p.Errors {
			found = found || e.Location == want && e.Message != ""
		}
		if !found {
			t.Fatalf("want a message about %s: %s", want, a.Body)
		}
	}
	return p
}
