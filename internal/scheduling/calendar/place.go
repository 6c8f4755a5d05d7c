package calendar

import (
	"slices"
	"time"
)

// place is the line of instants with the hours that the resources of a question share.
type place struct {
	zone     *time.Location
	from, to Date
	line     line
	plan     *schedule
	pieces   []span // of those that follow the location: its windows by themselves, cut with the service's
	open     spans  // Open ∩ Serv
	serv     spans
	always   bool // there is no Serv
	any      bool // own hours are not cut with Open
}

// newPlace prepares for windows of the dates from..to.
func newPlace(q *Question, from, to Date) *place {
	p := &place{zone: orUTC(q.Zone), from: from, to: to, always: q.Hours == nil, any: q.AnyHours}
	p.line = lineOf(p.zone, from.AddDays(-7), to.AddDays(7)) // weeks are measured too
	p.plan = newSchedule(q.Open, q.Overrides, nil, from, to)
	p.pieces = p.line.windows(p.plan, from, to)
	p.open = union(slices.Clone(p.pieces))
	if !p.always {
		p.serv = union(p.line.windows(newSchedule(q.Hours, nil, nil, from, to), from, to))
		p.pieces, p.open = p.serv.cutAll(p.pieces), p.serv.cutAll(p.open)
	}
	return p
}

// piecesOf gives the windows of a resource by themselves, cut with all that they
// must lie in, and whether they are its own.
func (p *place) piecesOf(r *Resource) (pieces []span, own bool) {
	plan := r.schedule(p.plan, p.from, p.to)
	switch {
	case plan == p.plan:
		return p.pieces, false
	case !p.any:
		return p.open.cutAll(p.line.windows(plan, p.from, p.to)), true
	case p.always:
		return p.line.windows(plan, p.from, p.to), true
	}
	return p.serv.cutAll(p.line.windows(plan, p.from, p.to)), true
}

// schedule gives the resource's own, or the place's where it follows that on all of the dates.
func (r *Resource) schedule(place *schedule, from, to Date) *schedule {
	if r.Hours != nil {
		return newSchedule(r.Hours, r.Overrides, nil, from, to)
	}
	if len(r.Overrides) > 0 {
		if own := newSchedule(nil, r.Overrides, place, from, to); own.dates != nil {
			return own
		}
	}
	return place
}

// diary is one resource on the line of instants.
type diary struct {
	of     *Resource
	hours  spans  // Open ∩ Work ∩ Serv while it is active
	pieces []span // the origin of a grid each
	own    bool   // has pieces of its own
	tally  tally
	blocks spans
	booked spans // when anything of it is
	levels []level

	day, week int64 // booked on the date, and in the week, that was ranked last
}

// open takes the hours of a candidate.
func (d *diary) open(p *place) {
	d.pieces, d.own = p.piecesOf(d.of)
	d.hours = d.working(p)
	if d.of.bounded() {
		d.hours = p.active(d.of).cutAll(d.hours)
	}
}

// working is its hours, whether it is active or not.
func (d *diary) working(p *place) spans {
	if d.own {
		return union(slices.Clone(d.pieces))
	}
	return p.open
}

func (r *Resource) bounded() bool { return !r.ActiveFrom.IsZero() || !r.ActiveUntil.IsZero() }

// active gives the instants of the line at which a resource can be had.
func (p *place) active(r *Resource) spans {
	lo, hi := -forever, forever
	if !r.ActiveFrom.IsZero() {
		lo = r.ActiveFrom.micros()
	}
	if !r.ActiveUntil.IsZero() {
		hi = r.ActiveUntil.micros()
	}
	return p.line.project(nil, lo, hi)
}
