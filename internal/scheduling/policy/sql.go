package policy

import (
	"context"
	"encoding/json"

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

func inForce(ctx context.Context, tx *pg.TenantTx, key *id.ID[service.Service]) (policyRow, error) {
	return pg.One[policyRow](ctx, tx, `
		SELECT terms, version, @service_id::uuid IS NOT NULL AND service_id IS NULL AS inherited FROM policies
		WHERE service_id = @service_id OR service_id IS NULL ORDER BY service_id NULLS LAST LIMIT 1`, pg.Args{"service_id": key})
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
	_, err := pg.Found(pg.One[struct {
		ID id.ID[service.Service] `db:"id"`
	}](ctx, tx, `SELECT id FROM services WHERE id = @id`, pg.Args{"id": key}))
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
	feeSQL = `
		SELECT f.id, f.appointment_id, f.kind, jsonb_build_object('amount', f.amount, 'currency', f.currency) AS fee,
			CASE WHEN f.waived_at IS NOT NULL THEN 'WAIVED' WHEN f.due_at > @now THEN 'PENDING' ELSE 'OUTSTANDING' END AS status,
			f.due_at, f.reason, f.waived_at, f.waive_reason, f.created_at, f.updated_at, f.version
		FROM fees f JOIN appointments a ON a.id = f.appointment_id JOIN customers c ON c.id = a.customer_id
		WHERE `

	// visible is the row rule of the appointments that the fees are for.
	visible = `(@all::boolean OR c.user_id = @actor OR EXISTS (SELECT FROM allocations al JOIN resources r ON r.id = al.resource_id
		WHERE (al.appointment_id = a.id OR al.session_id = a.session_id) AND r.user_id = @actor))`
)

func seen(tx *pg.TenantTx, args pg.Args) pg.Args {
	args["now"], args["all"], args["actor"] = tx.Now(), tx.Actor.Can(role.AppointmentsAll), tx.Actor.UserID
	return args
}

func feeByID(ctx context.Context, tx *pg.TenantTx, key id.ID[Owed]) (Owed, error) {
	return pg.Found(pg.One[Owed](ctx, tx, feeSQL+`f.id = @id AND `+visible, seen(tx, pg.Args{"id": key})))
}

type feeFilter struct {
	appointmentID *id.ID[Appointment]
	customerID    *id.ID[customer.Customer]
}

func fees(ctx context.Context, tx *pg.TenantTx, f feeFilter, p api.Page) ([]Owed, error) {
	return pg.All[Owed](ctx, tx, feeSQL+`f.id > @after AND (@appointment_id::uuid IS NULL OR f.appointment_id = @appointment_id)
		AND (@customer_id::uuid IS NULL OR a.customer_id = @customer_id) AND `+visible+` ORDER BY f.id LIMIT @rows`,
		seen(tx, pg.Args{"after": p.After(), "rows": p.Rows(), "appointment_id": f.appointmentID, "customer_id": f.customerID}))
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
