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
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/resource"
)

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "list-appointments", Do: "GET /api/v1/appointments", Summary: "List appointments of a range", Needs: role.AppointmentsRead}, s.list)
	api.Tenant(srv, api.Op{ID: "get-appointment", Do: "GET /api/v1/appointments/{id}", Summary: "Get an appointment", Needs: role.AppointmentsRead}, s.get)
	api.Tenant(srv, api.Op{ID: "list-appointment-history", Do: "GET /api/v1/appointments/{id}/history", Summary: "What became of an appointment", Needs: role.AppointmentsRead}, s.history)
	api.Tenant(srv, api.Op{ID: "quote-appointment", Do: "GET /api/v1/appointments/{id}/quote", Summary: "What it would cost to cancel or move an appointment", Needs: role.AppointmentsRead}, s.quote)
	api.Tenant(srv, api.Op{ID: "create-appointment", Do: "POST /api/v1/appointments", Summary: "Book an appointment", Needs: role.AppointmentsCreate, Status: http.StatusCreated}, s.create)
	api.Tenant(srv, api.Op{ID: "change-appointment", Do: "PATCH /api/v1/appointments/{id}", Summary: "Change whom an appointment is for, or its notes", Needs: role.AppointmentsWrite}, s.change)
	api.Tenant(srv, api.Op{ID: "reschedule-appointment", Do: "POST /api/v1/appointments/{id}/reschedule", Summary: "Move an appointment", Needs: role.AppointmentsWrite}, s.reschedule)
	api.Tenant(srv, api.Op{ID: "cancel-appointment", Do: "POST /api/v1/appointments/{id}/cancel", Summary: "Cancel an appointment", Needs: role.AppointmentsWrite}, s.cancelOne)
	api.Tenant(srv, api.Op{ID: "confirm-appointment", Do: "POST /api/v1/appointments/{id}/confirm", Summary: "Accept a request", Needs: role.AppointmentsWrite}, s.confirm)
	api.Tenant(srv, api.Op{ID: "decline-appointment", Do: "POST /api/v1/appointments/{id}/decline", Summary: "Turn a request down", Needs: role.AppointmentsWrite}, s.decline)
	for name, verb := range map[string]func(context.Context, *pg.TenantTx, id.ID[Appointment]) (Appointment, error){
		"check_in": s.CheckIn, "start": s.Start, "complete": s.Complete, "no_show": s.MarkNoShow, "undo": s.Undo, "release": s.Release,
	} {
		op := verbs[name]
		op.Do, op.Needs = "POST /api/v1/appointments/{id}/"+name, role.AppointmentsWrite
		api.Tenant(srv, op, func(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Appointment]) (Appointment, error) {
			return verb(ctx, tx, in.ID)
		})
	}
	api.Tenant(srv, api.Op{ID: "link-appointment", Do: "POST /api/v1/appointments/{id}/link", Summary: "Make a customer's link to an appointment", Needs: role.AppointmentsWrite}, s.link)
	api.Tenant(srv, api.Op{ID: "create-hold", Do: "POST /api/v1/availability/holds", Summary: "Keep a start for ten minutes", Needs: role.AppointmentsCreate, Status: http.StatusCreated}, s.hold)
	api.Tenant(srv, api.Op{ID: "reassign-resource", Do: "POST /api/v1/resources/{id}/reassign", Summary: "Give a resource's appointments and group sessions to come to others", Needs: role.ResourcesWrite}, s.reassign)
	s.registerGroups(srv)
	s.registerPublic(srv)
}

// verbs are the steps of the status machine that need no more words.
var verbs = map[string]api.Op{
	"check_in": {ID: "check-in-appointment", Summary: "Note that the customer has arrived"},
	"start":    {ID: "start-appointment", Summary: "Note that an appointment has begun"},
	"complete": {ID: "complete-appointment", Summary: "Note that an appointment is over"},
	"no_show":  {ID: "mark-appointment-no-show", Summary: "Note that the customer did not come"},
	"undo":     {ID: "undo-appointment", Summary: "Take the last step back"},
	"release":  {ID: "release-appointment", Summary: "Give the rest of an appointment's time back"},
}

func (s *Service) registerPublic(srv *api.Server) {
	api.Tenant(srv, api.Op{ID: "create-public-appointment", Do: "POST /api/v1/public/appointments", Summary: "Book an appointment as a customer", Needs: authz.Public, Status: http.StatusCreated}, s.createPublic)
	api.Tenant(srv, api.Op{ID: "create-public-hold", Do: "POST /api/v1/public/availability/holds", Summary: "Keep a start for ten minutes as a customer", Needs: authz.Public, Status: http.StatusCreated}, s.holdPublic)
	api.Tenant(srv, api.Op{ID: "release-public-hold", Do: "POST /api/v1/public/availability/holds/release", Summary: "Give a start back", Needs: authz.Public, Status: http.StatusNoContent}, s.unhold)
	api.Tenant(srv, api.Op{ID: "manage-public-appointment", Do: "POST /api/v1/public/appointments/manage", Summary: "Show the appointment of a link", Needs: authz.Public}, s.managed)
	api.Tenant(srv, api.Op{ID: "cancel-public-appointment", Do: "POST /api/v1/public/appointments/manage/cancel", Summary: "Cancel the appointment of a link", Needs: authz.Public}, s.cancelByLink)
	api.Tenant(srv, api.Op{ID: "reschedule-public-appointment", Do: "POST /api/v1/public/appointments/manage/reschedule", Summary: "Move the appointment of a link", Needs: authz.Public}, s.moveByLink)
}

