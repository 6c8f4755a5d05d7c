package masquerade_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// The tests of this file are not parallel: the sweeper closes what ran out of all businesses, by the clock of its own program.

func TestWhatRanOutIsOnRecordOnce(t *testing.T) {
	for name, c := range map[string]struct {
		run  func(*testing.T, *play)
		when time.Duration
		want string
	}{
		"still running":           {func(*testing.T, *play) {}, 15*time.Minute - time.Second, ""},
		"unused":                  {func(*testing.T, *play) {}, 15 * time.Minute, "HIJACK_EXPIRED"},
		"the hour is over":        {func(t *testing.T, p *play) { t.Helper(); keepUp(t, p, 56*time.Minute) }, time.Hour, "HIJACK_EXPIRED"},
		"the hour is nearly over": {func(t *testing.T, p *play) { t.Helper(); keepUp(t, p, 56*time.Minute) }, time.Hour - time.Second, ""},
		"never handed over": {func(t *testing.T, p *play) {
			t.Helper()
			sql(t, `DELETE FROM public.handoffs WHERE tenant_id = $1`, p.env.Lease.ID)
		}, 15 * time.Minute, "HIJACK_EXPIRED"},
		"noticed by its user first": {func(t *testing.T, p *play) {
			t.Helper()
			at(p.env, 15*time.Minute)
			p.child.GET("/me").Want(t, http.StatusUnauthorized)
		}, 16 * time.Minute, "HIJACK_EXPIRED"},
		"the actor signed out at home": {func(t *testing.T, p *play) {
			t.Helper()
			p.parent.POST("/auth/logout", nil).Want(t, http.StatusNoContent)
		}, time.Second, "HIJACK_END"},
		"the actor's sessions were ended": {func(t *testing.T, p *play) {
			t.Helper()
			sql(t, `DELETE FROM public.login_sessions WHERE user_id = $1`, p.actor.UserID)
		}, time.Second, "HIJACK_TERMINATED"},
		"the subject ended it": {func(t *testing.T, p *play) { t.Helper(); endAsSubject(t, p) }, time.Second, "HIJACK_TERMINATED"},
		"returned": {func(t *testing.T, p *play) {
			t.Helper()
			p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
		}, 2 * time.Hour, "HIJACK_END"},
		"signed out": {func(t *testing.T, p *play) {
			t.Helper()
			p.child.POST("/auth/logout", nil).Want(t, http.StatusNoContent)
		}, 2 * time.Hour, "HIJACK_END"},
	} {
		t.Run(name, func(t *testing.T) {
			e := apptest.New(t)
			at(e, 0)
			p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
			c.run(t, p)
			at(e, c.when)
			for range 3 { // as often as one likes
				if err := e.App.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			want := "[HIJACK_START]"
			if c.want != "" {
				want = "[HIJACK_START " + c.want + "]"
			}
			if got := fmt.Sprint(e.Actions(p.actor)); got != want {
				t.Errorf("the log holds %s, want %s", got, want)
			}
			if left := count(t, childrenSQL, p.actor.UserID); left != 0 && c.want != "" {
				t.Error("its session is left")
			}
		})
	}
}

// keepUp uses the session so that it does not rest too long.
func keepUp(t *testing.T, p *play, until time.Duration) {
	t.Helper()
	for now := 14 * time.Minute; now <= until; now += 14 * time.Minute {
		at(p.env, now)
		meOf(t, p.child)
	}
}

func endAsSubject(t *testing.T, p *play) {
	t.Helper()
	list := apptest.Into[struct {
		Data []struct {
			ID   string `json:"id"`
			Kind string `json:"kind"`
		}
	}](t, p.subject.GET("/me/sessions"), http.StatusOK)
	for _, s := range list.Data {
		if s.Kind == "MASQUERADE" {
			p.subject.POST("/me/sessions/"+s.ID+"/end", nil).Want(t, http.StatusNoContent)
		}
	}
}

// Spec identity 4a.4, 5 and 6: who let a masquerade rest too long proves who they are before their own account is theirs again.
// Whoever still has one of the cookies is told that it is over.
func TestAfterAPauseTheActorSignsInAgain(t *testing.T) {
	e := apptest.New(t)
	at(e, 0)
	support := e.As(role.PlatformSupport)
	p := begin(t, e, support, e.As(role.TenantStaff))
	at(e, 15*time.Minute)
	p.parent.POST("/masquerade", ask(p.subject)).WantProblem(t, http.StatusConflict, "already_masquerading")
	if err := e.App.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := len(events(t, e))
	p.child.GET("/me").WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
	p.wantOver(t)
	p.parent.GET("/platform/users").WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
	p.parent.POST("/masquerade/release", nil).WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
	if after := events(t, e); len(after) != before {
		t.Errorf("the actor's own browser is taken for a thief's: %v", after[before:])
	}
	another(t, e, support).POST("/masquerade", ask(p.subject)).Want(t, http.StatusCreated)
}

func TestWhoWasActingWhenTheTimeWasOverIsFreeAgain(t *testing.T) {
	e := apptest.New(t)
	at(e, 0)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
	keepUp(t, p, 56*time.Minute)
	at(e, time.Hour)
	if err := e.App.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.wantLines(t, "HIJACK_EXPIRED")
	p.parent.GET("/platform/users").Want(t, http.StatusOK)
}

// Spec identity 4a.5: whatever ends the actor's own session ends the other with it, which says so, and the record says why.
func TestWhatEndsTheActorsOwnSessionEndsTheMasquerade(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, p *play)
		why    string
	}{
		"deactivated": {func(t *testing.T, p *play) {
			t.Helper()
			p.env.As(role.Superuser).POST("/platform/users/"+p.actor.ID()+"/deactivate", apptest.Map{"reason": "Has left the team"}).Want(t, http.StatusOK)
		}, "actor_inactive"},
		"in another role": {func(t *testing.T, p *play) {
			t.Helper()
			by := p.env.As(role.Superuser)
			by.With("If-Match", by.GET("/platform/users/"+p.actor.ID()).Header.Get("ETag")).
				PATCH("/platform/users/"+p.actor.ID(), apptest.Map{"role": "PLATFORM_SALES"}).Want(t, http.StatusOK)
		}, "not_found"},
		"signed out elsewhere": {func(t *testing.T, p *play) {
			t.Helper()
			another(t, p.env, p.actor).POST("/me/sessions/end-others", nil).Want(t, http.StatusNoContent)
		}, "session_ended"},
	} {
		t.Run(name, func(t *testing.T) {
			e := apptest.New(t)
			at(e, 0)
			p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantStaff))
			key := p.env.Lines(p.actor)[0].SessionKey
			at(e, time.Second)
			c.change(t, p)
			p.child.GET("/me").WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
			p.wantOver(t)
			if err := e.App.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			end := p.wantLines(t, "HIJACK_TERMINATED")[1]
			if end.SessionKey == nil || *end.SessionKey != *key {
				t.Errorf("the record names the session %v, want %s", end.SessionKey, *key)
			}
			if n := count(t, `SELECT count(*) FROM public.masquerades WHERE actor_id = $1 AND end_reason = $2`, p.actor.UserID, c.why); n != 1 {
				t.Errorf("the reason is not %s", c.why)
			}
			p.child.GET("/me").WantProblem(t, http.StatusUnauthorized, "masquerade_ended")
		})
	}
}

