package masquerade_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
)

// Spec identity 4a.6 and 4a.8: what is done is done as the subject, and on record once with how it ended.
func TestAChangeIsTheSubjectsAndOnRecord(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantManager))
	place := apptest.Into[apptest.Object](t, p.child.POST("/locations", apptest.Map{"name": "Main", "time_zone": "Europe/Berlin", "opening_hours": []any{}}), http.StatusCreated)
	p.child.PATCH("/locations/"+place.ID, apptest.Map{"name": "Second"}).Want(t, http.StatusOK)
	p.child.PATCH("/locations/"+place.ID, apptest.Map{"name": ""}).Want(t, http.StatusUnprocessableEntity)
	p.child.POST("/locations", "nonsense").Want(t, http.StatusBadRequest)
	p.child.PATCH("/locations/loc_01k9m7e6xhf8ktexm2q2ggx7zp", apptest.Map{}).Want(t, http.StatusNotFound)
	p.child.With("Content-Type", "text/plain").POST("/locations", "x").Want(t, http.StatusUnsupportedMediaType)
	p.child.POST("/locations?x=1", apptest.Map{}).Want(t, http.StatusUnprocessableEntity)
	p.child.DELETE("/locations/"+place.ID).Want(t, http.StatusNoContent)
	p.child.GET("/locations").Want(t, http.StatusOK)
	if n := count(t, `SELECT count(*) FROM `+e.Lease.Live.Schema+`.locations WHERE name = 'Second' AND archived_at IS NOT NULL`); n != 1 {
		t.Error("the changes were not made")
	}
	one, all := "/api/v1/locations/{id}", "/api/v1/locations"
	want := []apptest.Line{
		{Method: "POST", Route: all, Status: 201},
		{Method: "PATCH", Route: one, ObjectID: place.ID, Status: 200},
		{Method: "PATCH", Route: one, ObjectID: place.ID, Status: 422},
		{Method: "POST", Route: all, Status: 400},
		{Method: "PATCH", Route: one, ObjectID: "loc_01k9m7e6xhf8ktexm2q2ggx7zp", Status: 404},
		{Method: "POST", Route: all, Status: 415},
		{Method: "POST", Route: all, Status: 422},
		{Method: "DELETE", Route: one, ObjectID: place.ID, Status: 204},
	}
	lines := p.wantLines(t, "HIJACK_ACTION", "HIJACK_ACTION", "HIJACK_ACTION", "HIJACK_ACTION", "HIJACK_ACTION", "HIJACK_ACTION", "HIJACK_ACTION", "HIJACK_ACTION")[1:]
	for i, w := range want {
		l := lines[i]
		if l.Method != w.Method || l.Route != w.Route || l.ObjectID != w.ObjectID || l.Status != w.Status || *l.MasqueradeID != p.MasqueradeID ||
			l.HijackerID != p.actor.ID() || *l.HijackedID != p.subject.ID() || *l.Reason != reason || *l.Tenant != e.Lease.Slug {
			t.Errorf("line %d is %+v, want %+v", i, l, w)
		}
	}
}

// Spec identity 4a.7 and 4a.8: also on the pages of the business that need no log-in.
func TestWhatIsDoneOnPublicPagesIsOnRecord(t *testing.T) {
	t.Parallel()
	s := apptest.NewSalon(t, apptest.New(t), "Europe/Berlin", apptest.Hours())
	p := begin(t, s.Env, s.Env.As(role.PlatformSupport), s.Env.As(role.Customer))
	if p.child.GET("/public/services").Want(t, http.StatusOK).Header.Get("X-Masquerade") != "active" {
		t.Error("the answer doesn't say that somebody acts")
	}
	a := p.child.POST("/public/appointments", apptest.Map{})
	a.Want(t, http.StatusUnprocessableEntity)
	if a.Header.Get("X-Masquerade") != "active" {
		t.Error("a refusal doesn't say that somebody acts")
	}
	if l := p.wantLines(t, "HIJACK_ACTION")[1]; l.Route != "/api/v1/public/appointments" || l.Status != http.StatusUnprocessableEntity {
		t.Errorf("the line is %+v", l)
	}
	if p.subject.GET("/public/services").Want(t, http.StatusOK).Header.Get("X-Masquerade") != "" {
		t.Error("the subject's own answer says that somebody acts")
	}
	p.child.POST("/masquerade/release", nil).Want(t, http.StatusOK)
	if p.child.GET("/public/services").Want(t, http.StatusOK).Header.Get("X-Masquerade") != "" {
		t.Error("it goes on after the end")
	}
	p.wantLines(t, "HIJACK_ACTION", "HIJACK_END")
}

