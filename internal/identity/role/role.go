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

// ranks order the roles of each side; peers share a rank, and nobody changes a peer or a superior.
var ranks = map[Role]int{
	Superuser: 3, PlatformManager: 2, PlatformSales: 1, PlatformSupport: 1,
	TenantOwner: 4, TenantManager: 3, TenantStaff: 2, Customer: 1,
}

// All lists the roles, sorted.
func All() []Role { return slices.Sorted(maps.Keys(ranks)) }

// IsPlatform reports whether r is of the platform's own staff.
func (r Role) IsPlatform() bool {
	return r == Superuser || r == PlatformManager || r == PlatformSales || r == PlatformSupport
}

// Outranks reports whether r stands above other. The platform's superusers and managers stand above everybody in a tenant,
// sales and support above its people too, as far as the table lets them act at all.
func (r Role) Outranks(other Role) bool {
	switch {
	case ranks[r] == 0 || ranks[other] == 0:
		return false
	case r.IsPlatform() != other.IsPlatform():
		return r.IsPlatform()
	}
	return ranks[r] > ranks[other]
}

// Code returns how r holds p, or None.
func (r Role) Code(p authz.Permission) Code {
	if code, ok := table[p][r]; ok {
		return code
	}
	return None
}

// Permissions lists what r holds, with the switches that are on for the person.
func (r Role) Permissions(switches ...authz.Permission) (held []authz.Permission) {
	for p, codes := range table {
		switch code := codes[r]; {
		case code == Switched && slices.Contains(switches, p):
			held = append(held, p)
		case code != "" && code != None && code != Switched && code != Granted:
			held = append(held, p)
		}
	}
	slices.Sort(held)
	return held
}

// Switches lists what the owner can switch on for a person of role r.
func (r Role) Switches() (all []authz.Permission) {
	for p, codes := range table {
		if codes[r] == Switched {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return all
}

// Every lists every permission of the table, sorted.
func Every() []authz.Permission { return slices.Sorted(maps.Keys(table)) }
