package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// SMTP sends mails through a server.
type SMTP struct {
	server *url.URL
	from   *netmail.Address
}

// NewSMTP returns a Sender over smtp://user:password@host:port, or smtps:// for TLS from the first byte.
func NewSMTP(server, from string) (*SMTP, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("SS_SMTP_URL can't be read: want smtp://user:password@host:port") // the parser's error holds the password
	}
	address, err := sender(from)
	if err != nil {
		return nil, err
	}
	return &SMTP{u, address}, nil
}

func sender(from string) (*netmail.Address, error) {
	address, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("SS_MAIL_FROM: %w", err)
	}
	return address, nil
}

// Send delivers m.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := m.build(s.from)
	if err != nil {
		return err
	}
	client, err := mail.NewClient(s.server.Hostname(), s.options()...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	return client.DialAndSendWithContext(ctx, msg)
}

func (s *SMTP) options() []mail.Option {
	// TLS when the server offers it: a mail server on the same machine often doesn't.
	o := []mail.Option{mail.WithTimeout(15 * time.Second), mail.WithTLSPolicy(mail.TLSOpportunistic)}
	if s.server.Scheme == "smtps" {
		o = append(o, mail.WithSSL())
	}
	if port, err := strconv.Atoi(s.server.Port()); err == nil {
		o = append(o, mail.WithPort(port))
	}
	if user := s.server.User; user != nil {
		password, _ := user.Password()
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(user.Username()), mail.WithPassword(password))
	}
	return o
}
