package masquerade_test

import (
	"net/http"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// Spec identity 4a.4, 1 to 3: from the start to the return, across two hosts.
func TestSupportActsAsAManagerAndReturns(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	support, manager := e.As(role.PlatformSupport), e.As(role.TenantManager)
	p := begin(t, e, support, manager)
	if p.Subject.ID != manager.ID() || !p.ExpiresAt.Equal(morning.Add(time.Hour)) {
		t.Errorf("the start answers %+v", p.begun)
	}
	a := p.child.GET("/me")
	if a.Header.Get("X-Masquerade") != "active" {
		t.Error("the answer doesn't say that somebody acts")
	}
	m := apptest.Into[me](t, a, http.StatusOK)
	if m.User.ID != manager.ID() || m.Masquerade == nil || m.Masquerade.ID != p.MasqueradeID || m.Masquerade.Actor.ID != support.ID() ||
		m.Masquerade.Actor.Role != role.PlatformSupport || m.Masquerade.Reason != reason || m.Masquerade.ReadOnly || m.ReauthUntil != nil ||
		!m.Masquerade.StartedAt.Equal(morning) || !m.Masquerade.ExpiresAt.Equal(morning.Add(time.Hour)) {
		t.Errorf("me is %+v, acting %+v", m, m.Masquerade)
	}
	if parent := meOf(t, p.parent); parent.User.ID != support.ID() || parent.Masquerade != nil || parent.ActsAs == nil || parent.ActsAs.Name != "A TENANT_MANAGER" {
		t.Errorf("the actor's own me is %+v", parent)
	}
	back := apptest.Into[struct {
		RestoredUser struct {
			ID string `json:"id"`
		} `json:"restored_user"`
		RedirectURL string `json:"redirect_url"`
	}](t, p.child.POST("/masquerade/release", nil), http.StatusOK)
	if back.RestoredUser.ID != support.ID() || back.RedirectURL != "http://platform.localhost:8000/" {
		t.Errorf("the return answers %+v", back)
	}
	p.wantLines(t, "HIJACK_END")
	if own := meOf(t, p.parent); own.ActsAs != nil || own.User.ID != support.ID() {
		t.Errorf("after the return: %+v", own)
	}
}

func TestTheReturnGoesToThePageWhereItBegan(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for path, want := range map[string]string{
		"/users?role=CUSTOMER": "/users?role=CUSTOMER", "": "/", "//evil.test": "/", "https://evil.test": "/", "/\\evil.test": "/", "users": "/", "/a\nb": "/", "javascript:alert(1)": "/",
	} {
		support, staff := e.As(role.PlatformSupport), e.As(role.TenantStaff)
		body := ask(staff)
		body["return_path"] = path
		a := support.POST("/masquerade", body).Want(t, http.StatusCreated)
		got := apptest.Into[struct {
			RedirectURL string `json:"redirect_url"`
		}](t, support.Continue(a, platformHost).POST("/masquerade/release", nil), http.StatusOK)
		if got.RedirectURL != want {
			t.Errorf("%q returns to %q, want %q", path, got.RedirectURL, want)
		}
	}
}

func TestAHandOffIsForOneBrowserOnOneHostOnceAndForAMinute(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t)
	at(e, 0)
	at(other, 0)
	support, manager := e.As(role.PlatformSupport), e.As(role.TenantManager)
	a := support.With("User-Agent", "Browser one").POST("/masquerade", ask(manager))
	b := apptest.Into[begun](t, a, http.StatusCreated)
	body := apptest.Map{"code": b.code(t, e.Host())}
	wrong := func(name string, c *apptest.Client, body apptest.Map) {
		t.Helper()
		a := c.POST("/session/handoff", body)
		if a.Status != http.StatusUnauthorized || len(a.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	mine := e.Public().With("User-Agent", "Browser one")
	wrong("another browser", e.Public().With("User-Agent", "Browser two"), body)
	wrong("no browser", e.Public(), body)
	wrong("another business's host", other.Public().With("User-Agent", "Browser one"), body)
	wrong("a code that never was", mine, apptest.Map{"code": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
	mine.At(platformHost).POST("/session/handoff", body).Want(t, http.StatusNotFound)
	at(e, 60*time.Second)
	wrong("after a minute", mine, body)
	at(e, 59*time.Second)
	child := support.Continue(mine.POST("/session/handoff", body).Want(t, http.StatusOK), e.Host())
	meOf(t, child)
	wantReplay(t, e, func() apptest.Answer { return mine.POST("/session/handoff", body) })
	meOf(t, child) // goes on
}

func TestAHandOffEndsTheSessionThatTheBrowserHad(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	support, manager, owner := e.As(role.PlatformSupport), e.As(role.TenantManager), e.As(role.TenantOwner)
	b := apptest.Into[begun](t, support.POST("/masquerade", ask(manager)), http.StatusCreated)
	child := owner.Continue(owner.POST("/session/handoff", apptest.Map{"code": b.code(t, e.Host())}).Want(t, http.StatusOK), e.Host())
	if m := meOf(t, child); m.User.ID != manager.ID() {
		t.Errorf("acts as %s", m.User.ID)
	}
	owner.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
}

// Spec identity 4a.4, 9.
func TestOldIDsAreDeadAndTheirUseIsNoticed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
	wantReplay(t, e, func() apptest.Answer { return p.actor.GET("/me") })
	restored := p.parent.Continue(p.parent.POST("/masquerade/release", nil).Want(t, http.StatusOK), platformHost)
	meOf(t, restored)
	wantReplay(t, e, func() apptest.Answer { return p.parent.GET("/me") })
	wantReplay(t, e, func() apptest.Answer { return p.child.GET("/me") })
	p.wantLines(t, "HIJACK_END")
}

// TestACallOnItsWayLeavesTheNewCookieAlone: a list that is loading when somebody begins to act, or returns, is answered afterwards.
func TestACallOnItsWayLeavesTheNewCookieAlone(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	owner := e.As(role.TenantOwner)
	p := begin(t, e, owner, e.As(role.TenantStaff))
	late := func(c *apptest.Client, left bool) {
		t.Helper()
		a := c.GET("/me")
		a.WantProblem(t, http.StatusUnauthorized, "unauthenticated")
		cookies := a.Header.Values("Set-Cookie")
		if (len(cookies) == 0) != left {
			t.Errorf("left alone: want %t, got %v", left, cookies)
		}
	}
	late(owner, true)
	restored := p.child.Continue(p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK), e.Host())
	late(p.child, true)
	meOf(t, restored)
	at(e, 2*time.Minute)
	late(owner, false)
}

// Spec identity 4a.3: the same within a minute.
func TestToReturnTwiceAnswersAlikeForAMinute(t *testing.T) {
	t.Parallel()
	for _, r := range []role.Role{role.PlatformSupport, role.TenantOwner} {
		t.Run(string(r), func(t *testing.T) {
			e := apptest.New(t)
			at(e, 0)
			p := begin(t, e, e.As(r), e.As(role.TenantStaff))
			at(e, time.Minute)
			first := p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
			at(e, 2*time.Minute-time.Millisecond)
			again := p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
			if string(first.Body) != string(again.Body) {
				t.Errorf("first %s, then %s", first.Body, again.Body)
			}
			at(e, 2*time.Minute)
			wantReplay(t, e, func() apptest.Answer { return p.child.POST("/masquerade/release", nil) })
			p.wantLines(t, "HIJACK_END")
		})
	}
}

func TestWhoDoesNotActCannotReturn(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, r := range role.All() {
		e.As(r).POST("/masquerade/release", nil).WantProblem(t, http.StatusConflict, "not_masquerading")
	}
	e.Public().POST("/masquerade/release", nil).WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	for _, path := range []string{"/masquerade", "/masquerade/release"} {
		e.As(role.PlatformSupport).GET(path).WantProblem(t, http.StatusMethodNotAllowed, "method_not_allowed")
	}
}

// Spec identity 4a.4, 2: on one host the cookie is replaced and restored; nothing of the own session is in the browser meanwhile.
func TestAnOwnerActsAsStaffOnTheSameHost(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	owner, staff := e.As(role.TenantOwner), e.As(role.TenantStaff)
	sql(t, `UPDATE public.login_sessions SET auth_time = $2, expires_at = $3 WHERE user_id = $1`, owner.UserID, morning.Add(-7*time.Minute), morning.Add(20*time.Hour))
	a := owner.POST("/masquerade", apptest.Map{"user_id": staff.ID()}) // an owner needs no reason
	b := apptest.Into[begun](t, a, http.StatusCreated)
	child := owner.Continue(a, e.Host())
	if m := meOf(t, child); b.RedirectURL != "/app" || m.User.ID != staff.ID() || m.Masquerade == nil || m.Masquerade.Actor.ID != owner.ID() {
		t.Errorf("%+v, me %+v", b, m)
	}
	wantReplay(t, e, func() apptest.Answer { return owner.GET("/me") })
	at(e, 10*time.Minute)
	back := child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
	own := child.Continue(back, e.Host())
	if m := meOf(t, own); m.User.ID != owner.ID() || m.Masquerade != nil || m.ReauthUntil == nil || !m.ReauthUntil.Equal(morning.Add(23*time.Minute)) {
		t.Errorf("the first proof of who it is counts on: %+v", m)
	}
	n := count(t, `SELECT count(*) FROM public.login_sessions WHERE user_id = $1 AND auth_time = $2 AND expires_at = $3`, owner.UserID, morning.Add(-7*time.Minute), morning.Add(20*time.Hour))
	if n != 1 {
		t.Error("the restored session has not the first time and expiry")
	}
	wantReplay(t, e, func() apptest.Answer { return child.GET("/me") })
}

func TestToSignOutEndsBothSessions(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
	p.child.POST("/auth/logout", nil).Want(t, http.StatusNoContent)
	p.wantLines(t, "HIJACK_END")
	p.child.GET("/me").Want(t, http.StatusUnauthorized)
	p.parent.GET("/me").Want(t, http.StatusUnauthorized)
	p.child.POST("/masquerade/release", nil).WantProblem(t, http.StatusUnauthorized, "unauthenticated") // nothing to return to
	meOf(t, p.subject)

	q := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
	q.parent.POST("/auth/logout", nil).Want(t, http.StatusNoContent)
	q.child.GET("/me").Want(t, http.StatusUnauthorized)
	q.parent.GET("/me").Want(t, http.StatusUnauthorized)
}

// Spec identity 4a.4, 4: the subject's own traces stay as they are.
func TestTheSubjectsAccountIsUntouched(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	support, staff := e.As(role.PlatformSupport), e.As(role.TenantStaff)
	state := func() int {
		return count(t, `SELECT hashtext(u::text || coalesce((SELECT string_agg(s::text, ',' ORDER BY s.id) FROM public.login_sessions s WHERE s.user_id = u.id), '')) FROM public.users u WHERE id = $1`, staff.UserID)
	}
	before := state()
	p := begin(t, e, support, staff)
	at(e, 5*time.Minute)
	meOf(t, p.child)
	p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
	if state() != before {
		t.Error("the subject's row or sessions have changed")
	}
	if m := meOf(t, staff); m.Masquerade != nil {
		t.Error("the subject's own session shows the masquerade")
	}
}

// Spec identity 4a.4, 7.
func TestTheSubjectSeesTheAccessAndMayEndIt(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	type session struct {
		ID          string     `json:"id"`
		Kind        string     `json:"kind"`
		Current     bool       `json:"current"`
		ActedByRole *role.Role `json:"acted_by_role"`
	}
	for _, r := range []role.Role{role.PlatformSupport, role.Superuser} {
		p := begin(t, e, e.As(r), e.As(role.TenantOwner))
		list := apptest.Into[struct{ Data []session }](t, p.subject.GET("/me/sessions"), http.StatusOK).Data
		var acting []session
		for _, s := range list {
			if s.Kind == "MASQUERADE" {
				acting = append(acting, s)
			}
		}
		if len(list) != 2 || len(acting) != 1 || acting[0].Current || acting[0].ActedByRole == nil || *acting[0].ActedByRole != r {
			t.Fatalf("%s: the subject sees %+v", r, list)
		}
		a := p.subject.POST("/me/sessions/"+acting[0].ID+"/end", nil)
		if r == role.Superuser {
			a.WantProblem(t, http.StatusForbidden, "role_forbidden")
			meOf(t, p.child)
			continue
		}
		a.Want(t, http.StatusNoContent)
		p.child.GET("/me").WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
		meOf(t, p.parent)
		p.subject.POST("/me/sessions/end-others", nil).Want(t, http.StatusNoContent)
		meOf(t, p.subject)
	}
}
