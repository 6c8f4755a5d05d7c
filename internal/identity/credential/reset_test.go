package credential_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/letter/lettertest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

func TestLinksLeadToThePrimaryHost(t *testing.T) {
	t.Parallel()
	h := open(t)
	email, host := h.person(role.TenantStaff), "book."+h.Lease.Slug+".example"
	sql(t, `INSERT INTO public.domains (id, tenant_id, host, is_primary, status, txt_value, created_at)
		VALUES (gen_random_uuid(), $1, $2, true, 'VERIFIED', '', '2031-05-05')`, h.Lease.ID, host)
	h.Public().POST("/auth/reset", apptest.Map{"email": email}).Want(t, http.StatusAccepted)
	token := lettertest.Only(t, h.desk.Work(h.Lease.ID.String())).Token(t, "http://"+host+":8000/reset")
	h.On(host).POST("/auth/reset/confirm", apptest.Map{"token": token, "password": other}).Want(t, http.StatusNoContent)
}

func TestAResetTellsNobodyWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	h := open(t)
	known, inactive := h.person(role.TenantStaff), h.person(role.TenantStaff)
	sql(t, `UPDATE public.users SET is_active = false WHERE email = $1`, inactive)
	want := ""
	for _, email := range []string{known, "nobody@people.test", inactive, "no address at all", strings.ToUpper(known)} {
		got := likeness(h.Public().POST("/auth/reset", apptest.Map{"email": email}).Want(t, http.StatusAccepted))
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s is answered %s instead of %s", email, got, want)
		}
	}
	jobs := h.desk.Waiting(h.Lease.ID.String())
	if len(jobs) != 5 || jobs[0].Kind != jobs[1].Kind {
		t.Errorf("want one job for each, got %+v", jobs)
	}
	for _, l := range h.desk.Work(h.Lease.ID.String()) {
		if l.To != known {
			t.Errorf("a letter went to %s", l.To)
		}
	}
}

func TestALinkSetsANewPasswordAndNothingMore(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	browser := h.signIn(email, password)
	sql(t, `UPDATE public.users SET password_locked_at = now() WHERE email = $1`, email)
	token := h.link(email)
	a := h.confirm(token, other).Want(t, http.StatusNoContent)
	if len(a.Header.Values("Set-Cookie")) != 0 {
		t.Errorf("a reset signed somebody in: %v", a.Header)
	}
	browser.GET("/me").WantProblem(t, http.StatusUnauthorized, "unauthenticated")
	h.try(h.Host(), email, password).WantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	h.try(h.Host(), email, other).Want(t, http.StatusOK)
	if h.column("password_changed_at", email) == "" || h.column("password_locked_at", email) != "" || h.column("password_is_short", email) != "false" {
		t.Error("want the time of the change, no lock, and no short password")
	}
	l := lettertest.Only(t, slices.DeleteFunc(h.desk.Work(h.Lease.ID.String()), func(l lettertest.Letter) bool { return strings.Contains(l.Subject, "sign-in") }))
	if l.To != email || !strings.Contains(l.Text, "API tokens") {
		t.Errorf("want a notice that speaks of API tokens: %+v", l)
	}
	if h.lastAction() != "PASSWORD_RESET" {
		t.Errorf("not on record: %v", h.actions())
	}
	h.confirm(token, password).WantProblem(t, http.StatusGone, "link_expired")
}

func TestALinkWorksOnceEvenAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.link(h.person(role.TenantStaff))
	var wg sync.WaitGroup
	statuses := make([]int, 6)
	for i := range statuses {
		wg.Go(func() { statuses[i] = h.confirm(token, other).Status })
	}
	wg.Wait()
	slices.Sort(statuses)
	if statuses[0] != http.StatusNoContent || slices.Contains(statuses[1:], http.StatusNoContent) || statuses[5] > http.StatusUnprocessableEntity {
		t.Errorf("want one 204, got %v", statuses)
	}
}

