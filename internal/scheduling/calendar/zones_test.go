package calendar_test

import (
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

func TestProjectWhereClocksJump(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, hours, date, zone, want string }{
		{"an ordinary day", "1 09:00-17:00", "2026-06-01", "Europe/London", "2026-06-01T08:00Z+8h0m0s"},
		{"another weekday", "2 09:00-17:00", "2026-06-01", "Europe/London", ""},
		{"a quarter of an hour", "1 09:00-10:00", "2026-06-01", "Asia/Kathmandu", "2026-06-01T03:15Z+1h0m0s"},
		{"half an hour back", "7 01:00-03:00", "2026-04-05", "Australia/Lord_Howe", "2026-04-04T14:00Z+2h30m0s"},
		{
			"half an hour back, ending in the repeat", "7 01:00-01:45", "2026-04-05", "Australia/Lord_Howe",
			"2026-04-04T14:00Z+45m0s 2026-04-04T15:00Z+15m0s",
		},
		{"half an hour on", "7 01:00-03:00", "2026-10-04", "Australia/Lord_Howe", "2026-10-03T14:30Z+1h30m0s"},
		{"no midnight", "5 00:00-02:00", "2026-04-24", "Africa/Cairo", "2026-04-23T22:00Z+1h0m0s"},
		{"over no midnight", "4 22:00-26:00", "2026-04-23", "Africa/Cairo", "2026-04-23T20:00Z+3h0m0s"},
		{"two midnights", "4 22:00-26:00", "2026-10-29", "Africa/Cairo", "2026-10-29T19:00Z+5h0m0s"},
		{"a date left out", "5 09:00-17:00", "2011-12-30", "Pacific/Apia", ""},
		{"into a date left out", "4 22:00-26:00", "2011-12-29", "Pacific/Apia", "2011-12-30T08:00Z+2h0m0s"},
		{"out of a date left out", "5 22:00-26:00", "2011-12-30", "Pacific/Apia", "2011-12-30T10:00Z+2h0m0s"},
		{"the longest day", "7 00:00-24:00", "2026-10-25", "Europe/London", "2026-10-24T23:00Z+25h0m0s"},
		{"the shortest day", "7 00:00-24:00", "2026-03-29", "Europe/London", "2026-03-29T00:00Z+23h0m0s"},
		{"two days", "6 00:00-48:00", "2026-03-28", "Europe/London", "2026-03-28T00:00Z+47h0m0s"},
		{
			"windows on both sides of a gap touch", "7 01:00-02:00, 7 03:00-04:00", "2026-03-08", "America/New_York",
			"2026-03-08T06:00Z+2h0m0s",
		},
		{
			"the last day of a leap year beyond the zone's table", "1 22:00-26:00", "2040-12-31", "America/New_York",
			"2041-01-01T03:00Z+4h0m0s",
		},
		{"a winter's night of the far future", "2 22:00-26:00", "9996-12-31", "Europe/London", "9996-12-31T22:00Z+4h0m0s"},
		{
			"midnight gone back over", "6 22:00-24:00", "2010-11-06", "America/St_Johns",
			"2010-11-07T00:30Z+2h0m0s 2010-11-07T02:31Z+59m0s",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := projected(c.hours, c.date, c.zone); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestWallTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, wall, first, second, next string }{
		{"America/New_York", "2026-06-01T09:00", "2026-06-01T13:00:00Z", "", ""},
		{"America/New_York", "2026-03-08T02:30", "", "", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-03-08T03:00", "2026-03-08T07:00:00Z", "", ""},
		{"America/New_York", "2026-11-01T01:30:15", "2026-11-01T05:30:15Z", "2026-11-01T06:30:15Z", ""},
		{"America/New_York", "2026-11-01T02:00", "2026-11-01T07:00:00Z", "", ""},
		{"Europe/London", "2026-03-29T01:00", "", "", "2026-03-29T01:00:00Z"},
		{"Europe/London", "2026-10-25T01:00", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", ""},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "", "", "2026-10-03T15:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", ""},
		{"Asia/Kathmandu", "2026-06-01T09:00", "2026-06-01T03:15:00Z", "", ""},
		{"Asia/Kathmandu", "1986-01-01T00:10", "", "", "1985-12-31T18:30:00Z"},
		{"Pacific/Apia", "2011-12-30T12:00", "", "", "2011-12-30T10:00:00Z"},
		{"Africa/Cairo", "2026-04-24T00:00", "", "", "2026-04-23T22:00:00Z"},
		{"America/St_Johns", "2010-11-06T23:30", "2010-11-07T02:00:00Z", "2010-11-07T03:00:00Z", ""},
		{"America/St_Johns", "2010-11-07T00:00:30", "2010-11-07T02:30:30Z", "2010-11-07T03:30:30Z", ""},
	} {
		instants, next := must(calendar.ParseWall(c.wall)).In(zone(c.zone))
		var got [3]string
		for i, at := range instants {
			got[i] = at.UTC().Format(time.RFC3339)
		}
		if !next.IsZero() {
			got[2] = next.UTC().Format(time.RFC3339)
		}
		if want := [3]string{c.first, c.second, c.next}; got != want {
			t.Errorf("%s %s: got %q, want %q", c.zone, c.wall, got, want)
		}
	}
}

func TestDatesWhereClocksJump(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, date, start, length string }{
		{"Europe/London", "2026-06-01", "2026-05-31T23:00:00Z", "24h0m0s"},
		{"Europe/London", "2026-03-29", "2026-03-29T00:00:00Z", "23h0m0s"},
		{"Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", "23h0m0s"},
		{"Africa/Cairo", "2026-10-29", "2026-10-28T21:00:00Z", "25h0m0s"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "0s"},
		{"America/St_Johns", "2010-11-06", "2010-11-06T02:30:00Z", "25h0m0s"},
		{"America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z", "25h0m0s"},
	} {
		got := date(c.date).In(zone(c.zone))
		if s := got.Start.UTC().Format(time.RFC3339); s != c.start || got.End.Sub(got.Start).String() != c.length {
			t.Errorf("%s %s: got %s and %s", c.zone, c.date, s, got.End.Sub(got.Start))
		}
	}
}

// TestSlotsWhereClocksJump holds what neither vectors nor ordinary days show.
func TestSlotsWhereClocksJump(t *testing.T) {
	t.Parallel()
	always := hours("1 00:00-24:00, 2 00:00-24:00, 3 00:00-24:00, 4 00:00-24:00, 5 00:00-24:00, 6 00:00-24:00, 7 00:00-24:00")
	t.Run("a duration is elapsed time", func(t *testing.T) {
		t.Parallel()
		q := monday()
		start := local(q.Zone, "2026-03-08T01:30")
		q.Open = always
		if s, refusal := q.At(start, start.Add(time.Hour), true); refusal != calendar.Offered || s.End.Format(clock) != "03:30" {
			t.Errorf("got %v %q", s, refusal)
		}
	})
	t.Run("across a date left out", func(t *testing.T) {
		t.Parallel()
		q := monday()
		q.Zone, q.Open, q.Now = zone("Pacific/Apia"), always, instant("2011-12-01T00:00:00Z")
		q.Duration, q.Interval = 2*time.Hour, time.Hour
		slots := q.Slots(date("2011-12-29"), date("2011-12-29"))
		if len(slots) != 24 || slots[23].End.Format(time.DateTime) != "2011-12-31 01:00:00" {
			t.Errorf("%d slots: %v", len(slots), slots)
		}
		if none := q.Slots(date("2011-12-30"), date("2011-12-30")); len(none) > 0 {
			t.Errorf("on a date that was not: %v", none)
		}
	})
	t.Run("a start after midnight on the date before", func(t *testing.T) {
		t.Parallel()
		q := monday()
		q.Zone, q.Open = zone("America/St_Johns"), hours("6 22:00-24:00")
		q.Now = instant("2010-11-07T02:30:30Z") // 00:00:30 on the 7th; half a minute later it is 23:01 on the 6th
		if got := starts(q, utc, "2010-11-06", "2010-11-06"); got != "2010-11-07T02:31Z" {
			t.Errorf("got %q", got)
		}
	})
}
