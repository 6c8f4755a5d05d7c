package policy

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/service"
)

type policyRow struct {
	Terms     json.RawMessage `db:"terms"`
	Version   int             `db:"version"`
	Inherited bool            `db:"inherited"`
}

// inForce reads what a service has, or else the business, or else {}. The sum of both versions never comes back, whichever changes.
func inForce(ctx context.Context, tx *pg.TenantTx, key *id.ID[service.Service]) (policyRow, error) {
	return pg.One[policyRow](ctx, tx, `
		SELECT coalesce(own.terms, business.terms, '{}') AS terms, coalesce(own.version, 0) + coalesce(business.version, 0) AS version,
			CASE WHEN @service_id::uuid IS NULL THEN business.terms IS NULL ELSE own.terms IS NULL END AS inherited
		FROM (SELECT) AS always LEFT JOIN policies own ON own.service_id = @service_id LEFT JOIN policies business ON business.service_id IS NULL`,
		pg.Args{"service_id": key})
}

func put(ctx context.Context, tx *pg.TenantTx, key *id.ID[service.Service], t Terms) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO policies AS p (id, service_id, terms, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @service_id, @terms, @now, @now, @changed_by, @acted_by, 1)
		ON CONFLICT ON CONSTRAINT policies_subject DO UPDATE SET terms = excluded.terms, updated_at = excluded.updated_at, changed_by = excluded.changed_by,
			acted_by = excluded.acted_by, version = p.version + 1`, tx.Stamp(pg.Args{"id": id.New[ofPolicy](), "service_id": key, "terms": t}))
	return err
}

// ofPolicy is the kind of the ids of policies, which never leave the database.
type ofPolicy struct{}

func (ofPolicy) IDPrefix() string { return "pol" }

// known is the answer for a missing object where there is no such service.
func known(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) error {
	_, err := pg.Found(pg.One[serviceRow](ctx, tx, `SELECT id FROM services WHERE id = @id`, pg.Args{"id": key}))
	return err
}

type serviceRow struct {
	ID id.ID[service.Service] `db:"id"`
}

// lockService is known under a lock, of a row that is there even while the service has no policy of its own.
func lockService(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) error {
	_, err := pg.Found(pg.One[serviceRow](ctx, tx, `SELECT id FROM services WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}))
	return err
}

// lockDefault locks the business's policy. While it has none there is nothing to keep apart but two first ones, and the last of those counts.
func lockDefault(ctx context.Context, tx *pg.TenantTx) error {
	_, err := pg.Exec(ctx, tx, `SELECT FROM policies WHERE service_id IS NULL FOR NO KEY UPDATE`, nil)
	return err
}

