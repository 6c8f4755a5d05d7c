package app

import (
	"io/fs"
	"net/http"

	"smoothschedule/internal/kit/api"
)

// ServePage serves a page of a build that a test makes up: without Node there is none.
func ServePage(dist fs.FS, w http.ResponseWriter, r *http.Request, kind api.Kind) {
	newPages(dist).serve(w, r, kind)
}
