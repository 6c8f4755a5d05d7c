package api_test

import (
	"testing"
	"time"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
)

// TestALimiterCountsEachKeyForItself, and gives turns back as time passes.
func TestALimiterCountsEachKeyForItself(t *testing.T) {
	t.Parallel()
	l := api.NewLimiter(3)
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	for range 3 {
		if err := l.Take("one", at); err != nil {
			t.Fatal(err)
		}
	}
	refused := fault.As(l.Take("one", at))
	if refused == nil || refused.Code != "rate_limited" || refused.RetryAfter != 20*time.Second {
		t.Errorf("the fourth answers %+v", refused)
	}
	if err := l.Take("another", at); err != nil {
		t.Error(err)
	}
	if l.Take("one", at.Add(20*time.Second-time.Millisecond)) == nil {
		t.Error("a turn comes back too early")
	}
	if err := l.Take("one", at.Add(20*time.Second)); err != nil {
		t.Error(err)
	}
	for range 3 { // after a rest nobody has more turns than at first
		if err := l.Take("one", at.Add(time.Hour)); err != nil {
			t.Error(err)
		}
	}
	if l.Take("one", at.Add(time.Hour)) == nil {
		t.Error("turns add up while nobody takes them")
	}
}
