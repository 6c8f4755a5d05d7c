package grant

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Outcome is what became of one of the grants of a bulk revocation.
type Outcome struct {
	ID      id.ID[Grant] `json:"id"`
	Outcome string       `json:"outcome" enum:"revoked,already_expired,already_revoked,not_found,forbidden"`
}

// mayRevoke says who may: who gave it, who has it, superusers, managers where no superuser gave it, and the owner of the business.
func mayRevoke(who session.Session, g Grant) bool {
	switch {
	case g.Grantor.ID == who.UserID, g.Grantee.ID == who.UserID, who.Role == role.Superuser:
		return true
	case who.Role == role.PlatformManager:
		return g.Grantor.Role != role.Superuser
	}
	return who.Role == role.TenantOwner && ofTenant(who, g)
}

func ofTenant(who session.Session, g Grant) bool {
	return who.TenantID != nil && g.TenantID != nil && g.TenantID.UUID() == *who.TenantID
}

// maySee says whom a grant concerns.
func maySee(who session.Session, g Grant) bool {
	return g.Grantor.ID == who.UserID || g.Grantee.ID == who.UserID || who.Role == role.Superuser || who.Role == role.PlatformManager ||
		who.Role == role.TenantOwner && ofTenant(who, g)
}

// revoke ends one grant, and tells what became of it. A second time changes nothing.
func (s *Service) revoke(ctx context.Context, tx *pg.PlatformTx, who session.Session, key id.ID[Grant], reason string) (Grant, string, error) {
	g, err := locked(ctx, tx, key)
	switch {
	case errors.Is(err, pg.ErrNoRow), err == nil && !maySee(who, g):
		return Grant{}, "not_found", nil
	case err != nil:
		return Grant{}, "", err
	case !mayRevoke(who, g):
		return g, "forbidden", nil
	case g.Status == Revoked:
		return g, "already_revoked", nil
	case g.Status == Expired:
		return g, "already_expired", nil
	}
	if err := end(ctx, tx, key, &who.UserID, reason); err != nil {
		return g, "", err
	}
	if g, err = byID(ctx, tx, key); err != nil {
		return g, "", err
	}
	return g, "revoked", s.record(ctx, tx, "GRANT_REVOKED", session.PersonOf(who), g)
}

// Revoke ends a grant. To revoke one that is over already is fine, and changes nothing.
func (s *Service) Revoke(ctx context.Context, key id.ID[Grant], reason string) (g Grant, err error) {
	who, err := session.Current(ctx)
	if err != nil {
		return Grant{}, err
	}
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		var outcome string
		g, outcome, err = s.revoke(ctx, tx, who, key, reason)
		switch {
		case err != nil:
			return err
		case outcome == "not_found":
			return fault.ErrNotFound
		case outcome == "forbidden":
			return errMayNotRevoke
		}
		return nil
	})
	return g, err
}

// RevokeMany ends grants by their ids, in one transaction: those it may, it ends.
func (s *Service) RevokeMany(ctx context.Context, keys []id.ID[Grant], f *Filter, reason string) (all []Outcome, err error) {
	who, err := session.Current(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		all = []Outcome{}
		if f != nil {
			if keys, err = matching(ctx, tx, who, *f); err != nil {
				return err
			}
		}
		for _, key := range keys {
			_, outcome, err := s.revoke(ctx, tx, who, key, reason)
			if err != nil {
				return err
			}
			all = append(all, Outcome{key, outcome})
		}
		return nil
	})
	return all, err
}

// RevokeOfUser ends what a user gave and holds: they were deactivated, or demoted below it.
func (s *Service) RevokeOfUser(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User], by audit.Person, why string) error {
	all, err := endOfUser(ctx, tx, user, whom(by), why)
	if err != nil {
		return err
	}
	return s.recordEnded(ctx, tx, all, by)
}

// RevokeOfTenant ends all grants on a business.
func (s *Service) RevokeOfTenant(ctx context.Context, tx *pg.PlatformTx, tenantID uuid.UUID, by audit.Person, why string) error {
	all, err := endOfTenant(ctx, tx, tenantID, whom(by), why)
	if err != nil {
		return err
	}
	return s.recordEnded(ctx, tx, all, by)
}

// whom is who revokes; nil where time does it.
func whom(by audit.Person) *uuid.UUID {
	if by.ID == uuid.Nil {
		return nil
	}
	return &by.ID
}

func (s *Service) recordEnded(ctx context.Context, tx pg.Tx, all []brief, by audit.Person) error {
	for _, g := range all {
		if err := s.audit.Append(ctx, tx, g.entry("GRANT_REVOKED", by)); err != nil {
			return err
		}
	}
	return nil
}

// Use counts a use of grants and puts it on record, in the transaction of what they were used for.
func (s *Service) Use(ctx context.Context, tx pg.Tx, ids []uuid.UUID) error {
	who, err := session.Current(ctx)
	if err != nil {
		return err
	}
	for _, key := range ids {
		g, err := use(ctx, tx, key)
		if err != nil {
			return err
		}
		if err := s.audit.Append(ctx, tx, g.entry("GRANT_USED", session.PersonOf(who))); err != nil {
			return err
		}
	}
	return nil
}

// Sweep puts the end of grants that ran out on record.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.InPlatform(ctx, func(tx *pg.PlatformTx) error {
		ended, err := expire(ctx, tx)
		if err != nil {
			return err
		}
		for _, g := range ended {
			if err := s.audit.Append(ctx, tx, g.entry("GRANT_EXPIRED", audit.Person{})); err != nil {
				return err
			}
		}
		return nil
	})
}
