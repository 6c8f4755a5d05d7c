package role

import (
	"strings"

	"smoothschedule/internal/kit/authz"
)

// Code says how a role holds a permission.
type Code string

// The codes of the table.
const (
	AllTenants  Code = "A"
	DemoTenants Code = "D" // demo tenants and their temporary users only
	OwnTenant   Code = "T"
	Own         Code = "O" // own or assigned objects only
	Self        Code = "S"
	Granted     Code = "G" // only with an active grant
	Switched    Code = "P" // only if switched on for the person
	None        Code = "-"
)

// Permissions, named noun.verb. The ones that end in _all lift a row rule: without them a person sees
// what is their own (an appointment they serve or booked, a customer they serve, a demo tenant).
const (
	LocationsRead  authz.Permission = "locations.read"
	LocationsWrite authz.Permission = "locations.write"
	ResourcesRead  authz.Permission = "resources.read"
	ResourcesWrite authz.Permission = "resources.write"
	BlocksRead     authz.Permission = "blocks.read"
	BlocksWrite    authz.Permission = "blocks.write"
	BlocksAll      authz.Permission = "blocks.all"
	ServicesRead   authz.Permission = "services.read"
	ServicesWrite  authz.Permission = "services.write"

	CustomersRead      authz.Permission = "customers.read"
	CustomersReadAll   authz.Permission = "customers.read_all"
	CustomersWrite     authz.Permission = "customers.write"
	AvailabilityRead   authz.Permission = "availability.read"
	AppointmentsRead   authz.Permission = "appointments.read"
	AppointmentsAll    authz.Permission = "appointments.all"
	AppointmentsCreate authz.Permission = "appointments.create"
	AppointmentsWrite  authz.Permission = "appointments.write"
	OutboxRead         authz.Permission = "outbox.read"

	SettingsWrite       authz.Permission = "settings.write"
	ColleaguesRead      authz.Permission = "colleagues.read"
	PeopleRead          authz.Permission = "people.read"
	PeopleInvite        authz.Permission = "people.invite"
	PeopleRoles         authz.Permission = "people.roles"
	PeopleSwitches      authz.Permission = "people.switches"
	PeopleDeactivate    authz.Permission = "people.deactivate"
	PeopleResetPassword authz.Permission = "people.reset_password"
	PeopleResetMFA      authz.Permission = "people.reset_mfa"
	PeopleEndSessions   authz.Permission = "people.end_sessions"
	AuditRead           authz.Permission = "audit.read"
	AccessLogRead       authz.Permission = "access_log.read"
	DomainsRead         authz.Permission = "domains.read"
	DomainsWrite        authz.Permission = "domains.write"

	MasqueradeStart authz.Permission = "masquerade.start"
	GrantsCreate    authz.Permission = "grants.create"
	GrantsRead      authz.Permission = "grants.read"
	GrantsRevoke    authz.Permission = "grants.revoke"

	TenantsRead    authz.Permission = "tenants.read"
	TenantsAll     authz.Permission = "tenants.all"
	TenantsCreate  authz.Permission = "tenants.create"
	TenantsWrite   authz.Permission = "tenants.write"
	TenantsSuspend authz.Permission = "tenants.suspend"
	StaffRead      authz.Permission = "staff.read"
	StaffWrite     authz.Permission = "staff.write"
	UsersRead      authz.Permission = "users.read"
	UsersWrite     authz.Permission = "users.write"
	UsersReset     authz.Permission = "users.reset_password"
	UsersResetMFA  authz.Permission = "users.reset_mfa"
	UsersSessions  authz.Permission = "users.end_sessions"
	DomainsSee     authz.Permission = "domains.read_platform"
	DomainsManage  authz.Permission = "domains.write_platform"
	DomainsVerify  authz.Permission = "domains.verify_platform"

	AuditReadPlatform authz.Permission = "audit.read_platform"
	AuditReadAll      authz.Permission = "audit.read_all"
)

// columns is the order of the table's letters.
var columns = [8]Role{Superuser, PlatformManager, PlatformSales, PlatformSupport, TenantOwner, TenantManager, TenantStaff, Customer}

