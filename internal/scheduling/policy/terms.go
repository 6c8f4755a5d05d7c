// Package policy holds what a business and its customer agree on when they book: until when an appointment can be called off or moved,
// what it costs afterwards, what is due at booking. It counts what is owed; charging it is another matter.
package policy

import (
	"cmp"
	"fmt"
	"slices"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/money"
)

// Terms are what was agreed. A copy stays with each appointment. Minutes are elapsed time, whatever the clocks do.
type Terms struct {
	CancelUntil     int    `json:"cancel_until_minutes" minimum:"0" maximum:"525600" doc:"Customers call off freely until so long before the start, inclusive, unless a tier says something of that time."`
	RescheduleUntil *int   `json:"reschedule_until_minutes" required:"false" nullable:"true" minimum:"0" maximum:"525600" doc:"Customers move it until so long before the start; null is as long as they call off freely."`
	MaxReschedules  int    `json:"max_reschedules" minimum:"0" maximum:"100" doc:"How often customers may move one appointment."`
	Tiers           []Tier `json:"tiers" required:"false" maxItems:"20" doc:"What calling off costs, by how long before the start it is; the longest that fits counts, and nearer to the start than all of them the last. Without any it costs the whole price once it is not free."`
	NoShowFee       Fee    `json:"no_show_fee" doc:"What not coming costs."`
	NoShowAfter     int    `json:"no_show_after_minutes" minimum:"0" maximum:"1440" doc:"So long after the start a customer is only late."`
	Grace           int    `json:"grace_minutes" minimum:"0" maximum:"10080" doc:"So long after booking calling off is free in any case."`
	LateCancel      string `json:"late_cancel" enum:"allowed_with_fee,blocked" doc:"Whether customers may call off themselves once it costs something, or have to call."`
	Deposit         Fee    `json:"deposit" doc:"What is due at booking."`
	DepositRefund   *int   `json:"deposit_refundable_until_minutes" required:"false" nullable:"true" minimum:"0" maximum:"525600" doc:"Until so long before the start, inclusive, a deposit is given back, less the fee; afterwards it is kept. null is up to the start."`
}

// Tier is what calling off costs from so long before the start on.
type Tier struct {
	Before int `json:"before_minutes" minimum:"0" maximum:"525600" doc:"At least so long before the start."`
	Fee    Fee `json:"fee"`
}

// Fee is a part of the price or an amount, and never more than the price.
type Fee struct {
	Percent int   `json:"percent" required:"false" minimum:"0" maximum:"100" doc:"Of the price; half a minor unit is rounded up."`
	Amount  int64 `json:"amount" required:"false" minimum:"0" maximum:"1000000000000" doc:"In minor units of the price's currency. Give this or percent."`
}

// Of is the fee for something of that price.
func (f Fee) Of(price money.Money) money.Money {
	amount := f.Amount
	if f.Percent > 0 {
		// Whole hundreds first: the product of a price and a percentage may not fit.
		whole, rest := price.Amount/100, price.Amount%100
		amount = whole*int64(f.Percent) + (rest*int64(f.Percent)+50)/100
	}
	return money.Money{Amount: max(0, min(amount, price.Amount)), Currency: price.Currency}
}

const (
	hour       = 60
	allowed    = "allowed_with_fee"
	blocked    = "blocked"
	everything = 100
)

// Default is what holds where a business has said nothing.
func Default() Terms {
	return Terms{
		CancelUntil: 24 * hour, MaxReschedules: 3, Tiers: []Tier{}, NoShowFee: Fee{Percent: everything}, NoShowAfter: 15, Grace: 15, LateCancel: allowed,
	}
}

// Problems lists what is wrong with terms that came in at a location: what a schema can't say.
func (t Terms) Problems(at string) (bad []fault.Field) {
	both := func(where string, f Fee) {
		if f.Percent > 0 && f.Amount > 0 {
			bad = append(bad, fault.Field{Location: at + where, Message: "Give a percentage or an amount, not both."})
		}
	}
	both(".no_show_fee", t.NoShowFee)
	both(".deposit", t.Deposit)
	for i, tier := range t.Tiers {
		both(fmt.Sprintf(".tiers[%d].fee", i), tier.Fee)
		for j, other := range t.Tiers[:i] {
			where := fmt.Sprintf("%s.tiers[%d]", at, i)
			switch later, sooner := inOrder(tier, other); {
			case tier.Before == other.Before:
				bad = append(bad, fault.Field{Location: where + ".before_minutes", Message: fmt.Sprintf("Tier %d begins then already. Put both into one.", j)})
			case !alike(later.Fee, sooner.Fee):
				bad = append(bad, fault.Field{Location: where + ".fee", Message: "Use percentages in all tiers or amounts in all of them."})
			case later.Fee.Percent < sooner.Fee.Percent || later.Fee.Amount < sooner.Fee.Amount:
				bad = append(bad, fault.Field{Location: where + ".fee", Message: "Calling off later must not cost less."})
			}
		}
	}
	return bad
}

// inOrder gives the tier nearer to the start first.
func inOrder(a, b Tier) (later, sooner Tier) {
	if a.Before < b.Before {
		return a, b
	}
	return b, a
}

// alike tells whether one fee is sure to be the larger, whatever the price.
func alike(a, b Fee) bool {
	return a.Percent == 0 && b.Percent == 0 || a.Amount == 0 && b.Amount == 0
}

// clean has the tiers in order, the longest before the start first.
func (t Terms) clean() Terms {
	t.Tiers = slices.SortedFunc(slices.Values(t.Tiers), func(a, b Tier) int { return cmp.Compare(b.Before, a.Before) })
	if t.Tiers == nil {
		t.Tiers = []Tier{}
	}
	return t
}

// tiers are those in force, the longest before the start first. Until cancel_until_minutes it is free, unless a tier says something of that time.
func (t Terms) tiers() []Tier {
	all := t.clean().Tiers
	if len(all) == 0 && t.CancelUntil > 0 {
		all = []Tier{{Fee: Fee{Percent: everything}}}
	}
	if len(all) == 0 || all[0].Before < t.CancelUntil {
		all = slices.Insert(all, 0, Tier{Before: t.CancelUntil})
	}
	return all
}
