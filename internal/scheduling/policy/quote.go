package policy

import (
	"fmt"
	"time"

	"smoothschedule/internal/kit/money"
)

// Facts are what the terms are asked about.
type Facts struct {
	Price       money.Money // as it was booked
	Deposit     money.Money // what of it has been paid already
	BookedAt    time.Time
	Start       time.Time
	Now         time.Time
	Reschedules int  // by the customer so far
	Moved       bool // the business has moved it
	Requested   bool // the business hasn't said yes yet
}

// Quote is what something would cost at one moment.
type Quote struct {
	Allowed bool        `json:"allowed" doc:"Whether the customer may do it."`
	Late    bool        `json:"late" doc:"Whether it is too late to be free."`
	Fee     money.Money `json:"fee" doc:"What it costs; where the customer may not do it, what the terms say if the business does."`
	Refund  money.Money `json:"refund" doc:"Of what was paid, what would be given back."`
	Reason  string      `json:"reason" enum:"free,grace,tier,blocked,begun,too_late,too_often"`
	Message string      `json:"message" doc:"The same for people, with the exact amount."`
	Until   *time.Time  `json:"until" nullable:"true" doc:"Until when it is free; null where it is not any more."`
}

// before tells whether at is at least so many minutes before the start, inclusive.
func (f Facts) before(minutes int) bool { return !f.Now.After(f.deadline(minutes)) }

func (f Facts) deadline(minutes int) time.Time {
	return f.Start.Add(-time.Duration(minutes) * time.Minute)
}

// Cancellation is what calling off would cost the customer.
func (t Terms) Cancellation(f Facts) Quote {
	none := money.Money{Currency: f.Price.Currency}
	q := Quote{Allowed: true, Fee: none, Refund: f.Deposit, Reason: "free", Message: "This costs nothing."}
	free, ever := t.freeUntil()
	switch {
	case f.Requested:
		q.Message = "This request is not confirmed yet, so this costs nothing."
		return q
	case !f.Now.Before(f.Start):
		return Quote{Late: true, Fee: t.feeAt(f), Refund: none, Reason: "begun", Message: "This appointment has begun. Call the business if you need to change something."}
	case f.Moved:
		q.Message = "The business has moved this appointment, so this costs nothing."
		return q
	case f.Now.Sub(f.BookedAt) <= time.Duration(t.Grace)*time.Minute:
		q.Reason, q.Message = "grace", "You have just booked, so this costs nothing."
		return q
	case ever && f.before(free):
		until := f.deadline(free)
		q.Until = &until
		return t.lessDeposit(f, q)
	}
	q.Fee, q.Late = t.feeAt(f), true
	q.Refund = money.Money{Amount: max(0, f.Deposit.Amount-q.Fee.Amount), Currency: f.Price.Currency}
	why := ""
	if ever {
		why = fmt.Sprintf("It is less than %s before the start. ", span(free))
	}
	cost := "nothing"
	if q.Fee.Amount > 0 {
		cost = Text(q.Fee)
	}
	q.Reason, q.Message = "tier", fmt.Sprintf("%sThis costs %s.", why, cost)
	q = t.lessDeposit(f, q)
	if t.LateCancel == blocked {
		q.Allowed, q.Reason, q.Message = false, "blocked", why+"Call the business to cancel."
	}
	return q
}

// lessDeposit gives no deposit back once it is too late for that, however little calling off costs besides.
func (t Terms) lessDeposit(f Facts, q Quote) Quote {
	if keep := t.DepositRefund; keep != nil && f.Deposit.Amount > 0 && !f.before(*keep) {
		q.Refund = money.Money{Currency: f.Price.Currency}
		q.Message += fmt.Sprintf(" The deposit of %s is not given back.", Text(f.Deposit))
	}
	return q
}

// freeUntil is how many minutes before the start calling off is free at the latest, if it ever is.
func (t Terms) freeUntil() (minutes int, ever bool) {
	for _, tier := range t.tiers() {
		if tier.Fee != (Fee{}) {
			break
		}
		minutes, ever = tier.Before, true
	}
	return minutes, ever
}

// feeAt is the fee of the tier that the moment is in. Nearer to the start than the last tier, that one's.
func (t Terms) feeAt(f Facts) money.Money {
	tiers := t.tiers()
	for _, tier := range tiers {
		if f.before(tier.Before) {
			return tier.Fee.Of(f.Price)
		}
	}
	return tiers[len(tiers)-1].Fee.Of(f.Price)
}

// Reschedule is whether the customer may move it. That costs nothing: the price and the deposit stay.
func (t Terms) Reschedule(f Facts) Quote {
	none := money.Money{Currency: f.Price.Currency}
	until := t.CancelUntil
	if t.RescheduleUntil != nil {
		until = *t.RescheduleUntil
	}
	deadline := f.deadline(until)
	q := Quote{Allowed: true, Fee: none, Refund: none, Reason: "free", Message: "You can choose another time.", Until: &deadline}
	refuse := func(reason, message string) Quote {
		return Quote{Late: reason == "too_late", Fee: none, Refund: none, Reason: reason, Message: message}
	}
	switch {
	case !f.Now.Before(f.Start):
		return refuse("begun", "This appointment has begun. Call the business if you need to change something.")
	case f.Reschedules >= t.MaxReschedules:
		return refuse("too_often", "This appointment has been moved as often as is possible. Call the business if you need another time.")
	case f.Now.Sub(f.BookedAt) <= time.Duration(t.Grace)*time.Minute:
		return q
	case !f.before(until):
		return refuse("too_late", fmt.Sprintf("It is less than %s before the start. Call the business to move it.", span(until)))
	}
	return q
}

// NoShow is what not coming costs, and from when on that can be said.
func (t Terms) NoShow(f Facts) (fee money.Money, earliest time.Time) {
	return t.NoShowFee.Of(f.Price), f.Start.Add(time.Duration(t.NoShowAfter) * time.Minute)
}

// DepositFor is what is due at booking.
func (t Terms) DepositFor(price money.Money) money.Money { return t.Deposit.Of(price) }

// Summary says the terms in sentences, for customers to read before they book.
func (t Terms) Summary(price money.Money) (lines []string) {
	if d := t.DepositFor(price); d.Amount > 0 {
		lines = append(lines, fmt.Sprintf("A deposit of %s is due at booking.", Text(d)))
	}
	tiers := t.tiers()
	for i, tier := range tiers {
		fee, when := tier.Fee.Of(price), fmt.Sprintf("at least %s before the start", span(tier.Before))
		switch { // the last one counts up to the start
		case len(tiers) == 1:
			when = "before the start"
		case i == len(tiers)-1:
			when = "later than that"
		}
		cost := "costs " + Text(fee)
		if fee.Amount == 0 {
			cost = "is free"
		}
		lines = append(lines, fmt.Sprintf("Cancelling %s %s.", when, cost))
	}
	if t.LateCancel == blocked {
		lines = append(lines, "Once it costs something, call to cancel.")
	}
	if fee := t.NoShowFee.Of(price); fee.Amount > 0 {
		lines = append(lines, fmt.Sprintf("Not coming costs %s.", Text(fee)))
	}
	return lines
}

// span says a length of time as people do.
func span(minutes int) string {
	for _, unit := range []struct {
		length int
		name   string
	}{{24 * hour, "day"}, {hour, "hour"}} {
		if n := minutes / unit.length; n > 0 && minutes%unit.length == 0 && (unit.length == hour || n > 2) {
			return plural(n, unit.name)
		}
	}
	return plural(minutes, "minute")
}

func plural(n int, name string) string {
	if n == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", n, name)
}
