package tenant

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/idna"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
)

// hosts remembers tenants for a moment, so that a busy host costs no query per request.
// Unknown hosts are not remembered: a tenant made now answers now.
type hosts struct {
	base string
	mu   sync.Mutex
	seen map[string]seen // by slug
}

type seen struct {
	host  api.Host
	until time.Time
}

// remember is how long a change of a tenant may take to be noticed.
const remember = 5 * time.Second

var errBadHost = &fault.Error{Kind: fault.Malformed, Code: "bad_host", Detail: "The Host header is not a valid host name."}

// Resolve finds what the request's host stands for: the apex, the platform, the API or a tenant.
// Any other is fault.ErrNotFound, whether it never existed, is suspended or was deleted.
func (s *Service) Resolve(r *http.Request) (api.Host, error) {
	name, err := hostName(r.Host)
	if err != nil {
		return api.Host{}, err
	}
	label, under := strings.CutSuffix(name, "."+s.hosts.base)
	switch {
	case name == s.hosts.base:
		return api.Host{Name: name, Kind: api.ApexHost}, nil
	case !under || strings.Contains(label, "."):
		return api.Host{}, fault.ErrNotFound
	case label == "platform":
		return api.Host{Name: name, Kind: api.PlatformHost}, nil
	case label == "api":
		return api.Host{Name: name, Kind: api.APIHost}, nil
	}
	return s.tenantHost(r.Context(), name, label)
}

func (s *Service) tenantHost(ctx context.Context, name, slug string) (api.Host, error) {
	now := s.db.Now()
	if h, ok := s.hosts.get(slug, now); ok {
		return h, nil
	}
	t, err := s.BySlug(ctx, slug)
	if err != nil {
		return api.Host{}, err
	}
	live, err := t.Live()
	if err != nil {
		return api.Host{}, err
	}
	h := api.Host{Name: name, Kind: api.TenantHost, Tenant: live, Info: t}
	s.hosts.put(slug, seen{h, now.Add(remember)})
	return h, nil
}

func (h *hosts) get(slug string, now time.Time) (api.Host, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e, ok := h.seen[slug]
	return e.host, ok && now.Before(e.until)
}

func (h *hosts) put(slug string, e seen) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen[slug] = e
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
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return "", errBadHost
		}
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
