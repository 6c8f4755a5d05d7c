package policy_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/scheduling/policy"
)

var start = time.Date(2026, time.June, 1, 14, 0, 0, 0, time.UTC)

func euros(cents int64) money.Money { return money.Money{Amount: cents, Currency: "EUR"} }

// booked is an appointment for 89.99 that was booked long ago, so long before its start.
func booked(before time.Duration) policy.Facts {
	return policy.Facts{Price: euros(8999), Deposit: euros(0), BookedAt: start.AddDate(-1, 0, 0), Start: start, Now: start.Add(-before)}
}

func half() policy.Terms {
	t := policy.Default()
	t.Tiers = []policy.Tier{{Before: 0, Fee: policy.Fee{Percent: 50}}, {Before: 24 * 60}}
	return t
}

func TestA27FreeAtExactlyTheCutOffAndHalfUpAfterIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before time.Duration
		fee    int64
		reason string
	}{
		{24 * time.Hour, 0, "free"},
		{24*time.Hour + time.Microsecond, 0, "free"},
		{24*time.Hour - time.Microsecond, 4500, "tier"},
		{23*time.Hour + 59*time.Minute, 4500, "tier"},
		{time.Microsecond, 4500, "tier"},
		{0, 4500, "begun"},
		{-time.Minute, 4500, "begun"},
	} {
		q := half().Cancellation(booked(c.before))
		if q.Fee != euros(c.fee) || q.Reason != c.reason || q.Allowed != (c.reason != "begun") || q.Late != (c.reason != "free") {
			t.Errorf("%s before: %+v", c.before, q)
		}
	}
	q := half().Cancellation(booked(23*time.Hour + 59*time.Minute))
	if q.Message != "It is less than 24 hours before the start. This costs 45.00 EUR." || q.Until != nil {
		t.Errorf("message %q until %v", q.Message, q.Until)
	}
	if q = half().Cancellation(booked(30 * time.Hour)); q.Until == nil || !q.Until.Equal(start.Add(-24*time.Hour)) {
		t.Errorf("free until %v", q.Until)
	}
}

// TestCancelUntilCountsBesideTiers that say nothing of the time before it. One that does counts more.
func TestCancelUntilCountsBesideTiers(t *testing.T) {
	t.Parallel()
	late, day, two := policy.Tier{Fee: policy.Fee{Percent: 50}}, policy.Tier{Before: 24 * 60, Fee: policy.Fee{Percent: 25}}, policy.Tier{Before: 48 * 60}
	for _, c := range []struct {
		tiers []policy.Tier
		fees  [3]int64 // at 48 hours, at 24, and at a microsecond less
	}{
		{[]policy.Tier{late}, [3]int64{0, 0, 4500}},
		{[]policy.Tier{}, [3]int64{0, 0, 8999}},
		{[]policy.Tier{late, day, two}, [3]int64{0, 2250, 4500}},
		{[]policy.Tier{day}, [3]int64{2250, 2250, 2250}},
	} {
		p := policy.Default()
		p.Tiers = c.tiers
		var got [3]int64
		for i, before := range []time.Duration{48 * time.Hour, 24 * time.Hour, 24*time.Hour - time.Microsecond} {
			got[i] = p.Cancellation(booked(before)).Fee.Amount
		}
		if got != c.fees {
			t.Errorf("%v: %v, want %v", c.tiers, got, c.fees)
		}
	}
}

// TestFreeUntilIsTheLastFreeMoment: then it is free, and a microsecond later it is late.
func TestFreeUntilIsTheLastFreeMoment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawTerms(t)
		f := booked(time.Duration(rapid.Int64Range(1, 5000*60e6).Draw(t, "before")) * time.Microsecond)
		q := p.Cancellation(f)
		if q.Late != (q.Until == nil) {
			t.Fatalf("%+v", q)
		}
		if q.Until == nil {
			return
		}
		if f.Now = *q.Until; f.Now.Before(f.Start) && p.Cancellation(f).Late {
			t.Fatalf("at %s it is late: %+v", f.Now, p)
		}
		if f.Now = f.Now.Add(time.Microsecond); !p.Cancellation(f).Late {
			t.Fatalf("after %s it is free: %+v", q.Until, p)
		}
	})
}

