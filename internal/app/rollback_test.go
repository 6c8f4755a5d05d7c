package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// TestWhatIsRolledBackIsNotInTheSecurityLog fails transactions as they commit, when all of them was done: what the log calls allowed
// has happened.
func TestWhatIsRolledBackIsNotInTheSecurityLog(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2027-03-01T09:00:00Z")
	const password = "correct horse battery staple"
	n := account.New{TenantID: &e.Lease.ID, Name: "Ann", Email: uuid.NewString() + "@people.test", Role: role.TenantOwner, Password: password}
	if _, err := account.NewService(pgtest.DB(t), account.NewHasher()).Create(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	login := apptest.Map{"email": n.Email, "password": password}
	in := e.Public().Continue(e.Public().POST("/auth/login", login).Want(t, http.StatusOK), e.Host())
	secret := apptest.Into[struct{ Secret string }](t, in.POST("/auth/mfa/totp/enroll", nil), http.StatusOK).Secret
	code, err := totp.GenerateCode(secret, e.Now())
	if err != nil {
		t.Fatal(err)
	}
	before := allowed(t, e)
	for _, table := range []string{"login_sessions", "audit_log"} {
		failCommits(t, e, table)
	}
	for path, c := range map[string]struct {
		client *apptest.Client
		body   apptest.Map
	}{
		"/auth/login":            {e.Public(), login},
		"/auth/mfa/totp/confirm": {in, apptest.Map{"code": code}},
		"/me/password":           {in, apptest.Map{"current": password, "password": "eleven green umbrellas, singing"}},
		"/invitations":           {in, apptest.Map{"email": "ben@people.test", "role": "TENANT_STAFF"}},
	} {
		c.client.POST(path, c.body).Want(t, http.StatusInternalServerError)
	}
	if now := allowed(t, e); len(now) != len(before) {
		t.Errorf("the log tells of %v, which were rolled back", now[len(before):])
	}
}

// failCommits makes every transaction fail as it commits that writes about the test's business to a shared table.
func failCommits(t *testing.T, e *apptest.Env, table string) {
	t.Helper()
	name := "fails_" + strings.ReplaceAll(e.Lease.ID.String(), "-", "_") + "_" + table
	run := func(sql string) {
		if _, err := pgtest.Super(t).Exec(context.WithoutCancel(t.Context()), sql); err != nil {
			t.Fatal(err)
		}
	}
	run(`CREATE FUNCTION public.` + name + `() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''the power went off''; END'`)
	t.Cleanup(func() { run(`DROP FUNCTION public.` + name + `() CASCADE`) })
	run(`CREATE CONSTRAINT TRIGGER ` + name + ` AFTER INSERT OR UPDATE ON public.` + table + ` DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW WHEN (NEW.tenant_id = '` + e.Lease.ID.String() + `') EXECUTE FUNCTION public.` + name + `()`)
}

// allowed lists what the security log says has happened.
func allowed(t *testing.T, e *apptest.Env) (events []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(e.DataDir, "logs", "security.log"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var l struct {
			Event  string `json:"event"`
			Result string `json:"result"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if l.Result == "allowed" {
			events = append(events, l.Event)
		}
	}
	return events
}
