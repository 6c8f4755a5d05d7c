package appointment

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/policy"
)

// Cancellation says why, and what it costs.
type Cancellation struct {
	Reason string `json:"reason" required:"false" maxLength:"500"`
	Fee    string `json:"fee" required:"false" enum:"waive,apply_policy,custom" default:"waive" doc:"What the customer owes for it: nothing, what the policy says, or custom_fee."`
	// Custom is a pointer because money has required fields.
	Custom *money.Money `json:"custom_fee,omitempty" doc:"With fee custom: how much, in the appointment's currency."`
	Notice
}

// who cancels.
const (
	byCustomer = "customer"
	byStaff    = "staff"
	bySystem   = "system"
)

// Cancel frees the time, for staff. The appointment stays on record.
func (s *Service) Cancel(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], c Cancellation) (Appointment, error) {
	was, err := s.lock(ctx, tx, key)
	if err != nil {
		return Appointment{}, err
	}
	quote := was.cancellation(tx.Now())
	fee, err := c.fee(was, quote)
	if err != nil {
		return Appointment{}, err
	}
	a, err := s.cancel(ctx, tx, was, calling{by: byStaff, reason: c.Reason, late: quote.Late, fee: fee, custom: c.Fee == "custom"})
	if err != nil || !c.wanted() {
		return a, err
	}
	return a, s.tell(ctx, tx, a, "cancelled")
}

// fee is what staff decided that it costs.
func (c Cancellation) fee(a Appointment, quote policy.Quote) (money.Money, error) {
	none := money.Money{Currency: a.Price.Currency}
	switch {
	case c.Fee == "apply_policy":
		return quote.Fee, nil
	case c.Fee != "custom":
		return none, nil
	case c.Custom == nil || c.Custom.Currency != a.Price.Currency:
		return none, fault.At("body.custom_fee", "Give the amount in the appointment's currency, %s.", a.Price.Currency)
	case c.Custom.Amount < 0 || c.Custom.Amount > a.Price.Amount:
		return none, fault.At("body.custom_fee.amount", "Charge at least nothing and at most the price.")
	}
	return *c.Custom, nil
}

// calling off: by whom, why, and at what price.
type calling struct {
	by     string
	reason string
	late   bool
	fee    money.Money
	custom bool // the fee is what staff decided, not the policy
}

func (c calling) kind() policy.Kind {
	if c.custom {
		return policy.Custom
	}
	return policy.LateCancellation
}

// cancel writes it, under the row's lock.
func (s *Service) cancel(ctx context.Context, tx *pg.TenantTx, was Appointment, c calling) (Appointment, error) {
	if !was.Status.open() {
		return Appointment{}, was.refuse("cancelled")
	}
	if err := cancel(ctx, tx, was.ID, c); err != nil {
		return Appointment{}, err
	}
	if err := deactivate(ctx, tx, was.ID); err != nil {
		return Appointment{}, err
	}
	a, err := s.recorded(ctx, tx, was, "cancelled", c.reason)
	if err != nil {
		return Appointment{}, err
	}
	if err := s.charge(ctx, tx, a, c.kind(), c.fee, tx.Now(), c.reason); err != nil {
		return Appointment{}, err
	}
	if err := s.settle(ctx, tx, a.SessionID); err != nil {
		return Appointment{}, err
	}
	return a, s.released(ctx, tx, a)
}

// charge notes what the customer owes, if anything. It is collected later.
func (s *Service) charge(ctx context.Context, tx *pg.TenantTx, a Appointment, kind policy.Kind, fee money.Money, due time.Time, reason string) error {
	if fee.Amount == 0 {
		return nil
	}
	return s.Policies.Charge(ctx, tx, policy.Charge{AppointmentID: a.ID.UUID(), Kind: kind, Amount: fee, DueAt: due, Reason: reason})
}

// terms are those that were agreed at booking.
func (a Appointment) terms() policy.Terms {
	t := policy.Default()
	if err := json.Unmarshal(a.Terms, &t); err != nil {
		panic(fmt.Sprintf("the policy of %s: %v", a.ID, err)) // this program wrote it
	}
	return t
}

// facts are those of a moment. Its deposit is due and not paid: nothing is to be given back.
func (a Appointment) facts(now time.Time) policy.Facts {
	return policy.Facts{Price: a.Price, Deposit: money.Money{Currency: a.Price.Currency}, BookedAt: a.CreatedAt, Start: a.Start, Now: now, Reschedules: a.Reschedules, Moved: a.FreeCancel, Requested: a.Status == Pending}
}

// Quotes are what it would cost to call an appointment off or to move it, now.
type Quotes struct {
	Cancel     policy.Quote `json:"cancel"`
	Reschedule policy.Quote `json:"reschedule"`
}

// Quotes tells what the policy says at this moment.
func (s *Service) Quotes(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Quotes, error) {
	a, err := s.Get(ctx, tx, key)
	if err != nil {
		return Quotes{}, err
	}
	return a.quotes(tx.Now()), nil
}

func (a Appointment) quotes(now time.Time) Quotes {
	return Quotes{a.cancellation(now), a.terms().Reschedule(a.facts(now))}
}

// cancellation is what calling it off costs its customer.
func (a Appointment) cancellation(now time.Time) policy.Quote {
	return a.terms().Cancellation(a.facts(now))
}