// remove keeps the row for its version, which must not be used again.
func remove(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE policies SET terms = NULL, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE service_id = @service_id AND terms IS NOT NULL`, tx.Stamp(pg.Args{"service_id": key}))
	return err
}

func priceOf(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) (money.Money, error) {
	got, err := pg.One[struct {
		Amount   int64  `db:"price_amount"`
		Currency string `db:"price_currency"`
	}](ctx, tx, `SELECT price_amount, price_currency FROM services WHERE id = @id AND public AND archived_at IS NULL`, pg.Args{"id": key})
	return money.Money{Amount: got.Amount, Currency: got.Currency}, err
}

const (
	// status is that of a moment: no job has to turn what is pending into what is outstanding.
	status = `CASE WHEN f.waived_at IS NOT NULL THEN 'WAIVED' WHEN f.due_at > @now THEN 'PENDING' ELSE 'OUTSTANDING' END`

	feeSQL = `
		SELECT f.id, f.appointment_id, a.customer_id, f.kind, jsonb_build_object('amount', f.amount, 'currency', f.currency) AS fee,
			` + status + ` AS status, f.due_at, f.reason, f.waived_at, f.waive_reason, f.created_at, f.updated_at, f.version,
			NOT (@all::boolean OR ` + serves + `) AS as_customer
		FROM fees f JOIN appointments a ON a.id = f.appointment_id JOIN customers c ON c.id = a.customer_id
		WHERE `

	// visible is the row rule of the appointments that the fees are for.
	visible = `(@all::boolean OR c.user_id = @actor OR ` + serves + `)`

	// serves is whether the actor does, or did, what the fee is for.
	serves = `EXISTS (SELECT FROM allocations al JOIN resources r ON r.id = al.resource_id
		WHERE (al.appointment_id = a.id OR al.session_id = a.session_id) AND r.user_id = @actor)`
)

func seen(tx *pg.TenantTx, args pg.Args) pg.Args {
	args["now"], args["all"], args["actor"] = tx.Now(), tx.Actor.Can(role.AppointmentsAll), tx.Actor.UserID
	return args
}

func feeByID(ctx context.Context, tx *pg.TenantTx, key id.ID[Owed]) (Owed, error) {
	return pg.Found(pg.One[Owed](ctx, tx, feeSQL+`f.id = @id AND `+visible, seen(tx, pg.Args{"id": key})))
}

// lockFee keeps two changes of a fee apart. It finds only those that the actor may waive: of appointments that they serve, not of their own.
func lockFee(ctx context.Context, tx *pg.TenantTx, key id.ID[Owed]) error {
	_, err := pg.Found(pg.One[struct {
		ID id.ID[Owed] `db:"id"`
	}](ctx, tx, `
		SELECT f.id FROM fees f JOIN appointments a ON a.id = f.appointment_id
		WHERE f.id = @id AND (@all::boolean OR `+serves+`) FOR NO KEY UPDATE OF f`,
		pg.Args{"id": key, "all": tx.Actor.Can(role.AppointmentsAll), "actor": tx.Actor.UserID}))
	return err
}

func insertFee(ctx context.Context, tx *pg.TenantTx, c Charge) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO fees (id, appointment_id, kind, amount, currency, due_at, reason, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @appointment_id, @kind, @amount, @currency, @due_at, nullif(@reason, ''), @now, @now, @changed_by, @acted_by, 1)`, tx.Stamp(pg.Args{
		"id": id.New[Owed](), "appointment_id": c.AppointmentID, "kind": c.Kind, "amount": c.Amount.Amount, "currency": c.Amount.Currency, "due_at": c.DueAt, "reason": c.Reason,
	}))
	return err
}

func withdraw(ctx context.Context, tx *pg.TenantTx, appointment uuid.UUID) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE fees SET waived_at = @now, waive_reason = 'Undone', updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE appointment_id = @id AND waived_at IS NULL`, tx.Stamp(pg.Args{"id": appointment}))
	return err
}

// feeFilter is what narrows a list of fees.
type feeFilter struct {
	appointmentID *id.ID[Appointment]
	customerID    *id.ID[customer.Customer]
	status        *string
}

func fees(ctx context.Context, tx *pg.TenantTx, f feeFilter, p api.Page) ([]Owed, error) {
	return pg.All[Owed](ctx, tx, feeSQL+`f.id > @after AND (@appointment_id::uuid IS NULL OR f.appointment_id = @appointment_id)
		AND (@customer_id::uuid IS NULL OR a.customer_id = @customer_id) AND (@status::text IS NULL OR @status = `+status+`) AND `+visible+` ORDER BY f.id LIMIT @rows`,
		seen(tx, pg.Args{"after": p.After(), "rows": p.Rows(), "appointment_id": f.appointmentID, "customer_id": f.customerID, "status": f.status}))
}

func waive(ctx context.Context, tx *pg.TenantTx, key id.ID[Owed], reason string) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE fees SET waived_at = @now, waive_reason = nullif(@reason, ''), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "reason": reason}))
	return err
}

type sum struct {
	Currency string `db:"currency"`
	Amount   int64  `db:"amount"`
	Pending  bool   `db:"pending"`
}

func sums(ctx context.Context, tx *pg.TenantTx, key id.ID[customer.Customer]) ([]sum, error) {
	return pg.All[sum](ctx, tx, `
		SELECT f.currency, sum(f.amount)::bigint AS amount, f.due_at > @now AS pending FROM fees f JOIN appointments a ON a.id = f.appointment_id
		WHERE a.customer_id = @id AND f.waived_at IS NULL GROUP BY f.currency, f.due_at > @now ORDER BY f.currency`, pg.Args{"id": key, "now": tx.Now()})
}
