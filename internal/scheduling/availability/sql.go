package availability

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Facts are the rules of a service, and those of the business that apply to it.
type Facts struct {
	Name                string          `db:"name"`
	DurationMinutes     int             `db:"duration_minutes"`
	Price               money.Money     `db:"price"`
	BufferBeforeMinutes int             `db:"buffer_before_minutes"`
	BufferAfterMinutes  int             `db:"buffer_after_minutes"`
	BuffersInsideHours  bool            `db:"buffers_inside_hours"`
	MaxAdvanceDays      int             `db:"max_advance_days"`
	BookableFrom        *calendar.Date  `db:"bookable_from"`
	BookableUntil       *calendar.Date  `db:"bookable_until"`
	BookableDays        *int            `db:"bookable_days"`
	DayBefore           *calendar.Clock `db:"day_before"`
	Align               string          `db:"align"`
	FillGaps            bool            `db:"fill_gaps"`
	Limits              calendar.Limits `db:"limits"`
	CustomerLimits      calendar.Limits `db:"customer_limits"`
	Public              bool            `db:"public"`
	ServiceHours        calendar.Hours  `db:"service_hours"`
	Strategy            string          `db:"strategy"`
	PreferLast          bool            `db:"prefer_last"`
	CountPerPerson      bool            `db:"count_per_person"`
	MaxPartySize        int             `db:"max_party_size"`
	Confirmation        string          `db:"confirmation"` // "automatic" or "request"
	PendingBlocksSlot   bool            `db:"pending_blocks_slot"`
	PendingMinutes      int             `db:"pending_minutes"`
	UnassignedRequests  bool            `db:"unassigned_requests"`
	ForCustomers        string          `db:"for_customers"` // "all", "new" or "known"
	Requirements        json.RawMessage `db:"requirements"`
	Group               *service.Group  `db:"group_rules"` // nil: one customer each time
	Addons              json.RawMessage `db:"addons"`      // read where some are asked for, or a variant
	Variants            json.RawMessage `db:"variants"`

	AnyHours             bool            `db:"any_hours"`             // of the business: a resource's hours count beyond the opening hours
	OverlappingCustomers bool            `db:"overlapping_customers"` // of the business
	MaxOpen              *int            `db:"max_open_appointments"` // of the business: what one customer may have
	CustomerOverall      calendar.Limits `db:"customer_overall"`      // of the business: the same per day, week and month
	LookBusyPercent      int             `db:"look_busy_percent"`     // of the business
}

// row is a service with one of the resources that it may need, or with none.
type row struct {
	Facts
	// At the resource's location.
	MinNoticeMinutes    int `db:"min_notice_minutes"`
	SlotIntervalMinutes int `db:"slot_interval_minutes"`

	ResourceID   *id.ID[resource.Resource]  `db:"resource_id"`
	ResourceName string                     `db:"resource_name"`
	Needs        []int                      `db:"needs"` // which of the requirements may take it; none for one that comes with another
	Links        []id.ID[resource.Resource] `db:"links"` // those that it requires, and those that they require
	Capacity     int                        `db:"capacity"`
	Priority     int                        `db:"priority"`
	Weight       int                        `db:"weight"`
	OwnBefore    int                        `db:"own_before_minutes"`
	OwnAfter     int                        `db:"own_after_minutes"`
	LastAssigned *time.Time                 `db:"last_assigned_at"`
	Hours        calendar.Hours             `db:"hours"`
	LocationID   id.ID[location.Location]   `db:"location_id"`
	TimeZone     string                     `db:"time_zone"`
	Overrides    calendar.Overrides         `db:"date_overrides"`
	ActiveFrom   *calendar.Date             `db:"active_from"`
	ActiveUntil  *calendar.Date             `db:"active_until"`
	OwnLimits    calendar.Limits            `db:"own_limits"`
	// The location's are read once, not for each resource.
	OpeningHours     json.RawMessage `db:"opening_hours"`
	OpeningOverrides json.RawMessage `db:"opening_overrides"`
}

func (r row) opening() (h calendar.Hours, o calendar.Overrides, err error) {
	if err := errors.Join(json.Unmarshal(r.OpeningHours, &h), json.Unmarshal(r.OpeningOverrides, &o)); err != nil {
		return nil, nil, fmt.Errorf("opening hours of %s: %w", r.LocationID, err)
	}
	return h, o, nil
}

