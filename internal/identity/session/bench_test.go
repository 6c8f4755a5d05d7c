package session_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/pgtest"
)

// BenchmarkLoginKnownAndUnknown signs in with a wrong password as 200 people who exist and 200 who don't, by turns, and reports
// the medians: their difference must tell nobody who exists (spec identity 4d.3, 2: less than 5 ms).
func BenchmarkLoginKnownAndUnknown(b *testing.B) {
	const addresses = 200
	e := apptest.New(b, behindProxy())
	h := hasher()
	hash, err := h.Hash(b.Context(), password)
	if err != nil {
		b.Fatal(err)
	}
	people := make([]string, addresses)
	for i := range people {
		c := e.As(role.Customer)
		people[i] = c.Email
		if _, err := pgtest.Super(b).Exec(b.Context(), `UPDATE public.users SET password_hash = $2 WHERE id = $1`, c.UserID, hash); err != nil {
			b.Fatal(err)
		}
	}
	took := func(email string) float64 {
		c := elsewhere(e.Public())
		began := time.Now()
		c.POST("/auth/login", credentials(account.NormalEmail(email), password+"!"))
		return float64(time.Since(began).Microseconds()) / 1000
	}
	for b.Loop() {
		var known, unknown []float64
		for i := range addresses {
			nobody := uuid.NewString() + "@people.test"
			if i%2 == 0 { // the second of two pays more often for the garbage of both
				known, unknown = append(known, took(people[i])), append(unknown, took(nobody))
			} else {
				unknown, known = append(unknown, took(nobody)), append(known, took(people[i]))
			}
		}
		b.ReportMetric(median(known), "known-ms")
		b.ReportMetric(median(unknown), "unknown-ms")
		b.ReportMetric(median(known)-median(unknown), "difference-ms")
	}
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
