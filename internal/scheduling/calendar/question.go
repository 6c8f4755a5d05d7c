package calendar

import "time"

// Question asks when a service can be booked. The same question serves the list
// of slots and the check of one booking. It is never changed by being asked, and
// may be asked from several goroutines. Indexes of resources that are out of
// range are left out.
type Question struct {
	// Zone is the location's zone; it decides what dates and clock times mean. nil is UTC.
	Zone *time.Location
	// Open is the location's weekly hours; nil or empty is never open.
	Open Hours
	// Overrides replace Open on their dates.
	Overrides Overrides
	// Resources are all that some need may take, and those linked to them.
	Resources []Resource
	// Needs are what must be there together, all distinct; without any, one of
	// all Resources is needed for the whole appointment.
	Needs []Need
	// AnyHours lets resources with hours of their own, or with an override on a
	// date, work outside of Open: there Work alone counts, cut with the service's.
	AnyHours bool
	// Seed gives the orders of the strategy [Random], one for each start.
	Seed uint64

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
	// Booked are the service's appointments, of those that start in Periods, without the one that is being moved.
	Booked []Span

	// From and Until are the first and the last local date on which it can start; zero is no limit.
	From, Until Date
	// MinNotice is the elapsed time from Now to the earliest start, inclusive.
	MinNotice time.Duration
	// DayBefore, where not nil, is the time of the date before that of the start
	// until when it can be asked for, inclusive; of a time that comes twice the
	// first counts, of one that doesn't come the next that does.
	DayBefore *Clock
	// BookableDays, where more than 0, replaces MaxAdvanceDays: the first so many
	// local dates from today on, on which some candidate of the first need has
	// any hours, can be booked. Blocks and what is booked take no date away, being
	// inactive does. Dates more than ten years ahead can't be booked.
	BookableDays int
	// MaxAdvanceDays is how many local dates after today can still be booked; 0 is today only.
	MaxAdvanceDays int
	// Now is the present instant.
	Now time.Time
}

// Resource is a person, a room, a piece of equipment.
type Resource struct {
	// Hours are its own weekly hours, cut with the location's; nil follows the location's.
	Hours Hours
	// Overrides replace Hours, or the location's, on their dates; they too are cut with the location's.
	Overrides Overrides
	// Blocks are hard: its time off, closures of its location. In any order, overlapping or not.
	Blocks []Span
	// Busy is what occupies it, without the appointment that is being moved. In any order.
	Busy []Busy
	// BufferBefore and BufferAfter are kept free around its parts of an appointment, where the question's are shorter.
	BufferBefore, BufferAfter time.Duration
	// Capacity is how many units it has; less than 1 counts as 1.
	Capacity int
	// Links are indexes of all resources that are blocked whole whenever this one
	// is taken: the halves of a hall, and the halves of those. No links of theirs
	// are followed, so whoever asks names them here as well.
	Links []int
	// Limits bound its appointments by what is Booked, as for the service.
	Limits Limits
	Booked []Span
	// ActiveFrom and ActiveUntil bound the local dates on which it can be had,
	// the first included and the second not; zero is no bound.
	ActiveFrom, ActiveUntil Date
	// Rank is for [Priority]: the lowest is first.
	Rank int
	// Weight is for [Weighted]; less than 1 counts as 1.
	Weight int
	// LastAssigned is for [RoundRobin]: when it was last chosen automatically; zero is never.
	LastAssigned time.Time
	// Order breaks ties between equally good resources: the lowest is first.
	Order int
}

// Busy is the footprint, buffers included, of an appointment that occupies a resource.
type Busy struct {
	Span

	// Units is how much of the capacity it takes; less than 1 counts as 1.
	Units int
	// Ref is the caller's own number, handed back by [Question.Explain].
	Ref int
}

// Slot is a span that can be booked, in the question's zone.
type Slot struct {
	Start, End time.Time
	// Resources are indexes into Question.Resources: those that can take the
	// first need such that all needs can be met with it, best first by the need's
	// strategy, then by the lowest Order, then by the lowest index.
	Resources []int
	// Remaining is how many such appointments still fit at this start, by the
	// first need alone and at least 1: how many times its units fit into what is
	// left of each of Resources, added up and divided by its quantity.
	Remaining int
}

// Choice is a slot with who is to take it.
type Choice struct {
	Slot

	// Taken are the resources chosen for each need, best first.
	Taken [][]int
}

// Refusal is why a span can't be booked. It is the most telling reason: that of
// the resource that came closest, for the first need that can't be met by itself.
type Refusal string

// The reasons, in the order in which they are looked for.
const (
	// Offered is no refusal.
	Offered Refusal = ""
	// Past: the start lies before now.
	Past Refusal = "past"
	// Notice: the start is nearer than the minimum notice, or too late on the day before.
	Notice Refusal = "notice"
	// TooFar: the start's local date is beyond the booking window.
	TooFar Refusal = "window"
	// OutOfRange: the start's local date is not one of those on which the service can be booked.
	OutOfRange Refusal = "dates"
	// Full: as many appointments of the service or the resource as there may be start on that day, in that week or month.
	Full Refusal = "limit"
	// Closed: outside hours, across a break, an end not after the start, longer
	// than [Longest], or not enough resources at all.
	Closed Refusal = "closed"
	// Blocked: time off or a closure is in the way.
	Blocked Refusal = "blocked"
	// Taken: another appointment, or its buffers, is in the way.
	Taken Refusal = "taken"
	// OffGrid: free, but not one of the starts that are offered.
	OffGrid Refusal = "off_grid"
	// Unmet: each need could be met, but not all of them together.
	Unmet Refusal = "requirement"
	// Inactive: outside the dates on which the resource can be had. Only
	// [Question.Explain] tells it from Closed.
	Inactive Refusal = "inactive"
)

// Longest is the longest footprint the engine considers, buffers included.
const Longest = 366 * 24 * time.Hour
