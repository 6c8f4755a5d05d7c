package signup_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/invitation"
	"smoothschedule/internal/identity/letter/lettertest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/signup"
	"smoothschedule/internal/identity/tenant"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

const password = "eleven green umbrellas, singing"

// house is a program whose apex takes sign-ups, and a desk that makes businesses for real.
type house struct {
	*apptest.Env
	t      *testing.T
	desk   *lettertest.Desk
	svc    *signup.Service
	slug   string
	email  string
	m      *migrate.Migrator
	failAt signup.Step // making a business breaks after this step
	made   int
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{Env: apptest.New(t), t: t, slug: pgtest.Slug(), email: uuid.NewString() + "@people.test"}
	h.desk = lettertest.New(t, h.Now)
	log, err := audit.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	if h.m, err = migrate.New(pgtest.Owner(t)); err != nil {
		t.Fatal(err)
	}
	invitations := invitation.NewService(h.desk.DB, nil, nil, h.desk.Letters, log)
	h.svc = signup.NewService(h.desk.DB, nil, invitations, nil, h.desk.Letters, log)
	h.svc.Maker = signup.Maker{Make: h.make, Drop: h.drop}
	lettertest.Does(h.desk, &signup.LetterWorker{Service: h.svc})
	lettertest.Does(h.desk, &signup.Worker{Service: h.svc})
	lettertest.Does(h.desk, &invitation.Worker{Service: invitations})
	t.Cleanup(h.clear)
	return h
}

var errBroken = errors.New("the power went off")

// make makes a business of its entry and its two schemas.
func (h *house) make(ctx context.Context, b signup.Business, reached func(context.Context, signup.Step) error) error {
	h.made++
	schema := strings.ReplaceAll(b.Slug, "-", "_")
	_, err := pgtest.Owner(h.t).Exec(ctx, `INSERT INTO public.tenants (id, slug, schema, name, currency, tier, status, is_demo, sandbox_enabled, created_at, updated_at, version)
		VALUES ($1, $2, $3, $4, $5, 'FREE', 'ACTIVE', $6, true, now(), now(), 1)`, b.TenantID, b.Slug, "tenant_"+schema, b.Name, b.Currency, b.IsDemo)
	if err != nil && strings.Contains(err.Error(), "tenants_slug_key") {
		return tenant.ErrTaken
	}
	steps := []func() error{func() error { return err }, func() error {
		for _, mode := range []string{"tenant_", "sandbox_"} {
			scope, err := pg.NewTenant(b.TenantID, mode+schema)
			if err != nil {
				return err
			}
			if err := h.m.Provision(ctx, scope); err != nil {
				return err
			}
		}
		return nil
	}, func() error { return nil }}
	for i, do := range steps {
		if err := do(); err != nil {
			return err
		}
		if err := reached(ctx, signup.Step(i+1)); err != nil {
			return err
		}
		if h.failAt == signup.Step(i+1) {
			return errBroken
		}
	}
	return nil
}

func (h *house) drop(ctx context.Context, tenantID uuid.UUID) error {
	var schema string
	if err := pgtest.Owner(h.t).QueryRow(ctx, `SELECT coalesce(max(schema), '') FROM public.tenants WHERE id = $1`, tenantID).Scan(&schema); err != nil || schema == "" {
		return err
	}
	for _, name := range []string{schema, "sandbox_" + strings.TrimPrefix(schema, "tenant_")} {
		scope, err := pg.NewTenant(tenantID, name)
		if err != nil {
			return err
		}
		if err := h.m.Drop(ctx, scope); err != nil {
			return err
		}
	}
	return h.m.Forget(ctx, tenantID)
}

// clear removes what the test made: it belongs to no lease.
func (h *house) clear() {
	ctx := context.WithoutCancel(h.t.Context())
	super := pgtest.Super(h.t)
	for _, text := range []string{
		`DELETE FROM river.river_job WHERE args::text LIKE '%' || (SELECT id FROM public.signups WHERE email = $1 LIMIT 1) || '%'`,
		`DELETE FROM public.account_links WHERE email = $1`, `DELETE FROM public.signups WHERE email = $1`,
	} {
		if _, err := super.Exec(ctx, text, h.email); err != nil {
			h.t.Error(err)
		}
	}
	var tenantID *uuid.UUID
	err := super.QueryRow(ctx, `SELECT max(id::text)::uuid FROM public.tenants WHERE slug = $1`, h.slug).Scan(&tenantID)
	if err == nil && tenantID != nil {
		err = h.drop(ctx, *tenantID)
	}
	for _, schema := range []string{"tenant_" + h.slug, "sandbox_" + h.slug} {
		_, _ = super.Exec(ctx, `DROP OWNED BY `+schema) // in case it was made
		_, _ = super.Exec(ctx, `DROP ROLE IF EXISTS `+schema)
	}
	if err != nil {
		h.t.Error(err)
	}
}

