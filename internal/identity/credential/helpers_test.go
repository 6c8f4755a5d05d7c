package credential_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/credential"
	"smoothschedule/internal/identity/letter/lettertest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

const (
	password = "correct horse battery staple"
	other    = "eleven green umbrellas, singing"
	start    = "2031-05-05T10:00:00Z"
)

var hasher = sync.OnceValue(account.NewHasher)

// house is a program with its desk.
type house struct {
	*apptest.Env
	t    *testing.T
	desk *lettertest.Desk
	svc  *credential.Service
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
	h.svc = credential.NewService(h.desk.DB, nil, nil, nil, h.desk.Letters, log)
	lettertest.Does(h.desk, &credential.ResetWorker{Service: h.svc})
	lettertest.Does(h.desk, &credential.EmailWorker{Service: h.svc})
	lettertest.Does(h.desk, &credential.UndoWorker{Service: h.svc})
	return h
}

// later moves the program's clock on from the start.
func (h house) later(d time.Duration) {
	h.t.Helper()
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		h.t.Fatal(err)
	}
	h.At(at.Add(d).Format(time.RFC3339Nano))
}

// person makes a user with a real password.
func (h house) person(r role.Role) (email string) {
	h.t.Helper()
	n := account.New{TenantID: &h.Lease.ID, Name: "Ann Person", Email: uuid.NewString() + "@people.test", Role: r, Password: password}
	if r.IsPlatform() {
		n.TenantID = nil
	}
	u, err := account.NewService(h.desk.DB, hasher()).Create(h.t.Context(), n)
	if err != nil {
		h.t.Fatal(err)
	}
	if r.IsPlatform() {
		h.t.Cleanup(func() {
			sql(h.t, `DELETE FROM public.login_sessions WHERE user_id = $1`, u.ID)
			sql(h.t, `DELETE FROM public.users WHERE id = $1`, u.ID)
		})
	}
	return n.Email
}

func (h house) try(host, email, password string) apptest.Answer {
	h.t.Helper()
	return h.On(host).POST("/auth/login", apptest.Map{"email": email, "password": password})
}

// signIn is a browser that is signed in.
func (h house) signIn(email, password string) *apptest.Client {
	h.t.Helper()
	return h.On(h.Host()).Continue(h.try(h.Host(), email, password).Want(h.t, http.StatusOK), h.Host())
}

// link asks for a reset and returns the token that the mail brings.
func (h house) link(email string) (token string) {
	h.t.Helper()
	h.Public().POST("/auth/reset", apptest.Map{"email": email}).Want(h.t, http.StatusAccepted)
	l := lettertest.Only(h.t, h.desk.Work(h.Lease.ID.String()))
	if l.To != email {
		h.t.Fatalf("the link went to %s instead of %s", l.To, email)
	}
	return l.Token(h.t, "http://"+h.Host()+":8000/reset")
}

func (h house) confirm(token, password string) apptest.Answer {
	h.t.Helper()
	return h.Public().POST("/auth/reset/confirm", apptest.Map{"token": token, "password": password})
}

// enroll sets up an authenticator app and returns its secret.
func (h house) enroll(c *apptest.Client) (*apptest.Client, string) {
	h.t.Helper()
	e := apptest.Into[struct{ Secret string }](h.t, c.POST("/auth/mfa/totp/enroll", apptest.Map{}), http.StatusOK)
	a := c.POST("/auth/mfa/totp/confirm", apptest.Map{"code": h.code(e.Secret)}).Want(h.t, http.StatusOK)
	return c.Continue(a, h.Host()), e.Secret
}

// code is what the app shows now.
func (h house) code(secret string) string {
	h.t.Helper()
	code, err := totp.GenerateCode(secret, h.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// column reads one value of a user as text.
func (h house) column(name, email string) (text string) {
	h.t.Helper()
	err := pgtest.Super(h.t).QueryRow(h.t.Context(), `SELECT coalesce(to_jsonb(u)->>$1, '') FROM public.users u WHERE email = $2`, name, email).Scan(&text)
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

// remembered reports whether a device of the user's is remembered.
func (h house) remembered(email string) (is bool) {
	h.t.Helper()
	err := pgtest.Super(h.t).QueryRow(h.t.Context(), `
		SELECT EXISTS (SELECT FROM public.remembered_devices d JOIN public.users u ON u.id = d.user_id WHERE u.email = $1)`, email).Scan(&is)
	if err != nil {
		h.t.Fatal(err)
	}
	return is
}

// actions are the tenant's audit actions, in order.
func (h house) actions() (all []string) {
	h.t.Helper()
	err := pgtest.Super(h.t).QueryRow(h.t.Context(), `SELECT coalesce(array_agg(action ORDER BY seq), '{}') FROM public.audit_log WHERE tenant_id = $1`, h.Lease.ID).Scan(&all)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// lastAction is the newest of them: the record outlives a lease.
func (h house) lastAction() string {
	h.t.Helper()
	all := h.actions()
	return all[len(all)-1]
}

// likeness is all of an answer but the request's id.
func likeness(a apptest.Answer) string {
	h := a.Header.Clone()
	h.Del("X-Request-Id")
	h.Del("Date")
	return fmt.Sprintf("%d %v %s", a.Status, h, strings.ReplaceAll(string(a.Body), a.Header.Get("X-Request-Id"), "<id>"))
}

func sql(t *testing.T, text string, args ...any) {
	t.Helper()
	if _, err := pgtest.Super(t).Exec(context.WithoutCancel(t.Context()), text, args...); err != nil {
		t.Fatal(err)
	}
}

// counted is the number that a query answers.
func counted(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := pgtest.Super(t).QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// subjects are those of all letters that wait to be sent, sent now.
func (h house) subjects() (all []string) {
	h.t.Helper()
	for _, l := range h.desk.Work(h.Lease.ID.String()) {
		all = append(all, l.Subject)
	}
	return all
}
