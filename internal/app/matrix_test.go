package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// TestEveryOperationForEveryRoleAndObject asks each operation of the program as each role, and as nobody, about an object of
// their own, a colleague's, another tenant's, of the other mode, and one that is missing: spec identity 4c by its table in
// package role. A new operation is covered as soon as it is registered; a new kind of object must be added to objectsOf.
func TestEveryOperationForEveryRoleAndObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	elsewhere := []pg.Tenant{w.theirs.Env.Lease.Live, w.mine.Env.Lease.Sandbox}
	before := [][]string{rows(t, elsewhere[0]), rows(t, elsewhere[1])}
	for _, o := range operations(t) {
		t.Run(o.OperationID, func(t *testing.T) {
			for _, host := range o.hosts(w.mine.Env.Host()) {
				w.checkNobody(t, o, host)
			}
			for _, r := range role.All() {
				if slices.Contains(o.hosts(w.mine.Env.Host()), home(w.mine.Env, r)) {
					w.checkRole(t, o, r)
				}
			}
		})
	}
	for i, tn := range elsewhere {
		if after := rows(t, tn); !slices.Equal(before[i], after) {
			t.Errorf("rows in %s changed from %v to %v", tn.Schema, before[i], after)
		}
	}
}

// checkNobody asks without a session: what isn't public is refused before anything is looked up.
func (w *world) checkNobody(t *testing.T, o operation, host string) {
	t.Helper()
	want := "unauthenticated"
	if o.needs == authz.Public {
		want = ""
	}
	a := o.call(w.mine.Env.On(host))
	if got := refused(t, a); got != want && !publicRefusal(got) {
		t.Errorf("nobody on %s: refused as %q, want %q", host, got, want)
	}
	if a.Status >= http.StatusInternalServerError {
		t.Errorf("nobody on %s: %d %s", host, a.Status, a.Body)
	}
}

// publicRefusal reports whether the code is the answer of an open operation that looked at what it was given.
func publicRefusal(code string) bool {
	return slices.Contains([]string{"invalid_credentials", "invalid_code", "unauthenticated"}, code)
}

func (w *world) checkRole(t *testing.T, o operation, r role.Role) {
	t.Helper()
	allowed := o.needs == authz.Public || o.needs == authz.SignedIn || slices.Contains(r.Permissions(), o.needs)
	for variant, object := range w.objectsOf(t, o, r) {
		who := w.mine.Env.As(r) // somebody new: an operation may end the session it is asked with
		path := o.at(object(who))
		a := who.Do(o.Method, path, o.body())
		name := string(r) + " about " + variant + " at " + path
		switch got := refused(t, a); {
		case a.Status >= http.StatusInternalServerError:
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		case !allowed && got != "role_forbidden":
			t.Errorf("%s: refused as %q, want role_forbidden: %d %s", name, got, a.Status, a.Body)
		case !allowed, o.needs == authz.Public:
		default:
			w.checkAllowed(t, o, r, variant, name, a)
		}
	}
}

// checkAllowed looks at the answer to somebody who holds the permission.
func (w *world) checkAllowed(t *testing.T, o operation, r role.Role, variant, name string, a apptest.Answer) {
	t.Helper()
	switch variant {
	case none:
		if code := refused(t, a); code == "role_forbidden" || a.Status == http.StatusUnauthorized && !ownRefusal(code) {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	case own:
		if code := refused(t, a); code == "role_forbidden" || a.Status == http.StatusUnauthorized && !ownRefusal(code) || a.Status == http.StatusNotFound {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	case colleagues:
		limited := slices.Contains([]role.Code{role.Own, role.Self, role.DemoTenants}, r.Code(o.needs)) || o.needs == authz.SignedIn
		seen := a.Status != http.StatusNotFound && refused(t, a) == ""
		if limited && seen {
			t.Errorf("%s: not theirs, but %d %s", name, a.Status, a.Body)
		}
		if !limited && a.Status == http.StatusNotFound {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	default:
		missing := w.mine.Env.As(r).Do(o.Method, o.at(o.id()), o.body())
		if a.Status != http.StatusNotFound || plain(t, a) != plain(t, missing) {
			t.Errorf("%s: want the answer of a missing one, %d, got %d %s", name, missing.Status, a.Status, a.Body)
		}
	}
}

// ownRefusal reports whether the code is a 401 about what was sent, not about the session.
func ownRefusal(code string) bool {
	return slices.Contains([]string{"", "invalid_code", "invalid_credentials", "mfa_code_required", "mfa_required"}, code)
}

// noun is the kind of object that an operation takes, by the prefix of its id; "" for none.
func (o operation) noun() string {
	prefix, _, _ := strings.Cut(o.id(), "_")
	return prefix
}
