package service

import (
	"context"
	"slices"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/money"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/location"
	"smoothschedule/internal/scheduling/resource"
)

// Public is a service as its customers see it: no internal fields.
type Public struct {
	ID              id.ID[Service]             `json:"id"`
	Name            string                     `json:"name"`
	DurationMinutes int                        `json:"duration_minutes"`
	Price           money.Money                `json:"price"`
	LocationIDs     []id.ID[location.Location] `json:"location_ids" doc:"Where it is offered."`
	Resources       []Performer                `json:"resources" doc:"Whom or what to choose from; empty where there is no choice."`
	MaxPartySize    int                        `json:"max_party_size" doc:"How many people one appointment can be for."`
	Confirmation    string                     `json:"confirmation" enum:"automatic,request" doc:"request: somebody confirms what was booked."`
	Group           bool                       `json:"group" doc:"Whether several customers take it at once, each with a seat."`
	Waitlist        bool                       `json:"waitlist" doc:"Whether customers can wait for a time that is taken."`
	Addons          []ShownAddon               `json:"addons" doc:"What can be had on top of it, in order."`
	Variants        []Variant                  `json:"variants" doc:"In which other lengths it can be had, in order."`
}

// Performer is a resource as customers see it.
type Performer struct {
	ID         id.ID[resource.Resource] `json:"id"`
	Name       string                   `json:"name"`
	LocationID id.ID[location.Location] `json:"location_id"`
}

// ListPublic returns what customers can book: public services that some resource can perform.
func (s *Services) ListPublic(ctx context.Context, tx *pg.TenantTx) ([]Public, error) {
	rows, err := offers(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := []Public{}
	for _, o := range rows { // sorted by service
		if len(all) == 0 || all[len(all)-1].ID != o.ID {
			all = append(all, Public{ID: o.ID, Name: o.Name, DurationMinutes: o.DurationMinutes, Price: o.Price, Resources: []Performer{}, MaxPartySize: o.MaxPartySize, Confirmation: o.Confirmation, Group: o.Group, Waitlist: o.Waitlist, Addons: shown(o.Addons), Variants: o.Variants})
		}
		p := &all[len(all)-1]
		if o.Selectable {
			p.Resources = append(p.Resources, Performer{o.ResourceID, o.ResourceName, o.LocationID})
		}
		if !slices.Contains(p.LocationIDs, o.LocationID) {
			p.LocationIDs = append(p.LocationIDs, o.LocationID)
		}
	}
	return all, nil
}