func (s *Service) list(ctx context.Context, tx *pg.TenantTx, in *struct {
	From       time.Time                `query:"from" required:"true" doc:"Appointments that end after this instant."`
	To         time.Time                `query:"to" required:"true" doc:"Appointments that start before this instant; at most 62 days after from."`
	ResourceID id.ID[resource.Resource] `query:"resource_id"`
	CustomerID id.ID[customer.Customer] `query:"customer_id"`
	Status     string                   `query:"status" enum:"PENDING,CONFIRMED,CHECKED_IN,IN_PROGRESS,COMPLETED,NO_SHOW,CANCELLED,DECLINED,EXPIRED"`
},
) (api.List[Appointment], error) {
	const slack = 2 * time.Hour // the days of a clock change are longer
	if length := in.To.Sub(in.From); length <= 0 || length > availability.MaxDays*24*time.Hour+slack {
		return api.List[Appointment]{}, fault.At("query.to", "Choose an end after the start, at most %d days later.", availability.MaxDays)
	}
	f := filter{from: in.From, to: in.To, resourceID: api.Optional(in.ResourceID), customerID: api.Optional(in.CustomerID)}
	if in.Status != "" {
		f.status = &in.Status
	}
	rows, err := between(ctx, tx, f)
	for i := range rows {
		rows[i] = rows[i].shown()
	}
	return api.Whole(rows), err
}

func (s *Service) get(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Appointment]) (Appointment, error) {
	return s.Get(ctx, tx, in.ID)
}

func (s *Service) history(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Appointment]) (api.List[Entry], error) {
	rows, err := s.History(ctx, tx, in.ID)
	return api.Whole(rows), err
}

func (s *Service) quote(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Appointment]) (Quotes, error) {
	return s.Quotes(ctx, tx, in.ID)
}

func (s *Service) create(ctx context.Context, tx *pg.TenantTx, in *struct{ Body New }) (Appointment, error) {
	return s.Create(ctx, tx, in.Body)
}

func (s *Service) change(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Appointment]
	Body api.Merge[Change]
},
) (Appointment, error) {
	return s.Change(ctx, tx, in.ID, in.Body.Apply)
}

func (s *Service) reschedule(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Appointment]
	Body Move
},
) (Appointment, error) {
	return s.Reschedule(ctx, tx, in.ID, in.Body)
}

func (s *Service) cancelOne(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Appointment]
	Body *Cancellation
},
) (Appointment, error) {
	return s.Cancel(ctx, tx, in.ID, orZero(in.Body))
}

func (s *Service) confirm(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Appointment]
	Body *Confirmation
},
) (Appointment, error) {
	return s.Confirm(ctx, tx, in.ID, orZero(in.Body))
}

func (s *Service) decline(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[Appointment]
	Body *Why
},
) (Appointment, error) {
	return s.Decline(ctx, tx, in.ID, orZero(in.Body).Reason)
}

// Why is a reason, for those whom it concerns.
type Why struct {
	Reason string `json:"reason" required:"false" maxLength:"500"`
}

// orZero is for bodies that may be left out.
func orZero[T any](body *T) (v T) {
	if body != nil {
		v = *body
	}
	return v
}

func (s *Service) link(ctx context.Context, tx *pg.TenantTx, in *api.ByID[Appointment]) (Link, error) {
	return s.Link(ctx, tx, in.ID)
}

func (s *Service) hold(ctx context.Context, tx *pg.TenantTx, in *struct{ Body NewHold }) (Hold, error) {
	return s.Hold(ctx, tx, in.Body, false)
}

func (s *Service) reassign(ctx context.Context, tx *pg.TenantTx, in *struct {
	api.ByID[resource.Resource]
	Body *Reassignment
},
) (Reassigned, error) {
	return s.Reassign(ctx, tx, in.ID, orZero(in.Body))
}

func (s *Service) createPublic(ctx context.Context, tx *pg.TenantTx, in *struct{ Body PublicNew }) (PublicAppointment, error) {
	return s.CreatePublic(ctx, tx, in.Body)
}

func (s *Service) holdPublic(ctx context.Context, tx *pg.TenantTx, in *struct{ Body NewHold }) (Hold, error) {
	return s.Hold(ctx, tx, in.Body, true)
}

func (s *Service) unhold(ctx context.Context, tx *pg.TenantTx, in *struct{ Body Link }) (api.None, error) {
	return api.None{}, s.Unhold(ctx, tx, in.Body.Token)
}

func (s *Service) managed(ctx context.Context, tx *pg.TenantTx, in *struct{ Body Link }) (Managed, error) {
	return s.Managed(ctx, tx, in.Body.Token)
}

func (s *Service) cancelByLink(ctx context.Context, tx *pg.TenantTx, in *struct{ Body PublicCancellation }) (Managed, error) {
	return s.CancelByLink(ctx, tx, in.Body)
}

func (s *Service) moveByLink(ctx context.Context, tx *pg.TenantTx, in *struct{ Body PublicMove }) (Managed, error) {
	return s.MoveByLink(ctx, tx, in.Body)
}
