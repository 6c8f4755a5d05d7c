package notify_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"smoothschedule/internal/app/apptest"
	"smoothschedule/internal/identity/role"
	"smoothschedule/internal/kit/config"
	"smoothschedule/internal/kit/pgtest"
)

// working is held by the test whose program works jobs: the queue is the whole database's.
var working sync.Mutex

const patience = 20 * time.Second

// shop is a business whose customers are mailed through a server, with one service at 10:00 on a Monday.
type shop struct {
	*apptest.Salon
	service string
}

func open(t *testing.T, smtpURL string) shop {
	t.Helper()
	working.Lock()
	t.Cleanup(working.Unlock)
	e := apptest.New(t, apptest.Config(func(c *config.Config) { c.SMTPURL = smtpURL })).At("2026-05-30T12:00:00Z")
	s := apptest.NewSalon(t, e, "Europe/Berlin", apptest.Hours([2]string{"09:00", "17:00"}))
	if err := e.App.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := e.App.Stop(ctx); err != nil {
			t.Errorf("stopping jobs: %v", err)
		}
	})
	return shop{s, s.Service(t, []string{s.Resource(t)})}
}

// book books as a customer does and finds the appointment on record.
func (s shop) book(t *testing.T) {
	t.Helper()
	body := apptest.Map{"service_id": s.service, "start": "2026-06-01T10:00", "customer": apptest.Map{"name": "Gil", "email": "Gil@Example.com"}}
	a := apptest.Into[apptest.Object](t, s.Env.Public().POST("/public/appointments", body), http.StatusCreated)
	s.Owner.GET("/appointments/"+a.ID).Want(t, http.StatusOK)
}

type letter struct {
	To      string  `json:"to"`
	Subject string  `json:"subject"`
	Text    string  `json:"text"`
	Status  string  `json:"status"`
	SentAt  *string `json:"sent_at"`
}

func (s shop) outbox(t *testing.T) []letter {
	t.Helper()
	return apptest.Into[struct{ Data []letter }](t, s.Owner.GET("/outbox"), http.StatusOK).Data
}

// until polls for a state that another goroutine brings about.
func until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	deadline, tick := time.After(patience), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !reached() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// attempts is how often the tenant's one job has failed.
func (s shop) attempts(t *testing.T) (n int) {
	t.Helper()
	err := pgtest.Super(t).QueryRow(t.Context(), `SELECT coalesce(max(cardinality(errors)), 0) FROM river.river_job WHERE args->>'tenant_id' = $1`,
		s.Env.Lease.ID.String()).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// mailServer is a real SMTP server that refuses the first mails it is given, and keeps the rest.
type mailServer struct {
	refuse int
	mu     sync.Mutex
	kept   chan string
}

// serve takes mails at an address until the test ends.
func (m *mailServer) serve(t *testing.T, address string) (url string) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &conversation{m}, nil }))
	server.Domain = "mail.test"
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }() // ends with an error that says it was closed
	t.Cleanup(func() { _ = server.Close(); <-done })
	return "smtp://" + l.Addr().String()
}

// conversation is one connection.
type conversation struct{ server *mailServer }

func (c *conversation) Reset()        {}
func (c *conversation) Logout() error { return nil }

func (c *conversation) Mail(string, *smtp.MailOptions) error {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	if c.server.refuse > 0 {
		c.server.refuse--
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back later"}
	}
	return nil
}

func (c *conversation) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (c *conversation) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err == nil {
		c.server.kept <- string(text)
	}
	return err
}

// one waits for the one mail and reads it.
func (m *mailServer) one(t *testing.T) *mail.Message {
	t.Helper()
	select {
	case text := <-m.kept:
		msg, err := mail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return msg
	case <-time.After(patience):
		t.Fatal("no mail came")
		return nil
	}
}

// TestA28MailServerDown books while no mail server answers: the booking stands, and the mail goes out once there is one.
func TestA28MailServerDown(t *testing.T) {
	t.Parallel()
	m := &mailServer{kept: make(chan string, 9)}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close() // nobody listens there now
	s := open(t, "smtp://"+address)
	s.book(t)
	until(t, "a failed attempt, to be repeated", func() bool { return s.attempts(t) == 1 })
	if box := s.outbox(t); len(box) != 1 || box[0].Status != "QUEUED" || box[0].SentAt != nil {
		t.Fatalf("want one mail in the queue: %+v", box)
	}
	m.serve(t, address)
	m.one(t)
	until(t, "the mail counted as sent", func() bool {
		box := s.outbox(t)
		return len(box) == 1 && box[0].Status == "SENT" && box[0].SentAt != nil
	})
}

