package waitlist

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
	"smoothschedule/internal/scheduling/appointment"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/service"
)

const (
	selectSQL = `SELECT e.id, e.service_id, e.location_id, e.customer_id, s.name AS service_name, c.name AS customer_name, l.time_zone, to_jsonb(e.from_date) AS from_date,
		to_jsonb(e.to_date) AS to_date, e.windows, e.resource_ids, e.party_size, e.variant_id, e.addon_ids, e.notes, e.priority, e.status, e.offered_start, e.offered_end, e.offered_until,
		e.appointment_id, e.expires_at, c.archived_at IS NOT NULL AS archived, e.offered_hold, e.offers, e.created_at, e.updated_at, e.version,
		NOT (@all::boolean OR ` + serves + `) AS as_customer
		FROM waitlist_entries e JOIN services s ON s.id = e.service_id JOIN customers c ON c.id = e.customer_id JOIN locations l ON l.id = e.location_id WHERE `

	// visible is the row rule: without appointments.all a person sees the entries that wish for what they are, and their own.
	visible = `NOT e.shadow AND (@all::boolean OR c.user_id = @actor OR ` + serves + `)`

	// serves is whether the entry wishes for the actor.
	serves = `EXISTS (SELECT FROM resources r WHERE r.user_id = @actor AND r.id = ANY(e.resource_ids))`
)

// filter is what a list is about.
type filter struct {
	status    *string
	serviceID *id.ID[service.Service]
}

func list(ctx context.Context, tx *pg.TenantTx, f filter, p api.Page) ([]Entry, error) {
	all, err := pg.All[Entry](ctx, tx, selectSQL+`e.id > @after AND (@status::text IS NULL OR e.status = @status) AND (@service_id::uuid IS NULL OR e.service_id = @service_id) AND `+visible+`
		ORDER BY e.id LIMIT @rows`, pg.Args{
		"after": p.After(), "rows": p.Rows(), "status": f.status, "service_id": f.serviceID, "all": tx.Actor.Can(role.AppointmentsAll), "actor": tx.Actor.UserID,
	})
	for i := range all {
		all[i] = all[i].local().shown()
	}
	return all, err
}

func byID(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry]) (Entry, error) {
	e, err := pg.Found(pg.One[Entry](ctx, tx, selectSQL+`e.id = @id AND `+visible,
		pg.Args{"id": key, "all": tx.Actor.Can(role.AppointmentsAll), "actor": tx.Actor.UserID}))
	return e.local(), err
}

// readBack is byID for those whom the row rule isn't about: jobs and keys.
func readBack(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry]) (Entry, error) {
	e, err := pg.One[Entry](ctx, tx, selectSQL+`e.id = @id`, pg.Args{"id": key, "all": true, "actor": tx.Actor.UserID})
	return e.local(), err
}

// local writes the times with the offset of the location's zone.
func (e Entry) local() Entry {
	zone, err := location.LoadZone(e.TimeZone)
	if err != nil {
		return e
	}
	e.ExpiresAt = e.ExpiresAt.In(zone)
	for _, t := range []**time.Time{&e.OfferedStart, &e.OfferedEnd, &e.OfferedUntil} {
		if *t != nil {
			at := (*t).In(zone)
			*t = &at
		}
	}
	return e
}

// lock returns the entry, which nobody else can change until the transaction ends.
func lock(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry]) (Entry, error) {
	if err := lockRow(ctx, tx, key); err != nil {
		return Entry{}, err
	}
	e, err := byID(ctx, tx, key)
	if err == nil {
		err = api.CheckVersion(ctx, e.Version)
	}
	return e, err
}

func lockRow(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry]) error {
	_, err := pg.Exec(ctx, tx, `SELECT FROM waitlist_entries WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key})
	return err
}

// idByToken is the entry that a key opens.
func idByToken(ctx context.Context, tx *pg.TenantTx, token string) (id.ID[Entry], error) {
	got, err := pg.One[struct {
		ID id.ID[Entry] `db:"id"`
	}](ctx, tx, `SELECT id FROM waitlist_entries WHERE token_hash = @hash`, pg.Args{"hash": secret.Hash(token)})
	if errors.Is(err, pg.ErrNoRow) {
		err = errLink
	}
	return got.ID, err
}

// insert returns errTaken for a second entry for the same.
func insert(ctx context.Context, tx *pg.TenantTx, e Entry, hash []byte, shadow bool) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO waitlist_entries (id, service_id, location_id, customer_id, from_date, to_date, windows, resource_ids, party_size, variant_id, addon_ids, notes, priority, queued_at, status, offers,
			expires_at, token_hash, shadow, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @service_id, @location_id, @customer_id, @from::text::date, @to::text::date, @windows::jsonb, @resource_ids, @party_size, @variant_id, @addon_ids, @notes, @priority, @now, 'WAITING', '{}',
			@expires_at, @hash, @shadow, @now, @now, @changed_by, @acted_by, 1)`, tx.Stamp(pg.Args{
		"id": e.ID, "service_id": e.ServiceID, "location_id": e.LocationID, "customer_id": e.CustomerID, "from": e.From.String(), "to": e.To.String(), "windows": e.Windows,
		"resource_ids": e.ResourceIDs, "party_size": e.PartySize, "variant_id": e.VariantID, "addon_ids": e.AddonIDs, "notes": e.Notes, "priority": e.Priority, "expires_at": e.ExpiresAt, "hash": hash, "shadow": shadow,
	}))
	return taken(err)
}

