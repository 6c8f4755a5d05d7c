// Package location holds a business's places: each has its own time zone and weekly opening hours.
package location

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/event"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
)

// Location is one place of a business.
type Location struct {
	ID           id.ID[Location] `json:"id" db:"id"`
	Name         string          `json:"name" db:"name"`
	TimeZone     string          `json:"time_zone" db:"time_zone" doc:"IANA name. Hours and dates are local to it."`
	OpeningHours calendar.Hours  `json:"opening_hours" db:"opening_hours"`

	DateOverrides    calendar.Overrides `json:"date_overrides" db:"date_overrides" doc:"Dates with other hours than the week's, in order."`
	MinNoticeMinutes *int               `json:"min_notice_minutes" db:"min_notice_minutes" nullable:"true" doc:"null is the business's."`

	SlotIntervalMinutes *int `json:"slot_interval_minutes" db:"slot_interval_minutes" nullable:"true" doc:"null is 15."`
	pg.Stamps
	ArchivedAt *time.Time `json:"archived_at" db:"archived_at" doc:"null unless archived."`
}

// IDPrefix makes ids of locations look like loc_….
func (Location) IDPrefix() string { return "loc" }

// New is what makes a location, and what a PATCH changes.
type New struct {
	Name         string         `json:"name" minLength:"1" maxLength:"200"`
	TimeZone     string         `json:"time_zone" maxLength:"64" example:"Europe/Berlin" doc:"IANA name."`
	OpeningHours calendar.Hours `json:"opening_hours" required:"false" maxItems:"70" doc:"Weekly windows on the local wall clock, several a day if need be. A window over midnight ends after 24:00."`

	DateOverrides    calendar.Overrides `json:"date_overrides" required:"false" maxItems:"400" doc:"Dates with other windows than the week's; without any the date is closed."`
	MinNoticeMinutes *int               `json:"min_notice_minutes" required:"false" nullable:"true" minimum:"0" maximum:"525600" doc:"How long before its start an appointment here can still be booked, where its service doesn't say; null is the business's."`

	SlotIntervalMinutes *int `json:"slot_interval_minutes" required:"false" nullable:"true" minimum:"1" maximum:"1440" doc:"Spacing of the starts that are offered here, where their service doesn't say; null is 15."`
}

func (l Location) editable() New {
	return New{l.Name, l.TimeZone, l.OpeningHours, l.DateOverrides, l.MinNoticeMinutes, l.SlotIntervalMinutes}
}

// clean trims n and checks what a schema can't say.
func (n New) clean() (New, error) {
	n.Name = strings.TrimSpace(n.Name)
	if n.OpeningHours == nil {
		n.OpeningHours = calendar.Hours{}
	}
	var bad []fault.Field
	if n.Name == "" {
		bad = append(bad, fault.Field{Location: "body.name", Message: "Give the location a name."})
	}
	bad = append(bad, ZoneProblems("body.time_zone", n.TimeZone)...)
	bad = append(bad, HoursProblems("body.opening_hours", n.OpeningHours)...)
	if bad = append(bad, HoursProblems("body.date_overrides", n.DateOverrides)...); bad != nil {
		return n, fault.Validation(bad...)
	}
	n.DateOverrides = n.DateOverrides.InOrder()
	return n, nil
}

// ZoneProblems says what is wrong with the name of a time zone that came in at location.
func ZoneProblems(location, name string) []fault.Field {
	if _, err := LoadZone(name); err != nil {
		return []fault.Field{{Location: location, Message: "Use an IANA time zone such as Europe/Berlin or America/New_York."}}
	}
	return nil
}

// DateProblems says what is wrong with a date, or none, that came in at location.
func DateProblems(location string, d *calendar.Date) []fault.Field {
	if d != nil && !d.InYears() {
		return []fault.Field{{Location: location, Message: "Use a date between 1970 and 2200."}}
	}
	return nil
}

// HoursProblems says what is wrong with hours or overrides that came in at location.
func HoursProblems(location string, h interface{ Problems() []calendar.Problem }) (bad []fault.Field) {
	for _, p := range h.Problems() {
		bad = append(bad, fault.Field{Location: fmt.Sprintf("%s[%d].%s", location, p.Index, p.Field), Message: p.Message})
	}
	return bad
}

// zones keeps what LoadZone has read: a zone's rules are parsed once, not for each request.
// There are only as many as the IANA database has names.
var zones sync.Map //nolint:gochecknoglobals // immutable values, the same for every tenant

// LoadZone returns the rules of an IANA time zone.
func LoadZone(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil //nolint:forcetypeassert // only this function stores
	}
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is no IANA time zone", name)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	zones.Store(name, z)
	return z, nil
}

// Service is the domain.
type Service struct {
	OnOpened event.Hook[Opened]
}

// Create adds a location.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Location, error) {
	n, err := n.clean()
	if err != nil {
		return Location{}, err
	}
	return insert(ctx, tx, n)
}

// Lock finds a location that nobody else changes until the transaction ends.
func Lock(ctx context.Context, tx *pg.TenantTx, key id.ID[Location]) (Location, error) {
	return forChange(ctx, tx, key)
}

// Change applies a patch. Appointments keep their instant when the zone changes; package clock moves them to the time of the clock that
// was agreed, where somebody wants that.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Location], patch api.Merge[New]) (Location, error) {
	was, err := forChange(ctx, tx, key)
	if err != nil {
		return Location{}, err
	}
	n, err := patch.Apply(was.editable())
	if err != nil {
		return Location{}, err
	}
	if n, err = n.clean(); err != nil {
		return Location{}, err
	}
	is, err := update(ctx, tx, key, n)
	if err != nil {
		return Location{}, err
	}
	return is, s.opened(ctx, tx, was, is)
}

// Archive hides a location and closes it for new bookings. Old appointments keep it.
func (s *Service) Archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Location]) error {
	if _, err := forChange(ctx, tx, key); err != nil {
		return err
	}
	return archive(ctx, tx, key)
}

// Business is what customers see of a tenant.
type Business struct {
	Name      string   `json:"name"`
	Currency  string   `json:"currency" doc:"ISO 4217."`
	IsDemo    bool     `json:"is_demo" doc:"Nothing here is real: the page says so."`
	Locations []Public `json:"locations"`
}

// Public is a location as customers see it.
type Public struct {
	ID       id.ID[Location] `json:"id" db:"id"`
	Name     string          `json:"name" db:"name"`
	TimeZone string          `json:"time_zone" db:"time_zone"`
}

// Any reports whether there are locations, archived ones included: whether the business has been set up.
func (s *Service) Any(ctx context.Context, tx *pg.TenantTx) (bool, error) { return exist(ctx, tx) }
