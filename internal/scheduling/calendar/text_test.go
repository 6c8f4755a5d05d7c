package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"smoothschedule/internal/scheduling/calendar"
)

func TestTextForms(t *testing.T) {
	t.Parallel()
	for s, ok := range map[string]bool{
		"00:00": true, "09:05": true, "23:59": true, "24:00": true, "48:00": true,
		"": false, "9:00": false, "09:60": false, "48:01": false, "0900": false, "09:00:00": false, "-1:00": false,
		"٠٩:٠٠": false, "ab:cd": false, "09-00": false, "+9:00": false,
	} {
		c, err := calendar.ParseClock(s)
		if (err == nil) != ok || ok && c.String() != s {
			t.Errorf("clock %q: %v, %v", s, c, err)
		}
	}
	for s, ok := range map[string]bool{
		"2026-03-08": true, "0001-01-01": true, "9999-12-31": true, "2024-02-29": true,
		"": false, "2026-02-29": false, "2026-13-01": false, "2026-3-8": false, "0000-01-01": false,
		"20260308": false, "2026-03-08T00:00": false, "+2026-03-08": false,
	} {
		d, err := calendar.ParseDate(s)
		if (err == nil) != ok || ok && d.String() != s {
			t.Errorf("date %q: %v, %v", s, d, err)
		}
	}
	for s, ok := range map[string]bool{
		"2026-03-08T02:30": true, "2026-03-08T23:59:59": true,
		"": false, "2026-03-08": false, "2026-03-08T24:00": false, "2026-03-08 02:30": false, "2026-03-08T02:30Z": false,
		"2026-03-08T02:30:60": false, "2026-03-08T02:30.00": false, "2026-02-30T02:30": false, "2026-03-08T02:30:15Z": false,
	} {
		w, err := calendar.ParseWall(s)
		if (err == nil) != ok || ok && w.String() != s {
			t.Errorf("wall %q: %v, %v", s, w, err)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type all struct {
		Hours calendar.Hours `json:"hours"`
		Date  calendar.Date  `json:"date"`
		Wall  calendar.Wall  `json:"wall"`
	}
	const text = `{"hours":[{"weekday":5,"from":"22:00","to":"26:00"}],"date":"2026-06-05","wall":"2026-06-05T22:30"}`
	var v all
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	if got := must(json.Marshal(v)); string(got) != text {
		t.Errorf("got %s", got)
	}
	for _, c := range []struct {
		text string
		want error
	}{
		{`{"hours":[{"from":"9"}]}`, calendar.ErrClock},
		{`{"date":"tomorrow"}`, calendar.ErrDate},
		{`{"wall":"2026-06-05T22:30+02:00"}`, calendar.ErrWall},
	} {
		if err := json.Unmarshal([]byte(c.text), &all{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.text, err)
		}
	}
	far := calendar.Date{}.AddDays(-1)
	for _, v := range []any{calendar.Clock(-1), calendar.LastClock + 1, far, far.At(0), calendar.Date{}.AddDays(4_000_000)} {
		if got, err := json.Marshal(v); err == nil {
			t.Errorf("%v became %s", v, got)
		}
	}
	if got := fmt.Sprint(calendar.Clock(-5)); got != "-5 min" {
		t.Error(got)
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	d := calendar.NewDate(2026, time.March, 8)
	if d.String() != "2026-03-08" || d.Weekday() != 7 || d.AddDays(-8).String() != "2026-02-28" {
		t.Errorf("%s, weekday %d, %s", d, d.Weekday(), d.AddDays(-8))
	}
	if n := d.DaysUntil(date("2027-03-08")); n != 365 || d.AddDays(n).DaysUntil(d) != -365 {
		t.Errorf("%d days", n)
	}
	if !d.Before(d.AddDays(1)) || d.Before(d) || d.After(d) || !d.After(d.AddDays(-1)) || d.Compare(d.AddDays(1)) != -1 {
		t.Error("order")
	}
	if !(calendar.Date{}).IsZero() || (calendar.Date{}).String() != "0001-01-01" || (calendar.Date{}).Weekday() != 1 {
		t.Error("zero date")
	}
	for _, w := range []string{"1969-12-31T23:30", "2026-03-08T00:00"} {
		at := instant(w + ":00Z")
		if got := calendar.WallOf(at, nil); got.String() != w || got.Date() != calendar.DateOf(at, time.UTC) {
			t.Errorf("%s: %s", w, got)
		}
	}
	if got := d.At(26 * 60).String(); got != "2026-03-09T02:00" {
		t.Error(got)
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	s := func(from, to int64) calendar.Span {
		return calendar.Span{Start: time.Unix(from, 0), End: time.Unix(to, 0)}
	}
	if s(1, 3).Overlaps(s(3, 5)) || !s(1, 3).Overlaps(s(2, 5)) || s(1, 3).Overlaps(s(2, 2)) || s(2, 2).Overlaps(s(1, 3)) {
		t.Error("overlap")
	}
	if a := s(1, 3); !a.Contains(a.Start) || a.Contains(a.End) || a.Empty() || !s(3, 1).Empty() {
		t.Error("half-open")
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	h := hours("1 09:00-12:00, 0 09:00-12:00, 8 24:00-26:00, 2 12:00-12:00, 3 22:00-02:00, 7 00:00-48:00")
	h = append(h, calendar.Window{Weekday: 1, From: 60, To: 2881})
	var got []string
	for _, p := range h.Problems() {
		got = append(got, fmt.Sprint(p.Index, p.Field))
		if !strings.HasPrefix(p.Message, "must be ") {
			t.Error(p.Message)
		}
	}
	if want := "[1weekday 2weekday 2from 3to 4to 6to]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// FuzzText: what is read is written again as it was, and nothing makes it panic.
func FuzzText(f *testing.F) {
	for _, s := range []string{"09:00", "48:00", "2026-03-08", "2026-03-08T02:30", "2026-03-08T02:30:15", "0001-01-01T00:00", "6001-01-01T00:00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var c calendar.Clock
		var d calendar.Date
		var w calendar.Wall
		for _, v := range []interface {
			UnmarshalText([]byte) error
			MarshalText() ([]byte, error)
		}{&c, &d, &w} {
			if v.UnmarshalText([]byte(s)) != nil {
				continue
			}
			if got, err := v.MarshalText(); err != nil || string(got) != s && string(got)+":00" != s {
				t.Errorf("%T: %q became %q, %v", v, s, got, err)
			}
		}
		if instants, next := w.In(zone("America/New_York")); len(instants) == 0 && next.IsZero() {
			t.Errorf("%s is nowhere", w)
		}
	})
}