// factsSQL finds what the service's requirements may take: what they name, the members of their groups, all of their kind;
// without any requirement the service's own resources. What those require comes along, and what that requires.
const factsSQL = `
	WITH RECURSIVE requirement AS (
		SELECT id, position, group_id, kind FROM service_requirements WHERE service_id = @service_id
	), wanted AS (
		SELECT 0 AS position, resource_id FROM service_resources WHERE service_id = @service_id AND NOT EXISTS (SELECT FROM requirement)
		UNION SELECT q.position, rr.resource_id FROM requirement q JOIN requirement_resources rr ON rr.requirement_id = q.id
		UNION SELECT q.position, m.resource_id FROM requirement q JOIN resource_group_members m ON m.group_id = q.group_id
		UNION SELECT q.position, k.id FROM requirement q JOIN resources k ON k.kind = q.kind
	), along AS ( -- UNION leaves out what is there already, so a circle would end
		SELECT k.resource_id, k.requires_id FROM resource_links k WHERE EXISTS (SELECT FROM wanted w WHERE w.resource_id = k.resource_id)
		UNION SELECT a.resource_id, k.requires_id FROM along a JOIN resource_links k ON k.resource_id = a.requires_id
	), taken AS (
		SELECT resource_id, array_agg(position ORDER BY position) AS needs FROM wanted GROUP BY resource_id
		UNION ALL SELECT DISTINCT a.requires_id, '{}'::integer[] FROM along a WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.resource_id = a.requires_id)
	)
	SELECT s.name, s.duration_minutes, jsonb_build_object('amount', s.price_amount, 'currency', s.price_currency) AS price,
		s.buffer_before_minutes, s.buffer_after_minutes, s.buffers_inside_hours,
		CASE WHEN s.slot_interval_inherited THEN coalesce(r.slot_interval_minutes, 15) ELSE s.slot_interval_minutes END AS slot_interval_minutes,
		CASE WHEN s.min_notice_inherited THEN coalesce(r.min_notice_minutes, b.min_notice_minutes, 120) ELSE s.min_notice_minutes END AS min_notice_minutes,
		s.max_advance_days, to_jsonb(s.bookable_from) AS bookable_from, to_jsonb(s.bookable_until) AS bookable_until, s.bookable_days, to_jsonb(s.day_before) AS day_before,
		s.align, s.fill_gaps, s.limits, s.customer_limits, s.public, s.hours AS service_hours, s.strategy, s.prefer_last, s.count_per_person, s.max_party_size,
		s.confirmation, s.pending_blocks_slot, s.pending_minutes, s.unassigned_requests, s.for_customers, s.group_rules,
		CASE WHEN @combined::boolean THEN s.addons ELSE '[]' END AS addons, CASE WHEN @combined::boolean THEN s.variants ELSE '[]' END AS variants,
		(SELECT coalesce(jsonb_agg(jsonb_build_object('label', label, 'quantity', quantity, 'units', units, 'per_person', per_person, 'parts', parts,
			'customer_selectable', customer_selectable, 'strategy', strategy) ORDER BY position), '[]') FROM service_requirements WHERE service_id = s.id) AS requirements,
		coalesce(b.resource_hours_override_opening, false) AS any_hours, coalesce(b.overlapping_customers, false) AS overlapping_customers,
		b.max_open_appointments, coalesce(b.customer_limits, '{}') AS customer_overall, coalesce(b.look_busy_percent, 0) AS look_busy_percent,
		r.id AS resource_id, coalesce(r.name, '') AS resource_name, coalesce(r.needs, '{}') AS needs, coalesce(r.links, '{}') AS links,
		coalesce(r.capacity, 1) AS capacity, coalesce(r.priority, 0) AS priority, coalesce(r.weight, 1) AS weight,
		coalesce(r.buffer_before_minutes, 0) AS own_before_minutes, coalesce(r.buffer_after_minutes, 0) AS own_after_minutes, r.last_assigned_at, r.hours,
		coalesce(r.date_overrides, '[]') AS date_overrides, to_jsonb(r.active_from) AS active_from, to_jsonb(r.active_until) AS active_until, coalesce(r.limits, '{}') AS own_limits,
		coalesce(r.location_id, '00000000-0000-0000-0000-000000000000') AS location_id,
		coalesce(r.time_zone, '') AS time_zone, coalesce(r.opening_hours, '[]') AS opening_hours,
		coalesce(r.opening_overrides, '[]') AS opening_overrides
	FROM services s LEFT JOIN booking_settings b ON b.singleton LEFT JOIN (
		SELECT r.id, r.name, t.needs, ARRAY(SELECT requires_id FROM along WHERE resource_id = r.id AND requires_id <> r.id ORDER BY requires_id) AS links, r.capacity, r.priority, r.weight, r.buffer_before_minutes, r.buffer_after_minutes,
			r.last_assigned_at, r.sort_order, r.hours, r.date_overrides, r.active_from, r.active_until, r.limits, r.location_id,
			l.time_zone, l.opening_hours, l.min_notice_minutes, l.slot_interval_minutes, l.date_overrides AS opening_overrides
		FROM taken t JOIN resources r ON r.id = t.resource_id JOIN locations l ON l.id = r.location_id
		WHERE r.archived_at IS NULL AND l.archived_at IS NULL
	) r ON true
	WHERE s.id = @service_id AND (s.archived_at IS NULL OR @booked::boolean)
	ORDER BY r.sort_order, r.id`

