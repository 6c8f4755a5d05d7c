package audit

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Record is an entry as it is shown.
type Record struct {
	ID           id.ID[entryKind]       `json:"id"`
	At           time.Time              `json:"at"`
	Action       string                 `json:"action"`
	Result       string                 `json:"result" enum:"allowed,denied"`
	Chain        string                 `json:"chain"`
	Seq          int64                  `json:"seq" doc:"The place in the chain."`
	Actor        Party                  `json:"actor" doc:"Who did it, in person."`
	Subject      api.OrNull[Party]      `json:"subject" doc:"To whom, or as whom."`
	Tenant       api.OrNull[Business]   `json:"tenant" doc:"Whom it concerns; null for the platform itself."`
	IPAddress    string                 `json:"ip_address"`
	Reason       *string                `json:"reason"`
	DenyCode     *string                `json:"deny_code"`
	MasqueradeID *id.ID[masqueradeKind] `json:"masquerade_id"`
	Details      map[string]any         `json:"details" doc:"What else is known, such as method, route, object_id and status."`
}

// Party is one of the two people of an entry. What is not known is null.
type Party struct {
	ID    *id.ID[userKind] `json:"id"`
	Email *string          `json:"email"`
	Role  *string          `json:"role"`
}

// Business is the tenant of an entry.
type Business struct {
	ID   id.ID[tenantKind] `json:"id"`
	Slug string            `json:"slug"`
}

// Filter is what a list of entries may be narrowed to.
type Filter struct {
	Action string    `query:"action" maxLength:"60" doc:"Such as HIJACK_START."`
	From   time.Time `query:"from" doc:"Entries at or after this instant."`
	To     time.Time `query:"to" doc:"Entries before this instant."`
	Query  string    `query:"query" maxLength:"200" doc:"Part of an action, an e-mail address, a reason, a deny code or an IP address."`
}

// PlatformFilter is a Filter over all tenants.
type PlatformFilter struct {
	Filter
	TenantID id.ID[tenantKind] `query:"tenant_id"`
	UserID   id.ID[userKind]   `query:"user_id" doc:"Who acted, or was acted upon."`
	Result   string            `query:"result" enum:"allowed,denied"`
}

// Service shows the record.
type Service struct{ DB *pg.DB }

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-audit", Do: "GET /api/v1/audit", Summary: "List what was done in the business", Needs: role.AuditRead, Sensitive: true}, s.list)
	api.Platform(srv, api.Op{ID: "list-platform-audit", Do: "GET /api/v1/platform/audit", Summary: "List what was done anywhere", Needs: role.AuditReadPlatform, Sensitive: true}, s.listPlatform)
	api.Plain(srv, api.Op{
		ID: "export-platform-audit", Do: "GET /api/v1/platform/audit/export", Summary: "Download what was done anywhere",
		Needs: role.AuditReadPlatform, Hosts: []api.Kind{api.PlatformHost}, OnlySelf: true,
	}, s.export)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	Filter
},
) (api.List[Record], error) {
	f := PlatformFilter{Filter: in.Filter, TenantID: id.ID[tenantKind](tx.Tenant.ID)}
	rows, err := search(ctx, tx, f, nil, in.After(), in.Rows())
	return paged(rows, in.Page, err)
}

func (s *Service) listPlatform(ctx context.Context, tx *pg.PlatformTx, in *struct {
	api.Page
	PlatformFilter
},
) (api.List[Record], error) {
	rows, err := search(ctx, tx, in.PlatformFilter, onlyActor(ctx, in.TenantID), in.After(), in.Rows())
	return paged(rows, in.Page, err)
}

// onlyActor is the one whose acts alone the caller may read: their own; nil for all. A grant opens one tenant, so that must be asked for.
func onlyActor(ctx context.Context, tenantID id.ID[tenantKind]) *uuid.UUID {
	caller := authz.From(ctx)
	if caller.Can(role.AuditReadAll) || !tenantID.IsZero() && caller.May(role.AuditReadAll, new(tenantID.UUID()), nil) {
		return nil
	}
	return &caller.UserID
}

func paged(rows []row, p api.Page, err error) (api.List[Record], error) {
	if err != nil {
		return api.List[Record]{}, err
	}
	records := make([]Record, len(rows))
	for i, r := range rows {
		if records[i], err = recordOf(r); err != nil {
			return api.List[Record]{}, err
		}
	}
	return api.Paged(records, p, func(r Record) uuid.UUID { return r.ID.UUID() }), nil
}

// recordOf shows a row; what has no column is taken from its line.
func recordOf(r row) (Record, error) {
	v, err := read(r.Line)
	if err != nil {
		return Record{}, err
	}
	shown := Record{
		ID: id.ID[entryKind](r.ID), At: r.At, Action: r.Action, Result: r.Result, Chain: r.Chain, Seq: r.Seq,
		Actor:     Party{(*id.ID[userKind])(r.ActorID), r.ActorEmail, r.ActorRole},
		IPAddress: r.IPAddress, Reason: r.Reason, DenyCode: r.DenyCode, MasqueradeID: (*id.ID[masqueradeKind])(r.MasqueradeID), Details: map[string]any{},
	}
	if r.SubjectID != nil || r.SubjectEmail != nil || r.SubjectRole != nil {
		shown.Subject.V = &Party{(*id.ID[userKind])(r.SubjectID), r.SubjectEmail, r.SubjectRole}
	}
	if r.TenantID != nil {
		shown.Tenant.V = &Business{id.ID[tenantKind](*r.TenantID), v.text("tenant")}
	}
	for key, value := range v {
		if !reserved[key] {
			shown.Details[key] = value
		}
	}
	_, subject := names(r.Action)
	if asked := v.text(subject + "id"); asked != "" && r.SubjectID == nil {
		shown.Details["requested_id"] = asked
	}
	return shown, nil
}
