package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"smoothschedule/internal/scheduling/calendar"
)

// TestWhatIsGainedBeginsAndEndsAsMinuteByMinute: the wall clock of each minute is looked up in the rules as they are worded.
func TestWhatIsGainedBeginsAndEndsAsMinuteByMinute(t *testing.T) {
	atLeast(t, 300, func(t *rapid.T) {
		anchor := rapid.SampledFrom(anchors).Draw(t, "anchor")
		from := date(anchor.date)
		was := anyOpening(t, zone(anchor.zone), from)
		is := anyOpening(t, zone(anchor.zone), from)
		if rapid.Bool().Draw(t, "little changes") {
			is.Hours, is.Follows = was.Hours, was.Follows
		}
		reach := calendar.Span{Start: minuteOf(t, "start", from.AddDays(-1), 1440)}
		reach.End = reach.Start.Add(minutes(t, "reach", 1, 2*1440))
		var want calendar.Span
		for at := reach.Start; at.Before(reach.End); at = at.Add(time.Minute) {
			if !opens(is, at) || opens(was, at) {
				continue
			}
			if want.Empty() {
				want.Start = at
			}
			want.End = at.Add(time.Minute)
		}
		if got := calendar.Gained(was, is, reach); !got.Start.Equal(want.Start) || !got.End.Equal(want.End) {
			t.Fatalf("of %v\ngot  %v\nwant %v", reach, got, want)
		}
	})
}

func anyOpening(t *rapid.T, zone *time.Location, from calendar.Date) calendar.Opening {
	o := calendar.Opening{
		Zone: zone, Hours: anyHours(t, "hours"), Overrides: anyOverrides(t, from),
		From: anyDate(t, "from", from, 0), Until: anyDate(t, "until", from, 1),
	}
	if rapid.Bool().Draw(t, "follows") {
		o.Hours, o.Follows = nil, &calendar.Opening{Zone: zone, Hours: anyHours(t, "place"), Overrides: anyOverrides(t, from)}
	}
	return o
}

// opens tells whether the wall clock stands in a window of one of the three dates that can reach so far.
func opens(o calendar.Opening, at time.Time) bool {
	today := calendar.DateOf(at, o.Zone)
	if !o.From.IsZero() && today.Before(o.From) || !o.Until.IsZero() && !today.Before(o.Until) {
		return false
	}
	local := at.In(o.Zone)
	for back := range 3 {
		clock := calendar.Clock(local.Hour()*60 + local.Minute() + back*1440)
		for _, w := range windowsOn(o, today.AddDays(-back)) {
			if w.From <= clock && clock < w.To {
				return true
			}
		}
	}
	return false
}

func windowsOn(o calendar.Opening, d calendar.Date) (out []calendar.ClockSpan) {
	for _, v := range o.Overrides {
		if v.Date == d {
			return v.Windows
		}
	}
	if o.Hours == nil && o.Follows != nil {
		return windowsOn(*o.Follows, d)
	}
	for _, w := range o.Hours {
		if w.Weekday == d.Weekday() {
			out = append(out, calendar.ClockSpan{From: w.From, To: w.To})
		}
	}
	return out
}
