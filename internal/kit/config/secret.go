package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keyBytes is the size of a key that we make ourselves.
const keyBytes = 32

// SecretKey is what signatures and encryption keys are derived from:
// SS_SECRET_KEY, or in development a random key that is kept in
// <dataDir>/secret.key.
func (c Config) SecretKey(dataDir string) ([]byte, error) {
	if c.Secret != "" {
		return []byte(c.Secret), nil
	}
	if c.IsProduction() {
		return nil, errors.New("SS_SECRET_KEY: it is required in production")
	}
	path := filepath.Join(dataDir, "secret.key")
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := makeKey(path); err != nil {
		return nil, fmt.Errorf("making %s: %w", path, err)
	}
	return readKey(path)
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others: run chmod 600 on it", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("%s is damaged: delete it (everybody has to sign in again)", path)
	}
	return key, nil
}

// makeKey writes the file under another name first and links it, which fails
// when it exists: of two processes that start at once, one key wins, whole.
func makeKey(path string) error {
	// Open for passing: root's embedded database runs below it as another user.
	if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil { //nolint:gosec // see above
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".secret-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails
	_, err = tmp.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
