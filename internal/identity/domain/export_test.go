package domain

import (
	"context"

	"smoothschedule/internal/kit/id"
)

// VerifyOwn is the operation of a business's host.
func (s *Service) VerifyOwn(ctx context.Context, key id.ID[Domain]) (Domain, error) {
	return s.Verify(ctx, key, s.own)
}

// VerifyAny is the operation of the platform's host.
func (s *Service) VerifyAny(ctx context.Context, key id.ID[Domain]) (Domain, error) {
	return s.Verify(ctx, key, s.verifiable)
}
