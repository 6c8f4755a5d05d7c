package mfa

import (
	"context"
	"time"

	"github.com/google/uuid"

	"smoothschedule/internal/kit/pg"
	"smoothschedule/internal/kit/secret"
)

// DeviceTime is how long a remembered device needs no second factor.
const DeviceTime = 30 * 24 * time.Hour

// Remember returns a secret for the device in use. The platform's people are never remembered: for them it is "".
func (s *Service) Remember(ctx context.Context, tx pg.PlaceTx, u User) (token string, err error) {
	if u.TenantID == nil {
		return "", nil
	}
	token, hash := secret.New()
	if err := deleteOldDevices(ctx, tx, u); err != nil {
		return "", err
	}
	return token, insertDevice(ctx, tx, u, hash)
}

// Remembered reports whether the token is that of a device which the user had remembered.
func (s *Service) Remembered(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID, token string) (bool, error) {
	return deviceKnown(ctx, tx, userID, secret.Hash(token))
}

// ForgetDevices makes all devices of the user ask for the second factor again.
func (s *Service) ForgetDevices(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) error {
	return deleteDevices(ctx, tx, userID)
}
