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

// order is that of the letters in the table.
var order = []role.Role{
	role.Superuser, role.PlatformManager, role.PlatformSales, role.PlatformSupport,
	role.TenantOwner, role.TenantManager, role.TenantStaff, role.Customer,
}

func TestEveryPermissionHasALetterForEveryRole(t *testing.T) {
	t.Parallel()
	letters := []role.Code{role.AllTenants, role.DemoTenants, role.OwnTenant, role.Own, role.Self, role.Granted, role.Switched, role.None}
	for _, p := range role.Every() {
		held := 0
		for _, r := range order {
			if code := r.Code(p); !slices.Contains(letters, code) {
				t.Errorf("%s for %s: %q is no code", p, r, code)
			} else if code != role.None {
				held++
			}
		}
		if held == 0 {
			t.Errorf("nobody holds %s", p)
		}
	}
}

func TestWhoStandsHigherInABusinessHoldsWhatThoseBelowHold(t *testing.T) {
	t.Parallel()
	for above, below := range map[role.Role]role.Role{role.TenantOwner: role.TenantManager, role.TenantManager: role.TenantStaff, role.TenantStaff: role.Customer} {
		for _, p := range below.Permissions() {
			if !slices.Contains(above.Permissions(), p) {
				t.Errorf("%s lacks %s, which %s holds", above, p, below)
			}
		}
	}
}

// Acting as another and giving rights is done on both sides; all else belongs to one.
func TestThePlatformHoldsNothingOfATenantAndNoTenantOfThePlatform(t *testing.T) {
	t.Parallel()
	both := []authz.Permission{role.MasqueradeStart, role.GrantsCreate, role.GrantsRead, role.GrantsRevoke}
	for _, p := range role.Every() {
		platform := slices.ContainsFunc(order[:4], func(r role.Role) bool { return r.Code(p) != role.None })
		business := slices.ContainsFunc(order[4:], func(r role.Role) bool { return r.Code(p) != role.None })
		if platform && business != slices.Contains(both, p) {
			t.Errorf("%s is held on both sides", p)
		}
	}
}

func TestASwitchIsWorthNothingUntilItIsOnAndForNobodyElse(t *testing.T) {
	t.Parallel()
	for _, p := range role.TenantStaff.Switches() {
		if slices.Contains(role.TenantStaff.Permissions(), p) || !slices.Contains(role.TenantStaff.Permissions(p), p) {
			t.Errorf("staff: %s does not follow its switch", p)
		}
		if slices.Contains(role.Customer.Permissions(p), p) {
			t.Errorf("a switch gives a customer %s", p)
		}
	}
	if got := role.TenantStaff.Permissions(role.PeopleRoles); slices.Contains(got, role.PeopleRoles) {
		t.Error("a permission that is no switch can be switched on")
	}
}

// ranks of spec identity 4c: SU > PM > {PSu, PSa}, TO > TM > TS > CU, and the platform above a business.
func TestRanks(t *testing.T) {
	t.Parallel()
	rank := map[role.Role]int{
		role.Superuser: 13, role.PlatformManager: 12, role.PlatformSales: 11, role.PlatformSupport: 11,
		role.TenantOwner: 4, role.TenantManager: 3, role.TenantStaff: 2, role.Customer: 1,
	}
	for _, a := range order {
		for _, b := range order {
			if got := a.Outranks(b); got != (rank[a] > rank[b]) {
				t.Errorf("%s outranks %s: %t", a, b, got)
			}
		}
		if a.Outranks("BOSS") || role.Role("BOSS").Outranks(a) {
			t.Errorf("%s has a rank beside an unknown role", a)
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
