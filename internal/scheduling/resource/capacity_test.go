package resource_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
	"smoothschedule/internal/scheduling/resource"
)

func salon(t *testing.T, e *apptest.Env) *apptest.Salon {
	t.Helper()
	return apptest.NewSalon(t, e.At("2026-05-30T12:00:00Z"), "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
}

// busy books a resource on the 1st of June by the clock's hours, as the tables have it.
func busy(t *testing.T, s *apptest.Salon, resource string, units int, from, to string) (appointment string) {
	t.Helper()
	cut := s.Service(t, []string{s.Resource(t)})
	appointment = s.Book(t, apptest.Map{"service_id": cut, "start": "2026-06-01T" + from, "end": "2026-06-01T" + to, "customer_id": s.Customer(t, "Guest")}).ID
	s.Env.Exec(t, `UPDATE allocations al SET resource_id = r.id, units = $2, exclusive = r.capacity = 1
		FROM resources r WHERE r.id = $1 AND al.id = (SELECT max(id::text)::uuid FROM allocations)`, apptest.UUID(t, resource), units)
	return appointment
}

// exclusive lists how the resource's allocations are kept, in the order of their times.
func exclusive(t *testing.T, s *apptest.Salon, resource string) (all string) {
	t.Helper()
	s.Env.Row(t, `SELECT string_agg(exclusive::text, ' ' ORDER BY busy_range) FROM allocations WHERE resource_id = '`+apptest.UUID(t, resource)+`'`, &all)
	return all
}

func TestNewFieldsHaveDefaults(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	got := apptest.Into[apptest.Map](t, s.Owner.GET("/resources/"+s.Resource(t)), http.StatusOK)
	for name, want := range map[string]any{"capacity": 1.0, "priority": 0.0, "weight": 1.0, "sort_order": 0.0, "buffer_before_minutes": 0.0, "buffer_after_minutes": 0.0} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	change := apptest.Map{"capacity": 3.0, "priority": -2.0, "weight": 7.0, "sort_order": 9.0, "buffer_before_minutes": 5.0, "buffer_after_minutes": 1440.0}
	is := apptest.Into[apptest.Map](t, s.Owner.PATCH("/resources/"+s.Resource(t), change), http.StatusOK)
	for name, want := range change {
		if is[name] != want {
			t.Errorf("%s is %v, want %v", name, is[name], want)
		}
	}
	s.Env.WritesNothing(t, func() {
		for at, value := range map[string]any{"capacity": 0, "weight": 1001, "priority": "high", "sort_order": 1.5, "requires": "all", "buffer_before_minutes": -1, "buffer_after_minutes": 1441} {
			s.Owner.PATCH("/resources/"+got["id"].(string), apptest.Map{at: value}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body."+at)
		}
		s.Owner.PATCH("/resources/"+got["id"].(string), apptest.Map{"capacity": 1001}).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", "body.capacity")
	})
}

// TestCapacityNeverFallsBelowWhatIsInUse: what counts is the most in use at any time to come, not how many there are.
func TestCapacityNeverFallsBelowWhatIsInUse(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	room := s.Resource(t, apptest.Map{"capacity": 6})
	busy(t, s, room, 1, "09:00", "10:00") // before all else
	early, late := busy(t, s, room, 2, "10:00", "12:00"), busy(t, s, room, 2, "11:00", "13:00")
	busy(t, s, room, 2, "13:00", "14:00") // touches
	s.Env.WritesNothing(t, func() {
		p := s.Owner.PATCH("/resources/"+room, apptest.Map{"capacity": 3}).WantProblem(t, http.StatusConflict, "state_conflict")
		if !strings.HasPrefix(p.Detail, "2 appointments") {
			t.Error(p.Detail)
		}
		if len(p.Conflicts) != 2 || p.Conflicts[0].AppointmentID != early || p.Conflicts[1].AppointmentID != late || p.Conflicts[0].Rule != "capacity" || p.Conflicts[0].ResourceID != room || p.Overridable {
			t.Errorf("conflicts %+v", p.Conflicts)
		}
	})
	s.Owner.PATCH("/resources/"+room, apptest.Map{"capacity": 4}).Want(t, http.StatusOK)
	s.Owner.POST("/appointments/"+late+"/cancel", apptest.Map{}).Want(t, http.StatusOK)
	s.Owner.PATCH("/resources/"+room, apptest.Map{"capacity": 2}).Want(t, http.StatusOK)
	s.Env.At("2026-06-01T12:30:00Z") // 14:30 there: all is over
	s.Owner = s.Env.As(role.TenantOwner)
	s.Owner.PATCH("/resources/"+room, apptest.Map{"capacity": 1}).Want(t, http.StatusOK)
}

// TestExpiredHoldsDontCount: nor do they become exclusive.
func TestExpiredHoldsDontCount(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	room := s.Resource(t, apptest.Map{"capacity": 2})
	hold := func(expires string) {
		s.Env.Exec(t, `WITH h AS (INSERT INTO holds (id, token_hash, service_id, location_id, starts_at, ends_at, party_size, expires_at, created_at)
				SELECT gen_random_uuid(), uuid_send(gen_random_uuid()), s.id, l.id, '2026-06-01T08:00:00Z', '2026-06-01T09:00:00Z', 1, $2::timestamptz, now() FROM services s, locations l LIMIT 1 RETURNING id)
			INSERT INTO allocations (id, hold_id, resource_id, busy_range, units, exclusive, active, expires_at)
				SELECT gen_random_uuid(), id, $1, '[2026-06-01T08:00:00Z,2026-06-01T09:00:00Z)', 1, false, true, $2::timestamptz FROM h`, apptest.UUID(t, room), expires)
	}
	s.Service(t, nil)
	hold("2026-05-30T12:10:00Z")
	hold("2026-05-30T12:00:00Z")
	s.Owner.PATCH("/resources/"+room, apptest.Map{"capacity": 1}).Want(t, http.StatusOK)
	var kept int
	s.Env.Row(t, `SELECT count(*) FROM allocations WHERE exclusive AND expires_at > '2026-05-30T12:00:00Z'`, &kept)
	if kept != 1 || strings.Count(exclusive(t, s, room), "true") != 1 {
		t.Errorf("exclusive: %s", exclusive(t, s, room))
	}
}

// TestCapacityDecidesWhatIsExclusive: what was booked in spite of others stays beside them, what is over stays as it is.
func TestCapacityDecidesWhatIsExclusive(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	room := s.Resource(t)
	busy(t, s, room, 1, "09:00", "10:00")
	busy(t, s, room, 1, "11:00", "12:00")
	over := busy(t, s, room, 1, "13:00", "14:00")
	s.Env.Exec(t, `UPDATE appointments SET overbooked = true WHERE id = $1`, apptest.UUID(t, over))
	s.Env.Exec(t, `UPDATE allocations SET exclusive = false WHERE appointment_id = $1`, apptest.UUID(t, over))
	s.Env.At("2026-06-01T08:00:00Z") // 10:00 there
	s.Owner = s.Env.As(role.TenantOwner)
	for _, v := range []struct {
		capacity int
		want     string
	}{{5, "true false false"}, {2, "true false false"}, {1, "true true false"}, {1, "true true false"}} {
		s.Owner.PATCH("/resources/"+room, apptest.Map{"capacity": v.capacity}).Want(t, http.StatusOK)
		if got := exclusive(t, s, room); got != v.want {
			t.Errorf("with a capacity of %d: %s, want %s", v.capacity, got, v.want)
		}
	}
}

// TestAResourceWithAppointmentsIsNotArchived: the refusal names how many there are and the first few; once they are over or off, it goes.
func TestAResourceWithAppointmentsIsNotArchived(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	ann := s.Resource(t)
	cut := s.Service(t, []string{ann})
	guest := s.Customer(t, "Guest")
	var booked []string
	for _, at := range []string{"09:00", "10:00", "11:00", "12:00"} {
		booked = append(booked, s.Book(t, apptest.Map{"service_id": cut, "start": "2026-06-01T" + at, "customer_id": guest}).ID)
	}
	s.Env.WritesNothing(t, func() {
		p := s.Owner.DELETE("/resources/"+ann).WantProblem(t, http.StatusConflict, "state_conflict")
		want := "4 appointments to come are booked with this resource: Cut on 1 June 2026 at 09:00, Cut on 1 June 2026 at 10:00, Cut on 1 June 2026 at 11:00, and others. Move them to another resource or cancel them first."
		if p.Detail != want {
			t.Error(p.Detail)
		}
		for i, c := range p.Conflicts {
			if c.Rule != "booked" || c.ResourceID != ann || c.AppointmentID != booked[i] || !strings.HasSuffix(c.Start, "+02:00") || c.End == "" || c.Message == "" {
				t.Errorf("conflict %+v", c)
			}
		}
		if len(p.Conflicts) != 4 {
			t.Errorf("conflicts %+v", p.Conflicts)
		}
	})
	for _, a := range booked[1:] {
		s.Owner.POST("/appointments/"+a+"/cancel", apptest.Map{}).Want(t, http.StatusOK)
	}
	if p := s.Owner.DELETE("/resources/"+ann).WantProblem(t, http.StatusConflict, "state_conflict"); !strings.HasPrefix(p.Detail, "One appointment") {
		t.Error(p.Detail)
	}
	s.Env.At("2026-06-01T07:30:00Z") // 09:30 there: it has just ended
	s.Owner = s.Env.As(role.TenantOwner)
	s.Owner.DELETE("/resources/"+ann).Want(t, http.StatusNoContent)
}

// TestARefusalShowsOnlyWhatIsSeen: who may archive a resource need not see whom it is booked for.
func TestARefusalShowsOnlyWhatIsSeen(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	staff := s.Env.As(role.TenantStaff, apptest.Switched("resources.write"))
	for _, v := range []struct {
		resource string
		seen     bool
	}{{s.Resource(t), false}, {s.Resource(t, apptest.Map{"user_id": staff.ID()}), true}} {
		a := s.Book(t, apptest.Map{"service_id": s.Service(t, []string{v.resource}), "start": "2026-06-01T09:00", "customer_id": s.Customer(t, "Guest")})
		answer := staff.DELETE("/resources/" + v.resource)
		p := answer.WantProblem(t, http.StatusConflict, "state_conflict")
		if seen := strings.Contains(string(answer.Body), a.ID) && strings.Contains(p.Detail, "Cut on"); seen != v.seen || len(p.Conflicts) != 1 {
			t.Errorf("want seen %v: %s", v.seen, answer.Body)
		}
	}
}

// TestNoBookingSlipsIntoAnArchivedResource: of a booking and an archiving at once, the later one sees the other.
func TestNoBookingSlipsIntoAnArchivedResource(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	guest := s.Customer(t, "Guest")
	for range 8 {
		ann := s.Resource(t)
		cut := s.Service(t, []string{ann})
		var booked, archived apptest.Answer
		var wg sync.WaitGroup
		wg.Go(func() {
			booked = s.Owner.POST("/appointments", apptest.Map{"service_id": cut, "start": "2026-06-01T09:00", "customer_id": guest})
		})
		wg.Go(func() { archived = s.Owner.DELETE("/resources/" + ann) })
		wg.Wait()
		if (booked.Status == http.StatusCreated) == (archived.Status == http.StatusNoContent) {
			t.Errorf("booked with %d, archived with %d", booked.Status, archived.Status)
		}
		s.Env.Exec(t, `UPDATE allocations SET active = false`)
		s.Env.Exec(t, fmt.Sprintf(`UPDATE services SET archived_at = now() WHERE id = '%s'`, apptest.UUID(t, cut)))
	}
}

// TestChangesWaitForBookings: while a booking is under way a change of its resource waits, and then sees what it has booked.
func TestChangesWaitForBookings(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*apptest.Client, string) apptest.Answer{
		"archiving":        func(c *apptest.Client, path string) apptest.Answer { return c.DELETE(path) },
		"a lower capacity": func(c *apptest.Client, path string) apptest.Answer { return c.PATCH(path, apptest.Map{"capacity": 1}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := salon(t, apptest.New(t))
			room := s.Resource(t, apptest.Map{"capacity": 2})
			for range 2 { // two at once, which are called off for now
				busy(t, s, room, 1, "09:00", "10:00")
			}
			s.Env.Exec(t, `UPDATE allocations SET active = false`)
			ctx := t.Context()
			booking, err := pgtest.Super(t).Begin(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = booking.Rollback(context.WithoutCancel(ctx)) }()
			key := resource.LockKey(s.Env.Lease.Live.Schema, room)
			if _, err := booking.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, key); err != nil {
				t.Fatal(err)
			}
			answer := make(chan apptest.Answer, 1)
			go func() { answer <- change(s.Owner, "/resources/"+room) }()
			awaited(t, s, key, answer)
			if _, err := booking.Exec(ctx, `UPDATE `+s.Env.Lease.Live.Schema+`.allocations SET active = true`); err != nil {
				t.Fatal(err)
			}
			if err := booking.Commit(ctx); err != nil {
				t.Fatal(err)
			}
			(<-answer).WantProblem(t, http.StatusConflict, "state_conflict")
		})
	}
}

