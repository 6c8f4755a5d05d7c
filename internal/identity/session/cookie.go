package session

import (
	"context"
	"net/http"
	"time"

	"smoothschedule/internal/kit/api"
)

// Cookie says how our cookies are sent: host-only always, so that no tenant can read or set another's.
type Cookie struct {
	Insecure bool // without Secure and the __Host- prefix: for a base domain that browsers don't trust over http, in development only
}

// The cookies there are.
const (
	sessionCookie = "ss_session"
	knownCookie   = "ss_known"  // a browser that signed in before
	deviceCookie  = "ss_device" // a browser that may skip the second factor
)

// knownFor is how long a browser counts as known.
const knownFor = 365 * day

func (c Cookie) name(plain string) string {
	if c.Insecure {
		return plain
	}
	return "__Host-" + plain
}

func (c Cookie) value(r *http.Request, plain string) string {
	k, err := r.Cookie(c.name(plain))
	if err != nil || len(k.Value) > 200 {
		return ""
	}
	return k.Value
}

// Read is the request's session token, "" without one.
func (c Cookie) Read(r *http.Request) string { return c.value(r, sessionCookie) }

func (c Cookie) with(plain, value string, keep time.Duration) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure but where the configuration of a development machine says otherwise
		Name: c.name(plain), Value: value, Path: "/", Secure: !c.Insecure, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(keep / time.Second),
	}
}

func (c Cookie) cleared() http.Cookie {
	return c.with(sessionCookie, "", -time.Second)
}

// Browser is embedded by the input of operations that sign somebody in.
type Browser struct {
	UserAgent       string `header:"User-Agent" hidden:"true"`
	SecureKnown     string `cookie:"__Host-ss_known"`
	InsecureKnown   string `cookie:"ss_known"`
	SecureDevice    string `cookie:"__Host-ss_device"`
	InsecureDevice  string `cookie:"ss_device"`
	SecureSession   string `cookie:"__Host-ss_session" hidden:"true"`
	InsecureSession string `cookie:"ss_session" hidden:"true"`
}

// Client is what the browser shows of itself.
func (s *Service) Client(b Browser) Client {
	if s.opts.Cookie.Insecure {
		return Client{UserAgent: b.UserAgent, Known: b.InsecureKnown, Device: b.InsecureDevice, Session: b.InsecureSession}
	}
	return Client{UserAgent: b.UserAgent, Known: b.SecureKnown, Device: b.SecureDevice, Session: b.SecureSession}
}

// Cookies are the headers that give the browser a session, and make it known.
func (s *Service) Cookies(ctx context.Context, started Started) []http.Cookie {
	keep := time.Duration(0)
	if started.Session.IsRemembered {
		keep = lifetimes[started.Session.Role].absolute
	}
	all := []http.Cookie{s.opts.Cookie.with(sessionCookie, started.Token, keep)}
	if started.Next == SignedIn {
		known := s.knownCookie(api.HostFrom(ctx).Name, started.Session.Email)
		all = append(all, s.opts.Cookie.with(knownCookie, known, knownFor))
	}
	return all
}

// ClearCookie is the header that takes the session away.
func (s *Service) ClearCookie() []http.Cookie { return []http.Cookie{s.opts.Cookie.cleared()} }

// TokenCookie is the header of a session that ends with the browser.
func (s *Service) TokenCookie(token string) []http.Cookie {
	return []http.Cookie{s.opts.Cookie.with(sessionCookie, token, 0)}
}

// HasCookie reports whether the browser thinks that somebody is signed in.
func (s *Service) HasCookie(r *http.Request) bool { return s.opts.Cookie.Read(r) != "" }

// Pick is the session token of the two cookies that there can be.
func (s *Service) Pick(secure, insecure string) string {
	if s.opts.Cookie.Insecure {
		return insecure
	}
	return secure
}
