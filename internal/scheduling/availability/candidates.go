package availability

import (
	"slices"
	"strconv"
	"strings"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// resourceAt is what the caller's input calls the nth chosen resource.
func (ask Ask) resourceAt(n int) string {
	return strings.Replace(ask.ResourceAt, "%d", strconv.Itoa(n), 1)
}

// choose narrows the candidates to the place and the resources that were asked for.
func choose(rows []row, needs []requirement, ask Ask) ([]row, error) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.ResourceID == nil || ask.Not != nil && *r.ResourceID == *ask.Not })
	if err := known(rows, needs, ask); err != nil {
		return nil, err
	}
	if len(ask.Resources) > 0 {
		where := rows[slices.IndexFunc(rows, func(r row) bool { return *r.ResourceID == ask.Resources[0] })].LocationID
		rows = at(rows, where)
	}
	if ask.Among != nil {
		rows = among(rows, ask.Among)
	}
	if ask.LocationID != nil {
		if rows = at(rows, *ask.LocationID); !slices.ContainsFunc(rows, takes) {
			return nil, fault.Unknown(ask.At + ".location_id")
		}
	}
	places := complete(rows, len(needs))
	if len(places) > 1 {
		return nil, fault.At(ask.At+".location_id", "This service is offered at several locations. Choose one.")
	}
	if len(places) == 1 {
		return at(rows, places[0]), nil
	}
	if i := slices.IndexFunc(rows, takes); i >= 0 {
		return at(rows, rows[i].LocationID), nil
	}
	return nil, nil
}

// takes tells whether some requirement may take the resource; others only come along.
func takes(r row) bool { return len(r.Needs) > 0 }

// known refuses a choice that the service can't have, and for customers one that is not theirs to make.
func known(rows []row, needs []requirement, ask Ask) error {
	for i, c := range ask.Resources {
		may := slices.ContainsFunc(rows, func(r row) bool {
			return *r.ResourceID == c && slices.ContainsFunc(r.Needs, func(n int) bool { return needs[n].Selectable || !ask.PublicOnly })
		})
		if !may {
			return fault.Unknown(ask.resourceAt(i))
		}
	}
	return nil
}

func at(rows []row, where id.ID[location.Location]) []row {
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.LocationID != where })
}

// among lets the first requirement that may take one of ids take no others.
func among(rows []row, ids []id.ID[resource.Resource]) []row {
	need := 0
	if i := slices.IndexFunc(rows, func(r row) bool { return takes(r) && slices.Contains(ids, *r.ResourceID) }); i >= 0 {
		need = rows[i].Needs[0]
	}
	rows = slices.Clone(rows)
	for i := range rows {
		if r := &rows[i]; !slices.Contains(ids, *r.ResourceID) {
			r.Needs = slices.DeleteFunc(slices.Clone(r.Needs), func(n int) bool { return n == need })
		}
	}
	return rows
}

// complete lists the locations that have something for each requirement.
func complete(rows []row, needs int) (places []id.ID[location.Location]) {
	have := map[id.ID[location.Location]]map[int]bool{}
	for _, r := range rows {
		if have[r.LocationID] == nil {
			have[r.LocationID] = map[int]bool{}
		}
		for _, n := range r.Needs {
			have[r.LocationID][n] = true
		}
		if len(have[r.LocationID]) == needs && !slices.Contains(places, r.LocationID) {
			places = append(places, r.LocationID)
		}
	}
	return places
}
