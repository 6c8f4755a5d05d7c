package masquerade_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// wantDenied checks a refused start: its answer, its one line, and that no session came of it.
func wantDenied(t *testing.T, e *apptest.Env, actor *apptest.Client, a apptest.Answer, status int, code string) {
	t.Helper()
	if a.Status != status || !strings.Contains(string(a.Body), `"code":"`+code+`"`) {
		t.Errorf("want %d %s, got %d %s", status, code, a.Status, a.Body)
	}
	lines := e.Lines(actor)
	if len(lines) != 1 || lines[0].Action != "HIJACK_DENIED" || lines[0].DenyCode == nil || *lines[0].DenyCode != code || lines[0].MasqueradeID != nil {
		t.Errorf("%s: want one line of the refusal, got %+v", code, lines)
	}
	if n := count(t, childrenSQL, actor.UserID); n != 0 {
		t.Errorf("%s: %d sessions came of it", code, n)
	}
	if n := count(t, `SELECT count(*) FROM public.masquerades WHERE actor_id = $1`, actor.UserID); n != 0 {
		t.Errorf("%s: %d masquerades came of it", code, n)
	}
}

// Spec identity 4a.2, rules 1, 6, 7, 11 and 12, in one place each.
func TestAStartIsRefusedByItsRule(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	staff := e.As(role.TenantStaff)
	with := func(more apptest.Map) apptest.Map {
		body := ask(staff)
		maps.Copy(body, more)
		return body
	}
	for name, c := range map[string]struct {
		traits []apptest.Trait
		body   apptest.Map
		status int
		code   string
	}{
		"1 second factor pending":   {[]apptest.Trait{apptest.Pending}, with(nil), 403, "bad_channel"},
		"6 nobody":                  {nil, with(apptest.Map{"user_id": "usr_01k9m7e6xhf8ktexm2q2ggx7zp"}), 404, "not_found"},
		"6 no id":                   {nil, with(apptest.Map{"user_id": "nonsense"}), 404, "not_found"},
		"6 an id of another kind":   {nil, with(apptest.Map{"user_id": "ten_01k9m7e6xhf8ktexm2q2ggx7zp"}), 404, "not_found"},
		"6 a very long id":          {nil, with(apptest.Map{"user_id": strings.Repeat("x", 10_000)}), 404, "not_found"},
		"7 locked":                  {nil, with(apptest.Map{"user_id": e.As(role.TenantStaff, apptest.Locked).ID()}), 403, "target_inactive"},
		"10 of the sandbox":         {nil, with(apptest.Map{"user_id": e.As(role.TenantStaff, apptest.Sandbox).ID()}), 403, "mode"},
		"11 signed in 30 min ago":   {[]apptest.Trait{apptest.SignedInAgo(30 * time.Minute)}, with(nil), 403, "reauth_required"},
		"12 no reason":              {nil, apptest.Map{"user_id": staff.ID()}, 422, "reason_required"},
		"12 9 characters":           {nil, with(apptest.Map{"reason": "ninechars"}), 422, "reason_required"},
		"12 blanks don't count":     {nil, with(apptest.Map{"reason": "  ninechars    "}), 422, "reason_required"},
		"12 501 characters":         {nil, with(apptest.Map{"reason": strings.Repeat("ä", 501)}), 422, "reason_required"},
		"no ticket of 65 letters":   {nil, with(apptest.Map{"ticket_id": strings.Repeat("x", 65)}), 422, "validation_failed"},
		"no text with NUL":          {nil, with(apptest.Map{"reason": "A ticket\x00 about it"}), 422, "validation_failed"},
		"no ticket with NUL":        {nil, with(apptest.Map{"ticket_id": "T\x00"}), 422, "validation_failed"},
		"no return path with NUL":   {nil, with(apptest.Map{"return_path": "/\x00"}), 422, "validation_failed"},
		"no fields that aren't his": {nil, with(apptest.Map{"actor_id": "usr_x"}), 400, "malformed_json"},
	} {
		actor := e.As(role.PlatformSupport, c.traits...)
		wantDenied(t, e, actor, actor.POST("/masquerade", c.body), c.status, c.code)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	for name, c := range map[string][]apptest.Trait{"10 characters": nil, "29 minutes ago": {apptest.SignedInAgo(30*time.Minute - time.Second)}} {
		body := ask(staff)
		body["reason"] = map[string]string{"10 characters": " tenletters "}[name] + strings.Repeat("ä", map[string]int{"29 minutes ago": 500}[name])
		if a := e.As(role.PlatformSupport, c...).POST("/masquerade", body); a.Status != http.StatusCreated {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
}

func TestAnOwnersReasonIsOptionalAndLimited(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	staff := e.As(role.TenantStaff)
	for _, body := range []apptest.Map{{"user_id": staff.ID()}, {"user_id": staff.ID(), "reason": ""}, {"user_id": staff.ID(), "reason": "short"}} {
		e.As(role.TenantOwner).POST("/masquerade", body).Want(t, http.StatusCreated)
	}
	owner := e.As(role.TenantOwner)
	wantDenied(t, e, owner, owner.POST("/masquerade", apptest.Map{"user_id": staff.ID(), "reason": strings.Repeat("x", 501)}), 422, "reason_required")
}

// Spec identity 4a.8: every attempt of somebody signed in leaves one line, malformed ones too.
func TestAMalformedAttemptLeavesOneLine(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	staff := e.As(role.TenantStaff)
	good := `{"user_id": "` + staff.ID() + `", "reason": "` + reason + `"}`
	for name, c := range map[string]struct {
		send   func(*apptest.Client) apptest.Answer
		status int
		code   string
	}{
		"no JSON":               {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", "nonsense") }, 400, "malformed_json"},
		"half of it":            {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", good[:20]) }, 400, "malformed_json"},
		"two at once":           {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", good+good) }, 400, "malformed_json"},
		"something behind it":   {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", good+"]") }, 400, "malformed_json"},
		"a list":                {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", "["+good+"]") }, 400, "malformed_json"},
		"null":                  {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", "null") }, 422, "validation_failed"},
		"nothing in it":         {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", "{}") }, 422, "validation_failed"},
		"a number for the user": {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", `{"user_id": 7}`) }, 400, "malformed_json"},
		"no body":               {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", nil) }, 400, "malformed_json"},
		"a form": {func(c *apptest.Client) apptest.Answer {
			return c.With("Content-Type", "text/plain").POST("/masquerade", good)
		}, 415, "unsupported_media_type"},
		"too much":    {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade", good+strings.Repeat(" ", 1<<20)) }, 413, "too_large"},
		"a parameter": {func(c *apptest.Client) apptest.Answer { return c.POST("/masquerade?user_id="+staff.ID(), good) }, 422, "validation_failed"},
		"a key that can't be kept": {func(c *apptest.Client) apptest.Answer {
			return c.With("Idempotency-Key", strings.Repeat("k", 256)).POST("/masquerade", good)
		}, 400, "invalid_parameter"},
	} {
		actor := e.As(role.PlatformSupport)
		wantDenied(t, e, actor, c.send(actor), c.status, c.code)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// Rules 3 and 4.
func TestOneMasqueradeAtATimeAndNoneWithinAnother(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	staff := e.As(role.TenantStaff)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantOwner))
	p.child.POST("/masquerade", ask(staff)).WantProblem(t, http.StatusConflict, "depth")
	p.parent.POST("/masquerade", ask(staff)).WantProblem(t, http.StatusConflict, "already_masquerading")
	p.child.POST("/masquerade", "nonsense").WantProblem(t, http.StatusBadRequest, "malformed_json")
	lines := p.wantLines(t, "HIJACK_DENIED", "HIJACK_DENIED", "HIJACK_DENIED")
	for i, code := range []string{"depth", "already_masquerading", "malformed_json"} {
		if *lines[i+1].DenyCode != code {
			t.Errorf("line %d says %s, want %s", i+1, *lines[i+1].DenyCode, code)
		}
	}
	if len(e.Lines(p.subject)) != 0 {
		t.Error("the subject is named as the one who acted")
	}
	meOf(t, p.child)
}

// waiting returns once n statements of the test's database wait for a lock.
func waiting(t *testing.T, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			t.Fatalf("%d statements don't come to wait", n)
		case <-tick.C:
			if count(t, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) >= n {
				return
			}
		}
	}
}

// meanwhile holds a user's row while calls come to wait for it, does something to it, and lets them go on.
func meanwhile(t *testing.T, user uuid.UUID, change string, calls ...func()) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), pgtest.Super(t), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SELECT FROM public.users WHERE id = $1 FOR UPDATE`, user); err != nil {
			return err
		}
		var all sync.WaitGroup
		t.Cleanup(all.Wait)
		for _, call := range calls {
			all.Go(call)
		}
		waiting(t, len(calls))
		_, err := tx.Exec(t.Context(), change, user)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Not parallel: it waits until the database's only waiting statements are its own.
func TestTwoStartsAtOnceMakeOneMasquerade(t *testing.T) {
	e := apptest.New(t)
	support, staff := e.As(role.PlatformSupport), e.As(role.TenantStaff)
	answers := make(chan apptest.Answer, 2)
	start := func() { answers <- support.POST("/masquerade", ask(staff)) }
	meanwhile(t, support.UserID, `SELECT $1::uuid`, start, start)
	got := []int{(<-answers).Status, (<-answers).Status}
	slices.Sort(got)
	actions := e.Actions(support)
	slices.Sort(actions)
	if !slices.Equal(got, []int{http.StatusCreated, http.StatusConflict}) || !slices.Equal(actions, []string{"HIJACK_DENIED", "HIJACK_START"}) {
		t.Errorf("answers %v, lines %v", got, actions)
	}
	for _, l := range e.Lines(support) {
		if l.DenyCode != nil && *l.DenyCode != "already_masquerading" {
			t.Errorf("refused as %s", *l.DenyCode)
		}
	}
	if n := count(t, childrenSQL, support.UserID); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

// Not parallel, as above. Spec identity 4a.2: both rows are locked, so that a deactivation comes before the start or after it.
func TestAStartThatMeetsADeactivationIsRefused(t *testing.T) {
	e := apptest.New(t)
	for name, c := range map[string]struct {
		change       string
		ofSubject    bool
		status       int
		code, target string
	}{
		"the actor deactivated":   {change: `UPDATE public.users SET is_active = false WHERE id = $1`, status: 401, code: "actor_inactive"},
		"the actor locked":        {change: `UPDATE public.users SET locked_at = now() WHERE id = $1`, status: 401, code: "actor_inactive"},
		"the actor demoted":       {change: `UPDATE public.users SET role = 'PLATFORM_SALES' WHERE id = $1`, status: 404, code: "not_found"},
		"the subject deactivated": {change: `UPDATE public.users SET is_active = false WHERE id = $1`, ofSubject: true, status: 403, code: "target_inactive"},
	} {
		support, staff := e.As(role.PlatformSupport), e.As(role.TenantStaff)
		held := support.UserID
		if c.ofSubject {
			held = staff.UserID
		}
		answer := make(chan apptest.Answer, 1)
		meanwhile(t, held, c.change, func() { answer <- support.POST("/masquerade", ask(staff)) })
		wantDenied(t, e, support, <-answer, c.status, c.code)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}