// TestAFreeServiceCostsNothingLate, and says so.
func TestAFreeServiceCostsNothingLate(t *testing.T) {
	t.Parallel()
	f := booked(time.Hour)
	f.Price = euros(0)
	if q := half().Cancellation(f); q.Fee != euros(0) || !q.Late || !strings.HasSuffix(q.Message, "This costs nothing.") {
		t.Errorf("%+v", q)
	}
}

// TestStoredTermsAreReadBack over the defaults, as appointments do, without a trace of those.
func TestStoredTermsAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stored, err := json.Marshal(drawTerms(t))
		if err != nil {
			t.Fatal(err)
		}
		got := policy.Default()
		if err := json.Unmarshal(stored, &got); err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(got); string(again) != string(stored) {
			t.Fatalf("%s, want %s", again, stored)
		}
	})
}

func TestFeesRoundHalfUpAndStayWithinThePrice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.Int64Range(0, 1e17).Draw(t, "price")
		percent := rapid.IntRange(0, 100).Draw(t, "percent")
		want := new(big.Int).Mul(big.NewInt(price), big.NewInt(int64(percent)))
		want.Add(want.Mul(want, big.NewInt(2)), big.NewInt(100))
		want.Quo(want, big.NewInt(200))
		if got := (policy.Fee{Percent: percent}).Of(euros(price)); got.Amount != want.Int64() || got.Currency != "EUR" {
			t.Fatalf("%d %% of %d: %v, want %s", percent, price, got, want)
		}
		amount := rapid.Int64Range(1, 1e12).Draw(t, "amount")
		if got := (policy.Fee{Amount: amount}).Of(euros(price)); got.Amount != min(amount, price) {
			t.Fatalf("%d of %d: %v", amount, price, got)
		}
	})
}

func drawFee(t *rapid.T, percent bool) policy.Fee {
	if percent {
		return policy.Fee{Percent: rapid.IntRange(0, 100).Draw(t, "percent")}
	}
	return policy.Fee{Amount: rapid.Int64Range(0, 20000).Draw(t, "amount")}
}

func drawTerms(t *rapid.T) policy.Terms {
	p := policy.Default()
	p.CancelUntil = rapid.IntRange(0, 4000).Draw(t, "until")
	p.Grace = rapid.IntRange(0, 60).Draw(t, "grace")
	p.MaxReschedules = rapid.IntRange(0, 3).Draw(t, "moves")
	p.LateCancel = rapid.SampledFrom([]string{"allowed_with_fee", "blocked"}).Draw(t, "late")
	percent := rapid.Bool().Draw(t, "percent")
	for range rapid.IntRange(0, 4).Draw(t, "tiers") {
		p.Tiers = append(p.Tiers, policy.Tier{Before: rapid.IntRange(0, 4000).Draw(t, "before"), Fee: drawFee(t, percent)})
	}
	p.Deposit, p.NoShowFee = drawFee(t, percent), drawFee(t, percent)
	if rapid.Bool().Draw(t, "keep") {
		keep := rapid.IntRange(0, 4000).Draw(t, "deposit until")
		p.DepositRefund = &keep
	}
	return p
}

