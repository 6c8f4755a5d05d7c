package resource

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
)

var errInTheWay = &fault.Error{Kind: fault.Conflict, Code: "state_conflict"}

// obstacle is something booked that is in the way of a change.
type obstacle struct {
	AppointmentID *uuid.UUID `db:"appointment_id"` // nil for a group session, and for a hold
	SessionID     *uuid.UUID `db:"session_id"`
	Start         time.Time  `db:"starts_at"`
	End           time.Time  `db:"ends_at"`
	TimeZone      string     `db:"time_zone"`
	ServiceName   string     `db:"service_name"`
	Seen          bool       `db:"seen"` // whether the actor may see it
}

// seen is the row rule of appointments a and of sessions g: without appointments.all a person sees those they serve and those they booked.
const seen = `(@all::boolean OR EXISTS (SELECT FROM customers c WHERE c.id = a.customer_id AND c.user_id = @actor)
	OR EXISTS (SELECT FROM allocations own JOIN resources r ON r.id = own.resource_id WHERE (own.appointment_id = a.id OR own.session_id = g.id) AND r.user_id = @actor))`

// withSight adds what seen asks about the actor.
func withSight(tx *pg.TenantTx, args pg.Args) pg.Args {
	args["all"], args["actor"] = tx.Actor.Can(role.AppointmentsAll), tx.Actor.UserID
	return args
}

// checkUnused refuses to give up a resource that appointments or group sessions to come need. It runs under the lock of bookings.
func checkUnused(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) error {
	booked, err := toCome(ctx, tx, key)
	if err != nil || len(booked) == 0 {
		return err
	}
	return errInTheWay.With("%s: %s. Move them to another resource or cancel them first.", counted(booked), some(booked)).
		Conflicting(false, clashes("booked", key, booked)...)
}

// toCome lists what is booked with the resource and isn't over, requests that take no time until they are confirmed too. Holds don't count: they come to nothing once it is archived.
func toCome(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) ([]obstacle, error) {
	return pg.All[obstacle](ctx, tx, `
		SELECT al.appointment_id, al.session_id, coalesce(a.starts_at, g.starts_at) AS starts_at, coalesce(a.ends_at, g.ends_at) AS ends_at,
			coalesce(a.time_zone, g.time_zone) AS time_zone, coalesce(a.service_name, g.service_name) AS service_name, `+seen+` AS seen
		FROM allocations al LEFT JOIN appointments a ON a.id = al.appointment_id LEFT JOIN group_sessions g ON g.id = al.session_id
		WHERE (al.active OR a.status = 'PENDING' AND a.pending_until > @now) AND al.resource_id = @id AND al.hold_id IS NULL AND upper(al.busy_range) > @now AND (al.session_id IS NULL OR al.expires_at IS NULL OR al.expires_at > @now)
		ORDER BY starts_at, al.id`, withSight(tx, pg.Args{"id": key, "now": tx.Now()}))
}

// distinct counts what takes the resource for several parts once.
func distinct(all []obstacle) (kept []obstacle) {
	known := map[uuid.UUID]bool{}
	for _, o := range all {
		of := cmp.Or(o.AppointmentID, o.SessionID)
		if of != nil && known[*of] {
			continue
		}
		if of != nil {
			known[*of] = true
		}
		kept = append(kept, o)
	}
	return kept
}

func counted(all []obstacle) string {
	appointments, sessions := 0, 0
	for _, o := range distinct(all) {
		if o.SessionID == nil {
			appointments++
		} else {
			sessions++
		}
	}
	text := strings.Join(slices.Concat(number(appointments, "appointment"), number(sessions, "group session")), " and ")
	verb := "are"
	if appointments+sessions == 1 {
		verb = "is"
	}
	return strings.ToUpper(text[:1]) + text[1:] + " to come " + verb + " booked with this resource"
}

// number says nothing of none.
func number(n int, noun string) []string {
	switch n {
	case 0:
		return nil
	case 1:
		return []string{"one " + noun}
	default:
		return []string{fmt.Sprintf("%d %ss", n, noun)}
	}
}

// some names the first few, of which the actor may know.
func some(all []obstacle) string {
	const few = 3
	names := []string{}
	all = distinct(all)
	for _, o := range all[:min(few, len(all))] {
		names = append(names, o.text())
	}
	if len(all) > few {
		names = append(names, "and others")
	}
	return strings.Join(names, ", ")
}

func (o obstacle) text() string {
	what := o.ServiceName
	if !o.Seen || what == "" {
		what = "booked"
	}
	return what + " on " + o.local(o.Start).Format("2 January 2006 at 15:04")
}

// local is t on the clock that it was booked by.
func (o obstacle) local(t time.Time) time.Time {
	if zone, err := location.LoadZone(o.TimeZone); err == nil {
		return t.In(zone)
	}
	return t
}

// most is how many things in the way an answer lists.
const most = 50

func clashes(rule string, key id.ID[Resource], all []obstacle) []fault.Clash {
	all = distinct(all)
	out := make([]fault.Clash, 0, min(most, len(all)))
	for _, o := range all[:min(most, len(all))] {
		c := fault.Clash{
			Rule: rule, ResourceID: key.String(), Message: o.text(),
			Start: o.local(o.Start).Format(time.RFC3339), End: o.local(o.End).Format(time.RFC3339),
		}
		if o.Seen && o.AppointmentID != nil {
			c.AppointmentID = id.ID[appointment](*o.AppointmentID).String()
		}
		if o.Seen && o.SessionID != nil {
			c.SessionID = id.ID[session](*o.SessionID).String()
		}
		out = append(out, c)
	}
	return out
}

// appointment and session are the kinds of the ids of appointments and of group sessions, whose packages build on this one.
type (
	appointment struct{}
	session     struct{}
)

func (appointment) IDPrefix() string { return "apt" }
func (session) IDPrefix() string     { return "grs" }
