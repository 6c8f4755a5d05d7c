package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/pgtest"
)

func TestTheProgramCanOnlyAddToTheRecord(t *testing.T) {
	t.Parallel()
	lease := pgtest.Tenant(t)
	l, _ := open(t)
	record(t, l, granted(lease.ID, "to be kept"))
	for _, role := range []string{lease.Live.Schema, "ss_identity", "ss_platform"} {
		for _, sql := range []string{
			`UPDATE public.audit_log SET reason = 'x'`, `DELETE FROM public.audit_log`, `TRUNCATE public.audit_log`,
			`ALTER TABLE public.audit_log DISABLE ROW LEVEL SECURITY`, `DROP FUNCTION public.audit_head(text)`,
		} {
			err := asRole(t, role, lease.ID, sql)
			if err == nil || !strings.Contains(err.Error(), "42501") {
				t.Errorf("%s as %s: %v", sql, role, err)
			}
		}
	}
	if _, err := pgtest.App(t).Exec(t.Context(), `SELECT * FROM public.audit_head('masquerade')`); err == nil || !strings.Contains(err.Error(), "42501") {
		t.Errorf("a login without a scope reads the head: %v", err)
	}
}

// asRole runs a statement in a scope, for nothing.
func asRole(t *testing.T, role string, tenantID uuid.UUID, sql string) error {
	t.Helper()
	ctx := t.Context()
	tx, err := pgtest.App(t).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, fmt.Sprintf(`SET LOCAL ROLE %q; SET LOCAL ss.tenant_id = '%s'`, role, tenantID)); err != nil {
		t.Fatal(err)
	}
	_, err = tx.Exec(ctx, sql)
	return err
}

func TestATenantWritesAndSeesItsOwnEntriesAlone(t *testing.T) {
	t.Parallel()
	mine, other := pgtest.Tenant(t), uuid.New()
	l, _ := open(t)
	db := database(t)
	foreign := granted(other, "of another")
	record(t, l, foreign)
	e := granted(mine.ID, "mine")
	for scope, in := range map[string]func(audit.Entry) error{
		"tenant": func(e audit.Entry) error {
			return db.InTenant(t.Context(), mine.Live, func(tx *pg.TenantTx) error { return l.Append(t.Context(), tx, e) })
		},
		"identity": func(e audit.Entry) error {
			return db.InShared(t.Context(), mine.ID, func(tx *pg.SharedTx) error { return l.Append(t.Context(), tx, e) })
		},
	} {
		if err := in(e); err != nil {
			t.Errorf("%s: %v", scope, err)
		}
		if err := in(foreign); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s writes of another: %v", scope, err)
		}
		nobodys := e
		nobodys.TenantID = nil
		if err := in(nobodys); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s writes of the platform: %v", scope, err)
		}
	}
	for _, role := range []string{mine.Live.Schema, "ss_identity"} {
		if n := visible(t, role, mine.ID, e.Actor.ID); n != 2 {
			t.Errorf("%s sees %d of its own", role, n)
		}
		if n := visible(t, role, mine.ID, foreign.Actor.ID); n != 0 {
			t.Errorf("%s sees %d of another", role, n)
		}
	}
}

func visible(t *testing.T, role string, tenantID, actor uuid.UUID) (n int) {
	t.Helper()
	ctx := t.Context()
	tx, err := pgtest.App(t).Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, fmt.Sprintf(`SET LOCAL ROLE %q; SET LOCAL ss.tenant_id = '%s'`, role, tenantID)); err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM public.audit_log WHERE actor_id = $1`, actor).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
