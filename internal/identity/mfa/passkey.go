package mfa

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"smoothschedule/internal/kit/fault"
	"smoothschedule/internal/kit/id"
	"smoothschedule/internal/kit/pg"
)

// Passkey is a key on somebody's device or in their password manager. It works on the host it was made on.
type Passkey struct {
	ID         id.ID[Passkey] `json:"id" db:"id"`
	Name       string         `json:"name" db:"name"`
	CreatedAt  time.Time      `json:"created_at" db:"created_at"`
	LastUsedAt *time.Time     `json:"last_used_at" db:"last_used_at"`
}

// IDPrefix makes ids of passkeys look like psk_….
func (Passkey) IDPrefix() string { return "psk" }

var (
	errNoPasskey = &fault.Error{Kind: fault.NotFound, Code: "not_found", Detail: "You have no passkey for this address. Use another way to prove that it is you."}
	errPasskey   = ErrCode.With("This passkey was not accepted. Try again, or use another way to prove that it is you.")
	errSignIn    = &fault.Error{Kind: fault.Unauthenticated, Code: "invalid_credentials", Detail: "This passkey was not accepted. Try again, or sign in with your password."}
	errTaken     = &fault.Error{Kind: fault.Conflict, Code: "already_exists", Detail: "This passkey is set up already. Use another device, or remove it first."}
	errMalformed = fault.At("body.credential", "Send the credential as the browser gave it: PublicKeyCredential.toJSON().")
	errRefused   = fault.At("body.credential", "This passkey was not accepted. Begin again.")
)

// Passkeys lists the user's passkeys, the oldest first; never nil.
func (s *Service) Passkeys(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID) ([]Passkey, error) {
	return passkeysOf(ctx, tx, userID)
}

// RemovePasskey removes one passkey of the user.
func (s *Service) RemovePasskey(ctx context.Context, tx pg.PlaceTx, userID uuid.UUID, which id.ID[Passkey]) error {
	return deletePasskey(ctx, tx, userID, which)
}

// EnrollPasskey begins the set-up of a passkey on this host. options is for navigator.credentials.create.
func (s *Service) EnrollPasskey(ctx context.Context, tx pg.PlaceTx, host string, u User) (challenge id.ID[Challenge], options any, err error) {
	lib, holder, err := s.ceremony(ctx, tx, host, u)
	if err != nil {
		return challenge, nil, err
	}
	creation, data, err := lib.BeginRegistration(holder,
		webauthn.WithExclusions(webauthn.Credentials(holder.WebAuthnCredentials()).CredentialDescriptors()),
		webauthn.WithExtensions(webauthn.WithExtensionCredProps())) // password managers answer it whether they were asked or not
	if err != nil {
		return challenge, nil, err
	}
	challenge, err = keep(ctx, tx, newChallenge{tenantID: u.TenantID, userID: &u.ID, host: host, purpose: toEnroll, data: data})
	return challenge, creation, err
}

// FinishEnrollPasskey ends the set-up. It returns new recovery codes, or nil when the user has some left.
func (s *Service) FinishEnrollPasskey(ctx context.Context, tx pg.PlaceTx, host string, u User, challenge id.ID[Challenge], name string, credential json.RawMessage) (recoveryCodes []string, err error) {
	if name = strings.TrimSpace(name); name == "" || utf8.RuneCountInString(name) > 100 {
		return nil, fault.At("body.name", "Give the passkey a name of at most 100 characters, such as Laptop.")
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return nil, errMalformed
	}
	data, err := redeem(ctx, tx, newChallenge{tenantID: u.TenantID, userID: &u.ID, host: host, purpose: toEnroll}, challenge)
	if errors.Is(err, pg.ErrNoRow) {
		return nil, fault.At("body.challenge_id", "This request has expired. Begin again.")
	}
	if err != nil {
		return nil, err
	}
	lib, err := s.library(host)
	if err != nil {
		return nil, err
	}
	made, err := lib.CreateCredential(&holder{User: u}, data, answer)
	if err != nil {
		return nil, errRefused
	}
	if _, err := lockAttempts(ctx, tx, u); err != nil { // one set-up of a user at a time
		return nil, err
	}
	if err := insertPasskey(ctx, tx, u, rpID(host), name, made); err != nil {
		return nil, err
	}
	return s.codesForFirstFactor(ctx, tx, u)
}

