package block_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
)

// TestStaffPlanTheirOwnTimeOffAlone: they see all blocks, and change those of resources that they are the login of.
func TestStaffPlanTheirOwnTimeOffAlone(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	staff, trusted := e.As(role.TenantStaff), e.As(role.TenantStaff, apptest.Switched("blocks.all"))
	own, others := s.Resource(t, apptest.Map{"user_id": staff.ID()}), s.Resource(t)
	body := func(more apptest.Map) apptest.Map {
		more["start"], more["end"] = "2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z"
		return more
	}
	add := func(c *apptest.Client, more apptest.Map) apptest.Answer { return c.POST("/blocks", body(more)) }
	made := func(c *apptest.Client, more apptest.Map) string {
		t.Helper()
		return apptest.Into[apptest.Object](t, add(c, more), http.StatusCreated).ID
	}
	mine := made(staff, apptest.Map{"resource_id": own})
	foreign, closure := made(s.Owner, apptest.Map{"resource_id": others}), made(s.Owner, apptest.Map{"location_id": s.Location})
	e.WritesNothing(t, func() {
		add(staff, apptest.Map{"resource_id": others}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		add(staff, apptest.Map{"location_id": s.Location}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		add(staff, apptest.Map{"resource_id": "res_01k9m7e6xhf8ktexm2q2ggx7zp"}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.resource_id")
		for _, key := range []string{foreign, closure} {
			staff.GET("/blocks/"+key).Want(t, http.StatusOK)
			staff.PATCH("/blocks/"+key, apptest.Map{"reason": "mine"}).WantProblem(t, http.StatusForbidden, "role_forbidden")
			staff.PATCH("/blocks/"+key, apptest.Map{"resource_id": own, "location_id": nil}).WantProblem(t, http.StatusForbidden, "role_forbidden")
			staff.DELETE("/blocks/"+key).WantProblem(t, http.StatusForbidden, "role_forbidden")
		}
		staff.PATCH("/blocks/"+mine, apptest.Map{"resource_id": others}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		staff.PATCH("/blocks/"+mine, apptest.Map{"resource_id": nil, "location_id": s.Location}).WantProblem(t, http.StatusForbidden, "role_forbidden")
		staff.DELETE("/blocks/blk_01k9m7e6xhf8ktexm2q2ggx7zp").WantProblem(t, http.StatusNotFound, "not_found")
	})
	staff.PATCH("/blocks/"+mine, apptest.Map{"reason": "Dentist"}).Want(t, http.StatusOK)
	staff.DELETE("/blocks/"+mine).Want(t, http.StatusNoContent)
	trusted.PATCH("/blocks/"+foreign, apptest.Map{"reason": "Ill"}).Want(t, http.StatusOK)
	trusted.DELETE("/blocks/"+closure).Want(t, http.StatusNoContent)
	made(trusted, apptest.Map{"location_id": s.Location})
	manager := e.As(role.TenantManager)
	manager.DELETE("/blocks/"+foreign).Want(t, http.StatusNoContent)
}
