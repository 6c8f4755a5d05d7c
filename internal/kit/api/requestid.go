package api

import (
	"context"
	"net/http"

	"smoothschedule/internal/kit/id"
)

type call struct{}

func (call) IDPrefix() string { return "req" }

type requestIDKey struct{}

// RequestID is the id that logs and errors of one request share.
func RequestID(ctx context.Context) string {
	s, _ := ctx.Value(requestIDKey{}).(string)
	return s
}

// WithRequestID gives each request an id of its own and returns it as X-Request-Id.
func WithRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rid := id.New[call]().String()
		w.Header().Set("X-Request-Id", rid)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, rid)))
	})
}
