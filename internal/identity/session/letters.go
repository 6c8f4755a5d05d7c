package session

import (
	"context"
	"net/netip"
	"time"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
)

// lettersPerHour is how many letters one caller may ask for, wherever they ask: of all businesses together, and at sign-up.
const lettersPerHour = 20

// MayAskForLetter counts a request for a letter with a link, and reports whether its caller may still ask. It counts where failures
// do: those rows are of no tenant, so that a caller is one on all hosts, in all processes. The answer to who may not is the same.
func (s *Service) MayAskForLetter(ctx context.Context, tx pg.PlaceTx, email string) (bool, error) {
	n, err := count(ctx, tx, bucket{key: s.bucketKey("letters", caller(ctx)), limit: lettersPerHour, window: time.Hour})
	if err != nil || n > lettersPerHour {
		if err == nil {
			s.security(ctx, "LETTER_THROTTLED", "denied", Session{Email: email})
		}
		return false, err
	}
	return true, prune(ctx, tx)
}

// caller is the address that a request comes from; of IPv6, where everybody has many, its network.
func caller(ctx context.Context) string {
	ip := api.ClientIP(ctx)
	if addr, err := netip.ParseAddr(ip); err == nil && addr.Is6() {
		return networkOf(addr).String()
	}
	return ip
}