// TestQuotesAreWithinThePrice, and calling off later never costs less, nor gives more back.
func TestQuotesAreWithinThePriceAndLaterNeverCostsLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawTerms(t)
		if p.Problems("body") != nil {
			t.Skip("refused")
		}
		price := euros(rapid.Int64Range(0, 15000).Draw(t, "price"))
		f := policy.Facts{Price: price, Deposit: p.DepositFor(price), Start: start, BookedAt: start.Add(-time.Duration(rapid.IntRange(1, 5000).Draw(t, "booked")) * time.Minute)}
		all := rapid.SliceOfN(rapid.Int64Range(0, start.Sub(f.BookedAt).Microseconds()), 2, 20).Draw(t, "moments")
		slices.Sort(all)
		var last policy.Quote
		for i, at := range all {
			f.Now = f.BookedAt.Add(time.Duration(at) * time.Microsecond)
			q := p.Cancellation(f)
			if q.Fee.Amount < 0 || q.Fee.Amount > price.Amount || q.Refund.Amount < 0 || q.Refund.Amount > f.Deposit.Amount || q.Fee.Currency != "EUR" || q.Refund.Currency != "EUR" {
				t.Fatalf("out of bounds: %+v of %v", q, f)
			}
			if q.Reason == "begun" {
				break
			}
			if i > 0 && (q.Fee.Amount < last.Fee.Amount || q.Refund.Amount > last.Refund.Amount || q.Allowed && !last.Allowed) {
				t.Fatalf("later costs less: %+v, then %+v", last, q)
			}
			if strings.Contains(q.Message, "less than 0") {
				t.Fatalf("nobody says so: %q", q.Message)
			}
			last = q
		}
	})
}

// TestOnlyTermsThatFallAreRefused compares with prices tried one by one.
func TestTermsUnderWhichWaitingPaysAreRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := policy.Default()
		percent := rapid.Bool().Draw(t, "percent")
		for _, before := range rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 1, 4, rapid.ID[int]).Draw(t, "tiers") {
			p.Tiers = append(p.Tiers, policy.Tier{Before: before * 60, Fee: drawFee(t, percent)})
		}
		sorted := slices.SortedFunc(slices.Values(p.Tiers), func(a, b policy.Tier) int { return cmp.Compare(b.Before, a.Before) })
		rises := slices.IsSortedFunc(sorted, func(a, b policy.Tier) int {
			return cmp.Or(cmp.Compare(a.Fee.Percent, b.Fee.Percent), cmp.Compare(a.Fee.Amount, b.Fee.Amount))
		})
		if bad := p.Problems("body"); (bad == nil) != rises {
			t.Fatalf("%v: %v", p.Tiers, bad)
		}
	})
}

func TestProblemsNameTheirField(t *testing.T) {
	t.Parallel()
	both := policy.Fee{Percent: 5, Amount: 5}
	for where, change := range map[string]func(*policy.Terms){
		"body.no_show_fee":             func(p *policy.Terms) { p.NoShowFee = both },
		"body.deposit":                 func(p *policy.Terms) { p.Deposit = both },
		"body.tiers[0].fee":            func(p *policy.Terms) { p.Tiers = []policy.Tier{{Fee: both}} },
		"body.tiers[1].before_minutes": func(p *policy.Terms) { p.Tiers = []policy.Tier{{Before: 60}, {Before: 60}} },
		"body.tiers[1].fee": func(p *policy.Terms) {
			p.Tiers = []policy.Tier{{Before: 60, Fee: policy.Fee{Percent: 50}}, {Fee: policy.Fee{Amount: 50}}}
		},
	} {
		p := policy.Default()
		change(&p)
		bad := p.Problems("body")
		if len(bad) != 1 || bad[0].Location != where || bad[0].Message == "" {
			t.Errorf("%s: %v", where, bad)
		}
	}
}

func TestGraceIsFreeAnyTime(t *testing.T) {
	t.Parallel()
	f := booked(time.Hour)
	f.BookedAt = f.Now.Add(-15 * time.Minute)
	if q := half().Cancellation(f); q.Reason != "grace" || q.Fee.Amount != 0 || !q.Allowed || q.Late {
		t.Errorf("after exactly 15 minutes: %+v", q)
	}
	f.BookedAt = f.BookedAt.Add(-time.Microsecond)
	if q := half().Cancellation(f); q.Reason != "tier" {
		t.Errorf("after more: %+v", q)
	}
}

