package people_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
)

type tenantKind struct{}

func (tenantKind) IDPrefix() string { return "ten" }

func tenantID(e *apptest.Env) string { return id.ID[tenantKind](e.Lease.ID).String() }

var suffixes = map[string]string{"deactivate": "deactivate", "reactivate": "reactivate", "reset_password": "reset-password", "reset_mfa": "reset-mfa", "end_sessions": "end-sessions"}

// TestTheRulesHoldThroughTheAPI tries every verb between all roles of both hosts, and compares with what the lists promise.
func TestTheRulesHoldThroughTheAPI(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	callers := map[role.Role]*apptest.Client{}
	for _, r := range order {
		callers[r] = e.As(r)
	}
	statuses := map[string]int{"n": http.StatusNotFound, "r": http.StatusForbidden, "f": http.StatusForbidden, "g": http.StatusForbidden, "d": http.StatusNotFound}
	for verb, rows := range letters {
		suffix := suffixes[string(verb)]
		for i, caller := range order {
			for j, letter := range splits(rows[i]) {
				if suffix == "" || caller == role.TenantStaff || caller == role.Customer {
					continue // PATCH is tried below, and the edge refuses those two
				}
				target := e.As(order[j])
				sql(t, `UPDATE public.users SET mfa_enrolled_at = now(), is_active = $2 WHERE id = $1`, target.UserID, verb != "reactivate")
				c := callers[caller]
				a := do(c, target, suffix)
				allowed := a.Status < 300
				if want := letter == "+"; allowed != want || !allowed && a.Status != statuses[letter] && a.Status != http.StatusForbidden {
					t.Errorf("%s %s a %s: %d %s, want %s", caller, verb, target.Role, a.Status, a.Body, letter)
				}
			}
		}
	}
}

func splits(row string) (all []string) {
	for i := 0; i < len(row); i += 2 {
		all = append(all, row[i:i+1])
	}
	return all
}

func TestWhatIsPromisedIsWhatIsAllowed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, staff := e.As(role.TenantOwner), e.As(role.TenantStaff)
	peer := e.As(role.TenantOwner)
	can := get(t, owner, staff).Can
	if !can.Deactivate || can.Reactivate || !can.ResetPassword || can.ResetMFA || !can.EndSessions || !can.SetSwitches || !can.Masquerade {
		t.Errorf("of staff the owner is promised %+v", can) // there is no second factor to reset
	}
	if !slices.Equal(can.ChangeRole, []role.Role{role.Customer, role.TenantManager, role.TenantOwner}) {
		t.Errorf("roles %v", can.ChangeRole)
	}
	can = get(t, owner, peer).Can
	if len(can.ChangeRole) > 0 || can.Deactivate || can.ResetPassword || can.EndSessions || can.SetSwitches || can.Masquerade {
		t.Errorf("of a peer the owner is promised %+v", can)
	}
	can = get(t, e.As(role.TenantManager), staff).Can
	if len(can.ChangeRole) > 0 || !can.Deactivate || !can.ResetPassword || can.EndSessions || !can.SetSwitches || can.Masquerade {
		t.Errorf("of staff a manager is promised %+v", can)
	}
}