// ProvePasskey begins the proof of a second factor by one of the user's passkeys for this host. Where it stands alone, without a password
// that was just given, its device makes sure of the person. options is for navigator.credentials.get.
func (s *Service) ProvePasskey(ctx context.Context, tx pg.PlaceTx, host string, u User, alone bool) (challenge id.ID[Challenge], options any, err error) {
	lib, holder, err := s.ceremony(ctx, tx, host, u)
	if err != nil {
		return challenge, nil, err
	}
	if len(holder.keys) == 0 {
		return challenge, nil, errNoPasskey
	}
	verify := protocol.VerificationDiscouraged // a touch is enough
	if alone {
		verify = protocol.VerificationRequired
	}
	assertion, data, err := lib.BeginLogin(holder, webauthn.WithUserVerification(verify))
	if err != nil {
		return challenge, nil, err
	}
	challenge, err = keep(ctx, tx, newChallenge{tenantID: u.TenantID, userID: &u.ID, host: host, purpose: toProve, data: data})
	return challenge, assertion, err
}

// FinishProvePasskey accepts the answer to ProvePasskey, once.
func (s *Service) FinishProvePasskey(ctx context.Context, tx pg.PlaceTx, host string, u User, challenge id.ID[Challenge], credential json.RawMessage) error {
	answer, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return errMalformed
	}
	data, err := redeem(ctx, tx, newChallenge{tenantID: u.TenantID, userID: &u.ID, host: host, purpose: toProve}, challenge)
	if errors.Is(err, pg.ErrNoRow) {
		return errPasskey
	}
	if err != nil {
		return err
	}
	lib, holder, err := s.ceremony(ctx, tx, host, u)
	if err != nil {
		return err
	}
	used, err := lib.ValidateLogin(holder, data, answer)
	if err != nil || used.Authenticator.CloneWarning {
		return errPasskey
	}
	return usePasskey(ctx, tx, used)
}

// SignInOptions begins a sign-in without a password or a name: the passkey says who it is, and its device makes sure of the person.
func (s *Service) SignInOptions(ctx context.Context, tx pg.PlaceTx, host string, tenantID *uuid.UUID) (challenge id.ID[Challenge], options any, err error) {
	lib, err := s.library(host)
	if err != nil {
		return challenge, nil, err
	}
	assertion, data, err := lib.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return challenge, nil, err
	}
	challenge, err = keep(ctx, tx, newChallenge{tenantID: tenantID, host: host, purpose: toSignIn, data: data})
	return challenge, assertion, err
}

// FinishSignIn returns who answered SignInOptions. Whether they may sign in is the caller's question.
func (s *Service) FinishSignIn(ctx context.Context, tx pg.PlaceTx, host string, tenantID *uuid.UUID, challenge id.ID[Challenge], credential json.RawMessage) (uuid.UUID, error) {
	answer, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return uuid.Nil, errMalformed
	}
	data, err := redeem(ctx, tx, newChallenge{tenantID: tenantID, host: host, purpose: toSignIn}, challenge)
	if errors.Is(err, pg.ErrNoRow) {
		return uuid.Nil, errSignIn
	}
	if err != nil {
		return uuid.Nil, err
	}
	key, err := passkeyBy(ctx, tx, tenantID, rpID(host), answer.RawID)
	if errors.Is(err, pg.ErrNoRow) {
		return uuid.Nil, errSignIn
	}
	if err != nil {
		return uuid.Nil, err
	}
	lib, err := s.library(host)
	if err != nil {
		return uuid.Nil, err
	}
	owner := &holder{User: User{ID: key.UserID, TenantID: tenantID}, keys: []storedKey{key}}
	used, err := lib.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return owner, nil }, data, answer)
	if err != nil || used.Authenticator.CloneWarning {
		return uuid.Nil, errSignIn
	}
	return key.UserID, usePasskey(ctx, tx, used)
}
