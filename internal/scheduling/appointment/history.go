package appointment

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Entry is one change of an appointment, on record for good.
type Entry struct {
	ID      id.ID[Entry]    `json:"id" db:"id"`
	Version int             `json:"version" db:"version" doc:"Of the appointment, after the change."`
	Action  string          `json:"action" db:"action" enum:"created,confirmed,declined,expired,rescheduled,cancelled,checked_in,started,completed,marked_no_show,undone,released,changed,reassigned"`
	Changes json.RawMessage `json:"changes" db:"changes" doc:"What was, and what is since, by field."`
	Reason  *string         `json:"reason" db:"reason" nullable:"true"`
	At      time.Time       `json:"at" db:"at"`
	By      string          `json:"by" db:"by" doc:"The name of whoever did it; empty for the public and for what happens by itself."`
	Acting  bool            `json:"acting" db:"acting" doc:"Whether somebody else did it, who acted as that person."`

	Public bool `json:"-" db:"public"` // nobody of the business did it
}

// IDPrefix makes ids of entries look like hst_….
func (Entry) IDPrefix() string { return "hst" }

// History lists the changes of an appointment that the actor sees, the oldest first.
func (s *Service) History(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) ([]Entry, error) {
	a, err := s.Get(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	all, err := history(ctx, tx, key)
	if err != nil || !a.AsCustomer {
		return all, err
	}
	for i, e := range all {
		if all[i], err = e.forCustomer(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// recorded puts on record what became of an appointment since was, and returns it as it is.
func (s *Service) recorded(ctx context.Context, tx *pg.TenantTx, was Appointment, action, reason string) (Appointment, error) {
	is, err := readBack(ctx, tx, was.ID)
	if err != nil {
		return Appointment{}, err
	}
	changes := json.RawMessage("{}")
	if was.Version > 0 { // of a new one there is nothing to compare with
		changes, err = difference(was, is)
	}
	if err != nil {
		return Appointment{}, err
	}
	return is, insertEntry(ctx, tx, is, action, reason, changes)
}

// unremarkable are the fields that change with every change.
var unremarkable = map[string]bool{"version": true, "updated_at": true, "created_at": true}

// difference is which fields differ, as they are on the wire: {"start": {"from": …, "to": …}}.
func difference(was, is Appointment) (json.RawMessage, error) {
	before, err := fields(was)
	if err != nil {
		return nil, err
	}
	after, err := fields(is)
	if err != nil {
		return nil, err
	}
	changes := map[string]map[string]any{}
	for name, to := range after {
		if from := before[name]; !unremarkable[name] && !reflect.DeepEqual(from, to) {
			changes[name] = map[string]any{"from": from, "to": to}
		}
	}
	return json.Marshal(changes)
}

func fields(a Appointment) (all map[string]any, err error) {
	text, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", a.ID, err)
	}
	err = json.Unmarshal(text, &all)
	return all, err
}

func insertEntry(ctx context.Context, tx *pg.TenantTx, a Appointment, action, reason string, changes json.RawMessage) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO appointment_history (id, appointment_id, version, action, changes, reason, at, changed_by, acted_by)
		VALUES (@id, @appointment_id, @version, @action, @changes, nullif(@reason, ''), @now, @changed_by, @acted_by)`, tx.Stamp(pg.Args{
		"id": id.New[Entry](), "appointment_id": a.ID, "version": a.Version, "action": action, "changes": changes, "reason": reason,
	}))
	return err
}

func history(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) ([]Entry, error) {
	return pg.All[Entry](ctx, tx, `
		SELECT h.id, h.version, h.action, h.changes, h.reason, h.at, coalesce(u.name, '') AS by, h.acted_by IS NOT NULL AS acting, h.changed_by IS NULL AS public
		FROM appointment_history h LEFT JOIN public.users u ON u.id = h.changed_by
		WHERE h.appointment_id = @id ORDER BY h.id LIMIT 1000`, pg.Args{"id": key})
}
