package people

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/authz"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// act is one person's change of another's account, with everything held that decides about it.
type act struct {
	*Service
	tx   pg.PlaceTx
	who  session.Session // as of now: a role may have been lost since the request began
	pair Pair
	user person
}

// begin finds the user and holds, in this order, the place's people, the caller and the user.
func (s *Service) begin(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User]) (a act, err error) {
	a = act{Service: s, tx: tx}
	if a.who, err = session.Current(ctx); err != nil {
		return a, err
	}
	seen, err := pg.Found(find(ctx, tx, key))
	if err != nil {
		return a, err
	}
	if err := lock(ctx, tx, seen.TenantID); err != nil {
		return a, err
	}
	now, err := standingOf(ctx, tx, a.who.UserID)
	switch {
	case errors.Is(err, pg.ErrNoRow), err == nil && !now.IsActive:
		return a, errGone
	case err != nil:
		return a, err
	}
	a.who.Role = now.Role
	if err := hold(ctx, tx, key); err != nil {
		return a, err
	}
	if a.user, err = pg.Found(find(ctx, tx, key)); err != nil {
		return a, err
	}
	a.pair = Pair{Caller: partyOf(a.who), Target: a.user.party()}
	return a, nil
}

// check asks the rules. A right that is held by a grant alone is noted as used.
func (a *act) check(ctx context.Context, v Verb) error {
	needs := a.pair.Needs(v)
	if a.pair.Sees() && a.who.Role.Code(needs) == role.Granted {
		if grant, ok := grantFor(a.who, a.user); ok {
			a.pair.HasGrant = authz.From(ctx).Uses(grant)
		}
	}
	return a.pair.Check(v)
}

// done puts the change on record, after which nothing is written, and shows the user as they are now.
func (a *act) done(ctx context.Context, action, reason string, details map[string]any) (User, error) {
	was := a.user
	if err := a.record(ctx, was, action, reason, details); err != nil {
		return User{}, err
	}
	now, err := pg.Found(find(ctx, a.tx, was.ID))
	if err != nil {
		return User{}, err
	}
	return show(a.who, now), nil
}

func (a *act) record(ctx context.Context, user person, action, reason string, details map[string]any) error {
	a.tx.AfterCommit(func() {
		a.audit.Security(ctx, a.tx.Now(), audit.SecurityEvent{
			Event: action, Result: audit.Allowed, UserID: user.ID.UUID(), Email: user.Email, TenantSlug: user.slug(), Mode: string(pg.Live),
			Details: map[string]any{"by": a.who.UserID.String()},
		})
	})
	return a.audit.Append(ctx, a.tx, audit.Entry{
		Action: action, Result: audit.Allowed, TenantID: user.TenantID, TenantSlug: user.slug(), Mode: string(pg.Live),
		Actor: session.PersonOf(a.who), Subject: new(user.audit()), Reason: reason, Details: details,
	})
}

// keepsOne refuses to take away the last active superuser, and a business's last active owner.
func (a *act) keepsOne(ctx context.Context) error {
	top := a.user.Role == role.Superuser || a.user.Role == role.TenantOwner
	if !top || !a.user.IsActive || a.user.IsLocked { // wrong passwords lock nobody out for good, so such a one still counts
		return nil
	}
	another, err := hasAnother(ctx, a.tx, a.user)
	if err == nil && !another {
		return errLastOwner
	}
	return err
}

// end ends the user's sessions, and the grants that they gave and hold.
func (a *act) end(ctx context.Context, why string) error {
	if err := a.sessions.EndAll(ctx, a.tx, a.user.ID, nil); err != nil {
		return err
	}
	return a.grants.RevokeOfUser(ctx, a.tx, a.user.ID, session.PersonOf(a.who), why)
}

// Change gives a user another role, other switches, or both.
func (s *Service) Change(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User], c Change) (User, error) {
	a, err := s.begin(ctx, tx, key)
	if err != nil {
		return User{}, err
	}
	if !a.pair.Sees() {
		return User{}, fault.ErrNotFound
	}
	if c.Role != nil && *c.Role != a.user.Role {
		if err := a.changeRole(ctx, *c.Role); err != nil {
			return User{}, err
		}
	}
	if c.Switches != nil {
		return a.changeSwitches(ctx, c.Switches)
	}
	now, err := pg.Found(find(ctx, tx, key))
	return show(a.who, now), err
}

