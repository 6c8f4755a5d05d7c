package appointment

import (
	"context"
	"slices"
	"time"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/group"
)

// verdict is what the rules say about [start, end), and what is to be reserved.
type verdict struct {
	plan       *availability.Plan
	start, end time.Time
	grid       bool // for customers: only starts that are listed, and no word about others
	except     availability.Except
	override   []availability.Rule // what staff want to book against
	takeover   bool                // what is excepted was another customer's until now

	keptIn      *id.ID[group.Session] // where a seat was kept
	session     *group.Session        // of a group: whose seat it is to be
	refusal     calendar.Refusal      // the engine's, after what was lifted
	allocations []availability.Allocation
	reasons     []availability.Reason // the engine's, without anything lifted; for staff
	broken      []availability.Rule   // by the customer
	overridden  []availability.Rule   // rules of override that stood in the way
}

// judge asks the engine, under the lock. Customers are refused at once; staff learn all that stands in the way.
func (s *Service) judge(ctx context.Context, tx *pg.TenantTx, v *verdict) error {
	day := calendar.DateOf(v.start, v.plan.Zone)
	if err := s.Availability.Fill(ctx, tx, v.plan, day, day, v.except); err != nil {
		return err
	}
	v.allocations, v.refusal = v.plan.Choose(v.start, v.end, v.grid)
	if v.refusal == calendar.Offered {
		return nil
	}
	if v.grid {
		no, err := s.unavailable(ctx, tx, v.plan, v.start, v.refusal, v.except)
		if err != nil {
			return err
		}
		return no
	}
	if err := s.Availability.FillToExplain(ctx, tx, v.plan, day, v.except); err != nil {
		return err
	}
	v.reasons = v.plan.Reasons(v.start, v.end, false)
	return v.lift(tx)
}

// lift books against the rules that staff override, as few as will do: a free resource is better than one taken twice.
func (v *verdict) lift(tx *pg.TenantTx) error {
	if len(v.override) == 0 {
		return nil
	}
	if !tx.Actor.Can(role.AppointmentsOverride) {
		return errOverride
	}
	twice := slices.Contains(v.override, availability.DoubleBooking)
	v.plan.Lift(slices.DeleteFunc(slices.Clone(v.override), func(r availability.Rule) bool { return r == availability.DoubleBooking }), v.start)
	v.allocations, v.refusal = v.plan.Choose(v.start, v.end, false)
	lifted := v.override
	if v.refusal != calendar.Offered && twice {
		v.plan.Lift([]availability.Rule{availability.DoubleBooking}, v.start)
		v.allocations, v.refusal = v.plan.Choose(v.start, v.end, false)
	} else {
		lifted = slices.DeleteFunc(slices.Clone(lifted), func(r availability.Rule) bool { return r == availability.DoubleBooking })
	}
	for _, r := range lifted {
		if slices.ContainsFunc(v.reasons, func(one availability.Reason) bool { return one.Rule == r }) && !slices.Contains(v.overridden, r) {
			v.overridden = append(v.overridden, r)
		}
	}
	return nil
}

var errOverride = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "Only an owner or a manager can book against the rules. Choose one of the times offered."}

// judgeCustomer asks the rules about the customer, whose bookings follow one another from here on.
func (s *Service) judgeCustomer(ctx context.Context, tx *pg.TenantTx, v *verdict, who id.ID[customer.Customer]) error {
	if err := lockCustomer(ctx, tx, who); err != nil {
		return err
	}
	c, err := standing(ctx, tx, v, who)
	if err != nil {
		return err
	}
	often, err := s.often(ctx, tx, v, who)
	if err != nil {
		return err
	}
	f, fresh := v.plan.Service, v.except == availability.Except{} || v.takeover // what was booked may be moved, whoever the customer is since
	for rule, broken := range map[availability.Rule]bool{
		availability.CustomerBlocked: fresh && c.Blocked,
		availability.CustomerOverlap: c.Overlaps && !f.OverlappingCustomers,
		availability.CustomerOpen:    fresh && f.MaxOpen != nil && c.Open >= *f.MaxOpen,
		availability.CustomerKind:    fresh && (f.ForCustomers == "new" && c.Known || f.ForCustomers == "known" && !c.Known),
		availability.CustomerLimit:   often,
	} {
		if !broken {
			continue
		}
		if slices.Contains(v.override, rule) && tx.Actor.Can(role.AppointmentsOverride) {
			v.overridden = append(v.overridden, rule)
			continue
		}
		v.broken = append(v.broken, rule)
	}
	slices.Sort(v.broken)
	slices.Sort(v.overridden)
	return nil
}

// broken says to staff what rule a customer would break. Customers themselves are told nothing: who has booked what is nobody else's business.
var broken = map[availability.Rule]string{
	availability.CustomerBlocked: "This customer is blocked.",
	availability.CustomerOverlap: "This customer has another appointment at this time.",
	availability.CustomerOpen:    "This customer has as many appointments to come as are allowed.",
	availability.CustomerKind:    "This service is not for this customer: it is for new customers alone, or for known ones.",
	availability.CustomerLimit:   "This customer has booked as often as is allowed then.",
}

// refusal is nil where the verdict is that it may be booked.
func (s *Service) refusal(ctx context.Context, tx *pg.TenantTx, v *verdict) error {
	if v.refusal == calendar.Offered && len(v.broken) == 0 {
		return nil
	}
	if v.grid { // a time that is free is refused as one that is taken: whoever is blocked isn't told
		no, err := s.unavailable(ctx, tx, v.plan, v.start, calendar.Taken, v.except)
		if err != nil {
			return err
		}
		return no
	}
	no := ErrSlotUnavailable
	if len(v.broken) > 0 {
		no = no.With("%s", broken[v.broken[0]])
	}
	if v.refusal != calendar.Offered {
		var err error
		if no, err = s.unavailable(ctx, tx, v.plan, v.start, v.refusal, v.except); err != nil {
			return err
		}
	}
	may := tx.Actor.Can(role.AppointmentsOverride)
	conflicts, possible := v.conflicts(may || tx.Actor.Can(role.AppointmentsAll))
	return no.Conflicting(may && possible, conflicts...)
}

// conflicts lists all that is in the way, and whether there is something to override.
func (v *verdict) conflicts(all bool) (list []fault.Clash, possible bool) {
	for _, r := range v.reasons {
		if slices.Contains(v.overridden, r.Rule) {
			continue
		}
		c := fault.Clash{Rule: string(r.Rule), Message: r.Message}
		if r.ResourceID != nil {
			c.ResourceID = r.ResourceID.String()
		}
		if all {
			c.AppointmentID = r.Appointment()
		}
		list = append(list, c)
		possible = possible || slices.Contains(availability.Overridable(), r.Rule)
	}
	for _, r := range v.broken {
		list = append(list, fault.Clash{Rule: string(r), Message: broken[r]})
		possible = true
	}
	return list, possible
}

// auditOverride puts on record that somebody booked against rules, if they did.
func (s *Service) auditOverride(ctx context.Context, tx *pg.TenantTx, object string, rules []availability.Rule, reason string) error {
	if len(rules) == 0 {
		return nil
	}
	who, err := session.Current(ctx)
	if err != nil {
		return err
	}
	e := session.EntryOf(ctx, who, "APPOINTMENT_OVERRIDE", audit.Allowed)
	if who.Kind != session.Masquerade {
		e.Actor, e.Subject = session.PersonOf(who), nil
	}
	e.Reason, e.Details = reason, map[string]any{"object_id": object, "rules": rules}
	return s.Audit.Append(ctx, tx, e)
}
