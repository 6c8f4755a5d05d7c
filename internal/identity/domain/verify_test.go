package domain_test

import (
	"errors"
	"strings"
	"testing"
	"time"

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