func TestWhatTheRoleForbidsIsOnRecordToo(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.Customer))
	p.child.POST("/locations", apptest.Map{}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	p.child.GET("/locations").WantProblem(t, http.StatusForbidden, "role_forbidden")
	if l := p.wantLines(t, "HIJACK_ACTION")[1]; l.Status != http.StatusForbidden {
		t.Errorf("the line says %+v", l)
	}
}

func TestASensitiveReadIsOnRecord(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	p := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantOwner))
	p.child.GET("/audit").Want(t, http.StatusOK)
	p.subject.GET("/audit").Want(t, http.StatusOK) // the owner's own is nothing to note
	if l := p.wantLines(t, "HIJACK_ACTION")[1]; l.Method != http.MethodGet || l.Route != "/api/v1/audit" || l.Status != http.StatusOK {
		t.Errorf("the line says %+v", l)
	}
}

// op is an operation of the document.
type op struct {
	*huma.Operation
	needs authz.Permission
	doc   *huma.OpenAPI
}

// onHost are the operations of a kind of host.
func onHost(t *testing.T, e *apptest.Env, kind string) (all []op) {
	t.Helper()
	doc := e.App.Server().OpenAPI()
	for _, path := range doc.Paths {
		for _, o := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if o == nil {
				continue
			}
			for _, name := range o.Extensions["x-hosts"].([]string) {
				if name == kind {
					all = append(all, op{o, o.Extensions["x-permission"].(authz.Permission), doc})
				}
			}
		}
	}
	if len(all) < 20 {
		t.Fatalf("found %d operations of %s: the search itself is broken", len(all), kind)
	}
	return all
}

// call asks for the operation with nothing in particular.
func (o op) call(c *apptest.Client) apptest.Answer {
	path := strings.TrimPrefix(o.Path, "/api/v1")
	for _, p := range o.Parameters {
		if p.In == "path" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", "x")
		}
	}
	if o.RequestBody == nil {
		return c.Do(o.Method, path, nil)
	}
	return c.Do(o.Method, path, "{}")
}

// forbidden is the list of spec identity 4a.6, by address: credentials, factors and sessions; grants; people and invitations;
// domains; exports. What runs the platform is done in one's own name too.
func (o op) forbidden() bool {
	path := strings.TrimPrefix(o.Path, "/api/v1")
	under := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if path == p || strings.HasPrefix(path, p+"/") {
				return true
			}
		}
		return false
	}
	changes := o.Method != http.MethodGet
	switch {
	case o.needs == authz.Public:
		return false
	case under("/auth"), strings.HasPrefix(path, "/me/"), strings.HasSuffix(path, "/export"), path == "/grants/grantees": // a step of granting
		return true
	case path == "/me", under("/business/security", "/grants", "/people", "/invitations", "/domains", "/platform/users", "/platform/invitations", "/platform/domains", "/platform/tenants"):
		return changes
	}
	return false
}

