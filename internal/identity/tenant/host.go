package tenant

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/idna"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
)

// hosts remembers tenants for a moment, so that a busy host costs no query per request.
// Unknown hosts are not remembered: a tenant made now answers now.
type hosts struct {
	base string
	mu   sync.Mutex
	seen map[string]seen // by name
}

type seen struct {
	host  api.Host
	until time.Time
}

// remember is how long a change of a tenant may take to be noticed.
const remember = 5 * time.Second

// numeric is the last label of what browsers take for an address, such as 127.1 or 0x7f000001: no name ends so.
var numeric = regexp.MustCompile(`^([0-9]+|0x[0-9a-f]*)$`)

var errBadHost = &fault.Error{Kind: fault.Malformed, Code: "bad_host", Detail: "The Host header is not a valid host name."}

// Resolve finds what the request's host stands for: the apex, the platform, the API or a tenant, by its own host or a verified domain.
// Any other is fault.ErrNotFound, whether it never existed, was not verified or was deleted. A suspended tenant is found:
// its status is in the host's Info, and whoever answers treats all but a few things as missing.
func (s *Service) Resolve(r *http.Request) (api.Host, error) {
	name, err := hostName(r.Host)
	if err != nil {
		return api.Host{}, err
	}
	label, under := strings.CutSuffix(name, "."+s.hosts.base)
	switch {
	case name == s.hosts.base:
		return api.Host{Name: name, Kind: api.ApexHost}, nil
	case !under:
		return s.tenantHost(r.Context(), name, name, s.byHost)
	case strings.Contains(label, "."):
		return api.Host{}, fault.ErrNotFound
	case label == "platform":
		return api.Host{Name: name, Kind: api.PlatformHost}, nil
	case label == "api":
		return api.Host{Name: name, Kind: api.APIHost}, nil
	}
	return s.tenantHost(r.Context(), name, label, s.BySlug)
}

func (s *Service) tenantHost(ctx context.Context, name, key string, find func(context.Context, string) (Tenant, error)) (api.Host, error) {
	now := s.db.Now()
	if h, ok := s.hosts.get(name, now); ok {
		return h, nil
	}
	t, err := find(ctx, key)
	if err != nil {
		return api.Host{}, err
	}
	live, err := t.Live()
	if err != nil {
		return api.Host{}, err
	}
	h := api.Host{Name: name, Kind: api.TenantHost, Tenant: live, Info: t}
	s.hosts.put(name, seen{h, now.Add(remember)})
	return h, nil
}

func (h *hosts) get(name string, now time.Time) (api.Host, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e, ok := h.seen[name]
	return e.host, ok && now.Before(e.until)
}

func (h *hosts) put(name string, e seen) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen[name] = e
}

// forget makes the next request look the tenant up again, here at once and elsewhere within seconds.
func (h *hosts) forget(t id.ID[Tenant]) {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.seen, func(_ string, e seen) bool {
		known, ok := e.host.Info.(Tenant)
		return ok && known.ID == t
	})
}

// hostName normalises a Host header and refuses what is no name: address literals, empty labels, foreign characters.
func hostName(host string) (string, error) {
	if h, port, err := net.SplitHostPort(host); err == nil {
		if strings.Trim(port, "0123456789") != "" { // "me:secret@host" splits too
			return "", errBadHost
		}
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "" || len(host) > 253 || net.ParseIP(strings.Trim(host, "[]")) != nil {
		return "", errBadHost
	}
	last := ""
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return "", errBadHost
		}
		last = label
	}
	if numeric.MatchString(last) {
		return "", errBadHost
	}
	for _, c := range []byte(host) {
		if c != '-' && c != '.' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return "", errBadHost
		}
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return "", errors.Join(errBadHost, err)
	}
	return ascii, nil
}
