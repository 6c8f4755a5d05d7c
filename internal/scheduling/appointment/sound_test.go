package appointment_test

import (
	"net/http"
	"slices"
	"testing"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/kit/pgtest"
)

// TestWhatIsBrokenIsFound breaks what must hold for all bookings, one thing at a time and behind the program's back.
func TestWhatIsBrokenIsFound(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"": `SELECT 1`, // all is well
		"capacity": `UPDATE allocations SET exclusive = false;
			UPDATE allocations SET busy_range = (SELECT busy_range FROM allocations WHERE appointment_id IS NOT NULL LIMIT 1) WHERE hold_id IS NOT NULL`,
		"room beside what was overbooked": `UPDATE appointments SET overridden = '["double_booking"]', overbooked = true; UPDATE allocations SET exclusive = false;
			UPDATE allocations SET busy_range = (SELECT busy_range FROM allocations WHERE appointment_id IS NOT NULL LIMIT 1) WHERE hold_id IS NOT NULL`,
		"exclusive as the capacity says":                `UPDATE allocations SET exclusive = false WHERE hold_id IS NOT NULL`,
		"appointment without allocation":                `DELETE FROM allocations WHERE appointment_id IS NOT NULL`,
		"appointment with an inactive allocation":       `UPDATE allocations SET active = false WHERE appointment_id IS NOT NULL`,
		"allocations by requirement":                    `DELETE FROM allocations WHERE appointment_id IS NOT NULL AND need = 1`,
		"allocation for no requirement":                 `UPDATE allocations SET need = 2 WHERE appointment_id IS NOT NULL AND need = 1`,
		"one resource twice":                            `UPDATE allocations SET exclusive = false; UPDATE allocations SET resource_id = (SELECT resource_id FROM allocations WHERE need = 1 AND appointment_id IS NOT NULL) WHERE appointment_id IS NOT NULL`,
		"time with buffers":                             `DELETE FROM service_requirements WHERE position = 1; UPDATE appointments SET ends_at = ends_at + interval '5 min'`,
		"ended, but takes time":                         `UPDATE appointments SET status = 'CANCELLED' WHERE session_id IS NULL`,
		"seats":                                         `UPDATE group_sessions SET capacity = 2`,
		"seat in a cancelled session":                   `UPDATE group_sessions SET status = 'CANCELLED'`,
		"seat at another time":                          `UPDATE group_sessions SET starts_at = starts_at - interval '5 min'`,
		"session for nobody":                            `UPDATE appointments SET status = 'CANCELLED' WHERE session_id IS NOT NULL; DELETE FROM holds`,
		"session that ends too soon":                    `UPDATE allocations SET expires_at = '2026-05-30T12:01:00Z' WHERE session_id IS NOT NULL`,
		"session that ends by itself":                   `UPDATE group_sessions SET ad_hoc = false; UPDATE allocations SET expires_at = '2026-05-30T12:10:00Z' WHERE session_id IS NOT NULL`,
		"kept seat elsewhere":                           `UPDATE holds SET starts_at = starts_at - interval '5 min' WHERE session_id IS NOT NULL`,
		"session without allocation":                    `DELETE FROM allocations WHERE session_id IS NOT NULL`,
		"session with an allocation of the wrong state": `UPDATE allocations SET active = false WHERE session_id IS NOT NULL`,
		"hold without allocation":                       `DELETE FROM allocations WHERE hold_id IS NOT NULL`,
		"history":                                       `UPDATE appointments SET version = version + 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			both := []string{s.ann, s.Resource(t, object{"name": "Bea"})}
			duo := s.Service(t, nil, object{"requirements": []object{{"label": "Left", "resource_ids": both}, {"label": "Right", "resource_ids": both}}})
			s.booked(t, duo, "10:00")
			s.hold(t, duo, "11:00")
			class := s.Service(t, both, object{"group": object{"capacity": 3, "ad_hoc": true}})
			for _, email := range []string{"gil@example.com", "hal@example.com"} {
				s.Env.Public().POST("/public/appointments", guest(class, at("12:00"), object{"customer": object{"name": "Guest", "email": email}})).Want(t, http.StatusCreated)
			}
			s.hold(t, class, "12:00")
			s.exec(t, sql)
			s.wantBroken(t, name)
		})
	}
}

// wantBroken wants the invariant among those that are broken; for "" none.
func (s salon) wantBroken(t *testing.T, name string) {
	t.Helper()
	c, err := pgtest.Super(t).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	all, err := apptest.Broken(t.Context(), c.Conn(), s.Env.Lease.Live.Schema, s.Env.Now())
	if err != nil {
		t.Fatal(err)
	}
	if found := slices.ContainsFunc(all, func(b apptest.Invariant) bool { return b.Name == name }); !found && name != "" || name == "" && len(all) > 0 {
		t.Errorf("broken: %v", all)
	}
}
