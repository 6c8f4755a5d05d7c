// Package resource holds whatever has scarce time: staff, rooms and equipment.
package resource

import (
	"context"
	"errors"
	"strings"
	"time"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
)

// Resource is a person, a room or a piece of equipment that can be booked.
type Resource struct {
	ID         id.ID[Resource]          `json:"id" db:"id"`
	Name       string                   `json:"name" db:"name"`
	Kind       string                   `json:"kind" db:"kind" enum:"STAFF,ROOM,EQUIPMENT"`
	LocationID id.ID[location.Location] `json:"location_id" db:"location_id"`
	UserID     *id.ID[account.User]     `json:"user_id" db:"user_id" nullable:"true" doc:"The login behind a member of staff."`
	Hours      calendar.Hours           `json:"hours" db:"hours" nullable:"true" doc:"null follows the location."`

	DateOverrides calendar.Overrides `json:"date_overrides" db:"date_overrides" doc:"Dates with other hours than the week's, in order."`
	ActiveFrom    *calendar.Date     `json:"active_from" db:"active_from" nullable:"true" format:"date" doc:"The first local date on which it can be had."`
	ActiveUntil   *calendar.Date     `json:"active_until" db:"active_until" nullable:"true" format:"date" doc:"The first on which it can't any more."`
	Limits        calendar.Limits    `json:"limits" db:"limits"`
	pg.Stamps
	ArchivedAt *time.Time `json:"archived_at" db:"archived_at" doc:"null unless archived."`
}

// IDPrefix makes ids of resources look like res_….
func (Resource) IDPrefix() string { return "res" }

// New is what makes a resource, and what a PATCH changes.
type New struct {
	Name       string                   `json:"name" minLength:"1" maxLength:"200"`
	Kind       string                   `json:"kind" enum:"STAFF,ROOM,EQUIPMENT"`
	LocationID id.ID[location.Location] `json:"location_id"`
	UserID     *id.ID[account.User]     `json:"user_id" required:"false" nullable:"true" doc:"The login behind a member of staff."`
	Hours      calendar.Hours           `json:"hours" required:"false" nullable:"true" maxItems:"70" doc:"Weekly windows of its own; null follows the location, an empty list is never available."`

	DateOverrides calendar.Overrides `json:"date_overrides" required:"false" maxItems:"400" doc:"Dates with other windows than the week's; without any the date is closed. Bookable is what lies in the location's hours too."`
	ActiveFrom    *calendar.Date     `json:"active_from" required:"false" nullable:"true" format:"date" doc:"The first date on which it can be had, on the location's calendar."`
	ActiveUntil   *calendar.Date     `json:"active_until" required:"false" nullable:"true" format:"date" doc:"The first date on which it can't be had any more."`
	Limits        calendar.Limits    `json:"limits" required:"false" doc:"How many appointments it may have."`
}

func (r Resource) editable() New {
	return New{r.Name, r.Kind, r.LocationID, r.UserID, r.Hours, r.DateOverrides, r.ActiveFrom, r.ActiveUntil, r.Limits}
}

func (n New) clean() (New, error) {
	n.Name = strings.TrimSpace(n.Name)
	var bad []fault.Field
	if n.Name == "" {
		bad = append(bad, fault.Field{Location: "body.name", Message: "Give the resource a name."})
	}
	bad = append(bad, location.DateProblems("body.active_from", n.ActiveFrom)...)
	bad = append(bad, location.DateProblems("body.active_until", n.ActiveUntil)...)
	if n.ActiveFrom != nil && n.ActiveUntil != nil && !n.ActiveFrom.Before(*n.ActiveUntil) {
		bad = append(bad, fault.Field{Location: "body.active_until", Message: "This date must be after active_from."})
	}
	bad = append(bad, location.HoursProblems("body.hours", n.Hours)...)
	if bad = append(bad, location.HoursProblems("body.date_overrides", n.DateOverrides)...); bad != nil {
		return n, fault.Validation(bad...)
	}
	n.DateOverrides = n.DateOverrides.InOrder()
	return n, nil
}

// Service is the domain.
type Service struct{}

// Create adds a resource to a location that is not archived.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Resource, error) {
	n, err := n.clean()
	if err != nil {
		return Resource{}, err
	}
	if err := checkUser(ctx, tx, n.UserID); err != nil {
		return Resource{}, err
	}
	r, err := insert(ctx, tx, n)
	if errors.Is(err, pg.ErrNoRow) {
		return Resource{}, fault.Unknown("body.location_id")
	}
	return r, err
}

// Change applies a patch.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], patch api.Merge[New]) (Resource, error) {
	was, err := forChange(ctx, tx, key)
	if err != nil {
		return Resource{}, err
	}
	n, err := patch.Apply(was.editable())
	if err != nil {
		return Resource{}, err
	}
	if n, err = n.clean(); err != nil {
		return Resource{}, err
	}
	if err := checkUser(ctx, tx, n.UserID); err != nil {
		return Resource{}, err
	}
	r, err := update(ctx, tx, key, n)
	if errors.Is(err, pg.ErrNoRow) {
		return Resource{}, fault.Unknown("body.location_id")
	}
	return r, err
}
