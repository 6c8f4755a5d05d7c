package api

import (
	"mime"
	"net/http"
)

// checkMediaType refuses bodies that aren't JSON: forms are what other sites can make a browser send.
func checkMediaType(r *http.Request) error {
	if r.ContentLength == 0 || r.Method == http.MethodGet || r.Method == http.MethodDelete {
		return nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && (kind == "application/json" || kind == mergePatch && r.Method == http.MethodPatch) {
		return nil
	}
	code, detail := humaCode(http.StatusUnsupportedMediaType, "")
	return newProblem(r.Context(), http.StatusUnsupportedMediaType, code, detail)
}
