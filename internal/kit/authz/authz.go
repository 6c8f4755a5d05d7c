// Package authz names permissions and says who is asking.
package authz

import (
	"context"
	"maps"
	"slices"

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
	UserID uuid.UUID // zero for jobs and the public
	perms  map[Permission]bool
}

// NewActor returns a person holding perms.
func NewActor(userID uuid.UUID, perms ...Permission) Actor {
	a := Actor{UserID: userID, perms: make(map[Permission]bool, len(perms))}
	for _, p := range perms {
		a.perms[p] = true
	}
	return a
}

// Can reports whether the actor holds p.
func (a Actor) Can(p Permission) bool {
	return p == Public || p == SignedIn && a.UserID != uuid.Nil || a.perms[p]
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
