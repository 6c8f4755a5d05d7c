// Package resourcegroup holds sets of interchangeable resources: those with a skill, the small rooms.
package resourcegroup

import (
	"context"
	"strings"
	"time"

	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/resource"
)

// Group is a set of resources any of which will do.
type Group struct {
	ID          id.ID[Group]               `json:"id" db:"id"`
	Name        string                     `json:"name" db:"name"`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" db:"resource_ids"`
	pg.Stamps
	ArchivedAt *time.Time `json:"archived_at" db:"archived_at" doc:"null unless archived."`
}

// IDPrefix makes ids of resource groups look like grp_….
func (Group) IDPrefix() string { return "grp" }

// New is what makes a resource group, and what a PATCH changes.
type New struct {
	Name        string                     `json:"name" minLength:"1" maxLength:"200"`
	ResourceIDs []id.ID[resource.Resource] `json:"resource_ids" required:"false" maxItems:"500" doc:"Those that can stand in for one another."`
}

func (g Group) editable() New { return New{g.Name, g.ResourceIDs} }

func (n New) clean() (New, error) {
	n.Name = strings.TrimSpace(n.Name)
	if n.Name == "" {
		return n, fault.At("body.name", "Give the group a name.")
	}
	n.ResourceIDs = resource.Distinct(n.ResourceIDs)
	return n, nil
}

// Service is the domain.
type Service struct{}

// Create adds a resource group.
func (s *Service) Create(ctx context.Context, tx *pg.TenantTx, n New) (Group, error) {
	n, err := n.clean()
	if err != nil {
		return Group{}, err
	}
	if err := resource.CheckKnown(ctx, tx, "body.resource_ids", n.ResourceIDs, nil); err != nil {
		return Group{}, err
	}
	key := id.New[Group]()
	if err := insert(ctx, tx, key, n); err != nil {
		return Group{}, err
	}
	if err := setMembers(ctx, tx, key, n.ResourceIDs); err != nil {
		return Group{}, err
	}
	return byID(ctx, tx, key)
}

// Change applies a patch.
func (s *Service) Change(ctx context.Context, tx *pg.TenantTx, key id.ID[Group], patch api.Merge[New]) (Group, error) {
	was, err := forChange(ctx, tx, key)
	if err != nil {
		return Group{}, err
	}
	n, err := patch.Apply(was.editable())
	if err != nil {
		return Group{}, err
	}
	if n, err = n.clean(); err != nil {
		return Group{}, err
	}
	if err := resource.CheckKnown(ctx, tx, "body.resource_ids", n.ResourceIDs, was.ResourceIDs); err != nil {
		return Group{}, err
	}
	if err := update(ctx, tx, key, n); err != nil {
		return Group{}, err
	}
	if err := setMembers(ctx, tx, key, n.ResourceIDs); err != nil {
		return Group{}, err
	}
	return byID(ctx, tx, key)
}

// Archive hides a resource group that no service needs.
func (s *Service) Archive(ctx context.Context, tx *pg.TenantTx, key id.ID[Group]) error {
	if _, err := forChange(ctx, tx, key); err != nil {
		return err
	}
	names, err := neededBy(ctx, tx, key)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return errNeeded.With("These services need this group: %s. Take it out of their requirements first.", strings.Join(names, ", "))
	}
	return archive(ctx, tx, key)
}

var errNeeded = &fault.Error{Kind: fault.Conflict, Code: "state_conflict"}

// Lock keeps those of the groups that can be used from being archived until the transaction ends, and returns them.
func Lock(ctx context.Context, tx *pg.TenantTx, ids []id.ID[Group]) ([]id.ID[Group], error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return lockLive(ctx, tx, ids)
}
