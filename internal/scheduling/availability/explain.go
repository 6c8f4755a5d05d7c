package availability

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/resource"
)

// Rule is what can stand in the way of an appointment.
type Rule string

// The rules: those of the start, those of resources, and those of customers.
const (
	Past          Rule = "past"
	MinimumNotice Rule = "minimum_notice"
	BookingWindow Rule = "booking_window"
	Season        Rule = "season"
	Limit         Rule = "limit"
	OffGrid       Rule = "off_grid"

	OutsideHours  Rule = "outside_hours"
	TimeOff       Rule = "time_off"
	DoubleBooking Rule = "double_booking"
	Inactive      Rule = "inactive"
	Requirement   Rule = "requirement"

	CustomerBlocked Rule = "customer_blocked"
	CustomerLimit   Rule = "customer_limit"
	CustomerOverlap Rule = "customer_overlap"
	CustomerOpen    Rule = "customer_open_appointments"
	CustomerKind    Rule = "customer_kind"
)

// Overridable are the rules that staff with the right to do so can book against, by name.
func Overridable() []Rule {
	return []Rule{Past, MinimumNotice, BookingWindow, Season, Limit, OutsideHours, TimeOff, DoubleBooking, Inactive, CustomerBlocked, CustomerLimit, CustomerOverlap, CustomerOpen, CustomerKind}
}

var rules = map[calendar.Refusal]Rule{
	calendar.Past: Past, calendar.Notice: MinimumNotice, calendar.TooFar: BookingWindow, calendar.OutOfRange: Season, calendar.Full: Limit,
	calendar.OffGrid: OffGrid, calendar.Closed: OutsideHours, calendar.Blocked: TimeOff, calendar.Taken: DoubleBooking,
	calendar.Inactive: Inactive, calendar.Unmet: Requirement,
}

// Reason is one thing that stands in the way of a start.
type Reason struct {
	Rule          Rule                      `json:"rule" enum:"past,minimum_notice,booking_window,season,limit,off_grid,outside_hours,time_off,double_booking,inactive,requirement"`
	ResourceID    *id.ID[resource.Resource] `json:"resource_id" nullable:"true" doc:"Whose; null where it concerns no one in particular."`
	Message       string                    `json:"message"`
	AppointmentID *string                   `json:"appointment_id" nullable:"true" doc:"The appointment in the way. Told to staff only."`

	holder *uuid.UUID
}

// Reasons are all that stand in the way of [start, end), those of every candidate; none where it can be booked.
// The plan is filled for the date of the start.
func (p *Plan) Reasons(start, end time.Time, grid bool) []Reason {
	var all []Reason
	for _, r := range p.questionAt(start).Explain(start, end, grid) {
		one := Reason{Rule: rules[r.Rule], Message: p.message(r)}
		if r.Resource >= 0 {
			one.ResourceID = &p.Resources[r.Resource].ID
		}
		if len(r.Refs) == 0 {
			all = append(all, one)
		}
		for _, ref := range r.Refs {
			if ref < len(p.holders) {
				one.holder = p.holders[ref]
			}
			all = append(all, one)
		}
	}
	return slices.CompactFunc(all, func(a, b Reason) bool { return a == b })
}

// Appointment is the id of the appointment in the way, "" where there is none.
func (r Reason) Appointment() string {
	if r.holder == nil {
		return ""
	}
	return id.ID[appointment](*r.holder).String()
}

// messages says to people why a start can't be booked.
var messages = map[calendar.Refusal]string{
	calendar.Past:       "This time has passed.",
	calendar.Notice:     "This time is too soon: the service is booked earlier than that.",
	calendar.TooFar:     "This date is too far ahead.",
	calendar.OutOfRange: "The service can't be booked on this date.",
	calendar.Full:       "As many appointments of this service as are allowed are booked then.",
	calendar.OffGrid:    "Appointments of this service don't start at this time.",
	calendar.Closed:     "This is outside of the opening hours.",
	calendar.Unmet:      "Not all that the service needs is free together.",
}

var messagesAbout = map[calendar.Refusal]string{
	calendar.Full:     "%s is booked as often, or as long, as is allowed then.",
	calendar.OffGrid:  "Appointments with %s don't start at this time.",
	calendar.Closed:   "%s doesn't work at this time.",
	calendar.Blocked:  "%s has time off then, or the location is closed.",
	calendar.Taken:    "%s has another appointment then, or its buffers are in the way.",
	calendar.Inactive: "%s can't be had on this date.",
}

