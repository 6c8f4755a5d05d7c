package calendar

import "time"

// Question asks when a service can be booked that needs one resource. The same
// question serves the list of slots and the check of one booking. It is never
// changed by being asked, and may be asked from several goroutines.
type Question struct {
	// Zone is the location's zone; it decides what dates and clock times mean. nil is UTC.
	Zone *time.Location
	// Open is the location's weekly hours; nil or empty is never open.
	Open Hours
	// Overrides replace Open on their dates.
	Overrides Overrides
	// Resources are the candidates: all that can perform the service for "any", one for a chosen one.
	Resources []Resource

	// Hours are the service's own weekly hours, cut with all others; nil is always.
	Hours Hours
	// Duration is the elapsed time of the service. Without one there are no slots.
	// To ask about an appointment of another length, the end of which staff
	// chose, set Duration to that length first: Slots, Nearest and Reach follow.
	Duration time.Duration
	// BufferBefore and BufferAfter are kept free around an appointment; negative ones count as none.
	BufferBefore, BufferAfter time.Duration
	// BuffersInsideHours wants the buffers inside opening hours too; else they may stick out.
	BuffersInsideHours bool
	// Interval is the step of the grid of starts, at least a minute; with less
	// there is no grid, so no slots.
	Interval time.Duration

	// Clock puts the grid on multiples of Interval since local midnight, within
	// the windows; else it begins with each window.
	Clock bool
	// FillGaps adds the starts right after and right before what is Busy.
	FillGaps bool

	// Limits bound the appointments of the service by what is Booked.
	Limits Limits
	// Booked are the starts of the service's appointments, of those in Periods, without the one that is being moved.
	Booked []time.Time

	// From and Until are the first and the last local date on which it can start; zero is no limit.
	From, Until Date
	// MinNotice is the elapsed time from Now to the earliest start, inclusive.
	MinNotice time.Duration
	// MaxAdvanceDays is how many local dates after today can still be booked; 0 is today only.
	MaxAdvanceDays int
	// Now is the present instant.
	Now time.Time
}

// Resource is one candidate: a person, a room, a piece of equipment.
type Resource struct {
	// Hours are its own weekly hours, cut with the location's; nil follows the location's.
	Hours Hours
	// Overrides replace Hours, or the location's, on their dates; they too are cut with the location's.
	Overrides Overrides
	// Blocks are hard: its time off, closures of its location. In any order, overlapping or not.
	Blocks []Span
	// Busy are the footprints, buffers included, of the appointments that occupy
	// it, without the one that is being moved. In any order.
	Busy []Span
	// Limits bound its appointments by what is Booked: their starts, as for the service.
	Limits Limits
	Booked []time.Time
	// ActiveFrom and ActiveUntil bound the local dates on which it can be had,
	// the first included and the second not; zero is no bound.
	ActiveFrom, ActiveUntil Date
	// Order breaks ties between equally booked resources: the lowest is first.
	Order int
}

// Slot is a span that can be booked, in the question's zone.
type Slot struct {
	Start, End time.Time
	// Resources are indexes into Question.Resources: those that are free, any
	// one of which will do, best first. Best is the least booked on the local
	// day of the start, then the lowest Order, then the lowest index.
	Resources []int
}

// Refusal is why a span can't be booked. It is the most telling reason: that of
// the resource that came closest.
type Refusal string

// The reasons, in the order in which they are looked for.
const (
	// Offered is no refusal.
	Offered Refusal = ""
	// Past: the start lies before now.
	Past Refusal = "past"
	// Notice: the start is nearer than the minimum notice.
	Notice Refusal = "notice"
	// TooFar: the start's local date is beyond the booking window.
	TooFar Refusal = "window"
	// OutOfRange: the start's local date is not one of those on which the service can be booked.
	OutOfRange Refusal = "dates"
	// Full: as many appointments of the service or the resource as there may be start on that day, in that week or month.
	Full Refusal = "limit"
	// Closed: outside hours, across a break, an end not after the start, longer
	// than [Longest], or no resource at all.
	Closed Refusal = "closed"
	// Blocked: time off or a closure is in the way.
	Blocked Refusal = "blocked"
	// Taken: another appointment, or its buffers, is in the way.
	Taken Refusal = "taken"
	// OffGrid: free, but not one of the starts that are offered.
	OffGrid Refusal = "off_grid"
)

