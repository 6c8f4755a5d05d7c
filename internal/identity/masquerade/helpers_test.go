package masquerade_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
	"smoothschedule/internal/kit/secret"
)

const (
	platformHost = "platform.localhost"
	reason       = "A ticket about a booking"
)

// begun is the answer to a start.
type begun struct {
	MasqueradeID string    `json:"masquerade_id"`
	ExpiresAt    time.Time `json:"expires_at"`
	RedirectURL  string    `json:"redirect_url"`
	Subject      struct {
		ID string `json:"id"`
	} `json:"subject"`
}

// code is the one-time code in the fragment of the address to go to.
func (b begun) code(t *testing.T, host string) string {
	t.Helper()
	code, ok := strings.CutPrefix(b.RedirectURL, "http://"+host+":8000/handoff#")
	if !ok || len(code) != 43 {
		t.Fatalf("the address to go to is %q", b.RedirectURL)
	}
	return code
}

// me is what tells who acts.
type me struct {
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Permissions []string   `json:"permissions"`
	ReauthUntil *time.Time `json:"reauth_until"`
	Masquerade  *struct {
		ID    string `json:"id"`
		Actor struct {
			ID   string    `json:"id"`
			Role role.Role `json:"role"`
		} `json:"actor"`
		StartedAt time.Time `json:"started_at"`
		ExpiresAt time.Time `json:"expires_at"`
		Reason    string    `json:"reason"`
		ReadOnly  bool      `json:"read_only"`
	} `json:"masquerade"`
	ActsAs *struct {
		Name string `json:"name"`
	} `json:"acts_as"`
}

func meOf(t *testing.T, c *apptest.Client) me {
	t.Helper()
	return apptest.Into[me](t, c.GET("/me"), http.StatusOK)
}

// play is a masquerade under way, with the three browsers' states of it.
type play struct {
	env     *apptest.Env
	actor   *apptest.Client // with the id from before the start
	parent  *apptest.Client // the actor's own session meanwhile
	child   *apptest.Client // the session that acts
	subject *apptest.Client
	begun
}

// ask is what a start sends.
func ask(subject *apptest.Client) apptest.Map {
	return apptest.Map{"user_id": subject.ID(), "reason": reason}
}

// begin acts as the subject; through the hand-off where the subject is on another host.
func begin(t *testing.T, e *apptest.Env, actor, subject *apptest.Client) *play {
	t.Helper()
	a := actor.POST("/masquerade", ask(subject))
	p := &play{env: e, actor: actor, subject: subject, begun: apptest.Into[begun](t, a, http.StatusCreated)}
	home, there := hostOf(e, actor), hostOf(e, subject)
	if home == there {
		p.child = actor.Continue(a, home)
		return p
	}
	p.parent = actor.Continue(a, home)
	p.child = p.parent.Continue(e.On(there).POST("/session/handoff", apptest.Map{"code": p.code(t, there)}).Want(t, http.StatusOK), there)
	return p
}

func hostOf(e *apptest.Env, c *apptest.Client) string {
	if c.Role.IsPlatform() {
		return platformHost
	}
	return e.Host()
}

// wantLines checks what the actor left in the log since the start, which comes first.
func (p *play) wantLines(t *testing.T, actions ...string) []apptest.Line {
	t.Helper()
	want := append([]string{"HIJACK_START"}, actions...)
	lines := p.env.Lines(p.actor)
	if got := p.env.Actions(p.actor); !slices.Equal(got, want) {
		t.Fatalf("the log holds %v, want %v", got, want)
	}
	return lines
}

// wantOver checks that the session that acted is worth nothing.
func (p *play) wantOver(t *testing.T) {
	t.Helper()
	a := p.child.GET("/me").Want(t, http.StatusUnauthorized)
	if !strings.Contains(strings.Join(a.Header.Values("Set-Cookie"), " "), "__Host-ss_session=; Path=/; Max-Age=0") {
		t.Errorf("the cookie is not taken away: %v", a.Header.Values("Set-Cookie"))
	}
}

// events are what the security log holds, in order.
func events(t *testing.T, e *apptest.Env) (all []string) {
	t.Helper()
	f, err := os.Open(filepath.Join(e.DataDir, "logs", "security.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var line struct {
			Event string `json:"event"`
		}
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line.Event)
	}
	return all
}

// wantReplay checks that the call is refused and noticed as one with an id that was good once.
func wantReplay(t *testing.T, e *apptest.Env, call func() apptest.Answer) {
	t.Helper()
	before := len(events(t, e))
	call().WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	if after := events(t, e)[before:]; !slices.Equal(after, []string{"SESSION_REPLAY"}) {
		t.Errorf("the security log says %v, want SESSION_REPLAY", after)
	}
}

// sql runs a statement behind everybody's back.
func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

// count is the number that a query answers.
func count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := pgtest.Super(t).QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const childrenSQL = `SELECT count(*) FROM public.login_sessions s JOIN public.masquerades m ON m.id = s.masquerade_id WHERE m.actor_id = $1`

var morning = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

// at sets the clock of the program to d after the morning.
func at(e *apptest.Env, d time.Duration) { e.At(morning.Add(d).Format(time.RFC3339Nano)) }

// another is one more browser in which the person is signed in.
func another(t *testing.T, e *apptest.Env, c *apptest.Client) *apptest.Client {
	t.Helper()
	token, hash := secret.New()
	sql(t, `INSERT INTO public.login_sessions (id_hash, user_id, tenant_id, mode, kind, auth_time, created_at, last_seen_at, expires_at, ip_address, user_agent)
		SELECT $1, u.id, u.tenant_id, 'live', 'full', $3, $3, $3, '2999-01-01', '127.0.0.1', 'test' FROM public.users u WHERE id = $2`, hash, c.UserID, e.Now())
	return e.On(hostOf(e, c)).With("Cookie", "__Host-ss_session="+token)
}
