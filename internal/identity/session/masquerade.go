package session

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/identity/account"
	"smoothschedule/internal/kit/api"
	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// ErrGone says that there is no session of that id any more.
var ErrGone = errors.New("this session is gone")

// Child is a session in which somebody acts as its user.
type Child struct {
	MasqueradeID uuid.UUID
	ParentHash   []byte
	Token        string
	UserID       id.ID[account.User]
	TenantID     *uuid.UUID
	Mode         pg.Mode
	AuthTime     time.Time
	ExpiresAt    time.Time
	Host         string // where its cookie will be
	UserAgent    string
}

// ChildToken is the secret of a masquerade's session, by the one-time code that carries it to its host: only who has the code has it.
func (s *Service) ChildToken(code string) string {
	mac := hmac.New(sha256.New, s.opts.Secret)
	mac.Write([]byte("child/" + code))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Suspend gives the actor's own session a new id, as it begins to act through another. The old one is dead.
func (s *Service) Suspend(ctx context.Context, tx pg.PlaceTx, who Session, newHash []byte) error {
	return errors.Join(bury(ctx, tx, who.IDHash), rename(ctx, tx, who.IDHash, newHash))
}

// Restore gives the actor's own session a new id with its first expiry, as it goes on after a masquerade.
func (s *Service) Restore(ctx context.Context, tx pg.PlaceTx, hash, newHash []byte) error {
	return errors.Join(bury(ctx, tx, hash), rename(ctx, tx, hash, newHash), seen(ctx, tx, newHash))
}

// Touch notes that a session is in use.
func (s *Service) Touch(ctx context.Context, tx pg.PlaceTx, hash []byte) error {
	return seen(ctx, tx, hash)
}

// EndParent ends the actor's own session with a masquerade that ends: whoever shows its id is told so.
func (s *Service) EndParent(ctx context.Context, tx pg.PlaceTx, hash []byte, masquerade uuid.UUID) error {
	if hash == nil {
		return nil
	}
	return errors.Join(buryAs(ctx, tx, hash, masquerade), finish(ctx, tx, hash))
}

// BeginMasquerade makes the session in which somebody acts as its user.
func (s *Service) BeginMasquerade(ctx context.Context, tx pg.PlaceTx, c Child) error {
	return insertChild(ctx, tx, c, api.ClientIP(ctx))
}

// EndChild ends it. Its id is dead, and known to have been a masquerade's.
func (s *Service) EndChild(ctx context.Context, tx pg.PlaceTx, hash []byte) error {
	return finish(ctx, tx, hash)
}

// Peek returns the session of a token as it is, however old, or ErrGone.
func (s *Service) Peek(ctx context.Context, token string) (Session, error) {
	where, err := place(ctx)
	if err != nil {
		return Session{}, err
	}
	if token == "" {
		return Session{}, errUnauthenticated
	}
	found, err := s.read(ctx, where, secret.Hash(token))
	if errors.Is(err, pg.ErrNoRow) {
		return Session{}, ErrGone
	}
	if err == nil && !found.IsActive && found.Kind != Masquerade {
		return Session{}, errUnauthenticated
	}
	return found, err
}

// WhyNot is the answer for a token without a session, which is put on record if it was good once.
func (s *Service) WhyNot(ctx context.Context, token string) error {
	where, err := place(ctx)
	if err != nil {
		return err
	}
	return s.whyNot(ctx, where, secret.Hash(token))
}

// ErrMasqueradeEnded says that acting as somebody is over.
var ErrMasqueradeEnded = &fault.Error{Kind: fault.Unauthenticated, Code: "masquerade_ended", Detail: "Acting as this person has ended. Sign in with your own account to go on."}

// Replayed puts on record that a secret was shown which had been used up.
func (s *Service) Replayed(ctx context.Context) {
	s.security(ctx, "SESSION_REPLAY", "denied", Session{})
}
