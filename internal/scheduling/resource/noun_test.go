package resource_test

import (
	"fmt"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// resources is the noun in a business of its own.
func resources(t *testing.T, e *apptest.Env) apptest.Noun {
	t.Helper()
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	return apptest.Noun{Owner: s.Owner, Path: "/resources", New: func(n int) apptest.Map {
		return apptest.Map{"name": fmt.Sprint("Person ", n), "kind": "STAFF", "location_id": s.Location, "hours": apptest.Hours([2]string{"09:00", "17:00"})}
	}}
}

func TestVersionsGrow(t *testing.T) {
	t.Parallel()
	resources(t, apptest.New(t)).CheckStamps(t)
}

func TestListIsPagedByCursor(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	resources(t, own).CheckPaging(t, resources(t, other).Owner)
}

func TestArchivedAreHidden(t *testing.T) {
	t.Parallel()
	resources(t, apptest.New(t)).CheckArchive(t)
}

func TestPatchMerges(t *testing.T) {
	t.Parallel()
	n := resources(t, apptest.New(t))
	n.CheckMerge(t, apptest.Map{"name": "Other", "kind": "ROOM"}, "hours", "location_id")
}

func TestParallelPatchesKeepEachOther(t *testing.T) {
	t.Parallel()
	resources(t, apptest.New(t)).CheckParallelPatches(t,
		func(i int) apptest.Map { return apptest.Map{"name": fmt.Sprint("Person ", i)} },
		func(i int) apptest.Map { return apptest.Map{"kind": []string{"ROOM", "EQUIPMENT"}[i%2]} })
}

func TestUnknownAndForeignAreAlike(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	resources(t, own).CheckUnknown(t, resources(t, other).Make(t, 1))
}
