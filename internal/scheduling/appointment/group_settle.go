package appointment

import (
	"context"
	"errors"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/group"
)

// settle lets a session that was made by its first seat stand as long as somebody sits in it, or seats are kept; then it is called off.
// It comes after each seat that is given up, and each hold that is made or ends.
func (s *Service) settle(ctx context.Context, tx *pg.TenantTx, key *id.ID[group.Session]) error {
	if key == nil {
		return nil
	}
	g, err := group.Lock(ctx, tx, *key)
	switch {
	case errors.Is(err, fault.ErrNotFound): // somebody else was faster
		return nil
	case err != nil || !g.AdHoc || g.Status != group.Scheduled:
		return err
	case g.Taken > 0:
		return stands(ctx, tx, g.ID, nil)
	case g.Held > 0:
		return stands(ctx, tx, g.ID, g.HeldUntil)
	}
	return s.callOff(ctx, tx, g, "")
}

// unkept is settle after a hold has ended. A session in which nobody sat leaves no trace: somebody has looked at the form, no more.
func (s *Service) unkept(ctx context.Context, tx *pg.TenantTx, key *id.ID[group.Session]) error {
	if key == nil {
		return nil
	}
	if err := s.settle(ctx, tx, key); err != nil {
		return err
	}
	return group.Forget(ctx, tx, *key)
}

// stands has a session keep its resources until then, or for good. That it is still there after that doesn't matter: they are free.
func stands(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session], until *time.Time) error {
	_, err := pg.Exec(ctx, tx, `UPDATE allocations SET expires_at = @until WHERE session_id = @id AND expires_at IS DISTINCT FROM @until::timestamptz`,
		pg.Args{"id": key, "until": until})
	return err
}

// callOff ends a session and frees its resources. What was kept in it is kept no longer.
func (s *Service) callOff(ctx context.Context, tx *pg.TenantTx, g group.Session, why string) error {
	if err := group.Cancel(ctx, tx, g.ID, why); err != nil {
		return err
	}
	if _, err := pg.Exec(ctx, tx, `DELETE FROM holds WHERE session_id = @id`, pg.Args{"id": g.ID}); err != nil {
		return err
	}
	if _, err := pg.Exec(ctx, tx, `UPDATE allocations SET active = false, expires_at = NULL WHERE session_id = @id`, pg.Args{"id": g.ID}); err != nil {
		return err
	}
	return s.OnReleased.Fire(ctx, tx, Released{g.LocationID, g.ServiceID, g.Start, g.End})
}
