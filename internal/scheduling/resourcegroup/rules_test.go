package resourcegroup_test

import (
	"maps"
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	s := apptest.NewSalon(t, own, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	alien := apptest.NewSalon(t, other, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"})).Resource(t)
	ann := s.Resource(t)
	own.WritesNothing(t, func() {
		for at, change := range map[string]apptest.Map{
			"body.name":            {"name": " "},
			"body.resource_ids[1]": {"resource_ids": []string{ann, alien}},
			"body.resource_ids[0]": {"resource_ids": []string{"ann"}},
			"body.kind":            {"kind": "ROOM"},
		} {
			body := apptest.Map{"name": "A"}
			maps.Copy(body, change)
			s.Owner.POST("/resource_groups", body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", at)
		}
	})
}

// TestArchivedMembersStay: they don't come in.
func TestArchivedMembersStay(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	ann, bob := s.Resource(t), s.Resource(t)
	group := apptest.Into[apptest.Object](t, s.Owner.POST("/resource_groups", apptest.Map{"name": "A", "resource_ids": []string{ann, ann}}), http.StatusCreated).ID
	s.Owner.DELETE("/resources/"+ann).Want(t, http.StatusNoContent)
	s.Owner.PATCH("/resource_groups/"+group, apptest.Map{"resource_ids": []string{ann, bob}}).Want(t, http.StatusOK)
	s.Owner.POST("/resource_groups", apptest.Map{"name": "B", "resource_ids": []string{ann}}).
		WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.resource_ids[0]")
}

// TestStaffReadGroupsAndChangeThemByASwitch: as with resources.
func TestStaffReadGroupsAndChangeThemByASwitch(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	group := apptest.Into[apptest.Object](t, s.Owner.POST("/resource_groups", apptest.Map{"name": "A"}), http.StatusCreated).ID
	staff := e.As(role.TenantStaff)
	staff.GET("/resource_groups/"+group).Want(t, http.StatusOK)
	staff.PATCH("/resource_groups/"+group, apptest.Map{"name": "B"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
	e.As(role.TenantStaff, apptest.Switched("resources.write")).PATCH("/resource_groups/"+group, apptest.Map{"name": "B"}).Want(t, http.StatusOK)
}
