package session_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app"
	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// fail tries a password that is never right and costs nothing, and returns the status and the seconds to wait.
func fail(t *testing.T, c *apptest.Client, email string) (status, wait int) {
	t.Helper()
	a := c.POST("/auth/login", credentials(email, tooLong))
	if a.Status == http.StatusTooManyRequests {
		a.WantProblem(t, a.Status, "too_many_attempts")
	}
	wait, _ = strconv.Atoi(a.Header.Get("Retry-After"))
	return a.Status, wait
}

func TestFailedSignInsBlockTwiceAsLongEachTime(t *testing.T) {
	t.Parallel()
	for name, known := range map[string]bool{"a known address": true, "an unknown address": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := apptest.New(t, behindProxy())
			at(e, 0)
			c := elsewhere(e.Public())
			email := uuid.NewString() + "@people.test"
			if known {
				email = person(t, e, role.TenantOwner)
			}
			for i := range 5 {
				if status, _ := fail(t, c, email); status != http.StatusUnauthorized {
					t.Fatalf("failure %d: want 401, got %d", i+1, status)
				}
			}
			now := time.Duration(0)
			for _, block := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900} {
				if status, wait := fail(t, c, email); status != http.StatusTooManyRequests || wait != block {
					t.Errorf("blocked for %d s: want 429 with that Retry-After, got %d, %d", block, status, wait)
				}
				now += time.Duration(block) * time.Second
				at(e, now-time.Millisecond)
				if status, wait := fail(t, c, email); status != http.StatusTooManyRequests || wait != 1 {
					t.Errorf("just before %d s are over: want 429 with Retry-After 1, got %d, %d", block, status, wait)
				}
				at(e, now)
				if status, _ := fail(t, c, email); status != http.StatusUnauthorized {
					t.Errorf("after %d s: want another attempt, got %d", block, status)
				}
			}
		})
	}
}

func TestABlockHoldsForTheRightPasswordAndSuccessResets(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	at(e, 0)
	c, email := elsewhere(e.Public()), person(t, e, role.TenantOwner)
	for range 5 {
		fail(t, c, email)
	}
	a := c.POST("/auth/login", credentials(email, password))
	a.WantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
	if a.Header.Get("Retry-After") != "1" || len(a.Header.Values("Set-Cookie")) != 0 {
		t.Errorf("Retry-After %q, cookies %v", a.Header.Get("Retry-After"), a.Header.Values("Set-Cookie"))
	}
	at(e, time.Second)
	signIn(t, c, email)
	for i := range 5 {
		if status, _ := fail(t, c, email); status != http.StatusUnauthorized {
			t.Errorf("failure %d after a success: want 401, got %d", i+1, status)
		}
	}
}

// TestAHundredFailuresCountInARow (spec identity 4d.3.4-5): a success in a browser with a bucket of its own interrupts those of others
// too, so that a few guesses a day never lock an owner out who signs in between.
func TestAHundredFailuresCountInARow(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	at(e, 0)
	email := person(t, e, role.TenantOwner)
	home, stranger := elsewhere(e.Public()), elsewhere(e.Public())
	known := with(home, knownCookie(t, home.POST("/auth/login", credentials(email, password)).Want(t, http.StatusOK)))
	for range 2 {
		fail(t, stranger, email)
		sql(t, `UPDATE public.login_failures SET failures = 98, blocked_until = window_start WHERE bucket = $1`, bucket(e.Host(), email))
		fail(t, stranger, email)
		at(e, time.Hour)
		signIn(t, known, email)
	}
	for i := range 5 {
		if status, _ := fail(t, stranger, email); status != http.StatusUnauthorized {
			t.Errorf("failure %d after a success: want 401, got %d", i+1, status)
		}
	}
}

