package account

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"smoothschedule/internal/kit/fault"
)

// Hasher makes and checks Argon2id hashes. Each takes 19 MiB and tens of milliseconds, so few run at once
// and few may wait: a flood of log-ins must not take the memory of everyone else.
type Hasher struct {
	slots   chan struct{}
	waiting atomic.Int64
}

// params are OWASP's minimum for Argon2id.
func params() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

const (
	hashesAtOnce  = 2
	hashesWaiting = 50
)

// NewHasher returns a Hasher.
func NewHasher() *Hasher { return &Hasher{slots: make(chan struct{}, hashesAtOnce)} }

var errQueueFull = &fault.Error{Kind: fault.Unavailable, Code: "busy", Detail: "Many people are signing in at this moment. Please try again in a few seconds.", RetryAfter: 2 * time.Second}

func (h *Hasher) enter(ctx context.Context) error {
	if h.waiting.Add(1) > hashesWaiting {
		h.waiting.Add(-1)
		return errQueueFull
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Hash returns what to store for password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.slots }()
	hash, err := argon2id.CreateHash(norm.NFC.String(password), params())
	if err != nil {
		return "", fmt.Errorf("hashing a password: %w", err)
	}
	return hash, nil
}

// Matches reports whether hash is that of password. An empty hash, of a user who doesn't exist, costs the same and never matches.
func (h *Hasher) Matches(ctx context.Context, password, hash string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.slots }()
	password = norm.NFC.String(password)
	if hash == "" {
		if _, err := argon2id.CreateHash(password, params()); err != nil {
			return false, fmt.Errorf("hashing a password of nobody: %w", err)
		}
		return false, nil
	}
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("checking a password: %w", err)
	}
	return match, nil
}
