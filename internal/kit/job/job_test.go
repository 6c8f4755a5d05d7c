package job_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"smoothschedule/internal/kit/job"
	"smoothschedule/internal/kit/migrate"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

type work struct {
	job.Scope
	Note string `json:"note"`
}

func (work) Kind() string { return "test.work" }

func queue(t *testing.T) *job.Queue {
	t.Helper()
	client, err := river.NewClient(riverpgxv5.New(pgtest.App(t)), &river.Config{Schema: migrate.RiverSchema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return job.NewQueue(client)
}

// jobs counts what the queue holds for a tenant.
func jobs(t *testing.T, tenantID uuid.UUID) (n int) {
	t.Helper()
	if err := pgtest.Super(t).QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE args->>'tenant_id' = $1`, tenantID.String()).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAJobExistsIfAndOnlyIfItsTransactionCommits(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	q, stop := queue(t), errors.New("stop")
	add := func(tn pg.Tenant, err error) error {
		return pgtest.DB(t).InTenant(t.Context(), tn, func(tx *pg.TenantTx) error {
			return errors.Join(q.Add(t.Context(), tx, work{Scope: job.Of(tx)}), err)
		})
	}
	if err := add(lease.Live, stop); !errors.Is(err, stop) || jobs(t, lease.ID) != 0 {
		t.Errorf("after a rollback: %d jobs, %v", jobs(t, lease.ID), err)
	}
	if err := errors.Join(add(lease.Live, nil), add(lease.Sandbox, nil)); err != nil || jobs(t, lease.ID) != 2 {
		t.Errorf("after two commits: %d jobs, %v", jobs(t, lease.ID), err)
	}
}

func TestNoTenantAddsAJobForAnother(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	q := queue(t)
	for name, scope := range map[string]job.Scope{
		"another tenant": {TenantID: b.ID, Schema: b.Live.Schema, Mode: pg.Live}, "no tenant": {Schema: a.Live.Schema, Mode: pg.Live},
	} {
		err := pgtest.DB(t).InTenant(t.Context(), a.Live, func(tx *pg.TenantTx) error { return q.Add(t.Context(), tx, work{Scope: scope}) })
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "42501" || jobs(t, scope.TenantID) != 0 {
			t.Errorf("%s: want SQLSTATE 42501, got %v", name, err)
		}
	}
}

func TestATenantSeesItsOwnJobsAlone(t *testing.T) {
	t.Parallel()
	a, b := pgtest.Tenant(t), pgtest.Tenant(t)
	q := queue(t)
	for _, l := range []pgtest.Lease{a, b} {
		err := pgtest.DB(t).InTenant(t.Context(), l.Live, func(tx *pg.TenantTx) error { return q.Add(t.Context(), tx, work{job.Of(tx), l.Slug}) })
		if err != nil {
			t.Fatal(err)
		}
	}
	err := pgtest.DB(t).InTenantRO(t.Context(), a.Live, func(tx *pg.TenantTx) error {
		rows, err := tx.Raw().Query(t.Context(), `SELECT args->>'note' FROM river.river_job`)
		if err != nil {
			return err
		}
		notes, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if len(notes) != 1 || notes[0] != a.Slug {
			t.Errorf("%s sees the jobs of %v", a.Slug, notes)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAJobOpensTheScopeItWasAddedIn(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	for _, tn := range []pg.Tenant{lease.Live, lease.Sandbox} {
		err := pgtest.DB(t).InTenantRO(t.Context(), tn, func(tx *pg.TenantTx) error {
			if got, err := job.Of(tx).Tenant(); err != nil || got != tn {
				t.Errorf("%s became %+v, %v", tn.Schema, got, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAJobOfAnotherModeOrSchemaOpensNothing(t *testing.T) {
	t.Parallel()
	for _, s := range []job.Scope{
		{}, {Schema: "public", Mode: pg.Live}, {Schema: "tenant_a", Mode: pg.Test}, {Schema: "sandbox_a", Mode: pg.Live}, {Schema: "tenant_a"}, {Schema: `tenant_a"`, Mode: pg.Live},
	} {
		if tn, err := s.Tenant(); err == nil {
			t.Errorf("%+v opens %+v", s, tn)
		}
	}
}