// Spec identity 4a.8: each start has exactly one end, whatever people do.
func TestEveryStartHasOneEnd(t *testing.T) {
	seed := uint64(time.Now().UnixNano()) // another walk each time; it is told when it fails
	w := &walk{t: t, rand: rand.New(rand.NewPCG(seed, 1)), e: apptest.New(t)}
	defer func() {
		if t.Failed() {
			t.Logf("seed %d; steps:\n%s", seed, strings.Join(w.steps, "\n"))
		}
	}()
	at(w.e, 0)
	for range 6 {
		w.actors = append(w.actors, w.e.As(role.PlatformSupport), w.e.As(role.TenantOwner), w.e.As(role.Superuser))
	}
	for range 150 {
		w.step()
	}
	w.now += 2 * time.Hour
	at(w.e, w.now)
	for range 3 {
		if err := w.e.App.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.check()
}

// walk is what many people do one after another, chosen by chance.
type walk struct {
	t      *testing.T
	rand   *rand.Rand
	e      *apptest.Env
	now    time.Duration
	actors []*apptest.Client
	plays  []*play
	steps  []string
}

func (w *walk) step() {
	w.t.Helper()
	w.now += time.Duration(w.rand.IntN(120)) * time.Second
	at(w.e, w.now)
	if len(w.plays) == 0 || w.rand.IntN(3) == 0 {
		w.start()
		return
	}
	p := w.plays[w.rand.IntN(len(w.plays))]
	moves := []struct {
		name string
		do   func()
	}{
		{"use", func() { p.child.GET("/me") }},
		{"use", func() { p.child.GET("/resources") }},
		{"return", func() { p.child.POST("/masquerade/release", nil) }},
		{"sign out", func() { p.child.POST("/auth/logout", nil) }},
		{"start again", func() { p.child.POST("/masquerade", ask(p.subject)) }},
		{"deactivate the subject", func() { sql(w.t, `UPDATE public.users SET is_active = false WHERE id = $1`, p.subject.UserID) }},
		{"deactivate the actor", func() { sql(w.t, `UPDATE public.users SET is_active = false WHERE id = $1`, p.actor.UserID) }},
		{"end the actor's sessions", func() { sql(w.t, `DELETE FROM public.login_sessions WHERE user_id = $1`, p.actor.UserID) }},
		{"end by the subject", func() {
			sql(w.t, `DELETE FROM public.login_sessions WHERE user_id = $1 AND kind = 'masquerade'`, p.subject.UserID)
		}},
		{"return at home", func() {
			if p.parent != nil {
				p.parent.POST("/masquerade/release", nil)
			}
		}},
		{"sign out at home", func() {
			if p.parent != nil {
				p.parent.POST("/auth/logout", nil)
			}
		}},
		{"sweep", func() {
			if err := w.e.App.Sweep(w.t.Context()); err != nil {
				w.t.Error(err)
			}
		}},
		{"wait", func() { w.now += 14 * time.Minute }},
	}
	m := moves[w.rand.IntN(len(moves))]
	w.steps = append(w.steps, fmt.Sprintf("%s %s %s", w.now, m.name, p.MasqueradeID))
	m.do()
}

// start begins as somebody new, in a browser of its own: who may not any more is refused, which leaves a line too.
func (w *walk) start() {
	w.t.Helper()
	actor := w.actors[w.rand.IntN(len(w.actors))]
	subject := w.e.As(role.TenantStaff)
	browser := another(w.t, w.e, actor)
	a := browser.POST("/masquerade", ask(subject))
	w.steps = append(w.steps, fmt.Sprintf("%s start by %s as %s: %d", w.now, actor.Role, subject.ID(), a.Status))
	if a.Status != http.StatusCreated {
		return
	}
	p := &play{env: w.e, actor: actor, subject: subject, begun: apptest.Into[begun](w.t, a, http.StatusCreated)}
	if actor.Role == role.TenantOwner {
		p.child = actor.Continue(a, w.e.Host())
	} else {
		p.parent = actor.Continue(a, platformHost)
		p.child = p.parent.Continue(w.e.Public().POST("/session/handoff", apptest.Map{"code": p.code(w.t, w.e.Host())}).Want(w.t, http.StatusOK), w.e.Host())
	}
	w.plays = append(w.plays, p)
}

// check pairs the file's lines, and walks the chains.
func (w *walk) check() {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.e.DataDir, "logs", "masquerade.log"))
	if err != nil {
		w.t.Fatal(err)
	}
	starts, ends := map[string]int{}, map[string]int{}
	for line := range strings.Lines(string(text)) {
		var l apptest.Line
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			w.t.Fatal(err)
		}
		switch l.Action {
		case "HIJACK_START":
			starts[*l.MasqueradeID]++
		case "HIJACK_END", "HIJACK_EXPIRED", "HIJACK_TERMINATED":
			ends[*l.MasqueradeID]++
		}
	}
	if len(starts) != len(w.plays) || len(starts) < 10 {
		w.t.Errorf("%d starts in the log, %d were made", len(starts), len(w.plays))
	}
	for key, n := range starts {
		if n != 1 || ends[key] != 1 {
			w.t.Errorf("%s: %d starts, %d ends", key, n, ends[key])
		}
	}
	if len(ends) != len(starts) {
		w.t.Errorf("%d starts, %d ends", len(starts), len(ends))
	}
	var said bytes.Buffer
	if err := w.e.App.VerifyAudit(w.t.Context(), &said); err != nil {
		w.t.Errorf("%v:\n%s", err, said.String())
	}
}