func update(ctx context.Context, tx *pg.TenantTx, e Entry) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE waitlist_entries SET from_date = @from::text::date, to_date = @to::text::date, windows = @windows::jsonb, resource_ids = @resource_ids, party_size = @party_size, variant_id = @variant_id, addon_ids = @addon_ids,
			notes = @notes, priority = @priority, expires_at = @expires_at, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{
		"id": e.ID, "from": e.From.String(), "to": e.To.String(), "windows": e.Windows, "resource_ids": e.ResourceIDs, "party_size": e.PartySize,
		"variant_id": e.VariantID, "addon_ids": e.AddonIDs, "notes": e.Notes, "priority": e.Priority, "expires_at": e.ExpiresAt,
	}))
	return taken(err)
}

func taken(err error) error {
	if pg.Violates(err, "waitlist_entries_once") {
		return errTaken
	}
	return err
}

// setOffered puts on record what is kept for an entry.
func setOffered(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry], h appointment.Hold) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE waitlist_entries SET status = 'OFFERED', offered_hold = @hold, offered_start = @start, offered_end = @end, offered_until = @until,
			offers = array_append(offers, @start), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "hold": h.ID, "start": h.Start, "end": h.End, "until": h.ExpiresAt}))
	return err
}

// settle ends an entry, or puts it behind the others; nothing is kept for it any more.
func settle(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry], to Status, booked *id.ID[appointment.Appointment]) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE waitlist_entries SET status = @status, appointment_id = @appointment_id, offered_hold = NULL, offered_start = NULL, offered_end = NULL, offered_until = NULL,
			queued_at = @now, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "status": to, "appointment_id": booked}))
	return err
}

// waiting lists who waits at a location on some of the dates, in their order. Customers who can't be booked are left out.
func waiting(ctx context.Context, tx *pg.TenantTx, m Match, from, to string) ([]id.ID[Entry], error) {
	rows, err := pg.All[struct {
		ID id.ID[Entry] `db:"id"`
	}](ctx, tx, `
		SELECT e.id FROM waitlist_entries e JOIN customers c ON c.id = e.customer_id
		WHERE e.location_id = @location_id AND e.status = 'WAITING' AND NOT e.shadow AND e.expires_at > @now AND e.from_date <= @to::text::date AND e.to_date >= @from::text::date
			AND (@except::uuid IS NULL OR e.id <> @except) AND (@service_id::uuid IS NULL OR e.service_id = @service_id) AND c.status = 'ACTIVE' AND c.archived_at IS NULL
		ORDER BY e.priority DESC, e.queued_at, e.id LIMIT 1000`,
		pg.Args{"location_id": m.LocationID, "service_id": m.ServiceID, "now": tx.Now(), "from": from, "to": to, "except": m.Except})
	ids := make([]id.ID[Entry], len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// zoneOf is the name of a location's zone.
func zoneOf(ctx context.Context, tx *pg.TenantTx, key id.ID[location.Location]) (string, error) {
	got, err := pg.One[struct {
		Zone string `db:"time_zone"`
	}](ctx, tx, `SELECT time_zone FROM locations WHERE id = @id`, pg.Args{"id": key})
	return got.Zone, err
}

// terms are what a service does with its wait list, and whether a customer can be mailed.
type terms struct {
	Strategy string `db:"waitlist"`
	Until    int    `db:"auto_promote_until_minutes"`
	Mailed   bool   `db:"mailed"`
}

func termsOf(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry]) (terms, error) {
	return pg.One[terms](ctx, tx, `
		SELECT s.waitlist, s.auto_promote_until_minutes, c.email IS NOT NULL AS mailed
		FROM waitlist_entries e JOIN services s ON s.id = e.service_id JOIN customers c ON c.id = e.customer_id WHERE e.id = @id`, pg.Args{"id": key})
}

// strategyOf is what a service does with its wait list.
func strategyOf(ctx context.Context, tx *pg.TenantTx, key id.ID[service.Service]) (string, error) {
	got, err := pg.One[struct {
		Strategy string `db:"waitlist"`
	}](ctx, tx, `SELECT waitlist FROM services WHERE id = @id`, pg.Args{"id": key})
	if errors.Is(err, pg.ErrNoRow) {
		err = fault.Unknown("body.service_id")
	}
	return got.Strategy, err
}

// bookedMeanwhile is the appointment by which a customer got what they wait for, without the list.
func bookedMeanwhile(ctx context.Context, tx *pg.TenantTx, e Entry) (*id.ID[appointment.Appointment], error) {
	rows, err := pg.All[struct {
		ID id.ID[appointment.Appointment] `db:"id"`
	}](ctx, tx, `
		SELECT id FROM appointments
		WHERE customer_id = @customer_id AND service_id = @service_id AND status IN ('PENDING', 'CONFIRMED') AND created_at >= @since
			AND (starts_at AT TIME ZONE @zone)::date BETWEEN @from::text::date AND @to::text::date
		ORDER BY id LIMIT 1`, pg.Args{
		"customer_id": e.CustomerID, "service_id": e.ServiceID, "since": e.CreatedAt, "zone": e.TimeZone, "from": e.From.String(), "to": e.To.String(),
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0].ID, nil
}

// over locks the entries whose offer or whose time has run out.
func over(ctx context.Context, tx *pg.TenantTx, rows int) ([]uuid.UUID, error) {
	all, err := pg.All[struct {
		ID uuid.UUID `db:"id"`
	}](ctx, tx, `
		SELECT id FROM waitlist_entries WHERE status = 'OFFERED' AND offered_until <= @now OR status = 'WAITING' AND expires_at <= @now
		ORDER BY id LIMIT @rows FOR NO KEY UPDATE SKIP LOCKED`, pg.Args{"now": tx.Now(), "rows": rows})
	ids := make([]uuid.UUID, len(all))
	for i, one := range all {
		ids[i] = one.ID
	}
	return ids, err
}