func facts(ctx context.Context, tx *pg.TenantTx, ask Ask) ([]row, error) {
	return pg.All[row](ctx, tx, factsSQL, pg.Args{"service_id": ask.ServiceID, "booked": ask.Booked, "combined": !ask.plain()})
}

// Except is an appointment or a group session whose own time doesn't count, because it is being moved; the zero value excepts none.
type Except struct{ AppointmentID, SessionID uuid.UUID }

// The kinds of what is taken.
const (
	isBusy    = iota // an appointment's time, buffers included
	isBlock          // time off, or a closure
	isCounted        // an appointment or a group session that counts for a limit, without buffers
)

// taken is a time in which a resource, or for the zero id every one of the location, can't be had; or one that counts
// for a limit of the resource, or for the zero id of the service. What is busy comes in one row for each resource and number of
// units: thousands of rows cost more to read than all else.
type taken struct {
	ResourceID id.ID[resource.Resource] `db:"resource_id"`
	Kind       int                      `db:"kind"`
	Start      time.Time                `db:"starts_at"` // of what is busy, the reach
	End        time.Time                `db:"ends_at"`
	RRule      *string                  `db:"rrule"`     // of a block that recurs
	TimeZone   *string                  `db:"time_zone"` // whose wall clock shows Start and End of such a block
	Units      int                      `db:"units"`     // of the capacity, each of what is busy
	Spans      instants                 `db:"spans"`     // of what is busy
	Holders    []*uuid.UUID             `db:"holders"`   // the appointments, where they were asked for
}

// wanted is what occupied looks for.
type wanted struct {
	location       id.ID[location.Location]
	resources      []id.ID[resource.Resource]
	reach          calendar.Span
	limited        []id.ID[resource.Resource] // whose appointments and group sessions count
	service        id.ID[service.Service]
	serviceLimited bool          // whether its appointments count
	periods        calendar.Span // in which
	except         Except
	holders        bool // whether to tell whose time it is
}

// Blocking are the statuses of appointments that take the time of their resources and count for limits.
const Blocking = group.Blocking

