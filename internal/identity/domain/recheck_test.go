package domain_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/domain"
	"smoothschedule/internal/kit/pgtest"
)

// TestAHostThatFailsIsSuspendedAfterThreeDaysAndRemovedAfterThirty unless it is put right. Like all tests of the daily check it runs
// before the parallel ones: it would check their hosts in its own DNS.
func TestAHostThatFailsIsSuspendedAfterThreeDaysAndRemovedAfterThirty(t *testing.T) {
	const day = 24 * time.Hour
	f := start(t, nil)
	d := f.add(f.lease, pgtest.Slug()+".customer.test")
	f.prove(d)
	if _, err := f.service.VerifyOwn(f.ctx(f.lease), d.ID); err != nil {
		t.Fatal(err)
	}
	sql(t, `UPDATE public.domains SET is_primary = true WHERE id = $1`, d.ID.UUID())
	want := func(when string, s state) {
		t.Helper()
		got := f.state(d)
		got.problem = nil
		if got != s {
			t.Errorf("%s: %+v, want %+v", when, got, s)
		}
	}
	f.pass(day)
	f.recheck()
	want("a good day", state{status: "VERIFIED", isPrimary: true})
	f.dns.shut(true, false)
	f.pass(10 * day)
	f.recheck()
	want("no answer", state{status: "VERIFIED", isPrimary: true})
	f.dns.shut(false, false)
	f.dns.set(t, d.TXTName, `TXT "gone"`)
	f.pass(day)
	f.recheck()
	want("first day", state{status: "VERIFIED", isPrimary: true, failing: true})
	f.pass(3*day - time.Second)
	f.recheck()
	want("not yet three days", state{status: "VERIFIED", isPrimary: true, failing: true})
	f.prove(d)
	f.pass(day)
	f.recheck()
	want("put right", state{status: "VERIFIED", isPrimary: true})
	f.dns.set(t, d.TXTName, `TXT "gone"`)
	f.pass(day)
	f.recheck()
	f.pass(3 * day)
	f.recheck()
	want("three days", state{status: "SUSPENDED", failing: true})
	if n := number(t, `SELECT count(*) FROM river.river_job WHERE kind = 'domain.suspended' AND args->>'tenant_id' = $1`, f.lease.ID.String()); n != 1 {
		t.Errorf("%d letters", n)
	}
	f.prove(d)
	f.pass(day)
	f.recheck()
	want("put right after all", state{status: "VERIFIED"})
	f.dns.set(t, d.TXTName, `TXT "gone"`)
	for range 31 {
		f.pass(day)
		f.recheck()
	}
	want("thirty days", state{status: "SUSPENDED", failing: true, removed: true})
	for action, times := range map[string]int{"DOMAIN_ADDED": 1, "DOMAIN_VERIFIED": 2, "DOMAIN_SUSPENDED": 2, "DOMAIN_REMOVED": 1} {
		if n := number(t, `SELECT count(*) FROM public.audit_log WHERE action = $1 AND tenant_id = $2 AND line::jsonb->>'host' = $3 AND at >= '2027-03-01'`, action, f.lease.ID, d.Host); n != times {
			t.Errorf("%s: %d records, want %d", action, n, times)
		}
	}
	removedAt := number(t, `SELECT extract(day FROM removed_at - failing_since)::int FROM public.domains WHERE id = $1`, d.ID.UUID())
	if removedAt != 30 {
		t.Errorf("removed after %d days", removedAt)
	}
}

func TestWhatWasCheckedTodayIsNotCheckedAgain(t *testing.T) {
	f := start(t, nil)
	d := f.add(f.lease, pgtest.Slug()+".customer.test")
	f.prove(d)
	if _, err := f.service.VerifyOwn(f.ctx(f.lease), d.ID); err != nil {
		t.Fatal(err)
	}
	f.dns.set(t, d.TXTName, `TXT "gone"`)
	f.pass(22 * time.Hour)
	f.recheck()
	if s := f.state(d); s.failing {
		t.Errorf("checked again: %+v", s)
	}
}

// TestEveryOwnerIsToldOfASuspendedHost and nobody else, nor the owners of another business.
func TestEveryOwnerIsToldOfASuspendedHost(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	other := pgtest.Tenant(t)
	for n, u := range []struct {
		tenant pgtest.Lease
		role   string
		active bool
	}{{f.lease, "TENANT_OWNER", true}, {f.lease, "TENANT_OWNER", true}, {f.lease, "TENANT_OWNER", false}, {f.lease, "TENANT_MANAGER", true}, {other, "TENANT_OWNER", true}} {
		sql(t, `INSERT INTO public.users (id, tenant_id, is_sandbox, email, name, role, password_hash, is_active, created_at, updated_at, version)
			VALUES (gen_random_uuid(), $1, false, $2, 'Ann', $3, '', $4, now(), now(), 1)`, u.tenant.ID, fmt.Sprintf("o%d@people.test", n), u.role, u.active)
	}
	worker := &domain.SuspendedWorker{Service: f.service}
	j := &river.Job[domain.SuspendedLetter]{Args: domain.SuspendedLetter{TenantID: f.lease.ID, Host: "book.customer.test"}}
	if err := worker.Work(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	var to []string
	for _, m := range f.mails.sent {
		to = append(to, m.To)
		if !strings.Contains(m.Subject, "book.customer.test") || !strings.Contains(m.Text, "https://"+f.lease.Slug+"."+base+"/app/domains") {
			t.Errorf("mail %q: %s", m.Subject, m.Text)
		}
	}
	slices.Sort(to)
	if !slices.Equal(to, []string{"o0@people.test", "o1@people.test"}) {
		t.Errorf("told %v", to)
	}
	if err := worker.Work(t.Context(), &river.Job[domain.SuspendedLetter]{Args: domain.SuspendedLetter{TenantID: uuid.New()}}); err != nil {
		t.Errorf("a business that is gone: %v", err)
	}
}

// TestARunThatIsCutOffLeavesTheRestForTheNext without holding anything against them.
func TestARunThatIsCutOffLeavesTheRestForTheNext(t *testing.T) {
	f := start(t, nil)
	d := f.add(f.lease, pgtest.Slug()+".customer.test")
	f.prove(d)
	if _, err := f.service.VerifyOwn(f.ctx(f.lease), d.ID); err != nil {
		t.Fatal(err)
	}
	f.dns.set(t, d.TXTName, `TXT "gone"`)
	f.pass(24 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	f.dns.onAsk(cancel) // the first question ends the run
	_ = f.service.Recheck(ctx)
	if s := f.state(d); s.failing || s.problem != nil {
		t.Errorf("a run that was cut off notes %+v", s)
	}
	f.dns.onAsk(nil)
	f.recheck()
	if s := f.state(d); !s.failing {
		t.Errorf("the next run notes %+v", s)
	}
}