func TestAnotherRoleEndsWhatTheOldOneBegan(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, manager := e.As(role.TenantOwner), e.As(role.TenantManager)
	owner.POST("/grants", apptest.Map{"grantee_id": manager.ID(), "action": "view_billing", "reason": "for the tax report"}).Want(t, http.StatusCreated)
	u := apptest.Into[user](t, change(owner, manager, apptest.Map{"role": "TENANT_STAFF", "switches": []string{"customers.write", "blocks.all", "blocks.all"}}), http.StatusOK)
	if u.Role != role.TenantStaff || !slices.Equal(u.Switches, []string{"blocks.all", "customers.write"}) {
		t.Errorf("became %+v", u)
	}
	manager.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	if n := number(t, `SELECT count(*) FROM public.permission_grants WHERE grantee_id = $1 AND revoked_at IS NULL`, manager.UserID); n != 0 {
		t.Error("the grant outlives the role")
	}
	if recorded(t, "USER_ROLE_CHANGED", owner, manager) != 1 || recorded(t, "USER_SWITCHES_CHANGED", owner, manager) != 1 {
		t.Error("the changes are not on record")
	}
	if n := number(t, `SELECT count(*) FROM public.audit_log WHERE action = 'USER_ROLE_CHANGED' AND subject_id = $1
		AND line::jsonb->>'from' = 'TENANT_MANAGER' AND line::jsonb->>'to' = 'TENANT_STAFF' AND tenant_id = $2`, manager.UserID, e.Lease.ID); n != 1 {
		t.Error("the record does not say from what to what")
	}
	promoted := apptest.Into[user](t, change(owner, manager, apptest.Map{"role": "TENANT_OWNER"}), http.StatusOK)
	if promoted.Role != role.TenantOwner || len(promoted.Switches) != 0 || len(promoted.Can.ChangeRole) != 0 {
		t.Errorf("as a co-owner: %+v", promoted)
	}
	change(owner, manager, apptest.Map{"role": "TENANT_STAFF"}).WantProblem(t, http.StatusForbidden, "rank_forbidden")
	change(owner, owner, apptest.Map{"role": "TENANT_STAFF"}).WantProblem(t, http.StatusForbidden, "rank_forbidden")
}

func TestADeactivatedAccountIsClosedUntilReactivated(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	manager, staff := e.As(role.TenantManager), e.As(role.TenantStaff)
	for range 2 { // the second time changes nothing
		u := apptest.Into[user](t, manager.POST("/people/"+staff.ID()+"/deactivate", apptest.Map{"reason": "left us"}), http.StatusOK)
		if u.Status != "DEACTIVATED" || !u.Can.Reactivate || u.Can.Deactivate || u.Can.ResetPassword {
			t.Errorf("deactivated: %+v", u)
		}
	}
	staff.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	do(manager, staff, "reset-password").WantProblem(t, http.StatusConflict, "target_inactive")
	for range 2 {
		if u := apptest.Into[user](t, do(manager, staff, "reactivate"), http.StatusOK); u.Status != "ACTIVE" {
			t.Errorf("reactivated: %+v", u)
		}
	}
	if n := number(t, `SELECT count(*) FROM public.audit_log WHERE action = 'USER_DEACTIVATED' AND subject_id = $1 AND reason = 'left us'`, staff.UserID); n != 1 {
		t.Errorf("%d records of the deactivation", n)
	}
	if recorded(t, "USER_REACTIVATED", manager, staff) != 1 {
		t.Error("no record of the reactivation")
	}
	staff.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated") // its sessions stay ended
}

func TestAnAdministratorsResetSendsAMailAndNoMore(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, staff := e.As(role.TenantOwner), e.As(role.TenantStaff)
	if a := do(owner, staff, "reset-password").Want(t, http.StatusAccepted); len(a.Body) != 0 {
		t.Errorf("says %s", a.Body)
	}
	if n := number(t, `SELECT count(*) FROM river.river_job WHERE kind = 'credential.reset' AND args->>'email' = $1 AND args->>'tenant_id' = $2`, staff.Email, e.Lease.ID.String()); n != 1 {
		t.Errorf("%d mails", n)
	}
	staff.GET("/me").Want(t, http.StatusOK)
	if recorded(t, "PASSWORD_RESET_STARTED", owner, staff) != 1 {
		t.Error("not on record")
	}
}