// awaited returns once somebody waits for the lock. An answer before that is one too early.
func awaited(t *testing.T, s *apptest.Salon, key int64, answer <-chan apptest.Answer) {
	t.Helper()
	deadline, tick := time.After(10*time.Second), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for waiting := 0; waiting == 0; {
		select {
		case <-tick.C:
		case a := <-answer:
			t.Fatalf("answered while the booking was under way: %d %s", a.Status, a.Body)
		case <-deadline:
			t.Fatal("nobody waits for the lock")
		}
		s.Env.Row(t, fmt.Sprintf(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND ((classid::bigint << 32) | objid::bigint) = %d`, key), &waiting)
	}
}

// TestCapacityIsThatOfTheBusiestMoment compares the sweep of the database with counting minute by minute.
func TestCapacityIsThatOfTheBusiestMoment(t *testing.T) {
	t.Parallel()
	s := salon(t, apptest.New(t))
	cut := s.Service(t, []string{s.Resource(t)})
	s.Book(t, apptest.Map{"service_id": cut, "start": "2026-06-01T09:00", "customer_id": s.Customer(t, "Guest")})
	random := rand.New(rand.NewPCG(7, 7))
	for round := range 12 {
		room := s.Resource(t, apptest.Map{"capacity": 1000})
		var inUse [60]int
		for range 1 + random.IntN(12) {
			from, units := random.IntN(59), 1+random.IntN(4)
			to := from + 1 + random.IntN(59-from)
			s.Env.Exec(t, `INSERT INTO allocations (id, appointment_id, resource_id, busy_range, units, exclusive, active)
				SELECT gen_random_uuid(), id, $1, tstzrange(starts_at + $2 * interval '1 minute', starts_at + $3 * interval '1 minute'), $4, false, true FROM appointments`,
				apptest.UUID(t, room), from, to, units)
			for m := from; m < to; m++ {
				inUse[m] += units
			}
		}
		most := slices.Max(inUse[:])
		if most > 1 {
			s.Owner.PATCH("/resources/"+room, apptest.Map{"capacity": most - 1}).WantProblem(t, http.StatusConflict, "state_conflict")
		}
		if a := s.Owner.PATCH("/resources/"+room, apptest.Map{"capacity": most}); a.Status != http.StatusOK {
			t.Errorf("round %d: with a capacity of %d: %s", round, most, a.Body)
		}
	}
}
