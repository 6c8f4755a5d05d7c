package block_test

import (
	"fmt"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// blocks is the noun in a business of its own.
func blocks(t *testing.T, e *apptest.Env) apptest.Noun {
	t.Helper()
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	return apptest.Noun{Owner: s.Owner, Path: "/blocks", New: func(n int) apptest.Map {
		return apptest.Map{"resource_id": s.Resource(t), "start": "2026-06-01T10:00:00Z", "end": "2026-06-01T12:00:00Z", "reason": fmt.Sprint("Holiday ", n)}
	}}
}

func TestVersionsGrow(t *testing.T) {
	t.Parallel()
	blocks(t, apptest.New(t)).CheckStamps(t)
}

func TestListIsPagedByCursor(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	blocks(t, own).CheckPaging(t, blocks(t, other).Owner)
}

func TestArchivedAreHidden(t *testing.T) {
	t.Parallel()
	blocks(t, apptest.New(t)).CheckArchive(t)
}

func TestPatchMerges(t *testing.T) {
	t.Parallel()
	n := blocks(t, apptest.New(t))
	place := apptest.Noun{Owner: n.Owner, Path: "/locations"}.IDs(t, 1, "")[0]
	n.CheckMerge(t, apptest.Map{"reason": "Other", "location_id": place}, "resource_id", "start")
}

func TestParallelPatchesKeepEachOther(t *testing.T) {
	t.Parallel()
	blocks(t, apptest.New(t)).CheckParallelPatches(t,
		func(i int) apptest.Map { return apptest.Map{"reason": fmt.Sprint("Holiday ", i)} },
		func(i int) apptest.Map { return apptest.Map{"end": fmt.Sprintf("2026-06-%02dT12:00:00Z", 2+i)} })
}

func TestUnknownAndForeignAreAlike(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	blocks(t, own).CheckUnknown(t, blocks(t, other).Make(t, 1))
}
