package service

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/resource"
	"smoothschedule/internal/scheduling/resourcegroup"
)

// Requirement is something that a service needs at once with the others: so many of a set of resources, for a part of the
// appointment or all of it.
type Requirement struct {
	Label       string                      `json:"label" required:"false" maxLength:"200" doc:"What it is for: a stylist, a chair."`
	ResourceIDs []id.ID[resource.Resource]  `json:"resource_ids,omitempty" maxItems:"500" doc:"One of these will do. Give this, group_id or kind."`
	GroupID     *id.ID[resourcegroup.Group] `json:"group_id,omitempty" nullable:"true" doc:"One of this group will do."`
	Kind        *string                     `json:"kind,omitempty" nullable:"true" enum:"STAFF,ROOM,EQUIPMENT" doc:"Any of this kind will do."`
	Quantity    int                         `json:"quantity" required:"false" default:"1" minimum:"1" maximum:"100" doc:"How many different ones."`
	Units       int                         `json:"units" required:"false" default:"1" minimum:"1" maximum:"1000" doc:"How much of the capacity of each."`
	PerPerson   bool                        `json:"per_person" required:"false" doc:"Whether that much is for each person of the party."`
	Parts       []Part                      `json:"parts" required:"false" maxItems:"20" doc:"When in the appointment, in order; an empty list is all of it."`
	Selectable  *bool                       `json:"customer_selectable,omitempty" default:"true" doc:"Whether customers can choose among them."`
	Strategy    string                      `json:"strategy" required:"false" enum:"least_booked_day,least_booked_week,round_robin,priority,weighted,random" doc:"Which of those that are free is taken; least_booked_day without this."`
}

// Part is a part of an appointment.
type Part struct {
	FromMinutes int  `json:"from_minutes" required:"false" minimum:"0" maximum:"10080" doc:"After the start."`
	ToMinutes   *int `json:"to_minutes" required:"false" nullable:"true" minimum:"1" maximum:"10080" doc:"After the start; null is until the end."`
}

// defaultStrategy is how a resource is chosen where nobody has said how.
const defaultStrategy = "least_booked_day"

func (r Requirement) clean() Requirement {
	r.Label = strings.TrimSpace(r.Label)
	if r.ResourceIDs = resource.Distinct(r.ResourceIDs); len(r.ResourceIDs) == 0 {
		r.ResourceIDs = nil
	}
	r.Quantity, r.Units = cmp.Or(r.Quantity, 1), cmp.Or(r.Units, 1)
	r.Selectable = orDefault(r.Selectable, true)
	r.Strategy = cmp.Or(r.Strategy, defaultStrategy)
	if r.Parts == nil || len(r.Parts) == 1 && r.Parts[0] == (Part{}) {
		r.Parts = []Part{}
	}
	return r
}

// problems says what is wrong with a requirement, which came in at a location, of a service so long.
func (r Requirement) problems(at string, duration int) (bad []fault.Field) {
	var sets []string
	if r.ResourceIDs != nil {
		sets = append(sets, "resource_ids")
	}
	if r.GroupID != nil {
		sets = append(sets, "group_id")
	}
	if r.Kind != nil {
		sets = append(sets, "kind")
	}
	switch {
	case len(sets) == 0:
		bad = append(bad, fault.Field{Location: at + ".resource_ids", Message: "Give one of resource_ids, group_id and kind: what can be chosen from."})
	case len(sets) > 1:
		bad = append(bad, fault.Field{Location: at + "." + sets[1], Message: "Give only one of resource_ids, group_id and kind."})
	case r.ResourceIDs != nil && len(r.ResourceIDs) < r.Quantity:
		bad = append(bad, fault.Field{Location: at + ".quantity", Message: "More are needed than resource_ids names. Name more, or need fewer."})
	}
	end := 0
	for i, p := range r.Parts {
		at := fmt.Sprintf("%s.parts[%d]", at, i)
		to := duration
		if p.ToMinutes != nil {
			to = *p.ToMinutes
		}
		switch {
		case p.FromMinutes < end:
			bad = append(bad, fault.Field{Location: at + ".from_minutes", Message: "This part begins before the one before it ends. Give parts in order."})
		case p.FromMinutes >= duration:
			bad = append(bad, fault.Field{Location: at + ".from_minutes", Message: "This part begins after the end of the service. Choose an earlier minute."})
		case to > duration:
			bad = append(bad, fault.Field{Location: at + ".to_minutes", Message: "This part ends after the service. Choose an earlier minute, or null for the end."})
		case to <= p.FromMinutes:
			bad = append(bad, fault.Field{Location: at + ".to_minutes", Message: "A part must end after it begins."})
		}
		end = to
	}
	return bad
}

