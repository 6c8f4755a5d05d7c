// Package group holds sessions that several customers take part in: a class, a guided tour. The seats are appointments, and package
// appointment books, moves and cancels them; here is what they sit in.
package group

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Session is one occurrence of a group.
type Session struct {
	ID           id.ID[Session]             `json:"id" db:"id"`
	ServiceID    id.ID[service.Service]     `json:"service_id" db:"service_id"`
	LocationID   id.ID[location.Location]   `json:"location_id" db:"location_id"`
	ResourceIDs  []id.ID[resource.Resource] `json:"resource_ids" db:"resource_ids"`
	Status       string                     `json:"status" db:"status" enum:"SCHEDULED,CANCELLED"`
	Start        time.Time                  `json:"start" db:"starts_at"`
	End          time.Time                  `json:"end" db:"ends_at"`
	TimeZone     string                     `json:"time_zone" db:"time_zone"`
	ServiceName  string                     `json:"service_name" db:"service_name"`
	Capacity     int                        `json:"capacity" db:"capacity" doc:"Seats in all."`
	Taken        int                        `json:"taken" db:"taken" doc:"Seats that are taken, requests included."`
	Held         int                        `json:"held" db:"held" doc:"Seats that are kept for a moment, for whoever has the token of a hold."`
	Minimum      int                        `json:"minimum" db:"minimum" doc:"Seats that must be taken."`
	Deadline     int                        `json:"deadline_minutes" db:"deadline" doc:"So long before the start."`
	TooFew       string                     `json:"too_few" db:"too_few" enum:"warn,cancel" doc:"What happens then: staff are warned, or it is cancelled."`
	TooFewNow    bool                       `json:"too_few_now" db:"too_few_now" doc:"Whether the deadline has passed with too few."`
	Open         bool                       `json:"open" db:"open" doc:"Whether customers may take seats themselves."`
	AdHoc        bool                       `json:"ad_hoc" db:"ad_hoc" doc:"Made by its first seat, or by whoever keeps one, gone with the last."`
	Notes        *string                    `json:"notes" db:"notes" nullable:"true"`
	CancelReason *string                    `json:"cancel_reason" db:"cancel_reason" nullable:"true"`
	pg.Stamps

	BufferBefore int        `json:"-" db:"buffer_before_minutes"`
	BufferAfter  int        `json:"-" db:"buffer_after_minutes"`
	HeldUntil    *time.Time `json:"-" db:"held_until"`         // when the last of its holds ends
	UTCOffset    *int       `json:"-" db:"utc_offset_seconds"` // of its zone at the start, when that was agreed
}

// IDPrefix makes ids of group sessions look like grs_….
func (Session) IDPrefix() string { return "grs" }

// The statuses.
const (
	Scheduled = "SCHEDULED"
	Cancelled = "CANCELLED"
)

// Left is how many seats are free.
func (s Session) Left() int { return s.Capacity - s.Taken - s.Held }

// Blocking are the statuses of appointments that take a seat, or the time of their resources.
const Blocking = `('PENDING', 'CONFIRMED', 'CHECKED_IN', 'IN_PROGRESS', 'COMPLETED', 'NO_SHOW')`

const selectSQL = `
	SELECT g.id, g.service_id, g.location_id, g.status, g.starts_at, g.ends_at, g.time_zone, g.service_name, g.capacity, g.minimum, g.deadline, g.too_few, g.open, g.ad_hoc,
		g.notes, g.cancel_reason, g.created_at, g.updated_at, g.version, g.buffer_before_minutes, g.buffer_after_minutes, g.utc_offset_seconds, t.taken, k.held, k.held_until,
		g.status = 'SCHEDULED' AND t.taken < g.minimum AND g.starts_at - make_interval(mins => g.deadline) <= @now AS too_few_now,
		ARRAY(SELECT resource_id FROM allocations WHERE session_id = g.id AND NOT linked GROUP BY resource_id ORDER BY min(need), resource_id) AS resource_ids
	FROM group_sessions g CROSS JOIN LATERAL (
		SELECT coalesce(sum(a.party_size), 0)::integer AS taken FROM appointments a
		WHERE a.session_id = g.id AND a.status IN ` + Blocking + ` AND (a.status <> 'PENDING' OR a.pending_until > @now)
	) t CROSS JOIN LATERAL (
		SELECT coalesce(sum(h.party_size), 0)::integer AS held, max(h.expires_at) AS held_until FROM holds h WHERE h.session_id = g.id AND h.expires_at > @now
	) k WHERE `