// What nobody may do as another is refused and noticed; any other change leaves its one line, whatever came of it.
func TestEveryOperationLeavesWhatItMust(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	for kind, subject := range map[string]*apptest.Client{"tenant": e.As(role.TenantOwner), "platform": e.As(role.Superuser)} {
		p := begin(t, e, e.As(role.Superuser), subject)
		blocked := 0
		for _, o := range onHost(t, e, kind) {
			name := o.Method + " " + o.Path
			if o.needs == authz.Public || o.OperationID == "start-masquerade" {
				continue
			}
			before := len(e.Lines(p.actor))
			a := o.call(p.child)
			lines := e.Lines(p.actor)[before:]
			if a.Header.Get("X-Masquerade") != "active" {
				t.Errorf("%s: the answer doesn't say that somebody acts: %d %s", name, a.Status, a.Body)
			}
			want := "HIJACK_ACTION"
			isBlocked := a.Status == http.StatusForbidden && strings.Contains(string(a.Body), `"code":"forbidden_while_masquerading"`)
			switch {
			case isBlocked != o.forbidden():
				t.Errorf("%s: forbidden is %t, want %t: %d %s", name, isBlocked, o.forbidden(), a.Status, a.Body)
				continue
			case isBlocked:
				want = "HIJACK_BLOCKED"
				blocked++
			case o.Method == http.MethodGet:
				continue
			}
			if len(lines) != 1 || lines[0].Action != want || lines[0].Status != a.Status || lines[0].Method != o.Method || lines[0].Route != o.Path {
				t.Errorf("%s: want one %s with %d, got %+v", name, want, a.Status, lines)
			}
			if isBlocked && (lines[0].Result != "denied" || *lines[0].MasqueradeID != p.MasqueradeID) {
				t.Errorf("%s: the line says %+v", name, lines[0])
			}
		}
		if blocked < 15 {
			t.Errorf("%s: only %d operations are forbidden", kind, blocked)
		}
		meOf(t, p.child)
	}
}

// Spec identity 4a.4, 3.
func TestTheActorsOwnSessionRestsMeanwhile(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	p := begin(t, e, e.As(role.Superuser), e.As(role.TenantOwner))
	for _, o := range onHost(t, e, "platform") {
		if o.needs == authz.Public || o.OperationID == "get-me" || o.OperationID == "start-masquerade" {
			continue
		}
		if a := o.call(p.parent); a.Status != http.StatusConflict || !strings.Contains(string(a.Body), `"code":"masquerade_active"`) {
			t.Errorf("%s %s: %d %s", o.Method, o.Path, a.Status, a.Body)
		}
	}
	meOf(t, p.parent)
	p.parent.POST("/masquerade/release", nil).Want(t, http.StatusOK)
	p.child.GET("/me").Want(t, http.StatusUnauthorized)
	p.wantLines(t, "HIJACK_END")
}

// Spec security 2.6: no line, no masquerade.
func TestWithoutAPlaceForItsLineNothingStarts(t *testing.T) {
	t.Parallel()
	for name, breakIt := range map[string]func(path string) error{
		"a directory": func(path string) error { return os.Mkdir(path, 0o750) },
		"a full disk": func(path string) error { return os.Symlink("/dev/full", path) },
		"nothing":     func(string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := apptest.New(t)
			support, staff, owner := e.As(role.PlatformSupport), e.As(role.TenantStaff), e.As(role.TenantOwner)
			running := begin(t, e, e.As(role.PlatformSupport), e.As(role.TenantOwner))
			log := filepath.Join(e.DataDir, "logs", "masquerade.log")
			if err := os.Remove(log); err != nil {
				t.Fatal(err)
			}
			if err := breakIt(log); err != nil {
				t.Fatal(err)
			}
			for _, actor := range []*apptest.Client{support, owner} {
				a := actor.POST("/masquerade", ask(staff))
				a.WantProblem(t, http.StatusServiceUnavailable, "audit_unavailable")
				if len(a.Header.Values("Set-Cookie")) > 0 || a.Header.Get("Retry-After") == "" {
					t.Errorf("headers %v", a.Header)
				}
				actor.POST("/masquerade", ask(actor)).WantProblem(t, http.StatusServiceUnavailable, "audit_unavailable") // a refusal needs its line too
				if n := count(t, childrenSQL, actor.UserID); n != 0 {
					t.Errorf("%d sessions act", n)
				}
				if n := count(t, `SELECT count(*) FROM public.audit_log WHERE actor_id = $1`, actor.UserID); n != 0 {
					t.Errorf("%d rows without a line", n)
				}
				meOf(t, actor) // ordinary work goes on, with the id from before
			}
			running.child.POST("/locations", apptest.Map{"name": "Main", "time_zone": "Europe/Berlin", "opening_hours": []any{}}).WantProblem(t, http.StatusServiceUnavailable, "audit_unavailable")
			if n := count(t, `SELECT count(*) FROM `+e.Lease.Live.Schema+`.locations`); n != 0 {
				t.Error("a change without its line")
			}
		})
	}
}
