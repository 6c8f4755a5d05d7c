package masquerade

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

// Access is a masquerade as the owner of the business sees it: who was here, as whom and why.
type Access struct {
	MasqueradeID ID         `json:"masquerade_id" db:"id"`
	Actor        Named      `json:"actor" db:"-"`
	Subject      Named      `json:"subject" db:"-"`
	Reason       string     `json:"reason" db:"reason"`
	StartedAt    time.Time  `json:"started_at" db:"started_at"`
	EndedAt      *time.Time `json:"ended_at" db:"ended_at"`
	EndedBy      *string    `json:"ended_by" db:"ended_by" enum:"END,EXPIRED,TERMINATED"`
	Actions      int        `json:"actions" db:"actions" doc:"How many changes and sensitive reads there were."`
}

// Named is a person by name and role.
type Named struct {
	Name string    `json:"name"`
	Role role.Role `json:"role"`
}

// AccessDetail is one with everything that was done.
type AccessDetail struct {
	Access
	Entries []Act `json:"entries"`
}

// Act is one thing that was done, or tried.
type Act struct {
	At        time.Time `json:"at" db:"at"`
	Action    string    `json:"action" db:"action"`
	Result    string    `json:"result" db:"result" enum:"allowed,denied"`
	Operation *string   `json:"operation" db:"operation" doc:"What it was, in words."`
	Method    *string   `json:"method" db:"method"`
	Route     *string   `json:"route" db:"route"`
	ObjectID  *string   `json:"object_id" db:"object_id"`
	Status    *int      `json:"status" db:"status"`
}

type accessRow struct {
	Access
	ActorName   string    `db:"actor_name"`
	ActorRole   role.Role `db:"actor_role"`
	SubjectName string    `db:"subject_name"`
	SubjectRole role.Role `db:"subject_role"`
}

func (r accessRow) access() Access {
	a := r.Access
	a.Actor, a.Subject = Named{r.ActorName, r.ActorRole}, Named{r.SubjectName, r.SubjectRole}
	return a
}

func (s *Service) registerAccess(srv *api.Server) {
	onTenant := []api.Kind{api.TenantHost}
	api.Platform(srv, api.Op{ID: "list-access", Do: "GET /api/v1/access-log", Summary: "Who acted as one of the business's people", Needs: role.AccessLogRead, Hosts: onTenant}, s.listAccess)
	api.Platform(srv, api.Op{ID: "get-access", Do: "GET /api/v1/access-log/{id}", Summary: "What somebody did who acted as one of the business's people", Needs: role.AccessLogRead, Hosts: onTenant}, s.getAccess)
}

func (s *Service) listAccess(ctx context.Context, tx *pg.PlatformTx, in *struct{ api.Page }) (api.List[Access], error) {
	rows, err := accesses(ctx, tx, *api.HostFrom(ctx).Place(), in.Page)
	return api.Paged(rows, in.Page, func(a Access) uuid.UUID { return a.MasqueradeID.UUID() }), err
}

// ByMasquerade is the input of what is about one masquerade.
type ByMasquerade struct {
	ID ID `path:"id"`
}

func (s *Service) getAccess(ctx context.Context, tx *pg.PlatformTx, in *ByMasquerade) (out AccessDetail, err error) {
	if out.Access, err = pg.Found(accessOf(ctx, tx, *api.HostFrom(ctx).Place(), in.ID)); err != nil {
		return out, err
	}
	out.Entries, err = acts(ctx, tx, in.ID)
	return out, err
}

const accessSQL = `
	SELECT m.id, m.reason, m.started_at, m.ended_at, replace(m.end_action, 'HIJACK_', '') AS ended_by,
		(SELECT count(*) FROM public.audit_log l WHERE l.masquerade_id = m.id AND l.action = 'HIJACK_ACTION') AS actions,
		a.name AS actor_name, a.role AS actor_role, u.name AS subject_name, u.role AS subject_role
	FROM public.masquerades m JOIN public.users a ON a.id = m.actor_id JOIN public.users u ON u.id = m.subject_id
	WHERE m.tenant_id = @tenant_id`

func accesses(ctx context.Context, tx *pg.PlatformTx, tenantID uuid.UUID, p api.Page) ([]Access, error) {
	rows, err := pg.All[accessRow](ctx, tx, accessSQL+`
		AND (m.id < @after OR @after = '00000000-0000-0000-0000-000000000000'::uuid) ORDER BY m.id DESC LIMIT @rows`,
		pg.Args{"tenant_id": tenantID, "after": p.After(), "rows": p.Rows()})
	all := make([]Access, len(rows))
	for i, r := range rows {
		all[i] = r.access()
	}
	return all, err
}

func accessOf(ctx context.Context, tx *pg.PlatformTx, tenantID uuid.UUID, key ID) (Access, error) {
	r, err := pg.One[accessRow](ctx, tx, accessSQL+` AND m.id = @id`, pg.Args{"tenant_id": tenantID, "id": key})
	return r.access(), err
}

// acts are what was done in a masquerade, oldest first; a masquerade lasts an hour, so there are never very many.
func acts(ctx context.Context, tx *pg.PlatformTx, key ID) ([]Act, error) {
	return pg.All[Act](ctx, tx, `
		SELECT at, action, result, line::jsonb->>'operation' AS operation, line::jsonb->>'method' AS method, line::jsonb->>'route' AS route, line::jsonb->>'object_id' AS object_id,
			(line::jsonb->>'status')::int AS status
		FROM public.audit_log WHERE masquerade_id = @id ORDER BY seq LIMIT 1000`, pg.Args{"id": key})
}
