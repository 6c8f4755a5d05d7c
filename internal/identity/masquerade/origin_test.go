package masquerade_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// Rule 1 of spec identity 4a.2: another site cannot have somebody's browser act as another, and the attempt is on record.
func TestAnAttemptFromAnotherSiteIsRefusedAndOnRecord(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	support, staff := e.As(role.PlatformSupport), e.As(role.TenantStaff)
	ask := apptest.Map{"user_id": staff.ID(), "reason": reason}
	support.With("Sec-Fetch-Site", "same-site").With("Origin", "http://"+e.Host()).POST("/masquerade", ask).
		WantProblem(t, http.StatusForbidden, "bad_channel")
	lines := e.Lines(support)
	if len(lines) != 1 || lines[0].Action != "HIJACK_DENIED" || lines[0].DenyCode == nil || *lines[0].DenyCode != "bad_channel" {
		t.Errorf("the record says %+v", lines)
	}
	// Of whoever is not signed in there is nobody to name.
	e.On(platformHost).With("Sec-Fetch-Site", "cross-site").POST("/masquerade", ask).WantProblem(t, http.StatusForbidden, "bad_origin")
	text, err := os.ReadFile(filepath.Join(e.DataDir, "logs", "security.log"))
	if err != nil || strings.Count(string(text), `"event":"ORIGIN_REFUSED"`) != 2 {
		t.Errorf("the security log says %s (%v)", text, err)
	}
}

// Spec identity 4a.6: what the person alone may do is not among the rights of whoever acts as them.
func TestTheRightsOfWhoeverActsLeaveOutWhatIsThePersonsOwn(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	owner := e.As(role.TenantOwner)
	acting := begin(t, e, e.As(role.PlatformSupport), owner).child
	theirs, ours := apptest.Into[me](t, owner.GET("/me"), http.StatusOK).Permissions, apptest.Into[me](t, acting.GET("/me"), http.StatusOK).Permissions
	for _, p := range []string{"people.deactivate", "people.switches", "grants.create", "grants.revoke", "domains.write"} {
		if !slices.Contains(theirs, p) || slices.Contains(ours, p) {
			t.Errorf("%s: the owner has %v, whoever acts as them %v", p, theirs, ours)
		}
	}
	for _, p := range []string{"appointments.write", "appointments.all", "customers.read_all", "settings.write", "people.read"} {
		if !slices.Contains(ours, p) {
			t.Errorf("%s is missing in %v", p, ours)
		}
	}
}
