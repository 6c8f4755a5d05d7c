package appointment

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
	"smoothschedule/internal/scheduling/availability"
	"smoothschedule/internal/scheduling/customer"
	"smoothschedule/internal/scheduling/group"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/service"
)

// holdTime is how long a start is kept while somebody fills in the form.
const holdTime = 10 * time.Minute

// Hold is a start that is kept for a moment. Whoever has the token may book it, and nobody else.
type Hold struct {
	Token     string    `json:"token" doc:"To book with, as hold_token. Keep it to yourself."`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	TimeZone  string    `json:"time_zone" doc:"The location's."`
	ExpiresAt time.Time `json:"expires_at" doc:"From then on it is free for others."`
	ID        uuid.UUID `json:"-"`
}

// NewHold is what to keep.
type NewHold struct {
	ServiceID  id.ID[service.Service]    `json:"service_id"`
	Start      string                    `json:"start" maxLength:"40" doc:"One of the starts that availability offers; of a group, seats are kept in a session that begins then."`
	LocationID *id.ID[location.Location] `json:"location_id" required:"false" nullable:"true" doc:"Needed when the service is offered at several locations and no resource is chosen."`
	ResourceID *id.ID[resource.Resource] `json:"resource_id" required:"false" nullable:"true" doc:"Whom or what; without it any that is free."`
	PartySize  int                       `json:"party_size" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"How many people come."`
	Replaces   string                    `json:"replaces" required:"false" maxLength:"100" doc:"The token of the hold that this one takes the place of: a browser keeps one start at a time."`
	availability.Combination
}

// heldRow is a hold with its resources.
type heldRow struct {
	ID          id.ID[heldRow]             `db:"id"`
	ServiceID   id.ID[service.Service]     `db:"service_id"`
	LocationID  id.ID[location.Location]   `db:"location_id"`
	SessionID   *id.ID[group.Session]      `db:"session_id"` // whose seats it keeps
	Start       time.Time                  `db:"starts_at"`
	PartySize   int                        `db:"party_size"`
	Combined    availability.Combined      `db:"combination"`
	ResourceIDs []id.ID[resource.Resource] `db:"resource_ids"`
	Needs       []int                      `db:"needs"`     // which of the requirements each of them is for
	ChosenID    *id.ID[resource.Resource]  `db:"chosen_id"` // whom the customer chose
}

// IDPrefix makes ids of holds look like hld_….
func (heldRow) IDPrefix() string { return "hld" }

var errHoldGone = ErrSlotUnavailable.With("This time is no longer kept for you. Choose one of the times offered.")

// Hold keeps a start for the public or for staff.
func (s *Service) Hold(ctx context.Context, tx *pg.TenantTx, n NewHold, byPublic bool) (Hold, error) {
	ask := availability.Ask{ServiceID: n.ServiceID, LocationID: n.LocationID, PartySize: n.PartySize, PublicOnly: byPublic, At: "body", ResourceAt: "body.resource_id", Combination: n.Combination}
	if n.ResourceID != nil {
		ask.Resources = []id.ID[resource.Resource]{*n.ResourceID}
	}
	if !byPublic && !tx.Actor.Can(role.AppointmentsAll) {
		if err := s.amongOwn(ctx, tx, &ask); err != nil {
			return Hold{}, err
		}
	}
	k := keeping{byPublic: byPublic, length: holdTime}
	if byPublic {
		k.keeper = s.keeper(ctx, tx)
		if err := s.bound(ctx, tx, k.keeper, n.Replaces); err != nil {
			return Hold{}, err
		}
	}
	return s.keep(ctx, tx, n, ask, k)
}

// HoldFor keeps a start for a customer as long as another part of the program says, by the rules of customers: those about this
// customer are asked too, so that nothing is kept for who may not book it.
func (s *Service) HoldFor(ctx context.Context, tx *pg.TenantTx, n NewHold, who id.ID[customer.Customer], length time.Duration) (Hold, error) {
	ask := availability.Ask{ServiceID: n.ServiceID, LocationID: n.LocationID, PartySize: n.PartySize, PublicOnly: true, At: "body", ResourceAt: "body.resource_id", Combination: n.Combination}
	if n.ResourceID != nil {
		ask.Resources = []id.ID[resource.Resource]{*n.ResourceID}
	}
	return s.keep(ctx, tx, n, ask, keeping{byPublic: true, who: &who, length: length})
}

// keeping is how a start is kept.
type keeping struct {
	byPublic bool
	who      *id.ID[customer.Customer] // where that is known
	keeper   []byte                    // of a customer without a login
	chosen   *id.ID[resource.Resource] // by the customer; nil: any
	length   time.Duration
}

