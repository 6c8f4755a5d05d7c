package appointment

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
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/service"
)

func (s *Service) registerGroups(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-group-sessions", Do: "GET /api/v1/group_sessions", Summary: "List group sessions of a range", Needs: role.AppointmentsRead}, s.listSessions)
	api.Tenant(srv, api.Op{ID: "get-group-session", Do: "GET /api/v1/group_sessions/{id}", Summary: "Get a group session", Needs: role.AppointmentsRead}, s.getSession)
	api.Tenant(srv, api.Op{ID: "list-group-session-roster", Do: "GET /api/v1/group_sessions/{id}/roster", Summary: "Who takes part in a group session", Needs: role.AppointmentsRead}, s.getRoster)
	api.Tenant(srv, api.Op{ID: "create-group-session", Do: "POST /api/v1/group_sessions", Summary: "Plan a group session", Needs: role.AppointmentsCreate, Status: http.StatusCreated}, s.planSession)
	api.Tenant(srv, api.Op{ID: "change-group-session", Do: "PATCH /api/v1/group_sessions/{id}", Summary: "Change a group session", Needs: role.AppointmentsWrite}, s.changeSession)
	api.Tenant(srv, api.Op{ID: "reschedule-group-session", Do: "POST /api/v1/group_sessions/{id}/reschedule", Summary: "Move a group session with all its seats", Needs: role.AppointmentsWrite}, s.rescheduleSession)
	api.Tenant(srv, api.Op{ID: "cancel-group-session", Do: "POST /api/v1/group_sessions/{id}/cancel", Summary: "Cancel a group session with all its seats", Needs: role.AppointmentsWrite}, s.cancelSession)
	api.Tenant(srv, api.Op{ID: "check-in-group-session", Do: "POST /api/v1/group_sessions/{id}/check_in", Summary: "Note that everybody of a group session has arrived", Needs: role.AppointmentsWrite}, s.checkInSession)
	api.Tenant(srv, api.Op{ID: "message-group-session", Do: "POST /api/v1/group_sessions/{id}/message", Summary: "Write to everybody of a group session", Needs: role.AppointmentsWrite}, s.messageSession)
	api.Tenant(srv, api.Op{ID: "list-public-group-sessions", Do: "GET /api/v1/public/group_sessions", Summary: "Group sessions that customers can take seats in", Needs: authz.Public}, s.listPublicSessions)
}

// SessionRange is which sessions to list.
type SessionRange struct {
	From       time.Time                `query:"from" required:"true" doc:"Sessions that begin at this instant or later."`
	To         time.Time                `query:"to" required:"true" doc:"Sessions that begin before this instant; at most 62 days after from, and with at most 5000 of them."`
	ServiceID  id.ID[service.Service]   `query:"service_id"`
	LocationID id.ID[location.Location] `query:"location_id"`
}

func (r SessionRange) filter() (group.Filter, error) {
	f := group.Filter{From: r.From, To: r.To, ServiceID: api.Optional(r.ServiceID), Location: api.Optional(r.LocationID)}
	if length := r.To.Sub(r.From); length <= 0 || length > (availability.MaxDays*24+2)*time.Hour {
		return f, fault.At("query.to", "Choose an end after the start, at most %d days later.", availability.MaxDays)
	}
	return f, nil
}

func (s *Service) listSessions(ctx context.Context, tx *pg.TenantTx, in *SessionRange) (api.List[group.Session], error) {
	f, err := in.filter()
	if err != nil {
		return api.List[group.Session]{}, err
	}
	all, err := s.Sessions(ctx, tx, f)
	return api.Whole(all), err
}

func (s *Service) getSession(ctx context.Context, tx *pg.TenantTx, in *api.ByID[group.Session]) (group.Session, error) {
	return s.Session(ctx, tx, in.ID)
}

func (s *Service) getRoster(ctx context.Context, tx *pg.TenantTx, in *api.ByID[group.Session]) (api.List[Appointment], error) {
	rows, err := s.Roster(ctx, tx, in.ID)
	return api.Whole(rows), err
}

func (s *Service) planSession(ctx context.Context, tx *pg.TenantTx, in *struct{ Body NewSession }) (group.Session, error) {
	return s.PlanSession(ctx, tx, in.Body)
}

func (s *Service) changeSession(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[group.Session]
	Body SessionPlan
},
) (group.Session, error) {
	return s.ChangeSession(ctx, tx, in.ID, in.Body)
}

func (s *Service) rescheduleSession(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[group.Session]
	Body Move
},
) (group.Session, error) {
	return s.MoveSession(ctx, tx, in.ID, in.Body)
}

func (s *Service) cancelSession(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[group.Session]
	Body *Why
},
) (group.Session, error) {
	return s.CancelSession(ctx, tx, in.ID, orZero(in.Body).Reason)
}

func (s *Service) checkInSession(ctx context.Context, tx *pg.TenantTx, in *api.ByID[group.Session]) (api.List[Appointment], error) {
	rows, err := s.CheckInAll(ctx, tx, in.ID)
	return api.Whole(rows), err
}

// Sent is to how many people a message goes.
type Sent struct {
	Recipients int `json:"recipients"`
}

func (s *Service) messageSession(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[group.Session]
	Body Message
},
) (Sent, error) {
	n, err := s.MessageAll(ctx, tx, in.ID, in.Body)
	return Sent{n}, err
}

// PublicSession is a session as customers see it.
type PublicSession struct {
	ID          id.ID[group.Session]   `json:"id"`
	ServiceID   id.ID[service.Service] `json:"service_id"`
	ServiceName string                 `json:"service_name"`
	Start       time.Time              `json:"start"`
	End         time.Time              `json:"end"`
	TimeZone    string                 `json:"time_zone"`
	Left        int                    `json:"left" doc:"Seats that are free."`
}

func (s *Service) listPublicSessions(ctx context.Context, tx *pg.TenantTx, in *SessionRange) (api.List[PublicSession], error) {
	f, err := in.filter()
	if err != nil {
		return api.List[PublicSession]{}, err
	}
	f.Scheduled, f.Public = true, true
	all, err := group.List(ctx, tx, f)
	open := make([]PublicSession, len(all))
	for i, g := range all {
		open[i] = PublicSession{g.ID, g.ServiceID, g.ServiceName, g.Start, g.End, g.TimeZone, max(0, g.Left())}
	}
	return api.Whole(open), err
}