// TestA28MailServerRefuses books while the mail server says "later": the job is repeated and makes one mail.
func TestA28MailServerRefuses(t *testing.T) {
	t.Parallel()
	m := &mailServer{refuse: 1, kept: make(chan string, 9)}
	s := open(t, m.serve(t, "127.0.0.1:0"))
	s.book(t)
	msg := m.one(t)
	if n := s.attempts(t); n != 1 {
		t.Errorf("%d attempts failed before, want 1", n)
	}
	until(t, "the mail counted as sent", func() bool { return s.outbox(t)[0].Status == "SENT" })
	body, err := io.ReadAll(msg.Body)
	if err != nil {
		t.Fatal(err)
	}
	if to := msg.Header.Get("To"); !strings.Contains(to, "gil@example.com") || !strings.Contains(string(body), "10:00 CEST") {
		t.Errorf("want a mail to gil@example.com with the time in the location's zone: %v\n%s", msg.Header, body)
	}
	if len(m.kept) != 0 || len(s.outbox(t)) != 1 {
		t.Error("one appointment makes one mail")
	}
}

func TestWithoutMailServerMailsAreStoredAndShown(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	s.book(t)
	until(t, "the mail on record", func() bool { return len(s.outbox(t)) == 1 })
	if box := s.outbox(t); box[0].Status != "STORED" || box[0].To != "gil@example.com" || !strings.Contains(box[0].Text, "Cut") {
		t.Errorf("want the confirmation, stored: %+v", box)
	}
	s.Env.As(role.TenantManager).GET("/outbox").Want(t, http.StatusOK)
	s.Env.As(role.TenantStaff).GET("/outbox").WantProblem(t, http.StatusForbidden, "role_forbidden")
	s.Env.As(role.Customer).GET("/outbox").WantProblem(t, http.StatusForbidden, "role_forbidden")
}

// TestADemoWritesToItsOwnPeopleAlone (spec identity 4c): what customers would get is shown in the outbox.
func TestADemoWritesToItsOwnPeopleAlone(t *testing.T) {
	t.Parallel()
	m := &mailServer{kept: make(chan string, 9)}
	s := open(t, m.serve(t, "127.0.0.1:0"))
	if _, err := pgtest.Super(t).Exec(t.Context(), `UPDATE public.tenants SET is_demo = true WHERE id = $1`, s.Env.Lease.ID); err != nil {
		t.Fatal(err)
	}
	s.book(t)
	until(t, "the mail kept here", func() bool { box := s.outbox(t); return len(box) == 1 && box[0].Status == "STORED" })
	body := apptest.Map{"service_id": s.service, "start": "2026-06-01T12:00", "customer": apptest.Map{"name": "The owner", "email": s.Owner.Email}}
	s.Env.Public().POST("/public/appointments", body).Want(t, http.StatusCreated)
	until(t, "the mail to the owner", func() bool { box := s.outbox(t); return len(box) == 2 && box[0].Status == "SENT" })
	if len(m.kept) != 1 {
		t.Errorf("%d mails left, want the owner's", len(m.kept))
	}
}

// TestCustomersWithoutAddressGetNoMail works the job all the same: it ends and isn't repeated.
func TestCustomersWithoutAddressGetNoMail(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	s.Book(t, apptest.Map{"service_id": s.service, "start": "2026-06-01T10:00", "customer_id": s.Customer(t, "Cleo")})
	until(t, "the job done", func() bool {
		var done bool
		err := pgtest.Super(t).QueryRow(t.Context(), `SELECT bool_and(state = 'completed') FROM river.river_job WHERE args->>'tenant_id' = $1`, s.Env.Lease.ID.String()).Scan(&done)
		return err == nil && done
	})
	if box := s.outbox(t); len(box) != 0 {
		t.Errorf("mails to nobody: %+v", box)
	}
}