func TestWhatTheBusinessHasMovedIsFree(t *testing.T) {
	t.Parallel()
	f := booked(time.Minute)
	f.Moved = true
	if q := half().Cancellation(f); q.Reason != "free" || q.Fee.Amount != 0 || !q.Allowed || q.Late || !strings.Contains(q.Message, "moved") {
		t.Errorf("a minute before: %+v", q)
	}
	f.Now = f.Start
	if q := half().Cancellation(f); q.Reason != "begun" || q.Allowed {
		t.Errorf("at the start: %+v", q)
	}
}

// TestHoursAreElapsedHours: over the night on which New York's clocks change, 24 hours before 14:00 is 13:00 or 15:00 of the wall clock.
func TestHoursAreElapsedHours(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ day, hour int }{{8, 13}} {
		f := booked(0)
		f.Start = time.Date(2026, time.March, c.day, 14, 0, 0, 0, zone)
		f.Now = time.Date(2026, time.March, c.day-1, c.hour, 0, 0, 0, zone)
		if q := half().Cancellation(f); q.Reason != "free" {
			t.Errorf("%s: %+v", f.Now, q)
		}
		f.Now = f.Now.Add(time.Microsecond)
		if q := half().Cancellation(f); q.Reason != "tier" {
			t.Errorf("%s: %+v", f.Now, q)
		}
	}
	f := booked(0)
	f.Start, f.Now = time.Date(2026, time.November, 1, 14, 0, 0, 0, zone), time.Date(2026, time.October, 31, 15, 0, 0, 0, zone)
	if q := half().Cancellation(f); q.Reason != "free" {
		t.Errorf("%s: %+v", f.Now, q)
	}
}

func TestMovingIsLimitedInTimeAndNumber(t *testing.T) {
	t.Parallel()
	p := policy.Default()
	f := booked(24 * time.Hour)
	if q := p.Reschedule(f); !q.Allowed || q.Fee.Amount != 0 || q.Reason != "free" {
		t.Errorf("in time: %+v", q)
	}
	f.Now = f.Now.Add(time.Microsecond)
	if q := p.Reschedule(f); q.Allowed || q.Reason != "too_late" || !q.Late {
		t.Errorf("too late: %+v", q)
	}
	until := 60
	p.RescheduleUntil = &until
	if q := p.Reschedule(f); !q.Allowed {
		t.Errorf("later than calling off: %+v", q)
	}
	f.Reschedules = 2
	if q := p.Reschedule(f); !q.Allowed {
		t.Errorf("the third time: %+v", q)
	}
	f.Reschedules = 3
	if q := p.Reschedule(f); q.Allowed || q.Reason != "too_often" || q.Late {
		t.Errorf("the fourth time: %+v", q)
	}
	f.Now = f.Start
	if q := p.Reschedule(f); q.Allowed || q.Reason != "begun" {
		t.Errorf("begun: %+v", q)
	}
}

func TestBlockedCustomersAreToldToCall(t *testing.T) {
	t.Parallel()
	p := half()
	p.LateCancel = "blocked"
	if q := p.Cancellation(booked(time.Hour)); q.Allowed || q.Reason != "blocked" || !strings.Contains(q.Message, "Call the business") {
		t.Errorf("late: %+v", q)
	}
	if q := p.Cancellation(booked(48 * time.Hour)); !q.Allowed {
		t.Errorf("in time: %+v", q)
	}
}

func TestADepositCoversTheFeeFirst(t *testing.T) {
	t.Parallel()
	p := half()
	with := func(before time.Duration) policy.Quote {
		f := booked(before)
		f.Deposit = euros(6000)
		return p.Cancellation(f)
	}
	if q := with(25 * time.Hour); q.Refund != euros(6000) {
		t.Errorf("free: %+v", q)
	}
	if q := with(time.Hour); q.Refund != euros(1500) {
		t.Errorf("what is left of it: %+v", q)
	}
	keep := 48 * 60
	p.DepositRefund = &keep
	if q := with(48 * time.Hour); q.Refund != euros(6000) {
		t.Errorf("in time for it: %+v", q)
	}
	if q := with(25 * time.Hour); q.Refund != euros(0) || q.Fee != euros(0) || !strings.Contains(q.Message, "60.00 EUR is not given back") {
		t.Errorf("free, but too late for the deposit: %+v", q)
	}
	if q := with(time.Hour); q.Refund != euros(0) || !strings.Contains(q.Message, "60.00 EUR is not given back") {
		t.Errorf("late: %+v", q)
	}
}

