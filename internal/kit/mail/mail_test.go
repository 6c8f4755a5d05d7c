package mail_test

import (
	"bytes"
	"io"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"smoothschedule/internal/kit/mail"
)

const from = "SmoothSchedule <no-reply@localhost>"

// sink is a real SMTP server that keeps what it is given.
type sink struct{ kept chan kept }

type kept struct{ to, text string }

type conversation struct {
	*sink
	to string
}

func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return &conversation{sink: s}, nil }

func (c *conversation) Reset()                                    {}
func (c *conversation) Logout() error                             { return nil }
func (c *conversation) Mail(string, *smtp.MailOptions) error      { return nil }
func (c *conversation) Rcpt(to string, _ *smtp.RcptOptions) error { c.to += to; return nil }

func (c *conversation) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err == nil {
		c.kept <- kept{c.to, string(text)}
	}
	return err
}

// serve takes mails until the test ends.
func serve(t *testing.T) (*mail.SMTP, *sink) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{kept: make(chan kept, 9)}
	server := smtp.NewServer(s)
	server.Domain = "mail.test"
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()          // ends with an error that says it was closed
	t.Cleanup(func() { _ = server.Close(); _ = l.Close(); <-done }) // a server that was closed before it served does not know its listener
	sender, err := mail.NewSMTP("smtp://"+l.Addr().String(), from)
	if err != nil {
		t.Fatal(err)
	}
	return sender, s
}

const injected = "Ann\r\nBcc: evil@evil.test\r\n\r\nbody\u2028\x00\x1b[2J"

func check(t *testing.T, raw string) {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for name := range msg.Header {
		if strings.EqualFold(name, "Bcc") || strings.EqualFold(name, "Cc") {
			t.Errorf("a header was injected: %s", raw)
		}
	}
	if to, err := msg.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "ann@people.test" {
		t.Errorf("it goes to %v, %v", to, err)
	}
	if f, err := msg.Header.AddressList("From"); err != nil || len(f) != 1 || f[0].Address != "no-reply@localhost" {
		t.Errorf("it comes from %v, %v", f, err)
	}
}

func TestNoTextBecomesAHeader(t *testing.T) {
	t.Parallel()
	server, sink := serve(t)
	dir := filepath.Join(t.TempDir(), "mail")
	directory, err := mail.NewDirectory(dir, from)
	if err != nil {
		t.Fatal(err)
	}
	m := mail.Message{To: "ann@people.test", FromName: injected, Subject: injected, Text: "Hello.\r\n.\r\nMAIL FROM:<evil@evil.test>\r\n"}
	for _, s := range []mail.Sender{server, directory} {
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	got := <-sink.kept
	check(t, got.text)
	if got.to != "ann@people.test" || len(sink.kept) != 0 {
		t.Errorf("one mail to one person became %q and %d more", got.to, len(sink.kept))
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 || !strings.HasSuffix(files[0], ".eml") {
		t.Fatalf("want one .eml: %v, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	check(t, string(raw))
	for path, want := range map[string]os.FileMode{dir: 0o700, files[0]: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
	}
}

func TestOneAddressAndNothingElse(t *testing.T) {
	t.Parallel()
	server, sink := serve(t)
	for _, to := range []string{"", "ann", "Ann <ann@people.test>", "ann@people.test, ben@people.test", "ann@people.test\r\nRCPT TO:<ben@people.test>", "ann@people.test\nBcc: ben@people.test"} {
		if err := server.Send(t.Context(), mail.Message{To: to, FromName: "Salon", Subject: "Hello", Text: "Hello."}); err == nil {
			t.Errorf("a mail went to %q", to)
		}
	}
	if len(sink.kept) != 0 {
		t.Errorf("%d mails left", len(sink.kept))
	}
}

func TestAMailThatIsSentAgainIsTheSame(t *testing.T) {
	t.Parallel()
	server, sink := serve(t)
	m := mail.Message{ID: [16]byte{7}, To: "ann@people.test", FromName: "Salon", Subject: "Grüße", Text: "Hello.\n"}
	var ids []string
	for range 2 {
		if err := server.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		msg, err := netmail.ReadMessage(bytes.NewBufferString((<-sink.kept).text))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, msg.Header.Get("Message-Id"))
	}
	if ids[0] == "" || ids[0] != ids[1] || !strings.HasSuffix(ids[0], "@localhost>") {
		t.Errorf("message ids %v", ids)
	}
}

func TestAWrongAddressOfTheServerKeepsItsPassword(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"smtp://u:hunter2@", "smtp://u:hunter2@host:port:port", "://hunter2"} {
		if _, err := mail.NewSMTP(url, from); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := mail.NewDirectory(t.TempDir(), "nobody"); err == nil {
		t.Error("a sender without an address")
	}
}
