package resource

import (
	"context"
	"fmt"
	"slices"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Distinct is ids without repetitions, never nil.
func Distinct(ids []id.ID[Resource]) []id.ID[Resource] {
	kept := make([]id.ID[Resource], 0, len(ids))
	for _, v := range ids {
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	return kept
}

// CheckKnown refuses a list, which came in at a location of the input, that names something else than resources. Archived ones
// may stay where they were before, but not come in.
func CheckKnown(ctx context.Context, tx *pg.TenantTx, at string, ids, was []id.ID[Resource]) error {
	var fresh []id.ID[Resource]
	for _, v := range ids {
		if !slices.Contains(was, v) {
			fresh = append(fresh, v)
		}
	}
	if fresh == nil {
		return nil
	}
	known, err := Live(ctx, tx, fresh)
	if err != nil {
		return err
	}
	for i, v := range ids {
		if slices.Contains(fresh, v) && !slices.Contains(known, v) {
			return fault.Unknown(fmt.Sprintf("%s[%d]", at, i))
		}
	}
	return nil
}

// Live returns those of ids that can be booked: that are not archived.
func Live(ctx context.Context, tx *pg.TenantTx, ids []id.ID[Resource]) ([]id.ID[Resource], error) {
	return idsOf(pg.All[one](ctx, tx, `SELECT id FROM resources WHERE id = ANY(@ids::uuid[]) AND archived_at IS NULL`, pg.Args{"ids": ids}))
}

type one struct {
	ID id.ID[Resource] `db:"id"`
}

func idsOf(rows []one, err error) ([]id.ID[Resource], error) {
	ids := make([]id.ID[Resource], len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}
