package waitlist

import (
	"context"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// sweepRows is how many entries are ended in one transaction.
const sweepRows = 100

// Sweep ends the offers of a business that nobody took, and the entries whose time is over; it says whether there may be more.
// An entry whose offer ran out waits on, behind the others, and the next is offered the time.
func (s *Service) Sweep(ctx context.Context, tx *pg.TenantTx) (more bool, err error) {
	all, err := over(ctx, tx, sweepRows)
	if err != nil {
		return false, err
	}
	for _, key := range all {
		if err := s.end(ctx, tx, id.ID[Entry](key)); err != nil {
			return false, err
		}
	}
	return len(all) >= sweepRows, nil
}

func (s *Service) end(ctx context.Context, tx *pg.TenantTx, key id.ID[Entry]) error {
	e, err := readBack(ctx, tx, key)
	if err != nil {
		return err
	}
	if err := s.giveBack(ctx, tx, e); err != nil {
		return err
	}
	to := Expired
	if e.ExpiresAt.After(tx.Now()) {
		to = Waiting
	}
	return settle(ctx, tx, key, to, nil)
}
