package app

import (
	"context"
	"io"
	"log/slog"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/config"
)

// NewLogger writes JSON lines in production and readable ones in development. Each line of a request
// carries its id, tenant and actor.
func NewLogger(cfg config.Config, w io.Writer) *slog.Logger {
	var h slog.Handler = slog.NewTextHandler(w, nil)
	if cfg.IsProduction() {
		h = slog.NewJSONHandler(w, nil)
	}
	return slog.New(contextHandler{h})
}

// warnings keeps a library's chatter out of the log.
type warnings struct{ slog.Handler }

func (h warnings) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

type contextHandler struct{ slog.Handler }

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	if rid := api.RequestID(ctx); rid != "" {
		r.AddAttrs(slog.String("request_id", rid))
	}
	if schema := api.HostFrom(ctx).Tenant.Schema; schema != "" {
		r.AddAttrs(slog.String("tenant", schema))
	}
	if user := authz.From(ctx).UserID; user != uuid.Nil {
		r.AddAttrs(slog.String("actor", user.String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs)}
}

func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name)}
}
