package waitlist

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// Wishes are which times somebody waits for; what a PATCH changes.
type Wishes struct {
	From        calendar.Date              `json:"from_date" format:"date" doc:"The first date, on the location's calendar."`
	To          calendar.Date              `json:"to_date" format:"date" doc:"The last date, included; at most 62 days."`
	Windows     []Window                   `json:"windows" required:"false" maxItems:"50" doc:"When it may begin; without any at any time."`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"20" doc:"Any one of these, the first best; without any whoever is free."`
	PartySize   int                        `json:"party_size" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"How many people come."`
	Notes       *string                    `json:"notes" required:"false" nullable:"true" maxLength:"2000"`
	Priority    int                        `json:"priority" required:"false" minimum:"-1000" maximum:"1000" doc:"Higher comes first."`
	ExpiresAt   *time.Time                 `json:"expires_at" required:"false" nullable:"true" doc:"From then on they wait no longer: the end of the last date by default, and at the latest."`
	availability.Combination
}

// Window is a part of the day, on the location's clock.
type Window struct {
	Weekday *int           `json:"weekday,omitempty" minimum:"1" maximum:"7" doc:"1 is Monday, 7 is Sunday; on any day without it."`
	From    calendar.Clock `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"a time of day from 00:00 to 23:59" doc:"The earliest start."`
	To      calendar.Clock `json:"to" pattern:"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" patternDescription:"a time of day up to 24:00" doc:"It begins before this."`
}

func (e Entry) wishes() Wishes {
	return Wishes{e.From, e.To, e.Windows, e.ResourceIDs, e.PartySize, e.Notes, e.Priority, &e.ExpiresAt, e.combination()}
}

func (e Entry) combination() availability.Combination {
	return availability.Combination{VariantID: e.VariantID, AddonIDs: e.AddonIDs}
}

// wants tells whether the start is one that the entry waits for.
func (e Entry) wants(start time.Time, zone *time.Location) bool {
	d, at := calendar.DateOf(start, zone), start.In(zone)
	if d.Before(e.From) || d.After(e.To) {
		return false
	}
	clock := calendar.Clock(at.Hour()*60 + at.Minute())
	return len(e.Windows) == 0 || slices.ContainsFunc(e.Windows, func(w Window) bool {
		return (w.Weekday == nil || *w.Weekday == d.Weekday()) && w.From <= clock && clock < w.To
	})
}

// asked is how a caller names what an entry is about.
type asked struct {
	location   *id.ID[location.Location]
	resourceAt string // with %d where there may be several
	public     bool
}

// fill checks the wishes, and puts them into the entry with all that was left out.
func (s *Service) fill(ctx context.Context, tx *pg.TenantTx, e *Entry, w Wishes, a asked) error {
	w.PartySize = max(1, w.PartySize)
	ask := availability.Ask{ServiceID: e.ServiceID, LocationID: a.location, PartySize: w.PartySize, PublicOnly: a.public, At: "body", ResourceAt: a.resourceAt, Combination: w.Combination}
	w.ResourceIDs = resource.Distinct(w.ResourceIDs)
	if a.location == nil && len(w.ResourceIDs) > 0 { // the place is where the resource is
		ask.Resources = w.ResourceIDs[:1]
	}
	plan, err := s.Availability.Plan(ctx, tx, ask)
	if err != nil {
		return err
	}
	if plan.Location.IsZero() {
		return fault.At("body.service_id", "Nobody performs this service here. Choose another.")
	}
	ask.LocationID = &plan.Location
	for i, r := range w.ResourceIDs {
		ask.Resources, ask.ResourceAt = []id.ID[resource.Resource]{r}, strings.Replace(a.resourceAt, "%d", fmt.Sprint(i), 1)
		if _, err := s.Availability.Plan(ctx, tx, ask); err != nil {
			return err
		}
	}
	if bad := w.problems(tx.Now(), plan.Zone); bad != nil {
		return fault.Validation(bad...)
	}
	e.LocationID, e.From, e.To, e.PartySize, e.Notes, e.Priority = plan.Location, w.From, w.To, w.PartySize, w.Notes, w.Priority
	e.Windows, e.ResourceIDs = append([]Window{}, w.Windows...), append([]id.ID[resource.Resource]{}, w.ResourceIDs...)
	e.VariantID, e.AddonIDs = w.VariantID, append([]id.ID[service.Addon]{}, w.AddonIDs...)
	e.ExpiresAt = w.To.In(plan.Zone).End
	if w.ExpiresAt != nil && w.ExpiresAt.Before(e.ExpiresAt) {
		e.ExpiresAt = *w.ExpiresAt
	}
	return nil
}

func (w Wishes) problems(now time.Time, zone *time.Location) (bad []fault.Field) {
	say := func(at, message string) { bad = append(bad, fault.Field{Location: "body." + at, Message: message}) }
	bad = append(bad, location.DateProblems("body.from_date", &w.From)...)
	bad = append(bad, location.DateProblems("body.to_date", &w.To)...)
	if bad != nil {
		return bad
	}
	switch days := w.From.DaysUntil(w.To) + 1; {
	case days < 1 || days > availability.MaxDays:
		say("to_date", fmt.Sprintf("Choose a last date on or after the first, at most %d days in all.", availability.MaxDays))
	case w.To.Before(calendar.DateOf(now, zone)):
		say("to_date", "These dates have passed. Choose later ones.")
	}
	for i, one := range w.Windows {
		if one.To <= one.From || one.To > calendar.Midnight {
			say(fmt.Sprintf("windows[%d].to", i), "The end must be after the start, on the same day.")
		}
	}
	if w.ExpiresAt != nil && !w.ExpiresAt.After(now) {
		say("expires_at", "This time has passed. Choose a later one.")
	}
	return bad
}
