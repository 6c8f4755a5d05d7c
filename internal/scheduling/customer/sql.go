package customer

import (
	"context"
	"strings"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

const (
	columns = `id, name, email, phone, user_id, status, created_at, updated_at, archived_at, version`

	// visible is the row rule: without customers.read_all a person sees those they serve, and themselves.
	visible = `(@all::boolean OR user_id = @actor OR EXISTS (
		SELECT FROM appointments a JOIN allocations al ON al.appointment_id = a.id JOIN resources r ON r.id = al.resource_id
		WHERE a.customer_id = customers.id AND r.user_id = @actor))`
)

func list(ctx context.Context, tx *pg.TenantTx, q string, archived bool, p api.Page) ([]Customer, error) {
	return pg.All[Customer](ctx, tx, `
		SELECT `+columns+` FROM customers
		WHERE id > @after AND (archived_at IS NULL OR @archived::boolean) AND search LIKE lower(@pattern) AND `+visible+`
		ORDER BY id LIMIT @rows`, pg.Args{
		"after": p.After(), "archived": archived, "pattern": contains(q), "rows": p.Rows(),
		"all": tx.Actor.Can(role.CustomersReadAll), "actor": tx.Actor.UserID,
	})
}

// contains is the LIKE pattern of texts that hold q, whatever characters q holds. The database lowers its case,
// as it did that of the column: databases differ in which letters they know.
func contains(q string) string {
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(q))
	return "%" + escaped + "%"
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Customer]) (Customer, error) {
	return pg.Found(pg.One[Customer](ctx, tx, `SELECT `+columns+` FROM customers WHERE id = @id AND `+visible,
		pg.Args{"id": key, "all": tx.Actor.Can(role.CustomersReadAll), "actor": tx.Actor.UserID}))
}

// forChange is byID under a lock that keeps two patches from undoing each other: the second reads what the first wrote.
func forChange(ctx context.Context, tx *pg.TenantTx, key id.ID[Customer]) (Customer, error) {
	c, err := pg.Found(pg.One[Customer](ctx, tx, `SELECT `+columns+` FROM customers WHERE id = @id AND `+visible+` FOR NO KEY UPDATE`,
		pg.Args{"id": key, "all": tx.Actor.Can(role.CustomersReadAll), "actor": tx.Actor.UserID}))
	if err == nil {
		err = api.CheckVersion(ctx, c.Version)
	}
	return c, err
}

func insert(ctx context.Context, tx *pg.TenantTx, n New) (Customer, error) {
	c, err := pg.One[Customer](ctx, tx, `
		INSERT INTO customers (id, name, email, phone, user_id, status, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @name, @email, @phone, @user_id, @status, @now, @now, @changed_by, @acted_by, 1) RETURNING `+columns, args(tx, id.New[Customer](), n))
	return c, taken(err)
}

func update(ctx context.Context, tx *pg.TenantTx, key id.ID[Customer], n New) (Customer, error) {
	c, err := pg.One[Customer](ctx, tx, `
		UPDATE customers SET name = @name, email = @email, phone = @phone, user_id = @user_id, status = @status, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id RETURNING `+columns, args(tx, key, n))
	return c, taken(err)
}

func insertUnlessKnown(ctx context.Context, tx *pg.TenantTx, n New) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO customers (id, name, email, phone, user_id, status, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @name, @email, @phone, @user_id, @status, @now, @now, @changed_by, @acted_by, 1)
		ON CONFLICT (email) WHERE archived_at IS NULL DO NOTHING`, args(tx, id.New[Customer](), n))
	return err
}

func args(tx *pg.TenantTx, key id.ID[Customer], n New) pg.Args {
	return tx.Stamp(pg.Args{"id": key, "name": n.Name, "email": n.Email, "phone": n.Phone, "user_id": n.UserID, "status": n.Status})
}

func idByEmail(ctx context.Context, tx *pg.TenantTx, email string) (id.ID[Customer], error) {
	got, err := pg.One[struct {
		ID id.ID[Customer] `db:"id"`
	}](ctx, tx, `SELECT id FROM customers WHERE email = @email AND archived_at IS NULL`, pg.Args{"email": email})
	return got.ID, err
}

func taken(err error) error {
	if pg.Violates(err, "customers_email") {
		return ErrTaken
	}
	return err
}

func archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Customer]) error {
	return pg.Changed(pg.Exec(ctx, tx, `
		UPDATE customers SET archived_at = coalesce(archived_at, @now), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id AND `+visible, tx.Stamp(pg.Args{"id": key, "all": tx.Actor.Can(role.CustomersReadAll), "actor": tx.Actor.UserID})))
}

// checkUser refuses a user who is not of this tenant; row-level security hides all others.
func checkUser(ctx context.Context, tx *pg.TenantTx, user *id.ID[account.User]) error {
	known, err := account.Known(ctx, tx, user)
	if err == nil && !known {
		return fault.Unknown("body.user_id")
	}
	return err
}