// table is the one place that says which role holds which permission. The platform's staff reach a tenant's own data
// by acting as one of its people, so their letters there are dashes.
var table = map[authz.Permission]map[Role]Code{
	//                        SU PM PSa PSu TO TM TS CU
	LocationsRead:      codes("-  -  -   -   T  T  T  -"),
	LocationsWrite:     codes("-  -  -   -   T  T  -  -"),
	ResourcesRead:      codes("-  -  -   -   T  T  T  -"),
	ResourcesWrite:     codes("-  -  -   -   T  T  P  -"),
	BlocksRead:         codes("-  -  -   -   T  T  T  -"),
	BlocksWrite:        codes("-  -  -   -   T  T  O  -"),
	BlocksAll:          codes("-  -  -   -   T  T  P  -"),
	ServicesRead:       codes("-  -  -   -   T  T  T  -"),
	ServicesWrite:      codes("-  -  -   -   T  T  -  -"),
	CustomersRead:      codes("-  -  -   -   T  T  O  -"),
	CustomersReadAll:   codes("-  -  -   -   T  T  P  -"),
	CustomersWrite:     codes("-  -  -   -   T  T  P  -"),
	AvailabilityRead:   codes("-  -  -   -   T  T  T  -"),
	AppointmentsRead:   codes("-  -  -   -   T  T  O  O"),
	AppointmentsAll:    codes("-  -  -   -   T  T  P  -"),
	AppointmentsCreate: codes("-  -  -   -   T  T  O  -"),
	AppointmentsWrite:  codes("-  -  -   -   T  T  O  -"),
	OutboxRead:         codes("-  -  -   -   T  T  -  -"),

	SettingsWrite:       codes("-  -  -   -   T  T  G  -"),
	ColleaguesRead:      codes("-  -  -   -   T  T  T  -"),
	PeopleRead:          codes("-  -  -   -   T  T  -  -"),
	PeopleInvite:        codes("-  -  -   -   T  T  -  -"),
	PeopleRoles:         codes("-  -  -   -   T  -  -  -"),
	PeopleSwitches:      codes("-  -  -   -   T  T  -  -"),
	PeopleDeactivate:    codes("-  -  -   -   T  T  -  -"),
	PeopleResetPassword: codes("-  -  -   -   T  T  -  -"),
	PeopleResetMFA:      codes("-  -  -   -   T  -  -  -"),
	PeopleEndSessions:   codes("-  -  -   -   T  -  -  -"),
	AuditRead:           codes("-  -  -   -   T  -  -  -"),
	AccessLogRead:       codes("-  -  -   -   T  -  -  -"),
	DomainsRead:         codes("-  -  -   -   T  T  -  -"),
	DomainsWrite:        codes("-  -  -   -   T  -  -  -"),

	MasqueradeStart: codes("A  -  D   A   T  -  -  -"),
	GrantsCreate:    codes("A  A  -   -   T  -  -  -"),
	GrantsRead:      codes("A  A  S   S   T  S  S  -"),
	GrantsRevoke:    codes("A  A  S   S   T  S  S  -"),

	TenantsRead:    codes("A  A  D   A   -  -  -  -"),
	TenantsAll:     codes("A  A  -   A   -  -  -  -"),
	TenantsCreate:  codes("A  A  D   -   -  -  -  -"),
	TenantsWrite:   codes("A  A  D   -   -  -  -  -"),
	TenantsSuspend: codes("A  A  D   -   -  -  -  -"),
	StaffRead:      codes("A  A  S   A   -  -  -  -"),
	StaffWrite:     codes("A  A  -   -   -  -  -  -"),
	UsersRead:      codes("A  A  D   A   -  -  -  -"),
	UsersWrite:     codes("A  A  D   -   -  -  -  -"),
	UsersReset:     codes("A  A  D   A   -  -  -  -"),
	UsersResetMFA:  codes("A  A  -   G   -  -  -  -"),
	UsersSessions:  codes("A  A  D   A   -  -  -  -"),
	DomainsSee:     codes("A  A  D   A   -  -  -  -"),
	DomainsManage:  codes("A  A  -   -   -  -  -  -"),
	DomainsVerify:  codes("A  A  -   G   -  -  -  -"),

	AuditReadPlatform: codes("A  A  -   S   -  -  -  -"),
	AuditReadAll:      codes("A  A  -   G   -  -  -  -"),
}

func codes(letters string) map[Role]Code {
	all := strings.Fields(letters)
	row := make(map[Role]Code, len(columns))
	for i, r := range columns {
		row[r] = Code(all[i])
	}
	return row
}
