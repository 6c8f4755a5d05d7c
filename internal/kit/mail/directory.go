package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"

	"github.com/google/uuid"
)

// Directory keeps each mail as a file that mail programs open: for development, where no mail server is.
type Directory struct {
	dir  string
	from *netmail.Address
}

// NewDirectory returns a Sender that writes below dir. Only its owner may look: mails hold links that open accounts.
func NewDirectory(dir, from string) (*Directory, error) {
	address, err := sender(from)
	if err != nil {
		return nil, err
	}
	return &Directory{dir, address}, nil
}

// Send writes m to a file of its own. Later ones sort later.
func (d *Directory) Send(_ context.Context, m Message) (err error) {
	msg, err := m.build(d.from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return fmt.Errorf("making the directory of mails: %w", err)
	}
	name := filepath.Join(d.dir, uuid.Must(uuid.NewV7()).String())
	f, err := os.OpenFile(name+".part", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keeping a mail: %w", err)
	}
	_, err = msg.WriteTo(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("keeping a mail: %w", err), os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), name+".eml")
}
