package api

import (
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"smoothschedule/internal/kit/fault"
)

// Limiter lets each key, such as a user or an address, do something so often in a minute. Each process counts for itself.
type Limiter struct {
	perMinute int
	mu        sync.Mutex
	keys      map[string]*rate.Limiter
	swept     time.Time
}

// NewLimiter returns a Limiter.
func NewLimiter(perMinute int) *Limiter {
	return &Limiter{perMinute: perMinute, keys: map[string]*rate.Limiter{}}
}

// Take takes one of the key's turns, or is the answer to who has none left.
func (l *Limiter) Take(key string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	one, ok := l.keys[key]
	if !ok {
		one = rate.NewLimiter(rate.Every(time.Minute/time.Duration(l.perMinute)), l.perMinute)
		l.keys[key] = one
	}
	turn := one.ReserveN(now, 1)
	wait := turn.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	turn.CancelAt(now)
	return &fault.Error{Kind: fault.TooMany, Code: "rate_limited", RetryAfter: wait, Detail: "There were too many of these requests. Wait a little, then try again."}
}

// sweep forgets those who have all their turns again, once a minute.
func (l *Limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	maps.DeleteFunc(l.keys, func(_ string, one *rate.Limiter) bool { return one.TokensAt(now) >= float64(l.perMinute) })
}
