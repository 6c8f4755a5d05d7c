package letter

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// Purpose is what a link is good for.
type Purpose string

// The purposes of links.
const (
	Reset       Purpose = "reset"      // a new password
	EmailChange Purpose = "email"      // proves the new address
	EmailUndo   Purpose = "email_undo" // puts the old address back
	SignUp      Purpose = "signup"     // proves the address of whoever signs up a business
)

const hour = time.Hour

var lifetimes = map[Purpose]time.Duration{Reset: 30 * time.Minute, EmailChange: 30 * time.Minute, EmailUndo: 72 * hour, SignUp: 24 * hour}

const (
	perAddress = 3 // requests an hour; how many a caller may make is counted where they are made
	keepLinks  = 7 * 24 * hour
)

// Link is a way in that somebody holds by mail. It is bound to a place, a purpose, and a user or a sign-up.
type Link struct {
	TenantID  *uuid.UUID           `db:"tenant_id"`
	UserID    *id.ID[account.User] `db:"user_id"`
	Email     string               `db:"email"` // which it was sent to
	Purpose   Purpose              `db:"purpose"`
	SubjectID *uuid.UUID           `db:"subject_id"`
	RequestID uuid.UUID            `db:"request_id"`
	IP        string               `db:"ip_address"`
	CreatedAt time.Time            `db:"created_at"`
}

// ErrExpired is the one answer for a link that is old, used, of another place, or none at all.
var ErrExpired = &fault.Error{Kind: fault.Gone, Code: "link_expired", Detail: "This link is not valid any more: it was used, it is too old, or a newer one was sent. Ask for a new one."}

// Make makes a link in the place of older ones of its kind. The token is "" where too many were asked for of late:
// then no letter goes out. A link that puts something right is never too much.
func (l Link) Make(ctx context.Context, tx pg.PlaceTx) (token string, err error) {
	if err := oneAtATime(ctx, tx, l); err != nil {
		return "", err
	}
	n, err := countAsked(ctx, tx, l)
	if err != nil {
		return "", err
	}
	if l.Purpose != EmailUndo && n >= perAddress {
		return "", nil
	}
	if err := voidOlder(ctx, tx, l); err != nil {
		return "", err
	}
	if err := prune(ctx, tx); err != nil {
		return "", err
	}
	token, hash := secret.New()
	return token, insertLink(ctx, tx, l, hash)
}

// FindLink returns the link of a token without using it, or ErrExpired.
func FindLink(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID, p Purpose, token string) (Link, error) {
	return expired(findLink(ctx, tx, secret.Hash(token), where, p))
}

// UseLink returns the link of a token once, or ErrExpired: of two that come at the same moment one finds it.
func UseLink(ctx context.Context, tx pg.PlaceTx, where *uuid.UUID, p Purpose, token string) (Link, error) {
	return expired(useLink(ctx, tx, secret.Hash(token), where, p))
}

func expired(l Link, err error) (Link, error) {
	if errors.Is(err, pg.ErrNoRow) {
		return Link{}, ErrExpired
	}
	return l, err
}

// VoidLinks makes the links worthless that went to a user's address before it, or the password, was changed.
func VoidLinks(ctx context.Context, tx pg.PlaceTx, user id.ID[account.User]) error {
	return voidAll(ctx, tx, user)
}

// VoidLaterUndo makes the undo links worthless that came after one that was used: they lead back to what it undid.
func VoidLaterUndo(ctx context.Context, tx pg.PlaceTx, used Link) error {
	return voidUndo(ctx, tx, used)
}