// The query for what is taken, and what it adds where there are limits. What has expired is free, also while it still stands there.
//
//nolint:dupword // NULL for each column that a branch has not
const (
	occupiedSQL = `
		SELECT resource_id, 0 AS kind, @from::timestamptz AS starts_at, @to::timestamptz AS ends_at, NULL AS rrule, NULL AS time_zone, units,
			string_agg(timestamptz_send(lower(busy_range)) || timestamptz_send(upper(busy_range)), '') AS spans,
			array_agg(appointment_id) FILTER (WHERE @holders::boolean) AS holders
		FROM allocations
		WHERE active AND resource_id = ANY(@ids::uuid[]) AND busy_range && tstzrange(@from, @to) AND (expires_at IS NULL OR expires_at > @now)
		  AND appointment_id IS DISTINCT FROM @except AND session_id IS DISTINCT FROM @except_session
		GROUP BY resource_id, units
		UNION ALL
		SELECT resource_id, 1, starts_at, ends_at, NULL, NULL, 0, NULL, NULL FROM blocks
		WHERE archived_at IS NULL AND rrule IS NULL AND resource_id = ANY(@ids::uuid[]) AND starts_at < @to AND ends_at > @from
		UNION ALL
		SELECT '00000000-0000-0000-0000-000000000000', 1, starts_at, ends_at, NULL, NULL, 0, NULL, NULL FROM blocks
		WHERE archived_at IS NULL AND rrule IS NULL AND location_id = @location_id AND starts_at < @to AND ends_at > @from
		UNION ALL
		SELECT '00000000-0000-0000-0000-000000000000', 1, starts_at, ends_at, NULL, NULL, 0, NULL, NULL FROM blocks
		WHERE archived_at IS NULL AND rrule IS NULL AND location_id IS NULL AND resource_id IS NULL AND starts_at < @to AND ends_at > @from
		UNION ALL
		SELECT coalesce(resource_id, '00000000-0000-0000-0000-000000000000'), 1, starts_at, ends_at, rrule, time_zone, 0, NULL, NULL FROM blocks
		WHERE archived_at IS NULL AND rrule IS NOT NULL -- on clocks up to 26 hours apart
		  AND starts_at < @to::timestamptz + interval '2 days' AND coalesce(last_ends_at, 'infinity') > @from::timestamptz - interval '2 days'
		  AND (resource_id = ANY(@ids::uuid[]) OR location_id = @location_id OR num_nonnulls(resource_id, location_id) = 0)`
	countedSQL = `
		UNION ALL
		SELECT resource_id, 2, starts_at, ends_at, NULL, NULL, 0, NULL, NULL FROM (
			SELECT DISTINCT al.resource_id, a.id, a.starts_at, a.ends_at FROM allocations al JOIN appointments a ON a.id = al.appointment_id
			WHERE al.active AND (al.expires_at IS NULL OR al.expires_at > @now) AND NOT al.linked AND al.resource_id = ANY(@limited::uuid[]) AND al.busy_range && tstzrange(@first, @last)
			  AND a.starts_at >= @first AND a.starts_at < @last AND a.id <> @except
			UNION ALL
			SELECT DISTINCT al.resource_id, g.id, g.starts_at, g.ends_at FROM allocations al JOIN group_sessions g ON g.id = al.session_id -- once, however many seats
			WHERE al.active AND (al.expires_at IS NULL OR al.expires_at > @now) AND NOT al.linked AND al.resource_id = ANY(@limited::uuid[]) AND al.busy_range && tstzrange(@first, @last)
			  AND g.starts_at >= @first AND g.starts_at < @last AND g.id <> @except_session) AS counted
		UNION ALL
		SELECT '00000000-0000-0000-0000-000000000000', 2, starts_at, ends_at, NULL, NULL, 0, NULL, NULL FROM appointments
		WHERE @service_limited::boolean AND service_id = @service_id AND status IN ` + Blocking + ` AND (status <> 'PENDING' OR pending_until > @now)
		  AND starts_at >= @first AND starts_at < @last AND id <> @except AND session_id IS DISTINCT FROM @except_session`
)

func occupied(ctx context.Context, tx *pg.TenantTx, w wanted, f func(*taken)) error {
	args := pg.Args{"ids": w.resources, "location_id": w.location, "from": w.reach.Start, "to": w.reach.End, "now": tx.Now(), "except": w.except.AppointmentID, "except_session": w.except.SessionID, "holders": w.holders}
	if w.limited == nil && !w.serviceLimited {
		return pg.Each[taken](ctx, tx, occupiedSQL, args, f)
	}
	args["limited"], args["service_id"], args["service_limited"] = w.limited, w.service, w.serviceLimited
	args["first"], args["last"] = w.periods.Start, w.periods.End
	return pg.Each[taken](ctx, tx, occupiedSQL+countedSQL, args, f)
}

// OwnResources are those that the actor is: whose calendar a person without appointments.all may book.
func OwnResources(ctx context.Context, tx *pg.TenantTx) ([]id.ID[resource.Resource], error) {
	rows, err := pg.All[struct {
		ID id.ID[resource.Resource] `db:"id"`
	}](ctx, tx, `SELECT id FROM resources WHERE user_id = @actor AND archived_at IS NULL`, pg.Args{"actor": tx.Actor.UserID})
	own := make([]id.ID[resource.Resource], len(rows))
	for i, r := range rows {
		own[i] = r.ID
	}
	return own, err
}
