// Package block holds negative time: time off of a resource, closures of a location or of the whole business, once or again and again.
package block

import (
	"context"
	"errors"
	"strings"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/event"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/calendar"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// Block is a span [start, end) in which nothing can be booked with a resource, at a location, or, with neither, anywhere.
type Block struct {
	ID         id.ID[Block]              `json:"id" db:"id"`
	LocationID *id.ID[location.Location] `json:"location_id" db:"location_id" nullable:"true"`
	ResourceID *id.ID[resource.Resource] `json:"resource_id" db:"resource_id" nullable:"true"`
	Start      time.Time                 `json:"start" db:"starts_at"`
	End        time.Time                 `json:"end" db:"ends_at"`
	Reason     string                    `json:"reason" db:"reason"`
	RRule      *string                   `json:"rrule" db:"rrule" nullable:"true" doc:"Where not null, start and end are the first time, and it recurs."`
	TimeZone   *string                   `json:"time_zone" db:"time_zone" nullable:"true" doc:"The zone whose wall clock shows start and end of a block that recurs."`
	pg.Stamps
	ArchivedAt *time.Time `json:"archived_at" db:"archived_at" doc:"null unless archived."`

	Occurrences []calendar.Span `json:"occurrences,omitempty" db:"-" doc:"In a list from..to of at most 62 days: when in it a block recurs, on the wall clock of its zone."`
}

// IDPrefix makes ids of blocks look like blk_….
func (Block) IDPrefix() string { return "blk" }

// New is what makes a block, and what a PATCH changes.
type New struct {
	LocationID *id.ID[location.Location] `json:"location_id" required:"false" nullable:"true" doc:"For a closure of a location. Without it and resource_id the whole business is closed."`
	ResourceID *id.ID[resource.Resource] `json:"resource_id" required:"false" nullable:"true" doc:"For time off: the resource."`
	Start      time.Time                 `json:"start" doc:"An instant with offset."`
	End        time.Time                 `json:"end" doc:"An instant with offset; the block ends just before it."`
	Reason     string                    `json:"reason" required:"false" maxLength:"500"`
	RRule      *string                   `json:"rrule" required:"false" nullable:"true" maxLength:"200" example:"FREQ=WEEKLY;BYDAY=MO" doc:"How it recurs, as in RFC 5545: DAILY, WEEKLY with BYDAY, or MONTHLY with BYMONTHDAY or BYDAY=2TU; INTERVAL; COUNT up to 104 or UNTIL=20261231 within two years, or without end. It keeps the wall clock, in each location's own zone."`
	TimeZone   *string                   `json:"time_zone" required:"false" nullable:"true" maxLength:"64" doc:"For a block that recurs: the IANA zone whose wall clock start and end mean. The location's by default; needed for the whole business."`
}

func (b Block) editable() New {
	return New{b.LocationID, b.ResourceID, b.Start, b.End, b.Reason, b.RRule, b.TimeZone}
}

func (n New) clean() (New, error) {
	n.Reason = strings.TrimSpace(n.Reason)
	var bad []fault.Field
	if n.LocationID != nil && n.ResourceID != nil {
		bad = append(bad, fault.Field{Location: "body.resource_id", Message: "Give either a resource (time off) or a location (closure), or neither to close the whole business."})
	}
	for location, t := range map[string]time.Time{"body.start": n.Start, "body.end": n.End} {
		if !calendar.InYears(t) {
			bad = append(bad, fault.Field{Location: location, Message: "Use a date between 1970 and 2200."})
		}
	}
	if !n.Start.Before(n.End) {
		bad = append(bad, fault.Field{Location: "body.end", Message: "The end must be after the start."})
	}
	if bad != nil {
		return n, fault.Validation(bad...)
	}
	return n, nil
}

// Service is the domain.
type Service struct {
	OnLifted event.Hook[Lifted]
}

// Create adds a block. Appointments that it meets stay: people decide what becomes of them.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Block, error) {
	n, err := n.clean()
	if err != nil {
		return Block{}, err
	}
	if err := mayBlock(ctx, tx, n.ResourceID); err != nil {
		return Block{}, err
	}
	n, last, err := recurring(ctx, tx, n)
	if err != nil {
		return Block{}, err
	}
	return insert(ctx, tx, n, last)
}

// Change applies a patch.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Block], patch api.Merge[New]) (Block, error) {
	was, err := forChange(ctx, tx, key)
	if err != nil {
		return Block{}, err
	}
	if err := mayBlock(ctx, tx, was.ResourceID); err != nil {
		return Block{}, err
	}
	n, err := patch.Apply(was.editable())
	if err != nil {
		return Block{}, err
	}
	if n, err = n.clean(); err != nil {
		return Block{}, err
	}
	if err := mayBlock(ctx, tx, n.ResourceID); err != nil {
		return Block{}, err
	}
	n, last, err := recurring(ctx, tx, n)
	if err != nil {
		return Block{}, err
	}
	is, err := update(ctx, tx, key, n, last)
	if err != nil {
		return Block{}, err
	}
	return is, s.lifted(ctx, tx, was)
}

// Archive lifts a block.
func (s *Service) Archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Block]) error {
	was, err := forChange(ctx, tx, key)
	if err != nil {
		return err
	}
	if err := mayBlock(ctx, tx, was.ResourceID); err != nil {
		return err
	}
	if err := archive(ctx, tx, key); err != nil {
		return err
	}
	return s.lifted(ctx, tx, was)
}

var errNotOwn = &fault.Error{Kind: fault.Forbidden, Code: "role_forbidden", Detail: "You can plan your own time off alone. Ask the owner of the business if you need more."}

// mayBlock is the row rule: without blocks.all a person blocks the time of resources that they are the login of, and closes no location.
func mayBlock(ctx context.Context, tx *pg.TenantTx, resourceID *id.ID[resource.Resource]) error {
	if tx.Actor.Can(role.BlocksAll) {
		return nil
	}
	if resourceID == nil {
		return errNotOwn
	}
	own, err := isOwn(ctx, tx, *resourceID)
	switch {
	case errors.Is(err, pg.ErrNoRow):
		return nil // there is no such resource: writing the block says so
	case err == nil && !own:
		return errNotOwn
	}
	return err
}