func (s *Service) keep(ctx context.Context, tx *pg.TenantTx, n NewHold, ask availability.Ask, k keeping) (Hold, error) {
	plan, err := s.Availability.Plan(ctx, tx, ask)
	if err != nil {
		return Hold{}, err
	}
	start, end, err := span(plan, n.Start, "")
	if err != nil {
		return Hold{}, err
	}
	if err := s.lockPlans(ctx, tx, nil, plan); err != nil {
		return Hold{}, err
	}
	if err := s.drop(ctx, tx, n.Replaces); err != nil {
		return Hold{}, err
	}
	if k.chosen = n.ResourceID; k.chosen == nil && k.who != nil && plan.Service.PreferLast {
		if err := preferLast(ctx, tx, plan, *k.who); err != nil {
			return Hold{}, err
		}
	}
	v := verdict{plan: plan, start: start, end: end, grid: k.byPublic}
	if err := s.ask(ctx, tx, &v); err != nil {
		return Hold{}, err
	}
	if k.who != nil {
		if err := s.judgeCustomer(ctx, tx, &v, *k.who); err != nil {
			return Hold{}, err
		}
	}
	if err := s.refusal(ctx, tx, &v); err != nil {
		return Hold{}, err
	}
	return s.writeHold(ctx, tx, &v, k)
}

// keptAs is what a hold has besides the start and the service.
type keptAs struct {
	key    id.ID[heldRow]
	hash   []byte // of its token
	until  time.Time
	keeper []byte
	chosen *id.ID[resource.Resource]
	seat   *id.ID[group.Session] // whose seats it keeps
}

// writeHold writes a hold: of the time of resources, or of seats in a session that has them.
func (s *Service) writeHold(ctx context.Context, tx *pg.TenantTx, v *verdict, k keeping) (Hold, error) {
	token, hash := secret.New()
	n := keptAs{key: id.New[heldRow](), hash: hash, until: tx.Now().Add(k.length), keeper: k.keeper, chosen: k.chosen}
	h := Hold{token, v.start.In(v.plan.Zone), v.end.In(v.plan.Zone), v.plan.ZoneName, n.until, n.key.UUID()}
	if v.plan.Service.Group == nil {
		if err := insertHold(ctx, tx, v, n); err != nil {
			return Hold{}, err
		}
		return h, allocate(ctx, tx, reservation{holdID: &n.key, all: v.allocations, expires: &n.until})
	}
	seat, err := s.sit(ctx, tx, v)
	if err != nil {
		return Hold{}, err
	}
	n.seat = &seat
	if err := insertHold(ctx, tx, v, n); err != nil {
		return Hold{}, err
	}
	return h, s.settle(ctx, tx, &seat)
}

// Unhold gives a start back.
func (s *Service) Unhold(ctx context.Context, tx *pg.TenantTx, token string) error {
	return s.drop(ctx, tx, token)
}

// GiveBack ends a hold that HoldFor made, if there still is one. Whoever made it offers the time to others.
func (s *Service) GiveBack(ctx context.Context, tx *pg.TenantTx, key uuid.UUID) error {
	_, err := s.end(ctx, tx, nil, &key)
	return err
}

func (s *Service) drop(ctx context.Context, tx *pg.TenantTx, token string) error {
	if token == "" {
		return nil
	}
	gone, err := s.end(ctx, tx, secret.Hash(token), nil)
	if err != nil {
		return err
	}
	return s.offered(ctx, tx, gone)
}

// ended is what a hold kept.
type ended struct {
	LocationID id.ID[location.Location] `db:"location_id"`
	ServiceID  id.ID[service.Service]   `db:"service_id"`
	SessionID  *id.ID[group.Session]    `db:"session_id"`
	Start      time.Time                `db:"starts_at"`
	End        time.Time                `db:"ends_at"`
}

// end removes a hold, by the hash of its token or by its id, if it is still there.
func (s *Service) end(ctx context.Context, tx *pg.TenantTx, hash []byte, key *uuid.UUID) ([]ended, error) {
	gone, err := pg.All[ended](ctx, tx, `DELETE FROM holds WHERE token_hash = @hash::bytea OR id = @id::uuid RETURNING location_id, service_id, session_id, starts_at, ends_at`, pg.Args{"hash": hash, "id": key})
	for _, h := range gone {
		if err := s.unkept(ctx, tx, h.SessionID); err != nil {
			return nil, err
		}
	}
	return gone, err
}

