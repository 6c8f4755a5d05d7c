package resourcegroup_test

import (
	"fmt"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// groups is the noun in a business of its own.
func groups(t *testing.T, e *apptest.Env) apptest.Noun {
	t.Helper()
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	ann := s.Resource(t)
	return apptest.Noun{Owner: s.Owner, Path: "/resource_groups", New: func(n int) apptest.Map {
		return apptest.Map{"name": fmt.Sprint("Group ", n), "resource_ids": []string{ann}}
	}}
}

func TestVersionsGrow(t *testing.T) {
	t.Parallel()
	groups(t, apptest.New(t)).CheckStamps(t)
}

func TestListIsPagedByCursor(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	groups(t, own).CheckPaging(t, groups(t, other).Owner)
}

func TestArchivedAreHidden(t *testing.T) {
	t.Parallel()
	groups(t, apptest.New(t)).CheckArchive(t)
}

func TestPatchMerges(t *testing.T) {
	t.Parallel()
	n := groups(t, apptest.New(t))
	n.CheckMerge(t, apptest.Map{"name": "Other", "resource_ids": []string{}}, "", "name")
}

func TestParallelPatchesKeepEachOther(t *testing.T) {
	t.Parallel()
	n := groups(t, apptest.New(t))
	ann := n.Get(t, n.Make(t, 1))["resource_ids"].([]any)
	n.CheckParallelPatches(t,
		func(i int) apptest.Map { return apptest.Map{"name": fmt.Sprint("Group ", i)} },
		func(i int) apptest.Map { return apptest.Map{"resource_ids": ann[:i%2]} })
}

func TestUnknownAndForeignAreAlike(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	groups(t, own).CheckUnknown(t, groups(t, other).Make(t, 1))
}
