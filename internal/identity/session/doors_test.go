package session_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// knownCookie is the cookie that an answer makes a browser known by.
func knownCookie(t *testing.T, a apptest.Answer) *http.Cookie {
	t.Helper()
	for _, line := range a.Header.Values("Set-Cookie") {
		if k, err := http.ParseSetCookie(line); err == nil && k.Name == "__Host-ss_known" {
			return k
		}
	}
	t.Fatalf("no cookie of a known browser in %v", a.Header.Values("Set-Cookie"))
	return nil
}

// Spec identity 4d.3, 4: nobody else locks the owner out.
func TestAKnownBrowserHasFailuresOfItsOwn(t *testing.T) {
	t.Parallel()
	e, other := apptest.Two(t, behindProxy())
	at(e, 0)
	at(other, 0)
	email, neighbour := person(t, e, role.TenantOwner), person(t, e, role.TenantManager)
	first := elsewhere(e.Public()).POST("/auth/login", credentials(email, password)).Want(t, http.StatusOK)
	known, in := knownCookie(t, first), cookieOf(t, first)
	if !known.HttpOnly || !known.Secure || known.MaxAge != 365*24*3600 || known.Domain != "" {
		t.Errorf("the cookie is %s", known)
	}
	attacker := elsewhere(e.Public())
	block := func() {
		t.Helper()
		for range 6 {
			fail(t, attacker, email)
		}
		attacker.POST("/auth/login", credentials(email, password)).WantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
	}
	block()
	signIn(t, with(elsewhere(e.Public()), known), email)
	with(elsewhere(e.Public()), in).POST("/auth/reauth", apptest.Map{"password": password}).Want(t, http.StatusOK) // nor out of what is theirs already
	at(e, time.Hour)
	block()
	proof := strings.Split(known.Value, ".")
	for name, value := range map[string]string{
		"forged": proof[0] + "." + strings.Repeat("0", 64), "another's text": "AAAA." + proof[1], "no proof": proof[0], "empty": "",
		"too long":       known.Value + strings.Repeat("0", 200),
		"of a neighbour": knownCookie(t, elsewhere(e.Public()).POST("/auth/login", credentials(neighbour, password)).Want(t, http.StatusOK)).Value,
	} {
		c := elsewhere(e.Public()).With("Cookie", known.Name+"="+value)
		if a := c.POST("/auth/login", credentials(email, password)); a.Status != http.StatusTooManyRequests {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	there := uuid.NewString() + "@people.test" // the same cookie on another host is an unknown browser's
	for range 6 {
		fail(t, elsewhere(other.Public()), there)
	}
	if status, _ := fail(t, with(elsewhere(other.Public()), known), there); status != http.StatusTooManyRequests {
		t.Errorf("on another host the cookie is good: %d", status)
	}
	mine := with(elsewhere(e.Public()), known)
	for range 5 {
		fail(t, mine, email)
	}
	if status, _ := fail(t, mine, email); status != http.StatusTooManyRequests {
		t.Errorf("a known browser may fail for ever: %d", status)
	}
}

// bucket is the key of the failures of an address on a host.
func bucket(host, email string) []byte {
	mac := hmac.New(sha256.New, []byte("a secret of the tests, long enough"))
	for _, p := range []string{"account", host, email} {
		mac.Write(append([]byte(p), 0))
	}
	return mac.Sum(nil)
}

func TestAHundredFailuresInARowEndAPassword(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	at(e, 0)
	email := person(t, e, role.TenantOwner)
	c := elsewhere(e.Public())
	known := knownCookie(t, c.POST("/auth/login", credentials(email, password)).Want(t, http.StatusOK))
	fail(t, c, email)
	set := func(n int) {
		t.Helper()
		tag, err := pgtest.Super(t).Exec(t.Context(), `UPDATE public.login_failures SET failures = $2, blocked_until = window_start WHERE bucket = $1`, bucket(e.Host(), email), n)
		if err != nil || tag.RowsAffected() != 1 {
			t.Fatalf("the bucket is not there: %v", err)
		}
	}
	set(98)
	fail(t, c, email)
	at(e, time.Hour)
	signIn(t, c, email) // 99 are not enough, and a success forgives them
	fail(t, c, email)
	set(99)
	fail(t, c, email)
	later := time.Hour
	for name, who := range map[string]*apptest.Client{"the same": c, "from elsewhere": elsewhere(e.Public()), "a known browser": with(elsewhere(e.Public()), known)} {
		later += time.Hour
		at(e, later)
		if a := who.POST("/auth/login", credentials(email, password)); a.Status != http.StatusUnauthorized {
			t.Errorf("%s: the right password answers %d %s", name, a.Status, a.Body)
		}
	}
	sql(t, `UPDATE public.users SET password_locked_at = NULL WHERE email = $1`, email) // as a reset does
	at(e, later+time.Hour)
	signIn(t, c, email)
}

func TestTenSessionsHoldForManyLogInsAtOnce(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email := person(t, e, role.TenantStaff)
	var all sync.WaitGroup
	cookies := make(chan *http.Cookie, 14)
	for range 14 {
		all.Go(func() {
			if a := e.Public().POST("/auth/login", credentials(email, password)); a.Status == http.StatusOK {
				cookies <- cookieOf(t, a)
			}
		})
	}
	all.Wait()
	close(cookies)
	alive := 0
	for k := range cookies {
		if with(e.Public(), k).GET("/me").Status == http.StatusOK {
			alive++
		}
	}
	if alive != 10 {
		t.Errorf("%d sessions live, want 10", alive)
	}
}

func TestToBeRememberedIsForStaffAndCustomers(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for _, r := range role.All() {
		body := credentials(person(t, e, r), password)
		for _, remember := range []bool{false, true} {
			body["remember"] = remember
			k := cookieOf(t, e.On(home(e, r)).POST("/auth/login", body).Want(t, http.StatusOK))
			want := 0
			if remember {
				want = map[role.Role]int{role.TenantStaff: 7 * 24 * 3600, role.Customer: 30 * 24 * 3600}[r]
			}
			if k.MaxAge != want {
				t.Errorf("%s, remembered %t: the cookie is kept for %d s, want %d", r, remember, k.MaxAge, want)
			}
		}
	}
}

func TestReauthProvesAgainUnderANewID(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	at(e, 0)
	email := person(t, e, role.TenantStaff)
	c := elsewhere(e.Public())
	in := with(c, signIn(t, c, email))
	at(e, 31*time.Minute)
	in.POST("/me/email", apptest.Map{"email": "new@people.test"}).WantProblem(t, http.StatusForbidden, "reauth_required")
	in.POST("/auth/reauth", apptest.Map{"password": tooLong}).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	a := in.POST("/auth/reauth", apptest.Map{"password": password}).Want(t, http.StatusOK)
	in.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	if all := events(t, e); all[len(all)-1] != "SESSION_REPLAY" || !slices.Contains(all, "REAUTH_FAILED") {
		t.Errorf("the log says %v", all)
	}
	in = with(c, cookieOf(t, a))
	in.POST("/me/email", apptest.Map{"email": "new@people.test"}).Want(t, http.StatusAccepted)
	for i := range 5 {
		if a := in.POST("/auth/reauth", apptest.Map{"password": tooLong}); a.Status != http.StatusUnauthorized {
			t.Fatalf("failure %d: %d", i+1, a.Status)
		}
	}
	in.POST("/auth/reauth", apptest.Map{"password": password}).WantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
	in.GET("/me").Want(t, http.StatusOK)
}

func TestReauthTakesTheCodeToo(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, behindProxy())
	p := arm(t, e, role.TenantStaff)
	in := with(p.host, cookieOf(t, p.pending(t).POST("/auth/mfa/totp", apptest.Map{"code": code(t, e, p.secret)}).Want(t, http.StatusOK)))
	p.wait(time.Minute)
	in.POST("/auth/reauth", apptest.Map{"password": password}).WantProblem(t, http.StatusUnauthorized, "mfa_code_required")
	in.POST("/auth/reauth", apptest.Map{"password": password, "code": wrong(t, e, p.secret)}).WantProblem(t, http.StatusUnauthorized, "invalid_code")
	in.POST("/auth/reauth", apptest.Map{"password": tooLong, "code": code(t, e, p.secret)}).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	in.POST("/auth/reauth", apptest.Map{"password": password, "code": code(t, e, p.secret)}).Want(t, http.StatusOK)
}

func TestOnesOwnSessionsCanBeSeenAndEnded(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	email, stranger := person(t, e, role.TenantStaff), person(t, e, role.TenantStaff)
	one, two, three := with(e.Public(), signIn(t, e.Public(), email)), with(e.Public(), signIn(t, e.Public(), email)), with(e.Public(), signIn(t, e.Public(), email))
	other := with(e.Public(), signIn(t, e.Public(), stranger))
	type listed struct {
		Data []struct {
			ID      string `json:"id"`
			Kind    string `json:"kind"`
			Current bool   `json:"current"`
		} `json:"data"`
	}
	current := func(c *apptest.Client) string {
		t.Helper()
		all := apptest.Into[listed](t, c.GET("/me/sessions"), http.StatusOK).Data
		at := slices.IndexFunc(all, func(s struct {
			ID      string `json:"id"`
			Kind    string `json:"kind"`
			Current bool   `json:"current"`
		},
		) bool {
			return s.Current
		})
		return all[at].ID
	}
	if n := len(apptest.Into[listed](t, one.GET("/me/sessions"), http.StatusOK).Data); n != 3 {
		t.Errorf("%d sessions are listed", n)
	}
	id := current(two)
	other.POST("/me/sessions/"+id+"/end", nil).WantProblem(t, http.StatusNotFound, "not_found")
	two.GET("/me").Want(t, http.StatusOK)
	one.POST("/me/sessions/"+id+"/end", nil).Want(t, http.StatusNoContent)
	two.GET("/me").Want(t, http.StatusUnauthorized)
	one.POST("/me/sessions/"+id+"/end", nil).WantProblem(t, http.StatusNotFound, "not_found")
	one.POST("/me/sessions/end-others", nil).Want(t, http.StatusNoContent)
	three.GET("/me").Want(t, http.StatusUnauthorized)
	one.GET("/me").Want(t, http.StatusOK)
	other.GET("/me").Want(t, http.StatusOK)
}