func (h *house) apex() *apptest.Client { return h.On("localhost") }

func (h *house) wish() apptest.Map {
	return apptest.Map{"business_name": "Salon Zoë", "slug": h.slug, "name": "Zoë", "email": h.email, "time_zone": "Europe/Berlin", "currency": "EUR"}
}

// ask signs up and returns the token that the mail brings.
func (h *house) ask() string {
	h.t.Helper()
	h.apex().POST("/signup", h.wish()).Want(h.t, http.StatusAccepted)
	l := lettertest.Only(h.t, h.desk.Work(h.id()))
	if l.To != h.email {
		h.t.Fatalf("the letter went to %s", l.To)
	}
	return l.Token(h.t, "http://localhost:8000/signup/confirm")
}

// id is the newest sign-up's, which nobody is told before they have proved the address.
func (h *house) id() string {
	h.t.Helper()
	var raw uuid.UUID
	if err := pgtest.Super(h.t).QueryRow(h.t.Context(), `SELECT id FROM public.signups WHERE email = $1 ORDER BY id DESC LIMIT 1`, h.email).Scan(&raw); err != nil {
		h.t.Fatal(err)
	}
	return id.ID[signup.Signup](raw).String()
}

type status struct {
	ID    string
	State string
	Steps []struct {
		Name string
		Done bool
	}
	Slug     string
	LoginURL *string `json:"login_url"`
	Problem  *string
}

func (s status) done() (n int) {
	for _, step := range s.Steps {
		if step.Done {
			n++
		}
	}
	return n
}

func (h *house) confirm(token string) apptest.Answer {
	h.t.Helper()
	return h.apex().POST("/signup/confirm", apptest.Map{"token": token, "password": password})
}

// begin signs up as far as to the job that makes the business.
func (h *house) begin() (status, lettertest.Job) {
	h.t.Helper()
	s := apptest.Into[status](h.t, h.confirm(h.ask()), http.StatusAccepted)
	jobs := h.desk.Waiting(s.ID)
	if len(jobs) != 1 || jobs[0].Kind != "signup.make" {
		h.t.Fatalf("want one job: %+v", jobs)
	}
	return s, jobs[0]
}

func (h *house) look(s status) status {
	h.t.Helper()
	return apptest.Into[status](h.t, h.apex().GET("/signup/"+s.ID), http.StatusOK)
}

