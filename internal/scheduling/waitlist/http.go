package waitlist

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/service"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-waitlist", Do: "GET /api/v1/waitlist", Summary: "List who waits for a time", Needs: role.AppointmentsRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-waitlist-entry", Do: "GET /api/v1/waitlist/{id}", Summary: "Get an entry of the wait list", Needs: role.AppointmentsRead}, s.get)
	api.Tenant(srv, api.Op{ID: "create-waitlist-entry", Do: "POST /api/v1/waitlist", Summary: "Put a customer on the wait list", Needs: role.AppointmentsCreate, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-waitlist-entry", Do: "PATCH /api/v1/waitlist/{id}", Summary: "Change what somebody waits for", Needs: role.AppointmentsWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "cancel-waitlist-entry", Do: "DELETE /api/v1/waitlist/{id}", Summary: "Take somebody off the wait list", Needs: role.AppointmentsWrite, Status: http.StatusNoContent}, s.cancel)
	api.Tenant(srv, api.Op{ID: "book-waitlist-entry", Do: "POST /api/v1/waitlist/{id}/book", Summary: "Book for somebody on the wait list", Needs: role.AppointmentsWrite}, s.book)

	api.Tenant(srv, api.Op{ID: "join-public-waitlist", Do: "POST /api/v1/public/waitlist", Summary: "Wait for a time as a customer", Needs: authz.Public, Status: http.StatusCreated}, s.join)
	api.Tenant(srv, api.Op{ID: "show-public-waitlist", Do: "POST /api/v1/public/waitlist/status", Summary: "Show the wait list entry of a key", Needs: authz.Public}, s.look)
	api.Tenant(srv, api.Op{ID: "accept-public-waitlist", Do: "POST /api/v1/public/waitlist/accept", Summary: "Book what is kept for the wait list entry of a key", Needs: authz.Public}, s.accept)
	api.Tenant(srv, api.Op{ID: "leave-public-waitlist", Do: "POST /api/v1/public/waitlist/leave", Summary: "Leave the wait list", Needs: authz.Public, Status: http.StatusNoContent}, s.leavePublic)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.Page
	Status    string                 `query:"status" enum:"WAITING,OFFERED,BOOKED,EXPIRED,CANCELLED"`
	ServiceID id.ID[service.Service] `query:"service_id"`
},
) (api.List[Entry], error) {
	f := filter{serviceID: api.Optional(in.ServiceID)}
	if in.Status != "" {
		f.status = &in.Status
	}
	rows, err := list(ctx, tx, f, in.Page)
	return api.Paged(rows, in.Page, func(e Entry) uuid.UUID { return e.ID.UUID() }), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Entry]) (Entry, error) {
	return s.Get(ctx, tx, in.ID)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Entry, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Entry]
	Body api.Merge[Wishes]
},
) (Entry, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Service) cancel(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Entry]) (api.None, error) {
	return api.None{}, s.Cancel(ctx, tx, in.ID)
}

func (s *Service) book(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Entry]
	Body Booking
},
) (Entry, error) {
	return s.Book(ctx, tx, in.ID, in.Body)
}

func (s *Service) join(ctx context.Context, tx *pg.TenantTx, in *struct{ Body PublicNew }) (Joined, error) {
	return s.Join(ctx, tx, in.Body)
}

func (s *Service) look(ctx context.Context, tx *pg.TenantTx, in *struct{ Body Key }) (Place, error) {
	return s.Look(ctx, tx, in.Body)
}

func (s *Service) accept(ctx context.Context, tx *pg.TenantTx, in *struct{ Body Key }) (appointment.PublicAppointment, error) {
	return s.Accept(ctx, tx, in.Body)
}

func (s *Service) leavePublic(ctx context.Context, tx *pg.TenantTx, in *struct{ Body Key }) (api.None, error) {
	return api.None{}, s.Leave(ctx, tx, in.Body)
}
