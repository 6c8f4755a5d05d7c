// Package mfatest is for tests that hold passkeys.
package mfatest

import "github.com/descope/virtualwebauthn"

// keySize is the length of a P-256 key in COSE with both coordinates whole.
const keySize = 77

// Key makes a key of an authenticator. The library leaves out the leading zeros of a coordinate, which makes one key in 128
// malformed (RFC 9053, 7.1.1 wants them); real authenticators do not, so such a key is made anew.
func Key() virtualwebauthn.Credential {
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == keySize {
			return c
		}
	}
}