func TestSecondFactorsAreResetWithEverythingThatProvesThem(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, manager := e.As(role.TenantOwner), e.As(role.TenantManager)
	sql(t, `INSERT INTO public.totp_factors (user_id, tenant_id, secret_sealed, confirmed_at, last_step, created_at) VALUES ($1, $2, '\x00', now(), 0, now())`, manager.UserID, e.Lease.ID)
	sql(t, `UPDATE public.users SET mfa_enrolled_at = now() WHERE id = $1`, manager.UserID)
	if !get(t, owner, manager).Can.ResetMFA {
		t.Error("the owner is not promised to reset it")
	}
	if u := apptest.Into[user](t, do(owner, manager, "reset-mfa"), http.StatusOK); u.MFAEnrolled {
		t.Error("still enrolled")
	}
	if n := number(t, `SELECT count(*) FROM public.totp_factors WHERE user_id = $1`, manager.UserID); n != 0 {
		t.Error("the factor is still there")
	}
	manager.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	if n := number(t, `SELECT count(*) FROM river.river_job WHERE kind = 'letter.notice' AND args->>'user_id' = $1`, manager.ID()); n != 1 {
		t.Errorf("%d mails tell of it", n)
	}
	if recorded(t, "USER_MFA_RESET", owner, manager) != 1 {
		t.Error("not on record")
	}
}

// TestAShortPasswordDoesNotStandAlone: when the second factor that allowed it is reset, it is worth nothing until a new one is set.
func TestAShortPasswordDoesNotStandAlone(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	for short, want := range map[bool]int{true: 1, false: 0} {
		staff := e.As(role.TenantStaff)
		sql(t, `UPDATE public.users SET mfa_enrolled_at = now(), password_is_short = $2 WHERE id = $1`, staff.UserID, short)
		do(owner, staff, "reset-mfa").Want(t, http.StatusOK)
		locked := number(t, `SELECT count(*) FROM public.users WHERE id = $1 AND password_locked_at IS NOT NULL`, staff.UserID)
		links := number(t, `SELECT count(*) FROM river.river_job WHERE kind = 'credential.reset' AND args->>'email' = $1`, staff.Email)
		if locked != want || links != want {
			t.Errorf("short %v: locked %d, links %d", short, locked, links)
		}
	}
}

// TestSupportResetsASecondFactorByAGrantAboutOnePerson and only that person's.
func TestSupportResetsASecondFactorByAGrantAboutOnePerson(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	superuser, support := e.As(role.Superuser), e.As(role.PlatformSupport)
	owner, staff := e.As(role.TenantOwner), e.As(role.TenantStaff)
	for _, u := range []*apptest.Client{owner, staff} {
		sql(t, `UPDATE public.users SET mfa_enrolled_at = now() WHERE id = $1`, u.UserID)
	}
	do(support, owner, "reset-mfa").WantProblem(t, http.StatusForbidden, "role_forbidden")
	superuser.POST("/grants", apptest.Map{
		"grantee_id": support.ID(), "action": "reset_user_mfa", "reason": "lost their phone", "tenant_id": tenantID(e), "target_user_id": owner.ID(),
	}).Want(t, http.StatusCreated)
	if !get(t, support, owner).Can.ResetMFA || get(t, support, staff).Can.ResetMFA {
		t.Error("the promise is not about the one person")
	}
	do(support, staff, "reset-mfa").WantProblem(t, http.StatusForbidden, "role_forbidden")
	uses := func() int {
		return number(t, `SELECT sum(use_count)::int FROM public.permission_grants WHERE grantee_id = $1`, support.UserID)
	}
	if n := uses(); n != 0 {
		t.Errorf("%d uses before any", n)
	}
	do(support, owner, "reset-mfa").Want(t, http.StatusOK)
	if n := uses(); n != 1 {
		t.Errorf("%d uses after one", n)
	}
	if recorded(t, "USER_MFA_RESET", support, owner) != 1 {
		t.Error("not on record")
	}
}

