package masquerade_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// Rule 13.
func TestTwentyStartsInAnHour(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	at(e, 0)
	support, staff := e.As(role.PlatformSupport), e.As(role.TenantStaff)
	current := support
	for i := range 20 {
		at(e, time.Duration(i)*time.Second)
		current = current.Continue(current.POST("/masquerade", ask(staff)).Want(t, http.StatusCreated), platformHost)
		current = current.Continue(current.POST("/masquerade/release", nil).Want(t, http.StatusOK), platformHost)
	}
	a := current.POST("/masquerade", ask(staff))
	a.WantProblem(t, http.StatusTooManyRequests, "rate")
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	lines := e.Lines(support)
	if last := lines[len(lines)-1]; len(lines) != 41 || last.DenyCode == nil || *last.DenyCode != "rate" {
		t.Errorf("%d lines, the last %+v", len(lines), last)
	}
	e.As(role.PlatformSupport).POST("/masquerade", ask(staff)).Want(t, http.StatusCreated) // it is each actor's own
	sql(t, `UPDATE public.login_sessions SET auth_time = $2, last_seen_at = $2 WHERE user_id = $1`, support.UserID, morning.Add(time.Hour))
	at(e, time.Hour-time.Millisecond)
	current.POST("/masquerade", ask(staff)).WantProblem(t, http.StatusTooManyRequests, "rate")
	at(e, time.Hour)
	current.POST("/masquerade", ask(staff)).Want(t, http.StatusCreated)
}

// Rule 13, for starts from several browsers at once.
func TestTwentyStartsInAnHourHoldForManyAtOnce(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	support, staff := e.As(role.PlatformSupport), e.As(role.TenantStaff)
	for range 18 {
		sql(t, `INSERT INTO public.masquerades (id, actor_id, subject_id, tenant_id, mode, reason, return_path, started_at, expires_at, ended_at, end_action, end_reason)
			VALUES (gen_random_uuid(), $1, $2, $3, 'live', '', '/', $4, $4, $4, 'HIJACK_END', 'release')`, support.UserID, staff.UserID, e.Lease.ID, e.Now())
	}
	browsers := make([]*apptest.Client, 6)
	for i := range browsers {
		browsers[i] = another(t, e, support)
	}
	var all sync.WaitGroup
	statuses := make([]int, len(browsers))
	for i, c := range browsers {
		all.Go(func() { statuses[i] = c.POST("/masquerade", ask(staff)).Status })
	}
	all.Wait()
	slices.Sort(statuses)
	if want := []int{201, 201, 429, 429, 429, 429}; !slices.Equal(statuses, want) {
		t.Errorf("answers %v, want %v", statuses, want)
	}
}

func TestEachAttemptByAnyRoleLeavesOneLine(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, r := range role.All() {
		actor := e.As(r)
		actor.POST("/masquerade", apptest.Map{"user_id": actor.ID(), "reason": reason}).WantProblem(t, http.StatusForbidden, "self")
		if got := fmt.Sprint(e.Actions(actor)); got != "[HIJACK_DENIED]" {
			t.Errorf("%s left %s", r, got)
		}
	}
}
