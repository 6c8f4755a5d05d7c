package mfa

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"github.com/google/uuid"
)

// deriveKey makes the key of one purpose from the program's secret.
func deriveKey(secret []byte, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "smoothschedule mfa: "+purpose, 32)
	if err != nil {
		panic(err) // for lengths above 255 hashes, and 32 bytes are one
	}
	return key
}

func newSealer(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // for keys of other lengths than deriveKey's
	}
	sealer, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // for other ciphers than AES
	}
	return sealer
}

// seal encrypts a user's secret. It opens for the same user alone, so that rows can't be exchanged.
func (s *Service) seal(user uuid.UUID, secret []byte) []byte {
	return s.sealer.Seal(nil, nil, secret, user[:]) //nolint:gosec // the cipher makes a random nonce itself
}

// open decrypts what seal made for the user.
func (s *Service) open(user uuid.UUID, sealed []byte) ([]byte, error) {
	secret, err := s.sealer.Open(nil, nil, sealed, user[:])
	if err != nil {
		return nil, errors.New("a sealed secret doesn't open: the program's secret is another one, or the row was changed")
	}
	return secret, nil
}

// random returns n bytes that nobody can guess.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand.Read ends the program rather than return an error
	return b
}
