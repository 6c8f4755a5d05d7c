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

	CustomersRead        authz.Permission = "customers.read"
	CustomersReadAll     authz.Permission = "customers.read_all"
	CustomersWrite       authz.Permission = "customers.write"
	AvailabilityRead     authz.Permission = "availability.read"
	AppointmentsRead     authz.Permission = "appointments.read"
	AppointmentsAll      authz.Permission = "appointments.all"
	AppointmentsCreate   authz.Permission = "appointments.create"
	AppointmentsWrite    authz.Permission = "appointments.write"
	AppointmentsOverride authz.Permission = "appointments.override"
	OutboxRead           authz.Permission = "outbox.read"

	SettingsWrite       authz.Permission = "settings.write"
	SecurityWrite       authz.Permission = "security.write"
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

// table is the one place that says which role holds which permission. The platform's staff reach a tenant's own data
// by acting as one of its people, so their letters there are dashes. The letters stand in this order:
// superuser, platform manager, sales, support; owner, manager, staff, customer.
var table = map[authz.Permission]map[Role]Code{
	LocationsRead:        codes("---- TTT-"),
	LocationsWrite:       codes("---- TT--"),
	ResourcesRead:        codes("---- TTT-"),
	ResourcesWrite:       codes("---- TTP-"),
	BlocksRead:           codes("---- TTT-"),
	BlocksWrite:          codes("---- TTO-"),
	BlocksAll:            codes("---- TTP-"),
	ServicesRead:         codes("---- TTT-"),
	ServicesWrite:        codes("---- TT--"),
	CustomersRead:        codes("---- TTO-"),
	CustomersReadAll:     codes("---- TTP-"),
	CustomersWrite:       codes("---- TTP-"),
	AvailabilityRead:     codes("---- TTT-"),
	AppointmentsRead:     codes("---- TTOO"),
	AppointmentsAll:      codes("---- TTP-"),
	AppointmentsCreate:   codes("---- TTO-"),
	AppointmentsWrite:    codes("---- TTO-"),
	AppointmentsOverride: codes("---- TT--"),
	OutboxRead:           codes("---- TT--"),

	SettingsWrite:       codes("---- TTG-"),
	SecurityWrite:       codes("---- T---"),
	ColleaguesRead:      codes("---- TTT-"),
	PeopleRead:          codes("---- TT--"),
	PeopleInvite:        codes("---- TT--"),
	PeopleRoles:         codes("---- T---"),
	PeopleSwitches:      codes("---- TT--"),
	PeopleDeactivate:    codes("---- TT--"),
	PeopleResetPassword: codes("---- TT--"),
	PeopleResetMFA:      codes("---- T---"),
	PeopleEndSessions:   codes("---- T---"),
	AuditRead:           codes("---- T---"),
	AccessLogRead:       codes("---- T---"),
	DomainsRead:         codes("---- TT--"),
	DomainsWrite:        codes("---- T---"),

	MasqueradeStart: codes("A-DA T---"),
	GrantsCreate:    codes("AA-- T---"),
	GrantsRead:      codes("AASS TSS-"),
	GrantsRevoke:    codes("AASS TSS-"),

	TenantsRead:    codes("AADA ----"),
	TenantsAll:     codes("AA-A ----"),
	TenantsCreate:  codes("AAD- ----"),
	TenantsWrite:   codes("AAD- ----"),
	TenantsSuspend: codes("AAD- ----"),
	StaffRead:      codes("AASA ----"),
	StaffWrite:     codes("AA-- ----"),
	UsersRead:      codes("AADA ----"),
	UsersWrite:     codes("AAD- ----"),
	UsersReset:     codes("AADA ----"),
	UsersResetMFA:  codes("AA-G ----"),
	UsersSessions:  codes("AADA ----"),
	DomainsSee:     codes("AADA ----"),
	DomainsManage:  codes("AA-- ----"),
	DomainsVerify:  codes("AA-G ----"),

	AuditReadPlatform: codes("AA-S ----"),
	AuditReadAll:      codes("AA-G ----"),
}

func codes(letters string) map[Role]Code {
	row := map[Role]Code{}
	order := []Role{Superuser, PlatformManager, PlatformSales, PlatformSupport, TenantOwner, TenantManager, TenantStaff, Customer}
	for i, letter := range strings.ReplaceAll(letters, " ", "") {
		row[order[i]] = Code(letter)
	}
	return row
}
