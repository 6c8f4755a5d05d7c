package service_test

import (
	"fmt"
	"testing"

	"smoothschedule/internal/app/apptest"
)

// services is the noun in a business of its own.
func services(t *testing.T, e *apptest.Env) apptest.Noun {
	t.Helper()
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	return apptest.Noun{Owner: s.Owner, Path: "/services", New: func(n int) apptest.Map {
		return apptest.Map{"name": fmt.Sprint("Cut ", n), "duration_minutes": 30, "price": apptest.Map{"amount": 3000, "currency": "EUR"}, "resource_ids": []string{s.Resource(t)}}
	}}
}

func TestVersionsGrow(t *testing.T) {
	t.Parallel()
	services(t, apptest.New(t)).CheckStamps(t)
}

func TestListIsPagedByCursor(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	services(t, own).CheckPaging(t, services(t, other).Owner)
}

func TestArchivedAreHidden(t *testing.T) {
	t.Parallel()
	services(t, apptest.New(t)).CheckArchive(t)
}

func TestPatchMerges(t *testing.T) {
	t.Parallel()
	n := services(t, apptest.New(t))
	n.CheckMerge(t, apptest.Map{"name": "Other", "public": false, "min_notice_minutes": 0}, "", "duration_minutes")
}

func TestParallelPatchesKeepEachOther(t *testing.T) {
	t.Parallel()
	services(t, apptest.New(t)).CheckParallelPatches(t,
		func(i int) apptest.Map { return apptest.Map{"name": fmt.Sprint("Cut ", i)} },
		func(i int) apptest.Map { return apptest.Map{"duration_minutes": 30 + i} })
}

func TestUnknownAndForeignAreAlike(t *testing.T) {
	t.Parallel()
	own, other := apptest.Two(t)
	services(t, own).CheckUnknown(t, services(t, other).Make(t, 1))
}
