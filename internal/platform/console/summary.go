package console

import (
	"context"
	"time"

	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/pg"
)

// Summary is the platform in numbers; for those who know demos alone, of demos alone.
type Summary struct {
	Counts
	SignIns []Day `json:"sign_ins" doc:"How many people signed in on each of the last 30 days, in UTC, oldest first."`
}

// Counts are the numbers of now.
type Counts struct {
	Tenants         int `json:"tenants" db:"tenants"`
	Active          int `json:"active" db:"active"`
	Suspended       int `json:"suspended" db:"suspended"`
	Demo            int `json:"demo" db:"demo"`
	Users           int `json:"users" db:"users" doc:"Of businesses; the platform's staff are not counted."`
	MasqueradesLive int `json:"masquerades_live" db:"masquerades_live"`
	GrantsActive    int `json:"grants_active" db:"grants_active"`
}

// Day is how often something happened on a day.
type Day struct {
	Date  string `json:"date" db:"date" format:"date"`
	Count int    `json:"count" db:"count"`
}

const summaryDays = 30

func (s *Service) summary(ctx context.Context, tx *pg.PlatformTx, _ *struct{}) (out Summary, err error) {
	demoOnly := !authz.From(ctx).Can(role.TenantsAll)
	if out.Counts, err = counts(ctx, tx, demoOnly); err != nil {
		return out, err
	}
	out.SignIns, err = signIns(ctx, tx, demoOnly)
	return out, err
}

func counts(ctx context.Context, tx *pg.PlatformTx, demoOnly bool) (Counts, error) {
	return pg.One[Counts](ctx, tx, `
		WITH known AS (SELECT id, status, is_demo FROM public.tenants WHERE status <> 'DELETED' AND (is_demo OR NOT @demo_only::boolean))
		SELECT count(*) AS tenants, count(*) FILTER (WHERE status = 'ACTIVE') AS active, count(*) FILTER (WHERE status = 'SUSPENDED') AS suspended,
			count(*) FILTER (WHERE is_demo) AS demo,
			(SELECT count(*) FROM public.users u WHERE u.tenant_id IN (SELECT id FROM known) AND u.anonymised_at IS NULL AND NOT u.is_sandbox) AS users,
			(SELECT count(*) FROM public.masquerades m WHERE m.ended_at IS NULL AND m.expires_at > @now
				AND (NOT @demo_only::boolean OR m.tenant_id IN (SELECT id FROM known))) AS masquerades_live,
			(SELECT count(*) FROM public.permission_grants g WHERE g.revoked_at IS NULL AND g.starts_at <= @now AND g.expires_at > @now
				AND (NOT @demo_only::boolean OR g.tenant_id IN (SELECT id FROM known))) AS grants_active
		FROM known`, pg.Args{"demo_only": demoOnly, "now": tx.Now()})
}

// signIns counts by day, days without any included.
func signIns(ctx context.Context, tx *pg.PlatformTx, demoOnly bool) ([]Day, error) {
	today := tx.Now().UTC().Truncate(24 * time.Hour)
	return pg.All[Day](ctx, tx, `
		SELECT to_char(d.day, 'YYYY-MM-DD') AS date, coalesce(sum(s.count), 0)::bigint AS count
		FROM generate_series(@first::date, @last::date, interval '1 day') AS d (day)
			LEFT JOIN public.sign_ins s ON s.day = d.day::date
				AND (NOT @demo_only::boolean OR s.tenant_id IN (SELECT id FROM public.tenants WHERE is_demo))
		GROUP BY d.day ORDER BY d.day`, pg.Args{"first": today.AddDate(0, 0, 1-summaryDays), "last": today, "demo_only": demoOnly})
}