// Longest is the longest footprint the engine considers, buffers included.
const Longest = 366 * 24 * time.Hour

// Slots lists what can be booked with a start whose local date is in from..to,
// both included, ascending. Each resource has its own grid: from the start of
// each of its windows (the location's, if it has none) in steps of Interval, or
// by the clock; blocks and busy time never shift it. The caller bounds the range.
func (q Question) Slots(from, to Date) []Slot {
	limits := q.limits()
	from, to = q.clip(from, to)
	length := lengthUp(q.Duration)
	if from.After(to) || length == 0 {
		return nil
	}
	b := newBoard(&q, from, to, length)
	if b == nil {
		return nil
	}
	b.lay(from, to, length, limits.earliest)
	return b.slots(length)
}

// At is the check of the write path: whether exactly [start, end) can be booked
// now, and by which resources. With grid, as for customers, only starts that
// Slots would list count; without it, as for staff, any start may do. A Slot
// comes only with [Offered].
func (q Question) At(start, end time.Time, grid bool) (Slot, Refusal) {
	limits := q.limits()
	at := DateOf(start, q.Zone)
	switch {
	case start.Before(q.Now):
		return Slot{}, Past
	case start.Before(q.Now.Add(q.MinNotice)):
		return Slot{}, Notice
	case at.After(limits.latest):
		return Slot{}, TooFar
	case at.Before(q.From), !q.Until.IsZero() && at.After(q.Until):
		return Slot{}, OutOfRange
	case q.Limits.Reached(q.Booked, start, q.Zone):
		return Slot{}, Full
	case !start.Before(end):
		return Slot{}, Closed
	}
	from, to := start.UnixMicro(), microsUp(end)
	b := newBoard(&q, at, at, to-from)
	if b == nil {
		return Slot{}, Closed
	}
	if start.Nanosecond()%1000 != 0 {
		b.step = 0 // no grid has such starts
	}
	free, refusal := b.ask(span{from, to}, grid)
	if refusal != Offered {
		return Slot{}, refusal
	}
	zone := orUTC(q.Zone)
	return Slot{start.In(zone), end.In(zone), free}, Offered
}

// Reach gives the instants whose Blocks and Busy must be loaded to answer
// Slots(from, to), Nearest(…, from, to, …) and At for a start on these dates:
// the whole dates, for the minutes already booked on them, and the footprint of
// what starts in their last minute.
func (q Question) Reach(from, to Date) Span {
	zone := orUTC(q.Zone)
	start, end := from.In(zone).Start, to.In(zone).End
	if end.Before(start) {
		end = start
	}
	if q.FillGaps { // what ends just when the footprint begins makes a start
		start = start.Add(-time.Microsecond)
	}
	return Span{
		start.Add(-max(0, q.BufferBefore)),
		end.Add(max(0, q.Duration) + max(0, q.BufferAfter)),
	}
}

// limits are the filters that depend on the start alone.
type limits struct {
	earliest      int64 // the first instant that keeps the notice
	today, latest Date  // the local dates of now and of the end of the booking window
}

func (q Question) limits() limits {
	today := DateOf(q.Now, q.Zone)
	// A thousand years is as good as for ever, and can't overflow.
	advance := min(max(q.MaxAdvanceDays, -1), 366_000)
	return limits{microsUp(q.Now.Add(max(0, q.MinNotice))), today, today.AddDays(advance)}
}

// clip leaves the dates out on which nothing can start. The date before today
// stays in, for zones whose clocks were put back over midnight.
func (q Question) clip(from, to Date) (Date, Date) {
	l := q.limits()
	from, to = later(from, later(q.From, l.today.AddDays(-1))), earlier(to, l.latest)
	if !q.Until.IsZero() {
		to = earlier(to, q.Until)
	}
	return from, to
}
