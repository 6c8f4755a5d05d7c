package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/web"
)

// handler is the way of every request, outermost first.
func (a *App) handler() http.Handler {
	h := a.byHost(a.crossOrigin(a.server.Handler()), newPages(web.Dist()))
	h = api.WithClientIP(a.cfg.TrustedProxies)(h)
	h = a.health(h)
	h = a.securityHeaders(h)
	h = recoverer(h)
	h = accessLog(h)
	return api.WithRequestID(h)
}

// byHost finds what the host stands for and hands the request to the API or the pages.
func (a *App) byHost(operations http.Handler, pages *pages) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		isAPI := strings.HasPrefix(r.URL.Path, "/api/")
		host, err := a.tenants.Resolve(r)
		switch {
		case err != nil && !errors.Is(err, fault.ErrNotFound):
			a.identity.refused(r.Context(), "HOST_REFUSED", r)
			api.WriteProblem(w, r, err)
		case err != nil && isAPI:
			api.WriteProblem(w, r, err)
		case err != nil:
			pages.unknownHost(w)
		case !isAPI && pages.isAsset(r.URL.Path):
			pages.serve(w, r, host.Kind)
		case a.isClosed(host, r) && isAPI:
			api.WriteProblem(w, r, fault.ErrNotFound)
		case a.isClosed(host, r):
			pages.unknownHost(w)
		case isAPI:
			operations.ServeHTTP(w, r.WithContext(api.WithHost(r.Context(), host)))
		case entryOf(host.Kind, r.URL.Path) == "" && host.Kind == api.TenantHost && a.identity.sessions.HasCookie(r):
			pages.lost(w, r) // with the banner of whoever acts as another
		default:
			pages.serve(w, r, host.Kind)
		}
	})
}

// isClosed reports whether a suspended business's host hides what is asked for: all but the way to sign in, for its owner and
// for who acts there. To everybody else the business is gone.
func (a *App) isClosed(host api.Host, r *http.Request) bool {
	t, ok := host.Info.(tenant.Tenant)
	if !ok || t.Status == tenant.Active {
		return false
	}
	path := r.URL.Path
	if path == "/login" || path == "/handoff" || path == "/api/v1/session/handoff" || strings.HasPrefix(path, "/api/v1/auth/") {
		return false
	}
	return !a.identity.sessions.IsOpen(r.WithContext(api.WithHost(r.Context(), host)))
}

var errOrigin = &fault.Error{Kind: fault.Forbidden, Code: "bad_origin", Detail: "This request came from another site. Open the page itself and try again."}

// crossOrigin refuses what another site makes a browser send, other tenants of the same base domain included.
func (a *App) crossOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.identity.refused(r.Context(), "ORIGIN_REFUSED", r)
		err := error(errOrigin)
		if r.URL.Path == "/api/v1/masquerade" { // each attempt of somebody signed in is on record
			err = errors.Join(a.identity.masquerades.Stray(r), err)
		}
		api.WriteProblem(w, r, err)
	}))
	return p.Handler(next)
}

const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func (a *App) securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", referrerPolicy(r.URL.Path))
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
		if a.cfg.IsProduction() {
			h.Set("Strict-Transport-Security", a.transportSecurity(r.Host))
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// referrerPolicy keeps the pages that secrets of mails lead to from telling anybody where they are.
func referrerPolicy(path string) string {
	if slices.Contains(doors, path) || isUnder(path, "/signup") || isUnder(path, "/book/manage") {
		return "no-referrer"
	}
	return "strict-origin-when-cross-origin"
}

// transportSecurity speaks for the hosts below our own domain; what else is below a business's own domain is not ours to decide.
func (a *App) transportSecurity(host string) string {
	name, _, _ := strings.Cut(strings.ToLower(host), ":")
	if name == a.cfg.BaseDomain || strings.HasSuffix(name, "."+a.cfg.BaseDomain) {
		return "max-age=31536000; includeSubDomains"
	}
	return "max-age=31536000"
}

// health answers for any Host: those who ask know the address alone.
func (a *App) health(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/health/":
			a.writeStatus(w, http.StatusOK, "ok")
		case "/api/health/ready":
			switch {
			case a.draining.Load():
				a.writeStatus(w, http.StatusServiceUnavailable, "stopping")
			case a.db.Ping(r.Context()) != nil:
				a.writeStatus(w, http.StatusServiceUnavailable, "database unreachable")
			default:
				a.writeStatus(w, http.StatusOK, "ready")
			}
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// writeStatus says with it by which rules of time zones this process goes: those of two machines may differ.
func (a *App) writeStatus(w http.ResponseWriter, code int, status string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]string{"status": status, "zone_data": a.zoneData}) // the caller is gone if this fails
}

// recoverer turns a panic into an opaque 500 and keeps the connection.
func recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer answerPanic(w, r)
		next.ServeHTTP(w, r)
	})
}

func answerPanic(w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	api.WriteProblem(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
}

// accessLog writes one line per request. The path holds ids at most; the query, which may hold what people typed, is left out.
func accessLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, r)
		level := slog.LevelInfo
		if strings.HasPrefix(r.URL.Path, "/assets/") || strings.HasPrefix(r.URL.Path, "/api/health/") {
			level = slog.LevelDebug
		}
		slog.Log(r.Context(), level, "request", "method", r.Method, "host", r.Host, "path", r.URL.Path, "status", ww.Status(),
			"bytes", ww.BytesWritten(), "duration_ms", float64(time.Since(began).Microseconds())/1000)
	})
}
