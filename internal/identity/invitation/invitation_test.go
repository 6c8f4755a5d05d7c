package invitation_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/invitation"
	"smoothschedule/internal/identity/letter/lettertest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

const (
	password = "eleven green umbrellas, singing"
	start    = "2031-05-05T10:00:00Z"
	platform = "platform.localhost"
)

type house struct {
	*apptest.Env
	t    *testing.T
	desk *lettertest.Desk
	svc  *invitation.Service
}

func open(t *testing.T, options ...apptest.Option) house {
	t.Helper()
	h := house{Env: apptest.New(t, options...).At(start), t: t}
	h.desk = lettertest.New(t, h.Now)
	log, err := audit.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	h.svc = invitation.NewService(h.desk.DB, nil, nil, h.desk.Letters, log)
	lettertest.Does(h.desk, &invitation.Worker{Service: h.svc})
	return h
}

func (h house) later(d time.Duration) {
	h.t.Helper()
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		h.t.Fatal(err)
	}
	h.At(at.Add(d).Format(time.RFC3339Nano))
}

func address() string { return uuid.NewString() + "@people.test" }

// path is where a role invites.
func path(r role.Role) string {
	if r.IsPlatform() {
		return "/platform/invitations"
	}
	return "/invitations"
}

type invited struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	Role      string `json:"role"`
	Status    string `json:"status"`
	InvitedBy struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"invited_by"`
	ExpiresAt time.Time `json:"expires_at"`
}

// invite makes an invitation and returns it with the token that its mail brings.
func (h house) invite(by *apptest.Client, in role.Role, to string, r role.Role) (invited, string) {
	h.t.Helper()
	i := apptest.Into[invited](h.t, by.POST(path(in), apptest.Map{"email": to, "role": r}), http.StatusCreated)
	return i, h.token(i, in)
}

func (h house) token(i invited, in role.Role) string {
	h.t.Helper()
	l := lettertest.Only(h.t, h.desk.Work(i.ID))
	host := h.Host()
	if in.IsPlatform() {
		host = platform
	}
	if l.To != i.Email {
		h.t.Fatalf("the letter went to %s", l.To)
	}
	return l.Token(h.t, "http://"+host+":8000/invite")
}

func (h house) accept(host, token string) apptest.Answer {
	h.t.Helper()
	return h.On(host).POST("/auth/invitation/accept", apptest.Map{"token": token, "name": "Ben New", "password": password})
}

func (h house) look(host, token string) apptest.Answer {
	h.t.Helper()
	return h.On(host).POST("/auth/invitation/look", apptest.Map{"token": token})
}

// forget removes what the platform's invitations left: no lease wipes it.
func (h house) forget(email string) {
	h.t.Cleanup(func() {
		for _, text := range []string{
			`DELETE FROM public.login_sessions WHERE user_id IN (SELECT id FROM public.users WHERE email = $1)`,
			`DELETE FROM public.users WHERE email = $1`, `DELETE FROM public.invitations WHERE email = $1`,
		} {
			sql(h.t, text, email)
		}
	})
}

func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(context.WithoutCancel(t.Context()), text, args...); err != nil {
		t.Fatal(err)
	}
}

// mayInvite is the table of spec identity 4c, written once more, and by hand.
var mayInvite = map[role.Role][]role.Role{
	role.Superuser:       {role.Superuser, role.PlatformManager, role.PlatformSales, role.PlatformSupport},
	role.PlatformManager: {role.PlatformSales, role.PlatformSupport},
	role.TenantOwner:     {role.TenantOwner, role.TenantManager, role.TenantStaff},
	role.TenantManager:   {role.TenantStaff},
}

func TestWhoMayInviteWhom(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, by := range role.All() {
		c := h.As(by)
		for _, to := range role.All() {
			email := address()
			h.forget(email)
			a := c.POST(path(by), apptest.Map{"email": email, "role": to})
			switch {
			case slices.Contains(mayInvite[by], to):
				i := apptest.Into[invited](t, a, http.StatusCreated)
				if i.Email != email || i.Role != string(to) || i.Status != "PENDING" || i.InvitedBy.ID != c.ID() {
					t.Errorf("%s invites %s: %+v", by, to, i)
				}
			case mayInvite[by] != nil:
				a.WantProblem(t, http.StatusForbidden, "rank_forbidden")
			default:
				a.WantProblem(t, http.StatusForbidden, "role_forbidden")
			}
		}
	}
}

func TestAnInvitationIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner, email := h.As(role.TenantOwner), address()
	i, token := h.invite(owner, role.TenantOwner, strings.ToUpper(email), role.TenantManager)
	l := apptest.Into[struct {
		Email      string    `json:"email"`
		Role       string    `json:"role"`
		TenantName *string   `json:"tenant_name"`
		InvitedBy  string    `json:"invited_by"`
		ExpiresAt  time.Time `json:"expires_at"`
	}](t, h.look(h.Host(), token), http.StatusOK)
	if l.Email != email || l.Role != "TENANT_MANAGER" || l.TenantName == nil || l.InvitedBy != "A TENANT_OWNER" || !l.ExpiresAt.Equal(h.Now().Add(7*24*time.Hour)) {
		t.Errorf("the invitation shows %+v", l)
	}
	for _, bad := range []apptest.Map{{"token": token, "name": "Ben", "password": "short"}, {"token": token, "name": " ", "password": password}} {
		h.Public().POST("/auth/invitation/accept", bad).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed")
	}
	a := h.accept(h.Host(), token)
	in := apptest.Into[struct {
		Status string
		Me     struct {
			User struct{ Email, Role, Name string }
		}
	}](t, a, http.StatusOK)
	if in.Status != "SIGNED_IN" || in.Me.User.Email != email || in.Me.User.Role != "TENANT_MANAGER" || in.Me.User.Name != "Ben New" {
		t.Errorf("accepting answers %+v", in)
	}
	h.On(h.Host()).Continue(a, h.Host()).GET("/me").Want(t, http.StatusOK)
	h.accept(h.Host(), token).WantProblem(t, http.StatusGone, "link_expired")
	h.look(h.Host(), token).WantProblem(t, http.StatusGone, "link_expired")
	h.Public().POST("/auth/login", apptest.Map{"email": email, "password": password}).Want(t, http.StatusOK)
	owner.POST("/invitations/"+i.ID+"/resend", nil).WantProblem(t, http.StatusConflict, "state_conflict")
	owner.POST("/invitations/"+i.ID+"/revoke", nil).WantProblem(t, http.StatusConflict, "state_conflict")
	if got := h.list(owner, "?status=ACCEPTED"); len(got) != 1 || got[0].ID != i.ID {
		t.Errorf("accepted: %+v", got)
	}
	var actions []string
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT array_agg(action ORDER BY seq) FROM public.audit_log WHERE tenant_id = $1`, h.Lease.ID).Scan(&actions); err != nil ||
		!slices.Equal(actions[max(0, len(actions)-2):], []string{"INVITATION_CREATED", "INVITATION_ACCEPTED"}) { // the record outlives a lease
		t.Errorf("on record: %v, %v", actions, err)
	}
}

