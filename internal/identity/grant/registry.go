package grant

import (
	"slices"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
)

// Action is something that can be granted.
type Action struct {
	Name        string           `json:"action"`
	Description string           `json:"description"`
	To          []role.Role      `json:"to" doc:"Roles that may receive it."`
	NeedsTarget bool             `json:"needs_target" doc:"It is about one named user."`
	NeedsTenant bool             `json:"needs_tenant" doc:"It is about one business."`
	By          []role.Role      `json:"-"` // roles that hold what it gives, and so may give it
	Gives       authz.Permission `json:"-"` // "": nothing in the product asks for it yet
}

var (
	owners   = []role.Role{role.Superuser, role.TenantOwner}
	managers = []role.Role{role.Superuser, role.PlatformManager, role.TenantOwner}
)

// registry is the closed list of what can be granted (spec identity 4b.2).
var registry = []Action{
	{Name: "view_billing", Description: "Read invoices, plan and payments", By: managers, To: []role.Role{role.PlatformSupport, role.PlatformSales, role.TenantManager}},
	{Name: "issue_refund", Description: "Give money back", By: owners, To: []role.Role{role.PlatformSupport, role.TenantManager}},
	{Name: "view_contracts", Description: "Open contract documents", By: owners, To: []role.Role{role.PlatformSupport, role.TenantStaff}},
	{Name: "view_internal_notes", Description: "Read internal notes on tickets", By: owners, To: []role.Role{role.PlatformSupport}},
	{Name: "view_analytics", Description: "See the analytics", By: managers, To: []role.Role{role.PlatformSupport, role.TenantStaff}},
	{Name: "export_customers", Description: "Export the customers once", By: owners, To: []role.Role{role.TenantManager, role.PlatformSupport}},
	{Name: "manage_domains", Description: "Verify domains", By: managers, To: []role.Role{role.PlatformSupport}, Gives: role.DomainsVerify},
	{Name: "reset_user_mfa", Description: "Reset the second factor of one person", By: managers, To: []role.Role{role.PlatformSupport}, NeedsTarget: true, Gives: role.UsersResetMFA},
	{Name: "edit_settings", Description: "Change the settings of the business, but billing and domains", By: owners, To: []role.Role{role.PlatformSupport, role.TenantManager, role.TenantStaff}, Gives: role.SettingsWrite},
	{Name: "restore_tenant", Description: "Restore a business from its backup", By: []role.Role{role.Superuser}, To: []role.Role{role.PlatformManager}},
	{Name: "view_audit", Description: "Read the audit log of one business", By: []role.Role{role.Superuser, role.PlatformManager}, To: []role.Role{role.PlatformSupport}, Gives: role.AuditReadAll},
}

// Find returns an action by name.
func Find(name string) (Action, bool) {
	i := slices.IndexFunc(registry, func(a Action) bool { return a.Name == name })
	if i < 0 {
		return Action{}, false
	}
	return registry[i], true
}

// Granted is what an action gives, as long as the grantor's role still may give it.
func Granted(action string, grantor role.Role) (authz.Permission, bool) {
	a, ok := Find(action)
	return a.Gives, ok && a.Gives != "" && slices.Contains(a.By, grantor)
}

// For lists what a person of role r may grant. All of it is about one business.
func For(r role.Role) (all []Action) {
	all = []Action{}
	for _, a := range registry {
		if slices.Contains(a.By, r) {
			a.NeedsTenant = true
			all = append(all, a)
		}
	}
	return all
}