// local writes the times with the offset of the session's own zone.
func (s Session) local() Session {
	if zone, err := location.LoadZone(s.TimeZone); err == nil {
		s.Start, s.End = s.Start.In(zone), s.End.In(zone)
	}
	return s
}

// ByID finds a session.
func ByID(ctx context.Context, tx *pg.TenantTx, key id.ID[Session]) (Session, error) {
	s, err := pg.Found(pg.One[Session](ctx, tx, selectSQL+`g.id = @id`, pg.Args{"id": key, "now": tx.Now()}))
	return s.local(), err
}

// Lock is ByID under a lock: nobody else takes a seat, moves or cancels it until the transaction ends.
func Lock(ctx context.Context, tx *pg.TenantTx, key id.ID[Session]) (Session, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM group_sessions WHERE id = @id FOR NO KEY UPDATE`, pg.Args{"id": key}); err != nil {
		return Session{}, err
	}
	return ByID(ctx, tx, key)
}

// At lists the sessions of a service at a location that begin at an instant, those with the fewest free seats first.
func At(ctx context.Context, tx *pg.TenantTx, what id.ID[service.Service], where id.ID[location.Location], start time.Time) ([]Session, error) {
	return pg.All[Session](ctx, tx, selectSQL+`g.service_id = @service_id AND g.location_id = @location_id AND g.starts_at = @start AND g.status = 'SCHEDULED'
		ORDER BY g.capacity - t.taken - k.held, g.id`, pg.Args{"service_id": what, "location_id": where, "start": start, "now": tx.Now()})
}

// Filter narrows a list of sessions.
type Filter struct {
	From, To  time.Time
	ServiceID *id.ID[service.Service]
	Location  *id.ID[location.Location]
	Scheduled bool       // leave those out that are cancelled
	User      *uuid.UUID // where not nil, only those that this user holds, or has a seat in that is taken
	Public    bool       // only those to come that customers may take seats in themselves
}

// most bounds a list that is sent as a whole.
const most = 5000

// List is Between for a caller who named the range; it refuses to list more than can be sent.
func List(ctx context.Context, tx *pg.TenantTx, f Filter) ([]Session, error) {
	all, err := between(ctx, tx, f, most+1)
	if err == nil && len(all) > most {
		return nil, fault.At("query.to", "More than %d sessions begin then. Choose an earlier end.", most)
	}
	return all, err
}

// Between lists all sessions that begin in [From, To), in order.
func Between(ctx context.Context, tx *pg.TenantTx, f Filter) ([]Session, error) {
	return between(ctx, tx, f, math.MaxInt32)
}

func between(ctx context.Context, tx *pg.TenantTx, f Filter, rows int) ([]Session, error) {
	all, err := pg.All[Session](ctx, tx, selectSQL+`g.starts_at >= @from AND g.starts_at < @to AND (@service_id::uuid IS NULL OR g.service_id = @service_id)
		AND (@location_id::uuid IS NULL OR g.location_id = @location_id) AND (g.status = 'SCHEDULED' OR NOT @scheduled::boolean)
		AND (@user::uuid IS NULL
			OR EXISTS (SELECT FROM allocations al JOIN resources r ON r.id = al.resource_id
				WHERE al.session_id = g.id AND NOT al.linked AND r.user_id = @user AND r.archived_at IS NULL)
			OR EXISTS (SELECT FROM appointments a JOIN customers c ON c.id = a.customer_id
				WHERE a.session_id = g.id AND c.user_id = @user AND a.status IN `+Blocking+` AND (a.status <> 'PENDING' OR a.pending_until > @now)))
		AND (NOT @public::boolean OR g.open AND g.starts_at > @now AND EXISTS (SELECT FROM services s WHERE s.id = g.service_id AND s.public AND s.archived_at IS NULL))
		ORDER BY g.starts_at, g.id LIMIT @rows`, pg.Args{
		"from": f.From, "to": f.To, "service_id": f.ServiceID, "location_id": f.Location, "scheduled": f.Scheduled, "user": f.User, "public": f.Public,
		"rows": rows, "now": tx.Now(),
	})
	for i := range all {
		all[i] = all[i].local()
	}
	return all, err
}

// ToCome lists the first sessions to come of a resource, in order.
func ToCome(ctx context.Context, tx *pg.TenantTx, of id.ID[resource.Resource], most int) ([]Session, error) {
	all, err := pg.All[Session](ctx, tx, selectSQL+`g.status = 'SCHEDULED' AND g.starts_at > @now
		AND EXISTS (SELECT FROM allocations al WHERE al.session_id = g.id AND al.resource_id = @resource_id AND NOT al.linked AND (al.expires_at IS NULL OR al.expires_at > @now))
		ORDER BY g.starts_at, g.id LIMIT @rows`, pg.Args{"resource_id": of, "rows": most, "now": tx.Now()})
	for i := range all {
		all[i] = all[i].local()
	}
	return all, err
}

// Failing lists sessions to cancel because too few come.
func Failing(ctx context.Context, tx *pg.TenantTx) ([]Session, error) {
	return pg.All[Session](ctx, tx, selectSQL+`g.status = 'SCHEDULED' AND g.too_few = 'cancel' AND t.taken < g.minimum AND g.starts_at > @now
		AND g.starts_at - make_interval(mins => g.deadline) <= @now ORDER BY g.id LIMIT 50`, pg.Args{"now": tx.Now()})
}

// Insert adds a session.
func Insert(ctx context.Context, tx *pg.TenantTx, s Session) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO group_sessions (id, service_id, location_id, status, starts_at, ends_at, time_zone, utc_offset_seconds, service_name, buffer_before_minutes, buffer_after_minutes, capacity,
			minimum, deadline, too_few, open, ad_hoc, notes, created_at, updated_at, changed_by, acted_by, version)
		VALUES (@id, @service_id, @location_id, 'SCHEDULED', @start, @end, @zone, @offset, @name, @before, @after, @capacity,
			@minimum, @deadline, @too_few, @open, @ad_hoc, @notes, @now, @now, @changed_by, @acted_by, 1)`, tx.Stamp(pg.Args{
		"id": s.ID, "service_id": s.ServiceID, "location_id": s.LocationID, "start": s.Start, "end": s.End, "zone": s.TimeZone, "offset": s.UTCOffset, "name": s.ServiceName,
		"before": s.BufferBefore, "after": s.BufferAfter, "capacity": s.Capacity, "minimum": s.Minimum, "deadline": s.Deadline, "too_few": s.TooFew,
		"open": s.Open, "ad_hoc": s.AdHoc, "notes": s.Notes,
	}))
	return err
}

