package mfa

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Challenge is a question to an authenticator. It is good for one answer, on the host and for the purpose and the user it was made for.
type Challenge struct{}

// IDPrefix makes ids of challenges look like chl_….
func (Challenge) IDPrefix() string { return "chl" }

// challengeTime is how long a person has to find their key.
const challengeTime = 5 * time.Minute

type purpose string

const (
	toEnroll purpose = "enroll"
	toProve  purpose = "prove"
	toSignIn purpose = "sign_in"
)

// newChallenge is what a challenge is bound to, and its data.
type newChallenge struct {
	tenantID *uuid.UUID
	userID   *uuid.UUID // nil: whoever signs in
	host     string
	purpose  purpose
	data     *webauthn.SessionData
}

// keep stores a challenge until its answer comes.
func keep(ctx context.Context, tx pg.PlaceTx, c newChallenge) (id.ID[Challenge], error) {
	if err := deleteOldChallenges(ctx, tx); err != nil {
		return id.ID[Challenge]{}, err
	}
	which := id.New[Challenge]()
	return which, insertChallenge(ctx, tx, which, c)
}

// redeem takes a challenge away and returns its data; pg.ErrNoRow when it is old, used, or made for something else.
func redeem(ctx context.Context, tx pg.PlaceTx, c newChallenge, which id.ID[Challenge]) (webauthn.SessionData, error) {
	return takeChallenge(ctx, tx, which, c)
}

// library is the rules of WebAuthn for one host. Our own clock judges the age of challenges, not the library's.
func (s *Service) library(host string) (*webauthn.WebAuthn, error) {
	wait := webauthn.TimeoutConfig{Timeout: challengeTime, TimeoutUVD: challengeTime} // for the browser
	lib, err := webauthn.New(&webauthn.Config{
		RPID: rpID(host), RPDisplayName: s.issuer, RPOrigins: []string{s.origin(host)},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationPreferred,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: wait, Registration: wait},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys for %s: %w", host, err)
	}
	return lib, nil
}

// rpID is the host's name, without the port.
func rpID(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// ceremony is the rules of the host and the user with their keys there.
func (s *Service) ceremony(ctx context.Context, tx pg.PlaceTx, host string, u User) (*webauthn.WebAuthn, *holder, error) {
	lib, err := s.library(host)
	if err != nil {
		return nil, nil, err
	}
	keys, err := keysOf(ctx, tx, u, rpID(host))
	return lib, &holder{User: u, keys: keys}, err
}

// holder is a user as the library sees one.
type holder struct {
	User

	keys []storedKey
}

// storedKey is a passkey with what it takes to check it.
type storedKey struct {
	UserID     uuid.UUID           `db:"user_id"`
	Credential webauthn.Credential `db:"credential"`
}

// WebAuthnID is kept by the authenticator. It names the user and says nothing about them.
func (h *holder) WebAuthnID() []byte { return h.ID[:] }

// WebAuthnName is what the browser shows to choose from.
func (h *holder) WebAuthnName() string { return h.Email }

// WebAuthnDisplayName is what the browser shows beside it.
func (h *holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials are the user's keys for this host.
func (h *holder) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, len(h.keys))
	for i, k := range h.keys {
		all[i] = k.Credential
	}
	return all
}