func TestABlockIsOfOneAddressOnOneHost(t *testing.T) {
	t.Parallel()
	e, other := apptest.New(t, behindProxy()), apptest.New(t, behindProxy())
	at(e, 0)
	at(other, 0)
	from, email := network()+".1", uuid.NewString()+"@people.test"
	for range 5 {
		fail(t, e.Public().With("X-Forwarded-For", from), email)
	}
	for name, c := range map[string]struct {
		client *apptest.Client
		email  string
		status int
	}{
		"the same":                 {e.Public().With("X-Forwarded-For", from), email, http.StatusTooManyRequests},
		"from elsewhere":           {elsewhere(e.Public()), email, http.StatusTooManyRequests},
		"written otherwise":        {e.Public().With("X-Forwarded-For", from), " " + email + " ", http.StatusTooManyRequests},
		"another address":          {e.Public().With("X-Forwarded-For", from), "x" + email, http.StatusUnauthorized},
		"on another tenant's host": {other.Public().With("X-Forwarded-For", from), email, http.StatusUnauthorized},
		"on the platform's host":   {e.On(platformHost).With("X-Forwarded-For", from), email, http.StatusUnauthorized},
	} {
		if status, _ := fail(t, c.client, c.email); status != c.status {
			t.Errorf("%s: want %d, got %d", name, c.status, status)
		}
	}
}

func TestACallerAndANetworkAreBlockedAfterManyFailures(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	at(e, 0)
	email, near := person(t, e, role.TenantOwner), network()
	from := func(address string) *apptest.Client { return e.Public().With("X-Forwarded-For", address) }
	blocked := func(address string) bool {
		t.Helper()
		status, _ := fail(t, from(address), uuid.NewString()+"@people.test")
		return status == http.StatusTooManyRequests
	}
	for host := 1; host <= 3; host++ {
		for i := range 100 {
			if blocked(fmt.Sprintf("%s.%d", near, host)) {
				t.Fatalf("caller %d is blocked after %d failures, want 100", host, i)
			}
		}
		if !blocked(fmt.Sprintf("%s.%d", near, host)) {
			t.Errorf("caller %d is not blocked after 100 failures", host)
		}
	}
	from(near+".1").POST("/auth/login", credentials(email, password)).WantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
	if !blocked(near + ".250") {
		t.Error("the network is not blocked after 300 failures")
	}
	signIn(t, from(network()+".1"), email) // others are not blocked
	at(e, 15*time.Minute)
	if blocked(near + ".1") {
		t.Error("the block holds longer than 15 minutes")
	}
}

func TestNobodysAddressIsStoredByAFailure(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	email, from := uuid.NewString()+"@people.test", network()+".77"
	fail(t, e.Public().With("X-Forwarded-For", from), email)
	for _, secret := range []string{email, from} {
		sql(t, `DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM public.login_failures WHERE encode(bucket, 'escape') LIKE '%`+secret+`%'); END $$`)
	}
}

// TestABlockHoldsForASuccessThatBeganBeforeIt: guesses sent all at once find no block when they begin; a right one among
// them must find it when it ends. The program's clock, which is asked as each transaction opens, lets five failures in as
// the right one's session is about to start. Who asks is read from the stack, for jobs ask for the time too.
func TestABlockHoldsForASuccessThatBeganBeforeIt(t *testing.T) {
	t.Parallel()
	var between func() // runs once; what it asks for is served beneath the call that it interrupts
	now := morning     // stands still: the block lasts a second; and the day of the other tests, whose failures drop those of days before
	e := apptest.New(t, behindProxy(), func(p *app.Parts) {
		p.Now = func() time.Time {
			if run := between; run != nil && calledBy("session.(*Service).start") {
				between = nil
				run()
			}
			return now
		}
	})
	c := elsewhere(e.Public())
	email := person(t, e, role.TenantOwner)
	refused := 0
	between = func() {
		for range 5 {
			if status, _ := fail(t, c, email); status == http.StatusUnauthorized {
				refused++
			}
		}
	}
	c.POST("/auth/login", credentials(email, password)).WantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
	if refused != 5 {
		t.Errorf("want 5 failures in between, got %d", refused)
	}
}

// calledBy tells whether a function whose name ends so is waiting for this goroutine.
func calledBy(function string) bool {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, function) {
			return true
		}
		if !more {
			return false
		}
	}
}