func (h house) list(c *apptest.Client, query string) []invited {
	h.t.Helper()
	return apptest.Into[struct{ Data []invited }](h.t, c.GET("/invitations"+query), http.StatusOK).Data
}

func TestTwoAcceptancesAtOnceMakeOneUser(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := address()
	_, token := h.invite(h.As(role.TenantOwner), role.TenantOwner, email, role.TenantStaff)
	statuses := make([]int, 4)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() { statuses[i] = h.accept(h.Host(), token).Status })
	}
	wg.Wait()
	slices.Sort(statuses)
	if !slices.Equal(statuses, []int{http.StatusOK, http.StatusGone, http.StatusGone, http.StatusGone}) {
		t.Errorf("want one 200 and otherwise 410: %v", statuses)
	}
	var n int
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM public.users WHERE email = $1`, email).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d users, %v", n, err)
	}
}

// TestAnInvitationIsJudgedAnew breaks, one after the other, each thing that an invitation rests on.
func TestAnInvitationIsJudgedAnew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by     role.Role
		change string // of $1, the inviter, in the tenant $2
		status int
	}{
		"nothing changed":                       {role.TenantManager, `SELECT $1::uuid, $2::uuid`, http.StatusOK},
		"the inviter was deactivated":           {role.TenantManager, `UPDATE public.users SET is_active = false WHERE id = $1 AND tenant_id = $2`, http.StatusGone},
		"the inviter was locked":                {role.TenantManager, `UPDATE public.users SET locked_at = now() WHERE id = $1 AND tenant_id = $2`, http.StatusGone},
		"the inviter may not invite any more":   {role.TenantManager, `UPDATE public.users SET role = 'TENANT_STAFF' WHERE id = $1 AND tenant_id = $2`, http.StatusGone},
		"the inviter may invite still":          {role.TenantManager, `UPDATE public.users SET role = 'TENANT_OWNER' WHERE id = $1 AND tenant_id = $2`, http.StatusOK},
		"the business is suspended":             {role.TenantOwner, `UPDATE public.tenants SET status = 'SUSPENDED' WHERE id = $2 AND $1::uuid IS NOT NULL`, http.StatusGone},
		"it was revoked":                        {role.TenantOwner, `UPDATE public.invitations SET revoked_at = now() WHERE invited_by = $1 AND tenant_id = $2`, http.StatusGone},
		"the role is above what they may give":  {role.TenantManager, `UPDATE public.invitations SET role = 'TENANT_OWNER' WHERE invited_by = $1 AND tenant_id = $2`, http.StatusGone},
		"it is of the sandbox":                  {role.TenantOwner, `UPDATE public.invitations SET is_sandbox = true WHERE invited_by = $1 AND tenant_id = $2`, http.StatusGone},
		"the address has an account in between": {role.TenantOwner, `UPDATE public.users SET email = (SELECT email FROM public.invitations WHERE tenant_id = $2) WHERE id = $1`, http.StatusConflict},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			inviter := h.As(c.by)
			_, token := h.invite(inviter, c.by, address(), role.TenantStaff)
			sql(t, c.change, inviter.UserID, h.Lease.ID)
			h.accept(h.Host(), token).Want(t, c.status)
		})
	}
}

func TestAnInvitationIsOfOnePlaceAndSevenDays(t *testing.T) {
	t.Parallel()
	h, there := open(t), pgtest.Tenant(t)
	owner := h.As(role.TenantOwner)
	_, token := h.invite(owner, role.TenantOwner, address(), role.TenantStaff)
	h.accept(there.Slug+".localhost", token).WantProblem(t, http.StatusGone, "link_expired")
	h.accept(platform, token).WantProblem(t, http.StatusGone, "link_expired")
	h.accept(h.Host(), "nonsense").WantProblem(t, http.StatusGone, "link_expired")
	h.later(7 * 24 * time.Hour)
	h.accept(h.Host(), token).WantProblem(t, http.StatusGone, "link_expired")
	h.later(7*24*time.Hour - time.Microsecond)
	h.accept(h.Host(), token).Want(t, http.StatusOK)
}

func TestANewLetterVoidsTheOneBefore(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner, manager := h.As(role.TenantOwner), h.As(role.TenantManager)
	i, first := h.invite(owner, role.TenantOwner, address(), role.TenantStaff)
	again := apptest.Into[invited](t, manager.POST("/invitations/"+i.ID+"/resend", nil), http.StatusOK)
	if again.ID != i.ID || again.InvitedBy.ID != manager.ID() {
		t.Errorf("want the same invitation in the manager's name: %+v", again)
	}
	h.accept(h.Host(), first).WantProblem(t, http.StatusGone, "link_expired") // before the new letter is even written
	second := h.token(again, role.TenantOwner)
	owner.POST("/invitations/"+i.ID+"/revoke", nil).Want(t, http.StatusOK)
	h.accept(h.Host(), second).WantProblem(t, http.StatusGone, "link_expired")
	if got := apptest.Into[invited](t, owner.POST("/invitations/"+i.ID+"/revoke", nil), http.StatusOK); got.Status != "REVOKED" {
		t.Errorf("the second revocation answers %+v", got)
	}
	owner.POST("/invitations/"+i.ID+"/resend", nil).WantProblem(t, http.StatusConflict, "state_conflict")
}

func TestNobodyTouchesInvitationsAboveThem(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner, manager := h.As(role.TenantOwner), h.As(role.TenantManager)
	i := apptest.Into[invited](t, owner.POST("/invitations", apptest.Map{"email": address(), "role": role.TenantManager}), http.StatusCreated)
	for _, verb := range []string{"resend", "revoke"} {
		manager.POST("/invitations/"+i.ID+"/"+verb, nil).WantProblem(t, http.StatusForbidden, "rank_forbidden")
		h.As(role.Superuser).POST("/platform/invitations/"+i.ID+"/"+verb, nil).WantProblem(t, http.StatusNotFound, "not_found")
		owner.POST("/invitations/inv_01k9m7e6xhf8ktexm2q2ggx7zp/"+verb, nil).WantProblem(t, http.StatusNotFound, "not_found")
	}
}

func TestInvitationsHaveLimits(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.As(role.TenantOwner)
	invite := func(email string) apptest.Answer {
		return owner.POST("/invitations", apptest.Map{"email": email, "role": role.TenantStaff})
	}
	same := address()
	invite(same).Want(t, http.StatusCreated)
	invite(strings.ToUpper(same)).WantProblem(t, http.StatusConflict, "already_exists")
	for range 19 {
		invite(address()).Want(t, http.StatusCreated)
	}
	if a := invite(address()); a.WantProblem(t, http.StatusTooManyRequests, "rate_limited").Status != 429 || a.Header.Get("Retry-After") == "" {
		t.Error("want to hear when to try again")
	}
	sql(t, `UPDATE public.invitations SET mailed_at = '{}' WHERE tenant_id = $1`, h.Lease.ID)
	sql(t, `INSERT INTO public.invitations (id, tenant_id, is_sandbox, email, role, is_temporary, invited_by, mailed_at, created_at, expires_at)
		SELECT gen_random_uuid(), $1, false, n || '@people.test', 'TENANT_STAFF', false, $2, '{}', now(), '2999-01-01' FROM generate_series(1, 29) n`, h.Lease.ID, owner.UserID)
	invite(address()).Want(t, http.StatusCreated)
	invite(address()).WantProblem(t, http.StatusConflict, "limit")
}

// TestTheAnswerTellsNothingOfElsewhere invites an address that has accounts in other places, and one that has none.
func TestTheAnswerTellsNothingOfElsewhere(t *testing.T) {
	t.Parallel()
	h, there := open(t), pgtest.Tenant(t)
	owner := h.As(role.TenantOwner)
	known, here := address(), address()
	for email, tenantID := range map[string]uuid.UUID{known: there.ID, here: h.Lease.ID} {
		sql(t, `INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, is_active, created_at, updated_at, version)
			VALUES (gen_random_uuid(), $1, false, $2, 'Ann', 'CUSTOMER', '', true, now(), now(), 1)`, tenantID, email)
	}
	apptest.Into[invited](t, owner.POST("/invitations", apptest.Map{"email": known, "role": role.TenantStaff}), http.StatusCreated)
	owner.POST("/invitations", apptest.Map{"email": here, "role": role.TenantStaff}).WantProblem(t, http.StatusConflict, "already_exists")
	for _, bad := range []string{"", "Ann <ann@people.test>", "ann@people.test\r\nBcc: x@y.test"} {
		owner.POST("/invitations", apptest.Map{"email": bad, "role": role.TenantStaff}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.email")
	}
}

func TestNewStaffOfThePlatformSetUpASecondFactor(t *testing.T) {
	t.Parallel()
	h := open(t, apptest.Config(func(c *config.Config) { c.RequireMFA = true }))
	super, email := h.As(role.Superuser), address()
	h.forget(email)
	i := apptest.Into[invited](t, super.POST("/platform/invitations", apptest.Map{"email": email, "role": role.PlatformSupport}), http.StatusCreated)
	token := h.token(i, role.Superuser)
	h.accept(h.Host(), token).WantProblem(t, http.StatusGone, "link_expired")
	in := apptest.Into[struct {
		Status string
		Me     any
	}](t, h.accept(platform, token), http.StatusOK)
	if in.Status != "ENROLLMENT_REQUIRED" || in.Me != nil {
		t.Errorf("want a second factor first: %+v", in)
	}
}

// TestTheOwnerOfABusinessMadeByThePlatform is invited by somebody whom the tenant's own transactions do not see.
func TestTheOwnerOfABusinessMadeByThePlatform(t *testing.T) {
	t.Parallel()
	for by, status := range map[role.Role]int{
		role.Superuser: http.StatusOK, role.PlatformManager: http.StatusOK, role.PlatformSales: http.StatusOK, role.PlatformSupport: http.StatusGone,
	} {
		t.Run(string(by), func(t *testing.T) {
			h := open(t)
			c, email := h.As(by), address()
			i := h.offer(invitation.Offer{
				TenantID: &h.Lease.ID, Email: email, Role: role.TenantOwner, IsTemporary: true,
				By: invitation.By{ID: id.ID[account.User](c.UserID), Name: "Sam", Email: "sam@people.test", Role: by},
			})
			h.accept(h.Host(), h.token(invited{ID: i.ID.String(), Email: email}, role.TenantOwner)).Want(t, status)
			var temporary int
			if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM public.users WHERE email = $1 AND is_temporary`, email).Scan(&temporary); err != nil ||
				(temporary == 1) != (status == http.StatusOK) {
				t.Errorf("%d temporary owners, %v", temporary, err)
			}
		})
	}
}

