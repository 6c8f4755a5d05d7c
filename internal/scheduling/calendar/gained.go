package calendar

import (
	"slices"
	"time"
)

// Opening is when something can be had by its own rules.
type Opening struct {
	Zone      *time.Location
	Hours     Hours // nil is as what it follows, or else never
	Overrides Overrides
	Follows   *Opening // of a resource: its location
	// From is the first date on which it can be had, and Until the first on which it can't any more; zero for none.
	From, Until Date
}

// Gained is a stretch, within reach, that holds every instant at which is can be had and was could not; an empty one where there
// are none. Between its ends there may be others.
func Gained(was, is Opening, reach Span) Span {
	more := is.within(reach).without(was.within(reach))
	if len(more) == 0 {
		return Span{}
	}
	return span{more[0].from, more[len(more)-1].to}.in(time.UTC)
}

// within are the instants of reach at which it can be had.
func (o Opening) within(reach Span) spans {
	zone := orUTC(o.Zone)
	from, to := DateOf(reach.Start, zone).AddDays(-2), DateOf(reach.End, zone).AddDays(2) // windows spill over midnight; some zones left out a date
	p := place{zone: zone, line: lineOf(zone, from, to)}
	open := union(p.line.windows(o.schedule(from, to), from, to))
	active := p.active(&Resource{ActiveFrom: o.From, ActiveUntil: o.Until})
	return spans{spanOf(reach)}.cutAll(active.cutAll(open))
}

func (o Opening) schedule(from, to Date) *schedule {
	var base *schedule
	if o.Hours == nil && o.Follows != nil {
		base = o.Follows.schedule(from, to)
	}
	return newSchedule(o.Hours, o.Overrides, base, from, to)
}

// without is what of s is not in o.
func (s spans) without(o spans) (out spans) {
	for _, w := range s {
		for _, x := range o[o.search(w.from):] {
			if x.from >= w.to {
				break
			}
			if x.from > w.from {
				out = append(out, span{w.from, x.from})
			}
			w.from = x.to
		}
		if w.from < w.to {
			out = append(out, w)
		}
	}
	return slices.Clip(out)
}
