package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
)

// SecurityEvent is what happened to an account or to the door: a sign-in, a refused origin, a new role.
type SecurityEvent struct {
	Event      string
	Result     string
	UserID     uuid.UUID
	Email      string
	TenantSlug string
	Mode       string
	Details    map[string]any
}

// securityLine is an event in the file. Nothing else goes in, so no secret can.
type securityLine struct {
	Timestamp string         `json:"timestamp"`
	Event     string         `json:"event"`
	Result    string         `json:"result"`
	UserID    any            `json:"user_id"`
	Email     any            `json:"email"`
	IPAddress string         `json:"ip_address"`
	Tenant    any            `json:"tenant"`
	Mode      any            `json:"mode"`
	RequestID any            `json:"request_id"`
	Details   map[string]any `json:"details,omitempty"`
}

// Security adds a line to the security log. It never fails the caller: what could not be written is in the server's own log.
func (l *Log) Security(ctx context.Context, at time.Time, ev SecurityEvent) {
	if err := l.secure(ctx, at, ev); err != nil {
		slog.ErrorContext(ctx, "security event not written", "event", ev.Event, "error", err)
	}
}

// Require is Security for what must not happen without its line: ErrUnavailable when it can't be written.
func (l *Log) Require(ctx context.Context, at time.Time, ev SecurityEvent) error {
	if err := l.secure(ctx, at, ev); err != nil {
		return fmt.Errorf("%w (%w)", ErrUnavailable, err)
	}
	return nil
}

func (l *Log) secure(ctx context.Context, at time.Time, ev SecurityEvent) error {
	text, err := json.Marshal(securityLine{
		Timestamp: at.UTC().Format(timeFormat), Event: ev.Event, Result: ev.Result, UserID: idOrNull[userKind](ev.UserID), Email: orNull(ev.Email),
		IPAddress: api.ClientIP(ctx), Tenant: orNull(ev.TenantSlug), Mode: orNull(ev.Mode), RequestID: orNull(api.RequestID(ctx)), Details: ev.Details,
	})
	if err != nil {
		return fmt.Errorf("security event: %w", err)
	}
	return l.security.append(string(text))
}