// TestAGrantIsWorthWhatItsGrantorMayDoNow (spec identity 4b.3): the named person may have risen above who granted. Of two grants the one
// that allows it is the one that is used.
func TestAGrantIsWorthWhatItsGrantorMayDoNow(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, support, target := e.As(role.TenantOwner), e.As(role.PlatformSupport), e.As(role.TenantManager)
	sql(t, `UPDATE public.users SET mfa_enrolled_at = now() WHERE id = $1`, target.UserID)
	give := func(c *apptest.Client) {
		c.POST("/grants", apptest.Map{
			"grantee_id": support.ID(), "action": "reset_user_mfa", "reason": "lost their phone", "tenant_id": tenantID(e), "target_user_id": target.ID(),
		}).Want(t, http.StatusCreated)
	}
	uses := func(by *apptest.Client) int {
		return number(t, `SELECT sum(use_count)::int FROM public.permission_grants WHERE grantor_id = $1`, by.UserID)
	}
	give(owner)
	sql(t, `UPDATE public.users SET role = 'TENANT_OWNER' WHERE id = $1`, target.UserID)
	if get(t, support, target).Can.ResetMFA {
		t.Error("it is promised by a grant of a peer")
	}
	do(support, target, "reset-mfa").WantProblem(t, http.StatusForbidden, "role_forbidden")
	manager := e.As(role.PlatformManager)
	give(manager)
	do(support, target, "reset-mfa").Want(t, http.StatusOK)
	if uses(owner) != 0 || uses(manager) != 1 {
		t.Errorf("%d uses of the owner's grant and %d of the manager's, want 0 and 1", uses(owner), uses(manager))
	}
}

func TestRolesAndFactorsAskForARecentSignIn(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, staff := e.As(role.TenantOwner, apptest.SignedInAgo(31*time.Minute)), e.As(role.TenantStaff)
	change(owner, staff, apptest.Map{"role": "TENANT_MANAGER"}).WantProblem(t, http.StatusForbidden, "reauth_required")
	do(owner, staff, "reset-mfa").WantProblem(t, http.StatusForbidden, "reauth_required")
	do(owner, staff, "end-sessions").Want(t, http.StatusNoContent)
}

func TestWhatCannotBeChangedIsNamed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner, staff, manager := e.As(role.TenantOwner), e.As(role.TenantStaff), e.As(role.TenantManager)
	for location, body := range map[string]apptest.Map{
		"body.role":         {"role": "SUPERUSER"},
		"body.switches":     {"switches": []string{"settings.write"}},
		"body.email":        {"email": "other@people.test"},
		"body.is_temporary": {"is_temporary": true},
		"body.tenant_id":    {"tenant_id": tenantID(e)},
	} {
		change(owner, staff, body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", location)
	}
	change(owner, staff, apptest.Map{"role": "BOSS"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.role")
	change(owner, manager, apptest.Map{"switches": []string{"blocks.all"}}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	change(manager, staff, apptest.Map{"role": "CUSTOMER"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	change(manager, staff, apptest.Map{"switches": []string{"blocks.all"}}).Want(t, http.StatusOK)
	if u := get(t, owner, staff); u.Role != role.TenantStaff || !slices.Equal(u.Switches, []string{"blocks.all"}) {
		t.Errorf("became %+v", u)
	}
}

func TestSalesChangeTemporaryPeopleOfDemosAlone(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	sales, prospect, lasting := e.As(role.PlatformSales), e.As(role.TenantStaff, apptest.Temporary), e.As(role.TenantStaff)
	do(sales, prospect, "deactivate").WantProblem(t, http.StatusNotFound, "not_found") // in a real business
	demo(t, e)
	do(sales, prospect, "deactivate").Want(t, http.StatusOK)
	do(sales, prospect, "reactivate").Want(t, http.StatusOK)
	change(sales, prospect, apptest.Map{"role": "TENANT_OWNER"}).Want(t, http.StatusOK)
	do(sales, lasting, "deactivate").WantProblem(t, http.StatusForbidden, "role_forbidden")
	do(sales, prospect, "reset-mfa").WantProblem(t, http.StatusForbidden, "role_forbidden")
	do(sales, sales, "deactivate").WantProblem(t, http.StatusForbidden, "rank_forbidden")
}
