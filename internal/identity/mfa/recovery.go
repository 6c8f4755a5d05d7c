package mfa

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/pg"
)

// Ten codes of ten characters: fifty bits each, which the lock makes plenty.
const (
	recoveryCodes = 10
	codeLength    = 10
)

// codeText leaves out i, l, o and u, which are misread or make words.
var codeText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding) //nolint:gochecknoglobals // immutable

// NewRecoveryCodes makes ten codes in the place of all older ones. They are shown once: only their hashes are kept.
func (s *Service) NewRecoveryCodes(ctx context.Context, tx pg.PlaceTx, u User) ([]string, error) {
	if _, err := lockAttempts(ctx, tx, u); err != nil { // two calls at once would leave twenty codes
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	hashes := make([][]byte, recoveryCodes)
	for i := range codes {
		code := codeText.EncodeToString(random(codeLength))[:codeLength]
		codes[i], hashes[i] = code[:codeLength/2]+"-"+code[codeLength/2:], s.hashCode(u.ID, code)
	}
	if err := deleteCodes(ctx, tx, u); err != nil {
		return nil, err
	}
	return codes, insertCodes(ctx, tx, u, hashes)
}

// UseRecoveryCode accepts each code once, as Check does, and counts wrong ones to the same lock.
func (s *Service) UseRecoveryCode(ctx context.Context, db *pg.DB, u User, code string) error {
	return s.attempt(ctx, db, u, func(tx pg.PlaceTx) (bool, error) {
		return useCode(ctx, tx, u, s.hashCode(u.ID, normalCode(code)))
	})
}

// normalCode undoes what people do to a code when they copy it.
func normalCode(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(code))
}

func (s *Service) hashCode(user uuid.UUID, code string) []byte {
	mac := hmac.New(sha256.New, s.codes)
	mac.Write(user[:])
	mac.Write([]byte(code))
	return mac.Sum(nil)
}
