package notify

import (
	"context"
	"time"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/appointment"
)

const columns = `id, recipient, subject, body, status, created_at, sent_at`

func list(ctx context.Context, tx *pg.TenantTx, p api.Page) ([]Mail, error) {
	return pg.All[Mail](ctx, tx, `SELECT `+columns+` FROM mails
		WHERE id < @after OR @after = '00000000-0000-0000-0000-000000000000'::uuid ORDER BY id DESC LIMIT @rows`,
		pg.Args{"after": p.After(), "rows": p.Rows()})
}

func byKey(ctx context.Context, tx *pg.TenantTx, key string) (Mail, error) {
	return pg.One[Mail](ctx, tx, `SELECT `+columns+` FROM mails WHERE dedupe_key = @key`, pg.Args{"key": key})
}

func insertOnce(ctx context.Context, tx *pg.TenantTx, key string, m Mail) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO mails (id, dedupe_key, recipient, subject, body, status, created_at)
		VALUES (@id, @key, @recipient, @subject, @body, @status, @now)
		ON CONFLICT ON CONSTRAINT mails_dedupe DO NOTHING`, pg.Args{
		"id": m.ID, "key": key, "recipient": m.To, "subject": m.Subject, "body": m.Text, "status": m.Status, "now": tx.Now(),
	})
	return err
}

// booked is what the mail says about an appointment.
type booked struct {
	Email        string    `db:"email"`
	CustomerName string    `db:"customer_name"`
	ServiceName  string    `db:"service_name"`
	ResourceName string    `db:"resource_name"`
	LocationName string    `db:"location_name"`
	Start        time.Time `db:"starts_at"`
	TimeZone     string    `db:"time_zone"`
	Reason       string    `db:"reason"` // why it was cancelled
}

// bookedByID returns pg.ErrNoRow when the customer has no address.
func bookedByID(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.Appointment]) (booked, error) {
	return pg.One[booked](ctx, tx, `
		SELECT c.email, c.name AS customer_name, a.service_name, a.starts_at, a.time_zone, l.name AS location_name, coalesce(a.cancel_reason, '') AS reason,
			coalesce((SELECT string_agg(DISTINCT r.name, ', ') FROM allocations al JOIN resources r ON r.id = al.resource_id WHERE (al.appointment_id = a.id OR al.session_id = a.session_id) AND NOT al.linked), '') AS resource_name
		FROM appointments a JOIN customers c ON c.id = a.customer_id JOIN locations l ON l.id = a.location_id
		WHERE a.id = @id AND c.email IS NOT NULL`, pg.Args{"id": key})
}

// startsOf lists when the appointments of a series begin.
func startsOf(ctx context.Context, tx *pg.TenantTx, key id.ID[appointment.InSeries]) ([]time.Time, error) {
	rows, err := pg.All[struct {
		Start time.Time `db:"starts_at"`
	}](ctx, tx, `SELECT starts_at FROM appointments WHERE series_id = @id AND status <> 'CANCELLED' ORDER BY starts_at LIMIT 400`, pg.Args{"id": key})
	starts := make([]time.Time, len(rows))
	for i, r := range rows {
		starts[i] = r.Start
	}
	return starts, err
}
