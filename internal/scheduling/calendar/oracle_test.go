package calendar_test

import (
	"slices"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// oracle answers a question minute by minute, by looking at the wall clock of
// each one. It shares no code and no idea with the engine, only the rules as the
// specification words them. All times given to it are whole minutes.
type oracle struct {
	q     calendar.Question
	base  time.Time
	days  []int // of each minute, its local date, as days since 1970
	clock []int // of each minute, its local clock time
	hours [][]bool
	block [][]bool
	busy  [][]bool
	grid  [][]bool
}

// dayNumber counts the days of a date with package time alone.
func dayNumber(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func dayOfDate(d calendar.Date) int {
	return dayNumber(must(time.Parse(time.DateOnly, d.String())).Date())
}

// newOracle looks at every minute from three days before from to four days after to.
func newOracle(q calendar.Question, from, to calendar.Date) *oracle {
	first, last := dayOfDate(from)-3, dayOfDate(to)+4
	o := &oracle{q: q, base: time.Unix(int64(first)*86400, 0)}
	n := (last - first) * 1440
	o.days, o.clock = make([]int, n), make([]int, n)
	for i := range n {
		t := o.at(i)
		y, m, d := t.Date()
		o.days[i], o.clock[i] = dayNumber(y, m, d), t.Hour()*60+t.Minute()
	}
	place := rulesOf(q.Open, q.Overrides, nil)
	open := o.within(place)
	if q.Hours != nil {
		open = both(open, o.within(rulesOf(q.Hours, nil, nil)))
	}
	for _, r := range q.Resources {
		rules := rulesOf(r.Hours, r.Overrides, place)
		hours := both(open, o.within(rules))
		for i, d := range o.days {
			hours[i] = hours[i] && (r.ActiveFrom.IsZero() || d >= dayOfDate(r.ActiveFrom)) && (r.ActiveUntil.IsZero() || d < dayOfDate(r.ActiveUntil))
		}
		o.hours = append(o.hours, hours)
		o.block = append(o.block, o.marks(r.Blocks))
		o.busy = append(o.busy, o.marks(r.Busy))
		o.grid = append(o.grid, o.gridOf(rules, open, first, last))
	}
	return o
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

// within marks the minutes in some window of the rules.
func (o *oracle) within(r rules) []bool {
	out := make([]bool, len(o.days))
	for i := range out {
		for _, day := range []int{o.days[i] - 1, o.days[i]} {
			for _, run := range r(day) {
				out[i] = out[i] || o.member(i, day, run)
			}
		}
	}
	return out
}

// gridOf marks the starts: each rule window of each date by itself, cut with
// open; each of its stretches steps from its own start.
func (o *oracle) gridOf(r rules, open []bool, first, last int) []bool {
	out := make([]bool, len(o.days))
	step := int(o.q.Interval / time.Minute)
	for day := first; day < last; day++ {
		for _, run := range r(day) {
			piece := make([]bool, len(o.days))
			for i := range piece {
				piece[i] = open[i] && o.member(i, day, run)
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

func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && b[i]
	}
	return out
}

// free lists the resources that can take [i, i+length), best first.
func (o *oracle) free(i, length int, grid bool) []int {
	var out []int
	before, after := int(o.q.BufferBefore/time.Minute), int(o.q.BufferAfter/time.Minute)
	for r := range o.q.Resources {
		lo, hi := i, i+length
		if o.q.BuffersInsideHours {
			lo, hi = i-before, i+length+after
		}
		if slices.Contains(o.hours[r][lo:hi], false) ||
			o.full(o.q.Resources[r].Limits, o.q.Resources[r].Booked, i) ||
			slices.Contains(o.block[r][i-before:i+length+after], true) ||
			slices.Contains(o.busy[r][i-before:i+length+after], true) ||
			grid && !o.grid[r][i] && !o.beside(r, i-before, i+length+after) {
			continue
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(x, y int) int {
		if a, b := o.booked(x, o.days[i]), o.booked(y, o.days[i]); a != b {
			return a - b
		}
		return o.q.Resources[x].Order - o.q.Resources[y].Order
	})
	return out
}

// beside tells whether the footprint touches something busy, where that makes a start.
func (o *oracle) beside(r, lo, hi int) bool {
	return o.q.FillGaps && (o.busy[r][lo-1] || o.busy[r][hi])
}

// booked counts the busy minutes of a resource on a local date.
func (o *oracle) booked(r, day int) int {
	n := 0
	for i, d := range o.days {
		if d == day && o.busy[r][i] {
			n++
		}
	}
	return n
}

// allowed are the filters of the start alone.
func (o *oracle) allowed(i int) bool {
	y, m, d := o.q.Now.In(o.q.Zone).Date()
	return !o.at(i).Before(o.q.Now) &&
		!o.at(i).Before(o.q.Now.Add(o.q.MinNotice)) &&
		o.days[i] <= dayNumber(y, m, d)+o.q.MaxAdvanceDays &&
		!o.full(o.q.Limits, o.q.Booked, i) &&
		(o.q.From.IsZero() || o.days[i] >= dayOfDate(o.q.From)) &&
		(o.q.Until.IsZero() || o.days[i] <= dayOfDate(o.q.Until))
}

// full tells whether as many start on the day, in the week or the month of i as may.
func (o *oracle) full(l calendar.Limits, booked []time.Time, i int) bool {
	day, week, month := 0, 0, 0
	for _, b := range booked {
		at, b := o.at(i), b.In(o.q.Zone)
		y, w := at.ISOWeek()
		if by, bw := b.ISOWeek(); y == by && w == bw {
			week++
		}
		if at.Format("2006-01") == b.Format("2006-01") {
			month++
		}
		if at.Format(time.DateOnly) == b.Format(time.DateOnly) {
			day++
		}
	}
	return l.Day > 0 && day >= l.Day || l.Week > 0 && week >= l.Week || l.Month > 0 && month >= l.Month
}

// slots lists what the engine should list.
func (o *oracle) slots(from, to calendar.Date) []calendar.Slot {
	var out []calendar.Slot
	length := int(o.q.Duration / time.Minute)
	for i, d := range o.days {
		if d < dayOfDate(from) || d > dayOfDate(to) || !o.allowed(i) {
			continue
		}
		if free := o.free(i, length, true); len(free) > 0 {
			out = append(out, calendar.Slot{Start: o.at(i), End: o.at(i + length), Resources: free})
		}
	}
	return out
}
