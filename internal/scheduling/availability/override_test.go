package availability_test

import (
	"net/http"
	"testing"
)

// override is other hours on one date; without windows it is closed then.
func override(date string, windows ...[2]string) object {
	all := []object{}
	for _, w := range windows {
		all = append(all, object{"from": w[0], "to": w[1]})
	}
	return object{"date": date, "windows": all}
}

// TestOverridesReplaceTheWeek, in the list and when booking: of the location, and of a resource within it.
func TestOverridesReplaceTheWeek(t *testing.T) {
	t.Parallel()
	s, ann := salon(t, "2026-05-30T12:00:00Z", newYork, nineToFive())
	cut := s.Service(t, []string{ann})
	s.Owner.PATCH("/locations/"+s.Location, object{"date_overrides": []object{override(monday, [2]string{"22:00", "25:00"})}}).Want(t, http.StatusOK)
	want(t, offered(t, s, cut, "Mon15:04", monday, monday), "Mon22:00 Mon22:30 Mon23:00 Mon23:30")
	refused(t, s, cut, monday+"T10:00")
	refused(t, s, cut, "2026-06-02T01:00")
	// Closing Tuesday leaves what spills over from Monday.
	tuesday := override("2026-06-02")
	s.Owner.PATCH("/resources/"+ann, object{"date_overrides": []object{tuesday}}).Want(t, http.StatusOK)
	want(t, offered(t, s, cut, "Mon15:04", "2026-06-02", "2026-06-02"), "Tue00:00 Tue00:30")
	refused(t, s, cut, "2026-06-02T10:00")
	s.Env.Public().POST("/public/appointments", guest(cut, "2026-06-02T00:30")).Want(t, http.StatusCreated)
	// A resource's own day adds to its week, within the opening hours.
	s.Owner.PATCH("/resources/"+ann, object{"hours": []object{}, "date_overrides": []object{override("2026-06-03", [2]string{"08:00", "10:00"})}}).Want(t, http.StatusOK)
	want(t, offered(t, s, cut, "Mon15:04", "2026-06-02", "2026-06-04"), "Wed09:00 Wed09:30")
}
