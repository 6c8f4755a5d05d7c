// Package mail hands messages to a mail server, or to a directory where there is none.
package mail

import (
	"context"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/wneessen/go-mail"
)

// Message is a plain text to one person.
type Message struct {
	ID       uuid.UUID // the same when it is sent again; a new one when unset
	To       string    // an address without a name
	FromName string
	Subject  string
	Text     string
}

// Sender hands a message to the outside world.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// build makes the message as it travels. Whatever the names and the subject hold, they stay in their line.
func (m Message) build(from *netmail.Address) (*mail.Msg, error) {
	if m.ID == uuid.Nil {
		m.ID = uuid.New()
	}
	msg := mail.NewMsg()
	if err := msg.FromFormat(oneLine(m.FromName), from.Address); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if to, err := netmail.ParseAddress(m.To); err != nil || to.Address != m.To {
		return nil, fmt.Errorf("recipient %q: want one address and nothing else", m.To)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	msg.Subject(oneLine(m.Subject))
	msg.SetMessageIDWithValue(m.ID.String() + "@" + domain)
	msg.SetDate()
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	return msg, nil
}

// oneLine turns what would end a header's line, or do worse, into spaces.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?")))
}
