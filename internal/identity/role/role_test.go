package role_test

import (
	"slices"
	"testing"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
)

func TestThereAreEightRolesFourOfThePlatform(t *testing.T) {
	t.Parallel()
	platform := 0
	for _, r := range role.All() {
		if r.IsPlatform() {
			platform++
		}
	}
	if len(role.All()) != 8 || platform != 4 {
		t.Errorf("%d roles, %d of the platform", len(role.All()), platform)
	}
}

func TestRanksHoldWhatThoseBelowThemHold(t *testing.T) {
	t.Parallel()
	for above, below := range map[role.Role]role.Role{
		role.TenantOwner: role.TenantManager, role.TenantManager: role.TenantStaff, role.TenantStaff: role.Customer,
		role.Superuser: role.PlatformManager, role.PlatformManager: role.PlatformSales,
	} {
		for _, p := range below.Permissions() {
			if !slices.Contains(above.Permissions(), p) {
				t.Errorf("%s lacks %s, which %s holds", above, p, below)
			}
		}
	}
}

func TestThePlatformHoldsNothingOfATenantAndNoTenantOfThePlatform(t *testing.T) {
	t.Parallel()
	for _, r := range role.All() {
		for _, p := range r.Permissions() {
			if platform := p == role.TenantsRead || p == role.TenantsAll; platform != r.IsPlatform() {
				t.Errorf("%s holds %s", r, p)
			}
		}
	}
}

func TestWhatMarksAnOpenOperationIsHeldByNobody(t *testing.T) {
	t.Parallel()
	for _, p := range role.Every() {
		if p == authz.Public || p == authz.SignedIn || p == "" {
			t.Errorf("%q is given to a role", p)
		}
	}
}

func TestAnUnknownRoleMayDoNothing(t *testing.T) {
	t.Parallel()
	for _, r := range []role.Role{"", "BOSS", "superuser", "TENANT_OWNER "} {
		if len(r.Permissions()) != 0 || r.IsPlatform() {
			t.Errorf("%q may do %v", r, r.Permissions())
		}
	}
}

func TestOnlyThoseWhoRunTheBusinessSeeItsOutbox(t *testing.T) {
	t.Parallel()
	for _, r := range role.All() {
		if want := r == role.TenantOwner || r == role.TenantManager; slices.Contains(r.Permissions(), role.OutboxRead) != want {
			t.Errorf("%s: sees the outbox is not %t", r, want)
		}
	}
}
