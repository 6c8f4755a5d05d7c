package grant

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Candidate is somebody who may receive a grant. Of the platform's staff a business learns the name alone.
type Candidate struct {
	ID    id.ID[account.User] `json:"id" db:"id"`
	Name  string              `json:"name" db:"name"`
	Email *string             `json:"email" db:"email" doc:"null of the platform's staff."`
	Role  role.Role           `json:"role" db:"role"`
}

// Wanted is who is looked for.
type Wanted struct {
	Action   string               `query:"action" required:"true"`
	TenantID id.ID[tenant.Tenant] `query:"tenant_id" doc:"The business that the grant is about; on a business's own host that one."`
	Query    string               `query:"query" maxLength:"200" doc:"Part of a name or an address."`
}

// candidates lists whom the caller could grant the action: people of the business that it is about, and the platform's staff.
func (s *Service) candidates(ctx context.Context, tx *pg.PlatformTx, in *Wanted) (api.List[Candidate], error) {
	who, err := session.Current(ctx)
	if err != nil {
		return api.List[Candidate]{}, err
	}
	a, ok := Find(in.Action)
	if !ok {
		return api.List[Candidate]{}, fault.At("query.action", "Choose one of the list of actions.")
	}
	about := who.TenantID
	if about == nil && !in.TenantID.IsZero() {
		about = new(in.TenantID.UUID())
	}
	rows, err := candidates(ctx, tx, about, who, a.To, in.Query)
	return api.Whole(rows), err
}

func candidates(ctx context.Context, tx *pg.PlatformTx, about *uuid.UUID, who session.Session, to []role.Role, query string) ([]Candidate, error) {
	return pg.All[Candidate](ctx, tx, `
		SELECT u.id, u.name, CASE WHEN u.tenant_id IS NOT NULL OR @platform::boolean THEN u.email END AS email, u.role FROM public.users u
		WHERE u.role = ANY(@roles::text[]) AND u.id <> @self AND u.is_active AND u.locked_at IS NULL AND u.anonymised_at IS NULL AND NOT u.is_sandbox
			AND (u.tenant_id = @about OR u.tenant_id IS NULL AND (@platform::boolean OR u.role = 'PLATFORM_SUPPORT'))
			AND (u.name ILIKE @pattern OR u.email ILIKE @pattern AND (u.tenant_id IS NOT NULL OR @platform::boolean))
		ORDER BY u.name, u.id LIMIT 20`, pg.Args{
		"roles": to, "self": who.UserID, "about": about, "platform": who.TenantID == nil,
		"pattern": "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(query)) + "%",
	})
}
