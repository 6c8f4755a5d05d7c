package appointment

import (
	"context"
	"slices"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/group"
)

// CheckInAll notes that everybody of a session has arrived.
func (s *Service) CheckInAll(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) ([]Appointment, error) {
	if _, err := sessionOf(ctx, tx, key); err != nil {
		return nil, err
	}
	seats, err := lockSeats(ctx, tx, key)
	for i, a := range seats {
		if a.Status != Confirmed {
			continue
		}
		if seats[i], err = s.take(ctx, tx, a.ID, checkIn(), "", nil); err != nil {
			return nil, err
		}
	}
	return seats, err
}

// Message is what staff write to everybody of a session.
type Message struct {
	Subject string `json:"subject" minLength:"1" maxLength:"200"`
	Text    string `json:"text" minLength:"1" maxLength:"5000"`
}

// Written is announced for everybody of a session whom staff write to.
type Written struct {
	SessionID id.ID[group.Session]
	To        []id.ID[Appointment]
	Message   Message
}

// MessageAll writes to everybody who still sits in a session, and says to how many.
func (s *Service) MessageAll(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session], m Message) (int, error) {
	if _, err := sessionOf(ctx, tx, key); err != nil {
		return 0, err
	}
	seats, err := lockSeats(ctx, tx, key)
	if err != nil {
		return 0, err
	}
	w := Written{SessionID: key, Message: m}
	for _, a := range seats {
		w.To = append(w.To, a.ID)
	}
	return len(seats), s.OnWritten.Fire(ctx, tx, w)
}

// Roster lists who sits in a session, of those whom the actor may see.
func (s *Service) Roster(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) ([]Appointment, error) {
	if _, err := s.Session(ctx, tx, key); err != nil {
		return nil, err
	}
	all, err := pg.All[Appointment](ctx, tx, selectSQL+`a.session_id = @id AND `+visible+` ORDER BY c.name, a.id`, seen(tx, pg.Args{"id": key}))
	for i := range all {
		all[i] = all[i].local().shown()
	}
	return all, err
}

// lockSeats lists the seats of a session that are still taken, under their locks.
func lockSeats(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) ([]Appointment, error) {
	if _, err := pg.Exec(ctx, tx, `SELECT FROM appointments WHERE session_id = @id ORDER BY id FOR NO KEY UPDATE`, pg.Args{"id": key}); err != nil {
		return nil, err
	}
	all, err := roster(ctx, tx, key)
	return slices.DeleteFunc(all, func(a Appointment) bool { return !a.Status.open() }), err
}

func roster(ctx context.Context, tx *pg.TenantTx, key id.ID[group.Session]) ([]Appointment, error) {
	all, err := pg.All[Appointment](ctx, tx, selectSQL+`a.session_id = @id ORDER BY c.name, a.id`, seen(tx, pg.Args{"id": key}))
	for i := range all {
		all[i] = all[i].local()
	}
	return all, err
}