// left counts what there is of the business.
func (h *house) left() (n int) {
	h.t.Helper()
	err := pgtest.Super(h.t).QueryRow(h.t.Context(), `SELECT (SELECT count(*) FROM public.tenants WHERE slug = $1)
		+ (SELECT count(*) FROM public.tenant_schemas WHERE schema IN ('tenant_' || $1, 'sandbox_' || $1))
		+ (SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname IN ('tenant_' || $1, 'sandbox_' || $1))
		+ (SELECT count(*) FROM public.users WHERE email = $2)
		+ (SELECT count(*) FROM public.signups WHERE email = $2 AND password_hash IS NOT NULL)`, h.slug, h.email).Scan(&n)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestABusinessIsSignedUp(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.ask()
	h.apex().GET("/signup/"+h.id()).WantProblem(t, http.StatusNotFound, "not_found")
	h.apex().POST("/signup/confirm", apptest.Map{"token": token, "password": "short"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.password")
	s := apptest.Into[status](t, h.confirm(token), http.StatusAccepted)
	if s.State != "MAKING" || s.done() != 0 || len(s.Steps) != 4 || s.LoginURL != nil {
		t.Errorf("it begins as %+v", s)
	}
	h.confirm(token).WantProblem(t, http.StatusGone, "link_expired")
	h.On(h.slug+".localhost").GET("/me").Want(t, http.StatusNotFound)
	h.desk.Work(s.ID)
	s = h.look(s)
	if s.State != "READY" || s.done() != 4 || s.LoginURL == nil || *s.LoginURL != "http://"+h.slug+".localhost:8000/login" || s.Problem != nil {
		t.Errorf("it ends as %+v", s)
	}
	a := h.On(h.slug+".localhost").POST("/auth/login", apptest.Map{"email": h.email, "password": password}).Want(t, http.StatusOK)
	me := apptest.Into[struct{ User struct{ Role string } }](t, h.On(h.slug+".localhost").Continue(a, h.slug+".localhost").GET("/me"), http.StatusOK)
	if me.User.Role != "TENANT_OWNER" {
		t.Errorf("the owner is %s", me.User.Role)
	}
	for _, secret := range []string{token, password, "$argon2id$"} {
		var n int
		err := pgtest.Super(t).QueryRow(t.Context(), `SELECT (SELECT count(*) FROM public.signups s WHERE position($1 IN s::text) > 0 AND email = $2)
			+ (SELECT count(*) FROM public.account_links l WHERE position($1 IN l::text) > 0) + (SELECT count(*) FROM river.river_job j WHERE position($1 IN j::text) > 0)`, secret, h.email).Scan(&n)
		if err != nil || n > 0 {
			t.Errorf("%s is in %d rows (%v)", secret, n, err)
		}
	}
}

func TestABusinessThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	s, job := h.begin()
	for attempt, step := range []signup.Step{signup.Reserved, signup.Provided, signup.Usable} {
		h.failAt = step
		err := h.desk.Try(job, attempt+1)
		if last := attempt == 2; last != (err == nil) {
			t.Errorf("try %d ends with %v", attempt+1, err)
		}
	}
	if got := h.look(s); got.State != "FAILED" || got.Problem == nil || got.done() != 0 || got.LoginURL != nil {
		t.Errorf("it ends as %+v", got)
	}
	if n := h.left(); n != 0 {
		t.Errorf("%d things are left", n)
	}
	h.failAt = 0
	if err := h.desk.Try(job, 4); err != nil || h.made != 3 || h.left() != 0 {
		t.Errorf("a failed sign-up was tried again: %v, %d times", err, h.made)
	}
	apptest.Into[status](t, h.confirm(h.ask()), http.StatusAccepted) // the address is free again
}

func TestASecondTryFinishesWhatTheFirstLeft(t *testing.T) {
	t.Parallel()
	for _, step := range []signup.Step{signup.Reserved, signup.Provided, signup.Usable} {
		t.Run(fmt.Sprint(step), func(t *testing.T) {
			h := open(t)
			s, job := h.begin()
			h.failAt = step
			if err := h.desk.Try(job, 1); !errors.Is(err, errBroken) {
				t.Fatalf("want to be tried again: %v", err)
			}
			if got := h.look(s); got.State != "MAKING" || got.done() != int(step) {
				t.Errorf("after step %d it is %+v", step, got)
			}
			h.failAt = 0
			if err := errors.Join(h.desk.Try(job, 2), h.desk.Try(job, 3)); err != nil { // the last as when a job is done and its process dies
				t.Fatal(err)
			}
			if got := h.look(s); got.State != "READY" || h.made != 2 {
				t.Errorf("it ends as %+v after %d tries", got, h.made)
			}
		})
	}
}

// TestALastTryThatWasCutOff is cleared up by the one that follows.
func TestALastTryThatWasCutOff(t *testing.T) {
	t.Parallel()
	h := open(t)
	s, job := h.begin()
	h.failAt = signup.Provided
	if err := h.desk.Try(job, 1); err == nil || h.left() == 0 {
		t.Fatalf("want something half made: %v", err)
	}
	h.failAt = 0
	if err := h.desk.Try(job, 4); err != nil || h.left() != 0 || h.look(s).State != "FAILED" || h.made != 1 {
		t.Errorf("%v, %d things left, %+v", err, h.left(), h.look(s))
	}
}

func TestAnAddressThatWasTakenMeanwhile(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.ask()
	first := apptest.Into[status](t, h.confirm(h.askAgain()), http.StatusAccepted) // the newest link counts
	h.confirm(token).WantProblem(t, http.StatusGone, "link_expired")
	late := h.askAgain()
	h.confirm(late).WantProblem(t, http.StatusConflict, "already_exists")
	other := h.slug + "-two"
	h.apex().POST("/signup/confirm", apptest.Map{"token": late, "password": password, "slug": "www"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.slug")
	s := apptest.Into[status](t, h.apex().POST("/signup/confirm", apptest.Map{"token": late, "password": password, "slug": other}), http.StatusAccepted)
	if s.Slug != other || s.ID == first.ID {
		t.Errorf("want another business at %s: %+v", other, s)
	}
	sql(t, `UPDATE public.signups SET state = 'FAILED' WHERE slug = $1`, other) // nobody makes it
}

// askAgain is ask by somebody who has asked before.
func (h *house) askAgain() string {
	h.t.Helper()
	h.apex().POST("/signup", h.wish()).Want(h.t, http.StatusAccepted)
	all := h.desk.Work(h.id())
	return all[len(all)-1].Token(h.t, "http://localhost:8000/signup/confirm")
}

// TestSomebodyElsesBusinessIsLeftAlone finds the address taken only when it comes to making the business.
func TestSomebodyElsesBusinessIsLeftAlone(t *testing.T) {
	t.Parallel()
	h := open(t)
	s, job := h.begin()
	theirs := signup.Business{TenantID: uuid.Must(uuid.NewV7()), Slug: h.slug, Name: "Theirs", Currency: "EUR"}
	if err := h.make(t.Context(), theirs, func(context.Context, signup.Step) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := h.desk.Try(job, 1); err != nil {
		t.Fatal(err)
	}
	if got := h.look(s); got.State != "FAILED" || got.Problem == nil || !strings.Contains(*got.Problem, "taken") || h.left() != 5 {
		t.Errorf("want their business whole (%d of 5), and to hear why: %+v", h.left(), got)
	}
}

func TestThePlatformMakesABusinessForItsOwner(t *testing.T) {
	t.Parallel()
	h := open(t)
	sales, colleague, super := h.As(role.PlatformSales), h.As(role.PlatformSales), h.As(role.Superuser)
	var s signup.Signup
	err := h.desk.DB.InPlatform(t.Context(), func(tx *pg.PlatformTx) (err error) {
		n := signup.New{BusinessName: "Demo", Slug: h.slug, Email: h.email, TimeZone: "Europe/Berlin", Currency: "EUR"}
		s, err = h.svc.Start(t.Context(), tx, signup.Requested{New: n, IsDemo: true, By: id.ID[account.User](sales.UserID)})
		return err
	})
	if err != nil || s.State != "MAKING" {
		t.Fatalf("%+v, %v", s, err)
	}
	h.desk.Work(s.ID.String())
	for c, want := range map[*apptest.Client]int{sales: http.StatusOK, super: http.StatusOK, colleague: http.StatusNotFound} {
		c.GET("/platform/signups/"+s.ID.String()).Want(t, want)
	}
	var tenantID string
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT id::text FROM public.tenants WHERE slug = $1 AND is_demo`, h.slug).Scan(&tenantID); err != nil {
		t.Fatal(err)
	}
	l := lettertest.Only(t, h.desk.Work(tenantID))
	token := l.Token(t, "http://"+h.slug+".localhost:8000/invite")
	h.On(h.slug+".localhost").POST("/auth/invitation/accept", apptest.Map{"token": token, "name": "Zoë", "password": password}).Want(t, http.StatusOK)
	var temporary bool
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT is_temporary FROM public.users WHERE email = $1`, h.email).Scan(&temporary); err != nil || !temporary {
		t.Errorf("the owner of a demo is temporary: %t, %v", temporary, err)
	}
}

func TestBadSignUpsNameTheirFields(t *testing.T) {
	t.Parallel()
	h := open(t)
	for field, bad := range map[string]string{"slug": "www", "email": "nonsense", "name": " ", "business_name": "", "time_zone": "Mars/Olympus", "currency": "eur"} {
		body := h.wish()
		body[field] = bad
		h.apex().POST("/signup", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body."+field)
	}
	h.Public().POST("/signup", h.wish()).WantProblem(t, http.StatusNotFound, "not_found")
	h.On("platform.localhost").POST("/signup", h.wish()).WantProblem(t, http.StatusNotFound, "not_found")
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	h := open(t)
	type answer struct {
		Slug                string
		Available           bool
		Problem, Suggestion *string
	}
	for slug, want := range map[string]struct {
		available  bool
		suggestion string
	}{
		h.slug: {true, ""}, h.Lease.Slug: {false, h.Lease.Slug + "-2"},
		"www": {}, "platform": {}, "p1atform": {}, "p1atf0rm": {}, "plat-form": {}, "adrnin": {}, "5tatus": {}, "a5sets": {}, "ap1": {}, "mai1": {}, "xn--bcher-kva": {},
		"apple-" + h.slug: {true, ""}, "app1e-" + h.slug: {true, ""}, "modern-" + h.slug: {true, ""},
		"Salon " + h.slug: {false, "salon-" + h.slug}, "ab": {}, strings.Repeat("a", 41): {false, strings.Repeat("a", 36)},
	} {
		got := apptest.Into[answer](t, h.apex().GET("/signup/slug?slug="+strings.ReplaceAll(slug, " ", "%20")), http.StatusOK)
		if got.Slug != slug || got.Available != want.available || got.Available != (got.Problem == nil) {
			t.Errorf("%s: %+v", slug, got)
		}
		if want.suggestion != "" && (got.Suggestion == nil || *got.Suggestion != want.suggestion) || want.available && got.Suggestion != nil {
			t.Errorf("%s: want the suggestion %q, got %v", slug, want.suggestion, got.Suggestion)
		}
	}
	if f := fault.As(fault.Validation(signup.New{}.Problems()...)); len(f.Fields) != 6 {
		t.Errorf("an empty wish has %d problems: %v", len(f.Fields), f.Fields)
	}
}

func TestSignUpLettersAreLimitedInSilence(t *testing.T) {
	t.Parallel()
	h := open(t)
	n := 0
	for range 5 {
		h.apex().POST("/signup", h.wish()).Want(t, http.StatusAccepted)
		n += len(h.desk.Work(h.id()))
	}
	if n != 3 {
		t.Errorf("%d letters in an hour, want 3", n)
	}
}

func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}