func TestAmountsAreWrittenWithTheDecimalsOfTheirCurrency(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]money.Money{
		"45.00 EUR": euros(4500), "0.05 EUR": euros(5), "0.00 EUR": euros(0), "4500 JPY": {Amount: 4500, Currency: "JPY"}, "0 JPY": {Currency: "JPY"},
		"4.500 KWD": {Amount: 4500, Currency: "KWD"}, "0.001 KWD": {Amount: 1, Currency: "KWD"}, "1000000000.00 USD": {Amount: 1e11, Currency: "USD"},
	} {
		if got := policy.Text(m); got != want {
			t.Errorf("%v: %q, want %q", m, got, want)
		}
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	summary := func(change func(*policy.Terms)) string {
		p := policy.Default()
		change(&p)
		return strings.Join(p.Summary(euros(8999)), " ")
	}
	for want, change := range map[string]func(*policy.Terms){
		"Cancelling at least 24 hours before the start is free. Cancelling later than that costs 89.99 EUR. Not coming costs 89.99 EUR.": func(*policy.Terms) {},
		"A deposit of 20.00 EUR is due at booking. Cancelling at least 24 hours before the start is free. Cancelling later than that costs 89.99 EUR. Once it costs something, call to cancel.": func(p *policy.Terms) {
			p.Deposit, p.NoShowFee, p.LateCancel = policy.Fee{Amount: 2000}, policy.Fee{}, "blocked"
		},
		"Cancelling before the start is free. Not coming costs 89.99 EUR.": func(p *policy.Terms) { p.CancelUntil = 0 },
		"Cancelling at least 24 hours before the start is free. Cancelling later than that costs 45.00 EUR. Not coming costs 89.99 EUR.": func(p *policy.Terms) {
			p.Tiers = []policy.Tier{{Fee: policy.Fee{Percent: 50}}}
		},
		"Cancelling before the start costs 45.00 EUR. Not coming costs 89.99 EUR.": func(p *policy.Terms) {
			p.CancelUntil, p.Tiers = 0, []policy.Tier{{Fee: policy.Fee{Percent: 50}}}
		},
		"Cancelling at least 3 days before the start is free. Cancelling later than that costs 45.00 EUR. Not coming costs 89.99 EUR.": func(p *policy.Terms) {
			p.Tiers = []policy.Tier{{Before: 72 * 60}, {Before: 24 * 60, Fee: policy.Fee{Percent: 50}}}
		},
		"Cancelling at least 48 hours before the start is free. Cancelling at least 90 minutes before the start costs 45.00 EUR. Cancelling later than that costs 89.99 EUR. Not coming costs 89.99 EUR.": func(p *policy.Terms) {
			p.Tiers = []policy.Tier{{Before: 90, Fee: policy.Fee{Percent: 50}}, {Before: 48 * 60}, {Fee: policy.Fee{Percent: 100}}}
		},
	} {
		if got := summary(change); got != want {
			t.Errorf("\ngot  %s\nwant %s", got, want)
		}
	}
}

// TestTheSummarySaysWhatIsQuoted: the amount of each sentence is what calling off costs then.
func TestTheSummaryNamesEveryAmountThatIsQuoted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawTerms(t)
		if p.Problems("body") != nil {
			t.Skip("refused")
		}
		text := strings.Join(p.Summary(euros(8999)), " ")
		q := p.Cancellation(booked(time.Duration(rapid.IntRange(1, 5000).Draw(t, "before")) * time.Minute))
		want := fmt.Sprintf("costs %s", policy.Text(q.Fee))
		if q.Fee.Amount == 0 {
			want = "is free"
		}
		if !strings.Contains(text, want) {
			t.Fatalf("%s is in none of %s", want, text)
		}
	})
}
