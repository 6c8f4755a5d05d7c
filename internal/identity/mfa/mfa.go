// Package mfa keeps people's second factors: codes from an app, passkeys, recovery codes and remembered devices.
//
// It says whether a proof is good. What follows from that (sessions, mails, the audit) is its callers' part.
package mfa

import (
	"context"
	"crypto/cipher"
	"errors"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// User is the person whose factors they are.
type User struct {
	ID       uuid.UUID
	TenantID *uuid.UUID // nil: of the platform
	Name     string
	Email    string
}

var (
	// ErrCode says that a code or a passkey was not accepted.
	ErrCode = &fault.Error{Kind: fault.Unauthenticated, Code: "invalid_code", Detail: "This code is not right or was used before. Wait for the next one and try again."}
	// ErrLocked says that too many wrong codes came: no code counts until later, not even a right one.
	ErrLocked = &fault.Error{Kind: fault.TooMany, Code: "factor_locked", Detail: "Too many wrong codes. Try again in an hour, or ask an administrator for help."}
	// ErrEnrolled says that there is an authenticator app already.
	ErrEnrolled = &fault.Error{Kind: fault.Conflict, Code: "already_exists", Detail: "An authenticator app is set up already. Remove it before you set up another."}
	// ErrNowLocked comes with ErrLocked for the one wrong code that locked the factor: the moment to tell its owner.
	ErrNowLocked = errors.New("this wrong code locked the factor")
)

// Service keeps second factors.
type Service struct {
	issuer string
	origin func(host string) string
	sealer cipher.AEAD // secrets at rest
	codes  []byte      // keys the hashes of recovery codes
}

// New returns the service. secret is the program's, from which the keys are derived; issuer is the name that apps and passkeys show;
// origin turns a host into what browsers call it, such as http://demo.localhost:8000.
func New(secret []byte, issuer string, origin func(host string) string) *Service {
	return &Service{issuer: issuer, origin: origin, sealer: newSealer(deriveKey(secret, "totp secrets")), codes: deriveKey(secret, "recovery codes")}
}

// State is what a user has set up.
type State struct {
	TOTP              bool `db:"totp"`
	Passkeys          int  `db:"passkeys"`
	RecoveryCodesLeft int  `db:"recovery_codes_left"`
}

// State returns what the user has set up.
func (s *Service) State(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) (State, error) {
	return state(ctx, tx, userID)
}

// Enrolled reports whether there is a second factor. Recovery codes alone are none.
func (s State) Enrolled() bool { return s.TOTP || s.Passkeys > 0 }

// Methods are the ways to prove the second factor, the usual one first; never nil.
func (s State) Methods() []string {
	methods := []string{}
	if s.TOTP {
		methods = append(methods, "totp")
	}
	if s.Passkeys > 0 {
		methods = append(methods, "passkey")
	}
	if s.Enrolled() && s.RecoveryCodesLeft > 0 {
		methods = append(methods, "recovery_code")
	}
	return methods
}

// Reset removes everything: factors, codes, passkeys, remembered devices, and the lock.
func (s *Service) Reset(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) error {
	return deleteAll(ctx, tx, userID)
}

// codesForFirstFactor makes recovery codes for whoever has none left; nil when there are some.
func (s *Service) codesForFirstFactor(ctx context.Context, tx pg.PlaceTx, u User) ([]string, error) {
	has, err := state(ctx, tx, u.ID)
	if err != nil || has.RecoveryCodesLeft > 0 {
		return nil, err
	}
	return s.NewRecoveryCodes(ctx, tx, u)
}

// The lock of 4d.5: this many wrong codes within wrongWindow lock all codes of a user for lockTime.
const (
	maxWrong    = 20
	wrongWindow = time.Hour
	lockTime    = time.Hour
)

// attempt runs one try under the user's lock, so that tries sent at once are counted one by one. The count is committed
// even though the answer is an error.
func (s *Service) attempt(ctx context.Context, db *pg.DB, u User, try func(pg.PlaceTx) (ok bool, err error)) error {
	var answer error
	err := db.InPlace(ctx, u.TenantID, func(tx pg.PlaceTx) error {
		answer = nil // of an earlier try that met a deadlock
		a, err := lockAttempts(ctx, tx, u)
		if err != nil {
			return err
		}
		if a.LockedUntil != nil && tx.Now().Before(*a.LockedUntil) {
			answer = locked(a.LockedUntil.Sub(tx.Now()))
			return nil
		}
		ok, err := try(tx)
		if err != nil || ok {
			return err
		}
		answer, err = countWrong(ctx, tx, u, a.WrongAt)
		return err
	})
	if err != nil {
		return err
	}
	return answer
}

// countWrong notes one more wrong code and returns the answer to it.
func countWrong(ctx context.Context, tx pg.PlaceTx, u User, before []time.Time) (answer, err error) {
	recent := []time.Time{tx.Now()}
	for _, at := range before {
		if tx.Now().Sub(at) < wrongWindow {
			recent = append(recent, at)
		}
	}
	if len(recent) < maxWrong {
		return ErrCode, saveAttempts(ctx, tx, u, recent, nil)
	}
	until := tx.Now().Add(lockTime)
	return errors.Join(locked(lockTime), ErrNowLocked), saveAttempts(ctx, tx, u, []time.Time{}, &until)
}

func locked(wait time.Duration) *fault.Error {
	e := *ErrLocked
	e.RetryAfter = wait
	return &e
}
