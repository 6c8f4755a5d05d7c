// Package authz names permissions and says who is asking.
package authz

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"
)

// Permission is one thing an actor may do: "appointments.write".
type Permission string

// Public marks an operation that needs no actor.
const Public Permission = "public"

// SignedIn marks an operation that needs an actor and nothing more.
const SignedIn Permission = "signed_in"

// Actor is who asks: a person, a job or, as the zero Actor, nobody in particular.
type Actor struct {
	UserID  uuid.UUID // zero for jobs and the public
	ActedBy uuid.UUID // who really acts as UserID; zero for themselves
	perms   map[Permission]bool
	grants  *grants
}

// Grant is a permission that somebody gave the actor for a while.
type Grant struct {
	ID         uuid.UUID
	Permission Permission
	TenantID   *uuid.UUID // nil: not bound to one
	TargetID   *uuid.UUID // the one user it is about, if any
}

// grants are those an actor has, and those this request has made use of.
type grants struct {
	mu   sync.Mutex
	all  []Grant
	used []uuid.UUID
}

// NewActor returns a person holding perms.
func NewActor(userID uuid.UUID, perms ...Permission) Actor {
	a := Actor{UserID: userID, perms: make(map[Permission]bool, len(perms))}
	for _, p := range perms {
		a.perms[p] = true
	}
	return a
}

// WithGrants returns the actor holding grants too.
func (a Actor) WithGrants(all []Grant) Actor {
	if len(all) > 0 {
		a.grants = &grants{all: all}
	}
	return a
}

// Can reports whether the actor holds p by role.
func (a Actor) Can(p Permission) bool {
	return p == Public || p == SignedIn && a.UserID != uuid.Nil || a.perms[p]
}

// MayTry reports whether the actor holds p by role, or for something by a grant: the edge's question, before it is known for what.
func (a Actor) MayTry(p Permission) bool {
	return a.Can(p) || a.grants != nil && slices.ContainsFunc(a.grants.all, func(g Grant) bool { return g.Permission == p })
}

// May reports whether the actor holds p on a tenant and, where it is about one, a user: by role, or by a grant,
// which is then noted as used.
func (a Actor) May(p Permission, tenantID, targetID *uuid.UUID) bool {
	if a.Can(p) {
		return true
	}
	if a.grants == nil {
		return false
	}
	a.grants.mu.Lock()
	defer a.grants.mu.Unlock()
	for _, g := range a.grants.all {
		if g.Permission == p && covers(g.TenantID, tenantID) && covers(g.TargetID, targetID) {
			a.grants.used = append(a.grants.used, g.ID)
			return true
		}
	}
	return false
}

// Uses reports whether the actor holds a grant, which is then noted as used: the question where the rule itself has found which one allows.
func (a Actor) Uses(grant uuid.UUID) bool {
	if a.grants == nil {
		return false
	}
	a.grants.mu.Lock()
	defer a.grants.mu.Unlock()
	held := slices.ContainsFunc(a.grants.all, func(g Grant) bool { return g.ID == grant })
	if held {
		a.grants.used = append(a.grants.used, grant)
	}
	return held
}

// covers reports whether a grant bound to one is about the other.
func covers(bound, asked *uuid.UUID) bool { return bound == nil || asked != nil && *bound == *asked }

// UsedGrants lists the grants that this request made use of, and forgets them: each use is recorded once.
func (a Actor) UsedGrants() []uuid.UUID {
	if a.grants == nil {
		return nil
	}
	a.grants.mu.Lock()
	defer a.grants.mu.Unlock()
	used := a.grants.used
	a.grants.used = nil
	slices.SortFunc(used, func(x, y uuid.UUID) int { return slices.Compare(x[:], y[:]) })
	return slices.Compact(used)
}

// Permissions lists what the actor holds, sorted.
func (a Actor) Permissions() []Permission { return slices.Sorted(maps.Keys(a.perms)) }

type key struct{}

// NewContext returns ctx carrying a.
func NewContext(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, key{}, a)
}

// From returns the actor in ctx; the zero Actor can do nothing that isn't public.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}
