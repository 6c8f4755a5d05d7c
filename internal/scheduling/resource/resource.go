// Package resource holds whatever has scarce time: staff, rooms and equipment.
package resource

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/event"
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

	Capacity  int `json:"capacity" db:"capacity"`
	Priority  int `json:"priority" db:"priority"`
	Weight    int `json:"weight" db:"weight"`
	SortOrder int `json:"sort_order" db:"sort_order"`

	BufferBeforeMinutes int `json:"buffer_before_minutes" db:"buffer_before_minutes"`
	BufferAfterMinutes  int `json:"buffer_after_minutes" db:"buffer_after_minutes"`

	Requires []id.ID[Resource] `json:"requires" db:"requires" doc:"Those that are taken along with it."`
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
	Limits        calendar.Limits    `json:"limits" required:"false" doc:"How many appointments it may have; a group session counts once, however many seats it has."`

	Capacity  int `json:"capacity" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"How many of it can be in use at once: 3 for a room with three tables."`
	Priority  int `json:"priority" required:"false" minimum:"-1000000" maximum:"1000000" doc:"Of those that are free the strategy priority takes the one with the lowest."`
	Weight    int `json:"weight" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"With the strategy weighted one of weight 2 gets twice as much as one of weight 1."`
	SortOrder int `json:"sort_order" required:"false" minimum:"-1000000" maximum:"1000000" doc:"Where nothing else decides, the lowest comes first."`

	BufferBeforeMinutes int `json:"buffer_before_minutes" required:"false" minimum:"0" maximum:"1440" doc:"Kept free of it before each appointment, where the service's buffer is shorter."`
	BufferAfterMinutes  int `json:"buffer_after_minutes" required:"false" minimum:"0" maximum:"1440" doc:"Kept free of it after each appointment, where the service's buffer is shorter."`

	Requires []id.ID[Resource] `json:"requires" required:"false" maxItems:"100" doc:"Resources of the same location that whoever takes this one takes along: a hall and its halves."`
}

func (r Resource) editable() New {
	return New{
		r.Name, r.Kind, r.LocationID, r.UserID, r.Hours, r.DateOverrides, r.ActiveFrom, r.ActiveUntil, r.Limits,
		r.Capacity, r.Priority, r.Weight, r.SortOrder, r.BufferBeforeMinutes, r.BufferAfterMinutes, r.Requires,
	}
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
	n.Capacity, n.Weight = cmp.Or(n.Capacity, 1), cmp.Or(n.Weight, 1)
	n.Requires = Distinct(n.Requires)
	return n, nil
}

// Service is the domain.
type Service struct {
	OnOpened event.Hook[location.Opened]
}

// Create adds a resource to a location that is not archived.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Resource, error) {
	n, err := n.clean()
	if err != nil {
		return Resource{}, err
	}
	if err := checkUser(ctx, tx, n.UserID); err != nil {
		return Resource{}, err
	}
	key := id.New[Resource]()
	if err := insert(ctx, tx, key, n); err != nil {
		return Resource{}, err
	}
	if len(n.Requires) > 0 {
		if err := LockNames(ctx, tx, links); err != nil {
			return Resource{}, err
		}
		if err := link(ctx, tx, key, n, nil); err != nil {
			return Resource{}, err
		}
	}
	return byID(ctx, tx, key)
}

// Change applies a patch.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource], patch api.Merge[New]) (Resource, error) {
	was, err := lockForChange(ctx, tx, key)
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
	if err := resize(ctx, tx, was, n.Capacity); err != nil {
		return Resource{}, err
	}
	if err := update(ctx, tx, key, n); err != nil {
		return Resource{}, err
	}
	if !slices.Equal(was.Requires, n.Requires) || was.LocationID != n.LocationID {
		if err := link(ctx, tx, key, n, was.Requires); err != nil {
			return Resource{}, err
		}
	}
	is, err := byID(ctx, tx, key)
	if err != nil || is.ArchivedAt != nil {
		return is, err
	}
	return is, s.opened(ctx, tx, was.times(), is.times())
}

// Archive takes a resource out of new bookings. One that others take along stays until they don't, one with appointments to come until
// they are elsewhere.
func (s *Service) Archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) error {
	was, err := lockForChange(ctx, tx, key)
	if err != nil {
		return err
	}
	if was.ArchivedAt == nil {
		if err := checkNotRequired(ctx, tx, key); err != nil {
			return err
		}
		if err := checkUnused(ctx, tx, key); err != nil {
			return err
		}
	}
	return archive(ctx, tx, key)
}

// lockForChange takes the lock of bookings before the row's: a booking that is under way has the first and may want the second.
func lockForChange(ctx context.Context, tx *pg.TenantTx, key id.ID[Resource]) (Resource, error) {
	if err := LockNames(ctx, tx, key.String(), links); err != nil {
		return Resource{}, err
	}
	return forChange(ctx, tx, key)
}
