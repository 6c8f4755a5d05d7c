package session

import "net/http"

// Cookie says how the session's cookie is sent: host-only always, so that no tenant can read or set another's.
type Cookie struct {
	Insecure bool // without Secure and the __Host- prefix: for a base domain that browsers don't trust over http, in development only
}

func (c Cookie) name() string {
	if c.Insecure {
		return "ss_session"
	}
	return "__Host-ss_session"
}

func (c Cookie) read(r *http.Request) string {
	k, err := r.Cookie(c.name())
	if err != nil || len(k.Value) > 100 {
		return ""
	}
	return k.Value
}

func (c Cookie) with(token string) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure but where the configuration of a development machine says otherwise
		Name: c.name(), Value: token, Path: "/", Secure: !c.Insecure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func (c Cookie) cleared() *http.Cookie {
	k := c.with("") //nolint:gosec // as above
	k.MaxAge = -1
	return k
}
