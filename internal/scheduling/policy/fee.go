package policy

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
)

// Appointment is the kind of the ids of appointments, whose package is above this one.
type Appointment struct{}

// IDPrefix makes ids of appointments look like apt_….
func (Appointment) IDPrefix() string { return "apt" }

// Owed is a fee that a customer owes, or would.
type Owed struct {
	ID            id.ID[Owed]        `json:"id" db:"id"`
	AppointmentID id.ID[Appointment] `json:"appointment_id" db:"appointment_id"`
	Kind          Kind               `json:"kind" db:"kind" enum:"LATE_CANCELLATION,NO_SHOW"`
	Fee           money.Money        `json:"fee" db:"fee"`
	Status        string             `json:"status" db:"status" enum:"PENDING,OUTSTANDING,WAIVED" doc:"PENDING until due_at, OUTSTANDING from then on."`
	DueAt         time.Time          `json:"due_at" db:"due_at"`
	Reason        *string            `json:"reason" db:"reason" nullable:"true"`
	WaivedAt      *time.Time         `json:"waived_at" db:"waived_at" nullable:"true"`
	WaiveReason   *string            `json:"waive_reason" db:"waive_reason" nullable:"true"`
	pg.Stamps
}

// IDPrefix makes ids of fees look like fee_….
func (Owed) IDPrefix() string { return "fee" }

// Kind is what a fee is for.
type Kind string

// The kinds.
const (
	LateCancellation Kind = "LATE_CANCELLATION"
	NoShow           Kind = "NO_SHOW"
)

// Charge is what an appointment comes to cost its customer.
type Charge struct {
	AppointmentID uuid.UUID
	Kind          Kind
	Amount        money.Money
	DueAt         time.Time
	Reason        string
}

// Charge notes that a fee is owed.
func (s *Service) Charge(ctx context.Context, tx *pg.TenantTx, c Charge) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO fees (id, appointment_id, kind, amount, currency, due_at, reason, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @appointment_id, @kind, @amount, @currency, @due_at, nullif(@reason, ''), @now, @now, @changed_by, @acted_by, 1)`, tx.Stamp(pg.Args{
		"id": id.New[Owed](), "appointment_id": c.AppointmentID, "kind": c.Kind, "amount": c.Amount.Amount, "currency": c.Amount.Currency, "due_at": c.DueAt, "reason": c.Reason,
	}))
	return err
}

// Withdraw waives what an appointment costs, because it was no no-show after all.
func (s *Service) Withdraw(ctx context.Context, tx *pg.TenantTx, appointment uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE fees SET waived_at = @now, waive_reason = 'Undone', updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE appointment_id = @id AND waived_at IS NULL`, tx.Stamp(pg.Args{"id": appointment}))
	return err
}

var errWaived = &fault.Error{Kind: fault.Conflict, Code: "state_conflict", Detail: "This fee is waived already."}

// Waive lets a customer off a fee that the actor sees.
func (s *Service) Waive(ctx context.Context, tx *pg.TenantTx, key id.ID[Owed], reason string) (Owed, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM fees WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}); err != nil {
		return Owed{}, err
	}
	f, err := feeByID(ctx, tx, key)
	if err != nil {
		return f, err
	}
	if err := api.CheckVersion(ctx, f.Version); err != nil {
		return f, err
	}
	if f.WaivedAt != nil {
		return f, errWaived
	}
	if err := waive(ctx, tx, key, reason); err != nil {
		return f, err
	}
	return feeByID(ctx, tx, key)
}

// Balance is what a customer owes.
type Balance struct {
	Outstanding []money.Money `json:"outstanding" doc:"One amount for each currency."`
	Pending     []money.Money `json:"pending" doc:"What will be outstanding unless it is waived."`
}
