package masquerade_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// The table of spec identity 4a.2, written out: rows are actors, columns subjects, both in this order. What the rules before
// the matrix decide is in want.
var (
	order  = []role.Role{role.Superuser, role.PlatformManager, role.PlatformSales, role.PlatformSupport, role.TenantOwner, role.TenantManager, role.TenantStaff, role.Customer}
	matrix = map[role.Role]string{
		role.Superuser:       "YYYYYYYY",
		role.PlatformManager: "........",
		role.PlatformSales:   "....TTTT",
		role.PlatformSupport: "....YYYY",
		role.TenantOwner:     "......S.",
		role.TenantManager:   "........",
		role.TenantStaff:     "........",
		role.Customer:        "........",
	}
)

// variants are the four ways a subject can be.
var variants = []string{"same tenant", "other tenant", "temporary", "inactive"}

// outcome is a status and, of a refusal, its code.
type outcome struct {
	status int
	code   string
}

// want is what the rules say, in their order: may know (6), active (7), superuser (8), matrix (9).
func want(actor, subject role.Role, column int, variant string) outcome {
	knows := true
	switch {
	case actor == role.Customer: // may list nobody (4c), so nobody exists
		knows = false
	case actor == role.PlatformSales:
		knows = variant == "temporary"
	case !actor.IsPlatform():
		knows = !subject.IsPlatform() && variant != "other tenant"
	}
	cell := matrix[actor][column]
	allowed := cell == 'Y' || cell == 'T' && variant == "temporary" || cell == 'S' && variant != "other tenant"
	switch {
	case !knows:
		return outcome{http.StatusNotFound, "not_found"}
	case variant == "inactive":
		return outcome{http.StatusForbidden, "target_inactive"}
	case subject == role.Superuser && actor != role.Superuser:
		return outcome{http.StatusForbidden, "target_superuser"}
	case !allowed:
		return outcome{http.StatusForbidden, "matrix"}
	}
	return outcome{http.StatusCreated, ""}
}

func TestEveryCellOfTheTable(t *testing.T) {
	t.Parallel()
	here, there := apptest.New(t), apptest.New(t)
	for _, variant := range variants {
		for _, actorRole := range order {
			for column, subjectRole := range order {
				env, traits := here, []apptest.Trait(nil)
				switch variant {
				case "other tenant":
					env = there
				case "temporary":
					traits = append(traits, apptest.Temporary)
				case "inactive":
					traits = append(traits, apptest.Inactive)
				}
				t.Run(variant+"/"+string(actorRole)+" as "+string(subjectRole), func(t *testing.T) {
					checkCell(t, here, here.As(actorRole), env.As(subjectRole, traits...), want(actorRole, subjectRole, column, variant))
				})
			}
		}
	}
}

// checkCell starts and looks at the answer and at the one line that the attempt left.
func checkCell(t *testing.T, e *apptest.Env, actor, subject *apptest.Client, want outcome) {
	t.Helper()
	a := actor.POST("/masquerade", apptest.Map{"user_id": subject.ID(), "reason": "A ticket about a booking"})
	lines := e.Lines(actor)
	if len(lines) != 1 || lines[0].HijackedID == nil || *lines[0].HijackedID != subject.ID() {
		t.Fatalf("want one line about the subject, got %+v after %d %s", lines, a.Status, a.Body)
	}
	if want.code == "" {
		begun := apptest.Into[struct {
			MasqueradeID string `json:"masquerade_id"`
		}](t, a, want.status)
		if lines[0].Action != "HIJACK_START" || *lines[0].MasqueradeID != begun.MasqueradeID || lines[0].DenyCode != nil {
			t.Errorf("the line says %+v", lines[0])
		}
		return
	}
	a.WantProblem(t, want.status, want.code)
	if lines[0].Action != "HIJACK_DENIED" || lines[0].DenyCode == nil || *lines[0].DenyCode != want.code {
		t.Errorf("the line says %+v", lines[0])
	}
	if len(a.Header.Values("Set-Cookie")) > 0 {
		t.Error("a refusal sets a cookie")
	}
}
