package mfa

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/pg"
)

// Enrollment is what a person brings into their authenticator app. It is shown once.
type Enrollment struct {
	Secret string `json:"secret" doc:"For apps that read no picture."`
	URI    string `json:"uri" doc:"otpauth://…"`
	QRSVG  string `json:"qr_svg" doc:"The URI as a QR code: an <svg> element."`
}

// What every authenticator app understands: RFC 6238 with SHA-1, six digits, thirty seconds.
const (
	period      = 30
	secretBytes = 20
)

// base32Text is how apps write secrets.
var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding) //nolint:gochecknoglobals // immutable

var errNotBegun = &fault.Error{Kind: fault.Conflict, Code: "state_conflict", Detail: "Begin the set-up of the authenticator app again."}

// Enroll begins the set-up of an authenticator app. It counts once Confirm has seen a code; until then Enroll may begin anew.
func (s *Service) Enroll(ctx context.Context, tx pg.PlaceTx, u User) (Enrollment, error) {
	secret := random(secretBytes)
	key, err := totp.Generate(totp.GenerateOpts{Issuer: s.issuer, AccountName: u.Email, Secret: secret, Period: period, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return Enrollment{}, fmt.Errorf("making a TOTP key: %w", err)
	}
	svg, err := qrSVG(key.URL())
	if err != nil {
		return Enrollment{}, err
	}
	if err := putTOTP(ctx, tx, u, s.seal(u.ID, secret)); err != nil {
		return Enrollment{}, err
	}
	return Enrollment{Secret: key.Secret(), URI: key.URL(), QRSVG: svg}, nil
}

// Confirm ends the set-up with a first code. It returns new recovery codes, or nil when the user has some left.
func (s *Service) Confirm(ctx context.Context, tx pg.PlaceTx, u User, code string) (recoveryCodes []string, err error) {
	if _, err := lockAttempts(ctx, tx, u); err != nil { // one set-up of a user at a time
		return nil, err
	}
	f, err := totpOf(ctx, tx, u.ID)
	switch {
	case errors.Is(err, pg.ErrNoRow):
		return nil, errNotBegun
	case err != nil:
		return nil, err
	case f.ConfirmedAt != nil:
		return nil, ErrEnrolled
	}
	step, err := s.step(u, f, code, tx.Now())
	if err != nil {
		return nil, err
	}
	if step == 0 {
		return nil, ErrCode
	}
	if err := confirmTOTP(ctx, tx, u, f.SecretSealed, step); err != nil {
		return nil, err
	}
	return s.codesForFirstFactor(ctx, tx, u)
}

// Check accepts a code of the user's app once, also when it comes twice at the same moment. It opens transactions of its own,
// so that wrong codes are counted whatever becomes of the caller's.
func (s *Service) Check(ctx context.Context, db *pg.DB, u User, code string) error {
	return s.attempt(ctx, db, u, func(tx pg.PlaceTx) (bool, error) {
		f, err := totpOf(ctx, tx, u.ID)
		if errors.Is(err, pg.ErrNoRow) || err == nil && f.ConfirmedAt == nil {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		step, err := s.step(u, f, code, tx.Now())
		if err != nil || step == 0 {
			return false, err
		}
		return takeStep(ctx, tx, u, step)
	})
}

// RemoveTOTP removes the authenticator app. There may be none.
func (s *Service) RemoveTOTP(ctx context.Context, tx pg.PlaceTx, u User) error {
	return deleteTOTP(ctx, tx, u)
}

// step is the time step that a code belongs to, of the current one and its neighbours; 0 when it belongs to none.
func (s *Service) step(u User, f factor, code string, now time.Time) (int64, error) {
	secret, err := s.open(u.ID, f.SecretSealed)
	if err != nil {
		return 0, err
	}
	code = strings.Join(strings.Fields(code), "") // apps show 123 456
	var found int64
	for step := now.Unix()/period - 1; step <= now.Unix()/period+1; step++ {
		want, err := hotp.GenerateCodeCustom(base32Text.EncodeToString(secret), uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}) //nolint:gosec // steps are positive since 1970
		if err != nil {
			return 0, fmt.Errorf("making a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found, nil
}
