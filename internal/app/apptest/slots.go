package apptest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Starts writes the starts of slots in a layout, with the offset that they came with.
func Starts(t testing.TB, slots []Slot, layout string) string {
	t.Helper()
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = Instant(t, s.Start).Format(layout)
	}
	return strings.Join(out, " ")
}

// Instant reads RFC 3339.
func Instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Every lists clock times from..to in steps of minutes: "09:00 09:30 10:00".
func Every(from, to string, step int) string {
	var hour, minute, lastHour, lastMinute int
	_, _ = fmt.Sscanf(from+" "+to, "%d:%d %d:%d", &hour, &minute, &lastHour, &lastMinute)
	var out []string
	for m := hour*60 + minute; m <= lastHour*60+lastMinute; m += step {
		out = append(out, fmt.Sprintf("%02d:%02d", m/60, m%60))
	}
	return strings.Join(out, " ")
}
