package appointment

import (
	"context"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// CompleteOver completes the appointments of a business that are over and that nobody has closed, where its settings say so, and
// says whether there may be more.
func (s *Service) CompleteOver(ctx context.Context, tx *pg.TenantTx) (more bool, err error) {
	all, err := lockOver(ctx, tx)
	if err != nil {
		return false, err
	}
	for _, one := range all {
		was, err := readBack(ctx, tx, one.ID)
		if err != nil {
			return false, err
		}
		if _, err := s.follow(ctx, tx, was, complete(), ""); err != nil {
			return false, err
		}
	}
	return len(all) >= sweepRows, nil
}

// over is an appointment whose time to be closed by staff has passed.
type over struct {
	ID id.ID[Appointment] `db:"id"`
}

// lockOver finds them and locks them, but for those that somebody is changing at this moment. One that a manager opened again after
// its end is left to them: it would be completed again a minute later.
func lockOver(ctx context.Context, tx *pg.TenantTx) ([]over, error) {
	return pg.All[over](ctx, tx, `
		SELECT a.id FROM appointments a
		WHERE a.status IN ('CONFIRMED', 'IN_PROGRESS')
		  AND a.ends_at <= @now::timestamptz - make_interval(mins => (SELECT auto_complete_after_minutes FROM booking_settings))
		  AND NOT EXISTS (SELECT FROM appointment_history h
			WHERE h.appointment_id = a.id AND h.action = 'undone' AND h.changes #>> '{status,from}' = 'COMPLETED' AND h.at >= a.ends_at)
		ORDER BY a.ends_at LIMIT @rows FOR NO KEY UPDATE OF a SKIP LOCKED`, pg.Args{"now": tx.Now(), "rows": sweepRows})
}
