package people_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/people"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
)

// order is that of the spec's columns.
var order = []role.Role{
	role.Superuser, role.PlatformManager, role.PlatformSales, role.PlatformSupport,
	role.TenantOwner, role.TenantManager, role.TenantStaff, role.Customer,
}

// letters say for each verb what each role may do to somebody else of each role: the spec's table and its rank rule, written out.
//
//   - yes · d only temporary people of demos · g only by a grant · r refused for rank · f refused for the role · n not known to them
var letters = map[people.Verb][]string{
	people.ChangeRole: {
		"+ + + + + + + +", // SUPERUSER
		"r r + + + + + +", // PLATFORM_MANAGER
		"n n n n d d d d", // PLATFORM_SALES
		"r r r r f f f f", // PLATFORM_SUPPORT
		"n n n n r + + +", // TENANT_OWNER
		"n n n n r r f f", // TENANT_MANAGER
		"n n n n n n n n", // TENANT_STAFF
		"n n n n n n n n", // CUSTOMER
	},
	people.Deactivate: {
		"+ + + + + + + +", "r r + + + + + +", "n n n n d d d d", "r r r r f f f f",
		"n n n n r + + +", "n n n n r r + f", "n n n n n n n n", "n n n n n n n n",
	},
	people.Reactivate: {
		"+ + + + + + + +", "r r + + + + + +", "n n n n d d d d", "r r r r f f f f",
		"n n n n r + + +", "n n n n r r + f", "n n n n n n n n", "n n n n n n n n",
	},
	people.ResetPassword: {
		"+ + + + + + + +", "r r + + + + + +", "n n n n d d d d", "r r r r + + + +",
		"n n n n r + + +", "n n n n r r + +", "n n n n n n n n", "n n n n n n n n",
	},
	people.ResetMFA: {
		"+ + + + + + + +", "r r + + + + + +", "n n n n f f f f", "r r r r g g g g",
		"n n n n r + + +", "n n n n r r f f", "n n n n n n n n", "n n n n n n n n",
	},
	people.EndSessions: {
		"+ + + + + + + +", "r + + + + + + +", "n n n n d d d d", "r r r r + + + +",
		"n n n n r + + +", "n n n n r r f f", "n n n n n n n n", "n n n n n n n n",
	},
	people.SetSwitches: {
		"f f f f f f + f", "r r f f f f f f", "n n n n f f d f", "r r r r f f f f",
		"n n n n r f + f", "n n n n r r + f", "n n n n n n n n", "n n n n n n n n",
	},
}

// outcome is a refusal's letter, or + for none.
func outcome(err error) string {
	if err == nil {
		return "+"
	}
	codes := map[string]string{"not_found": "n", "rank_forbidden": "r", "role_forbidden": "f"}
	if f := fault.As(err); f != nil && codes[f.Code] != "" {
		return codes[f.Code]
	}
	return err.Error()
}

// situation is what the letter depends on besides the two roles.
type situation struct{ sameTenant, demo, temporary, grant, self bool }

func situations() (all []situation) {
	for n := range 32 {
		all = append(all, situation{n&1 > 0, n&2 > 0, n&4 > 0, n&8 > 0, n&16 > 0})
	}
	return all
}

// pair are two people of the roles in a situation.
func pair(caller, target role.Role, s situation) people.Pair {
	one, two := uuid.New(), uuid.New()
	p := people.Pair{
		Caller: people.Party{ID: uuid.New(), Role: caller}, HasGrant: s.grant,
		Target: people.Party{ID: uuid.New(), Role: target, IsTemporary: s.temporary},
	}
	if !caller.IsPlatform() {
		p.Caller.TenantID = &one
	}
	if !target.IsPlatform() {
		p.Target.TenantID, p.Target.IsDemo = &two, s.demo
		if s.sameTenant {
			p.Target.TenantID = &one
		}
	}
	if s.self {
		p.Target.ID = p.Caller.ID
	}
	return p
}

// want is what the letter says in a situation.
func want(letter string, caller, target role.Role, s situation) string {
	switch {
	case s.self && letter == "n" && caller == role.PlatformSales:
		return "r" // they know themselves
	case letter == "n":
		return "n"
	case !caller.IsPlatform() && !s.sameTenant:
		return "n"
	case caller == role.PlatformSales && !target.IsPlatform() && !s.demo && !s.self:
		return "n"
	case s.self:
		return "r"
	case letter == "d" && !s.temporary, letter == "g" && !s.grant:
		return "f"
	case letter == "d", letter == "g":
		return "+"
	}
	return letter
}

func TestWhoMayChangeWhom(t *testing.T) {
	t.Parallel()
	cases := 0
	for verb, rows := range letters {
		for i, caller := range order {
			for j, letter := range strings.Fields(rows[i]) {
				for _, s := range situations() {
					target := order[j]
					if s.self && target != caller {
						continue
					}
					cases++
					if got, want := outcome(pair(caller, target, s).Check(verb)), want(letter, caller, target, s); got != want {
						t.Errorf("%s: %s to %s in %+v is %s, want %s", verb, caller, target, s, got, want)
					}
				}
			}
		}
	}
	if cases < 7*64*16 {
		t.Errorf("only %d cases: the table has holes", cases)
	}
}

func TestNobodyGivesMoreThanTheyAre(t *testing.T) {
	t.Parallel()
	tenant := []role.Role{role.Customer, role.TenantManager, role.TenantOwner, role.TenantStaff}
	inDemo := situation{sameTenant: true, demo: true, temporary: true}
	for _, c := range []struct {
		caller, target role.Role
		want           []role.Role
	}{
		{role.Superuser, role.PlatformSupport, []role.Role{role.PlatformManager, role.PlatformSales, role.Superuser}},
		{role.Superuser, role.Superuser, []role.Role{role.PlatformManager, role.PlatformSales, role.PlatformSupport}},
		{role.PlatformManager, role.PlatformSales, []role.Role{role.PlatformSupport}},
		{role.PlatformManager, role.PlatformManager, nil},
		{role.PlatformManager, role.TenantOwner, tenant},
		{role.PlatformSales, role.TenantStaff, tenant},
		{role.PlatformSupport, role.TenantStaff, nil},
		{role.TenantOwner, role.TenantStaff, tenant},
		{role.TenantOwner, role.TenantOwner, nil},
		{role.TenantManager, role.TenantStaff, nil},
	} {
		var want []role.Role
		for _, r := range c.want {
			if r != c.target {
				want = append(want, r)
			}
		}
		if got := pair(c.caller, c.target, inDemo).Roles(); !slices.Equal(got, want) {
			t.Errorf("%s may make of a %s %v, want %v", c.caller, c.target, got, want)
		}
	}
}

func TestNobodyChangesSides(t *testing.T) {
	t.Parallel()
	for _, caller := range order {
		for _, target := range order {
			for _, to := range order {
				for _, s := range situations() {
					if err := pair(caller, target, s).CheckRole(to); err == nil && to.IsPlatform() != target.IsPlatform() {
						t.Errorf("%s makes a %s of a %s", caller, to, target)
					}
				}
			}
		}
	}
}

func TestWhoHasNoKnownRoleChangesNobody(t *testing.T) {
	t.Parallel()
	for verb := range letters {
		for _, target := range order {
			for _, s := range situations() {
				if pair("BOSS", target, s).Check(verb) == nil || pair(role.TenantOwner, "BOSS", s).Check(verb) == nil {
					t.Errorf("%s with an unknown role and a %s in %+v", verb, target, s)
				}
			}
		}
	}
}
