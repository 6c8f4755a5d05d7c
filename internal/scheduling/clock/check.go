package clock

import (
	"context"
	"slices"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// RulesChanged is announced when the rules of a zone have changed so that the clock shows another time at the start of what is booked
// than was agreed.
type RulesChanged struct {
	At []Affected
	To []id.ID[account.User] // who can do something about it
}

// Affected is a location where that is so.
type Affected struct {
	Name     string
	TimeZone string
	Count    int
}

// Check looks through the calendar of a business when the rules of zones are others than those by which it did so last, and announces
// what it finds. What somebody left where it was, when they gave a location another zone, is no news. In a sandbox nobody is told.
func (s *Service) Check(ctx context.Context, tx *pg.TenantTx, rules string) error {
	others, err := checked(ctx, tx, rules)
	if err != nil || !others || tx.Tenant.Mode != pg.Live {
		return err
	}
	e := RulesChanged{}
	if e.At, err = affected(ctx, tx); err != nil || len(e.At) == 0 {
		return err
	}
	if e.To, err = withRole(ctx, tx, able()); err != nil {
		return err
	}
	return s.OnRulesChanged.Fire(ctx, tx, e)
}

func affected(ctx context.Context, tx *pg.TenantTx) (at []Affected, err error) {
	all, err := places(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, where := range all {
		changes, err := changesAt(ctx, tx, where)
		if err != nil {
			return nil, err
		}
		changes = slices.DeleteFunc(changes, func(c Change) bool { return !c.byRules })
		if n := len(changes); n > 0 {
			at = append(at, Affected{where.Name, where.TimeZone, n})
		}
	}
	return at, nil
}

// able are the roles of a business that may keep the clock.
func able() []role.Role {
	return slices.DeleteFunc(role.All(), func(r role.Role) bool {
		return r.IsPlatform() || !slices.Contains(r.Permissions(), role.LocationsWrite)
	})
}
