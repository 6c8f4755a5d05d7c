package calendar_test

import (
	"slices"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

// lastDay is the last that can be booked: so many days after today, or the last of so many with hours.
func (o *oracle) lastDay() int {
	today := dayNumber(o.q.Now.In(o.q.Zone).Date())
	if o.q.BookableDays == 0 {
		return today + o.q.MaxAdvanceDays
	}
	some := map[int]bool{}
	for i, d := range o.days {
		for _, r := range o.needs[0].Resources {
			if d >= today && o.hours[r][i] && o.active[r][i] {
				some[d] = true
			}
		}
		if len(some) == o.q.BookableDays {
			return d
		}
	}
	return never
}

// eve is when the clock first shows the time until when a start on a day can be asked for, or a later one.
func (o *oracle) eve(day int) time.Time {
	if _, ok := o.eves[day]; !ok {
		for i, d := range o.days {
			if (d-day+1)*1440+o.clock[i] >= int(*o.q.DayBefore) {
				o.eves[day] = o.at(i)
				break
			}
		}
	}
	return o.eves[day]
}

// filters are all refusals of a start that no resource has to do with.
func (o *oracle) filters(i, length int) (out []calendar.Refusal) {
	late := o.q.DayBefore != nil && o.q.Now.After(o.eve(o.days[i]))
	if o.at(i).Before(o.q.Now) {
		out = append(out, calendar.Past)
	} else if late || o.at(i).Before(o.q.Now.Add(o.q.MinNotice)) {
		out = append(out, calendar.Notice)
	}
	if o.days[i] > o.latest {
		out = append(out, calendar.TooFar)
	}
	if o.days[i] < o.from || o.days[i] > o.until {
		out = append(out, calendar.OutOfRange)
	}
	if o.full(o.q.Limits, o.q.Booked, i, length) {
		out = append(out, calendar.Full)
	}
	return out
}

// full tells whether as many start on the day, in the week or the month of i as may, or are so long that one more is too much.
func (o *oracle) full(l calendar.Limits, booked []calendar.Span, i, length int) bool {
	at, monday := o.at(i), o.days[i]-weekday(o.days[i])+1
	day, week, month := 0, 0, 0
	dayMinutes, weekMinutes, monthMinutes := length, length, length
	for _, b := range booked {
		start, minutes := b.Start.In(o.q.Zone), int(b.End.Sub(b.Start)/time.Minute)
		on := dayNumber(start.Date())
		if on == o.days[i] {
			day++
			dayMinutes += minutes
		}
		if monday <= on && on < monday+7 {
			week++
			weekMinutes += minutes
		}
		if at.Month() == start.Month() && at.Year() == start.Year() {
			month++
			monthMinutes += minutes
		}
	}
	return l.Day > 0 && day >= l.Day || l.Week > 0 && week >= l.Week || l.Month > 0 && month >= l.Month ||
		l.DayMinutes > 0 && dayMinutes > l.DayMinutes || l.WeekMinutes > 0 && weekMinutes > l.WeekMinutes || l.MonthMinutes > 0 && monthMinutes > l.MonthMinutes
}

// reasons are all that stand in the way of [i, i+length).
func (o *oracle) reasons(i, length int, grid bool) (out []calendar.Reason) {
	for _, r := range o.filters(i, length) {
		out = append(out, calendar.Reason{Rule: r, Need: -1, Resource: -1})
	}
	needs := o.needs
	partly := !slices.ContainsFunc(needs, func(n calendar.Need) bool { return len(n.Parts) == 0 })
	if partly && o.closed(i, length) {
		out = append(out, calendar.Reason{Rule: calendar.Closed, Need: -1, Resource: -1})
	}
	free, unmet := o.able(i, length, grid), true
	var each [][]calendar.Reason
	for k, n := range needs {
		short := len(free[k]) < max(1, n.Quantity) || slices.ContainsFunc(n.Pinned, func(p int) bool { return !slices.Contains(free[k], p) })
		each = append(each, o.ofNeed(k, n, i, length, grid && k == 0))
		if short {
			unmet, out = false, append(out, each[k]...)
		}
	}
	if unmet && len(o.allTeams(free)) == 0 {
		out = append(out, calendar.Reason{Rule: calendar.Unmet, Need: -1, Resource: -1})
		out = append(out, slices.Concat(each...)...)
	}
	return out
}

// ofNeed are the reasons why its candidates can't take a need.
func (o *oracle) ofNeed(k int, n calendar.Need, i, length int, grid bool) (out []calendar.Reason) {
	if len(n.Resources) < max(1, n.Quantity) {
		out = append(out, calendar.Reason{Rule: calendar.Closed, Need: k, Resource: -1})
	}
	for _, p := range n.Pinned {
		if !slices.Contains(n.Resources, p) {
			out = append(out, calendar.Reason{Rule: calendar.Closed, Need: k, Resource: p})
		}
	}
	for _, r := range n.Resources {
		if len(n.Pinned) >= max(1, n.Quantity) && !slices.Contains(n.Pinned, r) {
			continue
		}
		for _, reason := range o.broken(n, r, i, length, grid) {
			reason.Need = k
			if reason.Rule == calendar.Taken {
				reason.Refs = o.refs(n, r, i, length)
			}
			out = append(out, reason)
		}
	}
	return out
}