func (a *act) changeRole(ctx context.Context, to role.Role) error {
	if err := a.pair.CheckRole(to); err != nil {
		return err
	}
	if err := a.keepsOne(ctx); err != nil {
		return err
	}
	if err := setRole(ctx, a.tx, a.user.ID, to); err != nil {
		return err
	}
	if err := a.end(ctx, "The role of one of the two was changed."); err != nil {
		return err
	}
	details := map[string]any{"from": string(a.user.Role), "to": string(to)}
	if err := a.record(ctx, a.user, "USER_ROLE_CHANGED", "", details); err != nil {
		return err
	}
	a.user.Role, a.user.Switches = to, nil
	a.pair.Target.Role = to
	return nil
}

func (a *act) changeSwitches(ctx context.Context, on []authz.Permission) (User, error) {
	if err := a.check(ctx, SetSwitches); err != nil {
		return User{}, err
	}
	for _, p := range on {
		if !slices.Contains(a.user.Role.Switches(), p) {
			return User{}, fault.At("body.switches", "%q can't be switched on for this role. Choose from the list of switches.", p)
		}
	}
	on = slices.Compact(slices.Sorted(slices.Values(on)))
	if err := setSwitches(ctx, a.tx, a.user.ID, on); err != nil {
		return User{}, err
	}
	return a.done(ctx, "USER_SWITCHES_CHANGED", "", map[string]any{"switches": texts(on)})
}

// Deactivate closes an account. Its sessions end, and what it gave and holds for a while.
func (s *Service) Deactivate(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User], reason string) (User, error) {
	a, err := s.begin(ctx, tx, key)
	if err != nil {
		return User{}, err
	}
	if err := a.check(ctx, Deactivate); err != nil {
		return User{}, err
	}
	if !a.user.IsActive {
		return show(a.who, a.user), nil
	}
	if err := a.keepsOne(ctx); err != nil {
		return User{}, err
	}
	if err := setActive(ctx, tx, key, false); err != nil {
		return User{}, err
	}
	if err := a.end(ctx, "One of the two was deactivated."); err != nil {
		return User{}, err
	}
	return a.done(ctx, "USER_DEACTIVATED", reason, nil)
}

// Reactivate opens a closed account again.
func (s *Service) Reactivate(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User]) (User, error) {
	a, err := s.begin(ctx, tx, key)
	if err != nil {
		return User{}, err
	}
	if err := a.check(ctx, Reactivate); err != nil {
		return User{}, err
	}
	if a.user.IsActive {
		return show(a.who, a.user), nil
	}
	if err := setActive(ctx, tx, key, true); err != nil {
		return User{}, err
	}
	return a.done(ctx, "USER_REACTIVATED", "", nil)
}

// ResetPassword mails the user a link for a new password, and does no more.
func (s *Service) ResetPassword(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User]) error {
	a, err := s.begin(ctx, tx, key)
	if err != nil {
		return err
	}
	if err := a.check(ctx, ResetPassword); err != nil {
		return err
	}
	if !a.user.IsActive {
		return errInactive
	}
	if err := s.PostReset(ctx, tx, a.user.account()); err != nil {
		return err
	}
	return a.record(ctx, a.user, "PASSWORD_RESET_STARTED", "", nil)
}

// EndSessions signs a user out everywhere.
func (s *Service) EndSessions(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User]) error {
	a, err := s.begin(ctx, tx, key)
	if err != nil {
		return err
	}
	if err := a.check(ctx, EndSessions); err != nil {
		return err
	}
	if err := s.sessions.EndAll(ctx, tx, key, nil); err != nil {
		return err
	}
	return a.record(ctx, a.user, "USER_SESSIONS_ENDED", "", nil)
}

// visible returns a user as the caller may see them.
func visible(ctx context.Context, tx pg.PlaceTx, key id.ID[account.User]) (User, error) {
	who, err := session.Current(ctx)
	if err != nil {
		return User{}, err
	}
	p, err := pg.Found(find(ctx, tx, key))
	if err != nil {
		return User{}, err
	}
	if !pairOf(who, p).Sees() || p.TenantID == nil && namesOnly(who) && !p.IsActive {
		return User{}, fault.ErrNotFound
	}
	return show(who, p), nil
}

func idOf(u User) uuid.UUID { return u.ID.UUID() }
