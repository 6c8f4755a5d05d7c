package people

import (
	"context"
	"net/http"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Filter narrows a list of people.
type Filter struct {
	Query  string    `query:"query" maxLength:"200" doc:"Part of a name or an e-mail address."`
	Role   role.Role `query:"role" enum:"SUPERUSER,PLATFORM_MANAGER,PLATFORM_SALES,PLATFORM_SUPPORT,TENANT_OWNER,TENANT_MANAGER,TENANT_STAFF,CUSTOMER"`
	Status Status    `query:"status" enum:"ACTIVE,DEACTIVATED,LOCKED"`
}

// PlatformFilter is a Filter over all businesses and the platform's staff.
type PlatformFilter struct {
	Filter
	Kind     string               `query:"kind" enum:"PLATFORM,TENANT" doc:"The platform's staff, or the people of businesses."`
	TenantID id.ID[tenant.Tenant] `query:"tenant_id"`
}

// Change is what may be changed of a user by others.
type Change struct {
	Role     *role.Role         `json:"role" required:"false" enum:"SUPERUSER,PLATFORM_MANAGER,PLATFORM_SALES,PLATFORM_SUPPORT,TENANT_OWNER,TENANT_MANAGER,TENANT_STAFF,CUSTOMER"`
	Switches []authz.Permission `json:"switches" required:"false" maxItems:"50" doc:"All that shall be on; of the list of switches."`
}

// Reason says why.
type Reason struct {
	Reason string `json:"reason" required:"false" maxLength:"500"`
}

// Colleague is somebody who works at the business, by name.
type Colleague struct {
	ID   id.ID[account.User] `json:"id" db:"id"`
	Name string              `json:"name" db:"name"`
}

// Switch is a permission that can be switched on for a person.
type Switch struct {
	Permission  authz.Permission `json:"permission"`
	Label       string           `json:"label"`
	Description string           `json:"description"`
}

// side is one of the two hosts that people are administered on.
type side struct {
	host      api.Kind
	path      string
	one       string // of operations' names
	who       string // of their summaries
	permitted int    // the column of needs
}

// Register declares the domain's operations.
func (s *Service) Register(srv *api.Server) {
	onTenant := []api.Kind{api.TenantHost}
	api.Place(srv, api.Op{ID: "list-people", Do: "GET /api/v1/people", Summary: "List the people of the business", Needs: role.PeopleRead, Hosts: onTenant}, s.list)
	api.Place(srv, api.Op{ID: "get-person", Do: "GET /api/v1/people/{id}", Summary: "Get a person", Needs: role.PeopleRead, Hosts: onTenant}, s.get)
	api.Place(srv, api.Op{ID: "list-switches", Do: "GET /api/v1/people/switches", Summary: "List what can be switched on for staff", Needs: role.PeopleRead}, s.switches)
	api.Tenant(srv, api.Op{ID: "list-colleagues", Do: "GET /api/v1/colleagues", Summary: "List who works here, by name", Needs: role.ColleaguesRead}, s.colleagues)
	api.Platform(srv, api.Op{ID: "list-users", Do: "GET /api/v1/platform/users", Summary: "List the people of businesses and of the platform", Needs: role.UsersRead}, s.listAll)
	api.Place(srv, api.Op{ID: "get-user", Do: "GET /api/v1/platform/users/{id}", Summary: "Get a user", Needs: role.UsersRead, Hosts: []api.Kind{api.PlatformHost}}, s.get)
	s.registerVerbs(srv, side{host: api.TenantHost, path: "/api/v1/people", one: "person", who: "a person"})
	s.registerVerbs(srv, side{host: api.PlatformHost, path: "/api/v1/platform/users", one: "user", who: "a user", permitted: 1})
}

// registerVerbs declares the same verbs on one of the two sides. What decides is the rules; the edge asks for the least that a verb takes.
func (s *Service) registerVerbs(srv *api.Server, at side) {
	op := func(name, method, suffix, summary string, v Verb) api.Op {
		return api.Op{
			ID: name, Do: method + " " + at.path + "/{id}" + suffix, Summary: summary, Needs: needs[v][at.permitted], Hosts: []api.Kind{at.host}, OnlySelf: true,
		}
	}
	change := op("change-"+at.one, http.MethodPatch, "", "Change the role or the switches of "+at.who, SetSwitches)
	change.Reauth = true
	api.Place(srv, change, s.change)
	api.Place(srv, op("deactivate-"+at.one, http.MethodPost, "/deactivate", "Close the account of "+at.who, Deactivate), s.deactivate)
	api.Place(srv, op("reactivate-"+at.one, http.MethodPost, "/reactivate", "Open the account of "+at.who+" again", Reactivate), s.reactivate)
	reset := op("reset-password-of-"+at.one, http.MethodPost, "/reset-password", "Mail a link for a new password to "+at.who, ResetPassword)
	reset.Status = http.StatusAccepted
	api.Place(srv, reset, s.resetPassword)
	factors := op("reset-mfa-of-"+at.one, http.MethodPost, "/reset-mfa", "Remove the second factors of "+at.who, ResetMFA)
	factors.Reauth = true
	api.Place(srv, factors, s.resetMFA)
	end := op("end-sessions-of-"+at.one, http.MethodPost, "/end-sessions", "Sign "+at.who+" out everywhere", EndSessions)
	end.Status = http.StatusNoContent
	api.Place(srv, end, s.endSessions)
}

func (s *Service) list(ctx context.Context, tx pg.PlaceTx, in *struct {
	api.Page
	Filter
},
) (api.List[User], error) {
	who, err := session.Current(ctx)
	if err != nil {
		return api.List[User]{}, err
	}
	rows, err := listHere(ctx, tx, who, in.Filter, in.Page)
	return paged(who, rows, in.Page), err
}

func (s *Service) listAll(ctx context.Context, tx *pg.PlatformTx, in *struct {
	api.Page
	PlatformFilter
},
) (api.List[User], error) {
	who, err := session.Current(ctx)
	if err != nil {
		return api.List[User]{}, err
	}
	rows, err := listAll(ctx, tx, who, in.PlatformFilter, in.Page)
	return paged(who, rows, in.Page), err
}

func paged(who session.Session, rows []person, p api.Page) api.List[User] {
	users := make([]User, len(rows))
	for i, r := range rows {
		users[i] = show(who, r)
	}
	return api.Paged(users, p, idOf)
}

func (s *Service) get(ctx context.Context, tx pg.PlaceTx, in *api.ByID[account.User]) (User, error) {
	return visible(ctx, tx, in.ID)
}

func (s *Service) change(ctx context.Context, tx pg.PlaceTx, in *struct {
	api.ByID[account.User]
	Body Change
},
) (User, error) {
	return s.Change(ctx, tx, in.ID, in.Body)
}

func (s *Service) deactivate(ctx context.Context, tx pg.PlaceTx, in *struct {
	api.ByID[account.User]
	Body *Reason
},
) (User, error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	return s.Deactivate(ctx, tx, in.ID, reason)
}

func (s *Service) reactivate(ctx context.Context, tx pg.PlaceTx, in *api.ByID[account.User]) (User, error) {
	return s.Reactivate(ctx, tx, in.ID)
}

func (s *Service) resetPassword(ctx context.Context, tx pg.PlaceTx, in *api.ByID[account.User]) (api.None, error) {
	return api.None{}, s.ResetPassword(ctx, tx, in.ID)
}

func (s *Service) resetMFA(ctx context.Context, tx pg.PlaceTx, in *api.ByID[account.User]) (User, error) {
	return s.ResetMFA(ctx, tx, in.ID)
}

func (s *Service) endSessions(ctx context.Context, tx pg.PlaceTx, in *api.ByID[account.User]) (api.None, error) {
	return api.None{}, s.EndSessions(ctx, tx, in.ID)
}

func (s *Service) colleagues(ctx context.Context, tx *pg.TenantTx, _ *struct{}) (api.List[Colleague], error) {
	rows, err := colleagues(ctx, tx)
	return api.Whole(rows), err
}

// labels say what each switch of staff is, in words.
var labels = map[authz.Permission][2]string{
	role.ResourcesWrite:   {"Change staff and rooms", "Add resources, and change their names, hours and services."},
	role.BlocksAll:        {"Plan everybody's time off", "Add time off for others and closures of a location, besides their own time off."},
	role.CustomersReadAll: {"See all customers", "Not only those with whom they have an appointment."},
	role.CustomersWrite:   {"Change customers", "Add customers, and change the contact data of those whom they see."},
	role.AppointmentsAll:  {"Manage all appointments", "Book, move and cancel for everybody, not only for themselves."},
}

func (s *Service) switches(_ context.Context, _ pg.PlaceTx, _ *struct{}) (api.List[Switch], error) {
	all := []Switch{}
	for _, p := range role.TenantStaff.Switches() {
		all = append(all, Switch{p, labels[p][0], labels[p][1]})
	}
	return api.Whole(all), nil
}
