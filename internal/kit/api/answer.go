package api

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// keptAnswers seals the answers that are kept for repeated requests: some hold what opens something, such as the link of an
// appointment or a hold, and of those the tables hold hashes alone.
type keptAnswers struct{ cipher.AEAD }

func newKeptAnswers(secret []byte) keptAnswers {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("kept answers"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		panic(err) // for keys of other lengths than a hash's
	}
	sealer, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // for other ciphers than AES
	}
	return keptAnswers{sealer}
}

// seal turns an answer into JSON that opens for the same place alone: a tenant's key.
func (k keptAnswers) seal(place string, out any) (json.RawMessage, error) {
	text, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("storing the answer: %w", err)
	}
	return json.Marshal(k.Seal(nil, nil, text, []byte(place))) //nolint:gosec // the cipher makes a random nonce itself
}

// open reads into out what seal made.
func (k keptAnswers) open(place string, answer json.RawMessage, out any) error {
	if !bytes.HasPrefix(answer, []byte(`"`)) { // the release before kept them as they were, for a day
		return json.Unmarshal(answer, out)
	}
	var sealed []byte
	if err := json.Unmarshal(answer, &sealed); err != nil {
		return fmt.Errorf("reading a stored answer: %w", err)
	}
	text, err := k.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return fmt.Errorf("opening a stored answer, made under another secret of the program or changed since: %w", err)
	}
	return json.Unmarshal(text, out)
}
