package domain_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"smoothschedule/internal/identity/domain"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pgtest"
)

// TestAHostIsVerifiedByItsTextAndByLeadingHere and by neither alone.
func TestAHostIsVerifiedByItsTextAndByLeadingHere(t *testing.T) {
	t.Parallel()
	const (
		text  = "TXT record"
		point = "does not lead to us"
		none  = "No name server"
	)
	right := func(d domain.Domain) []string { return []string{`TXT "` + d.TXTValue + `"`} }
	for name, c := range map[string]struct {
		txt     func(d domain.Domain) []string
		host    []string // records of the host
		more    map[string][]string
		problem string
	}{
		"nothing":                    {problem: text},
		"alias alone":                {host: []string{"CNAME shop.example."}, problem: text},
		"text alone":                 {txt: right, problem: point},
		"both":                       {txt: right, host: []string{"CNAME shop.example."}},
		"alias in capitals":          {txt: right, host: []string{"CNAME SHOP.Example."}},
		"alias of an alias":          {txt: right, host: []string{"CNAME www.customer.test."}, more: map[string][]string{"www.customer.test": {"CNAME shop.example."}}},
		"our address":                {txt: right, host: []string{"A 203.0.113.10"}},
		"both our addresses":         {txt: right, host: []string{"A 203.0.113.10", "AAAA 2001:db8::10"}},
		"another's address":          {txt: right, host: []string{"A 203.0.113.66"}, problem: point},
		"ours and another's":         {txt: right, host: []string{"A 203.0.113.10", "A 203.0.113.66"}, problem: point},
		"ours and another's of IPv6": {txt: right, host: []string{"A 203.0.113.10", "AAAA 2001:db8::66"}, problem: point},
		"a private address":          {txt: right, host: []string{"A 127.0.0.1"}, problem: point},
		"another alias":              {txt: right, host: []string{"CNAME other.example."}, problem: point},
		"a circle":                   {txt: right, host: []string{"CNAME www.customer.test."}, more: map[string][]string{"www.customer.test": {"CNAME HOST."}}, problem: point},
		"another text":               {txt: func(domain.Domain) []string { return []string{`TXT "abc"`} }, host: []string{"CNAME shop.example."}, problem: text},
		"text in other case":         {txt: func(d domain.Domain) []string { return []string{`TXT "` + strings.ToLower(d.TXTValue) + `"`} }, host: []string{"CNAME shop.example."}, problem: text},
		"one text of two":            {txt: func(d domain.Domain) []string { return append([]string{`TXT "abc"`}, right(d)...) }, host: []string{"CNAME shop.example."}},
		"text in two parts": {txt: func(d domain.Domain) []string {
			return []string{`TXT "` + d.TXTValue[:9] + `" "` + d.TXTValue[9:] + `"`}
		}, host: []string{"CNAME shop.example."}},
		"text behind an alias": {txt: func(domain.Domain) []string { return []string{"CNAME _x.other.example."} }, host: []string{"CNAME shop.example."}, problem: text},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, nil)
			d := f.add(f.lease, pgtest.Slug()+".customer.test")
			if c.txt != nil {
				f.dns.set(t, d.TXTName, c.txt(d)...)
			}
			if c.host != nil {
				f.dns.set(t, d.Host, c.host...)
			}
			for name, lines := range c.more {
				f.dns.set(t, name, strings.ReplaceAll(lines[0], "HOST", d.Host))
			}
			got, err := f.service.VerifyOwn(f.ctx(f.lease), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			if c.problem == "" && (got.Status != domain.Verified || got.Problem != nil || got.VerifiedAt == nil) {
				t.Errorf("want it verified, got %+v (%s)", got, text0(got.Problem))
			}
			if c.problem != "" && (got.Status != domain.Pending || !strings.Contains(text0(got.Problem), c.problem) || got.CheckedAt == nil) {
				t.Errorf("want the problem %q, got %s %q", c.problem, got.Status, text0(got.Problem))
			}
		})
	}
	t.Run("no answer", func(t *testing.T) {
		t.Parallel()
		f := start(t, nil)
		d := f.add(f.lease, pgtest.Slug()+".customer.test")
		f.dns.shut(true, false)
		if got, err := f.service.VerifyOwn(f.ctx(f.lease), d.ID); err != nil || !strings.Contains(text0(got.Problem), none) {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func text0(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// TestTheServersInChargeAreAsked and a resolver only where none of them answers, or may be asked.
func TestTheServersInChargeAreAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		private bool // servers at private addresses may be asked
		silent  bool
		lame    bool
		want    domain.Status
		asked   bool
	}{
		"in charge":            {private: true, want: domain.Verified, asked: true},
		"silent":               {private: true, silent: true, want: domain.Pending, asked: true},
		"lame":                 {private: true, lame: true, want: domain.Pending, asked: true},
		"at a private address": {private: false, want: domain.Pending, asked: false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			charge := newNameServer(t) // shows the new records; the resolver still has the old ones
			f := start(t, func(r *domain.Resolver) { r.Port, r.Private = charge.port(), c.private })
			d := f.add(f.lease, pgtest.Slug()+".customer.test")
			f.dns.set(t, "customer.test", "NS ns.customer.test.")
			f.dns.set(t, "ns.customer.test", "A 127.0.0.1")
			f.dns.set(t, d.TXTName, `TXT "old"`)
			charge.set(t, d.TXTName, `TXT "`+d.TXTValue+`"`)
			charge.set(t, d.Host, "CNAME "+base+".")
			charge.shut(c.silent, c.lame)
			got, err := f.service.VerifyOwn(f.ctx(f.lease), d.ID)
			if err != nil || got.Status != c.want {
				t.Errorf("%s: %v", got.Status, err)
			}
			if asked := charge.askedFor(d.TXTName) > 0; asked != c.asked {
				t.Errorf("was asked: %t, want %t", asked, c.asked)
			}
		})
	}
}

// TestOneBusinessHasAHost of several that ask for it, and another not before a week after it was given up, with a text of its own.
func TestOneBusinessHasAHost(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	other := pgtest.Tenant(t)
	host := pgtest.Slug() + ".customer.test"
	one, two := f.add(f.lease, host), f.add(other, host)
	if one.TXTValue == two.TXTValue || len(one.TXTValue) < 20 {
		t.Fatalf("texts %q and %q", one.TXTValue, two.TXTValue)
	}
	f.dns.set(t, one.TXTName, `TXT "`+one.TXTValue+`"`, `TXT "`+two.TXTValue+`"`)
	f.dns.set(t, host, "CNAME "+base+".")
	verify := func(l pgtest.Lease, d domain.Domain, want domain.Status) {
		t.Helper()
		if got, err := f.service.VerifyOwn(f.ctx(l), d.ID); err != nil || got.Status != want {
			t.Errorf("%s %q, %v; want %s", got.Status, text0(got.Problem), err, want)
		}
	}
	verify(f.lease, one, domain.Verified)
	verify(other, two, domain.Pending)
	if _, err := f.service.VerifyOwn(f.ctx(other), one.ID); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("another business's domain: %v", err)
	}
	sql(t, `UPDATE public.domains SET removed_at = $2 WHERE id = $1`, one.ID.UUID(), f.Now())
	verify(other, two, domain.Pending)
	f.pass(7*24*time.Hour - time.Second)
	verify(other, two, domain.Pending)
	f.pass(time.Second)
	verify(other, two, domain.Verified)
}

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
