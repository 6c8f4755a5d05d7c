package location_test

import (
	"fmt"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// locations is the noun in a business of its own.
func locations(t *testing.T, e *apptest.Env) apptest.Noun {
	t.Helper()
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	return apptest.Noun{Owner: s.Owner, Path: "/locations", New: func(n int) apptest.Map {
		return apptest.Map{"name": fmt.Sprint("Place ", n), "time_zone": "Europe/Berlin", "opening_hours": apptest.Hours([2]string{"09:00", "17:00"})}
	}}
}

func TestVersionsGrow(t *testing.T) {
	t.Parallel()
	locations(t, apptest.New(t)).CheckStamps(t)
}

func TestListIsPagedByCursor(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	locations(t, own).CheckPaging(t, locations(t, other).Owner)
}

func TestArchivedAreHidden(t *testing.T) {
	t.Parallel()
	locations(t, apptest.New(t)).CheckArchive(t)
}

func TestPatchMerges(t *testing.T) {
	t.Parallel()
	n := locations(t, apptest.New(t))
	n.CheckMerge(t, apptest.Map{"name": "Other", "time_zone": "Asia/Tokyo"}, "", "name")
}

func TestParallelPatchesKeepEachOther(t *testing.T) {
	t.Parallel()
	locations(t, apptest.New(t)).CheckParallelPatches(t,
		func(i int) apptest.Map { return apptest.Map{"name": fmt.Sprint("Place ", i)} },
		func(i int) apptest.Map { return apptest.Map{"time_zone": []string{"Europe/Rome", "Asia/Tokyo"}[i%2]} })
}

func TestUnknownAndForeignAreAlike(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	locations(t, own).CheckUnknown(t, locations(t, other).Make(t, 1))
}
