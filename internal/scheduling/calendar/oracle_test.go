package calendar_test

import (
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// oracle answers a question minute by minute, by looking at the wall clock of
// each one. It shares no code and no idea with the engine, only the rules as the
// specification words them. All times given to it are whole minutes.
type oracle struct {
	q      calendar.Question
	needs  []calendar.Need
	base   time.Time
	days   []int // of each minute, its local date, as days since 1970
	clock  []int // of each minute, its local clock time
	open   []bool
	hours  [][]bool // of each resource, whether it is active or not
	active [][]bool
	block  [][]bool
	usage  [][]int
	grid   [][]bool
	booked []map[int]int // of each resource and day, the minutes in which something is booked
	latest int           // the last day that can be booked
	from   int           // the days on which the service can be
	until  int
	eves   map[int]time.Time
	teams  map[string][][][]int
}

// dayNumber counts the days of a date with package time alone.
func dayNumber(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func dayOfDate(d calendar.Date) int {
	return dayNumber(must(time.Parse(time.DateOnly, d.String())).Date())
}

// never is a day that doesn't come.
const never = 1 << 40

// dayOr is the day of a date, or another one where there is none.
func dayOr(d calendar.Date, none int) int {
	if d.IsZero() {
		return none
	}
	return dayOfDate(d)
}

// newOracle looks at every minute from three days before from to four days after to.
func newOracle(q calendar.Question, from, to calendar.Date) *oracle {
	first, last := dayOfDate(from)-3, dayOfDate(to)+4
	o := &oracle{q: q, needs: needsOf(q), base: time.Unix(int64(first)*86400, 0), eves: map[int]time.Time{}, teams: map[string][][][]int{}}
	n := (last - first) * 1440
	o.days, o.clock = make([]int, n), make([]int, n)
	for i := range n {
		t := o.at(i)
		y, m, d := t.Date()
		o.days[i], o.clock[i] = dayNumber(y, m, d), t.Hour()*60+t.Minute()
	}
	place, serv := rulesOf(q.Open, q.Overrides, nil), make([]bool, n)
	for i := range serv {
		serv[i] = true
	}
	if q.Hours != nil {
		serv = o.within(rulesOf(q.Hours, nil, nil), nil)
	}
	o.open = both(o.within(place, nil), serv)
	for _, r := range q.Resources {
		rules, own := rulesOf(r.Hours, r.Overrides, place), o.own(r)
		hours := both(o.within(rules, func(i, day int) bool { return own(day) || o.open[i] }), serv)
		active, from, until := make([]bool, n), dayOr(r.ActiveFrom, 0), dayOr(r.ActiveUntil, never)
		for i, d := range o.days {
			active[i] = d >= from && d < until
		}
		o.hours, o.active = append(o.hours, hours), append(o.active, active)
		o.block = append(o.block, o.marks(r.Blocks))
		o.usage, o.booked = append(o.usage, o.used(r.Busy)), append(o.booked, o.bookedOf(r.Busy))
		o.grid = append(o.grid, o.gridOf(rules, func(i, day int) bool { return serv[i] && (own(day) || o.open[i]) }, first, last))
	}
	o.latest, o.from, o.until = o.lastDay(), dayOr(q.From, 0), dayOr(q.Until, never)
	return o
}

// own tells on which days the resource's windows need not lie in the opening hours.
func (o *oracle) own(r calendar.Resource) func(day int) bool {
	special := map[int]bool{}
	for _, v := range r.Overrides {
		special[dayOfDate(v.Date)] = true
	}
	return func(day int) bool { return o.q.AnyHours && (r.Hours != nil || special[day]) }
}

func (o *oracle) at(i int) time.Time {
	return o.base.Add(time.Duration(i) * time.Minute).In(o.q.Zone)
}

func (o *oracle) index(t time.Time) int { return int(t.Sub(o.base) / time.Minute) }

// weekday of a day number, 1 for Monday; 1970-01-01 was a Thursday.
func weekday(day int) int { return ((day+3)%7+7)%7 + 1 }

// rules gives the windows of a day number, merged, as minutes since midnight.
type rules func(day int) [][2]int

// rulesOf gives the override of a day, else the weekly windows, else, without any, those of the place.
func rulesOf(h calendar.Hours, overrides calendar.Overrides, place rules) rules {
	special := map[int][][2]int{}
	for _, o := range overrides {
		special[dayOfDate(o.Date)] = clockRuns(o.Windows)
	}
	var week [8][][2]int
	for d := 1; d <= 7; d++ {
		var windows []calendar.ClockSpan
		for _, w := range h {
			if w.Weekday == d {
				windows = append(windows, calendar.ClockSpan{From: w.From, To: w.To})
			}
		}
		week[d] = clockRuns(windows)
	}
	return func(day int) [][2]int {
		if windows, ok := special[day]; ok {
			return windows
		}
		if h == nil && place != nil {
			return place(day)
		}
		return week[weekday(day)]
	}
}

// clockRuns merges windows, as minutes since midnight.
func clockRuns(windows []calendar.ClockSpan) [][2]int {
	var open [2881]bool
	for _, w := range windows {
		for c := w.From; c < w.To; c++ {
			open[c] = true
		}
	}
	return runs(open[:])
}

// runs gives the stretches of true.
func runs(marks []bool) [][2]int {
	var out [][2]int
	for i, m := range marks {
		if m && (i == 0 || !marks[i-1]) {
			out = append(out, [2]int{i, i})
		}
		if m {
			out[len(out)-1][1] = i + 1
		}
	}
	return out
}

// member tells whether minute i lies in the clock window run of date day.
func (o *oracle) member(i, day int, run [2]int) bool {
	c := o.clock[i] + (o.days[i]-day)*1440
	return run[0] <= c && c < run[1]
}

// within marks the minutes in some window of the rules, where also tells so of the minute and the window's day.
func (o *oracle) within(r rules, also func(i, day int) bool) []bool {
	out := make([]bool, len(o.days))
	for i := range out {
		for _, day := range []int{o.days[i] - 1, o.days[i]} {
			for _, run := range r(day) {
				out[i] = out[i] || o.member(i, day, run) && (also == nil || also(i, day))
			}
		}
	}
	return out
}

// gridOf marks the starts: each rule window of each date by itself, cut with
// all else; each of its stretches steps from its own start.
func (o *oracle) gridOf(r rules, also func(i, day int) bool, first, last int) []bool {
	out := make([]bool, len(o.days))
	step := int(o.q.Interval / time.Minute)
	for day := first; day < last; day++ {
		for _, run := range r(day) {
			piece := make([]bool, len(o.days))
			for i := range piece {
				piece[i] = o.member(i, day, run) && also(i, day)
			}
			for _, p := range runs(piece) {
				for i := p[0]; i < p[1]; i++ {
					out[i] = out[i] || !o.q.Clock && (i-p[0])%step == 0 || o.q.Clock && o.clock[i]%step == 0
				}
			}
		}
	}
	return out
}

// marks marks the minutes of spans.
func (o *oracle) marks(in []calendar.Span) []bool {
	out := make([]bool, len(o.days))
	for _, s := range in {
		for i := max(0, o.index(s.Start)); i < min(len(out), o.index(s.End)); i++ {
			out[i] = true
		}
	}
	return out
}

// used adds up the units of each minute.
func (o *oracle) used(in []calendar.Busy) []int {
	out := make([]int, len(o.days))
	for _, b := range in {
		for i := max(0, o.index(b.Start)); i < min(len(out), o.index(b.End)); i++ {
			out[i] += max(1, b.Units)
		}
	}
	return out
}

// bookedOf counts the minutes of each day in which something is booked, of all there is.
func (o *oracle) bookedOf(in []calendar.Busy) map[int]int {
	minutes, out := map[int64]bool{}, map[int]int{}
	for _, b := range in {
		for t := b.Start; t.Before(b.End); t = t.Add(time.Minute) {
			if !minutes[t.Unix()] {
				minutes[t.Unix()] = true
				out[dayNumber(t.In(o.q.Zone).Date())]++
			}
		}
	}
	return out
}

func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && b[i]
	}
	return out
}