func (p *Plan) message(r calendar.Reason) string {
	if about, ok := messagesAbout[r.Rule]; ok && r.Resource >= 0 {
		return fmt.Sprintf(about, p.Resources[r.Resource].Name)
	}
	return messages[r.Rule]
}

// impersonal says it to customers, without anybody's name and without buffers, of which they don't know.
var impersonal = map[Rule]string{
	Limit: messages[calendar.Full], OffGrid: messages[calendar.OffGrid], OutsideHours: messages[calendar.Closed], TimeOff: "Nobody is available then.",
	DoubleBooking: "This time is taken.", Inactive: "Nobody is available then.",
}

// forPublic tells each thing once, and of those alone whom customers may choose that it is theirs.
func (p *Plan) forPublic(all []Reason) []Reason {
	told := []Reason{}
	for _, r := range all {
		one := Reason{Rule: r.Rule, Message: r.Message}
		if text, ok := impersonal[r.Rule]; ok && r.ResourceID != nil {
			one.Message = text
		}
		if r.ResourceID != nil && p.choosable(*r.ResourceID) {
			one.ResourceID = r.ResourceID
		}
		if !slices.Contains(told, one) {
			told = append(told, one)
		}
	}
	return told
}

// choosable tells whether customers may choose the resource.
func (p *Plan) choosable(key id.ID[resource.Resource]) bool {
	needs, err := p.Service.requirements()
	for i, n := range p.question.Needs {
		if err == nil && needs[i].Selectable && slices.ContainsFunc(n.Resources, func(r int) bool { return p.Resources[r].ID == key }) {
			return true
		}
	}
	return false
}

// Explanation is why a start is offered or not.
type Explanation struct {
	Start   time.Time `json:"start"`
	Offered bool      `json:"offered"`
	Reasons []Reason  `json:"reasons" doc:"All that stand in the way; none where it is offered."`
}

// Explain tells why exactly this start is in the list of slots, or why not.
func (s *Service) Explain(ctx context.Context, tx *pg.TenantTx, p *Plan, start time.Time, publicly bool) (Explanation, error) {
	e, err := s.reasons(ctx, tx, p, start, publicly)
	if publicly {
		e.Reasons = p.forPublic(e.Reasons)
	}
	return e, err
}

func (s *Service) reasons(ctx context.Context, tx *pg.TenantTx, p *Plan, start time.Time, publicly bool) (Explanation, error) {
	day := calendar.DateOf(start, p.Zone)
	if err := s.FillToExplain(ctx, tx, p, day, Except{}); err != nil {
		return Explanation{}, err
	}
	if p.Service.Group != nil {
		return s.explainGroup(ctx, tx, p, start, publicly)
	}
	found := p.Reasons(start, start.Add(p.Length()), true)
	if len(found) == 0 && publicly && p.hidden(start) {
		found = []Reason{{Rule: OffGrid, Message: messages[calendar.OffGrid]}}
	}
	if found == nil {
		found = []Reason{}
	}
	return Explanation{Start: start.In(p.Zone), Offered: len(found) == 0, Reasons: found}, nil
}

// explainGroup tells it of a service that is taken by groups: a session has seats left then, or a new one could be made.
func (s *Service) explainGroup(ctx context.Context, tx *pg.TenantTx, p *Plan, start time.Time, publicly bool) (Explanation, error) {
	day := calendar.DateOf(start, p.Zone)
	e := Explanation{Start: start.In(p.Zone), Reasons: []Reason{}}
	slots, err := s.Slots(ctx, tx, p, day, day, publicly)
	if e.Offered = slices.ContainsFunc(slots, func(o Slot) bool { return o.Start.Equal(start) }); err != nil || e.Offered {
		return e, err
	}
	if r := p.StartRefusal(start); r != calendar.Offered {
		e.Reasons = append(e.Reasons, p.About(r))
	}
	if p.Service.Group.AdHoc {
		e.Reasons = append(e.Reasons, p.Reasons(start, start.Add(p.Length()), true)...)
	}
	if len(e.Reasons) == 0 {
		e.Reasons = append(e.Reasons, Reason{Rule: OffGrid, Message: "No session with seats left begins at this time."})
	}
	return e, nil
}

// appointment is the kind of the ids of appointments, whose package is above this one.
type appointment struct{}

// IDPrefix makes ids of appointments look like apt_….
func (appointment) IDPrefix() string { return "apt" }