func TestALinkOpensNothingElse(t *testing.T) {
	t.Parallel()
	h, there := open(t), pgtest.Tenant(t)
	email := h.person(role.TenantStaff)
	first := h.link(email)
	second := h.link(email)
	body := func(token string) apptest.Map { return apptest.Map{"token": token, "password": other} }
	h.On(there.Slug+".localhost").POST("/auth/reset/confirm", body(second)).WantProblem(t, http.StatusGone, "link_expired")
	h.On("platform.localhost").POST("/auth/reset/confirm", body(second)).WantProblem(t, http.StatusGone, "link_expired")
	for _, wrong := range []string{"", "nonsense", first} {
		h.confirm(wrong, other).WantProblem(t, http.StatusGone, "link_expired")
	}
	h.Public().POST("/auth/email/confirm", apptest.Map{"token": second}).WantProblem(t, http.StatusGone, "link_expired")
	h.Public().POST("/auth/email/undo", apptest.Map{"token": second}).WantProblem(t, http.StatusGone, "link_expired")
	h.confirm(second, other).Want(t, http.StatusNoContent)
}

func TestALinkEndsAtItsInstant(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	token := h.link(email)
	h.later(30 * time.Minute)
	h.confirm(token, other).WantProblem(t, http.StatusGone, "link_expired")
	h.later(30*time.Minute - time.Microsecond)
	h.confirm(token, other).Want(t, http.StatusNoContent)
}

func TestALinkEndsWithWhatItRestsOn(t *testing.T) {
	t.Parallel()
	for _, change := range []string{`is_active = false`, `locked_at = now()`, `anonymised_at = now()`, `email = 'x' || email`} {
		t.Run(change, func(t *testing.T) {
			h := open(t)
			email := h.person(role.TenantStaff)
			token := h.link(email)
			sql(t, `UPDATE public.users SET `+change+` WHERE email = $1`, email)
			h.confirm(token, other).WantProblem(t, http.StatusGone, "link_expired")
		})
	}
}

func TestNoHeaderChangesWhereLinksLead(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	for _, c := range []*apptest.Client{
		h.On(h.Host() + ":6666"), h.Public().With("X-Forwarded-Host", "evil.test"), h.Public().With("Forwarded", "host=evil.test"), h.On(strings.ToUpper(h.Host())),
	} {
		c.POST("/auth/reset", apptest.Map{"email": email})
	}
	h.On("evil.test").POST("/auth/reset", apptest.Map{"email": email}).Want(t, http.StatusNotFound)
	letters := h.desk.Work(h.Lease.ID.String())
	if len(letters) == 0 {
		t.Fatal("no letter went out")
	}
	for _, l := range letters {
		l.Token(t, "http://"+h.Host()+":8000/reset")
		if strings.Contains(l.Text, "evil") || strings.Contains(l.Text, "6666") {
			t.Errorf("the request chose where the link leads: %s", l.Text)
		}
	}
}

func TestThreeLettersAnHourToAnAddress(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	for range 5 {
		h.Public().POST("/auth/reset", apptest.Map{"email": email}).Want(t, http.StatusAccepted)
	}
	jobs := h.desk.Waiting(h.Lease.ID.String())
	for i, want := range []int{0: 1, 1: 1, 2: 1, 3: 0, 4: 0} {
		for range 2 { // the second time as a job is repeated after its mail failed: not a request of its own
			if err := h.desk.Try(jobs[i], 1); err != nil {
				t.Fatal(err)
			}
			if got := len(h.desk.Sent()); got != want {
				t.Errorf("request %d brings %d letters, want %d", i+1, got, want)
			}
		}
	}
	sql(t, `DELETE FROM river.river_job WHERE args->>'tenant_id' = $1`, h.Lease.ID.String())
	h.later(time.Hour)
	h.link(email)
}

