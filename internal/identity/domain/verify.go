package domain

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// The problems that a check can find, in words for whoever runs the domain.
const (
	problemSilent = "No name server of this domain answered. Try again in a few minutes."
	problemTXT    = "The TXT record is missing or holds another value. Add it as shown; it can take a while until all servers know it."
	problemPoint  = "The host does not lead to us. Make it an alias (CNAME) of the target shown, or give it our addresses and no others."
	problemTaken  = "This host is another business's, or was until a few days ago."
)

// look checks a host in the DNS; "" is no problem. It is known to be one unless no server answered.
func (s *Service) look(ctx context.Context, host, value string) (problem string, known bool) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	texts, err := s.resolver.zoneOf(ctx, host).texts(ctx, challenge+host)
	switch {
	case err != nil:
		return problemSilent, false
	case !slices.Contains(texts, value):
		return problemTXT, true
	}
	ours, err := s.leadsHere(ctx, host)
	switch {
	case err != nil:
		return problemSilent, false
	case !ours:
		return problemPoint, true
	}
	return "", true
}

// leadsHere reports whether a host is an alias of our base domain, or has addresses that are all ours.
// An address of a private network is ours only if the base domain has it too.
func (s *Service) leadsHere(ctx context.Context, host string) (bool, error) {
	theirs, alias, err := s.resolver.addresses(ctx, host, s.base)
	if err != nil || alias || len(theirs) == 0 {
		return alias, err
	}
	ours, _, err := s.resolver.addresses(ctx, s.base, "")
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(theirs, func(a netip.Addr) bool { return !slices.Contains(ours, a) }), nil
}

// Verify checks a host now. The caller's right to it is asked by find, in the transaction that comes first:
// none is open while the DNS is asked.
func (s *Service) Verify(ctx context.Context, key id.ID[Domain], find func(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain]) (row, error)) (out Domain, err error) {
	var d row
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		d, err = find(ctx, tx, key)
		return err
	})
	if err != nil {
		return Domain{}, err
	}
	if !d.IsCustomDomain {
		return Domain{}, errOwn
	}
	problem, known := s.look(ctx, d.Host, d.TXTValue)
	used := authz.From(ctx).UsedGrants()
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		if err := s.found(ctx, tx, key, problem, known); err != nil {
			return err
		}
		now, err := s.find(ctx, tx, key)
		out = now.Domain
		if err != nil || len(used) == 0 {
			return err
		}
		return s.grants.Use(ctx, tx, used)
	})
	return out, err
}

// found stores what a check found, and what follows from it.
func (s *Service) found(ctx context.Context, tx *pg.PlatformTx, key id.ID[Domain], problem string, known bool) error {
	if err := hold(ctx, tx, key); err != nil {
		return err
	}
	d, err := s.find(ctx, tx, key) // it may have been removed meanwhile
	if err != nil {
		return err
	}
	if problem == "" && d.Status != Verified {
		taken, err := isTaken(ctx, tx, d)
		if err != nil {
			return err
		}
		if taken {
			problem = problemTaken
		}
	}
	tx.AfterCommit(func() { s.tenants.Forget(d.tenantID()) })
	if problem != "" {
		return s.holdAgainst(ctx, tx, d, problem, known)
	}
	if err := passed(ctx, tx, key); err != nil || d.Status == Verified {
		return err
	}
	return s.record(ctx, tx, d, "DOMAIN_VERIFIED")
}

// holdAgainst notes a problem. After three days of it the host leads nowhere, after thirty it is given up.
func (s *Service) holdAgainst(ctx context.Context, tx *pg.PlatformTx, d row, problem string, known bool) error {
	if err := failed(ctx, tx, d.ID, problem, known); err != nil || !known || d.FailingSince == nil {
		return err
	}
	switch failing := tx.Now().Sub(*d.FailingSince); {
	case failing >= removeDue:
		if err := remove(ctx, tx, d); err != nil {
			return err
		}
		return s.record(ctx, tx, d, "DOMAIN_REMOVED")
	case failing >= suspendDue && d.Status == Verified:
		if err := suspend(ctx, tx, d); err != nil {
			return err
		}
		if err := s.letters.Post(ctx, tx, SuspendedLetter{TenantID: d.TenantID, Host: d.Host}); err != nil {
			return err
		}
		return s.record(ctx, tx, d, "DOMAIN_SUSPENDED")
	}
	return nil
}

// Recheck checks all hosts again that were not checked for almost a day. A host that can't be checked doesn't keep the others waiting;
// those that ctx leaves no time for come first in the next run.
func (s *Service) Recheck(ctx context.Context) error {
	var keys []id.ID[Domain]
	err := s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		keys, err = due(ctx, tx, tx.Now().Add(-23*time.Hour))
		return err
	})
	for _, key := range keys {
		one := s.recheck(ctx, key)
		if ctx.Err() != nil {
			return err
		}
		if !errors.Is(one, fault.ErrNotFound) { // removed meanwhile
			err = errors.Join(err, one)
		}
	}
	return err
}

func (s *Service) recheck(ctx context.Context, key id.ID[Domain]) error {
	var d row
	err := s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var err error
		d, err = s.find(ctx, tx, key)
		return err
	})
	if err != nil {
		return err
	}
	problem, known := s.look(ctx, d.Host, d.TXTValue)
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error { return s.found(ctx, tx, key, problem, known) })
}
