package appointment

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/service"
)

// expired is what an allocation belongs to whose time to wait is over.
type expired struct {
	AppointmentID *uuid.UUID `db:"appointment_id"`
	HoldID        *uuid.UUID `db:"hold_id"`
	SessionID     *uuid.UUID `db:"session_id"` // that only holds kept
}

// sweepRows is how many are expired, or completed, in one transaction.
const sweepRows = 200

// Sweep expires the holds and requests of a business whose time is over, and says whether there may be more.
func (s *Service) Sweep(ctx context.Context, tx *pg.TenantTx) (more bool, err error) {
	old, err := pg.All[expired](ctx, tx, `
		(SELECT NULL::uuid AS appointment_id, id AS hold_id, NULL::uuid AS session_id FROM holds WHERE expires_at <= @now LIMIT @rows)
		UNION ALL
		(SELECT id, NULL, NULL FROM appointments WHERE status = 'PENDING' AND pending_until <= @now LIMIT @rows)
		UNION ALL
		(SELECT NULL, NULL::uuid, session_id FROM allocations WHERE session_id IS NOT NULL AND active AND expires_at <= @now GROUP BY session_id LIMIT @rows)`, pg.Args{"now": tx.Now(), "rows": sweepRows})
	if err != nil || len(old) == 0 {
		return false, err
	}
	return len(old) >= sweepRows, s.expireThese(ctx, tx, old)
}

func (s *Service) expireThese(ctx context.Context, tx *pg.TenantTx, old []expired) error {
	var (
		appointments, holds []uuid.UUID
		sessions            []id.ID[group.Session]
	)
	for _, e := range old {
		if e.AppointmentID != nil {
			appointments = append(appointments, *e.AppointmentID)
		}
		if e.HoldID != nil {
			holds = append(holds, *e.HoldID)
		}
		if e.SessionID != nil {
			sessions = append(sessions, id.ID[group.Session](*e.SessionID))
		}
	}
	if err := s.expireHolds(ctx, tx, holds); err != nil {
		return err
	}
	if err := s.expireRequests(ctx, tx, appointments); err != nil {
		return err
	}
	for _, g := range sessions {
		if err := s.unkept(ctx, tx, &g); err != nil {
			return err
		}
	}
	return nil
}

// expireHolds removes what nobody has booked: whoever waits for the time could not have it as long as it was kept.
func (s *Service) expireHolds(ctx context.Context, tx *pg.TenantTx, ids []uuid.UUID) error {
	gone, err := pg.All[ended](ctx, tx, `
		DELETE FROM holds WHERE id IN (SELECT id FROM holds WHERE id = ANY(@ids::uuid[]) AND expires_at <= @now FOR UPDATE SKIP LOCKED)
		RETURNING location_id, service_id, session_id, starts_at, ends_at`, pg.Args{"ids": ids, "now": tx.Now()})
	if err != nil {
		return err
	}
	return s.offered(ctx, tx, gone)
}

// expireRequests turns requests that nobody answered into expired ones, with their entry in the history. A session that one of them
// was the only seat of goes with it.
func (s *Service) expireRequests(ctx context.Context, tx *pg.TenantTx, ids []uuid.UUID) error {
	gone, err := pg.All[struct {
		ID      uuid.UUID             `db:"id"`
		Version int                   `db:"version"`
		Session *id.ID[group.Session] `db:"session_id"`

		LocationID id.ID[location.Location] `db:"location_id"`
		ServiceID  id.ID[service.Service]   `db:"service_id"`
		Start      time.Time                `db:"starts_at"`
		End        time.Time                `db:"ends_at"`
	}](ctx, tx, `
		UPDATE appointments SET status = 'EXPIRED', updated_at = @now, changed_by = NULL, acted_by = NULL, version = version + 1
		WHERE id IN (SELECT id FROM appointments WHERE id = ANY(@ids::uuid[]) AND status = 'PENDING' AND pending_until <= @now FOR NO KEY UPDATE SKIP LOCKED)
		RETURNING id, version, session_id, location_id, service_id, starts_at, ends_at`, pg.Args{"ids": ids, "now": tx.Now()})
	for _, a := range gone {
		if err := expireOne(ctx, tx, a.ID, a.Version); err != nil {
			return err
		}
		if err := s.settle(ctx, tx, a.Session); err != nil {
			return err
		}
		if err := s.OnNews.Fire(ctx, tx, News{id.ID[Appointment](a.ID), a.Version, "expired", true}); err != nil {
			return err
		}
		if err := s.OnReleased.Fire(ctx, tx, Released{a.LocationID, a.ServiceID, a.Start, a.End}); err != nil {
			return err
		}
	}
	return err
}
