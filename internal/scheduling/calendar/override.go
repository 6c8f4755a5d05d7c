package calendar

import (
	"fmt"
	"slices"
)

// ClockSpan is a window on the wall clock of some date.
type ClockSpan struct {
	From Clock `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"a time of day from 00:00 to 23:59" doc:"Start on the local wall clock, 00:00 to 23:59."`
	To   Clock `json:"to" pattern:"^(([0-3][0-9]|4[0-7]):[0-5][0-9]|48:00)$" patternDescription:"a time of day up to 48:00" doc:"End on the local wall clock, after from, up to 48:00; 26:00 is 02:00 of the next day."`
}

// Override replaces the weekly windows of one local date: those that start on
// it, all of each of them. What spills over from the date before stays.
type Override struct {
	Date    Date        `json:"date" format:"date" doc:"The local date whose windows are replaced."`
	Windows []ClockSpan `json:"windows" maxItems:"24" doc:"All windows that start on the date; none is closed."`
}

// Overrides are those of one location or resource, one a date, in any order.
type Overrides []Override

// Problems lists everything that is wrong with o; none means o is valid. The
// engine leaves invalid windows out.
func (o Overrides) Problems() []Problem {
	var out []Problem
	seen := make(map[Date]bool, len(o))
	for i, v := range o {
		switch {
		case !v.Date.InYears():
			out = append(out, Problem{i, "date", "must be between 1970 and 2200"})
		case seen[v.Date]:
			out = append(out, Problem{i, "date", "must not be there twice; put all windows of " + v.Date.String() + " into one entry"})
		}
		seen[v.Date] = true
		for j, w := range v.Windows {
			for _, p := range w.problems() {
				out = append(out, Problem{i, fmt.Sprintf("windows[%d].%s", j, p.Field), p.Message})
			}
		}
	}
	return out
}

// InOrder gives o by date, with a list of windows everywhere.
func (o Overrides) InOrder() Overrides {
	sorted := append(make(Overrides, 0, len(o)), o...)
	slices.SortFunc(sorted, func(a, b Override) int { return a.Date.Compare(b.Date) })
	for i := range sorted {
		if sorted[i].Windows == nil {
			sorted[i].Windows = []ClockSpan{}
		}
	}
	return sorted
}

// problems are those of one window; the index means nothing.
func (w ClockSpan) problems() (out []Problem) {
	if w.From < 0 || w.From >= Midnight {
		out = append(out, Problem{0, "from", "must be from 00:00 to 23:59; a window that starts after midnight belongs to the next day"})
	}
	switch {
	case w.To > LastClock:
		out = append(out, Problem{0, "to", "must be 48:00 or earlier; add a window to the next day for what is later"})
	case w.To <= w.From:
		out = append(out, Problem{0, "to", "must be after from; for a window over midnight add 24 hours, such as 26:00 for 02:00"})
	}
	return out
}

// schedule gives the rules of each date: an override's, else the week's.
type schedule struct {
	dates map[Date]spans // overrides
	week  weekly
	base  *schedule // where not nil, stands in for the week
}

// newSchedule makes the schedule of the dates from..to.
func newSchedule(h Hours, o Overrides, base *schedule, from, to Date) *schedule {
	s := &schedule{base: base}
	if base == nil {
		s.week = h.weekly()
	}
	for _, v := range o {
		if v.Date.Before(from) || v.Date.After(to) {
			continue
		}
		if s.dates == nil {
			s.dates = map[Date]spans{}
		}
		rules := s.dates[v.Date]
		for _, w := range v.Windows {
			if len(w.problems()) == 0 {
				rules = append(rules, rule{w.From.micros(), w.To.micros()})
			}
		}
		s.dates[v.Date] = union(rules)
	}
	return s
}

// windows gives the rules that belong to date d.
func (s *schedule) windows(d Date) spans {
	if len(s.dates) > 0 {
		if rules, ok := s.dates[d]; ok {
			return rules
		}
	}
	if s.base != nil {
		return s.base.windows(d)
	}
	return s.week[d.Weekday()-1]
}
