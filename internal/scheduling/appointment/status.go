package appointment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/policy"
)

// Status is how far an appointment has come.
type Status string

// The statuses. A request is PENDING until it is confirmed, declined, or expires.
const (
	Pending    Status = "PENDING"
	Confirmed  Status = "CONFIRMED"
	CheckedIn  Status = "CHECKED_IN"
	InProgress Status = "IN_PROGRESS"
	Completed  Status = "COMPLETED"
	NoShow     Status = "NO_SHOW"
	Cancelled  Status = "CANCELLED"
	Declined   Status = "DECLINED"
	Expired    Status = "EXPIRED"
)

// open tells whether the appointment may still be moved and cancelled.
func (s Status) open() bool { return s == Pending || s == Confirmed || s == CheckedIn }

// words say a status to people.
var words = map[Status]string{
	Pending: "a request that is not confirmed yet", Confirmed: "confirmed", CheckedIn: "checked in", InProgress: "in progress",
	Completed: "completed", NoShow: "marked as a no-show", Cancelled: "cancelled", Declined: "declined", Expired: "a request that expired",
}

// refuse says that an appointment of this status can't be done something with.
func (a Appointment) refuse(what string) error {
	return errState.With("This appointment is %s and can't be %s.", words[a.Status], what)
}

// undoTime is how long a completed appointment can be opened again.
const undoTime = 24 * time.Hour

// step is one arrow of the status machine.
type step struct {
	name string // as in the history
	what string // for people: "can't be …"
	from []Status
	to   Status
}

func checkIn() step { return step{"checked_in", "checked in", []Status{Confirmed}, CheckedIn} }

func start() step { return step{"started", "started", []Status{Confirmed, CheckedIn}, InProgress} }

func complete() step {
	return step{"completed", "completed", []Status{Confirmed, CheckedIn, InProgress}, Completed}
}

func noShow() step {
	return step{"marked_no_show", "marked as a no-show", []Status{Confirmed, CheckedIn}, NoShow}
}

func decline() step { return step{"declined", "declined", []Status{Pending}, Declined} }

// take goes along an arrow of the machine, under the row's lock.
func (s *Service) take(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], a step, reason string, may func(Appointment) error) (Appointment, error) {
	was, err := s.lock(ctx, tx, key)
	if err != nil {
		return Appointment{}, err
	}
	if !slices.Contains(a.from, was.Status) {
		return Appointment{}, was.refuse(a.what)
	}
	if may != nil {
		if err := may(was); err != nil {
			return Appointment{}, err
		}
	}
	return s.follow(ctx, tx, was, a, reason)
}

// follow goes along it with an appointment that is locked and may, and puts that on record.
func (s *Service) follow(ctx context.Context, tx *pg.TenantTx, was Appointment, a step, reason string) (Appointment, error) {
	if err := setStatus(ctx, tx, was.ID, a.to, reason); err != nil {
		return Appointment{}, err
	}
	return s.recorded(ctx, tx, was, a.name, reason)
}

// CheckIn notes that the customer has arrived.
func (s *Service) CheckIn(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	return s.take(ctx, tx, key, checkIn(), "", nil)
}

// Start notes that the appointment has begun.
func (s *Service) Start(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	return s.take(ctx, tx, key, start(), "", nil)
}

// Complete notes that it is over.
func (s *Service) Complete(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	return s.take(ctx, tx, key, complete(), "", func(a Appointment) error {
		if tx.Now().Before(a.Start) && a.Status != InProgress {
			return errState.With("This appointment has not begun. Start it first, or wait for its time.")
		}
		return nil
	})
}

// MarkNoShow notes that the customer did not come, once the grace has passed, and what that costs by the policy.
func (s *Service) MarkNoShow(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	a, err := s.take(ctx, tx, key, noShow(), "", func(a Appointment) error {
		_, earliest := a.terms().NoShow(a.facts(tx.Now()))
		if tx.Now().Before(earliest) {
			return errState.With("Wait until %s before you mark it as a no-show: the customer may only be late.", earliest.In(a.Start.Location()).Format("15:04"))
		}
		return nil
	})
	if err != nil {
		return Appointment{}, err
	}
	fee, _ := a.terms().NoShow(a.facts(tx.Now()))
	return a, s.charge(ctx, tx, a, policy.NoShow, fee, tx.Now().Add(undoTime), "No-show")
}

