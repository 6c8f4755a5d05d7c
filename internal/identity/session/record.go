package session

import (
	"context"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// Guard is the edge's.
func (s *Service) Guard() api.Guard {
	return api.Guard{Authenticate: s.Authenticate, Denied: s.denied, Closed: suspended, Record: s.record}
}

func (s *Service) denied(ctx context.Context, op api.Op) {
	found, _ := From(ctx)
	s.security(ctx, "PERMISSION_DENIED "+op.ID, "denied", found)
}

// record puts on record what is done by a grant, and each change that is made in a masquerade.
func (s *Service) record(ctx context.Context, tx pg.Tx, call api.Call) error {
	found, ok := From(ctx)
	if !ok {
		return nil
	}
	if used := authz.From(ctx).UsedGrants(); len(used) > 0 && tx != nil {
		if err := s.UseGrants(ctx, tx, used); err != nil {
			return err
		}
	}
	if found.Kind != Masquerade || call.Read {
		return nil
	}
	return s.act(ctx, tx, found, "HIJACK_ACTION", audit.Allowed, call)
}

// blocked puts on record that something was tried which nobody may do as another.
func (s *Service) blocked(ctx context.Context, op api.Op) error {
	found, _ := From(ctx)
	if err := s.act(ctx, nil, found, "HIJACK_BLOCKED", audit.Denied, op.Call(ctx, 403)); err != nil {
		return err
	}
	return errOnlySelf
}

func (s *Service) act(ctx context.Context, tx pg.Tx, found Session, action, result string, call api.Call) error {
	e := EntryOf(ctx, found, action, result)
	e.Details = map[string]any{"operation": call.Summary, "method": call.Method, "route": call.Route, "status": call.Status}
	if call.ObjectID != "" {
		e.Details["object_id"] = truncate(call.ObjectID, 64)
	}
	if tx != nil {
		return s.audit.Append(ctx, tx, e)
	}
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error { return s.audit.Append(ctx, tx, e) })
}

// EntryOf begins an audit entry about a masquerade: who acts, as whom and where.
func EntryOf(ctx context.Context, s Session, action, result string) audit.Entry {
	e := audit.Entry{Action: action, Result: result, TenantID: s.TenantID, Mode: string(s.Mode), SessionHash: s.IDHash, Subject: new(PersonOf(s))}
	if t, err := tenant.Of(ctx); err == nil {
		e.TenantSlug = t.Slug
	}
	if s.Kind == Masquerade {
		e.MasqueradeID = *s.MasqueradeID
		e.Reason = *s.MasqueradeReason
		e.Actor = audit.Person{ID: s.ActorID.UUID(), Email: *s.ActorEmail, Role: string(*s.ActorRole)}
	}
	return e
}

// PersonOf is the session's user, for the audit.
func PersonOf(s Session) audit.Person {
	return audit.Person{ID: s.UserID.UUID(), Email: s.Email, Role: string(s.Role)}
}
