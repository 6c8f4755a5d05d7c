package policy

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/customer"
)

// Appointment is the kind of the ids of appointments, whose package is above this one.
type Appointment struct{}

// IDPrefix makes ids of appointments look like apt_….
func (Appointment) IDPrefix() string { return "apt" }

// Owed is a fee that a customer owes, or would.
type Owed struct {
	ID            id.ID[Owed]              `json:"id" db:"id"`
	AppointmentID id.ID[Appointment]       `json:"appointment_id" db:"appointment_id"`
	CustomerID    id.ID[customer.Customer] `json:"customer_id" db:"customer_id" doc:"Who owes it: whom the appointment is for."`
	Kind          Kind                     `json:"kind" db:"kind" enum:"LATE_CANCELLATION,NO_SHOW,CUSTOM"`
	Fee           money.Money              `json:"fee" db:"fee"`
	Status        string                   `json:"status" db:"status" enum:"PENDING,OUTSTANDING,WAIVED" doc:"PENDING until due_at, OUTSTANDING from then on, unless it is WAIVED."`
	DueAt         time.Time                `json:"due_at" db:"due_at"`
	Reason        *string                  `json:"reason" db:"reason" nullable:"true"`
	WaivedAt      *time.Time               `json:"waived_at" db:"waived_at" nullable:"true"`
	WaiveReason   *string                  `json:"waive_reason" db:"waive_reason" nullable:"true"`
	pg.Stamps

	AsCustomer bool `json:"-" db:"as_customer"` // the actor owes it, at most
}

// IDPrefix makes ids of fees look like fee_….
func (Owed) IDPrefix() string { return "fee" }

// shown is a fee as the actor sees it: why, in words, staff keep to themselves.
func (f Owed) shown() Owed {
	if f.AsCustomer {
		f.Reason, f.WaiveReason = nil, nil
	}
	return f
}

// Kind is what a fee is for.
type Kind string

// The kinds. Custom is an amount that staff have decided on.
const (
	LateCancellation Kind = "LATE_CANCELLATION"
	NoShow           Kind = "NO_SHOW"
	Custom           Kind = "CUSTOM"
)

// Charge is what an appointment comes to cost its customer.
type Charge struct {
	AppointmentID uuid.UUID
	Kind          Kind
	Amount        money.Money
	DueAt         time.Time
	Reason        string
}

// Charge notes that a fee is owed. One of nothing is none.
func (s *Service) Charge(ctx context.Context, tx *pg.TenantTx, c Charge) error {
	if c.Amount.Amount <= 0 {
		return nil
	}
	return insertFee(ctx, tx, c)
}

// Withdraw waives what an appointment costs, because what it was for has been undone.
func (s *Service) Withdraw(ctx context.Context, tx *pg.TenantTx, appointment uuid.UUID) error {
	return withdraw(ctx, tx, appointment)
}

var errWaived = &fault.Error{Kind: fault.Conflict, Code: "state_conflict", Detail: "This fee is waived already."}

// Waive lets a customer off a fee of an appointment that the actor serves.
func (s *Service) Waive(ctx context.Context, tx *pg.TenantTx, key id.ID[Owed], reason string) (Owed, error) {
	if err := lockFee(ctx, tx, key); err != nil {
		return Owed{}, err
	}
	f, err := feeByID(ctx, tx, key)
	if err != nil {
		return Owed{}, err
	}
	if err := api.CheckVersion(ctx, f.Version); err != nil {
		return Owed{}, err
	}
	if f.WaivedAt != nil {
		return Owed{}, errWaived
	}
	if err := waive(ctx, tx, key, strings.TrimSpace(reason)); err != nil {
		return Owed{}, err
	}
	return feeByID(ctx, tx, key)
}

// Balance is what a customer owes. Neither list names a currency in which it is nothing.
type Balance struct {
	Outstanding []money.Money `json:"outstanding" doc:"One amount for each currency."`
	Pending     []money.Money `json:"pending" doc:"What will be outstanding unless it is waived."`
}

// Balance sums up what a customer owes whom the actor may see: for all of their appointments, whoever serves them.
func (s *Service) Balance(ctx context.Context, tx *pg.TenantTx, key id.ID[customer.Customer]) (Balance, error) {
	b := Balance{Outstanding: []money.Money{}, Pending: []money.Money{}}
	if _, err := s.Customers.Get(ctx, tx, key); err != nil {
		return b, err
	}
	all, err := sums(ctx, tx, key)
	for _, one := range all {
		m := money.Money{Amount: one.Amount, Currency: one.Currency}
		if one.Pending {
			b.Pending = append(b.Pending, m)
		} else {
			b.Outstanding = append(b.Outstanding, m)
		}
	}
	return b, err
}