// Update writes where and how a session is.
func Update(ctx context.Context, tx *pg.TenantTx, s Session) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE group_sessions SET location_id = @location_id, starts_at = @start, ends_at = @end, time_zone = @zone, utc_offset_seconds = @offset, capacity = @capacity, minimum = @minimum, deadline = @deadline, too_few = @too_few, open = @open,
			ad_hoc = @ad_hoc, notes = @notes, updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1 WHERE id = @id`, tx.Stamp(pg.Args{
		"id": s.ID, "location_id": s.LocationID, "start": s.Start, "end": s.End, "zone": s.TimeZone, "offset": s.UTCOffset, "capacity": s.Capacity, "minimum": s.Minimum, "deadline": s.Deadline, "too_few": s.TooFew, "open": s.Open,
		"ad_hoc": s.AdHoc, "notes": s.Notes,
	}))
	return err
}

// Cancel calls a session off, and frees its resources.
func Cancel(ctx context.Context, tx *pg.TenantTx, key id.ID[Session], why string) error {
	_, err := pg.Exec(ctx, tx, `
		UPDATE group_sessions SET status = 'CANCELLED', cancel_reason = nullif(@reason, ''), updated_at = @now, changed_by = @changed_by, acted_by = @acted_by, version = version + 1
		WHERE id = @id`, tx.Stamp(pg.Args{"id": key, "reason": why}))
	return err
}

// Forget removes a session that was made by a seat, or by a hold, and called off, where no appointment says that it was.
func Forget(ctx context.Context, tx *pg.TenantTx, key id.ID[Session]) error {
	_, err := pg.Exec(ctx, tx, `
		WITH gone AS (
			SELECT id FROM group_sessions WHERE id = @id AND ad_hoc AND status = 'CANCELLED' AND NOT EXISTS (SELECT FROM appointments WHERE session_id = @id)
		), freed AS (DELETE FROM allocations WHERE session_id IN (SELECT id FROM gone))
		DELETE FROM group_sessions WHERE id IN (SELECT id FROM gone)`, pg.Args{"id": key})
	return err
}
