package block_test

import (
	"net/http"
	"testing"

	"smoothschedule/internal/app/apptest"
)

func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	ann := s.Resource(t)
	from, to := "2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z"
	e.WritesNothing(t, func() {
		for name, v := range map[string]struct {
			body apptest.Map
			at   string
		}{
			"both subjects":        {apptest.Map{"resource_id": ann, "location_id": s.Location, "start": from, "end": to}, "body.resource_id"},
			"end before start":     {apptest.Map{"resource_id": ann, "start": to, "end": from}, "body.end"},
			"end at start":         {apptest.Map{"resource_id": ann, "start": from, "end": from}, "body.end"},
			"start without offset": {apptest.Map{"resource_id": ann, "start": "2026-06-01T10:00", "end": to}, "body.start"},
			"year 10000 in UTC":    {apptest.Map{"resource_id": ann, "start": from, "end": "9999-12-31T23:00:00-10:00"}, "body.end"},
			"before 1970":          {apptest.Map{"resource_id": ann, "start": "1969-12-31T00:00:00Z", "end": to}, "body.start"},
			"no end":               {apptest.Map{"resource_id": ann, "start": from}, "body.end"},
		} {
			t.Log(name)
			s.Owner.POST("/blocks", v.body).WantProblem(t, http.StatusUnprocessableEntity, "validation_failed", v.at)
		}
	})
}

func TestListNarrowsByRangeAndSubject(t *testing.T) {
	t.Parallel()
	e := apptest.New(t)
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	ann := s.Resource(t)
	n := apptest.Noun{Owner: s.Owner, Path: "/blocks", New: func(i int) apptest.Map {
		subject := []apptest.Map{{"resource_id": ann}, {"location_id": s.Location}}[i]
		subject["start"], subject["end"] = "2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z"
		return subject
	}}
	off, closure := n.Make(t, 0), n.Make(t, 1)
	for filter, want := range map[string][]string{
		"&resource_id=" + ann:                                {off},
		"&location_id=" + s.Location:                         {closure},
		"&from=2026-06-01T11:00:00Z":                         nil, // half-open: it only touches
		"&to=2026-06-01T10:00:00Z":                           nil,
		"&from=2026-06-01T10:59:59Z&to=2026-06-02T00:00:00Z": {off, closure},
	} {
		if got := n.IDs(t, 1, filter); len(got) != len(want) || len(want) > 0 && got[0] != want[0] {
			t.Errorf("%s lists %v, want %v", filter, got, want)
		}
	}
}

// TestArchivedBlocksBlockNothing also keeps an appointment in a block that came later.
func TestArchivedBlocksBlockNothing(t *testing.T) {
	t.Parallel()
	e := apptest.New(t).At("2026-05-30T12:00:00Z")
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "12:00"}))
	ann := s.Resource(t)
	cut := s.Service(t, []string{ann})
	a := s.Book(t, apptest.Map{"service_id": cut, "start": "2026-06-01T10:00", "customer_id": s.Customer(t, "Cleo")})
	free := func() string { return apptest.Starts(t, s.Free(t, cut, "2026-06-01", "2026-06-01"), "15:04") }
	body := apptest.Map{"resource_id": ann, "start": "2026-06-01T09:00:00+02:00", "end": "2026-06-01T11:00:00+02:00"}
	off := apptest.Into[apptest.Object](t, s.Owner.POST("/blocks", body), http.StatusCreated).ID
	if got := free(); got != "11:00 11:30" {
		t.Errorf("with the block %q is free", got)
	}
	s.Owner.GET("/appointments/"+a.ID).Want(t, http.StatusOK)
	s.Owner.DELETE("/blocks/"+off).Want(t, http.StatusNoContent)
	if got := free(); got != "09:00 09:30 10:30 11:00 11:30" {
		t.Errorf("without it %q is free", got)
	}
}
