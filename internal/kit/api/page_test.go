package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// numbers registers a list of n numbers in the order of their ids.
func (e *edge) numbers(path string, n int) {
	nth := func(i int) uuid.UUID { return uuid.UUID{15: byte(i + 1)} }
	api.Tenant(e.server, api.Op{ID: "list" + path, Do: "GET /api/v1/" + path, Summary: "List", Needs: authz.Public},
		func(_ context.Context, _ *pg.TenantTx, in *struct {
			api.Page
			Q string `query:"q"`
		},
		) (api.List[int], error) {
			rows := []int{}
			for i := range n {
				if strings.Compare(nth(i).String(), in.After().String()) > 0 && len(rows) < in.Rows() {
					rows = append(rows, i)
				}
			}
			return api.Paged(rows, in.Page, nth), nil
		})
}

// list is a page's body.
type list struct {
	Data []int   `json:"data"`
	Next *string `json:"next_cursor"`
}

func (a answer) list(t *testing.T) (l list) {
	t.Helper()
	if err := json.Unmarshal(a.want(t, http.StatusOK, "").Body.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestPagesGoOnWhereTheLastEnded(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.numbers("numbers", 7)
	for _, limit := range []int{1, 3, 7, 200} {
		var all []int
		path := fmt.Sprintf("/numbers?limit=%d", limit)
		for next := ""; ; {
			l := e.do(http.MethodGet, path+next, "").list(t)
			all = append(all, l.Data...)
			if l.Next == nil {
				break
			}
			next = "&cursor=" + *l.Next
		}
		if !slices.Equal(all, []int{0, 1, 2, 3, 4, 5, 6}) {
			t.Errorf("pages of %d hold %v", limit, all)
		}
	}
	if l := e.do(http.MethodGet, "/numbers", "").list(t); len(l.Data) != 7 || l.Next != nil {
		t.Errorf("without a limit: %+v", l)
	}
	for _, limit := range []string{"0", "201", "-1", "x", "1.5"} {
		e.do(http.MethodGet, "/numbers?limit="+limit, "").want(t, http.StatusUnprocessableEntity, "validation_failed")
	}
}

func TestACursorIsGoodForItsOwnListAlone(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.numbers("numbers", 3)
	e.numbers("others", 3)
	cursor := *e.do(http.MethodGet, "/numbers?limit=1&q=a", "").list(t).Next
	e.do(http.MethodGet, "/numbers?limit=2&q=a&cursor="+cursor, "").want(t, http.StatusOK, "") // another limit is fine
	bad := map[string]answer{
		"another filter": e.do(http.MethodGet, "/numbers?q=b&cursor="+cursor, ""), "no filter": e.do(http.MethodGet, "/numbers?cursor="+cursor, ""), "another list": e.do(http.MethodGet, "/others?q=a&cursor="+cursor, ""),
		"another schema": e.on(e.lease.Sandbox, http.MethodGet, "/numbers?q=a&cursor="+cursor, ""),
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw { // whichever byte is changed
		forged := slices.Clone(raw)
		forged[i] ^= 1
		bad[fmt.Sprintf("byte %d changed", i)] = e.do(http.MethodGet, "/numbers?q=a&cursor="+base64.RawURLEncoding.EncodeToString(forged), "")
	}
	for _, text := range []string{"x", cursor[1:], cursor + "A", cursor + "=", uuid.NewString(), "%00"} {
		bad[text] = e.do(http.MethodGet, "/numbers?q=a&cursor="+text, "")
	}
	for name, a := range bad {
		if a.ResponseRecorder.Code != http.StatusBadRequest || a.Problem.Code != "invalid_cursor" {
			t.Errorf("%s: want 400 invalid_cursor, got %d %s", name, a.ResponseRecorder.Code, a.Body)
		}
	}
}

func TestTheCallersAddressComesFromTrustedProxiesAlone(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"203.0.113.9:1", nil, "203.0.113.9"},
		{"203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.9"},
		{"10.0.0.1:1", nil, "10.0.0.1"},
		{"10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:1", []string{"1.1.1.1, 198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:1", []string{"1.1.1.1", "198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:1", []string{"1.1.1.1, 198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		{"10.0.0.1:1", []string{"1.1.1.1, nonsense"}, "10.0.0.1"},
		{"10.0.0.1:1", []string{"10.0.0.2, 10.0.0.3"}, "10.0.0.2"},
		{"[fd00::1]:1", []string{"2001:db8::7"}, "2001:db8::7"},
		{"[::ffff:203.0.113.9]:1", nil, "203.0.113.9"},
		{"[::ffff:10.0.0.1]:1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"nonsense", nil, ""},
		{"@", []string{"198.51.100.1"}, ""},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		got := "not called"
		api.WithClientIP(trusted)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = api.ClientIP(r.Context()) })).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s forwarded for %v: got %q, want %q", c.peer, c.forwarded, got, c.want)
		}
	}
}
