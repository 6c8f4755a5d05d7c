// Package role holds the eight roles and what each may do. The operations' checks, the API document
// and the generated tests all come from its one table.
package role

import (
	"maps"
	"slices"

	"smoothschedule/internal/kit/authz"
)

// Role is what a user is, on the platform or in one business.
type Role string

// The four roles of the platform's own staff, who belong to no tenant, and the four of a tenant's people.
const (
	Superuser       Role = "SUPERUSER"
	PlatformManager Role = "PLATFORM_MANAGER"
	PlatformSales   Role = "PLATFORM_SALES"
	PlatformSupport Role = "PLATFORM_SUPPORT"
	TenantOwner     Role = "TENANT_OWNER"
	TenantManager   Role = "TENANT_MANAGER"
	TenantStaff     Role = "TENANT_STAFF"
	Customer        Role = "CUSTOMER"
)

// Permissions, named noun.verb. The ones that end in _all lift a row rule: without them a person sees
// what is their own (an appointment they serve or booked, a customer they serve).
const (
	LocationsRead      authz.Permission = "locations.read"
	LocationsWrite     authz.Permission = "locations.write"
	ResourcesRead      authz.Permission = "resources.read"
	ResourcesWrite     authz.Permission = "resources.write"
	BlocksRead         authz.Permission = "blocks.read"
	BlocksWrite        authz.Permission = "blocks.write"
	ServicesRead       authz.Permission = "services.read"
	ServicesWrite      authz.Permission = "services.write"
	CustomersRead      authz.Permission = "customers.read"
	CustomersReadAll   authz.Permission = "customers.read_all"
	CustomersWrite     authz.Permission = "customers.write"
	AvailabilityRead   authz.Permission = "availability.read"
	AppointmentsRead   authz.Permission = "appointments.read"
	AppointmentsAll    authz.Permission = "appointments.all"
	AppointmentsCreate authz.Permission = "appointments.create"
	AppointmentsWrite  authz.Permission = "appointments.write"
	OutboxRead         authz.Permission = "outbox.read"
	TenantsRead        authz.Permission = "tenants.read"
	TenantsReadAll     authz.Permission = "tenants.read_all"
)

var manages = []authz.Permission{
	LocationsRead, LocationsWrite, ResourcesRead, ResourcesWrite, BlocksRead, BlocksWrite, ServicesRead, ServicesWrite,
	CustomersRead, CustomersReadAll, CustomersWrite, AvailabilityRead,
	AppointmentsRead, AppointmentsAll, AppointmentsCreate, AppointmentsWrite, OutboxRead,
}

// table is the one place that says which role holds which permission.
var table = map[Role][]authz.Permission{
	Superuser:       {TenantsRead, TenantsReadAll},
	PlatformManager: {TenantsRead, TenantsReadAll},
	PlatformSales:   {TenantsRead}, // demo tenants alone: real ones don't exist for sales
	PlatformSupport: {TenantsRead, TenantsReadAll},
	TenantOwner:     manages,
	TenantManager:   manages,
	TenantStaff: {
		LocationsRead, ResourcesRead, BlocksRead, ServicesRead, CustomersRead, AvailabilityRead,
		AppointmentsRead, AppointmentsCreate, AppointmentsWrite,
	},
	Customer: {AppointmentsRead},
}

// Permissions lists what r may do; nothing for an unknown role.
func (r Role) Permissions() []authz.Permission { return table[r] }

// IsPlatform reports whether r is of the platform's own staff.
func (r Role) IsPlatform() bool {
	return r == Superuser || r == PlatformManager || r == PlatformSales || r == PlatformSupport
}

// All lists the roles, sorted.
func All() []Role { return slices.Sorted(maps.Keys(table)) }

// Every lists every permission that some role holds, sorted.
func Every() []authz.Permission {
	seen := map[authz.Permission]bool{}
	for _, held := range table {
		for _, p := range held {
			seen[p] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
