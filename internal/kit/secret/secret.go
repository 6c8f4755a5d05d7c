// Package secret makes what cookies and links hold, and what is stored of it.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// New returns 32 bytes that nobody can guess, as text, and what is stored of them.
func New() (token string, hash []byte) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand.Read ends the program rather than return an error
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, Hash(token)
}

// Hash is what is stored of a secret: who reads it can't show the secret.
func Hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
