package tenant_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// TestBadHostsOnTheWire sends the lines as they are: some are refused by net/http before we see them, none gets further than 400.
func TestBadHostsOnTheWire(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	server := httptest.NewServer(e.Handler)
	t.Cleanup(server.Close)
	good := e.Host()
	for _, c := range []struct {
		lines  string
		status int
	}{
		{"Host: " + good, 401},
		{"Host: " + strings.ToUpper(good) + ".", 401},
		{"Host: " + good + ":65535", 401},
		{"Host: nobody.localhost", 404},
		{"Host: www.localhost", 404},
		{"Host: " + good + "\r\nX-Forwarded-Host: platform.localhost", 401},
		{"Host: " + good + "\r\nHost: " + good, 400},
		{"Host: " + good + "\r\nHost: platform.localhost", 400},
		{"", 400},
		{"Host:", 400},
		{"Host: me@" + good, 400},
		{"Host: me:secret@" + good, 400},
		{"Host: " + good + " evil.test", 400},
		{"Host: mün.localhost", 400},
		{"Host: a.." + good, 400},
		{"Host: ." + good, 400},
		{"Host: " + good + "..", 400},
		{"Host: 127.0.0.1", 400},
		{"Host: 127.1", 400},
		{"Host: [::1]:8000", 400},
		{"Host: " + strings.Repeat("a.", 125) + good, 400},
		{"Host: " + strings.Repeat("a", 64) + ".localhost", 400},
		{"Host: " + good + ":port", 400},
	} {
		if got := raw(t, server.Listener.Addr().String(), c.lines); got != c.status {
			t.Errorf("%q: status %d, want %d", c.lines, got, c.status)
		}
	}
}

// raw asks who is signed in, with these lines for a Host.
func raw(t *testing.T, addr, lines string) int {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if lines != "" {
		lines += "\r\n"
	}
	if _, err := fmt.Fprintf(conn, "GET /api/v1/me HTTP/1.1\r\n%sConnection: close\r\n\r\n", lines); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}
