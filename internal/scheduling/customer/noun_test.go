package customer_test

import (
	"fmt"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// customers is the noun in a business of its own.
func customers(t *testing.T, e *apptest.Env) apptest.Noun {
	t.Helper()
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	return apptest.Noun{Owner: s.Owner, Path: "/customers", New: func(n int) apptest.Map {
		return apptest.Map{"name": fmt.Sprint("Cleo ", n), "email": fmt.Sprintf("cleo%d@example.com", n), "phone": "+49 30 123"}
	}}
}

func TestVersionsGrow(t *testing.T) {
	t.Parallel()
	customers(t, apptest.New(t)).CheckStamps(t)
}

func TestListIsPagedByCursor(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	customers(t, own).CheckPaging(t, customers(t, other).Owner)
}

func TestArchivedAreHidden(t *testing.T) {
	t.Parallel()
	customers(t, apptest.New(t)).CheckArchive(t)
}

func TestPatchMerges(t *testing.T) {
	t.Parallel()
	n := customers(t, apptest.New(t))
	n.CheckMerge(t, apptest.Map{"name": "Other", "phone": "1"}, "email", "name")
}

func TestParallelPatchesKeepEachOther(t *testing.T) {
	t.Parallel()
	customers(t, apptest.New(t)).CheckParallelPatches(t,
		func(i int) apptest.Map { return apptest.Map{"name": fmt.Sprint("Cleo ", i)} },
		func(i int) apptest.Map { return apptest.Map{"phone": fmt.Sprint(i)} })
}

func TestUnknownAndForeignAreAlike(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	customers(t, own).CheckUnknown(t, customers(t, other).Make(t, 1))
}