// offered tells that what was kept may be free for others.
func (s *Service) offered(ctx context.Context, tx *pg.TenantTx, gone []ended) error {
	for _, h := range gone {
		if err := s.OnReleased.Fire(ctx, tx, Released{h.LocationID, h.ServiceID, h.Start, h.End}); err != nil {
			return err
		}
	}
	return nil
}

// held finds the hold that is to be redeemed: that of a token, or of a draft; nil without either.
func held(ctx context.Context, tx *pg.TenantTx, b booking) (*heldRow, error) {
	var (
		hash []byte
		key  *uuid.UUID
	)
	switch {
	case b.hold != "":
		hash = secret.Hash(b.hold)
	case b.draft != nil && b.draft.HoldID != nil:
		key = b.draft.HoldID
	default:
		return nil, nil
	}
	h, err := pg.One[heldRow](ctx, tx, `
		SELECT id, service_id, location_id, session_id, starts_at, party_size, combination, chosen_id,
			ARRAY(SELECT resource_id FROM allocations WHERE (hold_id = holds.id OR session_id = holds.session_id) AND NOT linked GROUP BY resource_id ORDER BY min(need), resource_id) AS resource_ids,
			ARRAY(SELECT min(need) FROM allocations WHERE (hold_id = holds.id OR session_id = holds.session_id) AND NOT linked GROUP BY resource_id ORDER BY min(need), resource_id) AS needs
		FROM holds WHERE (token_hash = @hash::bytea OR id = @id::uuid) AND expires_at > @now`, pg.Args{"hash": hash, "id": key, "now": tx.Now()})
	if errors.Is(err, pg.ErrNoRow) {
		return nil, errHoldGone
	}
	return &h, err
}

// takeOver has the booking ask for what is kept: whom the customer chose, or a seat in the same session, at the same place. A wish for
// others is refused: a hold doesn't ask whether they are the customer's to choose.
func (b *booking) takeOver(h *heldRow) error {
	foreign := func(r id.ID[resource.Resource]) bool { return !slices.Contains(h.ResourceIDs, r) }
	if slices.ContainsFunc(b.resources, foreign) || b.locationID != nil && *b.locationID != h.LocationID {
		return ErrSlotUnavailable.With("This time is kept for you with somebody else, or at another place. Choose those, or book without hold_token.")
	}
	b.agreed, b.keptIn, b.locationID = h.Combined, h.SessionID, &h.LocationID
	if b.resources == nil && h.SessionID == nil && h.ChosenID != nil {
		b.resources = []id.ID[resource.Resource]{*h.ChosenID}
	}
	return nil
}

// redeem turns the hold into what it was for, under the lock: its time is free for this transaction alone.
func (h *heldRow) redeem(ctx context.Context, tx *pg.TenantTx, plan *availability.Plan, start time.Time) error {
	if h.ServiceID != plan.ServiceID || !h.Start.Equal(start) || h.PartySize != plan.PartySize {
		return ErrSlotUnavailable.With("Another time is kept for you. Choose that one, or book without hold_token.")
	}
	if !h.Combined.Same(plan.Combined) {
		return ErrSlotUnavailable.With("This time is kept for another choice of variant and add-ons. Choose those, or book without hold_token.")
	}
	rows, err := pg.Exec(ctx, tx, `DELETE FROM holds WHERE id = @id AND expires_at > @now`, pg.Args{"id": h.ID, "now": tx.Now()})
	if err == nil && rows == 0 {
		return errHoldGone
	}
	h.keep(plan)
	return err
}

// keep has those chosen again that the hold chose, who are free for this transaction. It is chosen by the booking: so the turn is
// theirs, and the reason that of all who are assigned.
func (h *heldRow) keep(plan *availability.Plan) {
	plan.Keep(h.Start)
	for i, r := range slices.Backward(h.ResourceIDs) {
		plan.PreferFor(h.Needs[i], r)
	}
}

func insertHold(ctx context.Context, tx *pg.TenantTx, v *verdict, n keptAs) error {
	_, err := pg.Exec(ctx, tx, `
		INSERT INTO holds (id, token_hash, service_id, location_id, starts_at, ends_at, party_size, combination, session_id, expires_at, kept_by, chosen_id, created_at)
		VALUES (@id, @hash, @service_id, @location_id, @start, @end, @party_size, @combination, @session_id, @until, @keeper, @chosen, @now)`, pg.Args{
		"id": n.key, "hash": n.hash, "service_id": v.plan.ServiceID, "location_id": v.plan.Location, "start": v.start, "end": v.end,
		"party_size": v.plan.PartySize, "combination": v.plan.Combined, "session_id": n.seat, "until": n.until, "keeper": n.keeper, "chosen": n.chosen, "now": tx.Now(),
	})
	return err
}
