// Package setting holds how a business takes bookings, where neither a service nor a location says it.
package setting

import (
	"context"
	"errors"
	"time"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
)

// Booking is how a business takes bookings.
type Booking struct {
	MinNoticeMinutes             int             `json:"min_notice_minutes" db:"min_notice_minutes"`
	ResourceHoursOverrideOpening bool            `json:"resource_hours_override_opening" db:"resource_hours_override_opening"`
	OverlappingCustomers         bool            `json:"overlapping_customers" db:"overlapping_customers"`
	MaxOpenAppointments          *int            `json:"max_open_appointments" db:"max_open_appointments" nullable:"true"`
	CustomerLimits               calendar.Limits `json:"customer_limits" db:"customer_limits"`
	LookBusyPercent              int             `json:"look_busy_percent" db:"look_busy_percent"`
	AutoCompleteAfterMinutes     *int            `json:"auto_complete_after_minutes" db:"auto_complete_after_minutes" nullable:"true"`
	UpdatedAt                    *time.Time      `json:"updated_at" db:"updated_at" nullable:"true" doc:"null while everything is as at first."`
	Version                      int             `json:"version" db:"version" doc:"Grows with each change; 0 while everything is as at first."`
}

// New is what a PATCH changes.
type New struct {
	MinNoticeMinutes             int             `json:"min_notice_minutes" default:"120" minimum:"0" maximum:"525600" doc:"How long before its start an appointment can still be booked, where neither its service nor its location says so."`
	ResourceHoursOverrideOpening bool            `json:"resource_hours_override_opening" required:"false" doc:"Whether a resource with hours of its own can be booked outside of the location's."`
	OverlappingCustomers         bool            `json:"overlapping_customers" required:"false" doc:"Whether one customer may have two appointments at once."`
	MaxOpenAppointments          *int            `json:"max_open_appointments" required:"false" nullable:"true" minimum:"1" maximum:"1000" doc:"How many appointments to come one customer may have; null is any number."`
	CustomerLimits               calendar.Limits `json:"customer_limits" required:"false" doc:"How many appointments one customer may have in a day, a week or a month, of all services together. Services have limits of their own besides."`
	LookBusyPercent              int             `json:"look_busy_percent" required:"false" minimum:"0" maximum:"90" doc:"How many of the free times customers are not offered, in percent."`
	AutoCompleteAfterMinutes     *int            `json:"auto_complete_after_minutes" required:"false" nullable:"true" minimum:"0" maximum:"10080" doc:"How long after its end an appointment that is confirmed or in progress is completed by itself; null is never."`
}

func (b Booking) editable() New {
	return New{b.MinNoticeMinutes, b.ResourceHoursOverrideOpening, b.OverlappingCustomers, b.MaxOpenAppointments, b.CustomerLimits, b.LookBusyPercent, b.AutoCompleteAfterMinutes}
}

// ObjectVersion is the version that conditional requests are about.
func (b Booking) ObjectVersion() int { return b.Version }

// defaultMinNotice is how long before its start an appointment can be booked where nobody has said otherwise.
const defaultMinNotice = 120

// AtFirst are the settings of a business that has changed nothing.
func AtFirst() Booking { return Booking{MinNoticeMinutes: defaultMinNotice} }

// Service is the domain; its zero value works.
type Service struct{}

// Get returns the settings in force.
func (s *Service) Get(ctx context.Context, tx *pg.TenantTx) (Booking, error) {
	b, err := current(ctx, tx)
	if errors.Is(err, pg.ErrNoRow) {
		return AtFirst(), nil
	}
	return b, err
}

// Change applies a patch.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, patch api.Merge[New]) (Booking, error) {
	was, err := forChange(ctx, tx)
	if err != nil {
		return Booking{}, err
	}
	is, err := patch.Apply(was.editable())
	if err != nil {
		return Booking{}, err
	}
	return update(ctx, tx, is)
}
