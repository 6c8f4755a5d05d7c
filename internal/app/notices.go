package app

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/identity/audit"
	"smoothschedule/internal/identity/grant"
	"smoothschedule/internal/identity/letter"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/identity/session"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/scheduling/clock"
)

// refused writes to the security log that a request was turned away at the door.
func (i *identity) refused(ctx context.Context, event string, r *http.Request) {
	i.log.Security(ctx, i.db.Now(), audit.SecurityEvent{Event: event, Result: audit.Denied, Details: map[string]any{
		"host": cut(r.Host), "origin": cut(r.Header.Get("Origin")), "path": cut(r.URL.Path),
	}})
}

// cut keeps what strangers send from filling the log.
func cut(s string) string { return strings.ToValidUTF8(s[:min(len(s), 200)], "?") }

// tell is a hook that writes to the session's user.
func (i *identity) tell(what letter.What) func(context.Context, pg.PlaceTx, session.Session) error {
	return func(ctx context.Context, tx pg.PlaceTx, s session.Session) error {
		return i.letters.Tell(ctx, tx, s.TenantID, s.UserID, what)
	}
}

// superuserActed writes to all superusers but the one who acts.
func (i *identity) superuserActed(ctx context.Context, tx *pg.PlatformTx, actor, subject audit.Person) error {
	all, err := account.WithRole(ctx, tx, nil, role.Superuser)
	if err != nil {
		return err
	}
	about := fmt.Sprintf("%s acts as %s.", actor.Email, subject.Email)
	for _, u := range all {
		if u.ID.UUID() == actor.ID {
			continue
		}
		if err := i.letters.TellAbout(ctx, tx, nil, u.ID, letter.SuperuserActed, about); err != nil {
			return err
		}
	}
	return nil
}

// grantCreated writes to who received a right and, where somebody of the platform gave it, to the owners of the business.
func (i *identity) grantCreated(ctx context.Context, tx *pg.PlatformTx, g grant.Grant) error {
	action, _ := grant.Find(g.Action)
	about := fmt.Sprintf("%s, until %s. Reason: %s", action.Description, g.ExpiresAt.UTC().Format("2 January 2006, 15:04 UTC"), g.Reason)
	grantee := tenantOf(g, g.Grantee.Role)
	if err := i.letters.TellAbout(ctx, tx, grantee, g.Grantee.ID, letter.GrantReceived, about); err != nil || !g.Grantor.Role.IsPlatform() {
		return err
	}
	business := tenantOf(g, role.TenantOwner)
	owners, err := account.WithRole(ctx, tx, business, role.TenantOwner)
	if err != nil {
		return err
	}
	for _, u := range owners {
		if err := i.letters.TellAbout(ctx, tx, business, u.ID, letter.GrantGiven, g.Grantee.Name+": "+about); err != nil {
			return err
		}
	}
	return nil
}

// clocksChanged writes to those who can change locations how much is booked at another time than was agreed, and where.
func (i *identity) clocksChanged(ctx context.Context, tx *pg.TenantTx, e clock.RulesChanged) error {
	var lines []string
	for _, at := range e.At {
		lines = append(lines, fmt.Sprintf("%s (%s): %d", at.Name, at.TimeZone, at.Count))
	}
	for _, to := range e.To {
		n := letter.Notice{TenantID: &tx.Tenant.ID, UserID: to, What: letter.ClocksChanged, At: tx.Now(), About: strings.Join(lines, "\n")}
		if err := i.letters.Post(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// tenantOf is where somebody of the role whom a grant concerns is at home.
func tenantOf(g grant.Grant, r role.Role) *uuid.UUID {
	if r.IsPlatform() || g.TenantID == nil {
		return nil
	}
	return new(g.TenantID.UUID())
}
