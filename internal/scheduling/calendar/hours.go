package calendar

import "slices"

// Window is one weekly opening window, on the wall clock of a zone. It belongs
// to the date on which it starts, even where it runs over midnight.
type Window struct {
	Weekday int   `json:"weekday" minimum:"1" maximum:"7" doc:"Day of the week on which the window starts: 1 is Monday, 7 is Sunday."`
	From    Clock `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"a time of day from 00:00 to 23:59" doc:"Start on the local wall clock, 00:00 to 23:59."`
	To      Clock `json:"to" pattern:"^(([0-3][0-9]|4[0-7]):[0-5][0-9]|48:00)$" patternDescription:"a time of day up to 48:00" doc:"End on the local wall clock, after from, up to 48:00; 26:00 is 02:00 of the next day."`
}

// Hours are weekly windows, any number a day and in any order; those that
// overlap or touch count as one. nil follows the location, or is always for a
// service; for a location it is never open. Empty but not nil is never open.
type Hours []Window

// Problem is what is wrong with one entry, and how to put it right.
type Problem struct {
	Index   int    // in the Hours or Overrides
	Field   string // "weekday", "from", "windows[1].to"
	Message string // with the remedy
}

// Problems lists everything that is wrong with h; none means h is valid. The
// engine leaves invalid windows out.
func (h Hours) Problems() []Problem {
	var out []Problem
	for i, w := range h {
		if w.Weekday < 1 || w.Weekday > 7 {
			out = append(out, Problem{i, "weekday", "must be 1 (Monday) to 7 (Sunday)"})
		}
		for _, p := range (ClockSpan{w.From, w.To}).problems() {
			out = append(out, Problem{i, p.Field, p.Message})
		}
	}
	return out
}

func (w Window) valid() bool {
	return w.Weekday >= 1 && w.Weekday <= 7 && len(ClockSpan{w.From, w.To}.problems()) == 0
}

// rule is a window on the clock, in microseconds since the midnight of its date.
type rule = span

// weekly holds the rules of each weekday, Monday first, merged: windows of one
// date that touch or overlap are one.
type weekly [7]spans

func (h Hours) weekly() weekly {
	// All seven share one array, filled weekday by weekday.
	var out weekly
	all := make([]rule, 0, len(h))
	for i := range out {
		first := len(all)
		for _, w := range h {
			if w.Weekday == i+1 && w.valid() {
				all = append(all, rule{w.From.micros(), w.To.micros()})
			}
		}
		out[i] = union(slices.Clip(all[first:]))
	}
	return out
}