// offer makes an invitation as a sign-up does.
func (h house) offer(o invitation.Offer) (i invitation.Invitation) {
	h.t.Helper()
	err := h.desk.DB.InPlatform(h.t.Context(), func(tx *pg.PlatformTx) (err error) {
		i, err = h.svc.Offer(h.t.Context(), tx, o)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return i
}

func TestAnInvitationKeepsNoSecret(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, token := h.invite(h.As(role.TenantOwner), role.TenantOwner, address(), role.TenantStaff)
	h.accept(h.Host(), token).Want(t, http.StatusOK)
	for _, secret := range []string{token, password} {
		for _, table := range []string{"public.invitations", "public.users", "public.audit_log", "river.river_job"} {
			var n int
			if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM `+table+` t WHERE position($1 IN t::text) > 0`, secret).Scan(&n); err != nil || n > 0 {
				t.Errorf("%s is in %d rows of %s (%v)", secret, n, table, err)
			}
		}
	}
}

// TestARoleIsOfferedByWhoProvedAShortWhileAgo who they are: a session that was left open makes no new superusers.
func TestARoleIsOfferedByWhoProvedAShortWhileAgo(t *testing.T) {
	t.Parallel()
	h := open(t)
	for r, body := range map[role.Role]apptest.Map{
		role.Superuser:   {"email": "new@people.test", "role": role.Superuser},
		role.TenantOwner: {"email": "new@people.test", "role": role.TenantOwner},
	} {
		path := "/invitations"
		if r.IsPlatform() {
			path = "/platform/invitations"
		}
		c := h.As(r, apptest.SignedInAgo(30*time.Minute))
		c.POST(path, body).WantProblem(t, http.StatusForbidden, "reauth_required")
		c.POST(path+"/"+id.New[invitation.Invitation]().String()+"/resend", nil).WantProblem(t, http.StatusForbidden, "reauth_required")
	}
}