// TestTwentyLettersAnHourToACaller (spec identity 4d.6): of all businesses and of sign-up together. What is asked for beyond leaves
// nothing behind, and looks the same.
func TestTwentyLettersAnHourToACaller(t *testing.T) {
	t.Parallel()
	h := open(t, apptest.Config(func(c *config.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")} }))
	there := pgtest.Tenant(t)
	jobs := func() int { return len(h.desk.Waiting(h.Lease.ID.String())) + len(h.desk.Waiting(there.ID.String())) }
	network := uuid.NewString()[:4]
	from := func(host, address string) *apptest.Client {
		return h.On(host).With("X-Forwarded-For", "2001:db8:7:"+network+"::"+address)
	}
	want := likeness(from(h.Host(), "1").POST("/auth/reset", apptest.Map{"email": "nobody@people.test"}).Want(t, http.StatusAccepted))
	for i := range 18 {
		host := []string{h.Host(), there.Slug + ".localhost"}[i%2]
		from(host, strconv.Itoa(i)).POST("/auth/reset", apptest.Map{"email": strconv.Itoa(i) + "@people.test"}).Want(t, http.StatusAccepted)
	}
	signUp := func(email string) int {
		t.Helper()
		from("localhost", "77").POST("/signup", apptest.Map{
			"business_name": "Salon", "name": "Ann", "email": email, "slug": pgtest.Slug(), "time_zone": "Europe/Berlin", "currency": "EUR",
		}).Want(t, http.StatusAccepted)
		t.Cleanup(func() { sql(t, `DELETE FROM public.signups WHERE email = $1`, email) })
		return counted(t, `SELECT count(*) FROM public.signups WHERE email = $1`, email)
	}
	if n := signUp("first-" + network + "@people.test"); n != 1 || jobs() != 19 {
		t.Fatalf("%d sign-ups and %d jobs within the limit, want 1 and 19", n, jobs())
	}
	if n := signUp("second-" + network + "@people.test"); n != 0 {
		t.Error("one more sign-up is noted")
	}
	for _, host := range []string{h.Host(), there.Slug + ".localhost"} {
		from(host, "88").POST("/auth/reset", apptest.Map{"email": "one-more@people.test"}).Want(t, http.StatusAccepted)
	}
	if got := likeness(from(h.Host(), "1").POST("/auth/reset", apptest.Map{"email": "nobody@people.test"})); got != want {
		t.Errorf("beyond the limit the answer is %s instead of %s", got, want)
	}
	if jobs() != 19 {
		t.Errorf("%d jobs, want those within the limit alone: 19", jobs())
	}
	h.Public().POST("/auth/reset", apptest.Map{"email": "elsewhere@people.test"}).Want(t, http.StatusAccepted)
	h.later(time.Hour)
	from(h.Host(), "1").POST("/auth/reset", apptest.Map{"email": "later@people.test"}).Want(t, http.StatusAccepted)
	if jobs() != 21 {
		t.Errorf("%d jobs, want 21: from elsewhere and an hour later one may ask", jobs())
	}
}

func TestAResetKeepsTheRulesOfPasswords(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	token := h.link(email)
	for _, bad := range []string{"", "short", "fourteen chars", "aaaaaaaaaaaaaaaaaaaa", password, h.Lease.Slug + "smoothschedule", strings.Repeat("ä", 129)} {
		h.confirm(token, bad).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.password")
	}
	h.confirm(token, other).Want(t, http.StatusNoContent)
}

func TestAnAdministratorsResetOnlySendsTheLink(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantManager)
	browser := h.signIn(email, password)
	user := account.User{TenantID: &h.Lease.ID, Email: email}
	if err := h.desk.DB.InShared(t.Context(), h.Lease.ID, func(tx *pg.SharedTx) error { return h.svc.PostReset(t.Context(), tx, user) }); err != nil {
		t.Fatal(err)
	}
	browser.GET("/me").Want(t, http.StatusOK)
	h.try(h.Host(), email, password).Want(t, http.StatusOK)
	for _, l := range h.desk.Work(h.Lease.ID.String()) {
		if strings.Contains(l.Text, "/reset#") {
			h.confirm(l.Token(t, "http://"+h.Host()+":8000/reset"), other).Want(t, http.StatusNoContent)
			return
		}
	}
	t.Error("no link went out")
}

// TestNothingSecretIsKept looks through the queue and the tables behind everybody's back.
func TestNothingSecretIsKept(t *testing.T) {
	t.Parallel()
	h := open(t)
	email := h.person(role.TenantStaff)
	token := h.link(email)
	h.confirm(token, other).Want(t, http.StatusNoContent)
	c := h.signIn(email, other)
	c.POST("/me/email", apptest.Map{"email": "new." + email}).Want(t, http.StatusAccepted)
	for _, secret := range []string{token, other, password} {
		for _, table := range []string{"public.account_links", "public.users", "public.audit_log", "river.river_job", "public.login_sessions"} {
			var n int
			if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM `+table+` t WHERE position($1 IN t::text) > 0`, secret).Scan(&n); err != nil || n > 0 {
				t.Errorf("%s is in %d rows of %s (%v)", secret, n, table, err)
			}
		}
	}
}