// requirementProblems says what is wrong with a service's requirements.
func requirementProblems(all []Requirement, duration int) (bad []fault.Field) {
	for i, r := range all {
		bad = append(bad, r.problems(required(i), duration)...)
	}
	return bad
}

func required(i int) string { return fmt.Sprintf("body.requirements[%d]", i) }

// setRequirements makes all what the service requires, in place of what it did.
func setRequirements(ctx context.Context, tx *pg.TenantTx, key id.ID[Service], all, was []Requirement) error {
	if err := checkGroups(ctx, tx, all, was); err != nil {
		return err
	}
	var kept []id.ID[resource.Resource]
	for _, r := range was {
		kept = append(kept, r.ResourceIDs...)
	}
	for i, r := range all {
		if err := resource.CheckKnown(ctx, tx, required(i)+".resource_ids", r.ResourceIDs, kept); err != nil {
			return err
		}
	}
	if reflect.DeepEqual(all, was) {
		return nil
	}
	if err := dropRequirements(ctx, tx, key); err != nil {
		return err
	}
	return addRequirements(ctx, tx, key, stored(all))
}

// checkGroups refuses groups that can't be used, and keeps the others from being archived meanwhile.
func checkGroups(ctx context.Context, tx *pg.TenantTx, all, was []Requirement) error {
	known, err := resourcegroup.Lock(ctx, tx, groupsOf(all))
	if err != nil {
		return err
	}
	known = append(known, groupsOf(was)...)
	for i, r := range all {
		if r.GroupID != nil && !slices.Contains(known, *r.GroupID) {
			return fault.Unknown(required(i) + ".group_id")
		}
	}
	return nil
}

func groupsOf(all []Requirement) (ids []id.ID[resourcegroup.Group]) {
	for _, r := range all {
		if r.GroupID != nil {
			ids = append(ids, *r.GroupID)
		}
	}
	return ids
}

// storedRequirement is a requirement as the database keeps it.
type storedRequirement struct {
	ID          uuid.UUID   `json:"id"`
	Position    int         `json:"position"`
	Label       string      `json:"label"`
	ResourceIDs []uuid.UUID `json:"resource_ids"`
	GroupID     *uuid.UUID  `json:"group_id"`
	Kind        *string     `json:"kind"`
	Quantity    int         `json:"quantity"`
	Units       int         `json:"units"`
	PerPerson   bool        `json:"per_person"`
	Parts       []Part      `json:"parts"`
	Selectable  bool        `json:"customer_selectable"`
	Strategy    string      `json:"strategy"`
}

func stored(all []Requirement) []storedRequirement {
	rows := make([]storedRequirement, len(all))
	for i, r := range all {
		rows[i] = storedRequirement{
			ID: uuid.Must(uuid.NewV7()), Position: i, Label: r.Label, ResourceIDs: []uuid.UUID{}, GroupID: (*uuid.UUID)(r.GroupID), Kind: r.Kind,
			Quantity: r.Quantity, Units: r.Units, PerPerson: r.PerPerson, Parts: r.Parts, Selectable: *r.Selectable, Strategy: r.Strategy,
		}
		for _, v := range r.ResourceIDs {
			rows[i].ResourceIDs = append(rows[i].ResourceIDs, v.UUID())
		}
	}
	return rows
}

// requirements reads the rows that the database gives as one value.
type requirements []Requirement

// Scan reads the rows as JSON.
func (r *requirements) Scan(src any) error {
	var text []byte
	switch v := src.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return errors.New("requirements: not JSON")
	}
	var rows []storedRequirement
	if err := json.Unmarshal(text, &rows); err != nil {
		return fmt.Errorf("requirements: %w", err)
	}
	*r = requirements{}
	for _, s := range rows {
		one := Requirement{
			Label: s.Label, GroupID: (*id.ID[resourcegroup.Group])(s.GroupID), Kind: s.Kind, Quantity: s.Quantity, Units: s.Units,
			PerPerson: s.PerPerson, Parts: s.Parts, Selectable: &s.Selectable, Strategy: s.Strategy,
		}
		for _, v := range s.ResourceIDs {
			one.ResourceIDs = append(one.ResourceIDs, id.ID[resource.Resource](v))
		}
		*r = append(*r, one)
	}
	return nil
}
