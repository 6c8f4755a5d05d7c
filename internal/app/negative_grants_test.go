package app_test

import (
	"maps"
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

func TestNegativeGrantsAndRoles(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	su, pm, sales, support := e.As(role.Superuser), e.As(role.PlatformManager), e.As(role.PlatformSales), e.As(role.PlatformSupport)
	owner, manager, staff, customer := e.As(role.TenantOwner), e.As(role.TenantManager), e.As(role.TenantStaff), e.As(role.Customer)
	foreign := other.As(role.TenantStaff)
	about := tenantID(e)
	give := func(c *apptest.Client, action string, to *apptest.Client, more ...apptest.Map) func() apptest.Answer {
		return func() apptest.Answer {
			body := apptest.Map{"grantee_id": to.ID(), "action": action, "reason": "While the owner is away", "tenant_id": about}
			for _, m := range more {
				maps.Copy(body, m)
			}
			return c.POST("/grants", body)
		}
	}
	g := apptest.Into[apptest.Object](t, give(su, "view_audit", support)(), http.StatusCreated).ID
	do := func(c *apptest.Client, method, path string, body any) func() apptest.Answer {
		return func() apptest.Answer { return c.Do(method, path, body) }
	}
	check(t, e, []*apptest.Client{su, pm, sales, support}, []refusal{
		{"4b.1 0 minutes", give(su, "view_audit", support, apptest.Map{"duration_minutes": 0}), 422, "validation_failed"},
		{"4b.1 241 minutes", give(su, "view_audit", support, apptest.Map{"duration_minutes": 241}), 422, "validation_failed"},
		{"4b.1 a short reason", give(su, "view_audit", support, apptest.Map{"reason": "short"}), 422, "validation_failed"},
		{"4b.1 another business's id by an owner", give(owner, "edit_settings", staff, apptest.Map{"tenant_id": tenantID(other)}), 404, "not_found"},
		{"4b.2 an unknown action", give(su, "do_anything", support), 422, "unknown_action"},
		{"4b.2 to a customer", give(owner, "edit_settings", customer), 403, "grantee_not_allowed"},
		{"4b.2 to a role that is not on its list", give(owner, "view_internal_notes", staff), 403, "grantee_not_allowed"},
		{"4b.2 to sales on a real business", give(su, "view_billing", sales), 403, "grantee_not_allowed"},
		{"4b.3 more than a manager has", give(pm, "issue_refund", support), 403, "grant_exceeds_grantor"},
		{"4b.3 more than an owner has", give(owner, "view_audit", support), 403, "grant_exceeds_grantor"},
		{"4b.3 about a peer", give(owner, "reset_user_mfa", support, apptest.Map{"target_user_id": e.As(role.TenantOwner).ID()}), 403, "grant_exceeds_grantor"},
		{"4b.3 to oneself", give(su, "view_audit", su), 403, "self_grant"},
		{"4b.3 to another business's staff", give(owner, "edit_settings", foreign), 422, "validation_failed"},
		{"4b.3 an owner to the platform's manager", give(owner, "view_analytics", pm), 422, "validation_failed"},
		{"4b.3 what one holds by a grant", give(support, "view_audit", e.As(role.PlatformSupport)), 403, "role_forbidden"},
		{"4c grants by a manager", give(manager, "edit_settings", staff), 403, "role_forbidden"},
		{"4c grants by a customer", give(customer, "edit_settings", staff), 403, "role_forbidden"},
		{"4b.7 a superuser's grant revoked by a manager", do(pm, "POST", "/grants/"+g+"/revoke", nil), 403, "role_forbidden"},
		{"4b.7 a stranger's grant revoked", do(e.As(role.PlatformSupport), "POST", "/grants/"+g+"/revoke", nil), 404, "not_found"},
		{"4b.7 another business's grant revoked", do(other.As(role.TenantOwner), "POST", "/grants/"+g+"/revoke", nil), 404, "not_found"},
		{"4b.7 a grant that never was", do(su, "POST", "/grants/grt_01k9m7e6xhf8ktexm2q2ggx7zp/revoke", nil), 404, "not_found"},
		{"4b.8 an empty filter", do(su, "POST", "/grants/bulk-revoke", apptest.Map{"filter": apptest.Map{}}), 422, "validation_failed"},
		{"4b.8 neither ids nor a filter", do(su, "POST", "/grants/bulk-revoke", apptest.Map{}), 422, "validation_failed"},
		{"4c the audit of a business by a manager", do(manager, "GET", "/audit", nil), 403, "role_forbidden"},
		{"4c the audit of a business by staff", do(staff, "GET", "/audit", nil), 403, "role_forbidden"},
		{"4c the audit of the platform by sales", do(sales, "GET", "/platform/audit", nil), 403, "role_forbidden"},
		{"4c who was here, by a manager", do(manager, "GET", "/access-log", nil), 403, "role_forbidden"},
		{"4c people by staff", do(staff, "GET", "/people", nil), 403, "role_forbidden"},
		{"4c people by a customer", do(customer, "GET", "/people", nil), 403, "role_forbidden"},
		{"4c roles by a manager", do(manager, "PATCH", "/people/"+staff.ID(), apptest.Map{"role": "TENANT_MANAGER"}), 403, "role_forbidden"},
		{"4c invitations by staff", do(staff, "POST", "/invitations", apptest.Map{"email": "a@b.test", "role": "TENANT_STAFF"}), 403, "role_forbidden"},
		{"4c settings by staff without a grant", do(staff, "PATCH", "/business", apptest.Map{"name": "Mine"}), 403, "role_forbidden"},
		{"4c resources by a customer", do(customer, "GET", "/resources", nil), 403, "role_forbidden"},
		{"4c resources written by staff", do(staff, "POST", "/resources", apptest.Map{}), 403, "role_forbidden"},
		{"4c services written by staff", do(staff, "POST", "/services", apptest.Map{}), 403, "role_forbidden"},
		{"4c businesses made by support", do(support, "POST", "/platform/tenants", apptest.Map{}), 403, "role_forbidden"},
		{"4c a real business read by sales", do(sales, "GET", "/platform/tenants/"+about, nil), 404, "not_found"},
		{"4c another business's person", do(owner, "GET", "/people/"+foreign.ID(), nil), 404, "not_found"},
		{"4c another business's person deactivated", do(owner, "POST", "/people/"+foreign.ID()+"/deactivate", apptest.Map{}), 404, "not_found"},
		{"4c the platform's person on a tenant's host", do(owner, "GET", "/people/"+su.ID(), nil), 404, "not_found"},
	})
}
