package session

import (
	"context"
	"net/http"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Listed is a session as its user sees it.
type Listed struct {
	ID          id.ID[Session] `json:"id" db:"id"`
	Kind        string         `json:"kind" db:"kind" enum:"FULL,MASQUERADE"`
	IPAddress   string         `json:"ip_address" db:"ip_address"`
	UserAgent   string         `json:"user_agent" db:"user_agent"`
	CreatedAt   time.Time      `json:"created_at" db:"created_at"`
	LastSeenAt  time.Time      `json:"last_seen_at" db:"last_seen_at"`
	Current     bool           `json:"current" db:"is_current"`
	ActedByRole *role.Role     `json:"acted_by_role" db:"acted_by_role" doc:"Who acts as you in it."`
}

func (s *Service) registerSessions(srv *api.Server) {
	api.Place(srv, api.Op{ID: "list-my-sessions", Do: "GET /api/v1/me/sessions", Summary: "List my sessions", Needs: authz.SignedIn, OnlySelf: true}, s.list)
	api.Place(srv, api.Op{ID: "end-my-session", Do: "POST /api/v1/me/sessions/{id}/end", Summary: "End one of my sessions", Needs: authz.SignedIn, OnlySelf: true, Status: http.StatusNoContent}, s.endOne)
	api.Place(srv, api.Op{ID: "end-my-other-sessions", Do: "POST /api/v1/me/sessions/end-others", Summary: "End all my other sessions", Needs: authz.SignedIn, OnlySelf: true, Status: http.StatusNoContent}, s.endOthers)
}

func (s *Service) list(ctx context.Context, tx pg.PlaceTx, _ *struct{}) (api.List[Listed], error) {
	current, err := Current(ctx)
	if err != nil {
		return api.List[Listed]{}, err
	}
	rows, err := listOf(ctx, tx, current.UserID, current.IDHash)
	return api.Whole(rows), err
}

func (s *Service) endOne(ctx context.Context, tx pg.PlaceTx, in *api.ByID[Session]) (api.None, error) {
	current, err := Current(ctx)
	if err != nil {
		return api.None{}, err
	}
	found, err := pg.Found(ofUser(ctx, tx, in.ID, current.UserID))
	if err != nil {
		return api.None{}, err
	}
	if found.Kind != Masquerade {
		return api.None{}, s.End(ctx, tx, found)
	}
	if *found.ActorRole == role.Superuser {
		return api.None{}, &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "A superuser's access can't be ended from here. It ends by itself."}
	}
	// The record of it is closed by the sweeper, which sees that the session is gone.
	return api.None{}, s.End(ctx, tx, found)
}

func (s *Service) endOthers(ctx context.Context, tx pg.PlaceTx, _ *struct{}) (api.None, error) {
	current, err := Current(ctx)
	if err != nil {
		return api.None{}, err
	}
	s.happened(ctx, tx, "SESSIONS_ENDED", current)
	return api.None{}, s.EndAll(ctx, tx, current.UserID, current.IDHash)
}
