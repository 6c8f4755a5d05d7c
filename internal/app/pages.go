package app

import (
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"smoothschedule/internal/kit/api"
)

// pages serves the built front end: an entry page for each kind of host, and its assets.
type pages struct {
	dist  fs.FS
	files http.Handler
}

func newPages(dist fs.FS) *pages { return &pages{dist, http.FileServerFS(dist)} }

// serve answers with an asset, the entry page of the route, or a page that says that there is nothing.
func (p *pages) serve(w http.ResponseWriter, r *http.Request, kind api.Kind) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if p.isAsset(r.URL.Path) {
		if strings.HasPrefix(r.URL.Path, "/assets/") { // their names change with their content
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		p.files.ServeHTTP(w, r)
		return
	}
	entry := entryOf(kind, r.URL.Path)
	if entry == "" {
		writePage(w, http.StatusNotFound, "Page not found", "There is nothing at this address. Check it for typing errors.")
		return
	}
	p.entry(w, entry, http.StatusOK)
}

// lost answers somebody signed in with the application's own page about a missing one.
func (p *pages) lost(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		p.serve(w, r, api.TenantHost)
		return
	}
	p.entry(w, "app.html", http.StatusNotFound)
}

func (p *pages) entry(w http.ResponseWriter, name string, status int) {
	html, err := fs.ReadFile(p.dist, name)
	if err != nil {
		writePage(w, http.StatusServiceUnavailable, "The pages are not built", "Run make build and start again. The API works meanwhile.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", cachingOf(name))
	w.WriteHeader(status)
	_, _ = w.Write(html) // the caller is gone if this fails
}

// cachingOf keeps the pages of people who are signed in, or on their way to it, out of every cache (spec identity 4d.2, 4d.6).
// The public ones may be kept, and are asked for anew.
func cachingOf(entry string) string {
	if entry == "book.html" || entry == "apex.html" {
		return "no-cache"
	}
	return "no-store"
}

func (p *pages) isAsset(urlPath string) bool {
	name := strings.TrimPrefix(path.Clean(urlPath), "/")
	if name == "" || strings.HasSuffix(name, ".html") || strings.HasPrefix(path.Base(name), ".") {
		return false
	}
	info, err := fs.Stat(p.dist, name)
	return err == nil && !info.IsDir()
}

// doors are the pages on the way to being signed in.
var doors = []string{"/login", "/mfa", "/forgot", "/reset", "/invite", "/email", "/email-undo", "/handoff"}

func isUnder(urlPath, root string) bool {
	return urlPath == root || strings.HasPrefix(urlPath, root+"/")
}

func entryOf(kind api.Kind, urlPath string) string {
	switch kind {
	case api.ApexHost:
		if urlPath == "/" || isUnder(urlPath, "/signup") {
			return "apex.html"
		}
	case api.PlatformHost:
		if !strings.HasPrefix(urlPath, "/assets/") {
			return "platform.html"
		}
	case api.TenantHost:
		switch {
		case urlPath == "/", isUnder(urlPath, "/book"):
			return "book.html"
		case slices.Contains(doors, urlPath), isUnder(urlPath, "/app"):
			return "app.html"
		}
	case api.APIHost: // has no pages
	}
	return ""
}

// unknownHost is the one page of every host that is no business here, whatever the reason.
func (p *pages) unknownHost(w http.ResponseWriter) {
	writePage(w, http.StatusNotFound, "No business here", "No business uses this address. Check it for typing errors, or ask the business for its booking page.")
}

// writePage writes a plain page of our own: where the front end can't or shouldn't be served.
func writePage(w http.ResponseWriter, status int, title, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
		`<title>` + title + `</title><style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:20vh auto;max-width:32rem;padding:0 1.5rem}h1{font-size:1.5rem}</style>` +
		`<main><h1>` + title + `</h1><p>` + text + `</p></main></html>`))
}
