package clock_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// notices counts the letters about clocks that the business's people get.
func (s *studio) notices(t *testing.T) (n int) {
	t.Helper()
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE kind = 'letter.notice' AND args->>'what' = 'clocks_changed' AND args->>'tenant_id' = $1`,
		s.Env.Lease.ID.String()).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestARuleChangeIsReportedOnce to those who can change locations: spec 4.5. A government has put the clocks back by an hour.
func TestARuleChangeIsReportedOnce(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	s.Env.As(role.TenantManager)
	s.Env.As(role.TenantManager, apptest.Inactive)
	s.Env.As(role.TenantStaff)
	id := s.book(t, "2026-11-05T10:00")
	s.Env.CheckClocks()
	want(t, fmt.Sprint(s.notices(t)), "0")
	s.sql(t, `UPDATE $schema.appointments SET utc_offset_seconds = 7200`)
	s.Env.CheckClocks() // by the same rules as before
	want(t, fmt.Sprint(s.notices(t)), "0")
	s.sql(t, `UPDATE $schema.clock_checks SET rules = 'those before'`)
	var all sync.WaitGroup
	for range 4 {
		all.Go(s.Env.CheckClocks)
	}
	all.Wait()
	want(t, fmt.Sprint(s.notices(t)), "2") // the owner and the manager
	list := s.changes(t).Data
	if len(list) != 1 || list[0].AgreedLocal != "2026-11-05T11:00" || list[0].KeptStart.Format(time.RFC3339) != "2026-11-05T11:00:00+01:00" {
		t.Fatalf("the clock was to show 11:00: %+v", list)
	}
	want(t, fmt.Sprint(s.keep(t, nil)), fmt.Sprintf("{[%s] [] []}", id))
	want(t, s.at(t, id), "2026-11-05T11:00:00+01:00 Europe/Berlin")
	s.sql(t, `UPDATE $schema.clock_checks SET rules = 'those before'`)
	s.Env.CheckClocks()
	want(t, fmt.Sprint(s.notices(t)), "2")
}

// TestAZoneChangeIsNoChangeOfRules: whoever made it knows of it.
func TestAZoneChangeIsNoChangeOfRules(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	s.book(t, "2026-11-05T10:00")
	s.movesTo(t, "America/New_York")
	s.Env.CheckClocks()
	want(t, fmt.Sprint(s.notices(t)), "0")
}

// TestRowsWithoutAnOffsetGoByTheirZone: the release before wrote them.
func TestRowsWithoutAnOffsetGoByTheirZone(t *testing.T) {
	t.Parallel()
	s := open(t, "Europe/Berlin")
	id := s.book(t, "2026-11-05T10:00")
	s.sql(t, `UPDATE $schema.appointments SET utc_offset_seconds = NULL`)
	want(t, fmt.Sprint(s.changes(t).Data), "[]")
	s.movesTo(t, "America/New_York")
	want(t, s.changes(t).Data[0].AgreedLocal, "2026-11-05T10:00")
	s.keep(t, nil)
	want(t, s.at(t, id), "2026-11-05T10:00:00-05:00 America/New_York")
}

// TestAGapThatCameOverAnAgreedTimeMovesNothing: what was agreed for 02:30 is at 03:30 already, where a time in the gap goes.
func TestAGapThatCameOverAnAgreedTimeMovesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, "America/New_York")
	cut := s.Service(t, []string{s.ann}, object{"max_advance_days": 200})
	s.book(t, "2027-03-14T03:30", object{"service_id": cut})
	s.sql(t, `UPDATE $schema.appointments SET utc_offset_seconds = -18000`) // as if the clocks were not put forward that day
	want(t, fmt.Sprint(s.changes(t).Data), "[]")
}

// TestGapsAndOverlapsAreNoted, around each transition of some zones, as a search of all minutes finds them: spec 4.5, recurrences.
func TestGapsAndOverlapsAreNoted(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "America/St_Johns"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			s := open(t, "UTC")
			s.Owner.PATCH("/settings/booking", object{"overlapping_customers": true}).Want(t, http.StatusOK)
			many := s.Resource(t, object{"capacity": 1000})
			cut := s.Service(t, []string{many}, object{"max_advance_days": 400, "duration_minutes": 20})
			agreed := map[string]string{}
			for at := apptest.Instant(t, "2026-11-02T08:00:00Z"); at.Before(apptest.Instant(t, "2027-11-20T00:00:00Z")); {
				_, next := at.In(zone).ZoneBounds()
				if next.IsZero() {
					break
				}
				_, offset := next.Add(-time.Minute).In(zone).Zone()
				wall := next.UTC().Add(time.Duration(offset) * time.Second) // what the clock would show
				for _, d := range []int{-90, -60, -45, -30, -15, -1, 0, 1, 15, 29, 30, 45, 59, 60, 90} {
					text := wall.Add(time.Duration(d) * time.Minute).Format("2006-01-02T15:04")
					if wall.After(s.Env.Now()) && wall.Before(apptest.Instant(t, "2027-11-20T00:00:00Z")) {
						agreed[s.book(t, text, object{"service_id": cut})] = text
					}
				}
				at = next
			}
			if len(agreed) < 30 {
				t.Fatalf("%d appointments around the transitions of a year", len(agreed))
			}
			s.movesTo(t, name)
			list := s.changes(t).Data
			notes := map[string]int{}
			for _, c := range list {
				text := agreed[*c.AppointmentID]
				start, note := search(t, text, zone)
				notes[note]++
				want(t, c.AgreedLocal+" "+c.KeptStart.Format(time.RFC3339)+" "+c.Note, text+" "+start.Format(time.RFC3339)+" "+note)
			}
			if len(list) != len(agreed) || notes[""] == 0 || notes["nonexistent"] == 0 || notes["ambiguous"] == 0 {
				t.Fatalf("%d of %d, with notes %v", len(list), len(agreed), notes)
			}
			if is := s.keep(t, nil); len(is.Moved) != len(agreed) {
				t.Errorf("left: %+v", is.Left)
			}
			want(t, fmt.Sprint(s.changes(t).Data), "[]")
			for _, c := range list {
				want(t, s.at(t, *c.AppointmentID), c.KeptStart.Format(time.RFC3339)+" "+name)
			}
		})
	}
}

// search goes through all minutes for the first at which the clock shows a time. In a gap it is the time by the offset before it.
func search(t *testing.T, wall string, zone *time.Location) (at time.Time, note string) {
	t.Helper()
	shown := apptest.Instant(t, wall+":00Z")
	var found []time.Time
	var before time.Time // the last minute that shows an earlier time before one shows a later one
	for m := shown.Add(-15 * time.Hour); m.Before(shown.Add(15 * time.Hour)); m = m.Add(time.Minute) {
		switch got := m.In(zone).Format("2006-01-02T15:04"); {
		case got == wall:
			found = append(found, m)
		case got < wall:
			before = m
		}
	}
	switch len(found) {
	case 0:
		_, offset := before.In(zone).Zone()
		return shown.Add(-time.Duration(offset) * time.Second).In(zone), "nonexistent"
	case 1:
		return found[0].In(zone), ""
	}
	return found[0].In(zone), "ambiguous"
}