// Decline turns a request down.
func (s *Service) Decline(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment], reason string) (Appointment, error) {
	a, err := s.take(ctx, tx, key, decline(), reason, nil)
	if err != nil {
		return Appointment{}, err
	}
	if err := deactivate(ctx, tx, key); err != nil {
		return Appointment{}, err
	}
	if err := s.settle(ctx, tx, a.SessionID); err != nil {
		return Appointment{}, err
	}
	if err := s.tell(ctx, tx, a, "declined"); err != nil {
		return Appointment{}, err
	}
	return a, s.released(ctx, tx, a)
}

// Undo takes the last step back: a check-in, a start, a no-show, and for a day, by who may override, a completion.
func (s *Service) Undo(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	was, err := s.lock(ctx, tx, key)
	if err != nil {
		return Appointment{}, err
	}
	to, err := was.before(tx)
	if err != nil {
		return Appointment{}, err
	}
	if was.Status == NoShow {
		if err := s.Policies.Withdraw(ctx, tx, key.UUID()); err != nil {
			return Appointment{}, err
		}
	}
	if err := setStatus(ctx, tx, key, to, ""); err != nil {
		return Appointment{}, err
	}
	return s.recorded(ctx, tx, was, "undone", "")
}

// before is the status before the last step, where that may be undone.
func (a Appointment) before(tx *pg.TenantTx) (Status, error) {
	switch {
	case a.ReleasedAt != nil: // somebody else may have it by now
		return "", errState.With("The rest of this appointment's time was given back. Book a new one instead.")
	case a.Status == Completed && !tx.Actor.Can(role.AppointmentsOverride):
		return "", &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "Only a manager can open a completed appointment again."}
	case a.Status == Completed && tx.Now().Sub(*a.FinishedAt) > undoTime:
		return "", errState.With("A completed appointment can be opened again for 24 hours.")
	case a.Status == Completed && a.StartedAt != nil:
		return InProgress, nil
	case (a.Status == Completed || a.Status == InProgress || a.Status == NoShow) && a.CheckedInAt != nil:
		return CheckedIn, nil
	case a.Status == Completed, a.Status == InProgress, a.Status == CheckedIn, a.Status == NoShow:
		return Confirmed, nil
	}
	return "", errState.With("This appointment is %s: there is no step to take back.", words[a.Status])
}

// Release gives the rest of its time back, once the customer did not come or it is over early.
func (s *Service) Release(ctx context.Context, tx *pg.TenantTx, key id.ID[Appointment]) (Appointment, error) {
	was, err := s.lock(ctx, tx, key)
	switch {
	case err != nil:
		return Appointment{}, err
	case was.Status != NoShow && was.Status != Completed:
		return Appointment{}, errState.With("Complete this appointment or mark it as a no-show first.")
	case was.SessionID != nil:
		return Appointment{}, errState.With("A seat takes no time of its own: move or cancel its session instead.")
	case was.ReleasedAt != nil:
		return Appointment{}, errState.With("The rest of this appointment's time is free already.")
	}
	if err := shorten(ctx, tx, key); err != nil {
		return Appointment{}, err
	}
	a, err := s.recorded(ctx, tx, was, "released", "")
	if err != nil {
		return Appointment{}, err
	}
	return a, s.released(ctx, tx, a)
}

func (s *Service) released(ctx context.Context, tx *pg.TenantTx, a Appointment) error {
	if err := s.OnReleased.Fire(ctx, tx, Released{a.LocationID, a.ServiceID, a.Start, a.End}); err != nil {
		return fmt.Errorf("telling that %s is free again: %w", a.ID, err)
	}
	return nil
}
